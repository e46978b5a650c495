import * as fc from 'fast-check';
import { rulesOn } from './intent';
import type { Changes } from './outcome';
import type { RouteRequest } from './request';
import type { Written, WrittenBackend, WrittenHandling, WrittenMatch, WrittenRule, WrittenService, WrittenValue } from './written';
import type { RouteFeature } from '../../../src/model/features/route';

/** Few values, so that they meet often; and close ones, so that it matters where they differ. */
const PATHS = [
  '/', '/api', '/api/', '/api/v1', '/api/v1/', '/apis', '/API', '/api.v1', '/apixv1', '/a(b)', '/api/v1/items', '/carts', '/carts/7', '/carts/7/items', '/carts/7/8/items',
  '/shop.Cart/Add', '/shop.Cart/Adds', '/shop.Cart/Del', '/shop.Carts/Add',
];
const PREFIXES = ['/api', '/api/', '/api/v1', '/apis', '/api.v1', '/carts', '/carts/7', '/', '/a(b)'];
const TEMPLATES = ['/carts/{id}', '/carts/{id}/items', '/{any}/v1', '/{any}/7/items', '/api/{version}'];
const REGEXES = ['/api.*', '/api|/apis', '/carts/[0-9]+', '.*/items', '/api(/v[0-9])?', '/a.i', '/[^/]+'];
const METHODS = ['GET', 'POST', 'PUT'];
const HEADERS = ['x-team', 'X-Version', 'x-user'];
const QUERY = ['v', 'V', 'debug'];
const VALUES = ['1', '2', '12', 'a.b', 'axb', 'A'];
const REGEX_VALUES = ['1|12', '[12]', '1.?', 'a\\.b', '.*b'];
const HOSTS = ['cart', 'cart.shop', 'cart.shop.svc.cluster.local'];
const SERVER_NAMES = ['a.example.com', 'b.example.com', '*.example.com', '*.b.example.com', 'x.b.example.com'];
const WEIGHTS = [0, 1, 1, 3, 10, 50, 90, 100];

/** What can be said; the rest is not generated, so that most of what is generated is rendered. */
export type Can = (feature: RouteFeature) => boolean;

type Fields<T> = { readonly [K in keyof T]-?: false | readonly [weight: number, arbitrary: fc.Arbitrary<NonNullable<T[K]>>] };

/** Some of the fields, each as often as its weight says, in percent. */
function some<T extends object>(fields: Fields<T>): fc.Arbitrary<T> {
  const entries = Object.entries(fields) as [string, false | [number, fc.Arbitrary<unknown>]][];
  return fc.tuple(...entries.map(([, field]) => field === false ? fc.constant(undefined)
    : fc.oneof({ weight: field[0], arbitrary: field[1] }, { weight: 100 - field[0], arbitrary: fc.constant(undefined) })))
    .map(values => Object.fromEntries(entries.map(([name], i) => [name, values[i]]).filter(([, value]) => value !== undefined)) as T);
}

const byName = <T>(names: readonly string[], value: fc.Arbitrary<T>, maxLength = 2): fc.Arbitrary<Record<string, T>> =>
  fc.uniqueArray(fc.tuple(fc.constantFrom(...names), value), { selector: ([name]) => name.toLowerCase(), minLength: 1, maxLength }).map(Object.fromEntries);

const value = (can: Can): fc.Arbitrary<WrittenValue> => fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...VALUES).map(exact => ({ exact })) },
  { weight: can('HeaderRegexMatching') ? 1 : 0, arbitrary: fc.constantFrom(...REGEX_VALUES).map(regex => ({ regex })) },
  { weight: can('HeaderPresenceMatching') ? 1 : 0, arbitrary: fc.constant('present' as const) },
);

const path = (can: Can): fc.Arbitrary<WrittenMatch> => fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.constantFrom(...PATHS).map(one => ({ path: one })) },
  { weight: 4, arbitrary: fc.constantFrom(...PREFIXES).map(pathPrefix => ({ pathPrefix })) },
  { weight: can('PathTemplateMatching') ? 1 : 0, arbitrary: fc.constantFrom(...TEMPLATES).map(pathTemplate => ({ pathTemplate })) },
  { weight: can('PathRegexMatching') ? 1 : 0, arbitrary: fc.constantFrom(...REGEXES).map(pathRegex => ({ pathRegex })) },
);

