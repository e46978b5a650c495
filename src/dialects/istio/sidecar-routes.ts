import { istioRoutes } from './routes';
import { beyondGatewayApi } from './virtual-service/beyond';
import { virtualServiceRefusals } from './virtual-service/refusals';
import { virtualService } from './virtual-service/virtual-service';
import type { RouteFeature } from '../../model/features/route';
import type { RouteModel } from '../../model/route';
import type { Dialect } from '../dialect';
import { FULL, partial } from '../dialect';
import { memoized } from '../memoized';

/**
 * What sidecars read: the routes of Gateway API, as long as these have the words; else one VirtualService in their place, for
 * all ports of the Service. Beside either stands what they read of DestinationRules.
 */
export function sidecarRoutes(gatewayApi: Dialect<RouteModel, RouteFeature>): Dialect<RouteModel, RouteFeature> {
  const isBeyond = memoized((model: RouteModel) => beyondGatewayApi(model).length > 0);
  return {
    ...gatewayApi,
    supports: {
      ...gatewayApi.supports,
      HTTPRouteRequestTimeout: FULL,
      HTTPRouteBackendTimeout: partial('without retries, the time of a try is that of the request'),
      NoRequestTimeout: FULL,
      NoBackendTimeout: FULL,
      HTTPRouteRetry: FULL,
      NoRetries: FULL,
      RetryBackoff: FULL,
      RetryGRPCStatus: FULL,
      RetryResponsesOnly: FULL,
      HTTPRouteHostRewrite: FULL,
      HTTPRoutePathRewrite: FULL,
      RequestRedirect: partial('a prefix is not replaced by `/`, nor at all where the route is a VirtualService'),
      HTTPRouteCORS: FULL,
      CORSCredentialsOfAnyOrigin: FULL,
      FaultInjection: FULL,
    },
    refusals: model => isBeyond(model) ? [...virtualServiceRefusals(model), ...istioRoutes.refusals(model)] : gatewayApi.refusals(model),
    render: model => isBeyond(model) ? [virtualService(model), ...istioRoutes.render(model)] : gatewayApi.render(model),
  };
}
