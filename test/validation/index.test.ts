import { SERVED_KINDS } from '../../imports/schemas';
import { expectValid, violations } from '../schema';

const metadata = { name: 'cart', namespace: 'shop' };

const parentRef = { group: '', kind: 'Service', name: 'cart', port: 8080 };
const backendRef = { name: 'cart-v1', port: 8080 };

const httpRoute = (...rules: any[]) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata,
  spec: { parentRefs: [parentRef], rules },
});
const grpcRoute = (...rules: any[]) => ({ ...httpRoute(...rules), kind: 'GRPCRoute' });
const tcpRoute = (version: string, ...rules: any[]) => ({
  ...httpRoute(...rules),
  apiVersion: `gateway.networking.k8s.io/${version}`,
  kind: 'TCPRoute',
});
const referenceGrant = (version: string) => ({
  apiVersion: `gateway.networking.k8s.io/${version}`,
  kind: 'ReferenceGrant',
  metadata,
  spec: { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'ops' }], to: [{ group: '', kind: 'Service' }] },
});
const trafficSplit = (version: string, weight: unknown = 10) => ({
  apiVersion: `split.smi-spec.io/${version}`,
  kind: 'TrafficSplit',
  metadata,
  spec: { service: 'cart', backends: [{ service: 'cart-v1', weight }] },
});
const istio = (kind: string, spec: any, group = 'security', version = 'v1') => ({ apiVersion: `${group}.istio.io/${version}`, kind, metadata, spec });
const linkerd = (kind: string, spec: any, version = 'v1alpha1') => ({ apiVersion: `policy.linkerd.io/${version}`, kind, metadata, spec });
const consul = (kind: string, spec: any) => ({ apiVersion: 'consul.hashicorp.com/v1alpha1', kind, metadata, spec });
const kuma = (kind: string, spec: any) => ({ apiVersion: 'kuma.io/v1alpha1', kind, metadata, spec });
const cartService = { kind: 'MeshService', labels: { 'kuma.io/display-name': 'cart', 'k8s.kuma.io/namespace': 'shop' } };
const clientOf = (value: string) => ({ rules: [{ default: { allow: [{ spiffeID: { type: 'Prefix', value } }] } }] });

const cilium = (spec: any) => ({ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata, spec });
const gatewayApi = (kind: string, spec: any) => ({ apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata, spec });
const listener = { name: 'https', hostname: 'cart.example.com', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'cart-tls' }] } };
const ingress = (path: any) => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { rules: [{ host: 'cart.example.com', http: { paths: [path] } }] },
});
const flagger = (kind: string, spec: any) => ({ apiVersion: 'flagger.app/v1beta1', kind, metadata, spec });
const argo = (kind: string, spec: any) => ({ apiVersion: 'argoproj.io/v1alpha1', kind, metadata, spec });
const ANALYSIS = {
  args: [{ name: 'service' }],
  metrics: [{ name: 'errors', interval: '1m', failureLimit: 2, provider: { prometheus: { address: 'http://prometheus:9090', query: 'sum(errors)' } } }],
};
const networkPolicy = (spec: any) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec });

const route = httpRoute({ backendRefs: [backendRef] });

const times = <T>(count: number, item: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => item(i));

