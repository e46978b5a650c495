import { serviceRouter } from '../../../src/dialects/consul/service-router';
import { ConsulNamespaces } from '../../../src/dialects/gateway-api/extension/consul-namespaces';
import type { Handling } from '../../../src/model/handling';
import type { RouteRule } from '../../../src/model/route';
import { expectValid } from '../../schema';
import { applied, inYaml } from '../../setup';
import { changes, exact, match, prefix, retries, routeModel, rule } from '../route-models';

function routes(...rules: RouteRule[]): any[] {
  const [router] = applied([serviceRouter(routeModel(rules), ConsulNamespaces.MIRRORED)]);
  expectValid(router);
  expect(router.metadata).toEqual({ name: 'cart', namespace: 'shop' });
  return router.spec.routes;
}

test('a prefix that is tried again is a route of the ServiceRouter, before all else', () => {
  expect(
    inYaml(serviceRouter(routeModel([rule({ matches: [prefix('/api')], handling: { retries } }), rule()]), ConsulNamespaces.MIRRORED)),
  ).toMatchInlineSnapshot(`
"apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceRouter
metadata:
  name: cart
  namespace: shop
spec:
  routes:
    - match:
        http:
          pathExact: /api
      destination:
        service: cart-v1
        numRetries: 2
        retryOn:
          - connect-failure
          - reset
        retryOnStatusCodes:
          - 503
    - match:
        http:
          pathPrefix: /api/
      destination:
        service: cart-v1
        numRetries: 2
        retryOn:
          - connect-failure
          - reset
        retryOnStatusCodes:
          - 503
    - destination:
        service: cart-v1
"
`);
});

test.each<[string, Handling, object]>([
  ['a time for the request', { timeouts: { request: 1500 } }, { requestTimeout: '1s500ms' }],
  ['retries', { retries }, { numRetries: 2, retryOn: ['connect-failure', 'reset'], retryOnStatusCodes: [503] }],
  ['retries by response alone', { retries: { ...retries, connectionFailures: false } }, { numRetries: 2, retryOnStatusCodes: [503] }],
  ['retries by gRPC status', { retries: { ...retries, statusCodes: [], grpcStatuses: ['cancelled'], connectionFailures: false } },
    { numRetries: 2, retryOn: ['cancelled'] }],
  ['changes of headers', {
    requestHeaders: changes({ set: [{ name: 'a', value: '1' }], remove: ['b'] }), responseHeaders: changes({ add: [{ name: 'c', value: '2' }] }),
  }, { requestHeaders: { set: { a: '1' }, remove: ['b'] }, responseHeaders: { add: { c: '2' } } }],
])('says %s', (_, handling, expected) => {
  expect(routes(rule({ handling }))).toStrictEqual([{ destination: { service: 'cart-v1', ...expected } }]);
});

test('a prefix goes by elements, and is replaced by elements', () => {
  const handling: Handling = { rewrite: { path: { type: 'prefix', value: '/v2' } } };

  expect(routes(rule({ matches: [prefix('/api')], handling }))).toStrictEqual([
    { match: { http: { pathExact: '/api' } }, destination: { service: 'cart-v1', prefixRewrite: '/v2' } },
    { match: { http: { pathPrefix: '/api/' } }, destination: { service: 'cart-v1', prefixRewrite: '/v2/' } },
  ]);
  expect(routes(rule({ matches: [prefix('/api')], handling: { rewrite: { path: { type: 'prefix', value: '/' } } } })).map(r => r.destination.prefixRewrite))
    .toEqual(['/', '/']);
});

test('the whole of an exact path is replaced', () => {
  expect(routes(rule({ matches: [exact('/old')], handling: { rewrite: { path: { type: 'full', value: '/new' } } } })))
    .toStrictEqual([{ match: { http: { pathExact: '/old' } }, destination: { service: 'cart-v1', prefixRewrite: '/new' } }]);
});

test('conditions hold together', () => {
  expect(routes(rule({
    matches: [match({
      methods: ['GET', 'POST'],
      path: { type: 'template', value: '/carts/{*}' },
      headers: [{ name: 'x', type: 'present', value: '' }, { name: 'y', type: 'regex', value: '1|2' }],
      query: [{ name: 'q', type: 'exact', value: '1' }],
    })],
  }))[0].match).toStrictEqual({
    http: {
      pathRegex: '/carts/[^/]+',
      methods: ['GET', 'POST'],
      header: [
        { name: 'x', present: true }, { name: 'y', regex: '1|2' },
      ],
      queryParam: [{ name: 'q', exact: '1' }],
    },
  });
});
