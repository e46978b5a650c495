import type { RouteFeature } from '../../model/features/route';
import type { RouteModel } from '../../model/route';
import type { ExposureExtension, Refusal } from '../dialect';
import { noExposures } from '../dialect';

/**
 * What the API gateways of Consul read: Gateways and HTTPRoutes. What they do not know they pass over, a redirect too.
 *
 * @see https://developer.hashicorp.com/consul/docs/north-south/api-gateway
 */
export const consulGateways: ExposureExtension = {
  supports: {
    ...noExposures('the gateways of Consul read HTTPRoute and TCPRoute only', 'GRPCRoute', 'GRPCMethodMatching', 'TLSRoute'),
    ...noExposures('Consul does not read this kind', 'ListenerSet', 'BackendTLSPolicy'),
    ...noExposures('Consul does not read it in an HTTPRoute',
      'HTTPSRedirect', 'RequestRedirect', 'HTTPRouteRequestTimeout', 'HTTPRouteBackendTimeout', 'HTTPRouteRetry', 'RetryBackoff',
      'HTTPRouteRequestMirror', 'HTTPRouteRequestPercentageMirror', 'HTTPRouteRequestMultipleMirrors', 'HTTPRouteHostRewrite', 'HTTPRouteCORS',
      'HTTPRouteNamedRouteRule', 'SessionPersistence'),
  },
  refusals: fullRewrites,
};

function fullRewrites({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return ports.flatMap(({ port, rules }) => rules.flatMap(({ handling }, rule) => handling.rewrite?.path?.type !== 'full' ? [] : [{
    feature: 'HTTPRoutePathRewrite' as const,
    port,
    rule,
    reason: 'of the rewrites of a path, Consul reads those of a prefix only',
    remedy: 'Use `pathPrefix`',
  }]));
}
