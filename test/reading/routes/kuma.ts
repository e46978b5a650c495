import * as fc from 'fast-check';
import { maybe, merged } from './gateway-api';
import { routedByKuma } from '../../../src/evaluators/routes/kuma';
import type { Outcome } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { mesh } from '../../dialects/kuma/read/foreign-mesh';
import { HEADERS, METHODS, QUERY, VALUES } from '../../oracle/routes/arbitraries/matches';

/** Policies of Kuma as somebody writes them who does not use this library. */

const named = (name: string, namespace?: string) => ({ kind: 'MeshService', labels: { 'kuma.io/display-name': name, ...(namespace && { 'k8s.kuma.io/namespace': namespace }) } });

const path = fc.oneof(
  fc.constantFrom('/', '/api', '/api/v1', '/carts', '/carts/7').map(value => ({ type: 'PathPrefix', value })),
  fc.constantFrom('/api', '/api/v1', '/carts/7', '/').map(value => ({ type: 'Exact', value })),
  fc.constantFrom('/api.*', '/api|/apis', '/carts/[0-9]+', '/[^/]+').map(value => ({ type: 'RegularExpression', value })),
);

const header = fc.tuple(fc.constantFrom(...HEADERS.map(name => name.toLowerCase())), fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...VALUES).map(value => ({ value })) },
  { weight: 2, arbitrary: fc.constantFrom<object>({ type: 'Present' }, { type: 'Absent' }, { type: 'Prefix', value: '1' }, { type: 'Prefix', value: '' }) },
  { weight: 1, arbitrary: fc.constantFrom('1|12', '[12]', '.+').map(value => ({ type: 'RegularExpression', value })) },
)).map(([name, one]) => ({ name, ...one }));

const parameter = fc.tuple(fc.constantFrom(...QUERY), fc.constantFrom(...VALUES)).map(([name, value]) => ({ name, type: 'Exact', value }));

const unique = <T extends { readonly name: string }>(one: fc.Arbitrary<T>) =>
  fc.uniqueArray(one, { selector: ({ name }) => name, minLength: 1, maxLength: 2 });

/** Something that nobody knows, at times. */
const misspelt = fc.oneof(
  { weight: 40, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constantFrom<object>({ header: [] }, { backendRef: [] }, { weights: 1 }) },
);

const match = merged(
  maybe(75, 'path', path), maybe(15, 'method', fc.constantFrom(...METHODS)), maybe(25, 'headers', unique(header)),
  maybe(12, 'queryParams', unique(parameter)), misspelt,
);

const modifier = fc.uniqueArray(fc.tuple(fc.constantFrom('x-team', 'x-old', 'x-user'), fc.constantFrom('set', 'add', 'remove'), fc.constantFrom(...VALUES)), {
  selector: ([name]) => name, minLength: 1, maxLength: 3,
}).map(all => {
  const of = (which: string) => all.filter(one => one[1] === which);
  const values = (which: string) => of(which).length > 0 && { [which]: of(which).map(([name,, value]) => ({ name, value })) };
  return { ...values('set'), ...values('add'), ...(of('remove').length > 0 && { remove: of('remove').map(([name]) => name) }) };
});

const ref = fc.record({ name: fc.constantFrom('cart-v1', 'cart-v2', 'cart'), port: fc.constantFrom(80, 8080), weight: fc.constantFrom(undefined, 0, 1, 9, 90) })
  .map(({ name, port, weight }) => ({ ...named(name, 'shop'), port, ...(weight !== undefined && { weight }) }));

const ofZones = { ...named('cart-v1', 'kuma-system'), kind: 'MeshMultiZoneService' };

