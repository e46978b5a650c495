import type { AccessModel, HealthProbe, Source, WorkloadPort } from '../../src/model/access';
import type { ClusterAccessModel, ClusterRule } from '../../src/model/cluster-access';
import type { EgressDestination, EgressModel, EgressPort, InsideDestination } from '../../src/model/egress';
import type { ClaimCondition } from '../../src/model/end-user';
import type { ExposureModel } from '../../src/model/exposure';
import type { ExternalAuthorizationModel } from '../../src/model/external-authorization';
import type { ExternalBackendModel } from '../../src/model/external-backend';
import { END_USER_FEATURES, SOURCE_FEATURES } from '../../src/model/features/access';
import { ofExposedRoutes } from '../../src/model/features/exposure';
import type { RequestFeature } from '../../src/model/features/requests';
import { fieldsOf } from '../../src/model/fields';
import type { GatewayModel, Listener } from '../../src/model/gateway';
import type { GatewayAccessModel, GatewayRule } from '../../src/model/gateway-access';
import type { GrpcStatus, Handling, LimitRule, PortTraffic, ServiceTraffic } from '../../src/model/handling';
import type { JwtAuthenticationModel, TokenIssuer } from '../../src/model/jwt-authentication';
import type { Kind, Kinds } from '../../src/model/kinds';
import { ANY_REQUEST } from '../../src/model/match';
import type { RequestMatch } from '../../src/model/match';
import type { NamespaceDefaultModel, NamespaceRule } from '../../src/model/namespace-default';
import type { ReleaseModel } from '../../src/model/release';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../../src/model/route';
import { SERVICE_IMPORT, X_BACKEND } from '../../src/model/service-ref';
import {
  authenticationOf, backend, BY_EVERYONE, BY_WEB, egressOf, EVERYTHING, exposureOf, gatewayOf, gatewayPolicyOf, HTTP_LISTENER, httpPort,
  policyOf, releaseOf, routeOf, ruleTo, toAudience,
} from '../models';

/** A model that uses a feature, beside the least different one that does not. */
export interface Sample<Model> {
  readonly using: Model;
  /** Absent where a model is nothing but the feature. */
  readonly plain?: Model;
}

/** A sample for each feature: a new one does not compile before it has its own. */
type Samples<K extends Kind> = { readonly [F in Kinds[K]['feature']]: Sample<Kinds[K]['model']> };

/** A route of a port with this protocol, beside no route. */
function speaking(protocol: PortRoute['protocol']): Sample<RouteModel> {
  return { using: routeOf({ port: 8080, protocol, rules: [EVERYTHING] }), plain: routeOf() };
}

/** A rule for some requests in front of the rule for all. */
function matching(match: Partial<RequestMatch>, port: Partial<PortRoute> = {}): Sample<RouteModel> {
  return {
    using: routeOf({ ...httpPort({ ...ruleTo(backend('cart-v2')), matches: [{ ...ANY_REQUEST, ...match }] }, EVERYTHING), ...port }),
    plain: routeOf({ ...httpPort(EVERYTHING), ...port }),
  };
}

/** A rule for some clients in front of the rule for all. */
function forClients(clients: RouteRule['clients']): Sample<RouteModel> {
  return { using: routeOf(httpPort({ ...ruleTo(backend('cart-v2')), clients }, EVERYTHING)), plain: routeOf(httpPort(EVERYTHING)) };
}

/** Another backend than `cart-v1`. */
function sendingTo(other: WeightedBackend): Sample<RouteModel> {
  return { using: routeOf(httpPort(ruleTo(other))), plain: routeOf(httpPort(EVERYTHING)) };
}

/** What happens to every request on its way. */
function handledBy(using: Handling, plain: Handling = {}): Sample<RouteModel> {
  return { using: routeOf(httpPort({ ...EVERYTHING, handling: using })), plain: routeOf(httpPort({ ...EVERYTHING, handling: plain })) };
}

/** What happens to requests below `/api`. */
function handledBelow(handling: Handling): Sample<RouteModel> {
  const below = { ...EVERYTHING, matches: [{ ...ANY_REQUEST, path: { type: 'prefix' as const, value: '/api' } }] };
  return { using: routeOf(httpPort({ ...below, handling }, EVERYTHING)), plain: routeOf(httpPort(below, EVERYTHING)) };
}

/** An answer with a status in place of a backend, or of another status. */
function answering(status: number, other?: number): Sample<RouteModel> {
  const by = (statusCode: number) => routeOf(httpPort({ ...ruleTo(), handling: { directResponse: { statusCode } } }));
  return { using: by(status), plain: other === undefined ? routeOf(httpPort(EVERYTHING)) : by(other) };
}

/** What holds for all traffic to the Service. */
function withTraffic(using: ServiceTraffic, plain: ServiceTraffic = {}): Sample<RouteModel> {
  return { using: { ...routeOf(httpPort(EVERYTHING)), traffic: using }, plain: { ...routeOf(httpPort(EVERYTHING)), traffic: plain } };
}

/** A rule of a rate limit, and all that it counts for everybody. */
function limitedBy(rule: Partial<LimitRule>): Sample<RouteModel> {
  return withTraffic(
    { rateLimit: { rules: [{ sources: [], perClient: false, matches: [], requests: 100, ...rule }], interval: 1000 } },
    { rateLimit: { requests: 100, interval: 1000 } });
}

/** What is said of one of two ports. */
function ofPort(traffic: PortTraffic): Sample<RouteModel> {
  const port = (number: number, name: string): PortRoute =>
    ({ port: number, name, protocol: 'HTTP', rules: [ruleTo({ ...backend('cart-v1'), port: number, portName: name, isOneOfSeveral: true })] });
  const [web, admin] = [port(8080, 'web'), port(8081, 'admin')];
  return { using: routeOf({ ...web, traffic }, admin), plain: routeOf(web, admin) };
}

/** Retries over gRPC by one status, beside those by another one. */
function retryingGrpc(status: GrpcStatus, other: GrpcStatus): Sample<RouteModel> {
  const by = (grpcStatus: GrpcStatus): RouteModel => {
    const handling = { retries: { ...RETRIES, statusCodes: [], grpcStatuses: [grpcStatus] } };
    return routeOf({ port: 8080, protocol: 'GRPC', rules: [{ ...EVERYTHING, handling }] });
  };
  return { using: by(status), plain: by(other) };
}

/** A route by the host in the server name of TLS. */
function tlsTo(name: string): RouteModel {
  return routeOf({ port: 443, protocol: 'TLS', rules: [{ ...ruleTo(backend(name)), matches: [{ ...ANY_REQUEST, hosts: ['a.example.com'] }] }] });
}

/** A Service that gets a copy of some requests in a hundred. */
function mirror(name: string, numerator = 100) {
  return { name, port: 8080, fraction: { numerator, denominator: 100 } };
}

const RETRIES = { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true };
const HEADERS = { set: [{ name: 'x', value: '1' }], add: [], remove: [] };

