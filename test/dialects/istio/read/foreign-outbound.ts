import * as fc from 'fast-check';
import { maybe, merged } from '../../../reading/routes/gateway-api';

/** Sidecars and ServiceEntries as people write them, in ways that this library does not. */

const HOSTS = ['api.example.com', 'db.example.com', 'api.other.example', '*.example.com'];
const metadata = fc.record({ namespace: fc.constantFrom('shop', 'shop', 'ops', 'istio-system'), day: fc.constantFrom('01', '02', '03', undefined) });

const port = fc.record({ number: fc.constantFrom(80, 443, 5432), protocol: fc.constantFrom('HTTP', 'HTTP', 'TLS', 'HTTPS', 'TCP', 'http2', 'Mongo', 'UDP', '') })
  .map(({ number, protocol }) => ({ number, name: `p-${number}`, ...(protocol !== '' && { protocol }) }));

const entry = merged(
  fc.uniqueArray(fc.constantFrom(...HOSTS), { minLength: 1, maxLength: 2 }).map(hosts => ({ hosts })),
  fc.uniqueArray(port, { minLength: 1, maxLength: 2, selector: one => one.number }).map(ports => ({ ports })),
  maybe(30, 'addresses', fc.constantFrom(['192.0.2.0/24'], ['192.0.2.7'], ['198.51.100.1', '192.0.2.0/28'])),
  maybe(80, 'resolution', fc.constantFrom('NONE', 'DNS', 'STATIC')),
  maybe(60, 'location', fc.constantFrom('MESH_EXTERNAL', 'MESH_EXTERNAL', 'MESH_EXTERNAL', 'MESH_INTERNAL')),
  maybe(40, 'exportTo', fc.constantFrom(['.'], ['*'], ['shop'], ['ops', '.'], ['~'])),
);

const NAMES = [
  './*', '*/*', 'shop/*', 'ops/*', '~/*', '*/*.svc.cluster.local', './*.svc.cluster.local', 'shop/cart.shop.svc.cluster.local', '*/cart.shop.svc.cluster.local', 'istio-system/*',
  ...HOSTS.flatMap(host => [`./${host}`, `*/${host}`]), 'ops/api.example.com',
];

const listener = merged(
  fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 }).map(hosts => ({ hosts })),
  maybe(15, 'port', fc.constantFrom(80, 443).map(number => ({ number, protocol: 'HTTP', name: 'own' }))),
);

const sidecar = merged(
  maybe(35, 'workloadSelector', fc.constantFrom({ labels: { app: 'web' } }, { labels: { app: 'job' } }, { labels: { app: 'web', tier: 'front' } })),
  maybe(85, 'egress', fc.array(listener, { minLength: 1, maxLength: 2 })),
  maybe(60, 'outboundTrafficPolicy', fc.constantFrom({ mode: 'REGISTRY_ONLY' }, { mode: 'REGISTRY_ONLY' }, { mode: 'ALLOW_ANY' }, {})),
);

const match = merged(maybe(50, 'uri', fc.constantFrom<object>({ prefix: '/api' }, { exact: '/' })), maybe(30, 'port', fc.constantFrom(80, 443)), maybe(15, 'method', fc.constant({ exact: 'GET' })));
const route = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('api.example.com', 'api.example.com', 'db.example.com', 'cart.shop.svc.cluster.local').map(host => ({ route: [{ destination: { host } }] })) },
  { weight: 1, arbitrary: fc.constant({ directResponse: { status: 403 } }) },
);
const virtualService = merged(
  fc.constantFrom('api.example.com', 'api.example.com', '*.example.com').map(host => ({ hosts: [host] })),
  maybe(80, 'http', fc.array(merged(maybe(70, 'match', fc.array(match, { minLength: 1, maxLength: 2 })), route), { minLength: 1, maxLength: 2 })),
  maybe(40, 'tls', fc.constantFrom('api.example.com', 'db.example.com').map(host => [{ match: [{ sniHosts: ['api.example.com'], port: 443 }], route: [{ destination: { host } }] }])),
  maybe(25, 'exportTo', fc.constantFrom(['.'], ['shop'])),
);

const object = (kind: string, spec: fc.Arbitrary<object>) => fc.tuple(metadata, spec).map(([{ namespace, day }, said]) => ({
  apiVersion: 'networking.istio.io/v1', kind, metadata: { namespace, ...(day && { creationTimestamp: `2026-11-${day}T00:00:00Z` }) }, spec: said,
}));

const service = fc.record({ exportTo: fc.constantFrom(undefined, undefined, undefined, '.', 'ops', '~') }).map(({ exportTo }) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart', namespace: 'shop', ...(exportTo && { annotations: { 'networking.istio.io/exportTo': exportTo } }) },
  spec: { selector: { app: 'cart' }, ports: [{ name: 'main', port: 80, targetPort: 8080 }] },
}));

const mesh = fc.constantFrom(undefined, 'REGISTRY_ONLY', 'ALLOW_ANY').map(mode => mode === undefined ? [] : [{
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: `outboundTrafficPolicy:\n  mode: ${mode}\n` },
}]);

/** What a mesh knows of a Service, and of hosts outside. */
export const outbound: fc.Arbitrary<readonly any[]> = fc.tuple(
  mesh, service, fc.array(object('Sidecar', sidecar), { maxLength: 3 }), fc.array(object('ServiceEntry', entry), { maxLength: 3 }),
  fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: object('VirtualService', virtualService).map(one => [one]) }),
).map(([config, cart, ...lists]) => [...config, cart, ...lists.flat().map((one, i) => ({ ...one, metadata: { ...one.metadata, name: `o${i}` } }))]);

export const clients = fc.record({ namespace: fc.constantFrom('shop', 'ops'), labels: fc.constantFrom<Readonly<Record<string, string>>>({ app: 'web' }, { app: 'web', tier: 'front' }, { app: 'job' }) });

export const outsiders = fc.record({
  name: fc.constantFrom(undefined, 'api.example.com', 'db.example.com', 'api.other.example', 'evil.example'),
  ip: fc.constantFrom('192.0.2.7', '203.0.113.9'),
  port: fc.constantFrom(80, 443, 5432),
  kind: fc.constantFrom('http', 'tls', 'bytes'),
  path: fc.constantFrom('/', '/api', '/api/x'),
  method: fc.constantFrom('GET', 'POST'),
});
