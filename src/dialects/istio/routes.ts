import { destinationRuleClaims, destinationRules, portPolicyRefusals } from './destination-rule';
import { LIMIT_RULES } from './limit-rules';
import { lonelyTries } from './lonely-tries';
import { istioRateLimitRefusals, rateLimitFilters } from './rate-limit';
import { statusCodeRefusals } from './status-codes';
import { stickinessRefusals } from './stickiness';
import { trafficRefusals } from './traffic-policy';
import { beyondGatewayApi } from './virtual-service/beyond';
import type { RouteFeature } from '../../model/features/route';
import type { Redirect } from '../../model/handling';
import { flatMap } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import type { RouteModel } from '../../model/route';
import { destinationsOf, handlesRequests, isConsumerRoute } from '../../model/route';
import { isService } from '../../model/service-ref';
import type { Refusal } from '../contract/refusal';
import { refusing, renderUnless, together } from '../contract/rendering';
import { full, none, partial } from '../contract/support';
import type { RouteExtension } from '../gateway-api/extension/routes';
import { noRoutes } from '../gateway-api/extension/routes';
import { ENVOY_CORS } from '../proxies/envoy-cors';
import { rateLimitClaims } from '../proxies/rate-limit';
import { portlessRedirects, rootRedirects } from '../proxies/redirects';
import { portTrafficRefusals } from '../proxies/taking-ports';

export const NO_X_BACKENDS = 'Istio up to 1.31 does not read XBackend, and on the way to 1.32 only with `PILOT_ENABLE_ALPHA_GATEWAY_API`, as Gateway API had it before 1.7';

export const KNOWN_KINDS = 'Istio answers with 500 for kinds that it does not know, and those that it knows depend on how it was installed';

/** Port 80 is not written into a request. */
const KEPT_PORT = [
  'where the host stays the same, the proxy keeps the port of the request, whatever the scheme',
  ({ scheme, hostname }: Redirect, port: number) => scheme !== undefined && hostname === undefined && port !== 80,
] as const;

/** What sidecars and waypoints both read, beside the routes: a DestinationRule for each Service to which requests go. */
const ISTIO: RouteExtension = {
  renders: 'a DestinationRule for each Service that takes requests, where one is needed',
  supports: {
    ...ENVOY_CORS,
    SessionPersistence: partial('a cookie picks the pod by its hash, within one Service; some clients move when pods come or go', 'a DestinationRule'),
    LoadBalancing: full('`simple` in the `loadBalancer` of a DestinationRule'),
    LeastRequestChoices: none('Istio always compares two'),
    WarmUp: full('`warmup` in the `loadBalancer` of a DestinationRule; CRDs that know only `warmupDurationSecs` drop it'),
    ConsistentHash: full('`consistentHash` in the `loadBalancer` of a DestinationRule'),
    SourceAddressHash: full('`useSourceIp` of a DestinationRule'),
    LocalityFailover: full('`failoverPriority` in the `loadBalancer` of a DestinationRule'),
    RegionFailover: full('`failover` in the `localityLbSetting` of a DestinationRule'),
    ...noRoutes('a DestinationRule fails over among the pods of one Service, by their labels', 'ServiceFailover'),
    ClusterFailover: none('Istio takes the pods of all clusters together', 'Put `topology.istio.io/cluster` into `failoverPriority`'),
    OutlierDetection: full('a DestinationRule; `maxEjectionPercent` is 10 by default, which takes out no pod where there are fewer than ten'),
    ConnectionLimits: full('a DestinationRule'),
    ConnectTimeout: full('`connectTimeout` in the `connectionPool` of a DestinationRule'),
    IdleTimeout: full('`idleTimeout` under `tcp` in the `connectionPool` of a DestinationRule, which holds for connections of requests, too'),
    MaxConnectionDuration: full('`maxConnectionDuration` in the `connectionPool` of a DestinationRule'),
    TCPKeepalive: full('`tcpKeepalive` in the `connectionPool` of a DestinationRule'),
    MaxRequestsPerConnection: full('`maxRequestsPerConnection` in the `connectionPool` of a DestinationRule'),
    MaxConcurrentStreams: full('`maxConcurrentStreams` in the `connectionPool` of a DestinationRule'),
    HTTP2ToPods: full('`h2UpgradePolicy` in the `connectionPool` of a DestinationRule'),
    PortTraffic: full('`portLevelSettings` of a DestinationRule'),
    RetryBudget: full('a DestinationRule (Istio 1.31 or newer), which reads `minRetriesPerSecond` as a number of retries under way at one time'),
    ...noRoutes('Istio reads the routes of Services, and none of a ServiceImport', 'ServiceImportRoute'),
    ServiceImportBackend: partial('without what a DestinationRule or a VirtualService says: these know hosts, and Istio has two for a ServiceImport', 'a `backendRef` of kind ServiceImport'),
    ...noRoutes(KNOWN_KINDS, 'OtherBackend'),
    ...noRoutes(NO_X_BACKENDS, 'ExternalBackend'),
    ...noRoutes('beside a route of Gateway API, Istio always retries on CANCELLED and UNAVAILABLE, and cannot retry on other statuses', 'RetryGRPCStatus'),
    ...noRoutes('only a VirtualService can express it, and in ambient mode Istio does not combine one with the routes of Gateway API', 'FaultInjection'),
    LocalRateLimit: partial(
      'for a Service with one port for requests; plain text and mutual TLS are counted separately', 'an EnvoyFilter for the pods, with the local rate limit of Envoy'),
    ...LIMIT_RULES,
    RateLimitAnswer: full('`status` and `response_headers_to_add` in that EnvoyFilter'),
  },
  instead: { HTTP: ['SessionPersistence'], GRPC: ['SessionPersistence'], traffic: ['RetryBudget'] },
  claims: destinationRuleClaims,
  render: model => renderUnless([
    ...importRefusals(model), ...handlesRequests(model) ? handlingRefusals(model) : [], ...trafficRefusals(model),
    ...portPolicyRefusals(model), ...portTrafficRefusals(model),
  ], () => destinationRules(model)),
  annotations: () => ({}),
};

