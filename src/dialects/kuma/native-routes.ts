import { meshCircuitBreaker } from './mesh-circuit-breaker';
import type { OrderedPort } from './mesh-http-route';
import { ALWAYS_SENT, meshHttpRoute } from './mesh-http-route';
import { balancedServices, meshLoadBalancingStrategy } from './mesh-load-balancing-strategy';
import type { LimitFeature } from './mesh-rate-limit';
import { kumaRateLimitRefusals, meshRateLimits, rateLimitSupports } from './mesh-rate-limit';
import { meshRetry } from './mesh-retry';
import { meshTcpRoute } from './mesh-tcp-route';
import { connected, meshTimeout } from './mesh-timeout';
import { planRules, routeRefusals } from './route-refusals';
import type { ClientsRoute } from './routes-by-clients';
import { routesByClients } from './routes-by-clients';
import type { Settled } from './settled';
import { settled } from './settled';
import { failingOver } from './zone-failover';
import type { RouteFeature } from '../../model/features/route';
import { distinctBy, flatMap } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import type { PortRoute, RouteModel } from '../../model/route';
import { namespaceOf, qualified } from '../../model/route';
import type { ServiceRef } from '../../model/service-ref';
import type { Claim, Topic } from '../contract/claim';
import { routedClaim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Refusal } from '../contract/refusal';
import type { Rendering } from '../contract/rendering';
import { renderUnless } from '../contract/rendering';
import { A_SERVICE_EACH, BY_EXPRESSION, FULL, full, none, partial, PATHS_BY_EXPRESSION } from '../contract/support';
import type { Support } from '../contract/support';
import { rateLimitClaims } from '../proxies/rate-limit';

const alike = (writtenAs: string) => partial('a policy of Kuma holds for all requests to a port', writtenAs);
const NO_FILTERS = none('the backends of a MeshHTTPRoute have no filters');
const NEAR = partial('for each backend by itself, in the namespace of the Service', 'a MeshCircuitBreaker');
const BALANCED = partial('for each backend by itself, in the namespace of the Service', 'a MeshLoadBalancingStrategy');
const CONNECTED = partial('for each backend by itself, in the namespace of the Service', 'a MeshTimeout');
/** Of hosts outside that routes would lead to. */
export const OUTSIDE = 'in Kuma a host outside is a MeshExternalService, which its system namespace alone may have, and calls to it take a zone egress';

const ONLY_SERVICES = none('the routes of Kuma are for its own MeshServices, and lead to them');
const NO_WORD = none('the policies of Kuma cannot express it');

