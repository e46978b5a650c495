import * as fc from 'fast-check';
import { changes, service, wholeService } from './backends';
import type { Can } from './some';
import { some, sometimes } from './some';
import type { Written, WrittenHandling, WrittenHashKey, WrittenLimit, WrittenLoadBalancing, WrittenRule, WrittenService } from '../written';

type Cors = NonNullable<WrittenHandling['cors']>;
type Retries = NonNullable<WrittenHandling['retries']>;
type Redirect = NonNullable<WrittenRule['redirect']>;

const CHANGED = ['x-team', 'X-Trace', 'x-old', 'x-user'];
const HOST = 'next.example.com';

/** The time of a try is at most that of the request. */
function timeouts(can: Can): fc.Arbitrary<NonNullable<WrittenHandling['timeouts']>> {
  const [request, backendRequest] = [can('HTTPRouteRequestTimeout'), can('HTTPRouteBackendTimeout')];
  const [noRequest, noBackendRequest] = [can('NoRequestTimeout'), can('NoBackendTimeout')];
  return fc.constantFrom(
    ...(noRequest ? [{ request: 0 }] : []),
    ...(noBackendRequest ? [{ backendRequest: 0 }] : []),
    ...(noRequest && backendRequest ? [{ request: 0, backendRequest: 1000 }] : []),
    ...(request && noBackendRequest ? [{ request: 5000, backendRequest: 0 }] : []),
    ...(request ? [{ request: 500 }, { request: 5000 }, { request: 90_000 }] : []),
    ...(backendRequest ? [{ backendRequest: 250 }] : []),
    ...(request && backendRequest ? [{ request: 3000, backendRequest: 1000 }, { request: 1500, backendRequest: 1500 }] : []),
  );
}

function retries(can: Can): fc.Arbitrary<Retries> {
  const more = some<Omit<Retries, 'attempts'>>({
    statusCodes: [50, fc.constantFrom([503], [500, 502], [429])],
    grpcStatuses: can('RetryGRPCStatus') && [30, fc.constantFrom(['unavailable'], ['internal', 'unavailable'])],
    connectionFailures: can('RetryResponsesOnly') && [30, fc.constant(false)],
    backoff: can('RetryBackoff') && [30, fc.constantFrom(25, 1000)],
  });
  return fc.tuple(fc.constantFrom(1, 3, ...(can('NoRetries') ? [0] : [])), more)
    .map(([attempts, others]): Retries => ({ attempts, ...(attempts > 0 && others) }))
    .filter(({ connectionFailures = true, statusCodes, grpcStatuses }) => connectionFailures || (statusCodes ?? grpcStatuses) !== undefined);
}

const stickiness = fc.constantFrom<NonNullable<WrittenHandling['stickiness']>>(
  { name: 'cart' }, { name: 'cart' }, { name: 'cart', absoluteTimeout: 3_600_000 }, { type: 'cookie' },
  { type: 'header', name: 'x-session' }, { name: 'cart', idleTimeout: 60_000 },
);

/** What the rules of a port have to agree about in some targets. */
export function common(can: Can): fc.Arbitrary<Pick<WrittenHandling, 'timeouts' | 'retries' | 'stickiness'>> {
  return some<Pick<WrittenHandling, 'timeouts' | 'retries' | 'stickiness'>>({
    timeouts: (can('HTTPRouteRequestTimeout') || can('HTTPRouteBackendTimeout')) && [15, timeouts(can)],
    retries: can('HTTPRouteRetry') && [15, retries(can)],
    stickiness: can('SessionPersistence') && [10, stickiness],
  });
}

