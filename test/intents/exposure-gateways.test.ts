import {
  Exposure, ExposureGateway, ExposureTls, GatewayListener, Identity, MeshImplementation, MeshProtocol, MeshService, MeshTarget, ServiceAccessPolicy,
  SharedGateway,
} from '../../src';
import type { ExposureProps } from '../../src';
import { DEFAULTS, ofKind, shop, synth } from '../setup';

const cart = MeshService.of('cart', { port: 8080 });
const istio = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO });
const edge = ExposureGateway.shared('public', 'infra', { className: 'istio', sectionName: 'https' });
const inner = ExposureGateway.shared('internal', 'infra', { className: 'istio' });
const own = ExposureGateway.own({ className: 'istio' });
const listeners = ExposureGateway.listenerSet('public', 'infra');

function exposed(gateways: ExposureGateway[], props: Partial<ExposureProps> = {}, target = MeshTarget.gatewayApi()): any[] {
  const chart = shop(target);
  new Exposure(chart, 'outside', { service: cart, hostnames: ['cart.example.com'], gateways, ...props });
  return synth(chart);
}

const parentsOf = (route: any) => route.spec.parentRefs;

test('one route attaches to all of them, and to the listeners of its own', () => {
  const [route, gateway, set] = exposed([edge, inner, own, listeners]);

  expect(parentsOf(route)).toEqual([
    { ...DEFAULTS.gateway, name: 'public', namespace: 'infra', sectionName: 'https' },
    { ...DEFAULTS.gateway, name: 'internal', namespace: 'infra' },
    { ...DEFAULTS.gateway, name: gateway.metadata.name, sectionName: 'http-cart.example.com' },
    { group: 'gateway.networking.k8s.io', kind: 'ListenerSet', name: set.metadata.name, sectionName: 'http-cart.example.com' },
  ]);
  expect([gateway.kind, set.kind]).toEqual(['Gateway', 'ListenerSet']);
});

test('a gateway is one, whether its listeners come from its construct or by its name', () => {
  const chart = shop(istio());
  const shared = new SharedGateway(chart, 'public', { className: 'istio', listeners: [GatewayListener.http('http'), GatewayListener.http('other', { port: 8080 })] });
  const named = ExposureGateway.shared(synth(chart)[0].metadata.name, 'shop', { className: 'istio', sectionName: 'other' });
  const exposure = new Exposure(chart, 'outside', { service: cart, gateways: [shared.listener('http'), named] });

  expect(() => exposure.gateway).not.toThrow();
});

test('one is the same as `gateway`', () => {
  expect(exposed([inner])).toEqual(exposed([], { gateways: undefined, gateway: inner }));
});

test('a certificate elsewhere is opened to both kinds of listeners', () => {
  const [grant] = ofKind(exposed([own, listeners], { tls: ExposureTls.secret('cart-tls', 'certs') }), 'ReferenceGrant');

  expect(grant.spec.from.map((from: any) => from.kind)).toEqual(['Gateway', 'ListenerSet']);
});

test('several listeners for HTTPS redirect by one for HTTP', () => {
  const at = (sectionName: string) => ExposureGateway.shared('public', 'infra', { sectionName, httpSectionName: 'http' });
  const [route, redirect] = exposed([at('cart'), at('basket')], { redirectHttp: true });

  expect(parentsOf(route).map((parent: any) => parent.sectionName)).toEqual(['cart', 'basket']);
  expect(parentsOf(redirect)).toEqual([{ ...DEFAULTS.gateway, name: 'public', namespace: 'infra', sectionName: 'http' }]);
});

test('plain HTTP is redirected to one port of HTTPS', () => {
  const at = (sectionName: string, port?: number) => ExposureGateway.shared('public', 'infra', { sectionName, port, httpSectionName: 'http' });
  const [, redirect] = exposed([at('cart', 8443), at('basket', 8443)], { redirectHttp: true });

  expect(redirect.spec.rules[0].filters[0].requestRedirect).toEqual({ scheme: 'https', port: 8443, statusCode: 301 });
  expect(() => exposed([at('cart', 8443), at('basket')], { redirectHttp: true })).toThrow(/HTTPS comes on the ports 8443 and 443.*Write an exposure for each/);
});

