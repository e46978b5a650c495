import * as fc from 'fast-check';
import { protocolInWords } from '../../src/model/port-protocol';

/** Every word that istiod knows, and what it makes of it (istio/istio `pkg/config/protocol/instance.go`, `pkg/config/kube/conversion.go`). */
const KNOWN = {
  'http': 'HTTP',
  'http2': 'HTTP',
  'http_proxy': 'HTTP',
  'grpc-web': 'HTTP',
  'grpc': 'GRPC',
  'tls': 'TLS',
  'https': 'TLS',
  'tcp': 'TCP',
  'mongo': 'TCP',
  'mysql': 'TCP',
  'redis': 'TCP',
} as const;

test.each(Object.entries(KNOWN))('%s is %s, as a name and as an appProtocol, in whichever case, with whatever suffix', (word, protocol) => {
  for (const said of [word, word.toUpperCase(), `${word}-main`]) {
    expect(protocolInWords({ appProtocol: said })).toBe(protocol);
    expect(protocolInWords({ name: said })).toBe(protocol);
    expect(protocolInWords({ name: 'http', appProtocol: said })).toBe(protocol);
  }
});

test.each([
  ['kubernetes.io/h2c', 'HTTP'], ['kubernetes.io/ws', 'HTTP'], ['kubernetes.io/wss', 'TLS'],
])('%s is %s, as an appProtocol', (appProtocol, protocol) => {
  expect(protocolInWords({ appProtocol })).toBe(protocol);
});

test.each(['kafka', 'amqp', 'postgresql', 'linkerd.io/opaque', 'linkerd.io/tcp', 'httpd', 'grpcs', 'h2c', ''])('%p is nothing that it knows', appProtocol => {
  expect(protocolInWords({ name: 'http', appProtocol })).toBeUndefined();
});

test('a server that speaks first speaks TCP', () => {
  expect(protocolInWords({ appProtocol: 'tcp-server-first' })).toBe('TCP');
});

test('what does not begin with a word for it is never HTTP', () => {
  const word = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[a-z]{1,8}(-[a-z]{1,5})?$/),
    fc.constantFrom('constructor', '__proto__', 'toString', 'https', 'tcp-http'),
  );
  fc.assert(fc.property(word, said => {
    const first = said.toLowerCase().split('-')[0];
    const isHttp = ['http', 'http2', 'http_proxy'].includes(first) || said.toLowerCase().startsWith('grpc-web');
    expect(protocolInWords({ appProtocol: said }) === 'HTTP').toBe(isHttp || said === 'kubernetes.io/h2c' || said === 'kubernetes.io/ws');
    expect(protocolInWords({ name: said }) === 'HTTP').toBe(isHttp);
  }));
});
