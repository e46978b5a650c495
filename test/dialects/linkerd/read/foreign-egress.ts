import * as fc from 'fast-check';
import type { Call } from '../../../oracle/egress/call';
import { maybe, merged } from '../../../reading/routes/gateway-api';

/** EgressNetworks as people write them, with routes on them, in ways that this library does not. */

export const network = (spec: object, namespace = 'shop', name = 'out', more: object = {}) =>
  ({ apiVersion: 'policy.linkerd.io/v1alpha1', kind: 'EgressNetwork', metadata: { name, namespace, ...more }, spec });
export const route = (kind: string, spec: object, name = 'route', more: object = {}) =>
  ({ apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name, namespace: 'shop', ...more }, spec });
export const on = (port?: number, name = 'out') => ({ group: 'policy.linkerd.io', kind: 'EgressNetwork', name, ...(port !== undefined && { port }) });
const HOSTS = ['api.bank.example', 'www.bank.example', 'example.org'];
const match = merged(
  maybe(60, 'path', fc.constantFrom<object>({ type: 'PathPrefix', value: '/' }, { type: 'PathPrefix', value: '/api' }, { type: 'Exact', value: '/api' }, { type: 'Exact', value: '/' })),
  maybe(30, 'method', fc.constantFrom('GET', 'POST')), maybe(20, 'headers', fc.constant([{ name: 'x-team', type: 'Exact', value: 'a' }])),
);
const backendRefs = maybe(30, 'backendRefs', fc.constantFrom<object[]>([on()], [on()], [on(443)], [{ ...on(), weight: 0 }], [on(443, 'other')]));
const hostnames = maybe(60, 'hostnames', fc.uniqueArray(fc.constantFrom('api.bank.example', '*.bank.example', '*.example', 'example.org'), { minLength: 1, maxLength: 2 }));
const grpcMatch = merged(
  maybe(80, 'method', fc.constantFrom<object>({ service: 'shop.Cart' }, { service: 'shop.Cart', method: 'Add' }, { method: 'Add' }, { service: 'shop.Carts' })),
  maybe(20, 'headers', fc.constant([{ name: 'x-team', type: 'Exact', value: 'a' }])),
);
const rulesOf = (kind: string) => kind === 'GRPCRoute' ? fc.array(merged(maybe(80, 'matches', fc.array(grpcMatch, { maxLength: 2 })), backendRefs), { minLength: 1, maxLength: 2 }) : kind === 'HTTPRoute' ? fc.array(merged(
  maybe(80, 'matches', fc.array(match, { maxLength: 2 })), backendRefs,
  maybe(10, 'filters', fc.constantFrom<object[]>([{ type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['x'] } }], [{ type: 'RequestRedirect', requestRedirect: {} }])),
), { minLength: 1, maxLength: 2 }) : backendRefs.map(one => [one]);
const routeOnNetwork = (i: number) => fc.constantFrom('HTTPRoute', 'HTTPRoute', 'HTTPRoute', 'TLSRoute', 'TCPRoute', 'GRPCRoute', 'GRPCRoute').chain(kind => fc.tuple(
  kind === 'TCPRoute' ? fc.constant({}) : hostnames, rulesOf(kind), fc.constantFrom(80, 443, 443, 5432), fc.constantFrom('01', '02'),
).map(([names, rules, port, day]) => route(kind, { parentRefs: [on(port)], ...names, rules }, `route-${i}`, { creationTimestamp: `2026-11-${day}T00:00:00Z` })));
const networks = fc.array(fc.tuple(
  fc.constantFrom('Allow', 'Deny'), maybe(80, 'networks', fc.array(fc.constantFrom<object>({ cidr: '1.0.0.0/8', except: ['1.2.0.0/16'] }, { cidr: '1.2.3.0/24' }, { cidr: '10.1.0.0/16' }), { minLength: 1, maxLength: 2 })),
  maybe(20, 'annotations', fc.constantFrom({ 'config.linkerd.io/opaque-ports': '443' }, { 'config.linkerd.io/opaque-ports': '80,5432' })),
), { minLength: 1, maxLength: 2 }).map(all => all.map(([trafficPolicy, blocks, more], i) => network({ trafficPolicy, ...blocks }, 'shop', i === 0 ? 'out' : 'other', more)));
const routes = fc.integer({ min: 1, max: 3 }).chain(count => fc.tuple(...Array.from({ length: count }, (_, i) => routeOnNetwork(i))));
/** EgressNetworks, and routes on them. */
export const foreign = fc.tuple(networks, routes).map(all => JSON.parse(JSON.stringify(all.flat())) as any[]);
export const calls: fc.Arbitrary<Call> = fc.record({
  namespace: fc.constantFrom('shop', 'shop', 'shop', 'web'),
  ip: fc.constantFrom('1.9.9.9', '1.2.3.4', '10.1.2.3', '8.8.8.8'),
  port: fc.constantFrom(80, 443, 443, 5432),
  says: fc.oneof(
    fc.tuple(fc.constantFrom(...HOSTS), fc.record({
      method: fc.constantFrom('GET', 'POST'), path: fc.constantFrom('/', '/api', '/api/7', '/other', '/shop.Cart/Add', '/shop.Cart/Del', '/shop.Cart'), headers: fc.constantFrom<Record<string, string>>({}, { 'x-team': 'a' }), query: fc.constant({}),
    }), fc.boolean()).map(([host, request, isHttp2]) => ({ kind: 'http' as const, host, request, ...(isHttp2 && { isHttp2: true as const }) })),
    fc.constantFrom(...HOSTS).map(serverName => ({ kind: 'tls' as const, serverName })),
    fc.constant({ kind: 'bytes' as const }),
  ),
});
