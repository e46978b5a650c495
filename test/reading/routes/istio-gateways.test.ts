import * as fc from 'fast-check';
import { byAge, maybe, merged, requests } from './gateway-api';
import { canonical, outcomeOf } from './outcome';
import { http } from './virtual-services';
import { routedByIstioGateway } from '../../../src/evaluators/routes/istio-gateway';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { Unknown } from '../../../src/evaluators/unknown';
import { closeness } from '../../../src/meaning/journey';
import { holdsFor } from '../../../src/meaning/text';
import type { World } from '../../../src/reading/world';
import { reading } from '../world';

/** What becomes of requests that come to a Gateway of Istio, with VirtualServices that somebody else wrote, is what the evaluator decides, or unknown where it has to be. */

const CASES = Number(process.env.ORACLE_CASES ?? 2000);
const HOSTS = ['shop.example.com', 'www.example.com', '*.example.com', '*', 'example.org', 'cart'];
const ASKED = ['shop.example.com', 'www.example.com', 'a.shop.example.com', 'example.org', 'cart.shop.svc.cluster.local'];
const PODS = 'edge';

const server = merged(
  fc.constantFrom(80, 80, 81).map(number => ({ port: { number, name: `http-${number}`, protocol: 'HTTP' } })),
  fc.uniqueArray(fc.tuple(fc.constantFrom('', '', 'shop/', './', '*/'), fc.constantFrom(...HOSTS)).map(([namespace, host]) => `${namespace}${host === 'cart' ? 'cart.shop.svc.cluster.local' : host}`), { minLength: 1, maxLength: 2 })
    .map(hosts => ({ hosts })),
  maybe(10, 'tls', fc.constant({ httpsRedirect: true })),
);

const gateway = fc.record({ namespace: fc.constantFrom('edge', 'shop'), servers: fc.array(server, { minLength: 1, maxLength: 3 }) }).map(({ namespace, servers }) => ({
  apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'ingress', namespace }, spec: { selector: { istio: 'ingress' }, servers },
}));

const virtualService = (i: number) => fc.record({
  namespace: fc.constantFrom('shop', 'shop', 'edge', 'web'),
  day: fc.constantFrom('01', '01', '02', undefined),
  spec: merged(
    fc.uniqueArray(fc.constantFrom(...HOSTS), { minLength: 1, maxLength: 2 }).map(hosts => ({ hosts })),
    fc.constantFrom(['edge/ingress', 'shop/ingress'], ['edge/ingress', 'shop/ingress', 'mesh'], ['ingress']).map(gateways => ({ gateways })),
    fc.array(http, { minLength: 1, maxLength: 3 }).map(all => ({ http: all })),
    maybe(30, 'exportTo', fc.constantFrom(['.'], ['*'], ['edge'], ['web'])),
  ),
}).map(({ namespace, day, spec }) => ({
  apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: `route-${i}`, namespace, ...(day && { creationTimestamp: `2026-11-${day}T00:00:00Z` }) }, spec,
}));

const POD = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'ingress', namespace: PODS }, spec: { template: { metadata: { labels: { istio: 'ingress' } }, spec: { containers: [] } } },
};

function evaluated(manifests: readonly any[], request: RouteRequest, one: any): string {
  try {
    return canonical(routedByIstioGateway(manifests, request, one, PODS));
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

function read(world: World, request: RouteRequest): string {
  const [entry] = world.readings.flatMap(({ reading: { entries } }) => entries?.() ?? [])
    .filter(({ port, host }) => port === request.to.port && holdsFor(host, request.host) === 'yes').sort((a, b) => closeness(b.host) - closeness(a.host));
  const outcome = entry === undefined ? { kind: 'failed' as const } : outcomeOf(entry.ways, request, world);
  return outcome === 'unknown' ? outcome : canonical(outcome);
}

test('Gateways and VirtualServices', () => {
  const counts = { known: 0, unknown: 0, beyond: 0, sent: 0 };
  const routes = fc.integer({ min: 1, max: 2 }).chain(count => fc.tuple(...Array.from({ length: count }, (_, i) => virtualService(i))));
  const asked = fc.tuple(requests({ protocol: 'HTTP' }), fc.constantFrom(...ASKED), fc.constantFrom(80, 80, 81))
    .map(([request, host, port]): RouteRequest => ({ ...request, host, client: { namespace: PODS }, to: { service: 'ingress', namespace: PODS, port } }));
  fc.assert(fc.property(gateway, routes, fc.array(asked, { minLength: 5, maxLength: 5 }), (own, some, all) => {
    const manifests = [POD, own, ...some];
    const [world, sorted] = [reading(manifests, 'default', 'istio'), byAge(manifests, ({ name, namespace }) => `${name} ${namespace}`)];
    for (const request of all) {
      const [given, wanted] = [read(world, request), evaluated(sorted, request, own)];
      if (wanted !== 'unknown' && given !== 'unknown') expect({ request, given }).toEqual({ request, given: wanted });
      counts[given === 'unknown' ? wanted === 'unknown' ? 'beyond' : 'unknown' : 'known']++;
      if (given === wanted && given.includes('cart')) counts.sent++;
    }
  }), { numRuns: CASES / 5 });
  expect(counts.known / (counts.known + counts.unknown)).toBeGreaterThan(0.6);
  expect(counts.sent / CASES).toBeGreaterThan(0.01);
});
