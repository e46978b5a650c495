import * as fc from 'fast-check';
import { probe, sent } from './access';
import { type Case, type Probe, verdict, world } from './case';
import { afterwards } from './migrated';
import type { Request } from '../../src/evaluators/access/request';
import { allowedBySmi } from '../../src/evaluators/access/smi';
import { Unknown } from '../../src/evaluators/unknown';
import { PODS, PORTS, request } from '../../test/oracle/access/arbitraries';

const ACCESS = 'access.smi-spec.io/v1alpha3';
const SPECS = 'specs.smi-spec.io/v1alpha4';
const ACCOUNTS = ['web', 'cart', 'job', 'web-admin'];
const SHOP = PODS.filter(({ namespace }) => namespace === 'shop');

/** SMI in the shapes in which it is found, most of which our dialect does not write; half of it in permissive mode or not at all. */
export function foreignCases(seed: number, count: number): Case[] {
  const models = SHOP.map(({ service, serviceAccount, labels }) => ({
    name: service,
    namespace: 'shop',
    rules: [],
    denials: [],
    leavesRest: false,
    healthProbes: [],
    audit: false,
    destination: { service, serviceAccount, podSelector: labels, ports: PORTS },
  }));
  const samples = fc.sample(fc.record({
    permissive: fc.integer({ min: 0, max: 4 }).map(n => n === 0),
    targets: fc.array(target, { maxLength: 4 }),
    groups: fc.tuple(group, group),
    requests: fc.array(request(models, { mesh: true }).filter(sent).map(favoured), { minLength: 20, maxLength: 20 }),
  }), { seed, numRuns: count });
  return samples.map(({ permissive, targets, groups, requests }, i) => {
    const manifests = [
      ...targets.map(({ metadata, ...rest }, n) => ({ apiVersion: ACCESS, kind: 'TrafficTarget', metadata: { ...metadata, name: `target-${n}` }, ...rest })),
      ...groups.map((matches, n) => ({ apiVersion: SPECS, kind: 'HTTPRouteGroup', metadata: { name: `group-${n}`, namespace: 'shop' }, spec: { matches } })),
      ...Object.entries(TCP_ROUTES).map(([name, spec]) => ({ apiVersion: SPECS, kind: 'TCPRoute', metadata: { name, namespace: 'shop' }, spec })),
    ];
    const all = [...world(), ...manifests];
    const migrated = permissive ? [] : [afterwards(all, 'istio'), afterwards(all, 'linkerd')];
    return {
      name: `foreign ${i}`,
      permissive,
      manifests: all,
      probes: requests.map(one => probe(one, permissive ? byAnyone(one) : Object.assign(
        answer(() => allowedBySmi('osm')(manifests, one)), ...migrated.map(answers => answers(one)),
      ))),
    };
  });
}

/** In permissive mode everyone with a certificate of the mesh; another authority is none of ours here. A port that no Service declares is closed. */
function byAnyone({ client, port }: Request): Probe['answers'] {
  return client.trustDomain !== undefined ? {} : { evaluator: verdict(client.meshed && port !== 7000) };
}

function answer(allowed: () => boolean): Probe['answers'] {
  try {
    return { evaluator: verdict(allowed()) };
  } catch (error) {
    if (error instanceof Unknown) {
      return {};
    }
    throw error;
  }
}

/** Most clients are those of which the TrafficTargets speak. */
function favoured(one: Request, n = one.path.length): Request {
  const { client } = one;
  return client.kind !== 'pod' || n % 3 === 0 ? one : { ...one, client: { ...client, namespace: 'shop' } };
}

/** No ports are all ports. */
const TCP_ROUTES: Readonly<Record<string, object>> = {
  http: { matches: { ports: [8080] } }, redis: { matches: { ports: [6379, 9090] } }, all: { matches: {} }, none: { matches: { ports: [] } },
};

const subject = (names: readonly string[], namespaces: readonly string[]) => fc.record({
  kind: fc.constant('ServiceAccount'), name: fc.constantFrom(...names), namespace: fc.constantFrom(...namespaces),
});

const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'missing'), { minLength: 1, maxLength: 3 });
const rule = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('HTTPRouteGroup'), name: fc.constantFrom('group-0', 'group-0', 'group-1'), matches: names }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('HTTPRouteGroup'), name: fc.constantFrom('group-0', 'gone') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('TCPRoute'), name: fc.constantFrom('http', 'redis', 'all', 'none', 'http', 'redis', 'gone') }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'UDPRoute', name: 'dns' }) },
);
const target = fc.record({
  metadata: fc.record({ namespace: fc.oneof({ weight: 9, arbitrary: fc.constant('shop') }, { weight: 1, arbitrary: fc.constant('ops') }) }),
  spec: fc.record({
    destination: subject(['cart', 'cart', 'checkout'], ['shop']),
    sources: fc.array(subject(ACCOUNTS, ['shop', 'shop', 'ops']), { minLength: 1, maxLength: 3 }),
    rules: fc.array(rule, { minLength: 0, maxLength: 3 }),
  }),
});

const group = fc.tuple(match('a'), match('b'), match('c')).map(matches => matches.slice());

function match(name: string): fc.Arbitrary<object> {
  return fc.record({
    pathRegex: fc.constantFrom(undefined, '.*', '/api', '/api.*', '/carts/[0-9]+', '/', '.*/items'),
    methods: fc.constantFrom(undefined, ['*'], ['GET'], ['POST', 'PUT'], ['GET', '*']),
    headers: fc.constantFrom(undefined, undefined, [{ 'x-team': '1.*' }], [{ 'x-version': 'a' }, { 'x-team': '.*' }]),
  }).map(conditions => ({ name, ...Object.fromEntries(Object.entries(conditions).filter(([, value]) => value !== undefined)) }));
}
