import type { MeshHttpRouteRule, MeshHttpRouteSpec } from './apis';
import { KUMA_API_VERSION } from './apis';
import { backendRef, routedMeshService } from './mesh-service';
import { routeFilters } from './route-filters';
import type { ClientsRoute } from './routes-by-clients';
import { followedBy } from './routes-by-clients';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Manifest } from '../contract/manifest';
import { httpRouteMatch } from '../gateway-api/spelling/http-route-match';
import type { SplitRule } from '../specificity/specific-rules';

export const ALWAYS_SENT = 'where a rule has no backends, Kuma sends its requests to the Service itself';

/** A port and its rules, of which the most specific match decides. */
export interface OrderedPort {
  readonly port: PortRoute;
  readonly rules: readonly SplitRule[];
}

/**
 * One MeshHTTPRoute for the same clients, for all ports whose requests are routed. Kuma takes the most specific match; one without a path comes
 * below all that have one, so that the rule for every request is the last.
 */
export function meshHttpRoute(model: RouteModel, route: ClientsRoute, ports: readonly OrderedPort[]): Manifest {
  const { metadata, targetRef } = followedBy(model, route);
  const spec: MeshHttpRouteSpec = {
    ...(targetRef && { targetRef }),
    to: ports.map(({ port, rules }) => ({
      targetRef: routedMeshService(model, port),
      rules: rules.map(rule => routeRule(model, port, rule)),
    })),
  };
  return { apiVersion: KUMA_API_VERSION, kind: 'MeshHTTPRoute', metadata, spec };
}

function routeRule(model: RouteModel, port: PortRoute, { matches, backends, handling }: SplitRule): MeshHttpRouteRule {
  const filters = routeFilters(handling, model, port);
  return {
    matches: matches.map(httpRouteMatch),
    default: {
      ...(filters.length > 0 && { filters }),
      ...(backends.length > 0 && { backendRefs: backends.map(backend => backendRef(model, backend)) }),
    },
  };
}
