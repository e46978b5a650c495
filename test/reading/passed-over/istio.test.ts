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
const NAME = 'it is for people and metrics';

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
    meaningless: { 'http[].name': NAME, 'http[].match[].name': NAME, 'http[].match[].statPrefix': NAME, 'tls': 'the ports that are routed speak no TLS' },
  },
  { manifest: networking('VirtualService', { hosts: ['db'], tls: [{ match: [{ port: 443, sniHosts: ['a.example.com'] }], route }] }), beside: [PORTS, SUBSETS] },
  {
    manifest: networking('DestinationRule', { host: 'cart', trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } } }),
    specs: [{ host: 'cart', subsets: [{ name: 'v1', labels: { version: 'v1' } }] }],
    beside: [TO_SUBSET],
  },
  {
    manifest: networking('ServiceEntry', { hosts: ['api.example.com'], location: 'MESH_EXTERNAL', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], resolution: 'DNS' }),
    meaningless: { 'ports[].name': NAME },
  },
  { manifest: networking('Sidecar', { egress: [{ hosts: ['./*'] }] }) },
];

passesNothingOver(CASES, { mesh: 'istio' });