const backendRefs = fc.uniqueArray(fc.oneof({ weight: 30, arbitrary: ref }, {
  weight: 3, arbitrary: fc.constantFrom({ ...ofZones, port: 80 }, { ...ofZones, port: 80, weight: 9 }),
}, {
  weight: 1, arbitrary: fc.constantFrom<any>({ kind: 'MeshExternalService', labels: { 'kuma.io/display-name': 'pay' }, port: 443 }, { ...named('cart-v1'), port: 80 }),
}), { selector: one => JSON.stringify([one.kind, one.labels, one.port]), maxLength: 3 });

const pathChange = fc.oneof(
  fc.constantFrom('/v2', '/').map(replaceFullPath => ({ type: 'ReplaceFullPath', replaceFullPath })),
  fc.constantFrom('/v2', '/v2/', '/').map(replacePrefixMatch => ({ type: 'ReplacePrefixMatch', replacePrefixMatch })),
);

const filter = fc.oneof(
  modifier.map(requestHeaderModifier => ({ type: 'RequestHeaderModifier', requestHeaderModifier })),
  modifier.map(responseHeaderModifier => ({ type: 'ResponseHeaderModifier', responseHeaderModifier })),
  merged(maybe(40, 'hostname', fc.constant('next.example.com')), maybe(70, 'path', pathChange)).map(urlRewrite => ({ type: 'URLRewrite', urlRewrite })),
  merged(ref.map(({ weight: _, ...backendRef }) => ({ backendRef })), maybe(50, 'percentage', fc.constantFrom(0, 12, '12.5', 100)))
    .map(requestMirror => ({ type: 'RequestMirror', requestMirror })),
);

const redirect = merged(
  maybe(40, 'scheme', fc.constantFrom('http', 'https')), maybe(40, 'hostname', fc.constant('next.example.com')), maybe(30, 'port', fc.constantFrom(80, 443, 8443)),
  maybe(60, 'statusCode', fc.constantFrom(301, 307)), maybe(40, 'path', pathChange),
).map(requestRedirect => ({ filters: [{ type: 'RequestRedirect', requestRedirect }] }));

const replacesPrefix = (value: unknown) => JSON.stringify(value).includes('ReplacePrefixMatch');

/** Some rules share their matches, so that they are merged. */
const matches = fc.oneof(
  { weight: 3, arbitrary: fc.array(match, { minLength: 1, maxLength: 2 }) },
  { weight: 2, arbitrary: fc.constantFrom<any[]>([{ path: { type: 'PathPrefix', value: '/api' } }], [{ path: { type: 'PathPrefix', value: '/' } }], [{}]) },
);

const rule = fc.tuple(matches, fc.oneof(
  { weight: 1, arbitrary: redirect },
  { weight: 7, arbitrary: merged(maybe(85, 'backendRefs', backendRefs), maybe(40, 'filters', fc.uniqueArray(filter, { selector: ({ type }) => type, minLength: 1, maxLength: 2 })), misspelt) },
)).map(([own, conf]) => ({
  // Kuma wants a prefix in each match, where one is replaced.
  matches: replacesPrefix(conf) ? own.map((one: any) => ({ ...one, path: { type: 'PathPrefix', value: one.path?.type === 'PathPrefix' ? one.path.value : '/api' } })) : own,
  default: conf,
}));

/** The own Service, and at times one of another namespace. */
const to = (namespace: string, more: fc.Arbitrary<object>, others: readonly object[] = []) => fc.tuple(
  fc.constantFrom<any>(
    named('cart', 'shop'), named('cart', 'shop'), named('cart', 'shop'), { ...named('cart', 'shop'), sectionName: 'main' }, { ...named('cart', 'shop'), sectionName: 'admin' },
    ...namespace === 'shop' ? [named('cart')] : [], named('basket', namespace), ...others,
  ), more,
).map(([targetRef, item]) => ({ targetRef, ...item }));

const top = fc.constantFrom<object>({}, {}, {}, { targetRef: { kind: 'Mesh' } }, { targetRef: { kind: 'Dataplane' } }, { targetRef: { kind: 'Dataplane', labels: { 'k8s.kuma.io/namespace': 'web' } } });

const MESH = { kind: 'Mesh' };