describe('a good manifest is valid', () => {
  const good = [
    trafficSplit('v1alpha4'),
    { ...trafficSplit('v1alpha4'), spec: { ...trafficSplit('v1alpha4').spec, matches: [{ kind: 'HTTPRouteGroup', name: 'firefox' }] } },
    trafficSplit('v1alpha2'),
    trafficSplit('v1alpha1', '100m'),
    {
      apiVersion: 'access.smi-spec.io/v1alpha3',
      kind: 'TrafficTarget',
      metadata,
      spec: {
        destination: { kind: 'ServiceAccount', name: 'cart', namespace: 'shop' },
        sources: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
        rules: [{ kind: 'HTTPRouteGroup', name: 'cart', matches: ['read'] }],
      },
    },
    {
      apiVersion: 'specs.smi-spec.io/v1alpha4',
      kind: 'HTTPRouteGroup',
      metadata,
      spec: { matches: [{ name: 'read', methods: ['GET'], pathRegex: '/cart', headers: [{ 'user-agent': '.*Firefox.*' }] }] },
    },
    { apiVersion: 'specs.smi-spec.io/v1alpha4', kind: 'TCPRoute', metadata, spec: { matches: { ports: [8080] } } },
    { apiVersion: 'specs.smi-spec.io/v1alpha4', kind: 'UDPRoute', metadata, spec: { matches: { ports: [53] } } },
    httpRoute({
      matches: [{ path: { type: 'PathPrefix', value: '/cart' }, method: 'GET', headers: [{ name: 'x-canary', value: 'always' }] }],
      filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-route', value: 'cart' }] } }],
      backendRefs: [{ ...backendRef, weight: 90 }, { name: 'cart-v2', port: 8080, weight: 10 }],
      timeouts: { request: '10s', backendRequest: '2s' },
    }),
    grpcRoute({ matches: [{ method: { service: 'Shop.Cart', method: 'Add' } }], backendRefs: [backendRef] }),
    tcpRoute('v1', { backendRefs: [backendRef] }),
    { ...tcpRoute('v1', { backendRefs: [backendRef] }), kind: 'UDPRoute' },
    tcpRoute('v1alpha2', { backendRefs: [backendRef] }),
    {
      ...tcpRoute('v1', { backendRefs: [backendRef] }),
      kind: 'TLSRoute',
      spec: { parentRefs: [parentRef], hostnames: ['*.example.com'], rules: [{ backendRefs: [backendRef] }] },
    },
    {
      apiVersion: 'gateway.networking.x-k8s.io/v1alpha1',
      kind: 'XBackendTrafficPolicy',
      metadata,
      spec: { targetRefs: [{ group: '', kind: 'Service', name: 'cart' }], retryConstraint: { budget: { percent: 20, interval: '10s' } } },
    },
    gatewayApi('Gateway', { gatewayClassName: 'istio', listeners: [listener, { name: 'http', port: 80, protocol: 'HTTP' }] }),
    gatewayApi('ListenerSet', { parentRef: { name: 'public', namespace: 'infra' }, listeners: [listener] }),
    gatewayApi('BackendTLSPolicy', {
      targetRefs: [{ group: '', kind: 'Service', name: 'cart' }], validation: { hostname: 'cart.shop.svc', wellKnownCACertificates: 'System' },
    }),
    ingress({ path: '/cart', pathType: 'Prefix', backend: { service: { name: 'cart', port: { number: 8080 } } } }),
    referenceGrant('v1'),
    referenceGrant('v1beta1'),
    istio('AuthorizationPolicy', {
      selector: { matchLabels: { app: 'cart' } },
      rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }], to: [{ operation: { paths: ['/cart', '/cart/*'] } }] }],
    }),
    istio('AuthorizationPolicy', {}),
    istio('RequestAuthentication', {
      selector: { matchLabels: { app: 'cart' } },
      jwtRules: [{ issuer: 'https://login.example.com', jwksUri: 'https://login.example.com/keys', fromHeaders: [{ name: 'x-token' }] }],
    }),
    {
      apiVersion: 'consul.hashicorp.com/v1alpha1',
      kind: 'JWTProvider',
      metadata: { name: 'login' },
      spec: { issuer: 'https://login.example.com', jsonWebKeySet: { local: { jwks: 'eyJrZXlzIjpbXX0=' } } },
    },
    istio('PeerAuthentication', {
      selector: { matchLabels: { app: 'cart' } },
      mtls: { mode: 'STRICT' },
      portLevelMtls: { 9090: { mode: 'PERMISSIVE' } },
    }),
    istio('ServiceEntry', {
      hosts: ['api.example.com'], ports: [{ number: 443, name: 'tls-443', protocol: 'TLS' }], resolution: 'DNS', exportTo: ['.'],
    }, 'networking'),
    istio('VirtualService', {
      hosts: ['cart'],
      http: [{
        match: [{ port: 8080, uri: { prefix: '/cart/' }, headers: { 'x-user': {} } }],
        fault: { delay: { fixedDelay: '0.5s', percentage: { value: 12.5 } }, abort: { httpStatus: 503, percentage: { value: 1 } } },
        retries: { attempts: 2, retryOn: 'reset,503', perTryTimeout: '1s' },
        route: [
          { destination: { host: 'cart-v1', port: { number: 8080 } }, weight: 90 },
          { destination: { host: 'cart-v2', port: { number: 8080 } }, weight: 10 },
        ],
      }],
    }, 'networking'),
    istio('DestinationRule', {
      host: 'cart-v1.shop.svc.cluster.local', trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } },
    }, 'networking'),
    istio('Sidecar', {
      workloadSelector: { labels: { app: 'cart' } }, egress: [{ hosts: ['*/*.svc.cluster.local'] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    }, 'networking'),
    istio('EnvoyFilter', {
      workloadSelector: { labels: { app: 'cart' } },
      configPatches: [
        { applyTo: 'HTTP_FILTER', match: { context: 'SIDECAR_INBOUND' }, patch: { operation: 'INSERT_BEFORE', value: { name: 'a', typed_config: {} } } },
      ],
    }, 'networking', 'v1alpha3'),
    linkerd('EgressNetwork', { trafficPolicy: 'Deny', networks: [{ cidr: '203.0.113.0/24' }] }),
    linkerd('HTTPLocalRateLimitPolicy', {
      targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: 'cart-8080' }, total: { requestsPerSecond: 100 },
    }),
    linkerd('Server', { podSelector: {}, port: 8080, accessPolicy: 'audit' }, 'v1beta3'),
    linkerd('Server', { podSelector: { matchLabels: { app: 'cart' } }, port: 'http', proxyProtocol: 'HTTP/1' }, 'v1beta1'),
    linkerd('Server', { podSelector: {}, port: 8080 }, 'v1beta1'),
    linkerd('MeshTLSAuthentication', { identities: ['web.shop.serviceaccount.identity.linkerd.cluster.local'] }),
    linkerd('NetworkAuthentication', { networks: [{ cidr: '10.0.0.0/8' }] }),
    linkerd('AuthorizationPolicy', {
      targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: 'cart' },
      requiredAuthenticationRefs: [{ group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name: 'cart' }],
    }),
    linkerd('HTTPRoute', {
      parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 'cart' }],
      rules: [{ matches: [{ path: { type: 'Exact', value: '/cart' } }], timeouts: { request: '1m30s' } }],
    }, 'v1beta3'),
    consul('ServiceDefaults', { protocol: 'http', mutualTLSMode: 'strict' }),
    consul('ServiceIntentions', {
      destination: { name: 'cart', namespace: 'shop' },
      sources: [{ name: 'web', permissions: [{ action: 'allow', http: { pathPrefix: '/cart/', methods: ['GET'] } }] }, { name: '*', action: 'deny' }],
    }),
    consul('ServiceSplitter', { splits: [{ service: 'cart-v1', weight: 90 }, { service: 'cart-v2', weight: 10 }] }),
    consul('ServiceRouter', { routes: [{ match: { http: { methods: ['GET'], pathExact: '/cart' } }, destination: { service: 'cart-v2', numRetries: 2 } }] }),
    consul('RouteRetryFilter', { numRetries: 2, retryOn: ['reset'], retryOnStatusCodes: [503] }),
    consul('RouteTimeoutFilter', { requestTimeout: '2s' }),
    consul('ServiceResolver', { loadBalancer: { policy: 'maglev', hashPolicies: [{ field: 'cookie', fieldValue: 'cart' }] } }),
    kuma('MeshHTTPRoute', {
      to: [{
        targetRef: cartService,
        rules: [{ matches: [{ path: { type: 'Exact', value: '/cart' } }], default: { backendRefs: [{ ...cartService, port: 8080, weight: 1 }] } }],
      }],
    }),
    kuma('MeshTCPRoute', { to: [{ targetRef: cartService, rules: [{ default: { backendRefs: [{ ...cartService, port: 8080, weight: 1 }] } }] }] }),
    kuma('MeshTimeout', { to: [{ targetRef: cartService, default: { http: { requestTimeout: '2s' } } }] }),
    kuma('MeshTimeout', { to: [{ targetRef: cartService, default: { connectionTimeout: '1s', idleTimeout: '0s', http: { maxConnectionDuration: '1h' } } }] }),
    kuma('MeshRetry', { to: [{ targetRef: cartService, default: { http: { numRetries: 2, retryOn: ['ConnectFailure', '503'] } } }] }),
    kuma('MeshLoadBalancingStrategy', { to: [{ targetRef: cartService, default: { loadBalancer: { type: 'Maglev' } } }] }),
    kuma('MeshCircuitBreaker', { to: [{ targetRef: cartService, default: { outlierDetection: { detectors: { totalFailures: { consecutive: 5 } } } } }] }),
    kuma('MeshTrafficPermission', clientOf('spiffe://shop.mesh.local/ns/ops/sa')),
    kuma('MeshTLS', { targetRef: { kind: 'Dataplane', labels: { app: 'cart' }, sectionName: 'web' }, rules: [{ default: { mode: 'Strict' } }] }),
    kuma('MeshRateLimit', {
      targetRef: { kind: 'Dataplane', labels: { app: 'cart' }, sectionName: 'web' },
      rules: [{ default: { local: { http: { requestRate: { num: 100, interval: '1s' } } } } }],
    }),
    kuma('MeshPassthrough', {
      targetRef: { kind: 'Mesh' },
      default: { passthroughMode: 'Matched', appendMatch: [{ type: 'Domain', value: 'api.example.com', port: 443, protocol: 'tls' }] },
    }),
    cilium({
      endpointSelector: { matchLabels: { 'k8s:app': 'cart' } },
      ingress: [
        { fromEndpoints: [{}], toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{ host: 'cart\\.shop' }] } }] },
        { fromCIDRSet: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }] },
      ],
    }),
    {
      apiVersion: 'policy.openservicemesh.io/v1alpha1',
      kind: 'Egress',
      metadata,
      spec: { sources: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }], hosts: ['api.example.com'], ports: [{ number: 443, protocol: 'https' }] },
    },
    cilium({ endpointSelector: {}, ingress: [{}] }),
    { ...cilium({ nodeSelector: { matchLabels: { type: 'worker' } }, ingress: [{ fromEntities: ['remote-node', 'kube-apiserver'] }] }), kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: 'workers' } },
    networkPolicy({ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }, { port: 'http', protocol: 'UDP' }] }] }),
    flagger('Canary', {
      provider: 'gatewayapi:v1',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
      service: { port: 8080, gatewayRefs: [{ group: '', kind: 'Service', name: 'cart', port: 8080 }] },
      analysis: {
        interval: '1m',
        threshold: 2,
        stepWeights: [10, 50],
        metrics: [{
          name: 'errors',
          thresholdRange: { max: 0.5 },
          templateRef: { name: 'errors' },
        }],
      },
    }),
    flagger('MetricTemplate', { provider: { type: 'prometheus', address: 'http://prometheus:9090' }, query: 'sum(rate(errors[{{ interval }}]))' }),
    flagger('AlertProvider', { type: 'slack', channel: 'shop', address: 'https://hooks.example.com' }),
    argo('Rollout', {
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
      strategy: {
        canary: {
          stableService: 'cart-v1',
          canaryService: 'cart-v2',
          trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoutes: [{ name: 'cart', useHeaderRoutes: false }] } } },
          steps: [{ setWeight: 10 }, { pause: { duration: '1m' } }, { analysis: { templates: [{ templateName: 'errors' }] } }],
        },
      },
    }),
    {
      apiVersion: 'gateway.networking.x-k8s.io/v1alpha1',
      kind: 'XBackend',
      metadata: { name: 'provider' },
      spec: { type: 'ExternalHostname', externalHostname: { hostname: 'api.example.com' }, port: { number: 443 } },
    },
    argo('AnalysisTemplate', ANALYSIS),
    argo('ClusterAnalysisTemplate', ANALYSIS),
    argo('AnalysisRun', ANALYSIS),
    argo('Experiment', { templates: [{ name: 'cart', selector: {}, template: { spec: { containers: [{ name: 'cart', resources: {} }] } } }] }),
  ];

  test.each(good.map((manifest) => [`${manifest.apiVersion} ${manifest.kind}`, manifest]))('%s', (_, manifest) => {
    expectValid(manifest);
  });

  test('of every kind that is served', () => {
    const shown = new Set(good.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
    expect([...new Set(SERVED_KINDS.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))].filter((served) => !shown.has(served))).toEqual([]);
  });

  test('of Kubernetes itself, which this does not check', () => {
    expectValid({ apiVersion: 'v1', kind: 'Service' });
    expectValid({ apiVersion: 'apps/v1', kind: 'Deployment' }, { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' });
  });
});

