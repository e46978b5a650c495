import { holds } from './access/intent';
import type { HttpRequest } from './http-route';
import type { RouteRule } from '../../src/model/route';

/** The backends of the first rule that matches. */
export function routedByModel(rules: readonly RouteRule[], request: HttpRequest): RouteRule['backends'] | undefined {
  return ruleByModel(rules, request)?.backends;
}

/** The first rule that matches. */
export function ruleByModel(rules: readonly RouteRule[], request: HttpRequest): RouteRule | undefined {
  return rules.find(rule => rule.matches.length === 0 || rule.matches.some(match => holds(match, request)));
}
