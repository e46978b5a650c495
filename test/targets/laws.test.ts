import { App, Chart, Testing } from 'cdk8s';
import { MeshTargets } from '../../src';
import { MeshIntent } from '../../src/intents/mesh-intent';
import type { AccessModel, AccessRule } from '../../src/model/access';
import type { AuthenticationModel } from '../../src/model/authentication';
import type { EgressModel } from '../../src/model/egress';
import type { ExposureModel } from '../../src/model/exposure';
import { ofExposedRoutes } from '../../src/model/features/exposure';
import type { GrpcStatus, Handling, ServiceTraffic } from '../../src/model/handling';
import type { Kind, Kinds } from '../../src/model/kinds';
import { KINDS } from '../../src/model/kinds';
import { ANY_REQUEST } from '../../src/model/match';
import type { RequestMatch } from '../../src/model/match';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../../src/model/route';
import { CATALOGUE } from '../../src/targets/catalogue';
import type { Compilation } from '../../src/targets/compile';
import { compile, compileRoute } from '../../src/targets/compile';
import type { MeshTarget } from '../../src/targets/mesh-target';
import { expectValidIn } from '../schema';
import { targetOf } from '../setup';

/** A model that uses a feature, beside the least different one that does not. */
interface Sample<Model> {
  readonly using: Model;
  /** Absent where a model is nothing but the feature. */
  readonly plain?: Model;
}

type Samples<K extends Kind> = { readonly [F in Kinds[K]['feature']]: Sample<Kinds[K]['model']> };

const to = (name: string, weight = 100, port = 8080, namespace?: string) => ({ name, weight, port, namespace });
const sendingTo = (...backends: WeightedBackend[]): RouteRule => ({ matches: [], backends, handling: {} });
const rest = sendingTo(to('cart-v1'));
const route = (...ports: PortRoute[]): RouteModel => ({ name: 'cart', namespace: 'shop', service: { name: 'cart', podSelector: { app: 'cart' } }, ports, traffic: {} });
const http = (...rules: RouteRule[]): PortRoute => ({ port: 8080, protocol: 'HTTP', rules });
const speaking = (protocol: PortRoute['protocol']) => ({ using: route({ port: 8080, protocol, rules: [rest] }), plain: route() });
const matching = (match: Partial<RequestMatch>, port: Partial<PortRoute> = {}): Sample<RouteModel> => ({
  using: route({ ...http({ ...sendingTo(to('cart-v2')), matches: [{ ...ANY_REQUEST, ...match }] }, rest), ...port }),
  plain: route({ ...http(rest), ...port }),
});
const sending = (backend: WeightedBackend) => ({ using: route(http(sendingTo(backend))), plain: route(http(rest)) });
const handling = (using: Handling, plain: Handling = {}): Sample<RouteModel> => ({
  using: route(http({ ...rest, handling: using })), plain: route(http({ ...rest, handling: plain })),
});
const traffic = (using: ServiceTraffic): Sample<RouteModel> => ({ using: { ...route(http(rest)), traffic: using }, plain: route(http(rest)) });
const onPrefix = (changed: Handling): Sample<RouteModel> => {
  const rule = { ...rest, matches: [{ ...ANY_REQUEST, path: { type: 'prefix' as const, value: '/api' } }] };
  return { using: route(http({ ...rule, handling: changed }, rest)), plain: route(http(rule, rest)) };
};
const mirror = (name: string, numerator = 100) => ({ name, port: 8080, fraction: { numerator, denominator: 100 } });
const retries = { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true };
const retryingGrpc = (...[status, other]: readonly [GrpcStatus, GrpcStatus]): Sample<RouteModel> => {
  const by = (grpcStatus: GrpcStatus) =>
    route({ port: 8080, protocol: 'GRPC', rules: [{ ...rest, handling: { retries: { ...retries, statusCodes: [], grpcStatuses: [grpcStatus] } } }] });
  return { using: by(status), plain: by(other) };
};
const headers = { set: [{ name: 'x', value: '1' }], add: [], remove: [] };

