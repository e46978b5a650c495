import { Duration } from 'cdk8s';
import { Exposure, ExposureGateway, HttpMatch, MeshImplementation, MeshService, MeshTarget } from '../../../src';
import type { ExposureProps } from '../../../src';
import { consulGateways } from '../../../src/dialects/consul/gateways';
import { gatewayApiExposure } from '../../../src/dialects/gateway-api/exposure';
import { GatewayApiChannel } from '../../../src/dialects/gateway-api/extension/channel';
import type { ExposureModel } from '../../../src/model/exposure';
import type { RouteRule } from '../../../src/model/route';
import { expectValid } from '../../schema';
import { DEFAULTS, inYaml, ofKind, shop, synth } from '../../setup';
import { prefix, routeModel } from '../route-models';

const dialect = gatewayApiExposure(GatewayApiChannel.STANDARD, consulGateways);
const cart = MeshService.of('cart', { port: 8080 });

const exposure = (all: readonly RouteRule[]): ExposureModel => ({
  route: routeModel(all), hostnames: ['cart.example.com'], gateways: [{ kind: 'own', className: 'consul' }], redirectHttp: false,
});

function exposed(props: Partial<ExposureProps>): any[] {
  const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.CONSUL }));
  new Exposure(chart, 'outside', { service: cart, hostnames: ['cart.example.com'], gateway: ExposureGateway.own({ className: 'consul' }), ...props });
  return synth(chart);
}

test('an exposure with a timeout has a RouteTimeoutFilter', () => {
  expect(inYaml(exposed({ timeouts: { request: Duration.seconds(2) } }))).toMatchInlineSnapshot(`
"apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop-outside-c8e3fcb5
  namespace: shop
spec:
  hostnames:
    - cart.example.com
  parentRefs:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: shop-outside-c8e3fcb5
      sectionName: http-cart.example.com
  rules:
    - backendRefs:
        - group: ""
          kind: Service
          name: cart
          port: 8080
          weight: 1
      filters:
        - extensionRef:
            group: consul.hashicorp.com
            kind: RouteTimeoutFilter
            name: shop-outside-c8e3fcb5-3e8b444e
          type: ExtensionRef
      matches:
        - path:
            type: PathPrefix
            value: /
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: RouteTimeoutFilter
metadata:
  name: shop-outside-c8e3fcb5-3e8b444e
  namespace: shop
spec:
  requestTimeout: 2s
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: shop-outside-c8e3fcb5
  namespace: shop
spec:
  gatewayClassName: consul
  listeners:
    - allowedRoutes:
        kinds:
          - group: gateway.networking.k8s.io
            kind: HTTPRoute
        namespaces:
          from: Same
      hostname: cart.example.com
      name: http-cart.example.com
      port: 80
      protocol: HTTP
"
`);
});

test('timeouts and retries are filters of its own, which rules that say the same share', () => {
  const manifests = exposed({
    timeouts: { request: Duration.seconds(2) },
    retries: { attempts: 3, statusCodes: [503], connectionFailures: false },
    rules: [{ matches: [HttpMatch.get('/cart')], backends: [{ service: cart }] }, { backends: [{ service: cart.variant('cart-v2') }] }],
  });
  const [{ metadata: { name, namespace }, spec }] = ofKind(manifests, 'HTTPRoute');
  const [timeout] = ofKind(manifests, 'RouteTimeoutFilter');
  const [retry] = ofKind(manifests, 'RouteRetryFilter');

  expect(manifests.map(m => m.kind)).toEqual(['HTTPRoute', 'RouteTimeoutFilter', 'RouteRetryFilter', 'Gateway']);
  const filters = [
    { type: 'ExtensionRef', extensionRef: { group: 'consul.hashicorp.com', kind: 'RouteTimeoutFilter', name: timeout.metadata.name } },
    { type: 'ExtensionRef', extensionRef: { group: 'consul.hashicorp.com', kind: 'RouteRetryFilter', name: retry.metadata.name } },
  ];
  const backendRef = (service: string) => ({ ...DEFAULTS.service, name: service, port: 8080, weight: 1 });
  expect(spec.rules).toEqual([
    { matches: [{ path: { type: 'Exact', value: '/cart' }, method: 'GET' }], filters, backendRefs: [backendRef('cart')] },
    { matches: DEFAULTS.matches, filters, backendRefs: [backendRef('cart-v2')] },
  ]);
  expect(timeout.spec).toEqual({ requestTimeout: '2s' });
  expect(retry.spec).toEqual({ numRetries: 3, retryOnStatusCodes: [503] });
  for (const filter of [timeout, retry]) {
    expect(filter.metadata.namespace).toBe(namespace);
    expect(filter.metadata.name.startsWith(`${name}-`)).toBe(true);
  }
});

test('a failed connection is tried again where it is asked for', () => {
  const [retry] = ofKind(exposed({ retries: { attempts: 1 } }), 'RouteRetryFilter');

  expect(retry.spec).toEqual({ numRetries: 1, retryOn: ['connect-failure', 'reset'] });
});

test.each<[string, Partial<ExposureProps>, RegExp]>([
  ['a time for each try', { timeouts: { backendRequest: Duration.seconds(1) } }, /a RouteTimeoutFilter is for a request with all its tries/],
  ['a time between tries', { retries: { attempts: 1, backoff: Duration.seconds(1) } }, /a RouteRetryFilter cannot express it/],
  ['a wildcard', { hostnames: ['*.example.com'] }, /Consul takes no HTTPRoute whose hostnames have a wildcard/],
  ['two listeners of a gateway of its own', { hostnames: ['a.example.com', 'b.example.com'] }, /each is a listener, and Consul takes one listener on a port/],
  ['another path', { rewrite: { path: '/' } }, /replace a prefix as plain characters/],
  ['changed responses of several backends', {
    rules: [{ backends: [{ service: cart, responseHeaders: { remove: ['x'] } }, { service: cart.variant('cart-v2') }] }],
  }, /of several backends, Consul changes the headers of requests only/],
])('refuses %s', (_, props, message) => {
  expect(() => exposed(props)).toThrow(message);
});

test('a shared gateway takes several hostnames', () => {
  const hostnames = ['a.example.com', 'b.example.com'];

  expect(ofKind(exposed({ hostnames, gateway: ExposureGateway.shared('public') }), 'HTTPRoute')[0].spec.hostnames).toEqual(hostnames);
});

test('refuses more matches than there is room for, since each prefix takes two', () => {
  const many = (count: number) => exposure([{
    matches: Array.from({ length: count }, (_, i) => prefix(`/p${i}`)), backends: [{ name: 'cart', port: 80, weight: 1 }], handling: {},
  }]);

  expect(dialect.render(many(33)).refusals).toEqual([expect.objectContaining({ what: '66 matches on port 80' })]);
  expect(dialect.render(many(32)).refusals).toEqual([]);
  expectValid(...dialect.render(many(32)).manifests);
});
