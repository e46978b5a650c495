import { handlingWords, shareWords, trafficWords } from '../../../src/cli/words/ways';
import type { Traffic, Way, WayBackend } from '../../../src/meaning/world';

/** Values of each field, no two of which are the same. */
type Values<Model> = { readonly [Field in keyof Required<Model>]: readonly NonNullable<Model[Field]>[] };

const headers = [
  { set: [{ name: 'a', value: '1' }], add: [], remove: [] }, { set: [{ name: 'b', value: '1' }], add: [], remove: [] },
  { set: [{ name: 'a', value: '2' }], add: [], remove: [] }, { set: [], add: [{ name: 'a', value: '1' }], remove: [] }, { set: [], add: [], remove: ['a'] },
];
const copy = { name: 'shadow', namespace: 'shop', port: 80, fraction: { numerator: 5, denominator: 100 } };
const retries = { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true };
const cors = { allowOrigins: ['*'], allowMethods: ['GET'], allowHeaders: ['a'], exposeHeaders: ['a'], allowCredentials: false, maxAge: 60 };
const stickiness = [
  { type: 'cookie', name: 'a', absoluteTimeout: 1000 }, { type: 'header', name: 'a', absoluteTimeout: 1000 }, { type: 'cookie', absoluteTimeout: 1000 },
  { type: 'cookie', name: 'b', absoluteTimeout: 1000 }, { type: 'cookie', name: 'a', absoluteTimeout: 2000 }, { type: 'cookie', name: 'a', idleTimeout: 1000 },
] as const;

const HANDLING: Values<Way['handling']> = {
  timeouts: [{ request: 1000 }, { request: 0 }, { request: 2000 }, { backendRequest: 1000 }, { backendRequest: 0 }],
  retries: [
    retries, { ...retries, attempts: 0 }, { ...retries, attempts: 1 }, { ...retries, statusCodes: [] }, { ...retries, statusCodes: [502, 503] },
    { ...retries, grpcStatuses: ['internal'] }, { ...retries, connectionFailures: false }, { ...retries, backoff: 25 }, { ...retries, backoff: 50 },
    { ...retries, statusCodes: [], connectionFailures: false },
  ],
  mirrors: [
    [copy], [{ ...copy, name: 'audit' }], [{ ...copy, namespace: 'other' }], [{ ...copy, port: 81 }],
    [{ ...copy, fraction: { numerator: 6, denominator: 100 } }],
    [{ ...copy, subset: { version: 'v2' } }], [{ ...copy, groupKind: { group: 'multicluster.x-k8s.io', kind: 'ServiceImport' } }], [copy, copy],
  ],
  requestHeaders: headers,
  responseHeaders: headers,
  rewrite: [
    { hostname: 'a' }, { hostname: 'b' }, { path: { type: 'full', value: '/a' } }, { path: { type: 'full', value: '/b' } },
    { path: { type: 'prefix', value: '/a' } },
  ],
  redirect: [
    { statusCode: 301 }, { statusCode: 302 }, { statusCode: 301, scheme: 'https' }, { statusCode: 301, scheme: 'http' },
    { statusCode: 301, hostname: 'a' },
    { statusCode: 301, port: 80 }, { statusCode: 301, path: { type: 'full', value: '/a' } },
    { statusCode: 301, path: { type: 'prefix', value: '/a' } },
  ],
  cors: [
    cors, { ...cors, allowOrigins: ['https://a'] }, { ...cors, allowMethods: [] }, { ...cors, allowHeaders: ['b'] }, { ...cors, exposeHeaders: ['b'] },
    { ...cors, allowCredentials: true }, { ...cors, maxAge: 61 },
  ],
  stickiness,
  faults: [
    { abort: { percent: 1, statusCode: 503 } }, { abort: { percent: 2, statusCode: 503 } }, { abort: { percent: 1, statusCode: 500 } },
    { delay: { percent: 1, delay: 100 } }, { delay: { percent: 2, delay: 100 } }, { delay: { percent: 1, delay: 200 } },
  ],
};

