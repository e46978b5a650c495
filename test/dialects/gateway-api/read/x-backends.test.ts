import { decide, valueOf } from '../../../../src/meaning/decision';
import { reading } from '../../../reading/world';

const group = 'gateway.networking.x-k8s.io';
const HOST = { type: 'ExternalHostname', externalHostname: { hostname: 'api.example.com' }, port: { number: 443 } };
const xBackend = (spec: object, namespace = 'shop') => ({ apiVersion: `${group}/v1alpha1`, kind: 'XBackend', metadata: { name: 'api', namespace }, spec });
const gateway = (kind: string, name: string, spec: object) => ({ apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name, namespace: 'shop' }, spec });
const front = (gatewayClassName = 'any') => gateway('Gateway', 'front', { gatewayClassName, listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] });
const leading = (ref: object = {}, filters?: object[]) => gateway('HTTPRoute', 'out', {
  parentRefs: [{ name: 'front' }], rules: [{ backendRefs: [{ group, kind: 'XBackend', name: 'api', ...ref }], ...(filters && { filters }) }],
});

/** Where a request to the gateway goes: the backends, and what else is said; or why nobody knows. */
function led(...manifests: object[]): unknown {
  const [{ ways, port }] = reading(manifests).readings.flatMap(({ reading: { entries } }) => entries?.() ?? []);
  const request = { method: 'GET', path: '/', headers: {}, query: {} };
  const value = valueOf(decide(ways, { client: { kind: 'outside', meshed: false }, pod: { namespace: 'shop' }, port, protocol: 'HTTP', request }));
  return 'unknown' in value ? value.unknown : [...value.backends.map(({ service, port: to, outside, status }) => status ?? [service, to, outside]), ...value.besides];
}

test('a route that names it leads to its host, by the port that it says', () => {
  const tls = { mode: 'ServerOnly', validation: { hostname: 'a.example.com', wellKnownCACertificates: 'System' } };

  expect(led(front(), leading(), xBackend(HOST))).toEqual([['api', 443, { host: 'api.example.com' }]]);
  expect(led(front(), leading(), xBackend({ ...HOST, port: { port: 80, name: 'http' } }))).toEqual([['api', 80, { host: 'api.example.com' }]]);
  expect(led(front(), leading(), xBackend({ ...HOST, protocol: 'HTTP2', tls })))
    .toEqual([['api', 443, { host: 'api.example.com', protocol: 'HTTP2', tls: 'the name a.example.com, wellKnownCACertificates "System"' }]]);
  expect(led(front(), leading(), xBackend({ ...HOST, tls: { ...tls, mode: 'ClientAndServer', clientCertificateRef: { name: 'shop' } } })))
    .toEqual([['api', 443, { host: 'api.example.com', tls: 'the name a.example.com, clientCertificateRef {"name":"shop"}, wellKnownCACertificates "System"' }]]);
});

test('copies say which host they go to', () => {
  const mirror = { type: 'RequestMirror', requestMirror: { backendRef: { group, kind: 'XBackend', name: 'api' }, percent: 5 } };

  expect(led(front(), leading({ group: '', kind: 'Service', name: 'cart', port: 80 }, [mirror]), xBackend(HOST)))
    .toEqual([['cart', 80, undefined], `copies to XBackend.${group} 'api' go to {"host":"api.example.com"}`]);
});

test('in another namespace, it has to be granted', () => {
  const granted = {
    ...gateway('ReferenceGrant', 'shop', { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }], to: [{ group, kind: 'XBackend' }] }),
    metadata: { name: 'shop', namespace: 'outside' },
  };
  const there = [front(), leading({ namespace: 'outside' }), xBackend(HOST, 'outside')];

  expect(led(...there)).toEqual([500]);
  expect(led(...there, granted)).toEqual([['api', 443, { host: 'api.example.com' }]]);
});

test.each<[string, object, RegExp]>([
  ['pods', { type: 'EndpointSelector', endpointSelector: { matchLabels: { app: 'api' } }, port: { number: 80 } }, /it stands for pods/],
  ['another type', { ...HOST, type: 'Other' }, /it is not known here/],
  ['no host', { ...HOST, externalHostname: {} }, /it needs a host and a port/],
  ['no port', { ...HOST, port: {} }, /it needs a host and a port/],
  ['another mode of TLS', { ...HOST, tls: { mode: 'Other' } }, /it is not known here/],
  ['a field that nobody knows', { ...HOST, retries: 3 }, /it is not known here/],
])('of %s, nobody knows where it leads', (_, spec, why) => expect(led(front(), leading(), xBackend(spec))).toMatch(why));

test('nobody knows where one leads that is not there, or that has another port, or whose gateway is not known to read it', () => {
  expect(led(front(), leading())).toBe(`no file has XBackend.${group} shop/api`);
  expect(led(front(), leading(), xBackend(HOST, 'other'))).toBe(`no file has XBackend.${group} shop/api`);
  expect(led(front(), leading({ port: 80 }), xBackend(HOST))).toBe(`XBackend.${group} shop/api has another port than 80`);
  expect(led(front(), leading({ port: 443 }), xBackend(HOST))).toEqual([['api', 443, { host: 'api.example.com' }]]);
  expect(led(front('istio'), leading(), xBackend(HOST))).toMatch(/it is not known what Istio makes of XBackend/);
  expect(led(front('cilium'), leading(), xBackend(HOST))).toMatch(/it is not known what Cilium makes of XBackend/);
});
