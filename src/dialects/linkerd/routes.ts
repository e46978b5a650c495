import type { GatewayApiChannel, RouteExtension } from '../dialect';
import { noRoutes } from '../dialect';
import { rootRedirects } from '../redirects';

/**
 * What Linkerd reads of the routes of a Service. It passes over fields that it does not know, and takes the whole route for
 * invalid if it does not know a filter.
 *
 * @see https://linkerd.io/2/features/httproute/
 */
export function linkerdRoutes(channel: GatewayApiChannel): RouteExtension {
  return {
    supports: {
      ...noRoutes('Linkerd does not read it in the routes of Gateway API',
        'HTTPRouteBackendTimeout', 'HTTPRouteRetry', 'RetryBackoff',
        'HTTPRouteRequestMirror', 'HTTPRouteRequestPercentageMirror', 'HTTPRouteRequestMultipleMirrors',
        'HTTPRouteHostRewrite', 'HTTPRoutePathRewrite', 'HTTPRouteCORS', 'SessionPersistence', 'RetryBudget'),
      ...(channel === 'standard' && noRoutes(
        'Linkerd reads this kind of route in v1alpha2, which takes `channel: GatewayApiChannel.EXPERIMENTAL`', 'TLSRoute', 'TCPRoute')),
    },
    instead: [],
    refusals: rootRedirects,
    annotations: () => ({}),
    render: () => [],
  };
}