function mirrors(can: Can, called: WrittenService): fc.Arbitrary<NonNullable<WrittenHandling['mirrors']>> {
  const percent = can('HTTPRouteRequestPercentageMirror') ? fc.constantFrom(undefined, 0, 5, 12.5, 0.01, 100) : fc.constant(undefined);
  return fc.shuffledSubarray(['shadow', 'audit'], { minLength: 1, maxLength: can('HTTPRouteRequestMultipleMirrors') ? 2 : 1 })
    .chain(names => fc.tuple(...names.map(name => fc.tuple(service(can, called, name), percent))))
    .map(all => all.map(([to, part]) => ({ service: to, ...(part !== undefined && { percent: part }) })));
}

const cors = (can: Can): fc.Arbitrary<Cors> => fc.tuple(
  fc.constantFrom<string[]>(['*'], ['https://shop.example.com'], ['https://*.example.com', 'http://localhost:8080']),
  some<Omit<Cors, 'allowOrigins'>>({
    allowMethods: [50, fc.constantFrom<string[]>(['GET'], ['PUT', 'DELETE'], ['*'])],
    allowHeaders: [50, fc.constantFrom<string[]>(['X-Team'], ['*', 'x-a'])],
    exposeHeaders: [30, fc.constant(['x-trace', 'x-user'])],
    allowCredentials: [40, fc.boolean()],
    maxAge: [50, fc.constantFrom(60_000, 5000)],
  }),
).map(([allowOrigins, others]): Cors => ({ allowOrigins, ...others }))
  .filter(({ allowCredentials, allowOrigins, allowMethods = [], allowHeaders = [] }) =>
    !allowCredentials || ((can('CORSCredentialsOfAnyOrigin') || !allowOrigins.includes('*')) && (can('CORSCredentialsOfAnyRequest') || ![...allowMethods, ...allowHeaders].includes('*'))));

const faults = fc.constantFrom<NonNullable<WrittenHandling['faults']>>(
  { abort: { percent: 1, statusCode: 503 } }, { delay: { percent: 12.5, delay: 100 } },
);

export function treatment(can: Can, called: WrittenService): fc.Arbitrary<Omit<WrittenHandling, 'timeouts' | 'retries' | 'stickiness' | 'rewrite'>> {
  return some<Omit<WrittenHandling, 'timeouts' | 'retries' | 'stickiness' | 'rewrite'>>({
    mirrors: can('HTTPRouteRequestMirror') && [10, mirrors(can, called)],
    requestHeaders: can('RequestHeaderModification') && [20, changes(CHANGED)],
    responseHeaders: can('HTTPRouteResponseHeaderModification') && [10, changes(CHANGED)],
    cors: can('HTTPRouteCORS') && [5, cors(can)],
    faults: can('FaultInjection') && [5, faults],
  });
}

/** A path in place of the whole, or of the prefix where all matches have one. */
function pathChange(prefixed: boolean): fc.Arbitrary<{ path?: string; pathPrefix?: string }> {
  return fc.oneof(
    fc.constantFrom('/v2', '/', '/api').map(path => ({ path })),
    ...(prefixed ? [fc.constantFrom('/v2', '/v2/', '/', '/api').map(pathPrefix => ({ pathPrefix }))] : []),
  );
}

export function rewrite(can: Can, prefixed: boolean): fc.Arbitrary<NonNullable<WrittenHandling['rewrite']>> {
  const [host, path] = [can('HTTPRouteHostRewrite'), can('HTTPRoutePathRewrite')];
  return fc.oneof(
    ...(host ? [fc.constant({ hostname: HOST })] : []),
    ...(path ? [pathChange(prefixed), pathChange(prefixed)] : []),
    ...(host && path ? [pathChange(prefixed).map(change => ({ ...change, hostname: HOST }))] : []),
  );
}

export function redirect(prefixed: boolean): fc.Arbitrary<Redirect> {
  const more = some<Omit<Redirect, 'path' | 'pathPrefix'>>({
    scheme: [40, fc.constantFrom('https', 'http')],
    hostname: [40, fc.constant(HOST)],
    port: [30, fc.constantFrom(80, 443, 8443)],
    statusCode: [50, fc.constantFrom(301, 302, 303, 307, 308)],
  });
  return fc.tuple(more, fc.oneof(fc.constant({}), pathChange(prefixed))).map(([one, change]) => ({ ...one, ...change }))
    .filter(({ statusCode: _, ...others }) => Object.keys(others).length > 0);
}

