import * as fc from 'fast-check';
import { certified, D, requests } from './foreign';
import { calls, foreign } from './foreign-egress';
import { allowedByKuma } from '../../../../src/evaluators/access/kuma';
import type { Request } from '../../../../src/evaluators/access/request';
import type { RouteRequest } from '../../../../src/evaluators/routes/request';
import { Unknown } from '../../../../src/evaluators/unknown';
import type { Client } from '../../../../src/meaning/call';
import { isUndecided } from '../../../../src/meaning/decision';
import { pass } from '../../../../src/meaning/passage';
import type { World } from '../../../../src/reading/world';
import { letOutByKuma } from '../../../oracle/egress/kuma';
import { leaves } from '../../../oracle/foreign/leaving';
import { answerTo, canBeAsked } from '../../../reading/requests';
import { requests as routed } from '../../../reading/routes/gateway-api';
import { evaluate, kumaProgram } from '../../../reading/routes/kuma';
import { readOutcome } from '../../../reading/routes/outcome';
import { entering, reading } from '../../../reading/world';

const PLAIN_MESH = { meshServices: { mode: 'Exclusive' }, skipCreatingInitialPolicies: ['*'], metrics: { enabledBackend: 'p' }, networking: { outbound: { passthrough: true } } };

test.each<[string, object, string | undefined]>([
  ['nothing but what it does without it', {}, undefined],
  ['that zones are called by their egress', { routing: { zoneEgress: true, localityAwareLoadBalancing: true } }, undefined],
  ['the same, where Services have no MeshServices', { routing: { zoneEgress: true }, meshServices: {} }, 'spec.routing.zoneEgress: whether a call to a Service leaves the zone'],
  ['a mode that there is not', { meshServices: { mode: 'Always' } }, 'spec.meshServices.mode: Kuma has no such mode'],
  ['a backend that there is not', { mtls: { enabledBackend: 'ca', backends: [{ name: 'other' }] } }, 'spec.mtls.enabledBackend: Kuma takes no name'],
  ['a way to take plain text that there is not', { mtls: { backends: [{ name: 'ca', mode: 'SOME' }] } }, 'spec.mtls.backends[0].mode: Kuma has no such mode'],
  ['neither yes nor no', { networking: { outbound: { passthrough: 'no' } } }, 'spec.networking.outbound.passthrough: it is neither true nor false'],
  ['tags without a value', { constraints: { dataplaneProxy: { restrictions: [{ tags: { app: '' } }] } } }, 'spec.constraints.dataplaneProxy.restrictions[0]: a tag without'],
  ['a field that is not known', { networking: { inbound: {} } }, 'spec.networking.inbound: '],
])('a Mesh says %s', (_, more, why) => {
  const mesh = { apiVersion: 'kuma.io/v1alpha1', kind: 'Mesh', metadata: { name: 'default', annotations: { team: 'shop' } }, spec: { ...PLAIN_MESH, ...more } };

  const multiZone = { apiVersion: 'kuma.io/v1alpha1', kind: 'MeshMultiZoneService', metadata: { name: 'store', namespace: 'kuma-system' }, spec: { selector: { meshService: { matchLabels: { app: 'store' } } }, ports: [{ port: 80 }] } };
  for (const beside of [[], [multiZone]]) {
    expect(reading([mesh, ...beside]).unread.map(one => one.why)).toEqual(why === undefined ? [] : [expect.stringContaining(`Mesh default: ${why}`)]);
  }
});

const ofKind = (kind: string, spec: object, name = 'default') =>
  ({ apiVersion: 'kuma.io/v1alpha1', kind, metadata: { name, ...kind !== 'Mesh' && { namespace: 'kuma-system' } }, spec });
