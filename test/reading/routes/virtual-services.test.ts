import * as fc from 'fast-check';
import { byAge, requests } from './gateway-api';
import { canonical, readOutcome } from './outcome';
import { istioProgram, waypointProgram } from './virtual-services';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { routedByVirtualService } from '../../../src/evaluators/routes/virtual-service';
import { routedAtWaypoint } from '../../../src/evaluators/routes/virtual-service-waypoint';
import { Unknown } from '../../../src/evaluators/unknown';
import { decide, isUndecided, valueOf } from '../../../src/meaning/decision';
import { trafficOf } from '../traffic';
import { reading } from '../world';

/** What becomes of requests by VirtualServices that somebody else wrote is what the evaluator decides, or unknown where it has to be. */

const CASES = Number(process.env.ORACLE_CASES ?? 2000);

function evaluated(judge: typeof routedByVirtualService, manifests: readonly any[], request: RouteRequest): string {
  try {
    return canonical(judge(manifests, request));
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

test.each([
  ['at sidecars', istioProgram, 'istio', routedByVirtualService],
  ['at waypoints', waypointProgram, 'istio-ambient', routedAtWaypoint],
] as const)('VirtualServices and DestinationRules, %s', (_, programs, mesh, judge) => {
  const counts = { known: 0, unknown: 0, beyond: 0 };
  const cases = programs.chain(one => fc.tuple(fc.constant(one), fc.array(requests(one), { minLength: 5, maxLength: 5 })));
  fc.assert(fc.property(cases, ([{ manifests }, asked]) => {
    const world = reading(manifests, 'default', mesh);
    for (const request of asked) {
      const wanted = evaluated(judge, byAge(manifests, ({ name, namespace }) => `${name} ${namespace}`), request);
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

const to = (host: string) => [{ destination: { host, port: { number: 80 } } }];
const delegating = istio('VirtualService', { hosts: ['cart'], http: [{ match: [{ uri: { prefix: '/a' } }], delegate: { name: 'b' }, timeout: '3s' }, { route: [half()] }] });
const delegate = (spec: object, namespace?: string) => istio('VirtualService', spec, namespace, 'b');

test('connections are as a DestinationRule says of the port, and of what it speaks', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { ports: [{ name: 'http', port: 80 }, { name: 'tcp-data', port: 81 }] } };
  const said = (trafficPolicy: object, port = 80) => trafficOf(reading([service, istio('DestinationRule', { host: 'cart', trafficPolicy })], 'default', 'istio'), { namespace: 'shop', service: 'cart', port });
  const pool = (seconds: number) => ({ connectionPool: { tcp: { idleTimeout: `${seconds}s`, maxConnections: 0 } } });
  const idle = (milliseconds: number) => ({ connections: { idleTimeout: milliseconds }, besides: [] });

  expect(said(pool(9))).toEqual(idle(9000));
  expect([80, 81].map(port => said({ connectionPool: { tcp: { idleTimeout: '9s' }, http: { idleTimeout: '3s' } } }, port))).toEqual([idle(3000), idle(9000)]);
  expect(said({ connectionPool: { http: { idleTimeout: '3s' } } }, 81)).toEqual({ besides: [] });
  const ofPort = {
    ...pool(9),
    outlierDetection: { consecutive5xxErrors: 7 },
    proxyProtocol: { version: 'V2' },
    retryBudget: { percent: 20, budgetInterval: '10s', minRetryConcurrency: 3 },
    portLevelSettings: [{ port: { number: 81 }, ...pool(3) }],
  };
  const ofAll = { retryBudget: { percent: 20, interval: 10_000, minRetriesPerSecond: 3 }, besides: ['proxyProtocol is {"version":"V2"}'] };
  expect(said(ofPort)).toEqual({ ...idle(9000), circuitBreaking: { consecutiveErrors: 7 }, ...ofAll });
  expect(said(ofPort, 81)).toEqual(idle(3000));
  expect(said({ connectionPool: { tcp: { tcpKeepalive: { time: '1.5s' } }, http: { useClientProtocol: true, h2UpgradePolicy: 'DEFAULT' } } }))
    .toEqual({ connections: { keepalive: { time: 1000 } }, besides: ['connectionPool.http.useClientProtocol is true'] });
  expect(said({ connectionPool: { tcp: { tcpKeepalive: { time: '0.5s' } } } })).toContain('less than a second');
});

test('what is delegated is within what delegates it, and says what it leaves out', () => {
  const parts = delegate({
    http: [
      { match: [{ uri: { prefix: '/b' } }], route: to('never') }, { match: [{ uri: { exact: '/a/1' } }], route: to('exact'), timeout: '1s' },
      { match: [{ uri: { regex: '/a/2' } }], route: to('never') }, { match: [{ method: { exact: 'GET' } }], route: to('rest') },
    ],
  });

  expect(wayTo([delegating, parts], '/a/1')).toMatchObject({ backends: [{ service: 'exact' }], handling: { timeouts: { request: 1000 } } });
  expect(wayTo([delegating, parts], '/a/2')).toMatchObject({ backends: [{ service: 'rest' }], handling: { timeouts: { request: 3000 } } });
  expect(wayTo([delegating, parts], '/b')).toMatchObject({ backends: [{ service: 'cart' }] });
  expect(wayTo([delegating, delegate({ http: [{ route: to('basket') }], exportTo: ['web'] })], '/a')).toMatchObject({ backends: [{ service: 'cart' }] });
  expect(wayTo([delegating, delegate({ http: [{ route: to('basket'), delegate: { name: 'c' } }] })], '/a')).toMatchObject({ unknown: expect.stringContaining('istiod takes no delegate of a delegate') });
});

test('what is not read is unknown, and only where it counts', () => {
  expect(wayTo([delegating], '/a')).toMatchObject({ unknown: "VirtualService 'shop/b' is not in the files, or has hosts" });
  expect(wayTo([delegating], '/b')).toMatchObject({ backends: [{ service: 'cart', weight: 1 }] });
  expect(wayTo([delegating, delegate({ http: [{ route: to('basket') }], exportTwo: ['web'] })], '/a')).toMatchObject({ unknown: expect.stringContaining('it is not known here') });
  expect(wayTo([delegating], '/b', 'istio-ambient')).toMatchObject({ unknown: expect.stringContaining('which waypoint the Service has') });
  expect(wayTo([delegating, istio('Sidecar', { workloadSelectors: {} }, 'web')], '/b')).toHaveProperty('unknown');
  expect(wayTo([delegating], '/b', 'linkerd')).toBeUndefined();
  expect(wayTo([istio('VirtualService', { hosts: ['*'], gateways: ['ingress'], http: [{ route: [half()] }] })])).toBeUndefined();
});

test('a status code without a name in Go is no retry condition that istiod takes', () => {
  const retried = (retryOn: string) => {
    const way = wayTo([istio('VirtualService', { hosts: ['cart'], http: [{ route: [half()], retries: { attempts: 2, retryOn } }] })]);
    return way === undefined || isUndecided(way) ? 'unknown' : way.handling.retries?.statusCodes;
  };

  expect([retried('409, 503'), retried('509'), retried('503,520')]).toEqual([[409, 503], 'unknown', 'unknown']);
});

test('waypoints read routes of their own namespace and of that of the Service, for whoever calls', () => {
  const service = (waypoint: string) => ({
    apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop', labels: { 'istio.io/use-waypoint': waypoint, 'istio.io/use-waypoint-namespace': 'mesh' } }, spec: { ports: [{ port: 80 }] },
  });
  const route = (host: string, namespace: string, match: object = {}) =>
    istio('VirtualService', { hosts: ['cart.shop.svc.cluster.local'], http: [{ match: [match], route: to(`${host}.shop.svc.cluster.local`) }] }, namespace, host);
  const at = (waypoint: string, ...routes: readonly object[]) => wayTo([service(waypoint), ...routes], '/', 'istio-ambient');

  expect(at('waypoint', route('a', 'mesh'))).toMatchObject({ backends: [{ service: 'a' }] });
  expect(at('waypoint', route('a', 'web'))).toBeUndefined();
  expect(at('none', route('a', 'shop'))).toBeUndefined();
  expect(at('waypoint', route('a', 'shop', { sourceNamespace: 'web' }), route('b', 'mesh'))).toMatchObject({ backends: [{ service: 'b' }] });
  expect(at('waypoint', route('a', 'shop', { sourceLabels: { app: 'web' } }))).toBeUndefined();
  expect(at('waypoint', route('a', 'shop', { method: { exact: 'POST' } }))).toMatchObject({ status: 404 });
});

test('clients with a Sidecar follow the routes that it imports', () => {
  const elsewhere = istio('VirtualService', { hosts: ['cart'], http: [{ route: [{ destination: { host: 'basket', port: { number: 80 } } }] }] });
  const follow = (...sidecars: readonly object[]) => {
    const way = wayTo([elsewhere, ...sidecars]);
    return way === undefined || isUndecided(way) ? 'unknown' : way.backends[0].service;
  };
  const importing = (hosts: readonly string[], more: object = {}, namespace = 'web') => istio('Sidecar', { egress: [{ hosts }], ...more }, namespace);

  expect(follow()).toBe('basket');
  expect(follow(importing(['./*']))).toBe('cart');
  expect(follow(importing(['./*', 'shop/*']))).toBe('basket');
  expect(follow(importing(['*/cart.shop.svc.cluster.local']))).toBe('basket');
  expect(follow(importing(['./*'], {}, 'ops'))).toBe('basket');
  expect(follow(importing(['./*'], {}, 'istio-system'))).toBe('cart');
  expect(follow(importing(['./*'], {}, 'istio-system'), importing(['*/*']))).toBe('basket');
  expect(follow(importing(['./*'], { workloadSelector: { labels: { app: 'other' } } }))).toBe('unknown');
});

test('connections for server names that no route is for go past the mesh, unless that lets out nothing that it does not know', () => {
  const named = istio('VirtualService', {
    hosts: ['cart.shop.svc.cluster.local', 'a.example.com'],
    tls: [{ match: [{ sniHosts: ['a.example.com'] }], route: [{ destination: { host: 'basket', port: { number: 80 } } }] }],
  });
  const of = (host: string, ...more: readonly object[]) => {
    const [request] = fc.sample(requests({ protocol: 'TLS' }), 1);
    const outcome = readOutcome(reading([named, ...more], 'default', 'istio'), { ...request, host, client: { namespace: 'web' } });
    return outcome === 'unknown' ? outcome : outcome.kind;
  };
  const closed = istio('Sidecar', { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } }, 'web');

  expect([of('a.example.com'), of('b.example.com'), of('b.example.com', closed)]).toEqual(['forwarded', 'unknown', 'failed']);
});
