import * as fc from 'fast-check';
import { clients, outbound, outsiders } from './foreign-outbound';
import { istioEgress } from '../../../../src/dialects/istio/egress';
import { Unknown } from '../../../../src/evaluators/unknown';
import type { Client } from '../../../../src/meaning/call';
import { isUndecided } from '../../../../src/meaning/decision';
import { callOutside, type Destination } from '../../../../src/meaning/journey';
import { pass, PAST_THE_MESH } from '../../../../src/meaning/passage';
import type { Outside, PodPort } from '../../../../src/meaning/world';
import type { EgressModel } from '../../../../src/model/egress';
import type { EgressFeature } from '../../../../src/model/features/egress';
import type { World } from '../../../../src/reading/world';
import { egressDestination } from '../../../oracle/app/arbitraries/egress';
import type { Call } from '../../../oracle/egress/call';
import { letOutByIstio } from '../../../oracle/egress/istio';
import { type Fate, fateByIstio } from '../../../oracle/egress/istio-outbound';
import { misspelt } from '../../../reading/requests';
import { reading } from '../../../reading/world';

const CASES = Number(process.env.ORACLE_CASES ?? 1500);

interface Outsider {
  readonly name: string | undefined;
  readonly ip: string;
  readonly port: number;
  readonly kind: 'http' | 'tls' | 'bytes';
  readonly path: string;
  readonly method: string;
}
interface ClientLabels {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

const CART: PodPort = {
  pod: { namespace: 'shop', labels: { app: 'cart' } }, port: 8080, protocol: 'HTTP', entrances: [{ namespace: 'shop', service: 'cart', port: 80 }],
};

const destinationOf = ({ name, ip, port, kind }: Outsider): Destination =>
  ({ port, address: ip, protocol: kind === 'http' ? 'HTTP' : kind === 'tls' ? 'TLS' : 'TCP', ...(name !== undefined && { host: name }) });

const requestOf = ({ name, ip, kind, path, method }: Outsider) => kind !== 'http' ? undefined : { method, path, host: name ?? ip, headers: {}, query: {} };

function answer({ readings }: World, { namespace, labels }: ClientLabels, asked: Outsider | undefined): 'allowed' | 'denied' | 'past' | 'unknown' {
  const client: Client & { kind: 'pod' } = { kind: 'pod', namespace, labels, serviceAccount: 'web', meshed: true };
  const to: PodPort | Outside = asked === undefined ? CART : { isOutside: true, protocol: destinationOf(asked).protocol };
  const call = asked === undefined ? { client, pod: CART.pod, port: 8080, protocol: 'HTTP' as const, entrance: CART.entrances[0], request: { method: 'GET', path: '/', headers: {}, query: {} } }
    : callOutside(client, destinationOf(asked), requestOf(asked));
  const { passage } = pass(readings.flatMap(({ reading: { leaving } }) => leaving?.(client, to) ?? []), call);
  return passage === PAST_THE_MESH ? 'past' : isUndecided(passage) ? 'unknown' : passage;
}

const PASSAGES: Readonly<Record<Fate, string>> = { known: 'allowed', past: 'past', ends: 'denied', elsewhere: 'unknown' };

function wanted(manifests: readonly any[], client: ClientLabels, asked: Outsider | undefined): string {
  try {
    if (asked === undefined) return PASSAGES[fateByIstio(manifests, client, { service: 'cart', namespace: 'shop', port: 80 })];
    const { name, ip, port, kind, path, method } = asked;
    const says = kind === 'http' ? { kind: 'http' as const, host: name ?? ip, request: { method, path, headers: {}, query: {} } }
      : kind === 'tls' ? { kind: 'tls' as const, ...(name !== undefined && { serverName: name }) } : { kind: 'bytes' as const };
    const fate = fateByIstio(manifests, client, { name, ip, port, says });
    return fate === 'past' ? 'allowed' : PASSAGES[fate];
  } catch (error) {
    if (error instanceof Unknown) return 'neither';
    throw error;
  }
}

test('what leaves by Sidecars, ServiceEntries and VirtualServices that somebody else wrote is what the evaluator decides, or unknown', () => {
  const counts: Record<string, number> = {};
  const some = fc.array(fc.tuple(clients, fc.option(outsiders, { nil: undefined, freq: 4 })), { minLength: 8, maxLength: 8 });
  fc.assert(fc.property(outbound, some, (manifests, calls) => {
    const world = reading(manifests);
    for (const [client, asked] of calls) {
      const [given, want] = [answer(world, client, asked), wanted(manifests, client, asked)];
      const kind = want === 'neither' || want === 'unknown' ? 'neither' : given === 'unknown' ? 'unknown' : 'known';
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (want === 'neither' ? false : given !== 'unknown' && given !== want) {
        throw new Error(`${given}, and not ${want}: ${JSON.stringify([client, asked])}\n${manifests.map(one => JSON.stringify(one)).join('\n')}`);
      }
    }
  }), { numRuns: CASES / 5 });
  expect(counts.known).toBeGreaterThan(4 * counts.unknown);
});

test('what is misspelt is unknown, where it matters', () => {
  fc.assert(fc.property(misspelt(outbound), clients, fc.option(outsiders, { nil: undefined, freq: 4 }), ({ before, after }, client, asked) => {
    const [was, is] = [answer(reading(before), client, asked), answer(reading(after), client, asked)];
    if (is !== 'unknown' && is !== was) throw new Error(`${is}, and not ${was}: ${JSON.stringify([client, asked])}\n${after.map(one => JSON.stringify(one)).join('\n')}`);
  }), { numRuns: CASES / 5 });
});

const can = (feature: string) => istioEgress.supports[feature as EgressFeature].level !== 'none';

const MESH = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'accessLogFile: /dev/stdout\n' } };

