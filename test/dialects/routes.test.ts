import { MeshImplementation } from '../../src';
import type { Handling } from '../../src/model/handling';
import type { PortRoute, RouteModel, RouteRule } from '../../src/model/route';
import { gatewayApiDialects } from '../../src/targets/dialects';
import { GatewayApiChannel } from '../../src/targets/gateway-api-channel';

const any = { methods: [], headers: [], query: [] };
const backends = [{ name: 'cart-v1', port: 80, weight: 1 }];
const routes = (mesh: MeshImplementation, channel = GatewayApiChannel.STANDARD) =>
  gatewayApiDialects(channel, mesh, { strictMutualTls: false }).routes;
const modelOf = (rule: Partial<RouteRule>, protocol: PortRoute['protocol'] = 'HTTP'): RouteModel => ({
  name: 'cart',
  namespace: 'shop',
  service: { name: 'cart' },
  traffic: {},
  ports: [{ port: 80, protocol, rules: [{ matches: [], backends, handling: {}, ...rule }] }],
});
const redirecting = (value: string): RouteModel => {
  const handling: Handling = { redirect: { path: { type: 'prefix', value }, statusCode: 302 } };
  return modelOf({ matches: [{ ...any, path: { type: 'prefix', value: '/api' } }], backends: [], handling });
};

test.each([MeshImplementation.ISTIO, MeshImplementation.ISTIO_AMBIENT, MeshImplementation.LINKERD])(
  '%s refuses a redirect that removes a prefix, which its proxy answers with two slashes', mesh => {
    expect(routes(mesh).refusals(redirecting('/'))).toMatchObject([{ feature: 'RequestRedirect', reason: expect.stringContaining("writes '/' before the slash") }]);
    expect(routes(mesh).refusals(redirecting('/v2'))).toEqual([]);
  });

test('sidecars of Istio read no TCPRoute on a TLS port, waypoints do', () => {
  const model = modelOf({}, 'TLS');

  expect(routes(MeshImplementation.ISTIO).refusals(model)).toMatchObject([{ feature: 'TCPRoute', port: 80, remedy: expect.stringContaining('TlsMatch.sni') }]);
  expect(routes(MeshImplementation.ISTIO).refusals(modelOf({ matches: [{ ...any, hosts: ['a.example.com'] }] }, 'TLS'))).toEqual([]);
  expect(routes(MeshImplementation.ISTIO).refusals(modelOf({}, 'TCP'))).toEqual([]);
  expect(routes(MeshImplementation.ISTIO_AMBIENT).refusals(model)).toEqual([]);
  expect(routes(MeshImplementation.ISTIO_AMBIENT).supports.TLSRoute.level).toBe('none');
});

test('Linkerd reads TCPRoutes and TLSRoutes where v1alpha2 is served', () => {
  expect(routes(MeshImplementation.LINKERD).supports).toMatchObject({ TCPRoute: { level: 'none' }, TLSRoute: { level: 'none' } });
  expect(routes(MeshImplementation.LINKERD, GatewayApiChannel.EXPERIMENTAL).supports).toMatchObject({ TCPRoute: { level: 'full' }, TLSRoute: { level: 'partial' } });
});

test('Linkerd takes a route with a filter that it does not know for invalid', () => {
  const { supports } = routes(MeshImplementation.LINKERD);

  (['HTTPRouteRequestMirror', 'HTTPRoutePathRewrite', 'HTTPRouteHostRewrite', 'HTTPRouteCORS'] as const).forEach(filter => expect(supports[filter].level).toBe('none'));
  expect(supports.RequestHeaderModification.level).toBe('full');
  expect(supports.HTTPRouteRequestTimeout.level).toBe('partial');
});

test('Kuma reads HTTPRoutes only, and no filters of backends', () => {
  const { supports } = routes(MeshImplementation.KUMA);

  (['GRPCRoute', 'TCPRoute', 'HTTPRouteBackendRequestHeaderModification', 'HTTPRouteRequestTimeout'] as const).forEach(feature => expect(supports[feature].level).toBe('none'));
  expect(supports.HTTPRouteRequestMirror.level).toBe('full');
});

test('Cilium reads no routes of other namespaces, and no filters of the backends of a GRPCRoute', () => {
  const { supports, refusals } = routes(MeshImplementation.CILIUM);
  const changed = { set: [{ name: 'a', value: '1' }], add: [], remove: [] };
  const rule = { backends: [{ ...backends[0], requestHeaders: changed, responseHeaders: changed }] };

  expect(supports.MeshConsumerRoute.level).toBe('none');
  expect(refusals(modelOf(rule, 'GRPC')).map(({ feature }) => feature)).toEqual(['HTTPRouteBackendRequestHeaderModification', 'BackendResponseHeaderModification']);
  expect(refusals(modelOf(rule))).toEqual([]);
});

test('Consul reads no routes of a Service', () => {
  expect(Object.values(routes(MeshImplementation.CONSUL).supports).every(({ level }) => level === 'none')).toBe(true);
});
