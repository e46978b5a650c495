import { type Case, object, passesNothingOver } from './fields';

const security = (kind: string, spec: object, name = 'cart') => object('security.istio.io/v1', kind, name, spec);
const networking = (kind: string, spec: object, name = 'cart') => object('networking.istio.io/v1', kind, name, spec);

const selector = { matchLabels: { app: 'cart' } };
const rules = [{
  from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }],
  to: [{ operation: { methods: ['GET'] } }],
  when: [{ key: 'request.headers[x-team]', values: ['1'] }],
}];
const PORTS = object('v1', 'Service', 'db', { selector: { app: 'cart' }, ports: [{ name: 'tcp', port: 90 }, { name: 'tls', port: 443 }] });
const route = ['cart', 'other'].map(host => ({ destination: { host, port: { number: 80 } }, weight: 1 }));
const LOGIN = security('RequestAuthentication', { selector, jwtRules: [{ issuer: 'https://login.example.com', fromHeaders: [{ name: 'x-token', prefix: 'T ' }] }] });
const BY_TOKEN = security('AuthorizationPolicy', {
  selector, rules: [{ from: [{ source: { requestPrincipals: ['https://login.example.com/ana'] } }], when: [{ key: 'request.auth.claims[iss]', values: ['https://login.example.com'] }] }],
}, 'tokens');
const SUBSETS = networking('DestinationRule', { host: 'cart', subsets: [{ name: 'v1', labels: { version: 'v1' } }] }, 'subsets');
const TO_SUBSET = networking('VirtualService', { hosts: ['cart'], http: [{ route: [{ destination: { host: 'cart', subset: 'v1' } }] }] });
const FRONT = networking('Gateway', { selector: { istio: 'ingress' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['shop.example.com'] }] }, 'front');
const AT_FRONT = networking('VirtualService', { hosts: ['shop.example.com'], gateways: ['front'], http: [{ match: [{ uri: { prefix: '/a' } }], route }] }, 'front');
const PART = networking('VirtualService', { http: [{ match: [{ uri: { prefix: '/a' } }], route }] }, 'part');
const OTHER_PART = networking('VirtualService', { http: [{ route: route.slice(1) }] }, 'other');
const DELEGATING = networking('VirtualService', { hosts: ['cart'], http: [{ delegate: { name: 'part' } }] });
const WITH_WAYPOINT = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio.io/use-waypoint': 'waypoint' } } };
const TEXT = { type: 'string' };
const TEXTS = { items: TEXT };
const GATEWAY = {
  properties: {
    selector: { type: 'object' },
    servers: {
      items: {
        properties: {
          bind: TEXT,
          defaultEndpoint: TEXT,
          hosts: TEXTS,
          name: TEXT,
          port: { properties: { name: TEXT, number: { type: 'integer' }, protocol: { enum: ['HTTP', 'HTTPS', 'TCP', 'TLS'] }, targetPort: { type: 'integer' } } },
          tls: {
            properties: {
              ...Object.fromEntries(['caCertCredentialName', 'caCertificates', 'caCrl', 'credentialName', 'privateKey', 'serverCertificate'].map(name => [name, TEXT])),
              ...Object.fromEntries(['cipherSuites', 'credentialNames', 'subjectAltNames', 'verifyCertificateHash', 'verifyCertificateSpki'].map(name => [name, TEXTS])),
              httpsRedirect: { type: 'boolean' },
              maxProtocolVersion: { enum: ['TLS_AUTO', 'TLSV1_2'] },
              minProtocolVersion: { enum: ['TLS_AUTO', 'TLSV1_2'] },
              mode: { enum: ['PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL'] },
              tlsCertificates: { items: { properties: { caCertificates: TEXT, privateKey: TEXT, serverCertificate: TEXT } } },
            },
          },
        },
      },
    },
  },
};
const NO_TLS = 'the ports that are routed speak something else';
const NO_PART = 'istiod takes nothing else of what others delegate to';
const NO_HTTP = 'the ports speak no HTTP';
const NAME = 'it is for people and metrics';
const NAMES = { 'http[].name': NAME, 'http[].match[].name': NAME, 'http[].match[].statPrefix': NAME };

const CASES: readonly Case[] = [
  {
    manifest: security('AuthorizationPolicy', { selector, rules }),
    specs: [{ selector, rules: [{ from: [{ source: {} }] }] }, { selector, rules: [{ to: [{ operation: {} }] }] }, { selector, rules: [{ when: [{ key: 'request.headers[x-team]' }] }] }],
  },
  { manifest: security('PeerAuthentication', { selector, mtls: { mode: 'STRICT' }, portLevelMtls: { 8080: { mode: 'PERMISSIVE' } } }) },
  { manifest: LOGIN, beside: [BY_TOKEN] },
  {
    manifest: networking('VirtualService', { hosts: ['cart'], http: [{ match: [{ uri: { prefix: '/a' } }], route }] }),
    specs: [{ hosts: ['db'], tcp: [{ route }] }, { hosts: ['db'], tcp: [{ match: [{ port: 90 }], route }] }],
    beside: [PORTS, SUBSETS],
    meaningless: { ...NAMES, tls: NO_TLS },
  },
  {
    manifest: networking('VirtualService', { hosts: ['db'], tls: [{ match: [{ port: 443, sniHosts: ['a.example.com'] }], route }] }),
    specs: [{ hosts: ['db'], tcp: [{ match: [{ port: 90 }], route }] }],
    beside: [PORTS, SUBSETS],
    meaningless: { http: NO_HTTP },
  },
  { manifest: DELEGATING, beside: [PART, OTHER_PART], meaningless: { tls: NO_TLS, tcp: NO_TLS, ...NAMES } },
  { manifest: PART, beside: [DELEGATING], meaningless: { tls: NO_PART, tcp: NO_PART, gateways: NO_PART, ...NAMES } },
  {
    mesh: 'istio-ambient',
    manifest: networking('VirtualService', { hosts: ['cart'], http: [{ match: [{ uri: { prefix: '/a' } }], route }] }),
    specs: [
      { hosts: ['db'], tcp: [{ route }] }, { hosts: ['db'], tcp: [{ match: [{ port: 90 }], route }] },
      { hosts: ['db'], tls: [{ match: [{ port: 443, sniHosts: ['db.shop.svc.cluster.local'] }], route }] },
    ],
    beside: [WITH_WAYPOINT, PORTS, SUBSETS],
    meaningless: NAMES,
  },
  {
    manifest: networking('DestinationRule', { host: 'cart', trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } } }),
    specs: [{ host: 'cart', subsets: [{ name: 'v1', labels: { version: 'v1' } }] }],
    beside: [TO_SUBSET],
    values: { 'trafficPolicy.portLevelSettings[].port.number': [80] },
  },
  {
    manifest: networking('ServiceEntry', { hosts: ['api.example.com'], location: 'MESH_EXTERNAL', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], resolution: 'DNS' }),
    meaningless: { 'ports[].name': NAME },
  },
  {
    manifest: FRONT,
    schema: GATEWAY,
    specs: [
      { selector: { istio: 'ingress' }, servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['shop.example.com'], tls: { mode: 'SIMPLE', credentialName: 'shop' } }] },
    ],
    beside: [AT_FRONT],
    meaningless: { 'servers[].port.name': NAME, 'servers[].name': NAME },
  },
  { manifest: AT_FRONT, beside: [FRONT, SUBSETS], meaningless: { ...NAMES, tls: NO_TLS, tcp: NO_TLS } },
  { manifest: networking('Sidecar', { egress: [{ hosts: ['./*'] }] }) },
];

passesNothingOver(CASES, { mesh: 'istio' });