const MTLS = (mode?: string) => ({ mtls: { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin', mode }] } });
const UNSURE = ['unknown', 'unknown', 'unknown'];

// `web` and `cart` have a MeshIdentity where they are named, the client outside has no proxy, and the permission is for `web`.
test.each<[string, object, { readonly of?: string[]; readonly tls?: string }, string[]]>([
  ['no certificates', {}, {}, ['allowed', 'denied', 'denied']],
  ['certificates, and all pods have a MeshIdentity', MTLS(), {}, ['allowed', 'unknown', 'denied']],
  ['certificates, and the pods that are called have no MeshIdentity', MTLS(), { of: ['web'] }, UNSURE],
  ['certificates without which it takes calls', MTLS('PERMISSIVE'), { of: ['web'] }, ['unknown', 'unknown', 'allowed']],
  ['the same, and a MeshTLS takes none', MTLS('PERMISSIVE'), { of: ['web'], tls: 'Strict' }, UNSURE],
  ['certificates, and a MeshTLS takes plain text', MTLS(), { of: ['web'], tls: 'Permissive' }, ['unknown', 'unknown', 'allowed']],
  ['another mode of MeshServices, so that MeshIdentities may have no effect', { meshServices: { mode: 'Everywhere' } }, {}, ['allowed', 'unknown', 'unknown']],
  ['the same, and certificates', { ...MTLS(), meshServices: undefined }, {}, UNSURE],
])('who gets in where a Mesh gives %s', (_, more, { of = ['web', 'job', 'cart'], tls }, wanted) => {
  const to = { pod: { namespace: 'shop', labels: { app: 'cart' } }, port: 80, protocol: 'HTTP', entrances: [] } as const;
  const pod = (app: string): Client => ({ kind: 'pod', namespace: 'shop', serviceAccount: app, labels: { app }, meshed: true });
  const world = reading([
    ofKind('Mesh', { ...PLAIN_MESH, ...more }),
    ofKind('MeshTrafficPermission', { rules: [{ default: { allow: [{ spiffeID: { type: 'Exact', value: `${D}/ns/shop/sa/web` } }] } }] }),
    ...of.map(app => ofKind('MeshIdentity', { selector: { dataplane: { matchLabels: { app } } }, provider: { type: 'Spire' }, spiffeID: { trustDomain: 'cluster.local' } }, app)),
    ...tls === undefined ? [] : [ofKind('MeshTLS', { rules: [{ default: { mode: tls } }] })],
  ]);

  expect(world.unread).toEqual([]);
  expect([pod('web'), pod('api'), { kind: 'outside', meshed: false } as const].map(client => entering(world, to, client))).toEqual(wanted);
});

test.each<[string, object, string[]]>([
  ['all', {}, ['allowed', 'allowed']],
  ['those with a tag', { requirements: [{ tags: { tier: 'x' } }, { tags: { app: '*' } }] }, ['allowed', 'allowed']],
  ['those with a tag that clients lack', { requirements: [{ tags: { app: 'cart' } }] }, ['allowed', 'unknown']],
  ['all but those with a tag', { restrictions: [{ tags: { app: 'web' } }] }, ['allowed', 'unknown']],
  ['all but those with a tag of the pods that are called', { restrictions: [{ tags: { 'app': 'cart', 'k8s.kuma.io/namespace': 'shop' } }] }, ['unknown', 'allowed']],
  ['all but those with a tag that nodes may give', { restrictions: [{ tags: { 'topology.kubernetes.io/zone': 'a' } }] }, ['unknown', 'unknown']],
])('who gets in, and what leaves, of a Mesh in which %s may be', (_, dataplaneProxy, wanted) => {
  const to = { pod: { namespace: 'shop', labels: { app: 'cart' } }, port: 80, protocol: 'HTTP', entrances: [] } as const;
  const web: Client = { kind: 'pod', namespace: 'shop', serviceAccount: 'web', labels: { app: 'web' }, meshed: true };
  const world = reading([
    ofKind('Mesh', { ...PLAIN_MESH, constraints: { dataplaneProxy } }),
    ofKind('MeshIdentity', { selector: { dataplane: {} }, provider: { type: 'Spire' }, spiffeID: { trustDomain: 'cluster.local' } }),
    ofKind('MeshTrafficPermission', { rules: [{ default: { allow: [{ spiffeID: { type: 'Prefix', value: D } }] } }] }),
  ], 'default', 'kuma');
  const gates = world.readings.flatMap(({ reading: { leaving } }) => leaving?.(web, { isOutside: true, protocol: 'HTTP' }) ?? []);
  const { passage } = pass(gates, { client: web, pod: { namespace: '' }, port: 443, protocol: 'HTTP', outside: { host: 'example.com' } });

  expect(world.unread).toEqual([]);
  expect([entering(world, to, web), isUndecided(passage) ? 'unknown' : passage]).toEqual(wanted);
});

/** Whether 2.14 and 3.0 say something else. */
function differ(ask: () => unknown): boolean {
  try {
    ask();
    return false;
  } catch (error) {
    if (!(error instanceof Unknown)) throw error;
    return error.message === 'releases of Kuma differ';
  }
}

/** How often releases differ, of what is asked of some programs; then the answer is unknown. */
function unknownWhereTheyDiffer<Program, Asked>(
  cases: fc.Arbitrary<readonly [Program, Asked]>, judge: (program: Program, asked: Asked) => unknown, answer: typeof judge,
): number {
  let differing = 0;
  fc.assert(fc.property(cases, ([program, asked]) => {
    if (!differ(() => judge(program, asked))) return;
    differing++;
    expect(answer(program, asked)).toBe('unknown');
  }), { numRuns: 600 });
  return differing;
}

/** The proxy of who calls has to let it out. */
function isLetOut({ readings }: World, { client: { kind, meshed, namespace = '', labels }, pod, port }: Request): boolean {
  if (kind !== 'pod' || !meshed) return true;
  const client: Client = { kind, namespace, labels, meshed };
  const gates = readings.flatMap(({ reading: { leaving } }) => leaving?.(client, { pod, port, protocol: 'TCP', entrances: [] }) ?? []);
  return pass(gates, { client, pod, port, protocol: 'TCP' }).passage === 'allowed';
}

test('what only some releases do is not known', () => {
  const plain = certified.map(all => JSON.parse(JSON.stringify(all)) as any[]);
  const inwards = unknownWhereTheyDiffer(fc.tuple(plain, requests.filter(canBeAsked)), allowedByKuma, (all, request) => {
    const world = reading(all, 'default', 'kuma');
    return isLetOut(world, request) ? answerTo(world, request) : 'unknown';
  });
  const outwards = unknownWhereTheyDiffer(fc.tuple(foreign, calls), letOutByKuma, (all, call) => leaves(reading(all, 'default', 'kuma'), call));
  const onRoutes = unknownWhereTheyDiffer(
    kumaProgram.chain(program => fc.tuple(fc.constant([...program.manifests.filter(({ kind }) => kind !== 'Mesh'), ofKind('Mesh', {})]), routed(program))),
    (all, request: RouteRequest) => evaluate(all, request), (all, request) => readOutcome(reading(all, 'default', 'kuma'), request));

  expect(Math.min(inwards, outwards, onRoutes)).toBeGreaterThan(0);
});
