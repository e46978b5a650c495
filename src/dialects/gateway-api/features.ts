import { TRAFFIC_FEATURES } from '../../model/features/handling';
import type { RouteFeature } from '../../model/features/route';
import type { GatewayApiChannel, Support } from '../dialect';
import { FULL, none, noneOf, partial } from '../dialect';

const NO_WORD = 'Gateway API has no word for it';

/** What routes of a Service can say, in the words of Gateway API alone. */
export function routeSupport(channel: GatewayApiChannel): Readonly<Record<RouteFeature, Support>> {
  const httpOnly = partial('an HTTPRoute has it, a GRPCRoute has not');
  const experimental = (support: Support) => channel === 'experimental' ? support : none('only the experimental channel of Gateway API has it');
  return {
    HTTPRoute: FULL,
    GRPCRoute: FULL,
    TLSRoute: partial('a TLSRoute names its servers; no route takes the connections to all others'),
    TCPRoute: FULL,
    UDPRoute: none('no mesh routes datagrams'),
    WeightedBackends: FULL,
    OrderedRules: FULL,
    PathMatching: FULL,
    PathBelowMatching: FULL,
    PathTemplateMatching: FULL,
    PathRegexMatching: FULL,
    HeaderMatching: FULL,
    HeaderPresenceMatching: FULL,
    HeaderRegexMatching: FULL,
    HTTPRouteMethodMatching: FULL,
    HTTPRouteQueryParamMatching: FULL,
    GRPCMethodMatching: FULL,
    HostMatching: none('Gateway API says that meshes read no hostnames on the routes of a Service'),
    BackendPort: FULL,
    ServiceAsBackend: FULL,
    PerPortRules: FULL,
    ReferenceGrant: FULL,
    MeshConsumerRoute: FULL,
    HTTPRouteNamedRouteRule: FULL,
    HTTPRouteBackendRequestHeaderModification: FULL,
    BackendResponseHeaderModification: FULL,
    HTTPRouteRequestTimeout: httpOnly,
    HTTPRouteBackendTimeout: httpOnly,
    NoRequestTimeout: httpOnly,
    NoBackendTimeout: httpOnly,
    HTTPRouteRetry: httpOnly,
    NoRetries: httpOnly,
    RetryBackoff: httpOnly,
    RetryGRPCStatus: none(NO_WORD),
    RetryResponsesOnly: none('the retries of Gateway API include failed connections'),
    HTTPRouteRequestMirror: FULL,
    HTTPRouteRequestPercentageMirror: FULL,
    HTTPRouteRequestMultipleMirrors: FULL,
    RequestHeaderModification: FULL,
    HTTPRouteResponseHeaderModification: FULL,
    HTTPRouteHostRewrite: httpOnly,
    HTTPRoutePathRewrite: httpOnly,
    RequestRedirect: httpOnly,
    HTTPRouteCORS: httpOnly,
    CORSCredentialsOfAnyOrigin: httpOnly,
    CORSCredentialsOfAnyRequest: httpOnly,
    SessionPersistence: experimental(partial('it lasts since the first request, not since the last, and a header has a name')),
    FaultInjection: none(NO_WORD),
    ...noneOf(TRAFFIC_FEATURES, NO_WORD),
    RetryBudget: experimental(partial('an XBackendTrafficPolicy stands in the namespace of the backends, and holds for all their clients')),
  };
}