const confs: Readonly<Record<string, fc.Arbitrary<object>>> = {
  MeshTimeout: fc.constantFrom<object>({ http: { requestTimeout: '5s' } }, { http: { requestTimeout: '250ms' } }, { http: { requestTimeout: '0s' }, idleTimeout: '1h' }, { connectionTimeout: '5s' }, { http: { maxConnectionDuration: '1h' } }, { connectionTimeout: '1s', idleTimeout: '0s', http: { maxConnectionDuration: '0s' } }),
  MeshRetry: fc.constantFrom<object>(
    { http: { numRetries: 3, retryOn: ['503', 'ConnectFailure', 'Reset'] }, grpc: { numRetries: 2, retryOn: ['Unavailable'] } }, { http: { numRetries: 0 } },
    { http: { numRetries: 2, retryOn: ['500', '503'] } }, { http: { numRetries: 2, retryOn: ['5xx', 'Reset'] } }, { http: { numRetries: 2, retryOn: ['GatewayError', '500'] } }, { http: { perTryTimeout: '1s' }, grpc: { perTryTimeout: '1s' } }, { tcp: { maxConnectAttempt: 3 } },
    { http: { numRetries: 2, backOff: { baseInterval: '25ms' }, retryOn: ['Http3PostConnectFailure', '503'] } },
  ),
  MeshCircuitBreaker: fc.constantFrom<object>(
    { connectionLimits: { maxConnections: 10 } }, { connectionLimits: { maxRequests: 9, maxPendingRequests: 7 } },
    { outlierDetection: { baseEjectionTime: '30s', maxEjectionPercent: 50, detectors: { totalFailures: { consecutive: 5 } } } },
    { outlierDetection: { interval: '5s', splitExternalAndLocalErrors: true, healthyPanicThreshold: 30, detectors: { localOriginFailures: { consecutive: 2 }, gatewayFailures: { consecutive: 3 } } } },
    { outlierDetection: { detectors: { localOriginFailures: { consecutive: 2 } } } }, { connectionLimits: { maxRetries: 3 } },
  ),
  MeshLoadBalancingStrategy: fc.constantFrom<object>(
    { loadBalancer: { type: 'Maglev' } }, { hashPolicies: [{ type: 'Cookie', cookie: { name: 'cart', path: '/', ttl: '0s' } }], loadBalancer: { type: 'Maglev' } },
    { hashPolicies: [{ type: 'Cookie', cookie: { name: 'cart', path: '/', ttl: '1h' } }] }, { hashPolicies: [{ type: 'Header', header: { name: 'x-team' } }] },
    { loadBalancer: { type: 'LeastRequest', leastRequest: { choiceCount: 3 } } }, { loadBalancer: { type: 'RoundRobin' } }, { loadBalancer: { type: 'Random', random: {} } },
    { loadBalancer: { type: 'RingHash', ringHash: { minRingSize: 9 } } },
  ),
};

const object = (kind: string, i: number, item: (namespace: string) => fc.Arbitrary<object>) => fc.constantFrom('shop', 'shop', 'shop', 'web', 'kuma-system').chain(namespace => fc.record({
  items: fc.array(item(namespace), { minLength: 1, maxLength: 2 }), more: top, marks: fc.constantFrom<object>({}, {}, {}, {}, { labels: { 'kuma.io/effect': 'shadow' } }),
}).map(({ items, more, marks }) => ({ apiVersion: 'kuma.io/v1alpha1', kind, metadata: { name: `${['b', 'a', 'c'][i]}-${kind.toLowerCase()}`, namespace, ...marks }, spec: { ...more, to: items } })));

const httpRoute = (i: number) => object('MeshHTTPRoute', i, namespace => to(namespace, fc.array(rule, { minLength: 1, maxLength: 3 }).map(rules => ({ rules }))));
const tcpRoute = (i: number) => object('MeshTCPRoute', i, namespace => to(namespace, maybe(90, 'backendRefs', backendRefs.filter(all => all.length > 0))
  .map(conf => ({ rules: [{ default: conf }] }))));