const tlsTo = (name: string) => route({ port: 443, protocol: 'TLS', rules: [{ ...sendingTo(to(name)), matches: [{ ...ANY_REQUEST, hosts: ['a.example.com'] }] }] });

const ROUTES: Samples<'routes'> = {
  HTTPRoute: speaking('HTTP'),
  GRPCRoute: speaking('GRPC'),
  TLSRoute: { using: tlsTo('cart-v2'), plain: route() },
  TCPRoute: speaking('TCP'),
  UDPRoute: speaking('UDP'),
  WeightedBackends: {
    using: route(http(sendingTo(to('cart-v1', 90), to('cart-v2', 10)))),
    plain: route(http(rest)),
  },
  OrderedRules: matching({ headers: [{ name: 'x', type: 'exact', value: '1' }] }),
  PathMatching: matching({ path: { type: 'prefix', value: '/api' } }),
  PathBelowMatching: matching({ path: { type: 'below', value: '/carts' } }),
  PathTemplateMatching: matching({ path: { type: 'template', value: '/carts/{*}' } }),
  PathRegexMatching: matching({ path: { type: 'regex', value: '/v[0-9]+' } }),
  HeaderMatching: matching({ headers: [{ name: 'x', type: 'exact', value: '1' }] }),
  HeaderPresenceMatching: matching({ headers: [{ name: 'x', type: 'present', value: '' }] }),
  HeaderRegexMatching: matching({ headers: [{ name: 'x', type: 'regex', value: '1|2' }] }),
  HTTPRouteMethodMatching: matching({ methods: ['GET'] }),
  HTTPRouteQueryParamMatching: matching({ query: [{ name: 'x', type: 'exact', value: '1' }] }),
  GRPCMethodMatching: matching({ path: { type: 'exact', value: '/Cart/Add', grpc: { service: 'Cart', method: 'Add' } } }, { protocol: 'GRPC' }),
  HostMatching: matching({ hosts: ['a.example.com'] }),
  BackendPort: sending(to('cart-v1', 100, 9090)),
  ServiceAsBackend: sending(to('cart')),
  PerPortRules: {
    using: route(http(rest), { port: 8081, protocol: 'HTTP', rules: [sendingTo(to('cart-v2', 100, 8081))] }),
    plain: route(http(rest), { port: 8081, protocol: 'HTTP', rules: [sendingTo(to('cart-v1', 100, 8081))] }),
  },
  ReferenceGrant: sending(to('cart-v1', 100, 8080, 'next')),
  MeshConsumerRoute: {
    using: { ...route(http(rest)), namespace: 'web', service: { name: 'cart', namespace: 'shop' } },
    plain: route(http(rest)),
  },
  HTTPRouteNamedRouteRule: { using: route(http({ ...rest, name: 'all' })), plain: route(http(rest)) },
  HTTPRouteBackendRequestHeaderModification: sending({ ...to('cart-v1'), requestHeaders: headers }),
  BackendResponseHeaderModification: sending({ ...to('cart-v1'), responseHeaders: headers }),
  HTTPRouteRequestTimeout: handling({ timeouts: { request: 5000 } }),
  HTTPRouteBackendTimeout: handling({ timeouts: { backendRequest: 2000 } }),
  NoRequestTimeout: handling({ timeouts: { request: 0 } }),
  NoBackendTimeout: handling({ timeouts: { backendRequest: 0 } }),
  HTTPRouteRetry: handling({ retries }),
  NoRetries: handling({ retries: { attempts: 0, statusCodes: [], grpcStatuses: [], connectionFailures: true } }),
  RetryBackoff: handling({ retries: { ...retries, backoff: 100 } }, { retries }),
  RetryGRPCStatus: retryingGrpc('unavailable', 'internal'),
  RetryResponsesOnly: handling({ retries: { ...retries, connectionFailures: false } }, { retries }),
  HTTPRouteRequestMirror: handling({ mirrors: [mirror('cart-v2')] }),
  HTTPRouteRequestPercentageMirror: handling({ mirrors: [mirror('cart-v2', 10)] }, { mirrors: [mirror('cart-v2')] }),
  HTTPRouteRequestMultipleMirrors: handling({ mirrors: [mirror('cart-v2'), mirror('cart-v3')] }, { mirrors: [mirror('cart-v2')] }),
  RequestHeaderModification: handling({ requestHeaders: headers }),
  HTTPRouteResponseHeaderModification: handling({ responseHeaders: headers }),
  HTTPRouteHostRewrite: handling({ rewrite: { hostname: 'cart.example.com' } }),
  HTTPRoutePathRewrite: onPrefix({ rewrite: { path: { type: 'prefix', value: '/v2' } } }),
  RequestRedirect: {
    using: route(http({ matches: [], backends: [], handling: { redirect: { hostname: 'cart.example.com', statusCode: 302 } } })), plain: route(http(rest)),
  },
  CORSCredentialsOfAnyOrigin: handling(
    { cors: { allowOrigins: ['*'], allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: true } },
    { cors: { allowOrigins: ['*'], allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: false } }),
  CORSCredentialsOfAnyRequest: handling(
    { cors: { allowOrigins: ['https://shop.example.com'], allowMethods: ['*'], allowHeaders: [], exposeHeaders: [], allowCredentials: true } },
    { cors: { allowOrigins: ['https://shop.example.com'], allowMethods: ['*'], allowHeaders: [], exposeHeaders: [], allowCredentials: false } }),
  HTTPRouteCORS: handling({ cors: { allowOrigins: ['https://shop.example.com'], allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: false } }),
  SessionPersistence: handling({ stickiness: { type: 'cookie', name: 'cart' } }),
  FaultInjection: handling({ faults: { abort: { percent: 10, statusCode: 503 } } }),
  OutlierDetection: traffic({ circuitBreaking: { consecutiveErrors: 5 } }),
  ConnectionLimits: traffic({ circuitBreaking: { maxConnections: 100 } }),
  LocalRateLimit: traffic({ rateLimit: { requests: 100, interval: 1000 } }),
  RetryBudget: traffic({ retryBudget: { percent: 20, interval: 10_000, minRetriesPerSecond: 10 } }),
};