const ROUTES: Samples<'routes'> = {
  HTTPRoute: speaking('HTTP'),
  GRPCRoute: speaking('GRPC'),
  TLSRoute: { using: tlsTo('cart-v2'), plain: routeOf() },
  TCPRoute: speaking('TCP'),
  UDPRoute: speaking('UDP'),
  WeightedBackends: {
    using: routeOf(httpPort(ruleTo(backend('cart-v1', 90), backend('cart-v2', 10)))),
    plain: routeOf(httpPort(EVERYTHING)),
  },
  OrderedRules: matching({ headers: [{ name: 'x', type: 'exact', value: '1' }] }),
  PathMatching: matching({ path: { type: 'prefix', value: '/api' } }),
  PathBelowMatching: matching({ path: { type: 'below', value: '/carts' } }),
  PathStartMatching: matching({ path: { type: 'start', value: '/carts' } }),
  PathEndMatching: matching({ path: { type: 'end', value: '.json' } }),
  PathTemplateMatching: matching({ path: { type: 'template', value: '/carts/{*}' } }),
  PathRegexMatching: matching({ path: { type: 'regex', value: '/v[0-9]+' } }),
  HeaderMatching: matching({ headers: [{ name: 'x', type: 'exact', value: '1' }] }),
  HeaderPresenceMatching: matching({ headers: [{ name: 'x', type: 'present', value: '' }] }),
  HeaderPartMatching: matching({ headers: [{ name: 'x', type: 'start', value: 'v1-' }] }),
  HeaderRegexMatching: matching({ headers: [{ name: 'x', type: 'regex', value: '1|2' }] }),
  HTTPRouteMethodMatching: matching({ methods: ['GET'] }),
  HTTPRouteQueryParamMatching: matching({ query: [{ name: 'x', type: 'exact', value: '1' }] }),
  GRPCAnyServiceMatching: matching({ path: { type: 'template', value: '/{*}/Add', grpc: { method: 'Add' } } }, { protocol: 'GRPC' }),
  GRPCMethodMatching: matching({ path: { type: 'exact', value: '/Cart/Add', grpc: { service: 'Cart', method: 'Add' } } }, { protocol: 'GRPC' }),
  HostMatching: matching({ hosts: ['a.example.com'] }),
  BackendPort: sendingTo(backend('cart-v1', 100, 9090)),
  ServiceAsBackend: sendingTo(backend('cart')),
  ClientMatching: forClients([{ labels: { app: 'web' } }]),
  SubsetBackends: sendingTo({ ...backend('cart-v1'), podSelector: { app: 'cart', track: 'a' }, subset: { track: 'a' } }),
  PerPortRules: {
    using: routeOf({ ...httpPort(EVERYTHING), name: 'http' }, { port: 8081, name: 'admin', protocol: 'HTTP', rules: [ruleTo(backend('cart-v2', 100, 8081))] }),
    plain: routeOf({ ...httpPort(EVERYTHING), name: 'http' }, { port: 8081, name: 'admin', protocol: 'HTTP', rules: [ruleTo(backend('cart-v1', 100, 8081))] }),
  },
  ReferenceGrant: sendingTo(backend('cart-v1', 100, 8080, 'next')),
  MeshConsumerRoute: {
    using: { ...routeOf(httpPort(EVERYTHING)), namespace: 'web', service: { name: 'cart', namespace: 'shop' } },
    plain: routeOf(httpPort(EVERYTHING)),
  },
  ServiceImportRoute: {
    using: { ...routeOf(httpPort(EVERYTHING)), service: { name: 'cart', groupKind: SERVICE_IMPORT } },
    plain: routeOf(httpPort(EVERYTHING)),
  },
  ServiceImportBackend: sendingTo({ ...backend('cart-v1'), groupKind: SERVICE_IMPORT }),
  OtherBackend: sendingTo({ ...backend('cart-v1'), groupKind: { group: 'inference.networking.k8s.io', kind: 'InferencePool' } }),
  ExternalBackend: sendingTo({ ...backend('cart-v1'), groupKind: X_BACKEND }),
  HTTPRouteNamedRouteRule: { using: routeOf(httpPort({ ...EVERYTHING, name: 'all' })), plain: routeOf(httpPort(EVERYTHING)) },
  HTTPRouteBackendRequestHeaderModification: sendingTo({ ...backend('cart-v1'), requestHeaders: HEADERS }),
  BackendResponseHeaderModification: sendingTo({ ...backend('cart-v1'), responseHeaders: HEADERS }),
  HTTPRouteRequestTimeout: handledBy({ timeouts: { request: 5000 } }),
  HTTPRouteBackendTimeout: handledBy({ timeouts: { backendRequest: 2000 } }),
  NoRequestTimeout: handledBy({ timeouts: { request: 0 } }),
  NoBackendTimeout: handledBy({ timeouts: { backendRequest: 0 } }),
  HTTPRouteRetry: handledBy({ retries: RETRIES }),
  NoRetries: handledBy({ retries: { attempts: 0, statusCodes: [], grpcStatuses: [], connectionFailures: true } }),
  RetryBackoff: handledBy({ retries: { ...RETRIES, backoff: 100 } }, { retries: RETRIES }),
  RetryGRPCStatus: retryingGrpc('unavailable', 'internal'),
  RetryResponsesOnly: handledBy({ retries: { ...RETRIES, connectionFailures: false } }, { retries: RETRIES }),
  HTTPRouteRequestMirror: handledBy({ mirrors: [mirror('cart-v2')] }),
  HTTPRouteRequestPercentageMirror: handledBy({ mirrors: [mirror('cart-v2', 10)] }, { mirrors: [mirror('cart-v2')] }),
  HTTPRouteRequestMultipleMirrors: handledBy({ mirrors: [mirror('cart-v2'), mirror('cart-v3')] }, { mirrors: [mirror('cart-v2')] }),
  RequestHeaderModification: handledBy({ requestHeaders: HEADERS }),
  HTTPRouteResponseHeaderModification: handledBy({ responseHeaders: HEADERS }),
  HTTPRouteHostRewrite: handledBy({ rewrite: { hostname: 'cart.example.com' } }),
  HTTPRoutePathRewrite: handledBelow({ rewrite: { path: { type: 'prefix', value: '/v2' } } }),
  RequestRedirect: {
    using: routeOf(httpPort({ ...ruleTo(), handling: { redirect: { hostname: 'cart.example.com', statusCode: 302 } } })),
    plain: routeOf(httpPort(EVERYTHING)),
  },
  DirectResponse: answering(500),
  DirectResponseStatus: answering(404, 500),
  CORSCredentialsOfAnyOrigin: handledBy(
    { cors: { allowOrigins: ['*'], allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: true, maxAge: 600 } },
    { cors: { allowOrigins: ['*'], allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: false, maxAge: 600 } }),
  CORSCredentialsOfAnyRequest: handledBy(
    { cors: { allowOrigins: ['https://shop.example.com'], allowMethods: ['*'], allowHeaders: [], exposeHeaders: [], allowCredentials: true, maxAge: 600 } },
    { cors: { allowOrigins: ['https://shop.example.com'], allowMethods: ['*'], allowHeaders: [], exposeHeaders: [], allowCredentials: false, maxAge: 600 } }),
  HTTPRouteCORS: handledBy({
    cors: { allowOrigins: ['https://shop.example.com'], allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: false, maxAge: 600 },
  }),
  SessionPersistence: handledBy({ stickiness: { type: 'cookie', name: 'cart' } }),
  FaultInjection: handledBy({ faults: { abort: { percent: 10, statusCode: 503 } } }),
  LoadBalancing: withTraffic({ loadBalancing: { kind: 'random' } }),
  LeastRequestChoices: withTraffic({ loadBalancing: { kind: 'leastRequest', choices: 3 } }, { loadBalancing: { kind: 'leastRequest' } }),
  WarmUp: withTraffic({ loadBalancing: { kind: 'roundRobin', warmUp: 30_000 } }, { loadBalancing: { kind: 'roundRobin' } }),
  ConsistentHash: withTraffic({ loadBalancing: { kind: 'maglev', key: { kind: 'header', name: 'x-user' } } }),
  SourceAddressHash: withTraffic(
    { loadBalancing: { kind: 'ringHash', key: { kind: 'sourceAddress' } } }, { loadBalancing: { kind: 'ringHash', key: { kind: 'header', name: 'x-user' } } }),
  OutlierDetection: withTraffic({ circuitBreaking: { consecutiveErrors: 5 } }),
  ConnectionLimits: withTraffic({ circuitBreaking: { maxConnections: 100 } }),
  ConnectTimeout: withTraffic({ connections: { connectTimeout: 1000 } }),
  IdleTimeout: withTraffic({ connections: { idleTimeout: 60_000 } }),
  MaxConnectionDuration: withTraffic({ connections: { maxDuration: 3_600_000 } }),
  TCPKeepalive: withTraffic({ connections: { keepalive: { time: 60_000, probes: 3 } } }),
  MaxRequestsPerConnection: withTraffic({ connections: { maxRequestsPerConnection: 1 } }),
  MaxConcurrentStreams: withTraffic({ connections: { maxConcurrentStreams: 100 } }),
  HTTP2ToPods: withTraffic({ connections: { http2: true } }),
  LocalRateLimit: withTraffic({ rateLimit: { requests: 100, interval: 1000 } }),
  RateLimitByClient: limitedBy({ sources: [{ kind: 'serviceAccount', name: 'web', namespace: 'shop' }] }),
  RateLimitByRequest: limitedBy({ matches: [{ ...ANY_REQUEST, methods: ['GET'] }] }),
  LocalityFailover: withTraffic(
    { circuitBreaking: { consecutiveErrors: 5 }, failoverPriority: ['topology.kubernetes.io/zone'] }, { circuitBreaking: { consecutiveErrors: 5 } }),
  RegionFailover: withTraffic(
    { circuitBreaking: { consecutiveErrors: 5 }, failoverRegions: { east: 'west' } }, { circuitBreaking: { consecutiveErrors: 5 } }),
  PortTraffic: ofPort({ connections: { connectTimeout: 1000 } }),
  ServiceFailover: withTraffic({ failover: [{ service: { name: 'spare' } }] }),
  ClusterFailover: withTraffic({ failover: [{ cluster: 'west' }] }),
  RateLimitAnswer: withTraffic(
    { rateLimit: { requests: 100, interval: 1000, answer: { statusCode: 503, headers: [] } } }, { rateLimit: { requests: 100, interval: 1000 } }),
  RetryBudget: withTraffic({ retryBudget: { percent: 20, interval: 10_000, minRetriesPerSecond: 10 } }),
};