const isSomething = ({ methods, headers, query, cookies, pathPrefix, ...others }: WrittenMatch) =>
  [methods, headers, query, cookies, ...Object.values(others)].some(condition => condition !== undefined) || (pathPrefix !== undefined && pathPrefix !== '/');

const httpMatch = (can: Can): fc.Arbitrary<WrittenMatch> => fc.tuple(path(can), some<Pick<WrittenMatch, 'methods' | 'headers' | 'query' | 'cookies'>>({
  methods: can('HTTPRouteMethodMatching') && [25, fc.subarray(METHODS, { minLength: 1, maxLength: 2 })],
  headers: can('HeaderMatching') && [30, byName(HEADERS, value(can))],
  query: can('HTTPRouteQueryParamMatching') && [15, byName(QUERY, value(can))],
  cookies: can('HeaderRegexMatching') && [5, byName(['session'], fc.constantFrom('1', 'a.b'), 1)],
})).map(([one, more]) => ({ ...one, ...more })).filter(isSomething);

const grpcMatch = (can: Can): fc.Arbitrary<WrittenMatch> => fc.tuple(
  some<Pick<WrittenMatch, 'grpc'>>({
    grpc: [80, fc.tuple(fc.constantFrom('shop.Cart', 'shop.Carts', 'shop'), fc.constantFrom('Add', 'Adds', 'Del', undefined))
      .map(([service, method]) => ({ service, ...(method && { method }) }))],
  }),
  some<Pick<WrittenMatch, 'headers'>>({ headers: can('HeaderMatching') && [30, byName(HEADERS, value(can))] }),
).map(([one, more]) => ({ ...one, ...more })).filter(isSomething);

const tlsMatch: fc.Arbitrary<WrittenMatch> = fc.subarray(SERVER_NAMES, { minLength: 1, maxLength: 2 }).map(sni => ({ sni }));

const changes = (names: readonly string[]): fc.Arbitrary<Changes> => fc.shuffledSubarray([...names], { minLength: 1, maxLength: 3 })
  .chain(chosen => fc.tuple(...chosen.map(name => fc.tuple(fc.constant(name), fc.constantFrom('set', 'add', 'remove'), fc.constantFrom(...VALUES, 'a b')))))
  .map(all => {
    const of = (kind: string) => all.filter(([, which]) => which === kind);
    const values = (kind: string) => Object.fromEntries(of(kind).map(([name, , text]) => [name, text]));
    return {
      ...(of('set').length > 0 && { set: values('set') }), ...(of('add').length > 0 && { add: values('add') }),
      ...(of('remove').length > 0 && { remove: of('remove').map(([name]) => name) }),
    };
  });

/** Seldom the same for a rule and its backends, which is refused. */
const OF_RULE = ['x-team', 'X-Trace', 'x-old', 'x-user'];
const OF_BACKEND = ['X-Version', 'x-user', 'x-served-by'];

const service = (can: Can, called: WrittenService, name: string): fc.Arbitrary<WrittenService> => fc.record({
  namespace: can('ReferenceGrant') ? fc.constantFrom(undefined, undefined, undefined, 'next') : fc.constant(undefined),
  elsewhere: can('BackendPort') ? fc.integer({ min: 0, max: 4 }) : fc.constant(1),
}).map(({ namespace, elsewhere }) => ({
  name,
  ...(namespace && { namespace }),
  ports: called.ports.map(port => elsewhere === 0 && called.ports.length === 1 ? { ...port, port: port.port + 8000 } : port),
}));