const exposure = (
  more: Partial<ExposureModel> = {}, port: PortRoute = http(rest), service: RouteModel['service'] = { name: 'cart' },
): ExposureModel => ({
  route: { ...route(port), name: 'shop-cart', service },
  hostnames: [],
  gateway: { kind: 'own', className: 'gateways' },
  redirectHttp: false,
  ...more,
});
const ofRoute = ({ using, plain }: Sample<RouteModel>): Sample<ExposureModel> => ({
  using: exposure({}, using.ports[0]), plain: exposure({}, plain!.ports[0]),
});
const exposing = (using: Partial<ExposureModel>, plain: Partial<ExposureModel> = {}): Sample<ExposureModel> => ({
  using: exposure(using), plain: exposure(plain),
});
const atHosts = (...hostnames: string[]) => ({ hostnames });
const passthrough = exposure({ ...atHosts('cart.example.com'), tls: { mode: 'passthrough' } }, { port: 8080, protocol: 'TLS', rules: [rest] });
const terminate = { ...atHosts('cart.example.com'), tls: { mode: 'terminate' as const, secret: { name: 'cart-tls' } } };
const REQUESTS = ofExposedRoutes(ROUTES);

const EXPOSURES: Samples<'exposure'> = {
  Gateway: { using: exposure(), plain: exposure({ gateway: { kind: 'own', className: 'others' } }) },
  SharedGateway: exposing({ gateway: { kind: 'shared', name: 'public', namespace: 'infra' } }),
  ListenerSet: exposing({ gateway: { kind: 'listenerSet', name: 'public', namespace: 'infra' } }),
  Hostnames: exposing(atHosts('cart.example.com')),
  WildcardHostnames: exposing(atHosts('*.example.com'), atHosts('cart.example.com')),
  TLSTermination: exposing(terminate, atHosts('cart.example.com')),
  CertificateReferenceGrant: exposing({ ...terminate, tls: { mode: 'terminate', secret: { name: 'cart-tls', namespace: 'certs' } } }, terminate),
  CertificateIssuer: exposing({
    ...terminate, tls: { mode: 'terminate', secret: { name: 'cart-tls' }, issuer: { kind: 'ClusterIssuer', name: 'letsencrypt' } },
  }, terminate),
  HTTPSRedirect: exposing({ ...terminate, redirectHttp: true }, terminate),
  BackendTLSPolicy: exposing({ backendTls: { hostname: 'cart.shop.svc' } }),
  ...Object.fromEntries(Object.entries(REQUESTS).map(([feature, sample]) => [feature, ofRoute(sample)])) as {
    readonly [F in keyof typeof REQUESTS]: Sample<ExposureModel>;
  },
  HTTPRoute: { using: exposure(), plain: passthrough },
  GRPCRoute: { using: exposure({}, { port: 8080, protocol: 'GRPC', rules: [rest] }), plain: exposure() },
  TLSRoute: { using: passthrough, plain: exposure() },
  ReferenceGrant: { using: exposure({}, http(rest), { name: 'cart', namespace: 'next' }), plain: exposure() },
};