describe('refuses what the structure of a schema forbids', () => {
  const refused: Array<[string, any, string[]]> = [
    ['a wrong type', trafficSplit('v1alpha4', '10'), ['spec.backends[0].weight must be number, not string']],
    ['an unknown field', httpRoute({ backends: [] }), ['spec.rules[0].backends is not a field of the schema']],
    ['an unknown field at the root', { ...route, specs: {} }, ['specs is not a field of the schema']],
    ['a missing field', { ...trafficSplit('v1alpha2'), spec: { service: 'cart' } }, ['spec.backends is required']],
    ['a field of a later version', { ...trafficSplit('v1alpha2'), spec: { ...trafficSplit('v1alpha2').spec, matches: [] } }, [
      'spec.matches is not a field of the schema',
    ]],
    ['a misspelt list', cilium({ endpointSelector: {}, ingress: [{ fromCidrSet: [] }] }), [
      'spec.ingress[0].fromCidrSet is not a field of the schema',
    ]],
    ['a field of a kind of Kubernetes itself', networkPolicy({ podSelector: {}, ingres: [] }), ['spec.ingres is not a field of the schema']],
    ['a value outside of an enum', istio('PeerAuthentication', { mtls: { mode: 'ALWAYS' } }), [
      'spec.mtls.mode must be one of "UNSET", "DISABLE", "PERMISSIVE", "STRICT"',
    ]],
    ['a number outside of its limits', httpRoute({ backendRefs: [{ ...backendRef, weight: 1_000_001 }] }), [
      'spec.rules[0].backendRefs[0].weight must be at most 1000000',
    ]],
    ['a long list', httpRoute(...times(17, () => ({}))), ['spec.rules must have at most 16 items, not 17']],
    ['an unmatched pattern', httpRoute({ timeouts: { request: '10 seconds' } }), [
      'spec.rules[0].timeouts.request must match ^([0-9]{1,5}(h|m|s|ms)){1,4}$',
    ]],
    ['a SPIFFE id with a slash at its end', kuma('MeshTrafficPermission', clientOf('spiffe://shop.mesh.local/ns/ops/')), [
      'spec.rules[0].default.allow[0].spiffeID.value must match ^spiffe://[a-z0-9._-]+(/[a-zA-Z0-9._-]+)*$',
    ]],
    ['an unmatched format', linkerd('HTTPRoute', { rules: [{ timeouts: { request: 'soon' } }] }, 'v1beta3'), [
      'spec.rules[0].timeouts.request must be a duration',
    ]],
    ['a number where an integer or a string is wanted', linkerd('Server', { podSelector: {}, port: 80.5 }, 'v1beta1'), [
      'spec.port must be integer or string, not number',
    ]],
    ['a missing name', { ...route, metadata: {} }, ['metadata.name is required']],
    ['missing metadata', { ...route, metadata: undefined }, ['metadata.name is required']],
    ['a missing kind', { apiVersion: 'split.smi-spec.io/v1alpha4' }, ['manifest is of a kind that no known CRD serves']],
  ];

  test.each(refused)('%s', (_, manifest, expected) => {
    expect(violations(manifest)).toEqual(expected);
  });

  test.each([
    ['name', 'Cart'], ['name', 'cart.'], ['name', 'c'.repeat(254)], ['namespace', 'shop.eu'], ['namespace', 's'.repeat(64)],
  ])('the %s %s', (field, value) => {
    expect(violations({ ...route, metadata: { ...metadata, [field]: value } })).toHaveLength(1);
  });

  test.each([
    ['labels', { 'app kubernetes': 'cart' }], ['labels', { app: 'cart/v1' }], ['annotations', { '/app': 'cart' }], ['annotations', { weight: 10 }],
  ])('the %s %j', (field, value) => {
    expect(violations({ ...route, metadata: { ...metadata, [field]: value } })).not.toEqual([]);
  });

  test.each<[string, any, string]>([
    ['the spec', { ...route, spec: null }, 'spec must be object, not null'],
    ['a list', { ...route, spec: { ...route.spec, hostnames: null } }, 'spec.hostnames must be array, not null'],
    ['an item', { ...route, spec: { ...route.spec, hostnames: [null] } }, 'spec.hostnames[0] must be string, not null'],
    ['a port', httpRoute({ backendRefs: [{ ...backendRef, namespace: null }] }), 'spec.rules[0].backendRefs[0].namespace must be string, not null'],
  ])('a null for %s', (_, manifest, expected) => {
    expect(violations(manifest)).toEqual([expected]);
  });

  test('but no null where there is a default, or where Kubernetes reads it as nothing', () => {
    expectValid(httpRoute({ backendRefs: [{ ...backendRef, weight: null, kind: null }] }), networkPolicy({ podSelector: {}, ingress: null }));
  });

  test('and leaves the manifest as it is', () => {
    const before = JSON.stringify(route);

    violations(route);

    expect(JSON.stringify(route)).toBe(before);
  });
});

