import { externalHost } from '../../../src/evaluators/routes/external-host';
import { Unknown } from '../../../src/evaluators/unknown';

const HOST = { type: 'ExternalHostname', externalHostname: { hostname: 'api.example.com' }, port: { number: 443 } };
const validation = { hostname: 'api.example.com', wellKnownCACertificates: 'System' };
const xBackend = (spec: object) => ({ kind: 'XBackend', metadata: { name: 'api', namespace: 'shop' }, spec });

test('a host by its name and port, in plain text unless TLS is said', () => {
  expect(externalHost([xBackend(HOST)], 'shop', 'api')).toEqual({ host: 'api.example.com', port: 443 });
  expect(externalHost([xBackend({ ...HOST, tls: { mode: 'None' } })], 'shop', 'api')).toEqual({ host: 'api.example.com', port: 443 });
  expect(externalHost([xBackend({ ...HOST, tls: { mode: 'ServerOnly', validation } })], 'shop', 'api'))
    .toMatchObject({ tls: { serverName: 'api.example.com', names: ['api.example.com'] } });
});

test.each<[string, object[]]>([
  ['nothing', []],
  ['pods', [xBackend({ type: 'EndpointSelector', endpointSelector: {}, port: { number: 80 } })]],
  ['the form before Gateway API 1.7', [xBackend({ ...HOST, port: { port: 443 } })]],
  ['more than is known', [xBackend({ ...HOST, retries: 3 })]],
  ['several authorities', [xBackend({ ...HOST, tls: { mode: 'ServerOnly', validation: { hostname: 'a.example.com', caCertificateRefs: [{ name: 'a' }, { name: 'b' }] } } })]],
  ['a certificate that is not granted', [xBackend({ ...HOST, tls: { mode: 'ClientAndServer', validation, clientCertificateRef: { name: 'a', namespace: 'certs' } } })]],
])('%s is not known', (_, manifests) => expect(() => externalHost(manifests, 'shop', 'api')).toThrow(Unknown));
