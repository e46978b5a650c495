import { changes, entrancesOf, movedTo, verdicts } from './written';
import type { Moved } from '../../../src/migrate/policies/move';
import type { TargetName } from '../../../src/migrate/targets';

/** Listeners that are added to a Gateway, and what comes in by UDP or goes to other clusters. */

const object = (apiVersion: string, kind: string, name: string, spec: object, namespace = 'shop') => ({ apiVersion, kind, metadata: { name, namespace }, spec });
const gateway = (kind: string, name: string, spec: object, namespace?: string) => object('gateway.networking.k8s.io/v1', kind, name, spec, namespace);
const service = (name: string, port: object = { name: 'http', port: 80, appProtocol: 'http' }) => object('v1', 'Service', name, { selector: { app: name }, ports: [port] });
const CLUSTER = [service('cart'), service('dns', { name: 'dns', port: 53, protocol: 'UDP' })];
const ALL = { namespaces: { from: 'All' } };
const open = (spec: object = {}) => gateway('Gateway', 'public', { gatewayClassName: 'nginx', listeners: [{ name: 'web', port: 80, protocol: 'HTTP', allowedRoutes: ALL }], ...spec }, 'infra');
const SET = gateway('ListenerSet', 'more', {
  parentRef: { name: 'public', namespace: 'infra' },
  listeners: [{ name: 'own', port: 443, protocol: 'HTTPS', hostname: 'shop.example.com', tls: { certificateRefs: [{ name: 'shop-tls' }] } }],
});
const route = (kind: string, parent: object, spec: object) => gateway(kind, 'cart', { parentRefs: [parent], ...spec });
const TO_GATEWAY = { name: 'public', namespace: 'infra' };

function moved(target: TargetName, ...manifests: readonly object[]): Moved {
  return movedTo(target, 'linkerd', [...CLUSTER, ...manifests]);
}

test('listeners of a ListenerSet are those of its Gateway', () => {
  const bySet = route('HTTPRoute', { group: 'gateway.networking.k8s.io', kind: 'ListenerSet', name: 'more' }, { rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] });
  const all = moved('istio', open({ allowedListeners: ALL }), SET, bySet);
  expect(entrancesOf(all)).toMatchInlineSnapshot(`
"new SharedGateway(this, 'public', {
  metadata: { name: 'public' },
  className: 'istio',
  listeners: [
    GatewayListener.https('https-shop.example.com', {
      hostname: 'shop.example.com',
      tls: ExposureTls.secret('shop-tls', 'shop'),
      namespaces: GatewayNamespaces.named('shop'),
    }),
  ],
});
new Exposure(this, 'cart', {
  service: cart,
  hostnames: ['shop.example.com'],
  gateway: ExposureGateway.shared('public', 'infra', { sectionName: 'https-shop.example.com', className: 'istio' }),
});"
`);
  expect(verdicts(all)).toMatchInlineSnapshot(`
{
  "Gateway public": "same",
  "HTTPRoute cart": "same",
  "ListenerSet more": "same",
}
`);
  expect(changes(all)).toEqual([]);
  expect(verdicts(moved('istio', open(), SET, bySet))).toMatchInlineSnapshot(`
{
  "Gateway public": "notSaid: nothing that comes in by it is carried over",
  "HTTPRoute cart": "notSaid: it is for gateways that are not in the files, or do not take it: give them, keep this part of it, or write an Exposure",
  "ListenerSet more": "notSaid: nothing comes in by it: write a SharedListenerSet",
}
`);
});

test('datagrams', () => {
  const udp = route('UDPRoute', TO_GATEWAY, { rules: [{ backendRefs: [{ name: 'dns', port: 53 }] }] });
  const all = moved('gateway-api', open({ listeners: [{ name: 'dns', port: 53, protocol: 'UDP', allowedRoutes: ALL }] }), udp);
  expect(entrancesOf(all)).toMatchInlineSnapshot(`
"new SharedGateway(this, 'public', {
  metadata: { name: 'public' },
  className: 'istio',
  listeners: [GatewayListener.udp('udp-53', 53, { namespaces: GatewayNamespaces.named('shop') })],
});
new Exposure(this, 'cart', {
  service: dns,
  gateway: ExposureGateway.shared('public', 'infra', { sectionName: 'udp-53', className: 'istio' }),
});"
`);
  expect(verdicts(all)).toMatchInlineSnapshot(`
{
  "Gateway public": "same",
  "UDPRoute cart": "same",
}
`);
  expect(changes(all)).toEqual([]);
});