const backends = (can: Can, called: WrittenService): fc.Arbitrary<WrittenBackend[]> => {
  const names = ['cart-v1', 'cart-v2', 'cart-v3', ...(can('ServiceAsBackend') ? ['cart'] : [])];
  return fc.shuffledSubarray(names, { minLength: 1, maxLength: can('WeightedBackends') ? 3 : 1 }).chain(chosen => fc.tuple(
    fc.tuple(...chosen.map(name => name === called.name ? fc.constant(called) : service(can, called, name))),
    fc.oneof(fc.constantFrom([90, 10, 0], [50, 50, 0], [33, 33, 34], [1, 99, 0]), fc.array(fc.constantFrom(...WEIGHTS), { minLength: 3, maxLength: 3 })),
    fc.array(some<Pick<WrittenBackend, 'requestHeaders' | 'responseHeaders'>>({
      requestHeaders: can('HTTPRouteBackendRequestHeaderModification') && [10, changes(OF_BACKEND)],
      responseHeaders: can('BackendResponseHeaderModification') && [5, changes(OF_BACKEND)],
    }), { minLength: 3, maxLength: 3 }),
  )).map(([services, weights, headers]) => {
    const nothing = weights.slice(0, services.length).every(weight => weight === 0);
    return services.map((one, i) => ({ service: one, weight: services.length === 1 || nothing ? 100 : weights[i], ...headers[i] }));
  });
};

/** Times in a request of which a try is no longer. */
const timeouts = (can: Can): fc.Arbitrary<NonNullable<WrittenHandling['timeouts']>> => fc.constantFrom(
  ...(can('HTTPRouteRequestTimeout') ? [{ request: 500 }, { request: 5000 }, { request: 90_000 }] : []),
  ...(can('HTTPRouteBackendTimeout') ? [{ backendRequest: 250 }] : []),
  ...(can('HTTPRouteRequestTimeout') && can('HTTPRouteBackendTimeout') ? [{ request: 3000, backendRequest: 1000 }, { request: 1500, backendRequest: 1500 }] : []),
);

const retries = (can: Can): fc.Arbitrary<NonNullable<WrittenHandling['retries']>> => fc.record({ attempts: fc.constantFrom(1, 3) })
  .chain(base => some<Omit<NonNullable<WrittenHandling['retries']>, 'attempts'>>({
    statusCodes: [50, fc.constantFrom([503], [500, 502], [429])],
    grpcStatuses: can('RetryGRPCStatus') && [30, fc.constantFrom(['unavailable'], ['internal', 'unavailable'])],
    connectionFailures: can('RetryResponsesOnly') && [30, fc.constant(false)],
    backoff: can('RetryBackoff') && [30, fc.constantFrom(25, 1000)],
  }).map(more => ({ ...base, ...more })))
  .filter(({ connectionFailures, statusCodes = [], grpcStatuses = [] }) => connectionFailures !== false || statusCodes.length + grpcStatuses.length > 0);

const stickiness: fc.Arbitrary<NonNullable<WrittenHandling['stickiness']>> = fc.constantFrom(
  { name: 'cart' }, { name: 'cart', absoluteTimeout: 3_600_000 }, { type: 'cookie' as const }, { type: 'header' as const, name: 'x-session' }, { name: 'cart', idleTimeout: 60_000 },
);

/** What rules have to agree about in some targets. */
const common = (can: Can): fc.Arbitrary<Pick<WrittenHandling, 'timeouts' | 'retries' | 'stickiness'>> => some<Pick<WrittenHandling, 'timeouts' | 'retries' | 'stickiness'>>({
  timeouts: (can('HTTPRouteRequestTimeout') || can('HTTPRouteBackendTimeout')) && [15, timeouts(can)],
  retries: can('HTTPRouteRetry') && [15, retries(can)],
  stickiness: can('SessionPersistence') && [5, stickiness],
});

