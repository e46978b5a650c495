import { istioRoutes } from './routes';
import { beyondGatewayApi } from './virtual-service/beyond';
import { virtualServiceRefusals } from './virtual-service/refusals';
import { virtualService } from './virtual-service/virtual-service';
import type { RouteFeature } from '../../model/features/route';
import type { RouteModel } from '../../model/route';
import type { Dialect } from '../contract/dialect';
import { renderUnless, together } from '../contract/rendering';
import type { Support } from '../contract/support';
import { FULL, full, partial } from '../contract/support';

const VIRTUAL_SERVICE = 'a VirtualService, which replaces the routes of the Service';
const orVirtualService = (writtenAs: string) => `${writtenAs}; on a gRPC port, ${VIRTUAL_SERVICE}`;

/** What the routes of Gateway API alone cannot express. */
const BY_VIRTUAL_SERVICE: Partial<Readonly<Record<RouteFeature, Support>>> = {
  SubsetBackends: full('`subsets` of a DestinationRule, and a VirtualService, which replaces the routes of the Service'),
  ClientMatching: full(`\`sourceLabels\` and \`sourceNamespace\` of ${VIRTUAL_SERVICE}`),
  HTTPRouteRequestTimeout: full(orVirtualService('`timeouts.request` of an HTTPRoute')),
  HTTPRouteBackendTimeout: partial(
    'without retries, the timeout of a try is that of the request', orVirtualService('`timeouts.backendRequest` of an HTTPRoute')),
  NoRequestTimeout: FULL,
  NoBackendTimeout: FULL,
  HTTPRouteRetry: full(orVirtualService('`retry` of an HTTPRoute')),
  NoRetries: full(orVirtualService('`attempts: 0` in the `retry` of an HTTPRoute')),
  RetryBackoff: full(orVirtualService('`backoff` in the `retry` of an HTTPRoute')),
  RetryGRPCStatus: full(`\`retryOn\` of ${VIRTUAL_SERVICE}`),
  RetryResponsesOnly: full(`\`retryOn\` of ${VIRTUAL_SERVICE}`),
  HTTPRouteHostRewrite: full(orVirtualService('a URLRewrite filter')),
  HTTPRoutePathRewrite: full(orVirtualService('a URLRewrite filter')),
  RequestRedirect: partial(
    'a prefix is not replaced by `/`, nor at all where the route is a VirtualService', orVirtualService('a RequestRedirect filter')),
  DirectResponse: full(orVirtualService('a rule without `backendRefs`')),
  DirectResponseStatus: full(`\`directResponse\` of ${VIRTUAL_SERVICE}`),
  HTTPRouteCORS: full(orVirtualService('a CORS filter')),
  CORSCredentialsOfAnyOrigin: FULL,
  FaultInjection: full(`\`fault\` of ${VIRTUAL_SERVICE}`),
};

/**
 * What sidecars read: the routes of Gateway API, if these can express the route; otherwise one VirtualService in their place, for
 * all ports of the Service. DestinationRules stand beside either.
 */
export function sidecarRoutes(gatewayApi: Dialect<RouteModel, RouteFeature>): Dialect<RouteModel, RouteFeature> {
  return {
    ...gatewayApi,
    renders: `${gatewayApi.renders}; where Gateway API cannot express the route, one VirtualService for all ports in place of its routes`,
    supports: { ...gatewayApi.supports, ...BY_VIRTUAL_SERVICE },
    render: model => beyondGatewayApi(model).length === 0
      ? gatewayApi.render(model)
      : together(renderUnless(virtualServiceRefusals(model), () => [virtualService(model)]), istioRoutes.render(model)),
  };
}