const named: fc.Arbitrary<Outsider> = fc.record({
  at: fc.constantFrom<readonly [string | undefined, string]>(
    ['api.example.com', '203.0.113.10'], ['a.api.example.com', '203.0.113.20'], ['pay.example.org', '198.51.100.7'], [undefined, '203.0.113.20'], [undefined, '192.0.2.1'],
  ),
  said: fc.constantFrom<readonly [number, Outsider['kind']]>([80, 'http'], [443, 'tls'], [9000, 'bytes'], [443, 'http']),
  path: fc.constantFrom('/', '/v1', '/v1/a.json'),
  method: fc.constantFrom('GET', 'POST'),
}).map(({ at: [name, ip], said: [port, kind], ...rest }) => ({ name, ip, port, kind, ...rest }));

test('what is written for Istio means, when it is read, what the model means', () => {
  const counts = { known: 0, unknown: 0 };
  const policies = fc.tuple(fc.array(egressDestination(can), { maxLength: 3 }), fc.boolean())
    .map(([destinations, isOfAll]): EgressModel => ({ name: 'p', namespace: 'shop', destinations, ...!isOfAll && { workload: { service: 'cart', podSelector: { app: 'cart' } } } }));
  fc.assert(fc.property(policies, fc.array(fc.tuple(named, fc.constantFrom('cart', 'cart', 'web')), { minLength: 5, maxLength: 5 }), (policy, calls) => {
    const { manifests, refusals } = istioEgress.render(policy);
    fc.pre(refusals.length === 0);
    // Whether policies share an object is said to those who render.
    const world = reading([MESH, ...manifests.map(({ shared: _, ...manifest }) => manifest)]);
    for (const [asked, other] of calls) {
      const client = { namespace: 'shop', labels: { app: policy.workload === undefined ? other : 'cart' } };
      const given = answer(world, client, asked);
      const { name, kind, path, method, ip, port } = asked;
      const says: Call['says'] = kind === 'http' ? { kind, host: name ?? ip, request: { method, path, headers: {}, query: {} } } : kind === 'tls' ? { kind, ...(name !== undefined && { serverName: name }) } : { kind };
      const isLetOut = letOutByIstio(manifests, { ...client, name, ip, port, says });
      counts[given === 'unknown' ? 'unknown' : 'known']++;
      if (given !== 'unknown') expect([given, policy, client, asked]).toEqual([isLetOut ? 'allowed' : 'denied', policy, client, asked]);
    }
  }), { numRuns: CASES / 10 });
  expect(counts.known).toBeGreaterThan(10 * counts.unknown);
});