/** What a route asks of a target, at a Gateway. */
function exposed({ using, plain }: Sample<RouteModel>): Sample<ExposureModel> {
  return { using: exposureOf({}, using.ports[0]), plain: exposureOf({}, plain!.ports[0]) };
}

/** How the Service is exposed, beside an exposure of the same route. */
function exposing(using: Partial<ExposureModel>, plain: Partial<ExposureModel> = {}): Sample<ExposureModel> {
  return { using: exposureOf(using), plain: exposureOf(plain) };
}

const atHosts = (...hostnames: string[]) => ({ hostnames });
const PASSTHROUGH = exposureOf(
  { ...atHosts('cart.example.com'), tls: { mode: 'passthrough' } }, { port: 8080, protocol: 'TLS', rules: [EVERYTHING] });
const TERMINATE = { ...atHosts('cart.example.com'), tls: { mode: 'terminate' as const, secrets: [{ name: 'cart-tls' }] } };
const BACKEND_TLS = { hostname: 'cart.shop.svc', subjectAltNames: [] };
const REQUESTS = ofExposedRoutes(ROUTES);

const EXPOSURES: Samples<'exposure'> = {
  Gateway: { using: exposureOf(), plain: exposureOf({ gateways: [{ kind: 'own', className: 'others' }] }) },
  SharedGateway: exposing({ gateways: [{ kind: 'shared', name: 'public', namespace: 'infra' }] }),
  ListenerSet: exposing({ gateways: [{ kind: 'listenerSet', name: 'public', namespace: 'infra' }] }),
  HTTPRouteParentRefPort: exposing({ gateways: [{ kind: 'shared', name: 'public', namespace: 'infra', port: 8080 }] }, { gateways: [{ kind: 'shared', name: 'public', namespace: 'infra' }] }),
  SeveralGateways: exposing({ gateways: [{ kind: 'own', className: 'gateways' }, { kind: 'shared', name: 'public', namespace: 'infra' }] }),
  Hostnames: exposing(atHosts('cart.example.com')),
  WildcardHostnames: exposing(atHosts('*.example.com'), atHosts('cart.example.com')),
  TLSTermination: exposing(TERMINATE, atHosts('cart.example.com')),
  SeveralCertificates: exposing({ ...TERMINATE, tls: { mode: 'terminate', secrets: [{ name: 'cart-tls' }, { name: 'cart-ecdsa' }] } }, TERMINATE),
  CertificateReferenceGrant: exposing({ ...TERMINATE, tls: { mode: 'terminate', secrets: [{ name: 'cart-tls', namespace: 'certs' }] } }, TERMINATE),
  CertificateIssuer: exposing({
    ...TERMINATE, tls: { mode: 'terminate', secrets: [{ name: 'cart-tls' }], issuer: { kind: 'ClusterIssuer', name: 'letsencrypt' } },
  }, TERMINATE),
  HTTPSRedirect: exposing({ ...TERMINATE, redirectHttp: true }, TERMINATE),
  BackendTLSPolicy: exposing({ backendTls: BACKEND_TLS }),
  BackendTLSPolicySANValidation: exposing(
    { backendTls: { ...BACKEND_TLS, subjectAltNames: [{ type: 'Hostname', hostname: 'cart.example.com' }] } }, { backendTls: BACKEND_TLS }),
  BackendTLSPolicyOfPort: exposing({ backendTls: { ...BACKEND_TLS, portName: 'https' } }, { backendTls: BACKEND_TLS }),
  TCPExposure: { using: exposureOf({}, { port: 8080, protocol: 'TCP', rules: [EVERYTHING] }), plain: exposureOf() },
  UDPExposure: { using: exposureOf({}, { port: 8080, protocol: 'UDP', rules: [EVERYTHING] }), plain: exposureOf() },
  TLSRouteModeTerminate: {
    using: exposureOf(TERMINATE, { port: 8080, protocol: 'TCP', rules: [EVERYTHING] }), plain: exposureOf({}, { port: 8080, protocol: 'TCP', rules: [EVERYTHING] }),
  },
  ...Object.fromEntries(Object.entries(REQUESTS).map(([feature, sample]) => [feature, exposed(sample)])) as {
    readonly [F in keyof typeof REQUESTS]: Sample<ExposureModel>;
  },
  HTTPRoute: { using: exposureOf(), plain: PASSTHROUGH },
  GRPCRoute: { using: exposureOf({}, { port: 8080, protocol: 'GRPC', rules: [EVERYTHING] }), plain: exposureOf() },
  TLSRoute: { using: PASSTHROUGH, plain: exposureOf() },
  ReferenceGrant: { using: exposureOf({}, httpPort(EVERYTHING), { name: 'cart', namespace: 'next' }), plain: exposureOf() },
};