const SUPPORTS: Readonly<Record<Exclude<RouteFeature, LimitFeature>, Support>> = {
  HTTPRoute: FULL,
  GRPCRoute: FULL,
  TLSRoute: none('no route of Kuma tells server names apart'),
  TCPRoute: FULL,
  UDPRoute: none('the proxies of Kuma do not carry UDP'),
  WeightedBackends: FULL,
  OrderedRules: partial('it sends requests that match no rule to the Service itself, so the last rule has no matches'),
  ...PATHS_BY_EXPRESSION,
  HeaderMatching: FULL,
  HeaderPresenceMatching: FULL,
  HeaderPartMatching: BY_EXPRESSION,
  HeaderRegexMatching: FULL,
  HTTPRouteMethodMatching: FULL,
  HTTPRouteQueryParamMatching: FULL,
  GRPCMethodMatching: FULL,
  GRPCAnyServiceMatching: BY_EXPRESSION,
  HostMatching: none('a MeshHTTPRoute takes no hostnames'),
  BackendPort: FULL,
  ServiceAsBackend: FULL,
  SubsetBackends: none('a MeshService has all pods of its Service', A_SERVICE_EACH),
  PerPortRules: FULL,
  ReferenceGrant: FULL,
  MeshConsumerRoute: FULL,
  ClientMatching: partial('clients that no pod is several of, and rules that change requests all or not at all', 'a MeshHTTPRoute or MeshTCPRoute for each, with the labels of the pods in its `targetRef`'),
  ServiceImportRoute: ONLY_SERVICES,
  ServiceImportBackend: ONLY_SERVICES,
  OtherBackend: partial('a MeshMultiZoneService, with the namespace of the global control plane', 'its labels in a `backendRef`'),
  ExternalBackend: none(OUTSIDE),
  HTTPRouteNamedRouteRule: none('the rules of a MeshHTTPRoute have no names'),
  HTTPRouteBackendRequestHeaderModification: NO_FILTERS,
  BackendResponseHeaderModification: NO_FILTERS,
  HTTPRouteRequestTimeout: alike('a MeshTimeout'),
  HTTPRouteBackendTimeout: alike('a MeshTimeout'),
  NoRequestTimeout: alike('a MeshTimeout'),
  NoBackendTimeout: alike('a MeshTimeout'),
  NoRetries: alike('`numRetries: 0` of a MeshRetry'),
  HTTPRouteRetry: partial(
    'retries hold for all requests to a port: by HTTP status or failed connection on HTTP ports, by gRPC status on gRPC ports', 'a MeshRetry'),
  RetryBackoff: full('`backOff` of a MeshRetry'),
  RetryGRPCStatus: partial('on gRPC ports only, and not CANCELLED', 'a MeshRetry'),
  RetryResponsesOnly: full('a MeshRetry'),
  HTTPRouteRequestMirror: full('a RequestMirror filter of a MeshHTTPRoute'),
  HTTPRouteRequestPercentageMirror: FULL,
  HTTPRouteRequestMultipleMirrors: FULL,
  RequestHeaderModification: full('a RequestHeaderModifier filter of a MeshHTTPRoute'),
  HTTPRouteResponseHeaderModification: full('a ResponseHeaderModifier filter of a MeshHTTPRoute'),
  HTTPRouteHostRewrite: full('a URLRewrite filter of a MeshHTTPRoute'),
  HTTPRoutePathRewrite: full('a URLRewrite filter of a MeshHTTPRoute'),
  RequestRedirect: full('a RequestRedirect filter of a MeshHTTPRoute'),
  DirectResponse: none(ALWAYS_SENT),
  DirectResponseStatus: none(ALWAYS_SENT),
  HTTPRouteCORS: NO_WORD,
  CORSCredentialsOfAnyOrigin: NO_WORD,
  CORSCredentialsOfAnyRequest: NO_WORD,
  SessionPersistence: partial(
    'by a cookie, for all requests to a port that go to one backend, as long as its pods stay the same', 'a MeshLoadBalancingStrategy'),
  FaultInjection: none('a MeshFaultInjection is for pods, whichever rule sends requests to them'),
  LoadBalancing: BALANCED,
  LeastRequestChoices: BALANCED,
  WarmUp: NO_WORD,
  ConsistentHash: partial('for requests to the Service, and for each backend by itself, in the namespace of the Service', 'a MeshLoadBalancingStrategy'),
  SourceAddressHash: partial('for ports that speak HTTP or gRPC', 'a MeshLoadBalancingStrategy'),
  OutlierDetection: NEAR,
  ConnectionLimits: NEAR,
  ConnectTimeout: CONNECTED,
  IdleTimeout: partial('not for ports that speak gRPC, and for each backend by itself, in the namespace of the Service', 'a MeshTimeout'),
  MaxConnectionDuration: partial('for ports that speak HTTP, and for each backend by itself, in the namespace of the Service', 'a MeshTimeout'),
  TCPKeepalive: NO_WORD,
  MaxRequestsPerConnection: NO_WORD,
  MaxConcurrentStreams: NO_WORD,
  HTTP2ToPods: none('Kuma speaks to pods as the port of the Service says', 'Say `appProtocol: kubernetes.io/h2c` on the port of the Service'),
  RetryBudget: NO_WORD,
  LocalityFailover: none('within a zone, a MeshLoadBalancingStrategy gives near pods a greater weight, and others get requests all the same'),
  RegionFailover: none('Kuma tells zones of the mesh apart, and no regions'),
  PortTraffic: full('`sectionName` in a MeshTimeout and a MeshCircuitBreaker'),
  ServiceFailover: none('a MeshLoadBalancingStrategy fails over from zone to zone of a MeshMultiZoneService, and to no other Service'),
  ClusterFailover: partial('from zone to zone of MeshMultiZoneServices, in a route for the clients of one namespace', 'a MeshLoadBalancingStrategy'),
};

