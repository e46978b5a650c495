import type { RouteFeature } from '../../model/features/route';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { intersect } from '../../model/match';
import { isExpression } from '../../model/path';
import type { PortRoute } from '../../model/route';
import { ruleNumber } from '../../model/route';
import type { Refusal } from '../contract/refusal';
import { pathMatch } from '../gateway-api/spelling/http-route-match';
import { compareCounts, counting } from '../specificity/counts';
import type { SplitRule } from '../specificity/specific-rules';

/**
 * The gateways of Consul take the match with the longest path, whatever its kind, then that with more headers, then with more
 * query parameters, then the first. Two kinds of paths can rank higher there than in the order of Gateway API: regular
 * expressions, and a prefix that is written with the slash after it, beside an exact path that ends in that slash.
 */
export function laterRulesThatComeFirst({ port, rules: written }: PortRoute, rules: readonly SplitRule[]): Refusal<RouteFeature>[] {
  const matches = flatMap(rules, rule => rule.matches.map(match => ({ match, ruleIndex: rule.index })));
  const found = flatMap(matches, (earlier, i) => matches.slice(i + 1)
    .filter(later => later.ruleIndex !== earlier.ruleIndex && comesFirst(later.match, earlier.match))
    .map(later => [earlier.ruleIndex, later.ruleIndex]));
  return found.slice(0, 1).map(([earlier, later]) => ({
    feature: 'OrderedRules',
    port,
    ruleIndex: earlier,
    reason: `rules ${ruleNumber(written, earlier)} and ${ruleNumber(written, later)} may match the same request, and Consul follows the one whose path has more characters`,
    remedy: 'Use exact paths without a slash at the end, or prefixes, or methods that set them apart',
  }));
}

function comesFirst(later: RequestMatch, earlier: RequestMatch): boolean {
  const endsInSlash = earlier.path?.type === 'exact' && earlier.path.value.endsWith('/');
  return (endsInSlash || isExpression(earlier.path) || isExpression(later.path))
    && compareCounts(rank(later, later.path?.type === 'prefix' ? 1 : 0), rank(earlier, 0)) > 0
    && intersect(earlier, later) !== 'disjoint';
}

const count = counting({ path: false, headers: true, query: true, methods: false, hosts: false });

function rank(match: RequestMatch, slash: number): number[] {
  return [(match.path === undefined ? 1 : pathMatch(match.path).value.length) + slash, ...count(match)];
}
