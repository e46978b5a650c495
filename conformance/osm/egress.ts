import * as fc from 'fast-check';
import { type Case, type Probe, verdict, world } from './case';
import { MeshTarget, SmiImplementation } from '../../src';
import type { EgressModel } from '../../src/model/egress';
import type { EgressFeature } from '../../src/model/features/egress';
import { compile } from '../../src/targets/compile';
import { egressDestination } from '../../test/oracle/app/arbitraries/egress';
import { calls, foreignEgresses } from '../../test/oracle/egress/arbitraries';
import { ANY_SENT, type Call } from '../../test/oracle/egress/call';
import { hostHolds, letOutByIntent } from '../../test/oracle/egress/intent';
import { letOutByOsm } from '../../test/oracle/egress/osm';

const OSM = MeshTarget.smi({ implementation: SmiImplementation.OSM });
const WORKLOAD = { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' } };

/** Policies of one ServiceAccount on calls to the outside, which the library renders or others write, and calls by its pods and by others. */
export function egressCases(seed: number, count: number): Case[] {
  return [...renderedCases(seed, count), ...foreignCases(seed, count)];
}

/** On the ports of the policies. */
const SPOKEN: Readonly<Record<number, Call['says']['kind']>> = { 80: 'http', 443: 'tls', 9000: 'bytes' };

const asked = fc.array(calls, { minLength: 20, maxLength: 20 });

function renderedCases(seed: number, count: number): Case[] {
  const { supports } = OSM._dialects.egress;
  const destination = egressDestination(feature => supports[feature as EgressFeature].level !== 'none');
  const samples = fc.sample(fc.record({ destinations: fc.array(destination, { maxLength: 4 }), some: asked }), { seed, numRuns: count });
  return samples.flatMap(({ destinations, some }, i) => {
    const model: EgressModel = { name: 'cart-egress', namespace: 'shop', workload: WORKLOAD, destinations };
    const { manifests, errors } = compile('egress', OSM, model);
    if (errors.length > 0) return [];
    return [caseOf(`egress ${i}`, manifests, some.map(call => probe(call, {
      // Where a block of addresses is open, so it is for whatever is spoken.
      ...SPOKEN[call.port] === call.says.kind && { model: verdict(call.serviceAccount === WORKLOAD.serviceAccount && letOutByIntent(model, call)) },
      evaluator: verdict(letOutByOsm(manifests, call)),
    })))];
  });
}

function foreignCases(seed: number, count: number): Case[] {
  const samples = fc.sample(fc.record({ manifests: foreignEgresses, some: asked }), { seed, numRuns: count });
  return samples.flatMap(({ manifests, some }, i) => {
    const answers = some.map(call => answer(manifests, call));
    // Envoy rejects all that the sidecar is told.
    if (answers.includes(undefined)) return [];
    return [caseOf(`foreign egress ${i}`, manifests, some.map((call, n) => probe(call, isUnasked(manifests, call) ? {} : { evaluator: answers[n]! })))];
  });
}

function answer(manifests: readonly object[], call: Call): readonly string[] | undefined {
  try {
    return verdict(letOutByOsm(manifests, call));
  } catch {
    return undefined;
  }
}

/** Over HTTP, a host with a wildcard has a route, and a cluster whose name nobody finds in the DNS: clusters are not asked. */
function isUnasked(manifests: readonly any[], { says }: Call): boolean {
  return says.kind === 'http' && manifests.some(({ spec: { hosts = [] } }) => hosts.some((host: string) => host.startsWith('*.') && hostHolds(host, says.host)));
}

function caseOf(name: string, manifests: readonly object[], probes: readonly Probe[]): Case {
  return { name, permissive: false, manifests: [...world(), ...manifests], probes };
}

const PROTOCOLS: Readonly<Record<Call['says']['kind'], Probe['protocol']>> = { http: 'HTTP', tls: 'TLS', bytes: 'BYTES', datagram: 'BYTES', echo: 'BYTES' };

function probe({ serviceAccount = '', name = '', ip, port, says }: Call, answers: Probe['answers']): Probe {
  const { method, path, headers } = says.kind === 'http' ? says.request ?? ANY_SENT : ANY_SENT;
  return {
    direction: 'egress',
    namespace: 'shop',
    // Of its ServiceAccount's name.
    pod: serviceAccount,
    address: ip,
    port,
    protocol: PROTOCOLS[says.kind],
    host: name,
    method,
    target: path,
    headers: Object.entries(headers),
    answers,
  };
}