describe('the status, which an API server drops once it has read it', () => {
  const wrong = { parentRef: { name: '', port: 0 }, controllerName: 'no', conditions: [] };

  test.each<[string, any]>([
    ['null', null],
    ['nothing', {}],
    ['nothing required', { parents: [{}] }],
    ['nulls', { parents: null }],
    ['wrong values', { parents: [wrong] }],
    ['too many', { parents: times(40, () => wrong) }],
    ['a fraction for an integer', { parents: [{ conditions: [{ type: 'Accepted', observedGeneration: 1.5 }] }] }],
  ])('may have %s', (_, status) => {
    expect(violations({ ...route, status })).toEqual([]);
  });

  test.each<[string, any, string]>([
    ['a text', 'ready', 'status must be object, not string'],
    ['a list', [], 'status must be object, not array'],
    ['a wrong type inside', { parents: [{ controllerName: 1 }] }, 'status.parents[0].controllerName must be string, not integer'],
    ['an unknown field', { ready: true }, 'status.ready is not a field of the schema'],
    ['a condition twice', { parents: [{ conditions: [{ type: 'a' }, { type: 'a' }] }] }, 'status.parents[0].conditions[1] is a duplicate'],
    ['a condition without its key', { parents: [{ conditions: [{}] }] }, 'status.parents[0].conditions[0] matches none of the 1 alternatives: '
      + 'status.parents[0].conditions[0].type is required'],
  ])('may not have %s', (_, status, expected) => {
    expect(violations({ ...route, status })).toEqual([expected]);
  });

  test('is as any other field where it is not a subresource', () => {
    expect(violations({ ...trafficSplit('v1alpha4'), status: {} })).toEqual(['status is not a field of the schema']);
  });
});

