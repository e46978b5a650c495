import type { ExposureExtension } from '../dialect';
import { noExposures } from '../dialect';

/**
 * What the built-in gateways of Kuma read: Gateways and HTTPRoutes.
 *
 * @see https://kuma.io/docs/latest/using-mesh/managing-ingress-traffic/gateway-api/
 */
export const kumaGateways: ExposureExtension = {
  supports: {
    ...noExposures('the gateways of Kuma read HTTPRoute and TCPRoute only', 'GRPCRoute', 'GRPCMethodMatching', 'TLSRoute'),
    ...noExposures('Kuma does not read this kind', 'ListenerSet', 'BackendTLSPolicy'),
    ...noExposures('Kuma does not read it in an HTTPRoute',
      'HTTPRouteRequestTimeout', 'HTTPRouteBackendTimeout', 'HTTPRouteRetry', 'RetryBackoff', 'HTTPRouteRequestPercentageMirror', 'HTTPRouteCORS',
      'HTTPRouteNamedRouteRule', 'HTTPRouteBackendRequestHeaderModification', 'BackendResponseHeaderModification', 'SessionPersistence'),
  },
  refusals: () => [],
};
