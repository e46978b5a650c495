import type { RouteExtension } from '../dialect';
import { noRoutes } from '../dialect';

/**
 * What Kuma reads of the routes of a Service: HTTPRoutes, of which it makes MeshHTTPRoutes. It passes over what it does not
 * know.
 *
 * @see https://kuma.io/docs/latest/using-mesh/managing-ingress-traffic/gateway-api/
 */
export const kumaRoutes: RouteExtension = {
  supports: {
    ...noRoutes('of the routes of Gateway API, Kuma reads HTTPRoute only', 'GRPCRoute', 'GRPCMethodMatching', 'TLSRoute', 'TCPRoute'),
    ...noRoutes('Kuma does not read it in an HTTPRoute',
      'HTTPRouteRequestTimeout', 'HTTPRouteBackendTimeout', 'HTTPRouteRetry', 'RetryBackoff', 'HTTPRouteRequestPercentageMirror', 'HTTPRouteCORS',
      'HTTPRouteBackendRequestHeaderModification', 'BackendResponseHeaderModification', 'SessionPersistence', 'RetryBudget'),
  },
  instead: {},
  claims: () => [],
  refusals: () => [],
  annotations: () => ({}),
  render: () => [],
};