const base: AccessRule = {
  sources: [{ kind: 'serviceAccount', name: 'web', namespace: 'shop' }],
  exceptSources: [],
  ports: [{ port: 8080, protocol: 'HTTP' }],
  requests: [],
};
const policy = (rules: readonly AccessRule[], more: Partial<AccessModel> = {}): AccessModel => ({
  name: 'cart',
  namespace: 'shop',
  destination: {
    service: 'cart',
    serviceAccount: 'cart',
    podSelector: { app: 'cart' },
    ports: [...new Map(rules.flatMap(rule => rule.ports).concat(base.ports).map(p => [p.port, p])).values()],
  },
  rules,
  healthProbes: [],
  audit: false,
  ...more,
});
const plainPolicy = policy([base]);
const on = (protocol: 'HTTP' | 'GRPC' | 'TLS' | 'TCP' | 'UDP' | undefined) => ({ using: policy([base, { ...base, ports: [{ port: 9090, protocol }] }]), plain: plainPolicy });
const requesting = (match: Partial<RequestMatch>) => ({ using: policy([{ ...base, requests: [{ ...ANY_REQUEST, ...match }] }]), plain: plainPolicy });
const from = (source: AccessRule['sources'][0]) => ({ using: policy([{ ...base, sources: [source] }]), plain: plainPolicy });
const reading = { ...base, requests: [{ ...ANY_REQUEST, methods: ['GET'] }] };

