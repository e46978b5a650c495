import { type Case, CLUSTER, isSilent, object, passesNothingOver } from './fields';
import { reading } from '../world';

const consul = (kind: string, spec: object, name = 'cart') => object('consul.hashicorp.com/v1alpha1', kind, name, spec);
const linkerd = (kind: string, spec: object, name = 'cart', version = 'v1alpha1') => object(`policy.linkerd.io/${version}`, kind, name, spec);

const HTTP = consul('ServiceDefaults', { protocol: 'http' });
const INTENTIONS = consul('ServiceIntentions', {
  destination: { name: 'cart' },
  sources: [{
    name: 'web',
    permissions: [{
      action: 'allow', http: { pathPrefix: '/a', header: [{ name: 'x-team', exact: '1' }] }, jwt: { providers: [{ name: 'login', verifyClaims: [{ path: ['sub'], value: 'ana' }] }] },
    }],
  }, { name: '*', action: 'deny' }],
});
const LOGIN = consul('JWTProvider', { issuer: 'https://login.example.com', audiences: ['shop'] }, 'login');
const KEYS = 'which tokens are genuine is not asked';
const SERVER = linkerd('Server', { podSelector: { matchLabels: { app: 'cart' } }, port: 8080, accessPolicy: 'deny', proxyProtocol: 'HTTP/1' }, 'cart', 'v1beta3');
const policy = (kind: string, name: string) => linkerd('AuthorizationPolicy', {
  targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: 'cart' }, requiredAuthenticationRefs: [{ group: kind === 'ServiceAccount' ? '' : 'policy.linkerd.io', kind, name }],
});
const rules = [{
  matches: [{ path: { type: 'Exact', value: '/a' }, headers: [{ name: 'x-team', value: '.1' }], queryParams: [{ name: 'q', value: '.1' }] }],
  backendRefs: [{ name: 'web', port: 80, weight: 1 }, { name: 'cart', port: 80, weight: 1 }],
}];

const CASES: readonly Case[] = [
  { mesh: 'consul', manifest: INTENTIONS, beside: [HTTP, LOGIN] },
  { mesh: 'consul', manifest: consul('ServiceDefaults', { protocol: 'http', mutualTLSMode: 'strict' }), beside: [INTENTIONS, LOGIN] },
  {
    mesh: 'consul',
    manifest: LOGIN,
    beside: [INTENTIONS, HTTP],
    meaningless: {
      cacheConfig: KEYS, clockSkewSeconds: KEYS, jsonWebKeySet: KEYS, locations: 'a token counts wherever it stands', forwarding: 'what becomes of a token is not asked',
    },
  },
  ...['ServiceRouter', 'ServiceSplitter', 'ServiceResolver'].map((kind): Case => ({ mesh: 'consul', manifest: consul(kind, {}) })),
  { mesh: 'linkerd', manifest: SERVER, beside: [policy('ServiceAccount', 'web')] },
  { mesh: 'linkerd', manifest: policy('ServiceAccount', 'web'), beside: [SERVER] },
  { mesh: 'linkerd', manifest: linkerd('MeshTLSAuthentication', { identities: ['web.shop.serviceaccount.identity.linkerd.cluster.local'] }, 'some'), beside: [SERVER, policy('MeshTLSAuthentication', 'some')] },
  { mesh: 'linkerd', manifest: linkerd('MeshTLSAuthentication', { identityRefs: [{ kind: 'ServiceAccount', name: 'web' }] }, 'some'), beside: [SERVER, policy('MeshTLSAuthentication', 'some')] },
  { mesh: 'linkerd', manifest: linkerd('NetworkAuthentication', { networks: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }] }, 'some'), beside: [SERVER, policy('NetworkAuthentication', 'some')] },
  {
    mesh: 'linkerd',
    manifest: linkerd('HTTPLocalRateLimitPolicy', {
      targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: 'cart' },
      total: { requestsPerSecond: 5 },
      overrides: [{ requestsPerSecond: 9, clientRefs: [{ kind: 'ServiceAccount', name: 'web' }] }],
    }),
    beside: [SERVER],
  },
  { mesh: 'linkerd', manifest: linkerd('EgressNetwork', { trafficPolicy: 'Deny' }) },
  {
    mesh: 'linkerd',
    manifest: linkerd('HTTPRoute', { parentRefs: [{ group: 'core', kind: 'Service', name: 'cart' }], rules }, 'cart', 'v1beta3'),
  },
  {
    mesh: 'linkerd',
    manifest: linkerd('HTTPRoute', { parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 'cart' }], rules: rules.map(({ matches }) => ({ matches })) }, 'cart', 'v1beta3'),
    beside: [SERVER, policy('ServiceAccount', 'web')],
  },
];

passesNothingOver(CASES);

test.each<[string, object]>([
  ['ServiceProfile', object('linkerd.io/v1alpha2', 'ServiceProfile', 'cart.shop.svc.cluster.local', { routes: [] })],
  ['ServiceRouter', consul('ServiceRouter', {})],
  ['ServiceSplitter', consul('ServiceSplitter', {})],
  ['ServiceResolver', consul('ServiceResolver', {})],
])('a %s is of a kind that is not read, which is said', (kind, manifest) => {
  expect(reading([manifest]).unread.map(({ why }) => why)).toEqual([expect.stringContaining(`${kind} `)]);
});

test('what is not understood, and said otherwise, is not the same', () => {
  const exposing = (path: string) => [...CLUSTER, INTENTIONS, LOGIN, consul('ServiceDefaults', { protocol: 'http', expose: { paths: [{ path }] } })];
  expect(isSilent(exposing('/a'), exposing('/b'), 'consul')).toBe(false);
  expect(isSilent(exposing('/a'), exposing('/a'), 'consul')).toBe(true);
});