const treatment = (can: Can, called: WrittenService): fc.Arbitrary<Omit<WrittenHandling, 'timeouts' | 'retries' | 'stickiness' | 'rewrite'>> => some<Omit<WrittenHandling, 'timeouts' | 'retries' | 'stickiness' | 'rewrite'>>({
  mirrors: can('HTTPRouteRequestMirror') && [10, fc.shuffledSubarray(['shadow', 'audit'], { minLength: 1, maxLength: can('HTTPRouteRequestMultipleMirrors') ? 2 : 1 })
    .chain(names => fc.tuple(...names.map(name => fc.tuple(service(can, called, name), can('HTTPRouteRequestPercentageMirror') ? fc.constantFrom(undefined, 0, 5, 12.5, 0.01, 100) : fc.constant(undefined)))))
    .map(all => all.map(([to, percent]) => ({ service: to, ...(percent !== undefined && { percent }) })))],
  requestHeaders: can('RequestHeaderModification') && [20, changes(OF_RULE)],
  responseHeaders: can('HTTPRouteResponseHeaderModification') && [10, changes(OF_RULE)],
  cors: can('HTTPRouteCORS') && [5, some<Omit<NonNullable<WrittenHandling['cors']>, 'allowOrigins'>>({
    allowMethods: [50, fc.constantFrom(['GET'], ['PUT', 'DELETE'], ['*'])],
    allowHeaders: [50, fc.constantFrom(['X-Team'], ['*', 'x-a'])],
    exposeHeaders: [30, fc.constant(['x-trace', 'x-user'])],
    allowCredentials: [20, fc.constant(false)],
    maxAge: [50, fc.constantFrom(60_000, 5000)],
  }).chain(more => fc.constantFrom<string[]>(['*'], ['https://shop.example.com'], ['https://*.example.com', 'http://localhost:8080']).map(allowOrigins => ({ allowOrigins, ...more })))],
  faults: can('FaultInjection') && [5, fc.constantFrom<NonNullable<WrittenHandling['faults']>>({ abort: { percent: 1, statusCode: 503 } }, { delay: { percent: 12.5, delay: 100 } })],
});

const HOST = 'next.example.com';

/** A path in place of the whole, or of the prefix where all matches have one. */
const pathChange = (prefixed: boolean): fc.Arbitrary<{ path?: string; pathPrefix?: string }> => fc.oneof(
  fc.constantFrom('/v2', '/', '/api').map(one => ({ path: one })),
  ...(prefixed ? [fc.constantFrom('/v2', '/v2/', '/', '/api').map(pathPrefix => ({ pathPrefix }))] : []),
);

const rewrite = (can: Can, prefixed: boolean): fc.Arbitrary<NonNullable<WrittenHandling['rewrite']>> => {
  const [host, path] = [can('HTTPRouteHostRewrite'), can('HTTPRoutePathRewrite')];
  return fc.oneof(
    ...(host ? [fc.constant({ hostname: HOST })] : []),
    ...(path ? [pathChange(prefixed), pathChange(prefixed)] : []),
    ...(host && path ? [pathChange(prefixed).map(change => ({ ...change, hostname: HOST }))] : []),
  );
};

const redirect = (prefixed: boolean): fc.Arbitrary<NonNullable<WrittenRule['redirect']>> => fc.tuple(
  some<Omit<NonNullable<WrittenRule['redirect']>, 'path' | 'pathPrefix'>>({
    scheme: [40, fc.constantFrom('https', 'http')],
    hostname: [40, fc.constant(HOST)],
    port: [30, fc.constantFrom(80, 443, 8443)],
    statusCode: [50, fc.constantFrom(301, 302, 303, 307, 308)],
  }),
  fc.oneof(fc.constant({}), pathChange(prefixed)),
).map(([one, change]) => ({ ...one, ...change })).filter(({ statusCode: _, ...others }) => Object.keys(others).length > 0);

const isPrefixed = ({ pathPrefix }: WrittenMatch) => pathPrefix !== undefined && pathPrefix !== '/';

/** A rule for these matches, or for every request. */
const rule = (can: Can, called: WrittenService, http: boolean, matches: readonly WrittenMatch[] | undefined, own: boolean): fc.Arbitrary<WrittenRule> => {
  const prefixed = matches !== undefined && matches.every(isPrefixed);
  const sending = fc.record({
    to: backends(can, called),
    how: fc.tuple(treatment(can, called), own ? common(can) : fc.constant({}), some<Pick<WrittenHandling, 'rewrite'>>({
      rewrite: http && (can('HTTPRouteHostRewrite') || can('HTTPRoutePathRewrite')) && [prefixed ? 40 : 10, rewrite(can, prefixed)],
    })),
  }).map(({ to, how }) => Object.assign({ ...(matches && { matches }), backends: to }, ...how) as WrittenRule);
  return http && can('RequestRedirect')
    ? fc.oneof({ weight: 5, arbitrary: sending }, { weight: 1, arbitrary: redirect(prefixed).map(one => ({ ...(matches && { matches }), redirect: one })) })
    : sending;
};

