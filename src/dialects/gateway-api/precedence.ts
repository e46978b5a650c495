import type { RequestMatch } from '../../model/match';
import { ANY_REQUEST, intersect, isAnyRequest, matchKey, oneMethodEach } from '../../model/match';
import { pathRegex } from '../../model/path';
import type { RouteRule } from '../../model/route';

/** Two rules of which no manifest can say that the first comes before the second. */
export interface RuleConflict {
  readonly earlier: number;
  readonly later: number;
}

/**
 * The model takes the first rule that matches; Gateway API takes the most specific match, and the order of rules only
 * between equals. Where a later rule would win a request that an earlier one matches too, the earlier rule gets a match
 * of its own for what both have in common: it is more specific than either, so it wins.
 *
 * Returns the matches of each rule, each with one method at most, or the rules that cannot be told apart.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export function matchesBySpecificity(rules: readonly RouteRule[], most: number): RequestMatch[][] | RuleConflict {
  const matches = rules.map(rule => rule.matches.length === 0 ? [ANY_REQUEST] : rule.matches.flatMap(oneMethodEach));
  const outcomes = rules.map(rule => JSON.stringify([rule.name, rule.backends, rule.handling]));
  for (let grown = true; grown && matches.flat().length <= most;) {
    grown = false;
    for (let later = 1; later < rules.length; later++) {
      for (let earlier = 0; earlier < later; earlier++) {
        if (outcomes[earlier] === outcomes[later]) {
          continue;
        }
        const claims = claimsOn(matches[earlier], matches[later]);
        if (claims === 'conflict') {
          return { earlier, later };
        }
        matches[earlier].push(...claims);
        grown ||= claims.length > 0;
      }
    }
  }
  return matches;
}

/** The matches that the earlier rule lacks to win every request that both rules match. */
function claimsOn(earlier: readonly RequestMatch[], later: readonly RequestMatch[]): RequestMatch[] | 'conflict' {
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
      if (common === 'unknown' || matchKey(common) === matchKey(a)) {
        return 'conflict';
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
function alwaysWins(a: RequestMatch, b: RequestMatch): boolean {
  // Implementations put a rule that takes every request last; see the rendering of it in http-route.ts.
  return isAnyRequest(b) || (winsBySpecification(a, b) && winsInLinkerd(a, b));
}

/** By kind and length of the path, method, headers, query; Istio puts regular expressions below prefixes. */
function winsBySpecification(a: RequestMatch, b: RequestMatch): boolean {
  const rank = { exact: 3, prefix: 2, template: 1, regex: 1 };
  const keys = (m: RequestMatch) => [rank[m.path?.type ?? 'prefix'], textOf(m).length, ...conditionCounts(m, 'method first')];
  return notLess(keys(a), keys(b));
}

/** The path as it is written; a template is a regular expression there. */
function textOf({ path }: RequestMatch): string {
  return path === undefined ? '/' : path.type === 'template' ? pathRegex(path) : path.value;
}

/** By how much of the path is matched, whatever the kind of match, then headers, query, method. */
function winsInLinkerd(a: RequestMatch, b: RequestMatch): boolean {
  const [length, other] = [a, b].map(m => m.path?.value.length ?? 1);
  const conditionsWin = notLess(conditionCounts(a, 'method last'), conditionCounts(b, 'method last'));
  const expression = (m: RequestMatch) => m.path?.type === 'template' || m.path?.type === 'regex';
  const wholePath = (m: RequestMatch) => m.path?.type === 'exact' || expression(m);
  if (wholePath(a) && wholePath(b)) {
    return conditionsWin;
  }
  if (expression(b)) {
    return false;
  }
  if (expression(a)) {
    // It is as long as the path of the request: no shorter than the prefix `b`, and maybe no longer.
    return conditionsWin;
  }
  return length > other || (length === other && conditionsWin);
}

function conditionCounts(match: RequestMatch, order: 'method first' | 'method last'): number[] {
  const method = match.methods.length;
  const others = [match.headers.length, match.query.length];
  return order === 'method first' ? [method, ...others] : [...others, method];
}

function notLess(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((n, k) => n !== b[k]);
  return i === -1 || a[i] > b[i];
}
