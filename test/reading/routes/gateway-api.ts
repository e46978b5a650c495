import * as fc from 'fast-check';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { HEADERS, METHODS, PATHS, QUERY, VALUES } from '../../oracle/routes/arbitraries/matches';

/** Manifests as somebody writes them who does not use this library, and requests to what they are about. */

const GROUP = 'gateway.networking.k8s.io';
const X_GROUP = 'gateway.networking.x-k8s.io';
const NAMES = ['cart-v1', 'cart-v2', 'cart'];

export const maybe = <T>(percent: number, name: string, value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.oneof({ weight: percent, arbitrary: value.map(one => ({ [name]: one })) }, { weight: 100 - percent, arbitrary: fc.constant({}) });

export const merged = (...all: fc.Arbitrary<object>[]): fc.Arbitrary<any> => fc.tuple(...all).map(parts => Object.assign({}, ...parts));

const parent = merged(
  fc.constant({ group: '', kind: 'Service', name: 'cart', namespace: 'shop' }),
  fc.constantFrom({}, {}, {}, { port: 80 }, { port: 80 }, { port: 81 }, { sectionName: 'main' }, { sectionName: 'admin' }),
);

const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...VALUES).map(one => ({ value: one })) },
  { weight: 1, arbitrary: fc.constantFrom('1|12', '[12]', '1.?', 'a\\.b', '^(?:a|b)$', '.+').map(one => ({ type: 'RegularExpression', value: one })) },
);

const named = (names: readonly string[]) => fc.uniqueArray(fc.tuple(fc.constantFrom(...names), value), {
  selector: ([name]) => name.toLowerCase(), maxLength: 2,
}).map(all => all.map(([name, one]) => ({ name, ...one })));

const path = fc.oneof(
  fc.constantFrom('/', '/api', '/api/', '/api/v1', '/carts', '/carts/7').map(one => ({ type: 'PathPrefix', value: one })),
  fc.constantFrom('/api', '/api/v1', '/carts/7', '/').map(one => ({ type: 'Exact', value: one })),
  fc.constantFrom('/api.*', '/api|/apis', '/carts/[0-9]+', '^/(?:a|b).*$', '/[^/]+').map(one => ({ type: 'RegularExpression', value: one })),
);

const httpMatch = merged(maybe(70, 'path', path), maybe(20, 'method', fc.constantFrom(...METHODS)), maybe(25, 'headers', named(HEADERS)), maybe(15, 'queryParams', named(QUERY)));

const grpcMatch = merged(
  maybe(80, 'method', fc.constantFrom<object>({ service: 'shop.Cart', method: 'Add' }, { service: 'shop.Cart' }, { method: 'Add' }, { service: 'shop.Carts', method: 'Del' })),
  maybe(30, 'headers', named(HEADERS)),
);

const modifier = fc.uniqueArray(fc.tuple(fc.constantFrom('x-team', 'X-Old', 'x-user', 'x-version'), fc.constantFrom('set', 'add', 'remove'), fc.constantFrom(...VALUES)), {
  selector: ([name]) => name.toLowerCase(), minLength: 1, maxLength: 3,
}).map(all => {
  const of = (which: string) => all.filter(one => one[1] === which);
  const values = (which: string) => of(which).length > 0 && { [which]: of(which).map(([name,, text]) => ({ name, value: text })) };
  return { ...values('set'), ...values('add'), ...(of('remove').length > 0 && { remove: of('remove').map(([name]) => name) }) };
});

const headerFilters = fc.oneof(
  modifier.map(one => ({ type: 'RequestHeaderModifier', requestHeaderModifier: one })),
  modifier.map(one => ({ type: 'ResponseHeaderModifier', responseHeaderModifier: one })),
);

const pathChange = fc.oneof(
  fc.constantFrom('/v2', '/').map(replaceFullPath => ({ type: 'ReplaceFullPath', replaceFullPath })),
  fc.constantFrom('/v2', '/v2/', '/').map(replacePrefixMatch => ({ type: 'ReplacePrefixMatch', replacePrefixMatch })),
);

/** One that there is, in one form or the other; one of pods, and one that nobody has. */
const OUTSIDE = ['api', 'older-api', 'pods', 'missing'];

