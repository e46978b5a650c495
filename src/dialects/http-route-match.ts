import type { Plain } from './dialect';
import type { HttpRouteSpecRulesMatches } from '../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { NamedCondition, RequestMatch } from '../model/match';
import { wholeMatch } from '../model/regex';

const PATH_TYPES = { exact: 'Exact', prefix: 'PathPrefix', regex: 'RegularExpression' } as const;
const VALUE_TYPES = { exact: 'Exact', regex: 'RegularExpression' } as const;

/** A match of an HTTPRoute, which the HTTPRoutes of Gateway API and of Linkerd have in common. It holds one method at most. */
export function httpRouteMatch({ methods, path, headers, query }: RequestMatch): Plain<HttpRouteSpecRulesMatches> {
  return {
    ...(path && { path: { type: PATH_TYPES[path.type], value: path.type === 'regex' ? wholeMatch(path.value) : path.value } }),
    ...(headers.length > 0 && { headers: headers.map(valueMatch) }),
    ...(query.length > 0 && { queryParams: query.map(valueMatch) }),
    ...(methods.length > 0 && { method: methods[0] as Plain<HttpRouteSpecRulesMatches['method']> }),
  };
}

/** Linkerd takes the first match it finds, and only then asks whether it is the whole value: regular expressions say so themselves. */
export function valueMatch({ name, type, value }: NamedCondition) {
  return { type: VALUE_TYPES[type], name, value: type === 'regex' ? wholeMatch(value) : value };
}
