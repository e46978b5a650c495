import type { HttpRouteSpecRulesMatches } from '../../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { Fields } from '../../../model/fields';
import { merged } from '../../../model/fields';
import type { NamedCondition, RequestMatch } from '../../../model/match';
import { valueRegex } from '../../../model/match';
import type { PathCondition } from '../../../model/path';
import type { Plain } from '../../contract/manifest';
import { refused } from '../../contract/unwritten';
import { pathExpression, valueExpression } from '../../proxies/expressions';

/** A match of an HTTPRoute, the same in Gateway API and in Linkerd. It has at most one method. */
export const httpRouteMatch = merged<RequestMatch, Plain<HttpRouteSpecRulesMatches>>({
  path: path => ({ path: pathMatch(path) }),
  headers: headers => ({ headers: headers.map(valueMatch) }),
  query: query => ({ queryParams: query.map(valueMatch) }),
  methods: ([method]) => ({ method: method as Plain<HttpRouteSpecRulesMatches['method']> }),
  hosts: refused,
});

export function pathMatch(path: Fields<PathCondition, 'type' | 'value', 'grpc'>) {
  switch (path.type) {
    case 'exact': return { type: 'Exact' as const, value: path.value };
    case 'prefix': return { type: 'PathPrefix' as const, value: path.value };
    case 'below':
    case 'start':
    case 'end':
    case 'template':
    case 'regex': return { type: 'RegularExpression' as const, value: pathExpression(path) };
  }
}

/** Linkerd takes the first match it finds, and only then checks that it is the whole value: so expressions are anchored. */
export function valueMatch(condition: Fields<NamedCondition, 'name' | 'type' | 'value'>) {
  const { name, type, value } = condition;
  switch (type) {
    case 'exact': return { type: 'Exact' as const, name, value };
    case 'start':
    case 'end':
    case 'present':
    case 'regex': return { type: 'RegularExpression' as const, name, value: valueExpression(valueRegex(condition)) };
  }
}
