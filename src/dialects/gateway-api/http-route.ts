import { API_VERSION } from './apis';
import { corsFilter } from './filters/cors';
import { extensionRef } from './filters/extension-ref';
import { requestMirror } from './filters/request-mirror';
import { requestRedirect } from './filters/request-redirect';
import { urlRewrite } from './filters/url-rewrite';
import { filteredBackendRefs, parentRefs, routeMetadata } from './refs';
import { retry } from './retry';
import { sessionPersistence } from './session-persistence';
import type { SplitRule } from '../specificity/specific-rules';
import { headerModifiers } from './spelling/header-modifier';
import { timeouts } from './timeouts';
import type { ByField } from '../../model/fields';
import { collected, fieldsOf, merged } from '../../model/fields';
import type { Handling } from '../../model/handling';
import { isAnyRequest } from '../../model/match';
import { isExpression } from '../../model/path';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Manifest, Plain } from '../contract/manifest';
import { httpRouteMatch } from './spelling/http-route-match';
import type { HttpRouteSpec, HttpRouteSpecRules, HttpRouteSpecRulesFilters } from '../../../imports/gateway-api/experimental/gateway.networking.k8s.io';
import { elsewhere, refused } from '../contract/unwritten';

/** One HTTPRoute, for one port of the Service. */
export function httpRoute(model: RouteModel, port: PortRoute, rules: readonly SplitRule[]): Manifest {
  const spec: Plain<HttpRouteSpec> = { parentRefs: parentRefs(model, port), rules: httpRules(model, rules) };
  return { apiVersion: API_VERSION, kind: 'HTTPRoute', metadata: routeMetadata(model, port), spec };
}

/** The rules of an HTTPRoute, whatever its parent. */
export function httpRules(model: RouteModel, rules: readonly SplitRule[]): Plain<HttpRouteSpecRules>[] {
  // The API server writes the prefix `/` where there are no matches, and Istio puts every prefix above regular
  // expressions. An empty list stays one, and comes last.
  const everyRequest = rules.some(({ matches }) => matches.some(({ path }) => isExpression(path))) ? { matches: [] } : {};
  return rules.map(rule => httpRule(model, rule, everyRequest));
}

function httpRule(
  model: RouteModel, { name, matches, backends, handling, filters: own = [] }: SplitRule, everyRequest: Plain<Pick<HttpRouteSpecRules, 'matches'>>,
): Plain<HttpRouteSpecRules> {
  const filters = [...httpFilters(handling, model), ...own.map(extensionRef)];
  return {
    ...(name !== undefined && { name }),
    ...(matches.some(isAnyRequest) ? everyRequest : { matches: matches.map(httpRouteMatch) }),
    ...(filters.length > 0 && { filters }),
    ...(backends.length > 0 && { backendRefs: filteredBackendRefs(model, backends) }),
    ...besideFilters(handling),
  };
}

/** How many filters a rule gets. */
export function filterCount(handling: Handling): number {
  return FILTERED.reduce((count, field) => {
    const said = handling[field];
    return count + (said === undefined ? 0 : Array.isArray(said) ? said.length : 1);
  }, 0);
}

type Filter = Plain<HttpRouteSpecRulesFilters>;

const FILTERS: ByField<Pick<Handling, 'requestHeaders' | 'responseHeaders' | 'rewrite' | 'redirect' | 'cors' | 'mirrors'>, readonly Filter[], [RouteModel]> = {
  requestHeaders: requestHeaders => headerModifiers({ requestHeaders }),
  responseHeaders: responseHeaders => headerModifiers({ responseHeaders }),
  rewrite: rewrite => [urlRewrite(rewrite)],
  redirect: redirect => [requestRedirect(redirect)],
  cors: cors => [corsFilter(cors)],
  mirrors: (mirrors, model) => mirrors.map(mirror => requestMirror(model, mirror)),
};

const FILTERED = fieldsOf(FILTERS);

const httpFilters = collected(FILTERS);

const besideFilters = merged<Omit<Handling, keyof typeof FILTERS>, Plain<HttpRouteSpecRules>>({
  timeouts: said => ({ timeouts: timeouts(said) }),
  retries: said => ({ retry: retry(said) }),
  stickiness: said => ({ sessionPersistence: sessionPersistence(said) }),
  // A rule without backends.
  directResponse: elsewhere,
  faults: refused,
});