/**
 * A MeshHTTPRoute and a MeshTCPRoute for the ports of a Service, and the policies for what these lack: MeshTimeout,
 * MeshRetry, MeshLoadBalancingStrategy, MeshCircuitBreaker, MeshRateLimit. They stand in the namespace of the Service and hold for all
 * clients, or elsewhere and hold for the clients there.
 *
 * @see https://kuma.io/docs/latest/policies/meshhttproute/
 */
export function kumaNativeRoutes(trustDomain: string): Dialect<RouteModel, RouteFeature> {
  return {
    renders: 'a MeshHTTPRoute and a MeshTCPRoute; where they are needed a MeshTimeout, a MeshRetry, a MeshLoadBalancingStrategy, '
      + 'a MeshCircuitBreaker and a MeshRateLimit',
    supports: { ...SUPPORTS, ...rateLimitSupports(trustDomain) },
    claims,
    render: model => render(model, trustDomain),
  };
}

/** Policies on a backend hold whichever route leads there. */
function claims(model: RouteModel): Claim[] {
  const on = (topic: Topic, services: readonly ServiceRef[]) => services.map(service => routedClaim(topic, model, service));
  return [
    routedClaim('route', model, model.service),
    ...on('loadBalancing', [...balancedServices(model), ...failingOver(model)]),
    ...on('circuitBreaking', servicesOf(model, settled(model, 'circuitBreaking'))),
    ...on('connections', servicesOf(model, connected(model))),
    ...rateLimitClaims(model),
  ];
}

function servicesOf(model: RouteModel, all: readonly Settled<unknown>[]): ServiceRef[] {
  return distinctBy(all.map(({ service }) => service), service => qualified(service.name, namespaceOf(model, service)));
}

function render(model: RouteModel, trustDomain: string): Rendering<RouteFeature> {
  const routes = routesByClients(model).map(route => ({ route, ...planned(route) }));
  const requests = model.ports.filter(({ protocol, rules }) => rules.length > 0 && hasRequests(protocol));
  return renderUnless([
    ...routeRefusals(model, requests, flatMap(routes, ({ refusals }) => refusals)), ...kumaRateLimitRefusals(model, trustDomain),
  ], () => [
    ...flatMap(routes, ({ route, ordered }) => ordered.length === 0 ? [] : [meshHttpRoute(model, route, ordered)]),
    ...flatMap(routes, ({ route, connections }) => connections.length === 0 ? [] : [meshTcpRoute(model, route, connections)]),
    ...meshTimeout(model, requests),
    ...meshRetry(model, requests),
    ...meshLoadBalancingStrategy(model),
    ...meshCircuitBreaker(model),
    ...meshRateLimits(model, trustDomain),
  ]);
}

interface Planned {
  readonly ordered: readonly OrderedPort[];
  readonly connections: readonly PortRoute[];
  readonly refusals: readonly Refusal<RouteFeature>[];
}

function planned({ ports }: ClientsRoute): Planned {
  const plans = ports.filter(({ port }) => hasRequests(port.protocol)).map(planRules);
  return {
    ordered: flatMap(plans, ({ port, rules }) => rules === undefined ? [] : [{ port, rules }]),
    connections: ports.map(({ port }) => port).filter(({ protocol }) => !hasRequests(protocol)),
    refusals: flatMap(plans, ({ refusals }) => refusals),
  };
}