/** Conditions of one rule: of all kinds, or of prefixes only, so that these can be replaced. */
const matchesOf = (can: Can, protocol: 'HTTP' | 'GRPC'): fc.Arbitrary<WrittenMatch[]> => {
  const unique = (one: fc.Arbitrary<WrittenMatch>) => fc.uniqueArray(one, { selector: match => JSON.stringify(match), minLength: 1, maxLength: 2 });
  return protocol === 'GRPC' ? unique(grpcMatch(can)) : fc.oneof(unique(httpMatch(can)), unique(httpMatch(can).filter(isPrefixed)));
};

const requestRoute = (can: Can, protocol: 'HTTP' | 'GRPC'): fc.Arbitrary<Written> => fc.record({
  namespace: can('MeshConsumerRoute') ? fc.constantFrom('shop', 'shop', 'shop', 'web') : fc.constant('shop'),
  port: fc.constantFrom(80, 80, 8080),
  second: can('PerPortRules') ? fc.integer({ min: 0, max: 9 }).map(n => n === 0) : fc.constant(false),
}).chain(({ namespace, port, second }) => {
  const called: WrittenService = {
    name: 'cart',
    ...(namespace === 'shop' ? {} : { namespace: 'shop' }),
    ports: [{ port, protocol }, ...(second ? [{ port: 9090, name: 'admin', protocol: 'HTTP' as const }] : [])],
  };
  const http = protocol === 'HTTP';
  return fc.record({
    own: fc.integer({ min: 0, max: 3 }).map(n => n === 0),
    matches: can('OrderedRules') ? fc.array(matchesOf(can, protocol), { maxLength: 3 }) : fc.constant([]),
    open: fc.integer({ min: 0, max: 6 }).map(n => n === 0),
    handling: common(can),
  }).chain(({ own, matches, open, handling }) => fc.record({
    rules: fc.tuple(...[...matches, ...(open && matches.length > 0 ? [] : [undefined])].map((one): fc.Arbitrary<WrittenRule> => rule(can, called, http, one, own))),
    names: can('HTTPRouteNamedRouteRule') ? fc.boolean() : fc.constant(false),
    traffic: some<Pick<Written, 'circuitBreaking' | 'retryBudget' | 'rateLimit'>>({
      circuitBreaking: can('OutlierDetection') && can('ConnectionLimits') && [10, fc.constantFrom<NonNullable<Written['circuitBreaking']>>(
        { consecutiveErrors: 5, ejectionTime: 30_000, maxEjectionPercent: 50 }, { maxConnections: 100, maxRequests: 10 }, { consecutiveErrors: 3, maxPendingRequests: 7 })],
      retryBudget: can('RetryBudget') && [10, fc.constantFrom({}, { percent: 50 }, { interval: 60_000, minRetriesPerSecond: 3 })],
      rateLimit: can('LocalRateLimit') && [5, fc.constant({ requests: 10 })],
    }),
    ports: second && http ? fc.constantFrom(undefined, [port]) : fc.constant(undefined),
  }).map(({ rules, names, traffic, ports }): Written => ({
    namespace,
    service: called,
    rules: names ? rules.map((one, i) => ({ ...one, name: `rule-${i}` })) : rules,
    handling: own ? {} : handling,
    ...traffic,
    ...(ports && { ports }),
  })));
});

/** One rule, for every connection. */
const EVERY: fc.Arbitrary<(WrittenMatch[] | undefined)[]> = fc.constant([undefined]);

const connectionRoute = (can: Can, protocol: 'TLS' | 'TCP'): fc.Arbitrary<Written> => fc.record({
  namespace: can('MeshConsumerRoute') ? fc.constantFrom('shop', 'shop', 'web') : fc.constant('shop'),
  matches: protocol === 'TLS' && can('TLSRoute') ? fc.oneof(EVERY, fc.array(fc.array(tlsMatch, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 })) : EVERY,
}).chain(({ namespace, matches }) => {
  const called: WrittenService = { name: 'cart', ...(namespace === 'shop' ? {} : { namespace: 'shop' }), ports: [{ port: 6379, protocol }] };
  return fc.tuple(...matches.map(one => backends(feature => can(feature) && !feature.includes('HeaderModification'), called).map(to => ({ ...(one && { matches: one }), backends: to }))))
    .map(rules => ({ namespace, service: called, rules, handling: {} }));
});