const backend = (namespaces: readonly (string | undefined)[]) => fc.record({
  place: fc.oneof(
    { weight: 12, arbitrary: fc.record({ name: fc.constantFrom(...NAMES), port: fc.constantFrom(80, 8080) }) },
    { weight: 1, arbitrary: fc.constantFrom(...OUTSIDE).map(name => ({ name, group: X_GROUP, kind: 'XBackend' })) },
  ),
  namespace: fc.constantFrom(...namespaces),
}).map(({ namespace, place }): any => ({ ...place, ...(namespace && { namespace }) }));

const NAMESPACES = [undefined, undefined, undefined, undefined, 'shop', 'other'];

const otherFilter = fc.oneof(
  merged(maybe(40, 'hostname', fc.constant('next.example.com')), maybe(60, 'path', pathChange)).filter(one => Object.keys(one).length > 0)
    .map(urlRewrite => ({ type: 'URLRewrite', urlRewrite })),
  fc.tuple(backend(NAMESPACES), fc.constantFrom<object>({}, { percent: 0 }, { percent: 12 }, { fraction: { numerator: 1, denominator: 3 } }))
    .map(([backendRef, part]) => ({ type: 'RequestMirror', requestMirror: { backendRef, ...part } })),
  merged(fc.constant({ allowOrigins: ['https://shop.example.com'] }), maybe(40, 'maxAge', fc.constant(60)), maybe(40, 'allowCredentials', fc.boolean()))
    .map(cors => ({ type: 'CORS', cors })),
  fc.constant({ type: 'ExtensionRef', extensionRef: { group: 'example.org', kind: 'Any', name: 'any' } }),
);

const redirect = merged(
  maybe(40, 'scheme', fc.constantFrom('http', 'https')), maybe(40, 'hostname', fc.constant('next.example.com')), maybe(30, 'port', fc.constantFrom(80, 443, 8443)),
  maybe(40, 'statusCode', fc.constantFrom(301, 307)), maybe(50, 'path', pathChange),
).map(requestRedirect => ({ filters: [{ type: 'RequestRedirect', requestRedirect }] }));

const filters = (all: fc.Arbitrary<any>) => fc.uniqueArray(all, { selector: one => one.type, minLength: 1, maxLength: 2 });

const backendRefs = fc.uniqueArray(merged(backend(NAMESPACES), maybe(60, 'weight', fc.constantFrom(0, 1, 1, 9, 90)), maybe(15, 'filters', filters(headerFilters))), {
  selector: one => `${one.namespace}/${one.name}:${one.port}`, maxLength: 3,
});

/** Something that nobody knows, at times. */
const misspelt = fc.oneof({ weight: 30, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constantFrom<object>({ timeout: '1s' }, { filter: [] }, { weights: 1 }) });

/** Of some codes, not all proxies know the name. */
export const retryOfHttpRoute: fc.Arbitrary<object> = merged(
  maybe(80, 'attempts', fc.constantFrom(0, 1, 2, 3)), maybe(70, 'codes', fc.subarray([409, 500, 503, 520], { minLength: 1 })), maybe(20, 'backoff', fc.constantFrom('5ms', '25ms')),
);

const httpRule = merged(
  fc.oneof({ weight: 12, arbitrary: maybe(85, 'matches', fc.array(merged(httpMatch, misspelt), { maxLength: 2 })) }, { weight: 1, arbitrary: fc.constant({ matches: [] }) }),
  fc.oneof(
    { weight: 1, arbitrary: redirect },
    {
      weight: 6,
      arbitrary: merged(
        backendRefs.map(all => ({ backendRefs: all })), maybe(35, 'filters', filters(fc.oneof(headerFilters, otherFilter))),
        maybe(15, 'timeouts', fc.constantFrom<object>({ request: '5s' }, { backendRequest: '250ms' }, { request: '1m30s', backendRequest: '1s' }, { request: '0s' })),
        maybe(10, 'retry', retryOfHttpRoute),
        maybe(4, 'sessionPersistence', fc.constantFrom<object>({ type: 'Cookie', cookie: { name: 'cart' } }, { type: 'Header', header: { name: 'x-session' }, idleTimeout: '1m' })),
      ),
    },
  ),
  misspelt,
);

const grpcRule = merged(
  maybe(85, 'matches', fc.array(grpcMatch, { minLength: 1, maxLength: 2 })), backendRefs.map(all => ({ backendRefs: all })), maybe(25, 'filters', filters(headerFilters)),
);

const connectionRule = backendRefs.filter(all => all.length > 0).map(all => ({ backendRefs: all.map(({ filters: _, ...one }) => one) }));

