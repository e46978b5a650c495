import { CanaryRelease, Delivery, Exposure, ExposureGateway, ExposureTls, MeshImplementation, MeshProtocol, MeshService, MeshTarget, Workload } from '../../../src';
import { ofKind, shop, synth } from '../../setup';

const target = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, delivery: Delivery.flagger({ prometheus: 'http://prometheus:9090' }) });

function released(protocol = MeshProtocol.HTTP) {
  const chart = shop(target());
  const cart = MeshService.of('cart', { port: 8080, protocol });
  const route = new CanaryRelease(chart, 'release', {
    service: cart, stable: cart.variant('cart-primary'), canary: cart.variant('cart-canary'), progression: { workload: Workload.deployment('cart') },
  });
  return { chart, route };
}

const MESH = { group: '', kind: 'Service', name: 'cart', port: 8080 };
const GATEWAY = { group: 'gateway.networking.k8s.io', kind: 'Gateway' };

test('the Canary gets each gateway as a parent, and no exposure has a route of its own', () => {
  const { chart, route } = released();
  new Exposure(chart, 'outside', {
    route, hostnames: ['cart.example.com'], tls: ExposureTls.secret('cart'), redirectHttp: true, gateway: ExposureGateway.own({ className: 'istio' }),
  });
  new Exposure(chart, 'partners', { route, gateway: ExposureGateway.shared('partners', 'infra', { sectionName: 'cart' }) });
  const manifests = synth(chart);
  const [gateway] = ofKind(manifests, 'Gateway');

  expect(ofKind(manifests, 'Canary')[0].spec.service.gatewayRefs).toEqual([
    MESH,
    { ...GATEWAY, name: gateway.metadata.name, namespace: 'shop', sectionName: 'https-cart.example.com' },
    { ...GATEWAY, name: 'partners', namespace: 'infra', sectionName: 'cart' },
  ]);
  expect(ofKind(manifests, 'HTTPRoute').map(({ metadata, spec }) => [metadata.name, spec.rules[0].filters[0].type]))
    .toEqual([[`${gateway.metadata.name}-redirect`, 'RequestRedirect']]);
});

test('listeners of a gRPC port let in the HTTPRoute that Flagger writes for it', () => {
  const { chart, route } = released(MeshProtocol.GRPC);
  new Exposure(chart, 'outside', { route, gateway: ExposureGateway.own({ className: 'istio' }) });

  expect(ofKind(synth(chart), 'Gateway')[0].spec.listeners[0].allowedRoutes.kinds).toEqual([{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }]);
});

test('hosts that would be those of the mesh too are refused', () => {
  const { chart, route } = released();
  new Exposure(chart, 'outside', { route, hostnames: ['cart.example.com'], gateway: ExposureGateway.shared('public', 'infra') });

  expect(() => synth(chart)).toThrow(/MESH2006: target 'gateway-api' cannot express hostnames: Flagger writes one route .* Leave `hostnames` out and name the listener/);
});

test('an exposure in another namespace than its release is refused', () => {
  const { chart, route } = released();
  new Exposure(chart, 'outside', { route, gateway: ExposureGateway.shared('public', 'infra'), metadata: { namespace: 'edge' } });

  expect(() => synth(chart)).toThrow(/MESH2006: .* Write the exposure in the namespace of the release/);
});
