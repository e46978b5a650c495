import * as fc from 'fast-check';
import { maybe, merged } from './gateway-api';
import { retriesOfIstio } from './tries';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { HEADERS, QUERY, VALUES } from '../../oracle/routes/arbitraries/matches';

/** VirtualServices and DestinationRules as somebody writes them who does not use this library. */

const text = (values: readonly string[], expressions: readonly string[]) => fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...values).map(exact => ({ exact })) },
  { weight: 2, arbitrary: fc.constantFrom(...values).map(prefix => ({ prefix })) },
  { weight: 2, arbitrary: fc.constantFrom(...expressions).map(regex => ({ regex })) },
);

const byName = (names: readonly string[]) => fc.dictionary(
  fc.constantFrom(...names), fc.oneof({ weight: 5, arbitrary: text(VALUES, ['1|12', '[12]', '.*', 'a\\.b']) }, { weight: 1, arbitrary: fc.constant({}) }), { minKeys: 1, maxKeys: 2 },
);

const match = merged(
  maybe(70, 'uri', text(['/api', '/api/', '/api/v1', '/carts', '/carts/7', '/', '/API'], ['/api.*', '/api|/apis', '/carts/[0-9]+'])),
  maybe(10, 'ignoreUriCase', fc.constant(true)),
  maybe(20, 'method', fc.constantFrom<object>({ exact: 'GET' }, { regex: 'GET|POST' }, { prefix: 'P' })),
  maybe(25, 'headers', byName(HEADERS)),
  maybe(12, 'withoutHeaders', byName(HEADERS)),
  maybe(12, 'queryParams', byName(QUERY)),
  maybe(25, 'port', fc.constantFrom(80, 80, 81)),
  maybe(10, 'gateways', fc.constantFrom(['mesh'], ['ingress'], ['ingress', 'mesh'])),
  maybe(12, 'sourceNamespace', fc.constantFrom('shop', 'web')),
);

const destination = fc.record({
  host: fc.constantFrom('cart-v1', 'cart-v2', 'cart-v1.other.svc.cluster.local', 'cart'), port: fc.constantFrom(80, 8080), subset: maybe(12, 'subset', fc.constantFrom('a', 'b')),
}).map(({ host, port, subset }) => ({ host, port: { number: port }, ...subset }));

const operations = fc.constantFrom<object>(
  { set: { 'x-team': 'a' } }, { add: { 'X-Old': 'b', 'x-user': '1' } }, { remove: ['x-old'] }, { set: { 'x-old': 'c' }, remove: ['x-user'] },
);
const headers = fc.oneof(
  operations.map(request => ({ request })), operations.map(response => ({ response })),
  fc.tuple(operations, operations).map(([request, response]) => ({ request, response })),
);

const destinations = fc.array(merged(destination.map(one => ({ destination: one })), maybe(80, 'weight', fc.constantFrom(0, 1, 9, 90)), maybe(15, 'headers', headers)), { minLength: 1, maxLength: 3 });

const percentage = fc.constantFrom(0, 0.5, 12.5, 100).map(value => ({ value }));

/** Something that nobody knows, at times. */
const misspelt = fc.oneof({ weight: 30, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constantFrom<object>({ timeouts: '1s' }, { header: {} }) });

export const http = merged(
  maybe(85, 'match', fc.array(match, { minLength: 1, maxLength: 2 })),
  fc.oneof(
    {
      weight: 1,
      arbitrary: merged(
        maybe(50, 'scheme', fc.constantFrom('http', 'https')), maybe(50, 'authority', fc.constant('next.example.com')), maybe(50, 'uri', fc.constant('/v2')),
        fc.constantFrom({}, { port: 8443 }, { derivePort: 'FROM_REQUEST_PORT' }), maybe(50, 'redirectCode', fc.constant(307)),
      ).map(redirect => ({ redirect })),
    },
    { weight: 1, arbitrary: fc.constant({ directResponse: { status: 503 } }) },
    {
      weight: 2,
      arbitrary: merged(
        fc.constantFrom({ name: 'other' }, { name: 'other' }, { name: 'other', namespace: 'shop' }, { name: 'none' }).map(delegate => ({ delegate })),
        maybe(15, 'headers', headers), maybe(15, 'timeout', fc.constant('3s')), maybe(10, 'rewrite', fc.constant({ uri: '/v3' })),
        maybe(10, 'mirrors', fc.constantFrom<object[]>([], [{ destination: { host: 'cart-v2', port: { number: 80 } } }])),
      ),
    },
    {
      weight: 8,
      arbitrary: merged(
        destinations.map(route => ({ route })),
        maybe(20, 'headers', headers),
        maybe(25, 'rewrite', fc.constantFrom<object>(
          { uri: '/v2' }, { uri: '/' }, { authority: 'next.example.com' }, { uriRegexRewrite: { match: '/.*', rewrite: '/v2' } }, { uriRegexRewrite: { match: '^/api', rewrite: '/v2' } },
          { uriRegexRewrite: { match: '^/api/?', rewrite: '/' } },
        )),
        maybe(15, 'mirrors', fc.array(merged(destination.map(one => ({ destination: one })), maybe(60, 'percentage', percentage)), { minLength: 1, maxLength: 2 })),
        maybe(8, 'mirror', destination),
        maybe(8, 'corsPolicy', fc.constantFrom<object>(
          { allowOrigins: [{ exact: 'https://shop.example.com' }, { regex: 'https://.*\\.example\\.com' }], maxAge: '60s', unmatchedPreflights: 'IGNORE' }, { allowOrigins: [{ exact: '*' }] },
        )),
        maybe(8, 'fault', fc.constantFrom<object>({ abort: { httpStatus: 503, percentage: { value: 1 } } }, { delay: { fixedDelay: '0.1s', percentage: { value: 12.5 } } })),
        maybe(15, 'timeout', fc.constantFrom('5s', '0.25s', '0s')),
        maybe(15, 'retries', retriesOfIstio(['1s'])),
      ),
    },
  ),
  misspelt,
);

