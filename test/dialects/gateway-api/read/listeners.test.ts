import { decide, valueOf } from '../../../../src/meaning/decision';
import { reading } from '../../../reading/world';

const gateway = (kind: string, name: string, spec: object, namespace = 'shop') => ({ apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name, namespace }, spec });
const front = (listener: object, more: object = {}) => gateway('Gateway', 'front', { gatewayClassName: 'some', listeners: [{ name: 'main', port: 443, protocol: 'HTTPS', ...listener }], ...more });
const ROUTE = gateway('HTTPRoute', 'cart', { parentRefs: [{ name: 'front' }], rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] });
const validation = { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] };

/** What becomes of a request that comes to the only listener. */
function led(...manifests: object[]): unknown {
  const [{ ways, port }] = reading(manifests).readings.flatMap(({ reading: { entries } }) => entries?.() ?? []);
  const request = { method: 'GET', path: '/', headers: {}, query: {} };
  const value = valueOf(decide(ways, { client: { kind: 'outside', meshed: false }, pod: { namespace: 'shop' }, port, protocol: 'HTTP', request }));
  return 'unknown' in value ? value.unknown : value.backends.map(({ service }) => service).join() || value.status;
}

describe('certificates of clients', () => {
  test('nobody knows whether a client has one', () => {
    expect(led(front({}, { tls: { frontend: { default: { validation } } } }), ROUTE)).toMatch(/clients need a certificate/);
    expect(led(front({ tls: { options: { 'gateway.istio.io/tls-terminate-mode': 'MUTUAL' } } }), ROUTE)).toMatch(/clients need a certificate/);
    expect(led(front({}, { tls: { frontend: { default: {}, perPort: [{ port: 443, tls: { validation } }] } } }), ROUTE)).toMatch(/clients need a certificate/);
  });

  test.each<[string, object, object?]>([
    ['of another port', { perPort: [{ port: 8443, tls: { validation } }] }],
    ['that the port does not ask for', { default: { validation }, perPort: [{ port: 443, tls: {} }] }],
    ['that are asked for, and taken as they are', { default: { validation: { ...validation, mode: 'AllowInsecureFallback' } } }],
    ['where there is no TLS', { default: { validation } }, { protocol: 'HTTP' }],
  ])('%s keep nobody out', (_, frontend, listener = {}) => {
    expect(led(front(listener, { tls: { frontend } }), ROUTE)).toBe('cart');
  });

  test('of what is not understood of them, nobody knows', () => {
    expect(led(front({}, { tls: { frontend: { default: { pinned: true } } } }), ROUTE)).toBe('it is not known here');
  });
});

test('without its certificate, a listener takes nothing', () => {
  const tls = { certificateRefs: [{ name: 'shop', namespace: 'keys' }] };
  const grant = gateway('ReferenceGrant', 'shop', { from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop' }], to: [{ group: '', kind: 'Secret' }] }, 'keys');
  expect(led(front({ tls }), ROUTE)).toBe('no ReferenceGrant lets it have the certificate in Secret keys/shop');
  expect(led(front({ tls }), grant, ROUTE)).toBe('cart');
});

test('of routes for Gateways that take those without a parent, it is not known whether they are taken', () => {
  const route = gateway('HTTPRoute', 'cart', { useDefaultGateways: 'All', rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] });
  expect(led(front({}, { defaultScope: 'All' }), route)).toBe('it is not known whose routes it takes');
  expect(led(front({}), route)).toBe(404);
});