/** The gateway `public` that listens so, beside one that listens for HTTP alone. */
function listening(...listeners: readonly Partial<Listener>[]): Sample<GatewayModel> {
  return { using: gatewayOf({ listeners: listeners.map(listener => ({ ...HTTP_LISTENER, ...listener })) }), plain: gatewayOf() };
}

/** What else a gateway says. */
function saying(using: Partial<GatewayModel>, plain: Partial<GatewayModel> = {}): Sample<GatewayModel> {
  return { using: gatewayOf(using), plain: gatewayOf(plain) };
}

const SHOP_TLS = { how: { mode: 'terminate', secrets: [{ name: 'shop-tls' }] }, options: {} } as const;
const HTTPS_LISTENER = { protocol: 'HTTPS', port: 443, tls: SHOP_TLS } as const;
const TLS_LISTENER = { name: 'tls', protocol: 'TLS', port: 443 } as const;
const AUTHORITY = { authorities: [{ name: 'clients-ca' }], isOptional: false };
const TLS_OPTIONS = ['gateway.istio.io/tls-cipher-suites', 'api-gateway.consul.hashicorp.com/tls_min_version'];

/** By the option of the controller that reads one. */
const WITH_OPTION = Object.fromEntries(TLS_OPTIONS.map(option => [option, gatewayOf({
  listeners: [{ ...HTTP_LISTENER, ...HTTPS_LISTENER, tls: { ...SHOP_TLS, options: { [option]: 'TLSv1_2' } } }],
})]));

const GATEWAYS: Samples<'gateway'> = {
  SharedListenerSet: { using: gatewayOf({ base: { kind: 'gateway', gateway: { name: 'public', namespace: 'infra' } } }), plain: gatewayOf() },
  HTTPListener: { using: gatewayOf(), plain: gatewayOf({ listeners: [{ ...HTTP_LISTENER, protocol: 'TCP', name: 'tcp' }] }) },
  HTTPSListener: listening(HTTPS_LISTENER),
  TLSPassthroughListener: listening({ ...TLS_LISTENER, tls: { how: { mode: 'passthrough' }, options: {} } }),
  TLSTerminationListener: listening({ ...TLS_LISTENER, tls: SHOP_TLS }),
  TCPListener: listening({ name: 'tcp', protocol: 'TCP' }),
  UDPListener: listening({ name: 'udp', protocol: 'UDP' }),
  ListenersOfPort: listening({ hostname: 'a.example.com' }, { name: 'b', hostname: 'b.example.com' }),
  ListenerHostname: listening({ hostname: 'a.example.com' }),
  SeveralCertificates: listening({ ...HTTPS_LISTENER, tls: { how: { mode: 'terminate', secrets: [{ name: 'a' }, { name: 'b' }] }, options: {} } }),
  CertificateIssuer: listening({
    ...HTTPS_LISTENER, hostname: 'a.example.com', tls: { how: { ...SHOP_TLS.how, issuer: { kind: 'ClusterIssuer', name: 'letsencrypt' } }, options: {} },
  }),
  TLSOptions: { using: WITH_OPTION[TLS_OPTIONS[0]], plain: gatewayOf() },
  GatewayReferenceGrant: listening({ ...HTTPS_LISTENER, tls: { how: { mode: 'terminate', secrets: [{ name: 'a', namespace: 'certs' }] }, options: {} } }),
  RoutesOfAllNamespaces: listening({ namespaces: { kind: 'all' } }),
  RoutesOfSomeNamespaces: listening({ namespaces: { kind: 'names', names: ['shop'] } }),
  RouteKinds: listening({ kinds: ['HTTPRoute'] }),
  AllowedListeners: saying({ allowedListeners: { kind: 'same' } }),
  GatewayStaticAddresses: saying({ addresses: [{ type: 'IPAddress', value: '203.0.113.7' }] }),
  GatewayAddressEmpty: saying({ addresses: [{ type: 'IPAddress' }] }),
  GatewayInfrastructurePropagation: saying({ infrastructure: { labels: { team: 'edge' }, annotations: {} } }),
  GatewayParameters: saying({ infrastructure: { labels: {}, annotations: {}, parameters: { group: '', kind: 'ConfigMap', name: 'edge' } } }),
  GatewayFrontendClientCertificateValidation: saying({ clientCertificates: { ofAll: AUTHORITY, byPort: [] } }),
  GatewayFrontendClientCertificateValidationInsecureFallback: saying(
    { clientCertificates: { ofAll: { ...AUTHORITY, isOptional: true }, byPort: [] } }, { clientCertificates: { ofAll: AUTHORITY, byPort: [] } }),
  GatewayBackendClientCertificate: saying({ backendCertificate: { name: 'edge-client' } }),
};

/** A host outside, of which this is said beside what has to be. */
function callingOutside(using: Partial<ExternalBackendModel>, plain: Partial<ExternalBackendModel> = {}): Sample<ExternalBackendModel> {
  const of = (more: Partial<ExternalBackendModel>) => ({ name: 'provider', namespace: 'shop', hostname: 'api.example.com', port: 443, ...more });
  return { using: of(using), plain: of(plain) };
}

const OUTSIDE_TLS = { hostname: 'api.example.com', subjectAltNames: [] };

const EXTERNAL_BACKENDS: Samples<'externalBackend'> = {
  // Without a host, there is nothing.
  ExternalHostname: { using: callingOutside({}).using },
  ExternalProtocol: callingOutside({ protocol: 'HTTP11' }),
  ExternalTLS: callingOutside({ tls: OUTSIDE_TLS }),
  ExternalSANValidation: callingOutside({ tls: { ...OUTSIDE_TLS, subjectAltNames: [{ type: 'Hostname', hostname: 'example.com' }] } }, { tls: OUTSIDE_TLS }),
  ExternalClientCertificate: callingOutside({ tls: { ...OUTSIDE_TLS, clientCertificate: { name: 'shop-client' } } }, { tls: OUTSIDE_TLS }),
  ExternalReferenceGrant: callingOutside({ tls: { ...OUTSIDE_TLS, clientCertificate: { name: 'shop-client', namespace: 'certs' } } }, { tls: { ...OUTSIDE_TLS, clientCertificate: { name: 'shop-client' } } }),
};

const PLAIN_POLICY = policyOf([BY_WEB]);
const JOB: Source = { kind: 'serviceAccount', name: 'job', namespace: 'shop' };
const BY_WEB_AND_JOB = { ...BY_WEB, sources: [JOB, ...BY_WEB.sources] };
const READING = { ...BY_WEB, requests: [{ ...ANY_REQUEST, methods: ['GET'] }] };

/** One port more, of this protocol. */
function onPort(protocol: WorkloadPort['protocol']): Sample<AccessModel> {
  return { using: policyOf([BY_WEB, { ...BY_WEB, ports: [{ port: 9090, protocol }] }]), plain: PLAIN_POLICY };
}

/** Some requests only. */
function requesting(match: Partial<RequestMatch>): Sample<AccessModel> {
  return { using: policyOf([{ ...BY_WEB, requests: [{ ...ANY_REQUEST, ...match }] }]), plain: PLAIN_POLICY };
}

/** Another client than \`web\`. */
function from(source: Source): Sample<AccessModel> {
  return { using: policyOf([{ ...BY_WEB, sources: [source] }]), plain: PLAIN_POLICY };
}

/** Requests with GET only, and what checks the health of the workload. */
function probedBy(probe: HealthProbe): Sample<AccessModel> {
  return { using: policyOf([READING], { healthProbes: [probe] }), plain: policyOf([READING]) };
}

