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

const OUT = linkerd('EgressNetwork', { trafficPolicy: 'Deny', networks: [{ cidr: '1.0.0.0/8' }] }, 'out');
const onNetwork = (kind: string, spec: object) => object('gateway.networking.k8s.io/v1', kind, 'out', {
  parentRefs: [{ group: 'policy.linkerd.io', kind: 'EgressNetwork', name: 'out', port: 443 }], ...spec,
});
const OF_EGRESS = { 'rules[].name': 'it is for people', 'useDefaultGateways': 'there is no Gateway' };
const WAITED = 'how long is waited for what is outside is not asked';

const ERRORS = { status: { min: 500 } };
const PROFILE = object('linkerd.io/v1alpha2', 'ServiceProfile', 'cart.shop.svc.cluster.local', {
  routes: [{
    name: 'a',
    condition: { method: 'GET', pathRegex: '/a', all: [{ method: 'GET' }], any: [{ method: 'GET' }], not: { method: 'POST' } },
    isRetryable: true,
    timeout: '5s',
    responseClasses: [{ condition: { status: { min: 500, max: 599 }, all: [ERRORS], any: [ERRORS], not: ERRORS }, isFailure: true }],
  }],
  retryBudget: { retryRatio: 0.2, minRetriesPerSecond: 10, ttl: '10s' },
  dstOverrides: [{ authority: 'cart.shop.svc.cluster.local', weight: 1 }, { authority: 'other.shop.svc.cluster.local', weight: 1 }],
});

/** The fields of a ServiceProfile, of which there is no pinned CRD. */
const of = (properties: object) => ({ type: 'object', properties });
const listOf = (items: object) => ({ type: 'array', items });
const [TEXT, INTEGER, BOOLEAN, ANY_MAP] = ['string', 'integer', 'boolean', 'object'].map(type => ({ type }));
const MATCHES = { all: listOf(ANY_MAP), any: listOf(ANY_MAP), not: ANY_MAP };
const PROFILE_SCHEMA = of({
  routes: listOf(of({
    name: TEXT,
    condition: of({ method: TEXT, pathRegex: TEXT, ...MATCHES }),
    isRetryable: BOOLEAN,
    timeout: TEXT,
    responseClasses: listOf(of({ condition: of({ status: of({ min: INTEGER, max: INTEGER }), ...MATCHES }), isFailure: BOOLEAN })),
  })),
  retryBudget: of({ retryRatio: { type: 'number' }, minRetriesPerSecond: INTEGER, ttl: TEXT }),
  dstOverrides: listOf(of({ authority: TEXT, weight: INTEGER })),
  opaquePorts: listOf(TEXT),
});

const TLS = of({ enabled: BOOLEAN, sds: ANY_MAP, tlsMinVersion: TEXT, tlsMaxVersion: TEXT, cipherSuites: listOf(TEXT) });
const LIMITS = { maxConnections: INTEGER, maxPendingRequests: INTEGER, maxConcurrentRequests: INTEGER, passiveHealthCheck: ANY_MAP };
const CERTIFICATES = 'which certificates a gateway shows is not asked';
const OF_CERTIFICATES = Object.fromEntries(
  ['tls', 'listeners[].tls'].flatMap(at => ['tlsMinVersion', 'tlsMaxVersion', 'cipherSuites'].map(name => `${at}.${name}`)).map(name => [name, CERTIFICATES]));

const SECRET = of({ name: TEXT, key: TEXT, backend: TEXT });
const SCHEMAS: Readonly<Record<string, object>> = {
  PeeringAcceptor: of({ peer: of({ secret: SECRET }) }),
  PeeringDialer: of({ peer: of({ secret: SECRET }) }),
  MeshService: of({ name: TEXT, peer: TEXT }),
  TerminatingGateway: of({ services: listOf(of({ name: TEXT, namespace: TEXT, caFile: TEXT, certFile: TEXT, keyFile: TEXT, sni: TEXT })) }),
};