export const written = (can: Can): fc.Arbitrary<Written> => fc.oneof(
  { weight: 16, arbitrary: requestRoute(can, 'HTTP') },
  { weight: can('GRPCRoute') ? 5 : 0, arbitrary: requestRoute(can, 'GRPC') },
  { weight: can('TLSRoute') || can('TCPRoute') ? 1 : 0, arbitrary: connectionRoute(can, 'TLS') },
  { weight: can('TCPRoute') ? 1 : 0, arbitrary: connectionRoute(can, 'TCP') },
);

/** A text that meets a condition, or nearly so. */
const near = (condition: WrittenValue): fc.Arbitrary<string> =>
  fc.constantFrom(...VALUES, ...(condition !== 'present' && 'exact' in condition ? [condition.exact, condition.exact, condition.exact, `${condition.exact}x`] : []));

const requestNear = (match: WrittenMatch, protocol: RouteRequest['protocol']): fc.Arbitrary<Pick<RouteRequest, 'method' | 'path' | 'headers' | 'query' | 'host'>> => {
  const own = match.path ?? match.pathPrefix ?? (match.grpc && `/${match.grpc.service}/${match.grpc.method ?? 'Add'}`);
  const paths = protocol === 'GRPC' ? PATHS.filter(one => one.startsWith('/shop.'))
    : [...PATHS, ...(own === undefined ? [] : [own, own, own, `${own}/x`, `${own}/`, `${own}s`, own.toUpperCase()].map(one => one.replace(/\/\//g, '/')))];
  const values = (conditions: Readonly<Record<string, WrittenValue>> = {}, others: readonly string[], lower: boolean) => fc.tuple(
    fc.tuple(...Object.entries(conditions).map(([name, condition]) => fc.tuple(fc.constant(name), fc.oneof({ weight: 6, arbitrary: near(condition) }, { weight: 1, arbitrary: fc.constant(undefined) })))),
    fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: byName(others, fc.constantFrom(...VALUES), 1) }),
  ).map(([own, more]) => Object.fromEntries([...Object.entries(more), ...own].filter(([, text]) => text !== undefined).map(([name, text]) => [lower ? name.toLowerCase() : name, text as string])));
  return fc.record({
    method: protocol === 'GRPC' ? fc.constant('POST') : fc.constantFrom(...match.methods ?? METHODS, ...METHODS, 'DELETE'),
    path: fc.constantFrom(...(own === undefined || protocol === 'GRPC' ? [...paths, ...(own === undefined ? [] : [own, own])] : paths)),
    headers: fc.tuple(values(match.headers, [...HEADERS, 'x-old', 'x-trace'], true), fc.constantFrom(undefined, undefined, ...Object.entries(match.cookies ?? {}).flatMap(([name, text]) => [
      `${name}=${text}`, `a=b; ${name}=${text}`, `${name}=${text}x; b=c`, `x${name}=${text}`,
    ]))).map(([headers, cookie]) => ({ ...headers, ...(cookie !== undefined && { cookie }) })),
    query: protocol === 'GRPC' ? fc.constant({}) : values(match.query, QUERY, false),
    host: protocol === 'TLS' ? fc.constantFrom('a.example.com', 'b.example.com', 'x.b.example.com', 'example.com', 'c.example.org') : fc.constantFrom(...HOSTS),
  });
};

/** Requests to the Service, or to one of its backends: near the matches of a rule, whichever. */
export const requestTo = (route: Written): fc.Arbitrary<RouteRequest> => {
  const home = route.service.namespace ?? route.namespace;
  return fc.constantFrom(...route.service.ports).chain(({ port, protocol, name }) => {
    const to = { service: route.service.name, namespace: home, port };
    const matches = rulesOn(route, { to, protocol }).flatMap(one => one.matches ?? [{}]);
    return fc.record({
      near: fc.constantFrom(...(matches.length === 0 ? [{}] : matches)).chain(match => requestNear(match, protocol)),
      namespace: fc.constantFrom(route.namespace, route.namespace, home, 'ops'),
      response: fc.constantFrom<Record<string, string>>({}, { 'x-old': '1', 'x-served-by': 'pod' }, { 'x-trace': '7' }),
    }).map(({ near: one, namespace, response }) => ({ ...one, client: { namespace }, to, ...(name && { portName: name }), protocol, response }));
  });
};
