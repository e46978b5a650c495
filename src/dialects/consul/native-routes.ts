import { routeRefusals } from './route-refusals';
import { elsewhere, isRouted, isSplit, redirects, routedPort, routedRules, serviceKey, splitterName } from './service-chain';
import { defaultsClaims, serviceDefaults } from './service-defaults';
import type { Reached } from './service-resolver';
import { failoverTargets, reaching, redirection } from './service-resolver';
import { serviceRouter } from './service-router';
import { serviceSplitter } from './service-splitter';
import { consulService } from './services';
import type { RouteFeature } from '../../model/features/route';
import { substitutesHere } from '../../model/handling';
import { distinctBy, flatMap } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import { weighted, namespaceOf } from '../../model/route';
import type { PortRoute, RouteModel, RouteRule } from '../../model/route';
import type { ServiceRef } from '../../model/service-ref';
import { claim } from '../contract/claim';
import type { SubjectClaim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Manifest } from '../contract/manifest';
import { rendered, renderUnless } from '../contract/rendering';
import { A_SERVICE_EACH, A_SERVICE_FOR_CLIENTS, FULL, full, inherent, none, partial } from '../contract/support';
import type { Support } from '../contract/support';
import type { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';

const ENTERPRISE_ONLY = none('the `rateLimits` of ServiceDefaults are read by Consul Enterprise only');
const CLIENT = none('Consul keeps it with the clients, in the `upstreamConfig` of their ServiceDefaults');
const ALWAYS_SENT = none('a ServiceRouter sends every request to a service');
const NO_MIRROR = none('Consul copies no requests');
const BALANCED = full('a ServiceResolver');
const ONLY_SERVICES = none('the config entries of Consul know its own services only');
const NO_WORD = none('the config entries of Consul cannot express it');

/**
 * The config entries of a service, named after it: a ServiceSplitter where requests are split, a ServiceRouter where they
 * are told apart or something happens to them, a ServiceResolver for connections, load balancing and stickiness. ServiceDefaults say
 * what the service and its backends speak.
 *
 * @see https://developer.hashicorp.com/consul/docs/manage-traffic/discovery-chain
 */
export function consulNativeRoutes(namespaces: ConsulNamespaces): Dialect<RouteModel, RouteFeature> {
  return {
    renders: 'a ServiceSplitter where requests are split, a ServiceRouter where they are told apart or changed, a ServiceResolver for connections, load balancing and stickiness, '
      + 'and ServiceDefaults that say what the Service and its backends speak',
    supports: SUPPORTS,
    claims: model => [
      claim('route', consulService(model.service.name, namespaceOf(model, model.service), namespaces)),
      ...defaultsClaims(defaults(model), namespaces),
      ...resolvedServices(model).map(service => claim('ServiceResolver', consulService(service.name, namespaceOf(model, service), namespaces))),
      ...followedClaims(model, namespaces),
    ],
    render: model => {
      const port = routedPort(model);
      return port === undefined ? rendered() : renderUnless(routeRefusals(model, namespaces), () => manifests(model, port, namespaces));
    },
  };
}

const SUPPORTS: Readonly<Record<RouteFeature, Support>> = {
  HTTPRoute: FULL,
  GRPCRoute: FULL,
  TLSRoute: none('Consul does not tell server names apart'),
  TCPRoute: FULL,
  UDPRoute: none('the proxies of Consul do not carry UDP'),
  WeightedBackends: partial('Consul splits requests, not connections; shares are in hundredths of a percent'),
  OrderedRules: partial('it sends requests that match no rule to the Service itself, so the last rule has no matches'),
  PathMatching: FULL,
  PathBelowMatching: full('a prefix that ends with a slash'),
  PathStartMatching: full('a prefix'),
  PathEndMatching: full('a regular expression'),
  PathTemplateMatching: full('a regular expression'),
  PathRegexMatching: FULL,
  HeaderMatching: FULL,
  HeaderPresenceMatching: FULL,
  HeaderPartMatching: full('a regular expression'),
  HeaderRegexMatching: FULL,
  HTTPRouteMethodMatching: FULL,
  HTTPRouteQueryParamMatching: FULL,
  GRPCMethodMatching: FULL,
  GRPCAnyServiceMatching: full('a regular expression'),
  HostMatching: none('a ServiceRouter has no conditions on the host'),
  BackendPort: none('a service of Consul has one port, which a route does not name'),
  ServiceAsBackend: FULL,
  SubsetBackends: none('Consul tells the pods of a service apart by annotations, and knows no labels of them', A_SERVICE_EACH),
  PerPortRules: none('Consul routes a service as a whole, on all of its ports'),
  ReferenceGrant: FULL,
  ClientMatching: none('the config entries of a service hold for all its clients', A_SERVICE_FOR_CLIENTS),
  MeshConsumerRoute: none('the config entries of a service hold for all its clients'),
  ServiceImportRoute: ONLY_SERVICES,
  ServiceImportBackend: ONLY_SERVICES,
  OtherBackend: ONLY_SERVICES,
  ExternalBackend: ONLY_SERVICES,
  HTTPRouteNamedRouteRule: none('the routes of a ServiceRouter have no names'),
  HTTPRouteBackendRequestHeaderModification: FULL,
  BackendResponseHeaderModification: FULL,
  HTTPRouteRequestTimeout: full('`requestTimeout` of a ServiceRouter'),
  HTTPRouteBackendTimeout: none('a ServiceRouter limits the time of a request with all its tries'),
  NoRequestTimeout: FULL,
  NoBackendTimeout: inherent('a ServiceRouter limits only the time of a request with all its tries'),
  HTTPRouteRetry: full('`numRetries` of a ServiceRouter'),
  NoRetries: inherent('Consul does not retry unless a ServiceRouter says so'),
  RetryBackoff: NO_WORD,
  RetryGRPCStatus: full('`retryOn` of a ServiceRouter'),
  RetryResponsesOnly: full('`retryOn` of a ServiceRouter'),
  HTTPRouteRequestMirror: NO_MIRROR,
  HTTPRouteRequestPercentageMirror: NO_MIRROR,
  HTTPRouteRequestMultipleMirrors: NO_MIRROR,
  RequestHeaderModification: full('`requestHeaders` of a ServiceRouter'),
  HTTPRouteResponseHeaderModification: full('`responseHeaders` of a ServiceRouter'),
  HTTPRouteHostRewrite: NO_WORD,
  HTTPRoutePathRewrite: partial('the matched prefix is replaced, or an exactly matched path', '`prefixRewrite` of a ServiceRouter'),
  RequestRedirect: ALWAYS_SENT,
  DirectResponse: ALWAYS_SENT,
  DirectResponseStatus: ALWAYS_SENT,
  HTTPRouteCORS: NO_WORD,
  CORSCredentialsOfAnyOrigin: NO_WORD,
  CORSCredentialsOfAnyRequest: NO_WORD,
  SessionPersistence: partial('by a cookie, for one backend, as long as its pods stay the same', 'a ServiceResolver'),
  FaultInjection: NO_WORD,
  LoadBalancing: BALANCED,
  LeastRequestChoices: BALANCED,
  WarmUp: NO_WORD,
  ConsistentHash: BALANCED,
  SourceAddressHash: partial('for services that speak HTTP or gRPC', 'a ServiceResolver'),
  OutlierDetection: CLIENT,
  ConnectionLimits: CLIENT,
  ConnectTimeout: full('`connectTimeout` of a ServiceResolver'),
  IdleTimeout: NO_WORD,
  MaxConnectionDuration: NO_WORD,
  TCPKeepalive: NO_WORD,
  MaxRequestsPerConnection: NO_WORD,
  MaxConcurrentStreams: NO_WORD,
  HTTP2ToPods: none('Consul speaks to pods as ServiceDefaults say of the service', 'Let the Service say that the port speaks gRPC, if it does'),
  LocalRateLimit: ENTERPRISE_ONLY,
  RateLimitByClient: ENTERPRISE_ONLY,
  RateLimitByRequest: ENTERPRISE_ONLY,
  RateLimitAnswer: ENTERPRISE_ONLY,
  RetryBudget: NO_WORD,
  LocalityFailover: none('only Consul Enterprise knows localities'),
  RegionFailover: none('only Consul Enterprise knows localities'),
  ServiceFailover: full('`failover` of a ServiceResolver'),
  ClusterFailover: full('`peer` of the cluster in the `failover` of a ServiceResolver'),
  PortTraffic: none('a ServiceResolver holds for a service as a whole, on all of its ports'),
};

function manifests(model: RouteModel, port: PortRoute, namespaces: ConsulNamespaces): Manifest[] {
  const entries = hasRequests(port.protocol) ? requestEntries(model, port, namespaces) : connectionEntries(model, port, namespaces);
  // Consul accepts the other entries of a service only once it knows what the service speaks.
  return [...defaults(model), ...entries];
}

function requestEntries(model: RouteModel, port: PortRoute, namespaces: ConsulNamespaces): Manifest[] {
  return [
    ...splitRules(port).map(rule => serviceSplitter(model, rule, namespaces)),
    ...(isRouted(port) ? [serviceRouter(model, namespaces)] : []),
    ...resolvers(model, namespaces),
  ];
}

/** The rules for which there is a ServiceSplitter. */
function splitRules(port: PortRoute): readonly RouteRule[] {
  return isRouted(port) ? port.rules.filter(rule => rule.backends.length > 0 && isSplit(rule)) : port.rules;
}

function connectionEntries(model: RouteModel, { rules: [rule] }: PortRoute, namespaces: ConsulNamespaces): Manifest[] {
  return [...elsewhere(model, rule).map(backend => redirection(model, backend, namespaces)), ...resolvers(model, namespaces)];
}

/**
 * Consul follows a ServiceSplitter or a redirect of a backend (`getSplitterNode`, `getResolverNode` in `agent/consul/discoverychain/compile.go`): where
 * a route leads to a service, no other one may lead on from it.
 */
function followedClaims(model: RouteModel, namespaces: ConsulNamespaces): SubjectClaim[] {
  const inPlaceOf = (service: ServiceRef, says: string) => claim('inPlace', consulService(service.name, namespaceOf(model, service), namespaces), says);
  return [
    ...distinctBy(flatMap(routedRules(model), rule => elsewhere(model, rule)), backend => serviceKey(model, backend)).map(backend => inPlaceOf(backend, 'nobody')),
    ...leadsOn(model) ? [inPlaceOf(model.service, 'others')] : [],
  ];
}

/** Whether something happens to requests that come by a route of another service. */
function leadsOn(model: RouteModel): boolean {
  const port = routedPort(model);
  return redirects(model) || (port !== undefined && hasRequests(port.protocol) && splitRules(port).some(rule =>
    rule.backends.length > 0 && splitterName(model, rule) === model.service.name && (isSplit(rule) || elsewhere(model, rule).length > 0)));
}

/** Those for which there is a ServiceResolver. */
function resolvedServices(model: RouteModel): ServiceRef[] {
  return [...redirects(model) ? [model.service] : [], ...reachedBackends(model).map(({ backend }) => backend)];
}

/** The backends of which the route says how their pods are picked, by stickiness, or all alike, how they are connected to, or who stands in for them. */
function reachedBackends(model: RouteModel): Reached[] {
  const { loadBalancing, connections } = model.traffic;
  const sticky = loadBalancing !== undefined ? [] : flatMap(routedRules(model), rule => {
    const { stickiness } = rule.handling;
    return stickiness === undefined ? [] : weighted(rule).map(backend => ({ backend, stickiness, connections }));
  });
  const alike = flatMap(routedRules(model), ({ backends }) => backends)
    .filter(backend => (loadBalancing ?? connections) !== undefined || failoverTargets(model, backend).length > 0)
    .map(backend => ({ backend, loadBalancing, connections }));
  return distinctBy<Reached>([...alike, ...sticky], ({ backend }) => serviceKey(model, backend));
}

function resolvers(model: RouteModel, namespaces: ConsulNamespaces): Manifest[] {
  return reachedBackends(model).map(reached => reaching(model, reached, namespaces));
}

function defaults(model: RouteModel): Manifest[] {
  const backends = flatMap(flatMap(model.ports, ({ rules }) => rules), rule => rule.backends);
  const services = [model.service, ...backends, ...substitutesHere(model.traffic)];
  const byKey = new Map(services.map(service => [serviceKey(model, service), service]));
  return [...byKey].sort(([a], [b]) => a < b ? -1 : 1).map(([, service]) =>
    serviceDefaults({ service: service.name, namespace: namespaceOf(model, service) }, model.ports, 'strict'));
}