export function directResponse(can: Can): fc.Arbitrary<NonNullable<WrittenRule['directResponse']>> {
  return fc.constantFrom(500, ...(can('DirectResponseStatus') ? [403, 503] : [])).map(statusCode => ({ statusCode }));
}

const hashKey = (can: Can) => fc.constantFrom<WrittenHashKey>(
  { kind: 'header', name: 'x-team' }, { kind: 'cookie', name: 'cart' }, { kind: 'queryParameter', name: 'page' },
  ...(can('SourceAddressHash') ? [{ kind: 'sourceAddress' as const }] : []),
);

function loadBalancing(can: Can): fc.Arbitrary<WrittenLoadBalancing> {
  const warmUp = can('WarmUp') ? fc.constantFrom({}, { warmUp: 30_000 }) : fc.constant({});
  const choices = can('LeastRequestChoices') ? fc.constantFrom({}, { choices: 3 }) : fc.constant({});
  return fc.oneof(
    warmUp.map(more => ({ kind: 'roundRobin' as const, ...more })),
    fc.tuple(warmUp, choices).map(([one, other]) => ({ kind: 'leastRequest' as const, ...one, ...other })),
    fc.constant({ kind: 'random' as const }),
    ...(can('ConsistentHash') ? [
      fc.tuple(hashKey(can), fc.constantFrom({}, { minimumRingSize: 2048 })).map(([key, more]) => ({ kind: 'ringHash' as const, key, ...more })),
      hashKey(can).map(key => ({ kind: 'maglev' as const, key })),
    ] : []),
  );
}

/** What is said of connections, by itself or together. */
function connections(can: Can): fc.Arbitrary<NonNullable<Written['connections']>> | undefined {
  const all: readonly (readonly [feature: Parameters<Can>[0], said: NonNullable<Written['connections']>])[] = [
    ['ConnectTimeout', { connectTimeout: 250 }],
    ['IdleTimeout', { idleTimeout: 0 }],
    ['IdleTimeout', { idleTimeout: 90_000 }],
    ['MaxConnectionDuration', { maxDuration: 3_600_000 }],
    ['TCPKeepalive', { keepalive: {} }],
    ['TCPKeepalive', { keepalive: { time: 60_000, interval: 5000, probes: 3 } }],
    ['MaxRequestsPerConnection', { maxRequestsPerConnection: 1 }],
    ['MaxConcurrentStreams', { maxConcurrentStreams: 100 }],
    ['HTTP2ToPods', { http2: true }],
  ];
  const possible = all.flatMap(([feature, said]) => can(feature) ? [said] : []);
  return possible.length === 0 ? undefined : fc.subarray(possible, { minLength: 1, maxLength: Math.min(3, possible.length) })
    .map(said => Object.assign({}, ...said));
}

/** For ports of a Service that has several. */
export function portTraffic(can: Can, numbers: readonly number[]): fc.Arbitrary<Written['portTraffic']> {
  const ofConnections = connections(can);
  return !can('PortTraffic') || ofConnections === undefined || numbers.length < 2 ? fc.constant(undefined) : sometimes(60, fc.tuple(
    fc.subarray([...numbers], { minLength: 1 }),
    fc.oneof(ofConnections.map(said => ({ connections: said })), breaking.map(said => ({ circuitBreaking: said })),
      fc.tuple(ofConnections, breaking).map(([one, other]) => ({ connections: one, circuitBreaking: other }))),
  ).map(([ports, said]) => [{ ports, ...said }]));
}