const tcp = merged(maybe(60, 'match', fc.array(maybe(60, 'port', fc.constantFrom(80, 81)), { minLength: 1, maxLength: 2 })), destinations
  .map(all => ({ route: all.map(({ headers: _, ...one }) => one) })));

const SERVER_NAMES = [['a.example.com'], ['b.example.com'], ['*.example.com'], ['*.b.example.com', 'a.example.com'], ['*'], ['b.example.com', '*'], ...Array.from({ length: 3 }, () => ['cart.shop.svc.cluster.local'])];

const tlsMatch = merged(
  fc.constantFrom(...SERVER_NAMES).map(sniHosts => ({ sniHosts })), maybe(40, 'port', fc.constantFrom(80, 80, 81)),
  maybe(10, 'gateways', fc.constantFrom(['mesh'], ['ingress'])), maybe(12, 'sourceNamespace', fc.constantFrom('shop', 'web')),
  maybe(4, 'destinationSubnets', fc.constant(['10.0.0.0/8'])),
);

const tls = merged(fc.array(tlsMatch, { minLength: 1, maxLength: 2 }).map(all => ({ match: all })), tcp.map(({ route }) => ({ route })));

/** What others delegate to. */
const delegate = (namespace: string) => merged(
  fc.array(http.filter(one => one.delegate === undefined), { minLength: 1, maxLength: 3 }).map(all => ({ http: all })), maybe(20, 'exportTo', fc.constantFrom(['.'], ['*'], ['web'], ['ops'])),
).map(spec => ({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'other', namespace }, spec }));

const virtualService = (i: number) => fc.record({
  namespace: fc.constantFrom('shop', 'shop', 'web'),
  host: fc.constantFrom('cart', ...Array.from({ length: 9 }, () => 'cart.shop.svc.cluster.local'), 'cart-v1', 'cart.shop', '*.shop.svc.cluster.local'),
  day: fc.constantFrom('01', '01', '02', '02', undefined),
  spec: merged(
    fc.array(http, { minLength: 1, maxLength: 3 }).map(all => ({ http: all })), maybe(40, 'tcp', fc.array(tcp, { minLength: 1, maxLength: 2 })), maybe(60, 'tls', fc.array(tls, { minLength: 1, maxLength: 2 })),
    maybe(40, 'exportTo', fc.constantFrom(['.'], ['*'], ['web'], ['.', 'ops'], ['~'], ['~', 'web'])), maybe(15, 'gateways', fc.constantFrom(['mesh'], ['ingress'], ['ingress', 'mesh'])),
  ),
}).map(({ namespace, host, day, spec }) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: `route-${i}`, namespace, ...(day && { creationTimestamp: `2026-11-${day}T00:00:00Z` }) },
  spec: { hosts: [host], ...spec },
}));

const pool = maybe(50, 'connectionPool', fc.constantFrom<object>(
  { tcp: { maxConnections: 10 } }, { http: { http1MaxPendingRequests: 7, http2MaxRequests: 9 } }, { http: { maxRetries: 3 } },
  { tcp: { connectTimeout: '1s', idleTimeout: '60s' }, http: { idleTimeout: '5s', maxRequestsPerConnection: 1 } },
  {
    tcp: { maxConnections: 7, maxConnectionDuration: '1h', tcpKeepalive: { time: '60s', interval: '5s', probes: 3 } },
    http: { h2UpgradePolicy: 'UPGRADE', maxConcurrentStreams: 9 },
  },
  { tcp: { idleTimeout: '0s', tcpKeepalive: {} }, http: { h2UpgradePolicy: 'DO_NOT_UPGRADE' } }));
