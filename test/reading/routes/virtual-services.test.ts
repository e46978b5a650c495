import * as fc from 'fast-check';
import { byAge, requests } from './gateway-api';
import { canonical, readOutcome } from './outcome';
import { istioProgram } from './virtual-services';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { routedByVirtualService } from '../../../src/evaluators/routes/virtual-service';
import { Unknown } from '../../../src/evaluators/unknown';
import { decide, isUndecided, valueOf } from '../../../src/meaning/decision';
import { reading } from '../world';

/** What becomes of requests by VirtualServices that somebody else wrote is what the evaluator decides, or unknown where it has to be. */

const CASES = Number(process.env.ORACLE_CASES ?? 2000);

function evaluated(manifests: readonly any[], request: RouteRequest): string {
  try {
    return canonical(routedByVirtualService(manifests, request));
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

test('VirtualServices and DestinationRules', () => {
  const counts = { known: 0, unknown: 0, beyond: 0 };
  const cases = istioProgram.chain(one => fc.tuple(fc.constant(one), fc.array(requests(one), { minLength: 5, maxLength: 5 })));
  fc.assert(fc.property(cases, ([{ manifests }, asked]) => {
    const world = reading(manifests, 'default', 'istio');
    for (const request of asked) {
      const wanted = evaluated(byAge(manifests, ({ name, namespace }) => `${name} ${namespace}`), request);
      const outcome = readOutcome(world, request);
      const given = outcome === 'unknown' ? outcome : canonical(outcome);
      if (wanted !== 'unknown' && given !== 'unknown') expect({ request, given }).toEqual({ request, given: wanted });
      counts[given === 'unknown' ? wanted === 'unknown' ? 'beyond' : 'unknown' : 'known']++;
    }
  }), { numRuns: CASES / 5 });
  expect(counts.known / (counts.known + counts.unknown)).toBeGreaterThan(0.6);
});

const istio = (kind: string, spec: object, namespace = 'shop', name = 'a') => ({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace }, spec });
const wayTo = (manifests: readonly unknown[], path = '/', mesh: 'istio' | 'istio-ambient' | 'linkerd' = 'istio') => {
  const to = { namespace: 'shop', service: 'cart', port: 80 };
  const [ways] = reading(manifests, 'default', mesh).readings.flatMap(({ reading: { ways: of } }) => of?.(to, 'HTTP') ?? []);
  return ways && valueOf(decide(ways, {
    client: { kind: 'pod', namespace: 'web' }, pod: { namespace: 'shop' }, port: 80, protocol: 'HTTP', entrance: to, request: { method: 'GET', path, headers: {}, query: {} },
  }));
};
const half = (subset?: string) => ({ destination: { host: 'cart', port: { number: 80 }, ...(subset && { subset }) }, weight: 50 });
const cart = istio('VirtualService', { hosts: ['cart'], http: [{ route: [half('v1'), half('v2')] }] });

test('subsets are the pods with their labels, and none where there is no such subset', () => {
  const rule = (spec: object, namespace?: string) => istio('DestinationRule', { host: 'cart.shop.svc.cluster.local', ...spec }, namespace);
  const v1 = { subsets: [{ name: 'v1', labels: { version: 'v1' } }] };
  const to = { namespace: 'shop', service: 'cart', port: 80, weight: 50 };

  expect(wayTo([cart, rule(v1)])).toEqual({
    backends: [{ ...to, subset: { version: 'v1' } }, { ...to, status: 503 }], handling: {}, besides: [],
  });
  expect(wayTo([cart, rule(v1), rule(v1, 'web')])).toMatchObject({ unknown: "it is not known which pods the subset 'v1' are" });
});

test('what is not read is unknown, and only where it counts', () => {
  const delegating = istio('VirtualService', { hosts: ['cart'], http: [{ match: [{ uri: { prefix: '/a' } }], delegate: { name: 'b' } }, { route: [half()] }] });

  expect(wayTo([delegating], '/a')).toMatchObject({ unknown: 'what is delegated is not read here' });
  expect(wayTo([delegating], '/b')).toMatchObject({ backends: [{ service: 'cart', weight: 1 }] });
  expect(wayTo([delegating], '/b', 'istio-ambient')).toHaveProperty('unknown');
  expect(wayTo([delegating, istio('Sidecar', { workloadSelectors: {} }, 'web')], '/b')).toHaveProperty('unknown');
  expect(wayTo([delegating], '/b', 'linkerd')).toBeUndefined();
  expect(wayTo([istio('VirtualService', { hosts: ['*'], gateways: ['ingress'], http: [{ route: [half()] }] })])).toBeUndefined();
});

test('clients with a Sidecar follow the routes that it imports', () => {
  const elsewhere = istio('VirtualService', { hosts: ['cart'], http: [{ route: [{ destination: { host: 'basket', port: { number: 80 } } }] }] });
  const to = (...sidecars: readonly object[]) => {
    const way = wayTo([elsewhere, ...sidecars]);
    return way === undefined || isUndecided(way) ? 'unknown' : way.backends[0].service;
  };
  const importing = (hosts: readonly string[], more: object = {}, namespace = 'web') => istio('Sidecar', { egress: [{ hosts }], ...more }, namespace);

  expect(to()).toBe('basket');
  expect(to(importing(['./*']))).toBe('cart');
  expect(to(importing(['./*', 'shop/*']))).toBe('basket');
  expect(to(importing(['*/cart.shop.svc.cluster.local']))).toBe('basket');
  expect(to(importing(['./*'], {}, 'ops'))).toBe('basket');
  expect(to(importing(['./*'], {}, 'istio-system'))).toBe('cart');
  expect(to(importing(['./*'], {}, 'istio-system'), importing(['*/*']))).toBe('basket');
  expect(to(importing(['./*'], { workloadSelector: { labels: { app: 'other' } } }))).toBe('unknown');
});
