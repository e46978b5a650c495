import { compareCounts, COUNTED_BY_GATEWAY_API, COUNTED_BY_LINKERD, counting } from './counts';
import { prefixChange } from '../../model/handling';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { ANY_REQUEST, intersect, isAnyRequest, isSameMatch, matchKey, oneMethodEach } from '../../model/match';
import type { PathCondition } from '../../model/path';
import { isExpression } from '../../model/path';
import type { RouteRule } from '../../model/route';
import { pathExpression } from '../proxies/expressions';

/** Two rules whose order no manifest can express. */
export interface RuleConflict {
  readonly earlier: number;
  readonly later: number;
  /** Why, as the rest of a sentence behind the numbers of the rules. */
  readonly because: string;
  /** How to write their paths. */
  readonly paths: string;
}

export function isConflict(rules: readonly unknown[] | RuleConflict): rules is RuleConflict {
  return !Array.isArray(rules);
}

/**
 * The model takes the first rule that matches; Gateway API takes the most specific match, and the order of rules only between
 * equals. If a later rule would win a request that an earlier one matches too, the earlier rule gets a match for the overlap of
 * both: that match is more specific than either, so it wins. What an earlier rule takes alike is left out of the later one: the first
 * rule wins, and Contour passes over all of the later one (`hasConflictRoute` in `internal/dag/gatewayapi_processor.go`). A rule that would
 * be left with nothing stays as it is.
 *
 * Returns the matches of each rule, each with one method at most, or the rules that cannot be told apart.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export function matchesBySpecificity(rules: readonly RouteRule[], most: number): RequestMatch[][] | RuleConflict {
  const matches = rules.map(rule => rule.matches.length === 0 ? [ANY_REQUEST] : flatMap(rule.matches, oneMethodEach));
  if (rules.length < 2) {
    return withoutRepeats(matches);
  }
  const prefixes = rules.map(rule => prefixChange(rule.handling) && rule.matches[0].path?.value);
  const outcomes = rules.map((rule, i) => JSON.stringify([rule.name, rule.backends, rule.handling, prefixes[i]]));
  for (let grown = true; grown && matches.flat().length <= most;) {
    grown = false;
    for (let later = 1; later < rules.length; later++) {
      for (let earlier = 0; earlier < later; earlier++) {
        if (outcomes[earlier] === outcomes[later]) {
          continue;
        }
        const claims = claimsOn(matches[earlier], matches[later]);
        if (typeof claims === 'string') {
          return { earlier, later, ...WHY[claims] };
        }
        if (prefixes[earlier] !== undefined && claims.some(({ path }) => isExpression(path))) {
          return { earlier, later, ...WHY.replaces };
        }
        matches[earlier].push(...claims);
        grown ||= claims.length > 0;
      }
    }
  }
  return withoutRepeats(matches);
}

function withoutRepeats(matches: RequestMatch[][]): RequestMatch[][] {
  if (matches.length === 1 && matches[0].length === 1) return matches;
  const written = new Set<string>();
  return matches.map(all => {
    const some = all.filter(match => {
      const before = written.size;
      return written.add(writtenKey(match)).size > before;
    });
    return some.length > 0 ? some : all;
  });
}

/** A string equal for matches that are written alike. */
function writtenKey(match: RequestMatch): string {
  const { path } = match;
  return matchKey(path !== undefined && isExpression(path) ? { ...match, path: { type: 'regex', value: pathExpression(path) } } : match);
}

const WHY = {
  unknown: {
    because: 'may match the same request: whether their regular expressions overlap cannot be decided',
    paths: '`pathTemplate`, `path` or `pathPrefix`',
  },
  loses: {
    because: 'match the same request, and the later one may win: how much a regular expression counts does not depend on its place',
    paths: '`path` or `pathPrefix`',
  },
  replaces: {
    because: 'match the same request, the first of them replaces a prefix of the path, and the other has an expression for it',
    paths: '`path` or `pathPrefix`',
  },
} as const;

/** The matches that the earlier rule lacks to win every request that both rules match. */
function claimsOn(earlier: readonly RequestMatch[], later: readonly RequestMatch[]): RequestMatch[] | Exclude<keyof typeof WHY, 'replaces'> {
  const known = new Set(earlier.map(matchKey));
  const claims: RequestMatch[] = [];
  for (const a of earlier) {
    for (const b of later) {
      if (alwaysWins(a, b)) {
        continue;
      }
      const common = intersect(a, b);
      if (common === 'disjoint') {
        continue;
      }
      if (common === 'unknown') {
        return common;
      }
      if (isSameMatch(common, a)) {
        return 'loses';
      }
      if (!known.has(matchKey(common))) {
        known.add(matchKey(common));
        claims.push(common);
      }
    }
  }
  return claims;
}

/** Whether the earlier match `a` wins every request that it shares with the later match `b`, in every implementation. */
export function alwaysWins(a: RequestMatch, b: RequestMatch): boolean {
  // Implementations put a rule that takes every request last; the dialects render it so.
  return isAnyRequest(b) || (winsBySpecification(a, b) && winsInLinkerd(a, b));
}

const countForGatewayApi = counting(COUNTED_BY_GATEWAY_API);
const countForLinkerd = counting(COUNTED_BY_LINKERD);

/** By kind and length of the path, method, headers, query; Istio puts regular expressions below prefixes. */
function winsBySpecification(a: RequestMatch, b: RequestMatch): boolean {
  const rank = { exact: 3, prefix: 2, below: 1, start: 1, end: 1, template: 1, regex: 1 };
  const keys = (m: RequestMatch) => [rank[m.path?.type ?? 'prefix'], writtenLength(m.path), ...countForGatewayApi(m)];
  return compareCounts(keys(a), keys(b)) >= 0;
}

/** By how much of the path is matched, whatever the kind of match, then headers, query, method. */
function winsInLinkerd(a: RequestMatch, b: RequestMatch): boolean {
  const [length, other] = [a, b].map(m => writtenLength(m.path));
  const conditionsWin = compareCounts(countForLinkerd(a), countForLinkerd(b)) >= 0;
  const wholePath = (m: RequestMatch) => m.path?.type === 'exact' || isExpression(m.path);
  if (wholePath(a) && wholePath(b)) {
    return conditionsWin;
  }
  if (isExpression(b.path)) {
    return false;
  }
  if (isExpression(a.path)) {
    // It is as long as the path of the request: no shorter than the prefix `b`, and maybe no longer.
    return conditionsWin;
  }
  return length > other || (length === other && conditionsWin);
}

function writtenLength(path: PathCondition | undefined): number {
  return path === undefined ? 1 : (isExpression(path) ? pathExpression(path) : path.value).length;
}
