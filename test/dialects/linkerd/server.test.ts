import { server } from '../../../src/dialects/linkerd/server';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const cart = { name: 'cart', namespace: 'shop', workload: { service: 'cart', podSelector: { app: 'cart' } } };

test('a port of the pods is one Server', () => {
  expect(inYaml(server(cart, { port: 8080, protocol: 'HTTP' }))).toMatchInlineSnapshot(`
"apiVersion: policy.linkerd.io/v1beta1
kind: Server
metadata:
  name: cart-8080
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: cart
  port: 8080
  proxyProtocol: unknown
"
`);
});

test.each([
  ['HTTP', 'unknown'], ['GRPC', 'HTTP/2'], ['TCP', 'opaque'], [undefined, 'unknown'],
] as const)('the proxy of a port that speaks %s expects %s', (protocol, proxyProtocol) => {
  const manifest = server(cart, { port: 8080, protocol });

  expectValid(manifest);
  expect(manifest.spec).toEqual({ podSelector: { matchLabels: { app: 'cart' } }, port: 8080, proxyProtocol });
});

test('it is named after the Service and its port, whoever renders it', () => {
  expect(server(cart, { port: 8080 }).metadata).toEqual({ name: 'cart-8080', namespace: 'shop' });
});

test('only a Server that reports needs a version that Linkerd has since 2.16', () => {
  const auditing: any = server(cart, { port: 8080, protocol: 'HTTP' }, true);

  expectValid(auditing);
  expect(auditing).toMatchObject({ apiVersion: 'policy.linkerd.io/v1beta3', spec: { accessPolicy: 'audit' } });
  expect(server(cart, { port: 8080, protocol: 'HTTP' })).toMatchObject({ apiVersion: 'policy.linkerd.io/v1beta1' });
});