/** Of `web`, for end users of one issuer alone. */
function byEndUser(claims: readonly ClaimCondition[]): Sample<AccessModel> {
  return { using: policyOf([{ ...BY_WEB, endUsers: [{ issuer: 'https://login.example.com', claims }] }]), plain: PLAIN_POLICY };
}

const V2 = { app: 'cart', version: 'v2' };

/** Each condition on requests that a policy can have. */
function conditions<Model>(sample: (match: Partial<RequestMatch>) => Sample<Model>): Readonly<Record<RequestFeature, Sample<Model>>> {
  return {
    MethodMatching: sample({ methods: ['GET'] }),
    PathMatching: sample({ path: { type: 'prefix', value: '/api' } }),
    PathBelowMatching: sample({ path: { type: 'below', value: '/carts' } }),
    PathStartMatching: sample({ path: { type: 'start', value: '/carts' } }),
    PathEndMatching: sample({ path: { type: 'end', value: '.json' } }),
    PathTemplateMatching: sample({ path: { type: 'template', value: '/carts/{*}' } }),
    PathRegexMatching: sample({ path: { type: 'regex', value: '/v[0-9]+' } }),
    HeaderMatching: sample({ headers: [{ name: 'x', type: 'exact', value: '1' }] }),
    HeaderPresenceMatching: sample({ headers: [{ name: 'x', type: 'present', value: '' }] }),
    HeaderPartMatching: sample({ headers: [{ name: 'x', type: 'start', value: 'v1-' }] }),
    HeaderRegexMatching: sample({ headers: [{ name: 'x', type: 'regex', value: '1|2' }] }),
    QueryParamMatching: sample({ query: [{ name: 'x', type: 'exact', value: '1' }] }),
    GRPCAnyServiceMatching: sample({ path: { type: 'template', value: '/{*}/Add', grpc: { method: 'Add' } } }),
    GRPCMethodMatching: sample({ path: { type: 'exact', value: '/Cart/Add', grpc: { service: 'Cart', method: 'Add' } } }),
  };
}

const POLICIES: Samples<'access'> = {
  HTTPPort: onPort('HTTP'),
  GRPCPort: onPort('GRPC'),
  TLSPort: onPort('TLS'),
  TCPPort: onPort('TCP'),
  UDPPort: onPort('UDP'),
  UndeclaredPort: onPort(undefined),
  NamedPort: { using: policyOf([BY_WEB, { ...BY_WEB, ports: [{ port: 'web', protocol: 'HTTP' }] }]), plain: PLAIN_POLICY },
  PodsPolicy: {
    using: policyOf([BY_WEB], {
      destination: {
        ...PLAIN_POLICY.destination,
        service: undefined,
        ports: PLAIN_POLICY.destination.ports.map(port => ({ ...port, servicePorts: [] })),
      },
    }),
    plain: PLAIN_POLICY,
  },
  SubsetPolicy: {
    using: policyOf([BY_WEB], { destination: { ...PLAIN_POLICY.destination, serviceAccount: 'cart-v2', podSelector: V2, subset: { version: 'v2' } } }),
    plain: PLAIN_POLICY,
  },
  Denial: { using: policyOf([BY_WEB_AND_JOB], { denials: [{ ...BY_WEB, sources: [JOB] }] }), plain: policyOf([BY_WEB_AND_JOB]) },
  LoneDenial: {
    using: policyOf([], { denials: [{ ...BY_WEB, sources: [{ kind: 'anyone' }] }], leavesRest: true }), plain: PLAIN_POLICY,
  },
  Grant: { using: policyOf([BY_WEB], { name: 'web-cart', grant: 'here' }), plain: PLAIN_POLICY },
  GrantElsewhere: { using: policyOf([BY_WEB], { name: 'web-cart', grant: 'elsewhere' }), plain: PLAIN_POLICY },
  DenyAll: { using: policyOf([]), plain: PLAIN_POLICY },
  ServiceAccountSource: from({ kind: 'serviceAccount', name: 'job', namespace: 'shop' }),
  NamespaceSource: from({ kind: 'namespace', name: 'ops' }),
  NamespaceLabelsSource: from({ kind: 'namespaceLabels', labels: { team: 'ops' } }),
  PodsSource: from({ kind: 'pods', labels: { app: 'job' }, namespace: 'shop' }),
  ApiServerSource: from({ kind: 'apiServer' }),
  OtherClusterSource: from({ kind: 'pods', labels: { app: 'web' }, namespace: 'shop', cluster: 'west' }),
  UninitializedSource: from({ kind: 'uninitialized' }),
  TrustDomainSource: from({ kind: 'trustDomain', name: 'partner.example' }),
  NodesSource: from({ kind: 'nodes' }),
  NodeLabelsSource: from({ kind: 'nodeLabels', labels: { pool: 'edge' } }),
  SpiffeIdSource: from({ kind: 'spiffeId', id: 'spiffe://example.org/ns/shop/sa/job' }),
  GatewaySource: from({ kind: 'gateway', name: 'public', namespace: 'infra', pods: { serviceAccount: 'public', podSelector: { app: 'public' } } }),
  IpBlockSource: from({ kind: 'ipBlock', cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }),
  AnyAuthenticatedSource: from({ kind: 'anyAuthenticated' }),
  AnyoneSource: from({ kind: 'anyone' }),
  ExceptSources: {
    using: policyOf([{
      ...BY_WEB, sources: [{ kind: 'namespace', name: 'ops' }], exceptSources: [{ kind: 'serviceAccount', name: 'job', namespace: 'ops' }],
    }]),
    plain: policyOf([{ ...BY_WEB, sources: [{ kind: 'namespace', name: 'ops' }] }]),
  },
  ExceptRequests: {
    using: policyOf([{ ...BY_WEB, exceptRequests: [{ ...ANY_REQUEST, methods: ['DELETE'] }] }]), plain: PLAIN_POLICY,
  },
  ...conditions(requesting),
  EndUsers: byEndUser([]),
  EndUserSubject: byEndUser([{ path: ['sub'], values: [{ type: 'exact', value: 'ana' }] }]),
  EndUserClaims: byEndUser([{ path: ['groups'], values: [{ type: 'exact', value: 'admin' }] }]),
  EndUserClaimParts: byEndUser([{ path: ['groups'], values: [{ type: 'start', value: 'admin-' }] }]),
  HealthProbe: probedBy({ path: '/healthz', port: 8080 }),
  HTTPSHealthProbe: probedBy({ kind: 'https', path: '/healthz', port: 8080 }),
  GRPCHealthProbe: probedBy({ kind: 'grpc', port: 8080 }),
  TCPHealthProbe: probedBy({ kind: 'tcp', port: 8080 }),
  Audit: { using: policyOf([BY_WEB], { audit: true }), plain: PLAIN_POLICY },
};

const OF_NAMESPACE = authenticationOf({ workload: undefined });
const PERMISSIVE = authenticationOf({ mode: 'permissive' });