const breaking = fc.constantFrom<NonNullable<Written['circuitBreaking']>>(
  { consecutiveErrors: 5, ejectionTime: 30_000, maxEjectionPercent: 50 },
  { maxConnections: 100, maxRequests: 10 },
  { consecutiveErrors: 3, maxPendingRequests: 7 },
  { consecutiveGatewayErrors: 4, interval: 5000, minHealthPercent: 30 },
  { consecutiveErrors: 9, consecutiveConnectionFailures: 2, minHealthPercent: 0 },
  { maxRetries: 3 },
);

const LIMITED = [{ namespace: 'shop', serviceAccount: 'web' }, { namespace: 'web', serviceAccount: 'web' }];

/** What all of the targets that have rules can count, each by itself. */
function rateLimit(can: Can): fc.Arbitrary<WrittenLimit> {
  const limits: WrittenLimit[] = [
    { requests: 10 },
    ...(can('RateLimitByClient') ? [{ rules: [{ sources: [LIMITED[0]], requests: 5 }] }, { rules: [{ sources: LIMITED, perClient: true, requests: 5 }] }] : []),
    ...(can('RateLimitByRequest') ? [
      { requests: 10, rules: [{ methods: ['POST'], requests: 5 }] },
      { rules: [{ sources: [{ namespace: 'shop' }, LIMITED[1]], methods: ['GET', 'PUT'], requests: 5 }, { sources: LIMITED, requests: 3 }, { requests: 7 }] },
    ] : []),
  ];
  const answers = can('RateLimitAnswer') ? [{}, { answer: { statusCode: 503 } }, { answer: { headers: { 'retry-after': '1', 'x-limited': 'a b' } } }] : [{}];
  return fc.tuple(fc.constantFrom(...limits), fc.constantFrom(...answers), fc.constantFrom({}, {}, { interval: 2000 }))
    .map(([limit, answer, time]) => ({ ...limit, ...answer, ...time }));
}

type OfService = Pick<Written, 'loadBalancing' | 'circuitBreaking' | 'connections' | 'retryBudget' | 'rateLimit' | 'failoverPriority' | 'failoverRegions' | 'failover'>;

/** Other Services stand in, or backends for each other; or the same ones in other clusters. */
function failover(can: Can, called: WrittenService): fc.Arbitrary<NonNullable<Written['failover']>> {
  const services = can('ServiceFailover') ? ['spare', 'cart-v1', 'cart-v2'] : [];
  const clusters = can('ClusterFailover') ? ['west', 'east'] : [];
  const target = (name: string): fc.Arbitrary<NonNullable<Written['failover']>[number]> => clusters.includes(name) ? fc.constant({ cluster: name })
    : wholeService(can, called, name).filter(({ groupKind }) => groupKind === undefined).map(one => ({ service: one }));
  const all = [...services, ...clusters];
  return fc.shuffledSubarray(all, { minLength: 1, maxLength: Math.min(3, all.length) }).chain(names => fc.tuple(...names.map(target)));
}

export function traffic(can: Can, called: WrittenService): fc.Arbitrary<OfService> {
  const ofConnections = connections(can);
  return some<OfService>({
    failover: (can('ServiceFailover') || can('ClusterFailover')) && [15, failover(can, called)],
    loadBalancing: can('LoadBalancing') && [15, loadBalancing(can)],
    circuitBreaking: can('OutlierDetection') && can('ConnectionLimits') && [10, breaking],
    connections: ofConnections !== undefined && [6, ofConnections],
    retryBudget: can('RetryBudget') && [10, fc.constantFrom({}, { percent: 50 }, { interval: 60_000, minRetriesPerSecond: 3 })],
    failoverPriority: can('LocalityFailover') && [50, fc.constantFrom(['topology.kubernetes.io/zone'], ['topology.kubernetes.io/region', 'topology.istio.io/cluster'])],
    failoverRegions: can('RegionFailover') && [50, fc.constantFrom<Record<string, string>>({ east: 'west' }, { 'us-east-1': 'us-east-2', 'eu-west-1': 'us-east-1' })],
    rateLimit: can('LocalRateLimit') && [5, rateLimit(can)],
  });
}
