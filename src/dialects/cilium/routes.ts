import type { RouteFeature } from '../../model/features/route';
import type { RouteModel } from '../../model/route';
import type { Refusal, RouteExtension } from '../dialect';
import { noRoutes } from '../dialect';

/**
 * What Cilium reads of the routes of a Service: HTTPRoutes and GRPCRoutes in the namespace of the Service.
 *
 * @see https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gamma/
 */
export const ciliumRoutes: RouteExtension = {
  supports: {
    ...noRoutes('of the routes of a Service, Cilium reads HTTPRoute and GRPCRoute only', 'TLSRoute', 'TCPRoute'),
    ...noRoutes('Cilium reads the routes of a Service in its own namespace only', 'MeshConsumerRoute'),
    ...noRoutes('Cilium does not read it', 'SessionPersistence', 'RetryBudget'),
  },
  instead: {},
  claims: () => [],
  refusals: grpcBackendFilters,
  annotations: () => ({}),
  render: () => [],
};

/** For routes of a Service and of a gateway alike. */
export function grpcBackendFilters({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return ports.filter(({ protocol }) => protocol === 'GRPC').flatMap(({ port, rules }) => rules.flatMap(({ backends }, rule) => {
    const refuse = (feature: RouteFeature): Refusal<RouteFeature> => ({
      feature, port, rule, reason: 'Cilium reads no filters on the backends of a GRPCRoute', remedy: 'Change the headers for the rule as a whole',
    });
    return [
      ...(backends.some(b => b.requestHeaders !== undefined) ? [refuse('HTTPRouteBackendRequestHeaderModification')] : []),
      ...(backends.some(b => b.responseHeaders !== undefined) ? [refuse('BackendResponseHeaderModification')] : []),
    ];
  }));
}