test('listeners by their port', () => {
  const on = (port: number) => ExposureGateway.shared('public', 'infra', { port });

  expect(parentsOf(exposed([on(8080)])[0])).toEqual([{ ...DEFAULTS.gateway, name: 'public', namespace: 'infra', port: 8080 }]);
  // The CRD of the standard channel tells parents of one name apart by their sections alone.
  expect(() => exposed([on(80), on(8080)])).toThrow(/several of the same listeners/);
  expect(() => on(0)).toThrow(/MESH/);
});

test('exposures on other ports of a gateway are others', () => {
  const both = (...ports: (number | undefined)[]) => () => {
    const chart = shop(MeshTarget.gatewayApi());
    ports.forEach((port, i) => new Exposure(chart, `outside-${i}`, { service: cart, gateway: ExposureGateway.shared('public', 'infra', { port }) }));
    return synth(chart);
  };

  expect(both(80, 8080)).not.toThrow();
  expect(both(80, 80)).toThrow(/both take the same requests/);
  expect(both(80, undefined)).toThrow(/both take the same requests/);
});

describe('policies', () => {
  const pods = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } });
  const world = (sources: (outside: Exposure) => Identity[]) => {
    const chart = shop(istio());
    const outside = new Exposure(chart, 'outside', { service: pods, gateways: [edge, inner] });
    new ServiceAccessPolicy(chart, 'access', { destination: pods, allow: [{ sources: sources(outside) }] });
    return synth(chart);
  };

  test('`identity` is all of them', () => {
    const [{ spec: { rules } }] = ofKind(world(outside => [outside.identity]), 'AuthorizationPolicy');

    expect(rules[0].from[0].source.serviceAccounts ?? rules[0].from[0].source.principals)
      .toEqual(['internal', 'public'].map(name => expect.stringMatching(`infra.*${name}-istio$`)));
  });

  test('one of them is not enough', () => {
    expect(() => world(() => [Identity.gateway(edge)])).toThrow(/MESH3005.*'infra\/internal'.*exposure\.identity/);
    expect(() => world(() => [Identity.gateway(edge), Identity.gateway(inner)])).not.toThrow();
  });

  test('each has a policy of its own, by its name', () => {
    const chart = shop(istio());
    const outside = new Exposure(chart, 'outside', { service: cart, gateways: [edge, inner] });
    const twice = new Exposure(chart, 'twice', {
      service: cart,
      hostnames: ['twice.example.com'],
      gateways: ['a', 'b'].map(sectionName => ExposureGateway.shared('public', 'infra', { className: 'istio', sectionName })),
    });

    expect(() => outside.gateway).toThrow(/2 gateways.*ExposureGateway\.shared/);
    expect(twice.gateway).toEqual(ExposureGateway.shared('public', 'infra', { className: 'istio' }));
  });
});

test.each<[string, ExposureGateway[], Partial<ExposureProps>, RegExp]>([
  ['none', [], {}, /MESH1004.*`gateways` is an empty list/],
  ['one beside several', [inner], { gateway: edge }, /MESH1005.*`gateway` and `gateways` exclude each other/],
  ['two of its own', [own, ExposureGateway.own({ className: 'cilium' })], {}, /several ExposureGateway\.own would have the name/],
  ['two sets of listeners', [listeners, ExposureGateway.listenerSet('other')], {}, /several ExposureGateway\.listenerSet/],
  ['a gateway beside a listener of it', [edge, ExposureGateway.shared('public', 'infra')], {}, /several of the same listeners of 'public'/],
  ['a listener twice', [edge, edge], {}, /several of the same listeners of 'public'/],
  ['a gateway twice, once by its namespace', [ExposureGateway.shared('public'), ExposureGateway.shared('public', 'shop')], {}, /several of the same listeners/],
  ['TLS beside the listeners of a gateway', [own, edge], { tls: ExposureTls.secret('cart-tls') }, /certificates stand on the listeners of Gateway 'public'/],
  ['hosts of TCP on a listener of its own', [edge, own], { service: MeshService.of('db', { port: 5432, protocol: MeshProtocol.TCP }) }, /MESH1604/],
  ['more than a route has parents', Array.from({ length: 33 }, (_, i) => ExposureGateway.shared(`public-${i}`, 'infra')), {}, /33 listeners for one route.*allow 32/],
])('refuses %s', (_, gateways, props, message) => {
  expect(() => exposed(gateways, props)).toThrow(message);
});

test('an Ingress has one class', () => {
  expect(() => exposed([own, listeners], {}, MeshTarget.ingress({ className: 'nginx' }))).toThrow(/an Ingress has one class. Write an exposure for each/);
});