const KINDS: Readonly<Record<RouteRequest['protocol'], readonly string[]>> = {
  HTTP: ['HTTPRoute', 'HTTPRoute', 'HTTPRoute', 'HTTPRoute', 'HTTPRoute', 'GRPCRoute'],
  GRPC: ['GRPCRoute', 'GRPCRoute', 'GRPCRoute', 'HTTPRoute'],
  TLS: ['TLSRoute', 'TLSRoute', 'TCPRoute'],
  TCP: ['TCPRoute'],
  UDP: ['UDPRoute'],
};

const spec = (kind: string): fc.Arbitrary<object> => {
  switch (kind) {
    case 'HTTPRoute': return fc.array(httpRule, { minLength: 1, maxLength: 3 }).map(rules => ({ rules }));
    case 'GRPCRoute': return fc.array(grpcRule, { minLength: 1, maxLength: 3 }).map(rules => ({ rules }));
    case 'TLSRoute': return fc.tuple(fc.subarray(['a.example.com', '*.example.com', 'x.b.example.com', '*.b.example.com'], { minLength: 1, maxLength: 2 }), connectionRule)
      .map(([hostnames, rule]) => ({ hostnames, rules: [rule] }));
    default: return connectionRule.map(rule => ({ rules: [rule] }));
  }
};

const annotations = maybe(10, 'annotations', fc.constantFrom<Record<string, string>>(
  { 'retry.linkerd.io/limit': '2', 'retry.linkerd.io/http': '500,503' }, { 'timeout.linkerd.io/request': '5s', 'timeout.linkerd.io/response': '250ms' }, { 'retry.linkerd.io/http': '5xx' },
));

function route(kind: string, i: number, aged: boolean): fc.Arbitrary<any> {
  const day = fc.constantFrom('01', '02', '03');
  return fc.record({
    namespace: fc.constantFrom('shop', 'shop', 'shop', 'web'), parents: fc.array(parent, { minLength: 1, maxLength: 1 }), own: spec(kind), day, more: annotations,
  }).map(({ namespace, parents, own, day: created, more }) => ({
    apiVersion: `${GROUP}/v1`,
    kind,
    // One name is the start of another one.
    metadata: { name: ['route', 'route-1', 'route-1-a'][i] ?? `route-${i}`, namespace, ...(aged && { creationTimestamp: `2026-11-${created}T00:00:00Z` }), ...more },
    spec: { parentRefs: parents, ...own },
  }));
}

export interface Program {
  readonly protocol: RouteRequest['protocol'];
  readonly manifests: readonly any[];
  /** Whether the order in which routes were made is known. */
  readonly aged: boolean;
}

const grant = fc.constantFrom(...['HTTPRoute', 'GRPCRoute', 'TCPRoute'].flatMap(kind => [{}, { name: 'cart-v1' }].map(named2 => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'ReferenceGrant',
  metadata: { name: 'grant', namespace: 'other' },
  spec: { from: [{ group: GROUP, kind, namespace: 'shop' }], to: [{ group: '', kind: 'Service', ...named2 }] },
}))));

const SPOKEN: Readonly<Partial<Record<RouteRequest['protocol'], string>>> = { HTTP: 'http', GRPC: 'grpc' };

/** Some meshes ask it what its ports speak. */
const service = (protocol: RouteRequest['protocol']) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { selector: { app: 'cart' }, ports: [{ name: 'main', port: 80 }, { name: 'admin', port: 81 }].map(port => ({ ...port, appProtocol: SPOKEN[protocol] })) },
});

const xBackend = (name: string, own: object) => ({ apiVersion: `${X_GROUP}/v1alpha1`, kind: 'XBackend', metadata: { name, namespace: 'shop' }, spec: own });
const externalHostname = { hostname: 'api.example.com' };
const X_BACKENDS = [
  xBackend('api', { type: 'ExternalHostname', externalHostname, port: { number: 443 }, tls: { mode: 'ServerOnly', validation: { ...externalHostname, wellKnownCACertificates: 'System' } } }),
  xBackend('older-api', { type: 'ExternalHostname', externalHostname, port: { port: 80 } }),
  xBackend('pods', { type: 'EndpointSelector', endpointSelector: { matchLabels: { app: 'api' } }, port: { number: 80 } }),
];

