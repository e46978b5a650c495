import { unportable } from './expressions';
import { linkerdRateLimitRefusals, rateLimitNeeds, rateLimitPolicies } from './rate-limit';
import { lostQueries } from './redirects';
import { annotationRefusals, routeAnnotations } from './route-annotations';
import type { RouteFeature } from '../../model/features/route';
import type { Redirect } from '../../model/handling';
import { flatMap } from '../../model/lists';
import type { RouteModel } from '../../model/route';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { inherent, none, partial } from '../contract/support';
import { GatewayApiChannel } from '../gateway-api/extension/channel';
import type { RouteExtension } from '../gateway-api/extension/routes';
import { noRoutes } from '../gateway-api/extension/routes';
import { rateLimitClaims } from '../proxies/rate-limit';
import { portlessRedirects, rootRedirects } from '../proxies/redirects';

const annotated = (annotation: string) => partial('an annotation of the route holds for all rules of a port', `the annotation \`${annotation}\` (2.16 or newer)`);

/** Only Linkerd 2.20 reads the timeouts of an HTTPRoute, rule by rule; annotations are read since 2.16. */
const INSTEAD: readonly RouteFeature[] = [
  'HTTPRouteRequestTimeout', 'HTTPRouteBackendTimeout', 'HTTPRouteRetry', 'NoRequestTimeout', 'NoBackendTimeout', 'NoRetries',
];

const MIRRORED = "Name the Service that its multicluster extension makes of it: `MeshService.of('cart-west', …)` for one cluster, 'cart-federated' for all";

const NONE_ANYWAY = inherent('Linkerd has none by default');

/** Port 80 is not written into a request. */
const KEPT_PORT = [
  'Linkerd keeps the port of the request, whatever the scheme', ({ scheme }: Redirect, port: number) => scheme !== undefined && port !== 80,
] as const;

/**
 * What Linkerd reads of the routes of a Service, and of their annotations. It ignores fields that it does not know, and
 * takes the whole route for invalid if it does not know a filter.
 *
 * @see https://linkerd.io/2/features/httproute/
 */
export function linkerdRoutes(channel: GatewayApiChannel): RouteExtension {
  return {
    renders: 'annotations of the routes hold retries and timeouts, and an HTTPLocalRateLimitPolicy a rate limit',
    supports: {
      HTTPRouteRequestTimeout: annotated('timeout.linkerd.io/request'),
      HTTPRouteBackendTimeout: annotated('timeout.linkerd.io/response'),
      HTTPRouteRetry: annotated('retry.linkerd.io/limit'),
      NoRequestTimeout: NONE_ANYWAY,
      NoBackendTimeout: NONE_ANYWAY,
      NoRetries: NONE_ANYWAY,
      RetryGRPCStatus: partial(
        'for gRPC ports; an annotation of the route holds for all rules of a port', 'the annotation `retry.linkerd.io/grpc` (2.16 or newer)'),
      ...noRoutes('Linkerd always waits for 25 to 250 milliseconds', 'RetryBackoff'),
      ...noRoutes('Linkerd sends requests to another pod where a connection fails, whatever a route says', 'RetryResponsesOnly'),
      ...noRoutes('Linkerd does not read it in the routes of Gateway API',
        'HTTPRouteRequestMirror', 'HTTPRouteRequestPercentageMirror', 'HTTPRouteRequestMultipleMirrors',
        'HTTPRouteHostRewrite', 'HTTPRoutePathRewrite', 'HTTPRouteCORS', 'CORSCredentialsOfAnyOrigin', 'CORSCredentialsOfAnyRequest'),
      ServiceImportRoute: none('Linkerd reads the routes of Services', MIRRORED),
      ServiceImportBackend: none('Linkerd sends requests to Services, and fails those for anything else', MIRRORED),
      ...noRoutes('Linkerd sends requests to Services, and fails those for anything else', 'OtherBackend', 'ExternalBackend'),
      ...noRoutes('where a rule has no backends, Linkerd sends its requests to the Service itself', 'DirectResponse', 'DirectResponseStatus'),
      ...noRoutes('Linkerd cannot express it', 'SessionPersistence', 'FaultInjection', 'ConnectionLimits'),
      ...noRoutes('Linkerd reads it in annotations of the pods of clients, such as `config.linkerd.io/proxy-outbound-connect-timeout`', 'ConnectTimeout'),
      ...noRoutes('Linkerd keeps connections as its proxies are installed, and speaks HTTP/2 between them', 'IdleTimeout', 'MaxConnectionDuration', 'TCPKeepalive',
        'MaxRequestsPerConnection', 'MaxConcurrentStreams', 'HTTP2ToPods'),
      ...noRoutes('Linkerd keeps requests in a zone where the Service says so, with `trafficDistribution`, and does not fail over by labels', 'LocalityFailover', 'RegionFailover'),
      ...noRoutes('the failover extension of Linkerd is deprecated, and changes the weights of a TrafficSplit, not those of a route of Gateway API', 'ServiceFailover'),
      ...noRoutes('Linkerd has the Services of other clusters as Services of this one, and fails over to none', 'ClusterFailover'),
      ...noRoutes('Linkerd always balances by latency (EWMA)', 'LoadBalancing', 'LeastRequestChoices', 'WarmUp', 'ConsistentHash', 'SourceAddressHash'),
      ...noRoutes('Linkerd has budgets in a ServiceProfile only, which takes the place of all routes of Gateway API', 'RetryBudget'),
      ...noRoutes(
        'Linkerd reads it in annotations of the Service, which you write: `balancer.linkerd.io/failure-accrual: consecutive`, and '
        + '`balancer.linkerd.io/failure-accrual-consecutive-max-failures`', 'OutlierDetection'),
      ...noRoutes('Linkerd answers them with 429', 'RateLimitAnswer'),
      ...noRoutes('an HTTPLocalRateLimitPolicy counts all requests to a Server', 'RateLimitByRequest'),
      RateLimitByClient: partial(
        'for ServiceAccounts, and for each other client by itself; clients without an identity are one',
        '`overrides` and `identity` of that HTTPLocalRateLimitPolicy'),
      LocalRateLimit: partial(
        'per second, for a Service with one port for requests, and beside a ServiceAccessPolicy, whose Server the limit is for', 'an HTTPLocalRateLimitPolicy (2.17 or newer)'),
      ...(channel === GatewayApiChannel.STANDARD && noRoutes(
        'Linkerd reads this kind of route in v1alpha2, which needs `channel: GatewayApiChannel.EXPERIMENTAL`', 'TLSRoute', 'TCPRoute')),
    },
    instead: { HTTP: INSTEAD, GRPC: INSTEAD },
    claims: rateLimitClaims,
    render: model => renderUnless([
      ...rootRedirects(model), ...portlessRedirects(model, ...KEPT_PORT), ...lostQueries(model), ...annotationRefusals(model),
      ...expressionRefusals(model), ...linkerdRateLimitRefusals(model),
    ], () => rateLimitPolicies(model)),
    needs: rateLimitNeeds,
    annotations: routeAnnotations,
  };
}

function expressionRefusals({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(ports, ({ port, rules }) => flatMap(rules, ({ matches }, ruleIndex) =>
    flatMap(matches, match => unportable<RouteFeature>(match)).map(refusal => ({ ...refusal, port, ruleIndex }))));
}
