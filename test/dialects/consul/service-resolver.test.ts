import { reaching, redirection } from '../../../src/dialects/consul/service-resolver';
import { ConsulNamespaces } from '../../../src/dialects/gateway-api/extension/consul-namespaces';
import { expectValid } from '../../schema';
import { applied, inYaml } from '../../setup';
import { backend, routeModel, rule } from '../route-models';

const model = routeModel([rule()]);

test('clients that stay where they are have a hash policy in the ServiceResolver', () => {
  expect(inYaml(reaching(model, { backend: backend('cart-v1'), stickiness: { type: 'cookie', name: 'cart', absoluteTimeout: 3_600_000 } }, ConsulNamespaces.MIRRORED))).toMatchInlineSnapshot(`
"apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceResolver
metadata:
  name: cart-v1
  namespace: shop
spec:
  loadBalancer:
    policy: maglev
    hashPolicies:
      - field: cookie
        fieldValue: cart
        cookieConfig:
          path: /
          ttl: 1h
"
`);
});

test('a cookie of the proxy ties clients to pods of the backend', () => {
  const resolvers = applied([
    reaching(model, { backend: backend('cart-v1'), stickiness: { type: 'cookie', name: 'cart', absoluteTimeout: 3_600_000 } }, ConsulNamespaces.MIRRORED),
    reaching(model, { backend: backend('cart-v1', 1, { namespace: 'next' }), stickiness: { type: 'cookie' } }, ConsulNamespaces.MIRRORED),
  ]);

  expectValid(...resolvers);
  expect(resolvers.map(({ metadata }) => metadata)).toEqual([{ name: 'cart-v1', namespace: 'shop' }, { name: 'cart-v1', namespace: 'next' }]);
  expect(resolvers.map(({ spec }) => spec.loadBalancer)).toEqual([
    { policy: 'maglev', hashPolicies: [{ field: 'cookie', fieldValue: 'cart', cookieConfig: { path: '/', ttl: '1h' } }] },
    { policy: 'maglev', hashPolicies: [{ field: 'cookie', fieldValue: 'cart-v1-session', cookieConfig: { path: '/', session: true } }] },
  ]);
});

test('how long it takes to connect stands beside how pods are picked', () => {
  const reached = { backend: backend('cart-v1'), loadBalancing: { kind: 'random' as const }, connections: { connectTimeout: 1500 } };
  const [resolver] = applied([reaching(model, reached, ConsulNamespaces.MIRRORED)]);

  expectValid(resolver);
  expect(resolver.spec).toEqual({ connectTimeout: '1s500ms', loadBalancer: { policy: 'random' } });
});

test('connections are led elsewhere', () => {
  const [resolver] = applied([redirection(model, backend('green', 1, { namespace: 'next' }), ConsulNamespaces.MIRRORED)]);

  expectValid(resolver);
  expect(resolver).toMatchObject({ metadata: { name: 'cart' }, spec: { redirect: { service: 'green', namespace: 'next' } } });
});