const AUTHENTICATIONS: Samples<'authentication'> = {
  NamespaceAuthentication: { using: OF_NAMESPACE, plain: authenticationOf() },
  WorkloadAuthentication: { using: authenticationOf(), plain: OF_NAMESPACE },
  SubsetAuthentication: {
    using: authenticationOf({ workload: { ...authenticationOf().workload!, podSelector: V2, subset: { version: 'v2' } } }), plain: authenticationOf(),
  },
  PortAuthentication: { using: authenticationOf({ ports: [{ port: 9090, mode: 'permissive' }] }), plain: authenticationOf() },
  StrictMutualTls: { using: authenticationOf(), plain: PERMISSIVE },
  PermissiveMutualTls: { using: PERMISSIVE, plain: authenticationOf() },
  DisabledMutualTls: { using: authenticationOf({ mode: 'disabled' }), plain: authenticationOf() },
};

const ISSUER: TokenIssuer = {
  issuer: 'https://login.example.com', keys: { kind: 'inline', jwks: '{"keys":[{"kty":"RSA"}]}' }, audiences: [], locations: [], forward: false,
};

/** The tokens of one issuer. */
function tokensOf(more: Partial<TokenIssuer>, workload: Partial<JwtAuthenticationModel['workload']> = {}): JwtAuthenticationModel {
  return { name: 'cart', namespace: 'shop', workload: { service: 'cart', podSelector: { app: 'cart' }, ...workload }, issuers: [{ ...ISSUER, ...more }] };
}

const PLAIN_TOKENS = tokensOf({});

const JWT_AUTHENTICATIONS: Samples<'jwtAuthentication'> = {
  WorkloadTokens: { using: PLAIN_TOKENS, plain: undefined },
  PodsTokens: { using: tokensOf({}, { service: undefined }), plain: PLAIN_TOKENS },
  GatewayTokens: { using: tokensOf({}, { gateway: { kind: 'gateway', name: 'public', className: 'istio' }, service: undefined, podSelector: undefined }), plain: PLAIN_TOKENS },
  WaypointTokens: { using: tokensOf({}, { gateway: { kind: 'waypoint', name: 'waypoint' }, service: undefined, podSelector: undefined }), plain: PLAIN_TOKENS },
  SubsetTokens: { using: tokensOf({}, { podSelector: V2, subset: { version: 'v2' } }), plain: PLAIN_TOKENS },
  TokenKeysByDiscovery: { using: tokensOf({ keys: { kind: 'discovery' } }), plain: PLAIN_TOKENS },
  TokenKeysByUri: { using: tokensOf({ keys: { kind: 'uri', uri: 'https://login.example.com/keys' } }), plain: PLAIN_TOKENS },
  InlineTokenKeys: { using: PLAIN_TOKENS, plain: tokensOf({ keys: { kind: 'discovery' } }) },
  TokenAudiences: { using: tokensOf({ audiences: ['shop'] }), plain: PLAIN_TOKENS },
  TokenLocations: { using: tokensOf({ locations: [{ kind: 'header', name: 'x-token' }] }), plain: PLAIN_TOKENS },
  TokenForwarding: { using: tokensOf({ forward: true }), plain: PLAIN_TOKENS },
};

const PLAIN_GATEWAY = gatewayPolicyOf([BY_EVERYONE]);
const AT_WAYPOINT = { gateway: { kind: 'waypoint' as const, name: 'waypoint' } };
const DENYING = { denials: [{ ...BY_EVERYONE, ports: [8080] }] };

/** Another rule of a gateway than that for everyone. */
function atGateway(rule: Partial<GatewayRule>): Sample<GatewayAccessModel> {
  return { using: gatewayPolicyOf([{ ...BY_EVERYONE, ...rule }]), plain: PLAIN_GATEWAY };
}

function requestingAtGateway(match: Partial<RequestMatch>): Sample<GatewayAccessModel> {
  return atGateway({ requests: [{ ...ANY_REQUEST, ...match }] });
}

const GATEWAY_ACCESSES: Samples<'gatewayAccess'> = {
  GatewayPolicy: { using: PLAIN_GATEWAY, plain: undefined },
  WaypointPolicy: { using: gatewayPolicyOf([BY_EVERYONE], AT_WAYPOINT), plain: PLAIN_GATEWAY },
  DenyAll: { using: gatewayPolicyOf([]), plain: PLAIN_GATEWAY },
  Denial: { using: gatewayPolicyOf([BY_EVERYONE], DENYING), plain: PLAIN_GATEWAY },
  LoneDenial: { using: gatewayPolicyOf([], { ...DENYING, leavesRest: true }), plain: PLAIN_GATEWAY },
  GatewayPort: atGateway({ ports: [8080] }),
  ...Object.fromEntries(fieldsOf(SOURCE_FEATURES).map(feature => {
    const { sources, exceptSources } = POLICIES[feature].using.rules[0];
    return [feature, {
      using: gatewayPolicyOf([{ ...BY_EVERYONE, sources, exceptSources }], feature === 'IpBlockSource' || feature === 'AnyoneSource' ? {} : AT_WAYPOINT),
      plain: gatewayPolicyOf([], feature === 'IpBlockSource' || feature === 'AnyoneSource' ? {} : AT_WAYPOINT),
    }];
  })) as { readonly [F in keyof typeof SOURCE_FEATURES]: Sample<GatewayAccessModel> },
  RemoteIpBlockSource: atGateway({ sources: [{ kind: 'remoteIpBlock', cidr: '203.0.113.0/24', except: [] }] }),
  ExceptRequests: atGateway({ exceptRequests: [{ ...ANY_REQUEST, methods: ['DELETE'] }] }),
  ...conditions(requestingAtGateway),
  HostMatching: requestingAtGateway({ hosts: ['cart.example.com'] }),
  WildcardHostMatching: requestingAtGateway({ hosts: ['*.example.com'] }),
  ...Object.fromEntries(fieldsOf(END_USER_FEATURES).map(feature =>
    [feature, atGateway({ endUsers: POLICIES[feature].using.rules[0].endUsers })],
  )) as { readonly [F in keyof typeof END_USER_FEATURES]: Sample<GatewayAccessModel> },
};

/** Requests of which an authorizer is asked. */
function authorizing(
  more: Partial<ExternalAuthorizationModel> = {}, workload: Partial<ExternalAuthorizationModel['workload']> = {},
): ExternalAuthorizationModel {
  return {
    name: 'cart',
    namespace: 'shop',
    workload: { service: 'cart', podSelector: { app: 'cart' }, ...workload },
    authorizer: 'opa',
    ports: [{ port: 8080, protocol: 'HTTP' }],
    requests: [],
    exceptRequests: [],
    ...more,
  };
}

const asking = (match: Partial<RequestMatch>) => ({ using: authorizing({ requests: [{ ...ANY_REQUEST, ...match }] }), plain: authorizing() });