const TRAFFIC: Values<Traffic> = {
  loadBalancing: [
    { kind: 'roundRobin' }, { kind: 'roundRobin', warmUp: 1000 }, { kind: 'roundRobin', warmUp: 2000 }, { kind: 'leastRequest' },
    { kind: 'leastRequest', choices: 3 },
    { kind: 'leastRequest', warmUp: 1000 }, { kind: 'random' }, { kind: 'maglev', key: { kind: 'header', name: 'a' } },
    { kind: 'maglev', key: { kind: 'header', name: 'b' } }, { kind: 'maglev', key: { kind: 'cookie', name: 'a' } },
    { kind: 'maglev', key: { kind: 'queryParameter', name: 'a' } }, { kind: 'maglev', key: { kind: 'sourceAddress' } },
    { kind: 'ringHash', key: { kind: 'header', name: 'a' } }, { kind: 'ringHash', key: { kind: 'header', name: 'a' }, minimumRingSize: 8 },
  ],
  circuitBreaking: [
    { consecutiveErrors: 1 }, { consecutiveErrors: 2 }, { consecutiveGatewayErrors: 1 }, { consecutiveConnectionFailures: 1 },
    { consecutiveErrors: 1, ejectionTime: 1000 }, { consecutiveErrors: 1, interval: 1000 }, { consecutiveErrors: 1, maxEjectionPercent: 10 },
    { consecutiveErrors: 1, minHealthPercent: 10 }, { maxConnections: 1 }, { maxPendingRequests: 1 }, { maxRequests: 1 }, { maxRetries: 1 },
  ],
  connections: [
    { connectTimeout: 1 }, { connectTimeout: 2 }, { idleTimeout: 1 }, { idleTimeout: 0 }, { maxDuration: 1 }, { keepalive: {} },
    { keepalive: { time: 1000 } },
    { keepalive: { interval: 1000 } }, { keepalive: { probes: 3 } }, { maxRequestsPerConnection: 1 }, { maxConcurrentStreams: 1 }, { http2: true },
    { http2: false },
  ],
  rateLimit: [
    { requests: 1, interval: 1000 }, { requests: 2, interval: 1000 }, { requests: 1, interval: 2000 },
    { requests: 1, interval: 1000, answer: { statusCode: 503, headers: [] } },
    { requests: 1, interval: 1000, answer: { headers: [{ name: 'a', value: '1' }] } },
    { rules: [{ sources: [], perClient: false, matches: [], requests: 1 }], interval: 1000 },
    { rules: [{ sources: [], perClient: true, matches: [], requests: 1 }], interval: 1000 },
    { rules: [{ sources: [{ kind: 'namespace', name: 'a' }], perClient: false, matches: [], requests: 1 }], interval: 1000 },
    { rules: [{ sources: [{ kind: 'serviceAccount', namespace: 'a', name: 'a' }], perClient: false, matches: [], requests: 1 }], interval: 1000 },
    { rules: [{ sources: [{ kind: 'spiffeId', id: 'a' }], perClient: false, matches: [], requests: 1 }], interval: 1000 },
  ],
  retryBudget: [
    { percent: 20, interval: 1000, minRetriesPerSecond: 10 }, { percent: 30, interval: 1000, minRetriesPerSecond: 10 },
    { percent: 20, interval: 2000, minRetriesPerSecond: 10 }, { percent: 20, interval: 1000, minRetriesPerSecond: 11 },
  ],
  failoverPriority: [['a'], ['b'], ['a', 'b']],
  failoverRegions: [{ a: 'b' }, { a: 'c' }, { b: 'a' }],
  failover: [
    [{ service: { name: 'a', namespace: 'shop' } }], [{ service: { name: 'b', namespace: 'shop' } }], [{ cluster: 'a' }],
    [{ service: { name: 'a', namespace: 'shop' }, cluster: 'a' }], [{ cluster: 'b' }, { cluster: 'a' }],
  ],
  stickiness,
  besides: [['a'], ['b']],
};

const cart = { namespace: 'shop', service: 'cart', port: 80 };

const BACKEND: Values<Omit<WayBackend, 'weight'>> = {
  namespace: ['a', 'b'],
  service: ['a', 'b'],
  port: [81, 82],
  groupKind: [{ group: 'multicluster.x-k8s.io', kind: 'ServiceImport' }, { group: 'a.example.com', kind: 'Other' }],
  subset: [{ version: 'v1' }, { version: 'v2' }],
  outside: [{ host: 'a' }, { host: 'b' }, { host: 'a', protocol: 'HTTPS' }, { host: 'a', tls: 'a' }],
  status: [500, 503, 'closed'],
  requestHeaders: headers,
  responseHeaders: headers,
};

/** What is said of nothing, and of each value of a field. */
function said<Model extends object>(field: string, values: readonly unknown[], words: (model: Model) => readonly string[] | string): string[] {
  return [{}, ...values.map(value => ({ [field]: value }))].map(model => JSON.stringify(words(model as Model)));
}

test.each([
  ...Object.entries(HANDLING).map(([part, values]) => [`handling: ${part}`, said<Way['handling']>(
    part, values, handling => handlingWords({ handling, besides: [] }))] as const),
  ...Object.entries(TRAFFIC).map(([part, values]) => [`traffic: ${part}`, said<Traffic>(part, values, trafficWords)] as const),
  ...Object.entries(BACKEND).map(([part, values]) => [`backend: ${part}`, said<WayBackend>(part, values, one => shareWords({ ...cart, ...one }))] as const),
])('%s: what differs is said in other words', (_, all) => {
  expect(all).toEqual([...new Set(all)]);
});

test('a share that changes headers says so', () => {
  expect(shareWords({ ...cart, weight: 1, requestHeaders: headers[0] })).toBe('shop/cart:80 (request header a is set to 1)');
});

test('a circuit breaker is said in words', () => {
  expect(trafficWords({ circuitBreaking: { consecutiveErrors: 5, ejectionTime: 30_000, maxRequests: 10 }, besides: [] }))
    .toEqual(['circuit breaking: pods are left out after 5 errors in a row, for at least 30000 ms, at most 10 requests at a time']);
});
