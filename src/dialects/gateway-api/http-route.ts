import { API_VERSION } from './apis';
import { backendRefs, parentRefs, routeMetadata } from './refs';
import type { SplitRule } from './route-rules';
import type { HttpRouteSpec } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import { isAnyRequest } from '../../model/match';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Manifest, Plain } from '../dialect';
import { httpRouteMatch } from '../http-route-match';

/** One HTTPRoute, for one port of the Service. */
export function httpRoute(model: RouteModel, port: PortRoute, rules: readonly SplitRule[]): Manifest {
  // The API server writes the prefix `/` where there are no matches, and Istio puts every prefix above regular
  // expressions. An empty list stays one, and comes last.
  const everyRequest = rules.some(({ matches }) => matches.some(({ path }) => path?.type === 'regex' || path?.type === 'template')) ? { matches: [] } : {};
  const spec: Plain<HttpRouteSpec> = {
    parentRefs: parentRefs(model, port),
    rules: rules.map(({ matches, backends }) => ({
      ...(matches.some(isAnyRequest) ? everyRequest : { matches: matches.map(httpRouteMatch) }),
      backendRefs: backendRefs(model, backends),
    })),
  };
  return { apiVersion: API_VERSION, kind: 'HTTPRoute', metadata: routeMetadata(model, port), spec };
}