describe('refuses the kinds that no CRD serves', () => {
  test.each([
    ['split.smi-spec.io/v1alpha5', 'TrafficSplit'],
    ['metrics.smi-spec.io/v1alpha1', 'TrafficMetrics'],
    ['gateway.networking.k8s.io/v1', 'HttpRoute'],
    ['security.istio.io/v1', 'MeshPolicy'],
    ['policy.linkerd.io/v1', 'Server'],
    ['example.com/v1', 'Mesh'],
  ])('%s %s', (apiVersion, kind) => {
    expect(violations({ apiVersion, kind, metadata })).toEqual(['manifest is of a kind that no known CRD serves']);
  });
});

describe('tells the channels of Gateway API apart', () => {
  const sticky = httpRoute({ backendRefs: [backendRef], sessionPersistence: { type: 'Header', header: { name: 'x-cart' } } });

  test('the standard one goes first', () => {
    expect(violations(sticky)).toEqual(['spec.rules[0].sessionPersistence is not a field of the schema']);
    expect(violations(sticky, { channel: 'experimental' })).toEqual([]);
  });

  test('the experimental one has what the standard one does not serve', () => {
    const older = tcpRoute('v1alpha2', { backendRefs: [backendRef] });

    expect(violations(older)).toEqual([]);
    expect(violations(older, { channel: 'standard' })).toEqual(['manifest is of a kind that no known CRD of the standard channel serves']);
  });

  test('an API without channels is served in both', () => {
    expect(violations(trafficSplit('v1alpha4'), { channel: 'experimental' })).toEqual([]);
  });
});