const policy = (i: number) => fc.constantFrom(...Object.keys(confs)).chain(kind =>
  object(kind, i, namespace => to(namespace, confs[kind].map(conf => ({ default: conf })), [MESH, MESH, named('cart-v1', 'shop'), ofZones])));

const limit = fc.record({ app: fc.constantFrom('cart', 'cart', 'basket'), sectionName: fc.constantFrom('80', '8080'), num: fc.constantFrom(10, 100), interval: fc.constantFrom('1s', '1m') })
  .map(({ app, sectionName, num, interval }) => ({
    apiVersion: 'kuma.io/v1alpha1',
    kind: 'MeshRateLimit',
    metadata: { name: 'limit', namespace: 'shop' },
    spec: { targetRef: { kind: 'Dataplane', labels: { app }, sectionName }, rules: [{ default: { local: { http: { requestRate: { num, interval } } } } }] },
  }));

const APP_PROTOCOLS: Readonly<Record<string, object>> = { HTTP: { appProtocol: 'http' }, GRPC: { appProtocol: 'grpc' }, TCP: {}, TLS: { appProtocol: 'tls' } };

/** Services, whose pods are told apart by their version, and the pods. */
function services(protocol: string): object[] {
  return ['cart', 'cart-v1', 'cart-v2'].flatMap(name => {
    const labels = { app: 'cart', ...(name !== 'cart' && { version: name }) };
    const ports = [{ name: 'main', port: 80, targetPort: 80 }, { name: 'admin', port: 81, targetPort: 81 }, { name: 'other', port: 8080, targetPort: 8080 }]
      .map(port => ({ ...port, ...APP_PROTOCOLS[protocol] }));
    return [
      { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector: labels, ports } },
      ...name === 'cart' ? [] : [{
        apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop' }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [] } } },
      }],
    ];
  });
}

/** Several policies for one port of a Service. */
export const kumaProgram: fc.Arbitrary<{ readonly protocol: RouteRequest['protocol']; readonly manifests: readonly any[] }> = fc.record({
  protocol: fc.constantFrom<RouteRequest['protocol']>('HTTP', 'HTTP', 'HTTP', 'HTTP', 'GRPC', 'TCP'),
  routes: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 6, arbitrary: fc.tuple(httpRoute(0)) },
    { weight: 4, arbitrary: fc.tuple(httpRoute(0), httpRoute(1)) },
  ),
  connections: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.tuple(tcpRoute(0)) },
    { weight: 1, arbitrary: fc.tuple(tcpRoute(0), tcpRoute(1)) },
  ),
  policies: fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(policy(0), policy(1)) }),
  limits: fc.array(limit, { maxLength: 1 }),
  meshes: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(mesh) }),
}).map(({ protocol, routes, connections, policies, limits, meshes }) => ({
  protocol,
  manifests: [...services(protocol), ...protocol === 'TCP' ? [] : routes, ...connections, ...policies, ...limits, ...meshes],
}));

/** What is hashed is kept as text. */
export const isHashed = ({ loadBalancing }: { readonly loadBalancing?: { readonly kind: string } } = {}) => ['ringHash', 'maglev'].includes(loadBalancing?.kind ?? '');

export function evaluate(manifests: readonly any[], request: RouteRequest): Outcome {
  const outcome = routedByKuma(manifests, request);
  return outcome.kind !== 'forwarded' ? outcome : {
    ...outcome,
    arrivals: outcome.arrivals.map(({ traffic, ...arrival }) => {
      const { loadBalancing, ...others } = traffic ?? {};
      const kept = { ...others, ...(!isHashed(traffic) && loadBalancing && { loadBalancing }) };
      return { ...arrival, ...(Object.keys(kept).length > 0 && { traffic: kept }) };
    }),
  };
}
