import { App, Chart } from 'cdk8s';
import {
  Exposure, ExposureGateway, ExposureTls, GatewayListener, GatewayNamespaces, Identity, MeshImplementation,
  MeshService, MeshTarget, MeshTargets, SharedGateway,
  SharedListenerSet,
} from '../../src';
import type { SharedListenerSetProps } from '../../src';
import { DEFAULTS, ofKind, shop, synth } from '../setup';

const cart = MeshService.of('cart', { port: 8080 });
const edge = ExposureGateway.shared('public', 'infra', { className: 'istio' });
const HTTPS = GatewayListener.https('https', { hostname: '*.shop.example.com', tls: ExposureTls.secret('shop-tls', 'certs'), namespaces: GatewayNamespaces.all() });
const HTTP = GatewayListener.http('http', { hostname: '*.shop.example.com' });

function set(props: Partial<SharedListenerSetProps> = {}, target = MeshTarget.gatewayApi()) {
  const chart = shop(target);
  const listeners = new SharedListenerSet(chart, 'team', { gateway: edge, listeners: [HTTPS, HTTP], metadata: { name: 'team' }, ...props });
  return { chart, listeners };
}

test('its listeners are added to the gateway', () => {
  const [{ kind, metadata, spec }, grant] = synth(set().chart);

  expect({ kind, metadata, spec }).toEqual({
    kind: 'ListenerSet',
    metadata: { name: 'team', namespace: 'shop' },
    spec: {
      parentRef: { ...DEFAULTS.gateway, name: 'public', namespace: 'infra' },
      listeners: [{
        name: 'https',
        hostname: '*.shop.example.com',
        port: 443,
        protocol: 'HTTPS',
        tls: { mode: 'Terminate', certificateRefs: [{ ...DEFAULTS.secret, name: 'shop-tls', namespace: 'certs' }] },
        allowedRoutes: { namespaces: { from: 'All' } },
      }, {
        name: 'http', hostname: '*.shop.example.com', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } },
      }],
    },
  });
  expect(grant.spec.from).toEqual([{ group: 'gateway.networking.k8s.io', kind: 'ListenerSet', namespace: 'shop' }]);
});

test('exposures attach to all of them, or to some, and are redirected', () => {
  const { chart, listeners } = set();
  new Exposure(chart, 'all', { service: cart, hostnames: ['a.shop.example.com'], gateway: listeners.gateway });
  new Exposure(chart, 'one', { service: cart, hostnames: ['b.shop.example.com'], gateway: listeners.listener('https', 'http'), redirectHttp: true });
  const parent = { group: 'gateway.networking.k8s.io', kind: 'ListenerSet', name: 'team', namespace: 'shop' };

  expect(ofKind(synth(chart), 'HTTPRoute').map(({ spec }) => spec.parentRefs)).toEqual([
    [parent], [{ ...parent, sectionName: 'https' }], [{ ...parent, sectionName: 'http' }],
  ]);
});

test('its gateway is the client, by whichever listener', () => {
  const { chart, listeners } = set();
  const outside = new Exposure(chart, 'outside', { service: cart, gateway: listeners.listener('http') });

  for (const identity of [listeners.identity, outside.identity]) {
    expect(identity._toModel('any')).toEqual(Identity.gateway(edge)._toModel('any'));
  }
});

test('a gateway of the app lets it in, or not', () => {
  const added = (allowed: GatewayNamespaces) => () => {
    const app = new App();
    MeshTargets.of(app).add(MeshTarget.gatewayApi());
    const gateway = new SharedGateway(new Chart(app, 'infra', { namespace: 'infra' }), 'public', { className: 'istio', listeners: [HTTP], allowedListeners: allowed });
    new SharedListenerSet(new Chart(app, 'shop', { namespace: 'shop' }), 'team', { gateway: gateway.gateway, listeners: [HTTPS] });
    return app.synthYaml();
  };

  expect(added(GatewayNamespaces.same())).toThrow(/MESH5013.*ListenerSet.*is shut out by Gateway/);
  expect(added(GatewayNamespaces.all())).not.toThrow();
});

test.each<[string, Partial<SharedListenerSetProps>, RegExp]>([
  ['no listener', { listeners: [] }, /MESH1004/],
  ['two of one name', { listeners: [HTTP, HTTP] }, /MESH1609/],
  ['a gateway of an exposure', { gateway: ExposureGateway.own({ className: 'istio' }) }, /MESH1006.*listeners are added to a Gateway as a whole/],
  ['one listener of a gateway', { gateway: ExposureGateway.shared('public', 'infra', { sectionName: 'https' }) }, /MESH1006/],
  ['another ListenerSet', { gateway: ExposureGateway.shared('public', 'infra', { listenerSet: 'other' }) }, /MESH1006/],
  ['listeners by their port', { gateway: ExposureGateway.shared('public', 'infra', { port: 80 }) }, /MESH1006/],
])('throws on %s', (_, props, message) => {
  expect(() => set(props)).toThrow(message);
});

test('throws on a listener that is none of it', () => {
  expect(() => set().listeners.listener('htps')).toThrow(/MESH1610.*there is no listener 'htps'. Did you mean 'https'/);
});

test('two that listen for the same are a conflict', () => {
  const { chart } = set();
  new SharedListenerSet(chart, 'other', { gateway: edge, listeners: [GatewayListener.http('web', { hostname: '*.shop.example.com' })] });

  expect(() => synth(chart)).toThrow(/listener for .*shop\.example\.com.* on port 80 of Gateway 'infra\/public'/);
});

test('Consul and an Ingress have none', () => {
  expect(() => synth(set({}, MeshTarget.gatewayApi({ mesh: MeshImplementation.CONSUL })).chart)).toThrow(/listeners on a gateway that exists.*Consul does not read it/);
  expect(() => synth(set({}, MeshTarget.ingress({ className: 'nginx' })).chart)).toThrow(/says nothing of its listeners/);
});