const detection = maybe(40, 'outlierDetection', fc.constantFrom<object>(
  { consecutive5xxErrors: 5, baseEjectionTime: '30s', maxEjectionPercent: 50 }, { consecutive5xxErrors: 3, interval: '5s' },
  { consecutiveGatewayErrors: 4, minHealthPercent: 30 }, { consecutive5xxErrors: 0, splitExternalLocalOriginErrors: true },
  { consecutive5xxErrors: 0, consecutiveGatewayErrors: 0 },
));
const balancer = maybe(30, 'loadBalancer', fc.constantFrom<object>(
  { consistentHash: { httpCookie: { name: 'cart', path: '/', ttl: '0s' } } }, { simple: 'LEAST_REQUEST' }, { simple: 'RANDOM' },
  { simple: 'ROUND_ROBIN', warmup: { duration: '30s' } }, { consistentHash: { httpHeaderName: 'x-team' } },
  { consistentHash: { httpCookie: { name: 'cart' }, ringHash: { minimumRingSize: 9 } } },
  { consistentHash: { httpQueryParameterName: 'page', maglev: { tableSize: 65537 } } }, { consistentHash: { useSourceIp: true } }));

/** Of one port or two, in place of those for all. */
const portSettings = fc.uniqueArray(
  fc.tuple(fc.constantFrom(80, 81, 8080), merged(pool, detection, balancer)), { minLength: 1, maxLength: 2, selector: ([port]) => port },
).map(all => all.map(([port, settings]) => ({ port: { number: port }, ...settings })));

function hashesByPort({ portLevelSettings = [] }: any): boolean {
  return portLevelSettings.some(({ loadBalancer }: any) => loadBalancer?.consistentHash !== undefined);
}

/** Where no route is for a port, a waypoint tells requests apart by what is said of all ports alone. */
const destinationRule = fc.record({
  namespace: fc.constantFrom('shop', 'shop', 'web', 'istio-system'),
  host: fc.constantFrom('cart-v1', 'cart-v1.shop.svc.cluster.local', 'cart-v2', 'cart', '*.shop.svc.cluster.local', '*.local'),
  exportTo: maybe(20, 'exportTo', fc.constantFrom(['.'], ['web'], ['*'])),
  subsets: maybe(50, 'subsets', fc.subarray([{ name: 'a', labels: { version: 'v1' } }, { name: 'b', labels: { version: 'v2', tier: 'x' } }], { minLength: 1 })),
  trafficPolicy: merged(
    pool, detection, balancer, maybe(30, 'portLevelSettings', portSettings),
    maybe(10, 'retryBudget', fc.constant({ percent: 20, budgetInterval: '10s', minRetryConcurrency: 3 })),
  ),
}).filter(({ host, trafficPolicy }) => !['cart', '*.shop.svc.cluster.local', '*.local'].includes(host) || !hashesByPort(trafficPolicy))
  .map(({ namespace, host, trafficPolicy, subsets, exportTo }) => ({
    apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: `rule-${host.replace('*', 'any')}`, namespace }, spec: { host, trafficPolicy, ...subsets, ...exportTo },
  }));

const SERVICE = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { ports: [{ name: 'main', port: 80 }, { name: 'admin', port: 81 }] } };

/** Several VirtualServices for one Service, and what holds for those behind it. */
export const istioProgram: fc.Arbitrary<{ readonly protocol: RouteRequest['protocol']; readonly manifests: readonly any[] }> = fc.record({
  protocol: fc.constantFrom<RouteRequest['protocol']>('HTTP', 'HTTP', 'HTTP', 'HTTP', 'GRPC', 'TCP', 'TLS', 'TLS'),
  routes: fc.integer({ min: 1, max: 2 }).chain(count => fc.tuple(...Array.from({ length: count }, (_, i) => virtualService(i)))),
  delegates: fc.tuple(delegate('shop'), delegate('web')),
  rules: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(destinationRule, { maxLength: 2 }) }),
}).map(({ protocol, routes, delegates, rules }) => ({ protocol, manifests: [SERVICE, ...routes, ...delegates, ...rules] }));

/** The same, where labels say which waypoint the Service has. */
export const waypointProgram: typeof istioProgram = fc.record({
  program: istioProgram,
  labels: fc.constantFrom<Readonly<Record<string, string>>>(
    { 'istio.io/use-waypoint': 'waypoint' }, { 'istio.io/use-waypoint': 'waypoint' }, { 'istio.io/use-waypoint': 'waypoint', 'istio.io/use-waypoint-namespace': 'web' },
    { 'istio.io/use-waypoint': 'none' }, {},
  ),
}).map(({ program: { protocol, manifests: [service, ...others] }, labels }) => ({
  protocol, manifests: [{ ...service, metadata: { ...service.metadata, labels } }, ...others],
}));