const CASES: readonly Case[] = [
  { mesh: 'consul', manifest: INTENTIONS, beside: [HTTP, LOGIN], meaningless: { 'sources[].description': 'it is for people' } },
  { mesh: 'consul', manifest: consul('ServiceDefaults', { protocol: 'http', mutualTLSMode: 'strict' }), beside: [INTENTIONS, LOGIN] },
  {
    mesh: 'consul',
    manifest: consul('SamenessGroup', { members: [{ peer: 'east' }] }, 'twins'),
    schema: of({ includeLocal: BOOLEAN, defaultForFailover: BOOLEAN, members: listOf(of({ partition: TEXT, peer: TEXT })) }),
    specs: [{ defaultForFailover: true, members: [{ peer: 'east' }] }],
    beside: [HTTP, consul('ServiceIntentions', { destination: { name: 'cart' }, sources: [{ name: 'web', samenessGroup: 'twins', action: 'allow' }, { name: '*', action: 'deny' }] })],
  },
  {
    mesh: 'consul',
    manifest: consul('Mesh', { tls: {} }, 'mesh'),
    schema: of({
      allowEnablingPermissiveMutualTLS: BOOLEAN,
      transparentProxy: of({ meshDestinationsOnly: BOOLEAN }),
      tls: of({ incoming: of({ tlsMinVersion: TEXT }) }),
      peering: of({ peerThroughMeshGateways: BOOLEAN }),
      http: of({ sanitizeXForwardedClientCert: BOOLEAN, incoming: of({ requestNormalization: of({ mergeSlashes: BOOLEAN }) }) }),
      validateClusters: BOOLEAN,
    }),
    beside: [consul('ServiceDefaults', { protocol: 'http', mutualTLSMode: 'permissive' }), INTENTIONS, LOGIN],
  },
  {
    mesh: 'consul',
    manifest: LOGIN,
    beside: [INTENTIONS, HTTP],
    meaningless: {
      cacheConfig: KEYS, clockSkewSeconds: KEYS, jsonWebKeySet: KEYS, locations: 'a token counts wherever it stands', forwarding: 'what becomes of a token is not asked',
    },
  },
  {
    mesh: 'consul',
    manifest: consul('IngressGateway', { listeners: [{ port: 8080, protocol: 'http', services: [{ name: 'cart', hosts: ['shop.example.com'] }] }] }, 'ingress'),
    schema: of({
      tls: TLS,
      defaults: of(LIMITS),
      listeners: listOf(of({
        port: INTEGER,
        protocol: TEXT,
        tls: TLS,
        services: listOf(of({
          name: TEXT,
          hosts: listOf(TEXT),
          namespace: TEXT,
          partition: TEXT,
          tls: ANY_MAP,
          requestHeaders: ANY_MAP,
          responseHeaders: ANY_MAP,
          ...LIMITS,
        })),
      })),
    }),
    beside: [INTENTIONS, LOGIN, consul('ServiceDefaults', { protocol: 'http' }, 'cart')],
    meaningless: { ...OF_CERTIFICATES, 'listeners[].services[].tls': CERTIFICATES },
  },
  ...[
    consul('PeeringAcceptor', { peer: { secret: { name: 'east', key: 'data', backend: 'kubernetes' } } }, 'east'),
    consul('PeeringDialer', { peer: { secret: { name: 'east', key: 'data', backend: 'kubernetes' } } }, 'east'),
    consul('MeshService', { name: 'cart', peer: 'east' }),
    consul('TerminatingGateway', { services: [{ name: 'bank' }] }, 'out'),
  ].map((manifest): Case => ({ mesh: 'consul', manifest, schema: SCHEMAS[manifest.kind], beside: [INTENTIONS, LOGIN] })),
  {
    mesh: 'consul',
    manifest: consul('ServiceRouter', {
      routes: [{
        match: { http: { pathPrefix: '/a', header: [{ name: 'x-team', exact: '1' }], queryParam: [{ name: 'q', exact: '1' }] } }, destination: { service: 'other', prefixRewrite: '/b' },
      }],
    }),
    beside: [HTTP, consul('ServiceDefaults', { protocol: 'http' }, 'other')],
  },
  {
    mesh: 'consul',
    manifest: consul('ServiceSplitter', { splits: [{ weight: 90 }, { weight: 10, service: 'other' }] }),
    beside: [HTTP, consul('ServiceDefaults', { protocol: 'http' }, 'other')],
  },
  {
    mesh: 'consul',
    manifest: consul('ServiceResolver', { redirect: { service: 'other' } }),
    specs: [{ defaultSubset: 'v1', subsets: { v1: { filter: 'a' } } }, { defaultSubset: 'x-team', subsets: { 'x-team': { filter: 'a' } } }],
    beside: [HTTP, consul('ServiceDefaults', { protocol: 'http' }, 'other')],
  },
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
  {
    mesh: 'linkerd',
    manifest: PROFILE,
    schema: PROFILE_SCHEMA,
    meaningless: { 'routes[].name': 'it is for people', 'opaquePorts[]': 'those in the annotation of the Service stand in their place' },
  },
  { mesh: 'linkerd', manifest: linkerd('EgressNetwork', { trafficPolicy: 'Deny' }), specs: [{ trafficPolicy: 'Deny', networks: [{ cidr: '1.0.0.0/8' }] }] },
  {
    mesh: 'linkerd',
    manifest: onNetwork('HTTPRoute', { hostnames: ['a.example.com'], rules: rules.map(({ matches }) => ({ matches })) }),
    beside: [OUT],
    meaningless: { ...OF_EGRESS, 'rules[].retry': WAITED, 'rules[].sessionPersistence': WAITED },
  },
  {
    mesh: 'linkerd',
    manifest: onNetwork('GRPCRoute', { hostnames: ['a.example.com'], rules: [{ matches: [{ method: { service: 'shop.Cart' }, headers: [{ name: 'x-team', value: '.1' }] }] }] }),
    beside: [OUT],
    meaningless: { ...OF_EGRESS, 'rules[].sessionPersistence': WAITED },
  },
  { mesh: 'linkerd', manifest: onNetwork('TLSRoute', { hostnames: ['a.example.com'], rules: [{}] }), beside: [OUT], meaningless: OF_EGRESS },
  { mesh: 'linkerd', manifest: onNetwork('TCPRoute', { rules: [{}] }), beside: [OUT], meaningless: OF_EGRESS },
  {
    mesh: 'linkerd',
    manifest: linkerd('HTTPRoute', { parentRefs: [{ group: 'core', kind: 'Service', name: 'cart' }], rules }, 'cart', 'v1beta3'),
    meaningless: { 'parentRefs[].sectionName': 'of a parent that is a Service, Linkerd reads the port alone' },
  },
  {
    mesh: 'linkerd',
    manifest: linkerd('HTTPRoute', { parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 'cart' }], rules: rules.map(({ matches }) => ({ matches })) }, 'cart', 'v1beta3'),
    beside: [SERVER, policy('ServiceAccount', 'web')],
  },
];

passesNothingOver(CASES);

test('what is of a kind that is not read is said', () => {
  expect(reading([consul('TrafficPermissions', {})]).unread.map(({ why }) => why)).toEqual([expect.stringContaining('TrafficPermissions ')]);
});

test('what is not understood, and said otherwise, is not the same', () => {
  const exposing = (path: string) => [...CLUSTER, INTENTIONS, LOGIN, consul('ServiceDefaults', { protocol: 'http', expose: { paths: [{ path }] } })];
  expect(isSilent(exposing('/a'), exposing('/b'), 'consul')).toBe(false);
  expect(isSilent(exposing('/a'), exposing('/a'), 'consul')).toBe(true);
});