/** Where Istio keeps what holds for a host, or a route as a whole. */
function importRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const refusals = flatMap(model.ports, ({ port, rules }) => flatMap(rules, (rule, ruleIndex) =>
    destinationsOf(rule).every(isService) ? [] : [{
      feature: 'ServiceImportBackend' as const,
      port,
      ruleIndex,
      reason: 'what else the route says is for hosts, and the host of a ServiceImport depends on how Istio was installed (`ENABLE_MCS_HOST`)',
      remedy: 'Leave out `loadBalancing`, `circuitBreaking`, `connections`, `portTraffic`, `retryBudget`, `stickiness` and what takes a VirtualService, or name a Service',
    }]));
  return refusals.length > 0 && (destinationRuleClaims(model).length > 0 || beyondGatewayApi(model).length > 0) ? refusals : [];
}

function handlingRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  return [
    ...lonelyTries(model), ...rootRedirects(model), ...portlessRedirects(model, ...KEPT_PORT), ...statusCodeRefusals(model),
    ...stickinessRefusals(model),
  ];
}

/**
 * What sidecars read of the routes of a Service, and beside them.
 *
 * @see https://istio.io/latest/docs/reference/config/gateway-api/
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/
 */
export const istioRoutes: RouteExtension = {
  ...ISTIO,
  renders: `${ISTIO.renders}, and an EnvoyFilter for a rate limit`,
  supports: {
    ...ISTIO.supports,
    TLSRoute: partial(
      'connections to all other servers go past the proxy to the Service, without mutual TLS', 'a TLSRoute for each server name'),
    MeshConsumerRoute: partial('for requests: sidecars of all namespaces follow routes for connections', 'the namespace of the route'),
  },
  claims: model => [...ISTIO.claims(model), ...rateLimitClaims(model)],
  render: model => together(
    ISTIO.render(model), refusing([...opaqueTls(model), ...consumersOfConnections(model)]),
    renderUnless(istioRateLimitRefusals(model), () => rateLimitFilters(model)),
  ),
};

/** What waypoints read of the routes of a Service, and beside them. */
export const istioAmbientRoutes: RouteExtension = {
  ...ISTIO,
  supports: {
    ...ISTIO.supports,
    ...noRoutes('a waypoint does not look at server names', 'TLSRoute'),
    ...noRoutes('a waypoint reads only the routes in its own namespace and in that of the Service', 'MeshConsumerRoute'),
    ...noRoutes('in ambient mode no pod has a proxy that sees requests, and each pod of a waypoint would count for itself',
      'LocalRateLimit', 'RateLimitByClient', 'RateLimitByRequest', 'RateLimitAnswer'),
    ...noRoutes('a waypoint reaches pods through tunnels, whose connections it opens as the mesh says', 'ConnectTimeout', 'TCPKeepalive'),
    MaxConcurrentStreams: partial('on ports that speak gRPC', '`maxConcurrentStreams` in the `connectionPool` of a DestinationRule'),
    ...noRoutes('to a waypoint, connections come from other proxies', 'SourceAddressHash'),
    ...noRoutes('a waypoint compares pods with its own place, and not with that of the client', 'LocalityFailover', 'RegionFailover'),
  },
  render: model => together(ISTIO.render(model), refusing(waypointStreamRefusals(model))),
};

/** istiod sets the limit before it makes HTTP/2 of HTTP/1.1 (`pilot/pkg/networking/core/cluster_waypoint.go`). */
function waypointStreamRefusals({ ports, traffic }: RouteModel): Refusal<RouteFeature>[] {
  const upgraded = [traffic, ...ports.map(port => port.traffic)].some(said =>
    said?.connections?.maxConcurrentStreams !== undefined && said.connections.http2 === true);
  return !upgraded ? [] : [{
    feature: 'MaxConcurrentStreams',
    reason: 'a waypoint keeps to the limit on ports that speak gRPC, and not where `http2` makes HTTP/2 of HTTP/1.1',
    remedy: 'Leave out one of them',
  }];
}

/** Sidecars read no TCPRoute on a port that they know to speak TLS. */
function opaqueTls({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return ports.filter(({ protocol, rules }) => protocol === 'TLS' && rules.length > 0 && rules.every(rule => rule.matches.length === 0))
    .map(({ port }) => ({
      feature: 'TCPRoute',
      port,
      reason: 'sidecars read no TCPRoute on a port that speaks TLS',
      remedy: 'Match on the names of the servers, with TlsMatch.sni, or let the Service and the MeshService say that the port speaks TCP',
    }));
}

/** istiod makes VirtualServices that all namespaces see of TCPRoutes and TLSRoutes (`pilot/pkg/config/kube/gateway/route_collections.go`). */
function consumersOfConnections(model: RouteModel): Refusal<RouteFeature>[] {
  if (!isConsumerRoute(model) || beyondGatewayApi(model).length > 0) return [];
  return model.ports.filter(({ protocol, rules }) => !hasRequests(protocol) && rules.length > 0).map(({ port }) => ({
    feature: 'MeshConsumerRoute',
    port,
    reason: 'sidecars of all namespaces follow a route for connections, wherever it is',
    remedy: 'Write what is for connections in the namespace of the Service, for all clients',
  }));
}
