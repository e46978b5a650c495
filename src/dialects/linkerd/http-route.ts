import { GROUP, HTTP_ROUTE_API_VERSION, MAX_MATCHES_PER_RULE } from './apis';
import type { HttpRouteSpec } from '../../../imports/linkerd/policy.linkerd.io';
import type { RequestMatch } from '../../model/match';
import { isAnyRequest } from '../../model/match';
import type { Manifest, Plain } from '../dialect';
import { httpRouteMatch } from '../http-route-match';

/** One HTTPRoute on a Server: the requests that one AuthorizationPolicy speaks of. */
export function httpRoute(metadata: Manifest['metadata'], serverName: string, matches: readonly RequestMatch[]): Manifest {
  const rules = Array.from({ length: Math.ceil(matches.length / MAX_MATCHES_PER_RULE) }, (_, i) =>
    ({ matches: matches.slice(i * MAX_MATCHES_PER_RULE, (i + 1) * MAX_MATCHES_PER_RULE).map(inboundMatch) }));
  const spec: Plain<HttpRouteSpec> = { parentRefs: [{ group: GROUP, kind: 'Server', name: serverName }], rules };
  return { apiVersion: HTTP_ROUTE_API_VERSION, kind: 'HTTPRoute', metadata, spec };
}

/** A route without matches would be one for every request, and an empty match reads like a mistake: it says so. */
function inboundMatch(match: RequestMatch) {
  return isAnyRequest(match) ? { path: { type: 'PathPrefix' as const, value: '/' } } : httpRouteMatch(match);
}