/** Several routes for one port of a Service. */
export const program: fc.Arbitrary<Program> = fc.record({
  protocol: fc.constantFrom<RouteRequest['protocol']>('HTTP', 'HTTP', 'HTTP', 'HTTP', 'HTTP', 'GRPC', 'TLS', 'TCP'), aged: fc.constantFrom(true, true, true, false), count: fc.integer({ min: 1, max: 3 }),
}).chain(({ protocol, aged, count }) => fc.tuple(
  fc.tuple(...Array.from({ length: count }, (_, i) => fc.constantFrom(...KINDS[protocol]).chain(kind => route(kind, i, aged)))),
  fc.array(grant, { maxLength: 1 }),
).map(([routes, grants]) => ({ protocol, aged, manifests: [service(protocol), ...X_BACKENDS, ...routes, ...grants] })));

/** A Gateway of a class, in the namespace of the routes, and routes that are attached to it. */
export function exposed(className: string): fc.Arbitrary<readonly any[]> {
  const hostnames = fc.subarray(['shop.example.com', '*.example.com', '*.shop.example.com', 'example.org']);
  const one = (i: number) => fc.tuple(route('HTTPRoute', i, true), hostnames, fc.constantFrom({}, {}, { sectionName: 'http' }, { sectionName: 'other' }))
    .map(([own, names, section]) => ({
      ...own,
      metadata: { ...own.metadata, namespace: 'shop' },
      spec: { ...own.spec, parentRefs: [{ name: 'ingress', ...section }], ...(names.length > 0 && { hostnames: names }) },
    }));
  const listener = fc.constantFrom<object>({}, { hostname: '*.example.com' });
  const routes = fc.integer({ min: 1, max: 2 }).chain(count => fc.tuple(...Array.from({ length: count }, (_, i) => one(i))));
  return fc.tuple(routes, fc.array(grant, { maxLength: 1 }), listener)
    .map(([all, grants, more]) => [...all, ...grants, ...X_BACKENDS, {
      apiVersion: `${GROUP}/v1`,
      kind: 'Gateway',
      metadata: { name: 'ingress', namespace: 'shop' },
      spec: { gatewayClassName: className, listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { kinds: [{ kind: 'HTTPRoute' }] }, ...more }] },
    }]);
}

/** In the order in which evaluators look at them: the oldest first, and then by name. */
export function byAge(manifests: readonly any[], nameOf = ({ namespace, name }: any) => `${namespace}/${name}`): any[] {
  const key = ({ metadata }: any) => `${metadata.creationTimestamp ?? ''} ${nameOf(metadata)}`;
  return [...manifests].sort((a, b) => key(a) < key(b) ? -1 : 1);
}

/** The same for a mesh. Istio compares the names of what it makes of routes (`pilot/pkg/config/kube/gateway/route_collections.go`). */
export function byAgeIn(mesh: string, manifests: readonly any[]): any[] {
  return mesh.startsWith('istio') ? byAge(manifests, ({ namespace, name }) => `${namespace}/${name}~`) : byAge(manifests);
}

export function requests({ protocol }: Pick<Program, 'protocol'>): fc.Arbitrary<RouteRequest> {
  const values = (names: readonly string[]) =>
    fc.dictionary(fc.constantFrom(...names.map(name => name.toLowerCase())), fc.constantFrom(...VALUES), { maxKeys: 2 });
  return fc.record({
    client: fc.constantFrom('shop', 'shop', 'web', 'ops').map(namespace => ({ namespace })),
    to: fc.constant({ service: 'cart', namespace: 'shop', port: 80 }),
    portName: fc.constant('main'),
    protocol: fc.constant(protocol),
    host: protocol === 'TLS' ? fc.constantFrom('a.example.com', 'b.example.com', 'x.b.example.com') : fc.constant('cart.shop'),
    method: protocol === 'GRPC' ? fc.constant('POST') : fc.constantFrom(...METHODS),
    path: protocol === 'GRPC' ? fc.constantFrom('/shop.Cart/Add', '/shop.Cart/Del', '/shop.Carts/Del', '/other.Any/Add')
      : fc.constantFrom('/', '/api', '/api/', '/api/v1', '/api/v1/items', '/apis', '/carts', '/carts/7', '/carts/7/items', '/ab', ...PATHS.slice(-3)),
    headers: values([...HEADERS, 'x-old']),
    query: values(QUERY),
    response: fc.constantFrom<Record<string, string>>({}, { 'x-old': '1' }),
  });
}
