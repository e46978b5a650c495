import { GROUP, HTTP_ROUTE_API_VERSION, MAX_MATCHES_PER_RULE, MAX_PATH } from './apis';
import { unportable } from './expressions';
import type { HttpRouteSpec } from '../../../imports/linkerd/policy.linkerd.io';
import type { RequestMatch } from '../../model/match';
import { isAnyRequest } from '../../model/match';
import type { PathCondition } from '../../model/path';
import { isExpression, pathRegex } from '../../model/path';
import { portableRegex } from '../../model/regex-portable';
import { chunks } from '../contract/chunks';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { refused } from '../contract/unwritten';
import { httpRouteMatch } from '../gateway-api/spelling/http-route-match';
import { PARENT_SEGMENTS, takesParents, undotted } from '../proxies/dot-segments';

/** One HTTPRoute on a Server: the requests that one AuthorizationPolicy is about. */
export function httpRoute(metadata: Manifest['metadata'], serverName: string, matches: readonly RequestMatch[]): Manifest {
  const rules = chunks(matches, MAX_MATCHES_PER_RULE).map(some => ({ matches: some.map(inboundMatch) }));
  const spec: Plain<HttpRouteSpec> = { parentRefs: [{ group: GROUP, kind: 'Server', name: serverName }], rules };
  return { apiVersion: HTTP_ROUTE_API_VERSION, kind: 'HTTPRoute', metadata, spec };
}

/** A route without matches is for every request, but an empty match looks like a mistake: so it is written out. */
function inboundMatch(match: RequestMatch) {
  return isAnyRequest(match) ? { path: { type: 'PathPrefix' as const, value: '/' } } : httpRouteMatch({ ...match, path: inboundPath(match.path) });
}

/** A match for requests to the outside. No other route takes the paths with `..` below a prefix, so that is an expression too. */
export function outboundMatch(match: RequestMatch) {
  const { path } = match;
  return httpRouteMatch({ ...match, path: path !== undefined && leadsOn(path) ? { type: 'regex', value: undotted(path) ?? refused() } : path });
}

/** Whether some of the paths have more than is written. */
function leadsOn({ type }: PathCondition): boolean {
  return type !== 'exact';
}

/** An expression from which a client could escape with `..` is rewritten to match only paths without `..`. */
function inboundPath(path: PathCondition | undefined): PathCondition | undefined {
  return path !== undefined && isExpression(path) && path.value !== PARENT_SEGMENTS ? { type: 'regex', value: undotted(path) ?? refused() } : path;
}

/** Why the expressions of a request cannot be written for Linkerd. */
export function expressionRefusals<F>(request: RequestMatch): Refusal<F>[] {
  return refusalsOf<F>(request, path => isExpression(path) && path.value !== PARENT_SEGMENTS);
}

/** The same of a request to the outside. */
export function outboundRefusals<F>(request: RequestMatch): Refusal<F>[] {
  return refusalsOf<F>(request, leadsOn);
}

function refusalsOf<F>(request: RequestMatch, isRewritten: (path: PathCondition) => boolean): Refusal<F>[] {
  return [...unportable<F>(request), ...(request.path === undefined ? [] : pathRefusals<F>(request.path, isRewritten))];
}

function pathRefusals<F>(path: PathCondition, isRewritten: (path: PathCondition) => boolean): Refusal<F>[] {
  const written = isRewritten(path) ? undotted(path) : '';
  const refusals: Refusal<F>[] = [];
  if (written === undefined && portableRegex(pathRegex(path)) !== undefined) {
    refusals.push(takesParents(path, 'Linkerd compares'));
  }
  if (written !== undefined && written.length > MAX_PATH - 6) {
    refusals.push({
      what: `the path '${path.value}'`,
      reason: `rewritten so that it matches no '..', it has more than the ${MAX_PATH} characters that an HTTPRoute allows`,
      remedy: 'Write a shorter one',
    });
  }
  return refusals;
}
