import { ROUTE_FEATURES } from '../../model/features/route';
import { rendered } from '../contract/rendering';
import { noneOf } from '../contract/support';
import type { RouteExtension } from '../gateway-api/extension/routes';

/**
 * Consul reads routes whose parent is a Gateway, and none whose parent is a Service.
 *
 * @see https://developer.hashicorp.com/consul/docs/north-south/api-gateway
 */
export const consulRoutes: RouteExtension = {
  renders: '',
  supports: noneOf(ROUTE_FEATURES, 'of the routes of Gateway API, Consul reads those of its gateways, and none of a Service'),
  instead: {},
  claims: () => [],
  annotations: () => ({}),
  render: () => rendered(),
};
