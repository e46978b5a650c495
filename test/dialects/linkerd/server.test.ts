import { server } from '../../../src/dialects/linkerd/server';
import { expectValid } from '../../schema';

test.each([
  ['HTTP', 'unknown'], ['GRPC', 'HTTP/2'], ['TCP', 'opaque'], [undefined, 'unknown'],
] as const)('the proxy of a port that speaks %s expects %s', (protocol, proxyProtocol) => {
  const manifest = server({ name: 'cart-8080', namespace: 'shop' }, { app: 'cart' }, { port: 8080, protocol });

  expectValid(manifest);
  expect(manifest.spec).toEqual({ podSelector: { matchLabels: { app: 'cart' } }, port: 8080, proxyProtocol });
});