const POLICIES: Samples<'access'> = {
  HTTPPort: on('HTTP'),
  GRPCPort: on('GRPC'),
  TLSPort: on('TLS'),
  TCPPort: on('TCP'),
  UDPPort: on('UDP'),
  UndeclaredPort: on(undefined),
  NamedPort: { using: policy([base, { ...base, ports: [{ port: 'web', protocol: 'HTTP' }] }]), plain: plainPolicy },
  DenyAll: { using: policy([]), plain: plainPolicy },
  ServiceAccountSource: from({ kind: 'serviceAccount', name: 'job', namespace: 'shop' }),
  NamespaceSource: from({ kind: 'namespace', name: 'ops' }),
  NamespaceLabelsSource: from({ kind: 'namespaceLabels', labels: { team: 'ops' } }),
  SpiffeIdSource: from({ kind: 'spiffeId', id: 'spiffe://example.org/ns/shop/sa/job' }),
  GatewaySource: from({ kind: 'gateway', name: 'public', namespace: 'infra', pods: { serviceAccount: 'public', podSelector: { app: 'public' } } }),
  IpBlockSource: from({ kind: 'ipBlock', cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }),
  AnyAuthenticatedSource: from({ kind: 'anyAuthenticated' }),
  AnyoneSource: from({ kind: 'anyone' }),
  ExceptSources: {
    using: policy([{ ...base, sources: [{ kind: 'namespace', name: 'ops' }], exceptSources: [{ kind: 'serviceAccount', name: 'job', namespace: 'ops' }] }]),
    plain: policy([{ ...base, sources: [{ kind: 'namespace', name: 'ops' }] }]),
  },
  MethodMatching: requesting({ methods: ['GET'] }),
  PathMatching: requesting({ path: { type: 'prefix', value: '/api' } }),
  PathBelowMatching: requesting({ path: { type: 'below', value: '/carts' } }),
  PathTemplateMatching: requesting({ path: { type: 'template', value: '/carts/{*}' } }),
  PathRegexMatching: requesting({ path: { type: 'regex', value: '/v[0-9]+' } }),
  HeaderMatching: requesting({ headers: [{ name: 'x', type: 'exact', value: '1' }] }),
  HeaderPresenceMatching: requesting({ headers: [{ name: 'x', type: 'present', value: '' }] }),
  HeaderRegexMatching: requesting({ headers: [{ name: 'x', type: 'regex', value: '1|2' }] }),
  QueryParamMatching: requesting({ query: [{ name: 'x', type: 'exact', value: '1' }] }),
  GRPCMethodMatching: requesting({ path: { type: 'exact', value: '/Cart/Add', grpc: { service: 'Cart', method: 'Add' } } }),
  HealthProbe: { using: policy([reading], { healthProbes: [{ path: '/healthz', port: 8080 }] }), plain: policy([reading]) },
  HTTPSHealthProbe: { using: policy([reading], { healthProbes: [{ kind: 'https', path: '/healthz', port: 8080 }] }), plain: policy([reading]) },
  GRPCHealthProbe: { using: policy([reading], { healthProbes: [{ kind: 'grpc', port: 8080 }] }), plain: policy([reading]) },
  TCPHealthProbe: { using: policy([reading], { healthProbes: [{ kind: 'tcp', port: 8080 }] }), plain: policy([reading]) },
  Audit: { using: policy([base], { audit: true }), plain: plainPolicy },
};

const authentication = (more: Partial<AuthenticationModel>): AuthenticationModel => ({
  name: 'cart',
  namespace: 'shop',
  workload: { service: 'cart', podSelector: { app: 'cart' }, ports: [{ port: 8080, protocol: 'HTTP' }, { port: 9090, protocol: 'HTTP' }] },
  mode: 'strict',
  ports: [],
  ...more,
});
const ofNamespace = authentication({ workload: undefined });
const permissive = authentication({ mode: 'permissive' });

const AUTHENTICATIONS: Samples<'authentication'> = {
  NamespaceAuthentication: { using: ofNamespace, plain: authentication({}) },
  WorkloadAuthentication: { using: authentication({}), plain: ofNamespace },
  PortAuthentication: { using: authentication({ ports: [{ port: 9090, mode: 'permissive' }] }), plain: authentication({}) },
  StrictMutualTls: { using: authentication({}), plain: permissive },
  PermissiveMutualTls: { using: permissive, plain: authentication({}) },
  DisabledMutualTls: { using: authentication({ mode: 'disabled' }), plain: authentication({}) },
};

const NAMESPACE_DEFAULTS: Samples<'namespaceDefault'> = {
  NamespaceDenyAll: { using: { name: 'deny', namespace: 'shop' }, plain: undefined },
};