describe('refuses what a list type forbids', () => {
  test('two entries with the same key', () => {
    const headers = [{ name: 'x-canary', value: 'always' }, { name: 'x-canary', value: 'never' }];

    expect(violations(httpRoute({ matches: [{ headers }] }))).toEqual(['spec.rules[0].matches[0].headers[1] is a duplicate']);
  });

  test('the same value twice', () => {
    const filters = [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['x-canary', 'x-canary'] } }];

    expect(violations(httpRoute({ filters }))).toEqual(['spec.rules[0].filters[0].responseHeaderModifier.remove[1] is a duplicate']);
  });
});

describe('refuses what a CEL rule forbids', () => {
  const path = (value: string, type = 'PathPrefix') => httpRoute({ matches: [{ path: { type, value } }] });
  const rewrite = (...matches: any[]) => httpRoute({
    matches,
    filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } }],
  });
  const parents = (...parentRefs: any[]) => ({ ...route, spec: { parentRefs } });
  const rewriteNeedsPrefix =
    'spec.rules[0] When using URLRewrite filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified';
  const tooManyMatches =
    'spec.rules While 16 rules and 64 matches per rule are allowed, the total number of matches across all rules in a route must be less than 128';

  const refused: Array<[string, any, string[]]> = [
    ['labels of a whole mesh', kuma('MeshTLS', { targetRef: { kind: 'Mesh', labels: {} }, rules: [{ default: { mode: 'Strict' } }] }), [
      'spec.targetRef Mesh has neither labels nor sections',
    ]],
    ['a domain over TCP', kuma('MeshPassthrough', {
      default: { passthroughMode: 'Matched', appendMatch: [{ type: 'Domain', value: 'example.com', port: 443, protocol: 'tcp' }] },
    }), ['spec.default.appendMatch[0] a domain speaks HTTP or TLS']],
    ['a relative path', path('cart'), [
      "spec.rules[0].matches[0].path value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
    ]],
    ['a path that climbs', path('/a/../b', 'Exact'), [
      "spec.rules[0].matches[0].path must not contain '/../' when type one of ['Exact', 'PathPrefix']",
    ]],
    ['a path with a space', path('/a b'), [expect.stringContaining('must only contain valid characters')]],
    ['a prefix rewrite of an exact path', rewrite({ path: { type: 'Exact', value: '/cart' } }), [rewriteNeedsPrefix]],
    ['a prefix rewrite of two paths', rewrite({ path: { value: '/cart' } }, { path: { value: '/basket' } }), [rewriteNeedsPrefix]],
    ['129 HTTP matches', httpRoute(...times(3, () => ({ matches: times(43, (i) => ({ path: { value: `/${i}` } })) }))), [tooManyMatches]],
    ['129 gRPC matches', grpcRoute(...times(3, () => ({ matches: times(43, (i) => ({ method: { service: `s${i}` } })) }))), [tooManyMatches]],
    ['a backend Service without a port', httpRoute({ backendRefs: [{ name: 'cart' }] }), [
      'spec.rules[0].backendRefs[0] Must have port for Service reference',
    ]],
    ['two rules of one name', httpRoute({ name: 'cart' }, { name: 'cart' }), ['spec.rules Rule name must be unique within the route']],
    ['the same parent twice', parents(parentRef, parentRef), [
      'spec.parentRefs sectionName must be unique when parentRefs includes 2 or more references to the same parent',
    ]],
    ['a backend timeout beyond the timeout of the request', httpRoute({ timeouts: { request: '1m', backendRequest: '1h' } }), [
      'spec.rules[0].timeouts backendRequest timeout cannot be longer than request timeout',
    ]],
    ['a gRPC service with a dash', grpcRoute({ matches: [{ method: { service: 'shop-cart' } }] }), [
      expect.stringContaining('service must only contain valid characters'),
    ]],
    ['mutual TLS per port of any workload', istio('PeerAuthentication', { portLevelMtls: { 80: { mode: 'STRICT' } } }), [
      'spec portLevelMtls requires selector',
    ]],
    ['a port out of range', istio('PeerAuthentication', { selector: { matchLabels: { a: 'b' } }, portLevelMtls: { 65536: { mode: 'STRICT' } } }), [
      'spec.portLevelMtls port must be between 1-65535',
    ]],
    ['a wildcard in a selector', istio('AuthorizationPolicy', { selector: { matchLabels: { app: '*' } } }), [
      'spec.selector.matchLabels.app wildcard not allowed in label value match',
    ]],
    ['a selector beside a targetRef', istio('AuthorizationPolicy', {
      selector: { matchLabels: { app: 'cart' } },
      targetRefs: [{ kind: 'Service', name: 'cart' }],
    }), ['spec only one of targetRefs or selector can be set']],
  ];

  test.each(refused)('%s', (_, manifest, expected) => {
    expect(violations(manifest)).toEqual(expected);
  });

  const allowed: Array<[string, any]> = [
    ['128 matches', httpRoute(...times(2, () => ({ matches: times(64, (i) => ({ path: { value: `/${i}` } })) })))],
    ['a regular expression as path', path('cart|basket', 'RegularExpression')],
    ['a prefix rewrite of one prefix', rewrite({ path: { value: '/cart' } })],
    ['a prefix rewrite of the default match', httpRoute({ filters: rewrite().spec.rules[0].filters })],
    ['a backend of another kind without a port', httpRoute({ backendRefs: [{ group: 'example.com', kind: 'Bucket', name: 'cart' }] })],
    ['two sections of one parent', parents({ ...parentRef, sectionName: 'http' }, { ...parentRef, sectionName: 'admin' })],
    ['parents of one name in two namespaces', parents({ ...parentRef, namespace: 'a' }, { ...parentRef, namespace: 'b' })],
    ['a gRPC service in capitals', grpcRoute({ matches: [{ method: { service: 'SHOP.Cart' } }] })],
  ];

  test.each(allowed)('but not %s', (_, manifest) => {
    expectValid(manifest);
  });

  test('by port only in the experimental channel', () => {
    const ports = parents(parentRef, { ...parentRef, port: 9090 });

    expect(violations(ports, { channel: 'standard' })).toHaveLength(1);
    expect(violations(ports, { channel: 'experimental' })).toEqual([]);
  });
});