const EXTERNAL_AUTHORIZATIONS: Samples<'externalAuthorization'> = {
  WorkloadAuthorization: { using: authorizing(), plain: undefined },
  PodsAuthorization: { using: authorizing({}, { service: undefined }), plain: authorizing() },
  SubsetAuthorization: { using: authorizing({}, { podSelector: V2, subset: { version: 'v2' } }), plain: authorizing() },
  UndeclaredPort: { using: authorizing({ ports: [{ port: 9100, protocol: 'HTTP', servicePorts: [] }] }), plain: authorizing() },
  NamedPort: { using: authorizing({ ports: [{ port: 'http', protocol: 'HTTP' }] }), plain: authorizing() },
  ExceptRequests: { using: authorizing({ exceptRequests: [{ ...ANY_REQUEST, methods: ['GET'] }] }), plain: authorizing() },
  MethodMatching: asking({ methods: ['GET'] }),
  PathMatching: asking({ path: { type: 'exact', value: '/a' } }),
  PathBelowMatching: asking({ path: { type: 'below', value: '/a' } }),
  PathStartMatching: asking({ path: { type: 'start', value: '/a' } }),
  PathEndMatching: asking({ path: { type: 'end', value: '.json' } }),
  PathTemplateMatching: asking({ path: { type: 'template', value: '/a/{*}' } }),
  PathRegexMatching: asking({ path: { type: 'regex', value: '/a[0-9]' } }),
  HeaderMatching: asking({ headers: [{ name: 'x-team', type: 'exact', value: 'a' }] }),
  HeaderPresenceMatching: asking({ headers: [{ name: 'x-team', type: 'present', value: '' }] }),
  HeaderPartMatching: asking({ headers: [{ name: 'x-team', type: 'start', value: 'a' }] }),
  HeaderRegexMatching: asking({ headers: [{ name: 'x-team', type: 'regex', value: 'a+' }] }),
  QueryParamMatching: asking({ query: [{ name: 'q', type: 'exact', value: '7' }] }),
  GRPCMethodMatching: asking({ path: { type: 'exact', value: '/shop.Cart/Add', grpc: { service: 'shop.Cart', method: 'Add' } } }),
  GRPCAnyServiceMatching: asking({ path: { type: 'template', value: '/{*}/Add', grpc: { service: undefined, method: 'Add' } } }),
};

function defaultOf(rules: readonly NamespaceRule[]): NamespaceDefaultModel {
  return { name: 'deny', namespace: 'shop', rules };
}

const FOR_ALL = defaultOf([{ sources: BY_WEB.sources, exceptSources: [], ports: [] }]);

const NAMESPACE_DEFAULTS: Samples<'namespaceDefault'> = {
  NamespaceDenyAll: { using: defaultOf([]), plain: undefined },
  MeshDenyAll: { using: { ...defaultOf([]), namespace: undefined }, plain: undefined },
  AllowanceForAll: { using: FOR_ALL, plain: defaultOf([]) },
  PortOfAll: { using: defaultOf([{ sources: BY_WEB.sources, exceptSources: [], ports: [9090] }]), plain: FOR_ALL },
  ...Object.fromEntries(fieldsOf(SOURCE_FEATURES).map(feature => {
    const { sources, exceptSources } = POLICIES[feature].using.rules[0];
    return [feature, { using: defaultOf([{ sources, exceptSources, ports: [] }]), plain: FOR_ALL }];
  })) as { readonly [F in keyof typeof SOURCE_FEATURES]: Sample<NamespaceDefaultModel> },
};

const TLS = [{ port: 443, protocol: 'TLS' as const }];
const OF_WORKLOAD = egressOf({ workload: { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' } } });

/** Another destination than a block of addresses over TCP. */
function calling(destination: EgressDestination): Sample<EgressModel> {
  return { using: egressOf({ destinations: [destination] }), plain: egressOf() };
}

function callingOn(protocol: EgressDestination['ports'][0]['protocol']): Sample<EgressModel> {
  return calling({ kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 9999, protocol }] });
}

/** Requests to a host, of which more is said than that they are let out. */
function requestingOutside(using: Partial<EgressPort>, plain: Partial<EgressPort> = {}): Sample<EgressModel> {
  const to = (more: Partial<EgressPort>): Partial<EgressModel> =>
    ({ destinations: [{ kind: 'host', host: 'api.example.com', ports: [{ port: 80, protocol: 'HTTP', ...more }] }] });
  const workload = using.tls?.clientSecret === undefined ? {} : { workload: OF_WORKLOAD.workload };
  return { using: egressOf({ ...workload, ...to(using) }), plain: egressOf({ ...workload, ...to(plain) }) };
}

const CALLING_HOST = calling({ kind: 'host', host: 'api.example.com', ports: TLS });

const CALLED = [{ kind: 'service' as const, service: 'db', namespace: 'data', podSelector: { app: 'db' }, ports: [{ port: 5432, protocol: 'TCP' as const }] }];

/** Something in a cluster that is closed. */
function callingInside(inside: InsideDestination): Sample<EgressModel> {
  return { using: egressOf({ inside: [inside] }), plain: egressOf({ inside: [] }) };
}

const BY_GATEWAY: Partial<EgressModel> = {
  workload: OF_WORKLOAD.workload, destinations: [{ kind: 'host', host: 'api.example.com', ports: [{ port: 80, protocol: 'HTTP' }] }],
};

const EGRESSES: Samples<'egress'> = {
  NamespaceEgress: { using: egressOf(), plain: OF_WORKLOAD },
  WorkloadEgress: { using: OF_WORKLOAD, plain: egressOf() },
  SubsetEgress: { using: egressOf({ workload: { service: 'cart', serviceAccount: 'cart-v2', podSelector: V2, subset: { version: 'v2' } } }), plain: OF_WORKLOAD },
  EgressDenyAll: { using: egressOf({ destinations: [] }), plain: egressOf() },
  EgressHost: CALLING_HOST,
  EgressWildcardHost: calling({ kind: 'host', host: '*.example.com', ports: TLS }),
  EgressOutside: calling({ kind: 'outside', ports: [], anyPort: true }),
  EgressCidr: { using: egressOf(), plain: CALLING_HOST.using },
  EgressExcept: calling({ kind: 'cidr', cidr: '203.0.113.0/24', except: ['203.0.113.64/26'], ports: [{ port: 5432, protocol: 'TCP' }] }),
  EgressAnyPort: calling({ kind: 'cidr', cidr: '203.0.113.0/24', ports: [], anyPort: true }),
  EgressHTTP: callingOn('HTTP'),
  EgressTLS: CALLING_HOST,
  EgressTCP: callingOn('TCP'),
  EgressServerFirst: callingOn('ServerFirst'),
  EgressUDP: callingOn('UDP'),
  EgressPing: calling({ kind: 'cidr', cidr: '203.0.113.0/24', ports: [], ping: true }),
  EgressPortRange: calling({ kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 8000, endPort: 9000, protocol: 'TCP' }] }),
  ...conditions(match => requestingOutside({ requests: [{ ...ANY_REQUEST, ...match }] })),
  EgressTimeouts: requestingOutside({ timeouts: { request: 2000 } }),
  EgressRetries: requestingOutside({ retries: { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true } }),
  EgressTLSOrigination: requestingOutside({ tls: { port: 443 } }),
  EgressClientCertificate: requestingOutside({ tls: { port: 443, clientSecret: 'cart-client' } }, { tls: { port: 443 } }),
  ClosedCluster: { using: egressOf({ inside: [] }), plain: egressOf() },
  EgressService: { using: egressOf({ inside: CALLED }), plain: egressOf({ inside: [] }) },
  EgressPods: callingInside({ kind: 'pods', labels: { app: 'db' }, namespace: 'data', ports: [{ port: 5432, protocol: 'TCP' }] }),
  EgressNamespace: callingInside({ kind: 'namespace', name: 'data', ports: [{ port: 5432, protocol: 'TCP' }] }),
  EgressNamespaceLabels: callingInside({ kind: 'namespaceLabels', labels: { team: 'data' }, ports: [{ port: 5432, protocol: 'TCP' }] }),
  EgressAnyPod: callingInside({ kind: 'anyPod', ports: [{ port: 5432, protocol: 'TCP' }] }),
  EgressApiServer: callingInside({ kind: 'apiServer', ports: [{ port: 6443, protocol: 'TCP' }] }),
  EgressDenial: {
    using: egressOf({
      destinations: [{ kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 9999, protocol: 'HTTP' }] }],
      denials: [{ kind: 'cidr', cidr: '203.0.113.64/26', ports: [{ port: 9999, protocol: 'HTTP' }] }],
    }),
    plain: egressOf({ destinations: [{ kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 9999, protocol: 'HTTP' }] }] }),
  },
  EgressGateway: {
    using: egressOf({ ...BY_GATEWAY, gateway: { name: 'egress', namespace: 'infra' } }),
    plain: egressOf(BY_GATEWAY),
  },
  EgressOwnNode: callingInside({ kind: 'ownNode', ports: [{ port: 9100, protocol: 'TCP' }] }),
  EgressOtherCluster: callingInside({ kind: 'pods', labels: { app: 'db' }, namespace: 'data', cluster: 'west', ports: [{ port: 5432, protocol: 'TCP' }] }),
  EgressNodes: callingInside({ kind: 'nodes', ports: [{ port: 9100, protocol: 'TCP' }] }),
};

