import * as fc from 'fast-check';
import { type Case, podIp, type Probe, SENT, verdict, world } from './case';
import { MeshTarget, SmiImplementation } from '../../src';
import { isHttp, portOf, type Request, requestTarget } from '../../src/evaluators/access/request';
import { allowedBySmi } from '../../src/evaluators/access/smi';
import type { AccessFeature } from '../../src/model/features/access';
import { compile } from '../../src/targets/compile';
import { policies, policyOf, request } from '../../test/oracle/access/arbitraries';
import { allowedByIntent } from '../../test/oracle/access/intent';
import { leadsElsewhere } from '../../test/oracle/access/promises';

const OSM = MeshTarget.smi({ implementation: SmiImplementation.OSM });

/** Probes of the kubelet go past the sidecar's policies. */
const NOT_SENT: readonly AccessFeature[] = ['HealthProbe'];

/** Policies of several pods, and requests to these. */
export function accessCases(seed: number, count: number): Case[] {
  const { supports } = OSM._dialects.access;
  const models = policies(feature => supports[feature].level !== 'none' && !NOT_SENT.includes(feature));
  const samples = fc.sample(models.chain(all => fc.record({
    all: fc.constant(all),
    requests: fc.array(request(all, { mesh: true }).filter(sent), { minLength: 20, maxLength: 20 }),
  })), { seed, numRuns: count });
  return samples.flatMap(({ all, requests }, i) => {
    const compiled = all.map(model => compile('access', OSM, model));
    // Two pods that run as one ServiceAccount have one policy.
    const accounts = all.map(({ namespace, destination }) => `${namespace}/${destination.serviceAccount}`);
    if (compiled.some(({ errors }) => errors.length > 0) || new Set(accounts).size < accounts.length) {
      return [];
    }
    const manifests = compiled.flatMap(one => one.manifests);
    return [{
      name: `access ${i}`,
      permissive: false,
      manifests: [...world(), ...manifests],
      probes: requests.map(one => {
        const allowed = allowedByIntent(policyOf(all, one), one);
        return probe(one, {
          // What an expression may not lead elsewhere is denied.
          ...!(allowed && leadsElsewhere(one)) && { model: verdict(allowed) },
          evaluator: verdict(allowedBySmi('osm')(manifests, one)),
        });
      }),
    }];
  });
}

export function sent(one: Request): boolean {
  return one.client.kind !== 'kubelet' && SENT.includes(portOf(one));
}

export function probe(one: Request, answers: Probe['answers']): Probe {
  const { client, pod: { service, namespace } } = one;
  return {
    direction: 'inbound',
    namespace,
    pod: service,
    client: client.meshed ? `${client.serviceAccount}.${client.namespace}.${client.trustDomain ?? 'cluster.local'}` : undefined,
    address: podIp(service, namespace),
    serverName: `${service}.${namespace}.svc.cluster.local`,
    port: one.port,
    protocol: isHttp(one) ? 'HTTP' : 'TCP',
    host: `${service}.${namespace}`,
    method: one.method,
    target: requestTarget(one),
    headers: Object.entries(one.headers),
    answers,
  };
}