describe('a route of Kuma', () => {
  const replacing = { filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v1' } } }] };
  const redirecting = { filters: [{ type: 'RequestRedirect', requestRedirect: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v1' } } }] };
  const whole = { filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/v1' } } }] };
  const prefix = { path: { type: 'PathPrefix', value: '/cart' } };
  const exact = { path: { type: 'Exact', value: '/cart' } };
  const routed = (matches: any[], rule: any = {}) =>
    violations(kuma('MeshHTTPRoute', { to: [{ targetRef: cartService, rules: [{ matches, default: rule }] }] }));

  test.each([['PathPrefix', '/'], ['PathPrefix', '/cart'], ['PathPrefix', '/c'], ['Exact', '/'], ['Exact', '/cart/'], ['RegularExpression', '.*cart/']])(
    'has a path of %s %s', (type, value) => {
      expect(routed([{ path: { type, value } }])).toEqual([]);
    });

  test.each([['PathPrefix', '/cart/'], ['PathPrefix', '//'], ['PathPrefix', 'cart'], ['Exact', 'cart'], ['RegularExpression', '']])(
    'has no path of %s %s', (type, value) => {
      expect(routed([{ path: { type, value } }])).not.toEqual([]);
    });

  test('replaces a prefix where every match has one', () => {
    [replacing, redirecting].forEach(rule => {
      expect(routed([prefix], rule)).toEqual([]);
      [[prefix, exact], [exact], [prefix, {}], [{ method: 'GET' }]].forEach(matches => expect(routed(matches, rule)).not.toEqual([]));
    });
  });

  test('replaces a whole path wherever it likes', () => {
    expect(routed([prefix, exact, {}], whole)).toEqual([]);
  });
});