const OTHER_NODES: ClusterRule = { peers: [{ kind: 'otherNodes' }], ports: [] };

function ofCluster(more: Partial<ClusterAccessModel> = {}): ClusterAccessModel {
  return { name: 'nodes', subject: { kind: 'nodes', labels: { type: 'worker' } }, ingress: { leavesRest: false, rules: [OTHER_NODES], denials: [] }, ...more };
}

/** Another rule than that other nodes may call. */
function lettingIn(rule: Partial<ClusterRule>): Sample<ClusterAccessModel> {
  return { using: ofCluster({ ingress: { leavesRest: false, rules: [{ ...OTHER_NODES, ...rule }], denials: [] } }), plain: ofCluster() };
}

const CLUSTER_ACCESSES: Samples<'clusterAccess'> = {
  NodesSubject: { using: ofCluster(), plain: undefined },
  ClusterPodsSubject: { using: ofCluster({ subject: { kind: 'pods', labels: { app: 'web' } } }), plain: ofCluster() },
  UninitializedSubject: { using: ofCluster({ subject: { kind: 'uninitialized' } }), plain: ofCluster() },
  HealthSubject: { using: ofCluster({ subject: { kind: 'health' } }), plain: ofCluster() },
  ClusterEgress: { using: ofCluster({ egress: { leavesRest: false, rules: [OTHER_NODES], denials: [] } }), plain: ofCluster() },
  ClusterDenial: { using: ofCluster({ ingress: { leavesRest: false, rules: [OTHER_NODES], denials: [{ peers: [{ kind: 'outside' }], ports: [] }] } }), plain: ofCluster() },
  PodsOfOtherCluster: lettingIn({ peers: [{ kind: 'pods', labels: { app: 'web' }, cluster: 'west' }] }),
  ClusterPing: lettingIn({ ports: [{ kind: 'ping' }] }),
  ClusterIpProtocol: lettingIn({ ports: [{ kind: 'protocol', protocol: 'VRRP' }] }),
};

const BY_SUCCESS = { kind: 'successRate' as const, atLeast: 99 };

/** A release, beside the least different one. */
function releasing(using: Partial<ReleaseModel>, plain: Partial<ReleaseModel> = {}): Sample<ReleaseModel> {
  return { using: releaseOf(using), plain: releaseOf(plain) };
}

/** The same route, of the versions as controllers call them, and of a Service whose pods are known by a label that all versions have. */
function releasedRoute({ service, ports, ...route }: RouteModel): RouteModel {
  return {
    ...route,
    service: { ...service, podSelector: { part: 'cart' } },
    ports: ports.map(({ rules, ...port }) => ({
      ...port, rules: rules.map((rule, i) => ({ ...rule, backends: versionsOf(rule.backends, i === rules.length - 1) })),
    })),
  };
}

/** Both versions, where there is the stable one; the last rule has that. */
function versionsOf(backends: readonly WeightedBackend[], isLast: boolean): readonly WeightedBackend[] {
  const isStable = isLast && backends.length === 1;
  const named = backends.map(one => ({ ...one, name: one.name.replace('cart-v1', 'cart-primary').replace('cart-v2', isStable ? 'cart-primary' : 'cart-canary') }));
  const [lone] = named;
  return named.length === 1 && lone.name !== 'cart-canary' ? [lone, { ...lone, name: 'cart-canary', weight: 0 }] : named;
}

/** A release with that route: to those whose requests it tells apart, if there are any. */
function releaseBy(of: RouteModel): ReleaseModel {
  const route = releasedRoute(of);
  const rules = route.ports.flatMap(port => port.rules);
  const [{ matches }] = rules;
  const stable = rules.flatMap(({ backends }) => backends).find(({ name }) => name !== 'cart-canary');
  return releaseOf({
    route,
    ...stable && { stable: { name: stable.name, namespace: stable.namespace } },
    ...matches.length > 0 && { course: { kind: 'audience', audience: matches, rounds: 5 } },
  });
}

/** What is said of the route of a Service, of a release of it. Nothing is released without a route. */
const OF_ROUTES = Object.fromEntries(Object.entries(ROUTES).map(([feature, { using, plain }]) =>
  [feature, { using: releaseBy(using), plain: plain && plain.ports.length > 0 ? releaseBy(plain) : undefined }])) as Samples<'release'>;


const RELEASES: Samples<'release'> = {
  ...OF_ROUTES,
  PerPortRules: {
    using: releaseBy(routeOf({ ...httpPort(), name: 'http' }, { ...httpPort(ruleTo(backend('cart-v1', 100, 8081))), port: 8081, name: 'admin' })),
    plain: releaseBy(routeOf({ ...httpPort(EVERYTHING), name: 'http' })),
  },
  WeightedRelease: releasing({ course: { kind: 'weights', weights: [20, 40] } }),
  AudienceRelease: releasing(toAudience([{ ...ANY_REQUEST, headers: [{ name: 'x-group', type: 'exact', value: 'beta' }] }])),
  SwitchedRelease: releasing({ course: { kind: 'switch', rounds: 3 } }),
  SuccessRateCheck: releasing({ checks: [BY_SUCCESS] }),
  LatencyCheck: releasing({ checks: [{ kind: 'latency', quantile: 0.99, atMost: 500 }] }),
  PromqlCheck: releasing({ checks: [{ kind: 'promql', name: 'errors', query: 'sum(errors)', atMost: 1 }] }),
  StartApproval: releasing({ approval: 'start' }),
  PromotionApproval: releasing({ approval: 'promotion' }),
  QuietRelease: releasing({ checks: [BY_SUCCESS], withoutRequests: 'pass' }, { checks: [BY_SUCCESS] }),
  ReleaseAutoscaler: releasing({ workload: { name: 'cart', autoscaler: { kind: 'HorizontalPodAutoscaler', name: 'cart' } } }),
};

export const SAMPLES: { readonly [K in Kind]: Samples<K> } = {
  routes: ROUTES,
  exposure: EXPOSURES,
  gateway: GATEWAYS,
  externalBackend: EXTERNAL_BACKENDS,
  access: POLICIES,
  gatewayAccess: GATEWAY_ACCESSES,
  namespaceDefault: NAMESPACE_DEFAULTS,
  authentication: AUTHENTICATIONS,
  jwtAuthentication: JWT_AUTHENTICATIONS,
  externalAuthorization: EXTERNAL_AUTHORIZATIONS,
  clusterAccess: CLUSTER_ACCESSES,
  egress: EGRESSES,
  release: RELEASES,
};
