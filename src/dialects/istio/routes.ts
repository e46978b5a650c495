import { destinationRuleClaims, destinationRules } from './destination-rule';
import { lonelyTries } from './lonely-tries';
import { istioRateLimitRefusals, rateLimitFilters } from './rate-limit';
import { statusCodeRefusals } from './status-codes';
import { stickinessRefusals } from './stickiness';
import { trafficRefusals } from './traffic-policy';
import type { RouteFeature } from '../../model/features/route';
import type { Redirect } from '../../model/handling';
import type { RouteModel } from '../../model/route';
import type { Refusal } from '../contract/refusal';
import { refusing, renderUnless, together } from '../contract/rendering';
import { full, partial } from '../contract/support';
import type { RouteExtension } from '../gateway-api/extension/routes';
import { noRoutes } from '../gateway-api/extension/routes';
import { ENVOY_CORS } from '../proxies/envoy-cors';
import { rateLimitClaims } from '../proxies/rate-limit';
import { portlessRedirects, rootRedirects } from '../proxies/redirects';

/** Port 80 is not written into a request. */
const KEPT_PORT = [
  'the proxy keeps the port of the request where the host stays, whatever the scheme',
  ({ scheme, hostname }: Redirect, port: number) => scheme !== undefined && hostname === undefined && port !== 80,
] as const;

/** What both read, beside the routes, is a DestinationRule for each Service to which requests go. */
const ISTIO: RouteExtension = {
  renders: 'a DestinationRule for each Service that takes requests, where one is needed',
  supports: {
    ...ENVOY_CORS,
    SessionPersistence: partial('a cookie picks the pod by its hash, within one Service; some clients move when pods come or go', 'a DestinationRule'),
    OutlierDetection: full('a DestinationRule; the default of `maxEjectionPercent` is 10, which is no pod of less than ten'),
    ConnectionLimits: full('a DestinationRule'),
    RetryBudget: full('a DestinationRule (Istio 1.31 or newer), which takes `minRetriesPerSecond` for retries under way at one time'),
    ...noRoutes('Istio retries on CANCELLED and UNAVAILABLE, asked or not, and cannot retry on others beside a route of Gateway API', 'RetryGRPCStatus'),
    ...noRoutes('only a VirtualService says it, which Istio does not combine with the routes of Gateway API in ambient mode', 'FaultInjection'),
    LocalRateLimit: partial(
      'for a Service with one port for requests; plain text is counted apart from mutual TLS', 'an EnvoyFilter for the pods, with the local rate limit of Envoy'),
  },
  instead: { HTTP: ['SessionPersistence'], GRPC: ['SessionPersistence'], traffic: ['RetryBudget'] },
  claims: destinationRuleClaims,
  render: model => renderUnless([
    ...lonelyTries(model), ...rootRedirects(model), ...portlessRedirects(model, ...KEPT_PORT), ...statusCodeRefusals(model),
    ...stickinessRefusals(model),
    ...trafficRefusals(model.traffic),
  ], () => destinationRules(model)),
  annotations: () => ({}),
};

/**
 * What sidecars read of the routes of a Service, and beside them.
 *
 * @see https://istio.io/latest/docs/reference/config/gateway-api/
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/
 */
export const istioRoutes: RouteExtension = {
  ...ISTIO,
  renders: `${ISTIO.renders}, and an EnvoyFilter for a rate limit`,
  claims: model => [...ISTIO.claims(model), ...rateLimitClaims(model)],
  render: model => together(
    ISTIO.render(model), refusing(opaqueTls(model)), renderUnless(istioRateLimitRefusals(model), () => rateLimitFilters(model)),
  ),
};

/** What waypoints read of the routes of a Service, and beside them. */
export const istioAmbientRoutes: RouteExtension = {
  ...ISTIO,
  supports: {
    ...ISTIO.supports,
    ...noRoutes('a waypoint does not look at server names', 'TLSRoute'),
    ...noRoutes('a waypoint reads the routes in the namespace of the Service, and in its own', 'MeshConsumerRoute'),
    ...noRoutes('in ambient mode no proxy of a pod sees requests, and a waypoint counts those that each of its own pods lets through', 'LocalRateLimit'),
  },
};

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