const tls = [{ port: 443, protocol: 'TLS' as const }];
const egress = (more: Partial<EgressModel>): EgressModel => ({
  name: 'cart',
  namespace: 'shop',
  destinations: [{ kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 5432, protocol: 'TCP' }] }],
  ...more,
});
const ofWorkload = egress({ workload: { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' } } });
const calling = (destination: EgressModel['destinations'][0]) => ({ using: egress({ destinations: [destination] }), plain: egress({}) });
const callingOn = (protocol: 'HTTP' | 'TCP' | 'ServerFirst' | 'UDP') => calling({ kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 9999, protocol }] });
const callingHost = calling({ kind: 'host', host: 'api.example.com', ports: tls });

const EGRESSES: Samples<'egress'> = {
  NamespaceEgress: { using: egress({}), plain: ofWorkload },
  WorkloadEgress: { using: ofWorkload, plain: egress({}) },
  EgressDenyAll: { using: egress({ destinations: [] }), plain: egress({}) },
  EgressHost: callingHost,
  EgressWildcardHost: calling({ kind: 'host', host: '*.example.com', ports: tls }),
  EgressCidr: { using: egress({}), plain: callingHost.using },
  EgressHTTP: callingOn('HTTP'),
  EgressTLS: callingHost,
  EgressTCP: callingOn('TCP'),
  EgressServerFirst: callingOn('ServerFirst'),
  EgressUDP: callingOn('UDP'),
};

class Probe extends MeshIntent {
  constructor(chart: Chart, render: (target: MeshTarget) => Compilation) {
    super(chart, 'intent', {});
    this._render(render);
  }
}

function synth(target: MeshTarget, render: (target: MeshTarget) => Compilation): any[] {
  const chart = new Chart(new App(), 'chart');
  MeshTargets.of(chart).add(target);
  new Probe(chart, render);
  return Testing.synth(chart);
}

function snapshot(model: unknown): string {
  return JSON.stringify(model);
}

const SAMPLES: { readonly [K in Kind]: Samples<K> } = {
  routes: ROUTES,
  exposure: EXPOSURES,
  access: POLICIES,
  namespaceDefault: NAMESPACE_DEFAULTS,
  authentication: AUTHENTICATIONS,
  egress: EGRESSES,
};

function compileAny(kind: Kind, target: MeshTarget, model: any): Compilation {
  return kind === 'routes' ? compileRoute(target, model) : compile(kind, target, model);
}

describe.each(Object.keys(KINDS) as Kind[])('%s', kind => {
  const names: Record<string, string> = KINDS[kind].features;
  const samples: Record<string, Sample<any>> = SAMPLES[kind];
  const uses = KINDS[kind].uses as (model: any) => { feature: string }[];

  test.each(Object.keys(names))('the sample of %s uses it', feature => {
    expect(uses(samples[feature].using).map(use => use.feature)).toContain(feature);
  });

  describe.each([...CATALOGUE])('$title', ({ code, dialects }) => {
    const dialect = dialects[kind] as any;
    const target = targetOf(dialects);
    const rendered = (model: any) => model === undefined ? [] : synth(target, t => compileAny(kind, t, model));
    const lacks = (model: any) => model !== undefined && uses(model).some(use => dialect.supports[use.feature].level === 'none');

    test.each(Object.keys(names))('%s', feature => {
      const { using, plain } = samples[feature];
      const before = snapshot(using);
      const support = dialect.supports[feature];

      if (lacks(using)) {
        // Refused is loud.
        expect(() => rendered(using)).toThrow(/\[chart\/intent\] MESH200[1-6]: target 'target' cannot express/);
        if (support.level === 'none') {
          expect(() => rendered(using)).toThrow(names[feature]);
          expect(() => rendered(using)).toThrow(support.reason);
          expect(() => rendered(using)).toThrow(/[Ll]eave it out/);
        }
      } else if (support.level === 'partial' && dialect.render(using).refusals.length > 0) {
        // In part only, and this is none of it.
        expect(() => rendered(using)).toThrow(/\[chart\/intent\] MESH200[1-6]: target 'target' cannot express/);
      } else {
        const manifests = rendered(using);
        expectValidIn(/EXPERIMENTAL/.test(code) ? { channel: 'experimental' } : {}, ...manifests);
        // Claimed is visible, or holds by itself.
        if (support.inherent === undefined && !lacks(plain)) {
          expect(manifests).not.toEqual(rendered(plain));
        }
        // Deterministic, and the model stays as it is.
        expect(rendered(using)).toEqual(manifests);
      }
      expect(snapshot(using)).toBe(before);
    });
  });
});