test('datagrams of a route for a Service stay as they are', () => {
  const udp = route('UDPRoute', { group: '', kind: 'Service', name: 'dns' }, { rules: [{ backendRefs: [{ name: 'dns', port: 53 }] }] });
  expect(verdicts(moved('istio', udp))).toMatchInlineSnapshot(`
{
  "UDPRoute cart": "notSaid: it says nothing of a port of a Service in the files: give the Service that it is for",
}
`);
});

describe('a Service of several clusters', () => {
  const IMPORT = object('multicluster.x-k8s.io/v1alpha1', 'ServiceImport', 'cart', { type: 'ClusterSetIP', ports: [{ name: 'http', port: 8080, protocol: 'TCP', appProtocol: 'http' }] });
  const imported = { group: 'multicluster.x-k8s.io', kind: 'ServiceImport', name: 'cart', port: 8080 };
  const both = route('HTTPRoute', TO_GATEWAY, { rules: [{ backendRefs: [{ name: 'cart', port: 80, weight: 9 }, { ...imported, weight: 1 }] }] });

  test('takes its share', () => {
    const all = moved('gateway-api', open(), IMPORT, both);
    expect(entrancesOf(all)).toMatchInlineSnapshot(`
"new SharedGateway(this, 'public', {
  metadata: { name: 'public' },
  className: 'istio',
  listeners: [GatewayListener.http('http', { namespaces: GatewayNamespaces.named('shop') })],
});
new Exposure(this, 'cart', {
  service: cart,
  rules: [{ backends: [{ service: cart, weight: 9 }, { service: cartImport, weight: 1, port: 8080 }] }],
  gateway: ExposureGateway.shared('public', 'infra', { sectionName: 'http', className: 'istio' }),
});"
`);
    expect(verdicts(all)).toMatchInlineSnapshot(`
{
  "Gateway public": "same",
  "HTTPRoute cart": "same",
}
`);
    expect(changes(all)).toEqual([]);
  });

  test('has ports that only it knows', () => {
    expect(verdicts(moved('gateway-api', open(), both))).toMatchInlineSnapshot(`
{
  "Gateway public": "notSaid: nothing that comes in by it is carried over",
  "HTTPRoute cart": "notSaid: the ports of ServiceImport 'cart' are not known: give the ServiceImport",
}
`);
    expect(verdicts(moved('gateway-api', open(), IMPORT, route('HTTPRoute', TO_GATEWAY, { rules: [{ backendRefs: [{ ...imported, port: 80 }] }] })))).toMatchInlineSnapshot(`
{
  "Gateway public": "notSaid: nothing that comes in by it is carried over",
  "HTTPRoute cart": "notSaid: ServiceImport 'cart' has no port 80",
}
`);
    expect(verdicts(moved('network-policy', open(), IMPORT, both))['HTTPRoute cart']).toMatchInlineSnapshot('"notSaid: MESH2006: target \'network-policy\' cannot express the listeners of a gateway that exists, routing of HTTP ports, weighted backends and ServiceImports as backends (port 80 and rule 1 on port 80): a NetworkPolicy routes nothing."');
  });
});

test('a host outside is said to be one', () => {
  const group = 'gateway.networking.x-k8s.io';
  const host = object(`${group}/v1alpha1`, 'XBackend', 'api', { type: 'ExternalHostname', externalHostname: { hostname: 'api.example.com' }, port: { number: 443 } });
  const outside = route('HTTPRoute', TO_GATEWAY, { rules: [{ backendRefs: [{ group, kind: 'XBackend', name: 'api' }] }] });

  expect(verdicts(moved('gateway-api', open(), host, outside))).toMatchObject({
    'HTTPRoute cart': "notSaid: XBackend.gateway.networking.x-k8s.io 'api' is a host outside the cluster: write an ExternalBackend",
    'XBackend api': 'notSaid: a host outside the cluster: keep it for routes that stay, or write an ExternalBackend',
  });
  expect(verdicts(moved('gateway-api', open(), outside))['HTTPRoute cart']).toBe('notSaid: no file has XBackend.gateway.networking.x-k8s.io shop/api');
});
