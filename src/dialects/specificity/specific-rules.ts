import { changeFrom } from './path-change';
import type { RuleConflict } from './precedence';
import { isConflict, matchesBySpecificity } from './precedence';
import type { Handling } from '../../model/handling';
import { prefixChange } from '../../model/handling';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { longestPathFirst, oneMethodEach } from '../../model/match';
import type { PortRoute, RouteRule } from '../../model/route';
import type { Manifest } from '../contract/manifest';
import { refused } from '../contract/unwritten';

/** A rule as it is written into a route. */
export interface SplitRule extends RouteRule {
  /** The rule of the model that it is, or is a part of. */
  readonly index: number;
  /** Objects to which the rule refers for what else happens to its requests. */
  readonly filters?: readonly Manifest[];
}

/** The rules of one port for APIs that take the most specific match, with one method per match. */
export function specificRules({ rules }: PortRoute, most: number): SplitRule[] | RuleConflict {
  const parts = flatMap(rules, partsOf);
  const matches = matchesBySpecificity(parts, most);
  if (isConflict(matches)) {
    return { ...matches, earlier: parts[matches.earlier].index, later: parts[matches.later].index };
  }
  return flatMap(parts, (part, i) => isRelative(part)
    ? matches[i].map(match => ({ ...part, matches: [match], handling: changedFrom(part.matches[0], part.handling, match) }))
    : [{ ...part, matches: matches[i] }]);
}

/**
 * A rule that replaces a prefix has one match there, whose prefix is replaced. So each match gets a rule of its own, the longer
 * prefix first, which would win in one rule too.
 */
function partsOf(rule: RouteRule, index: number): SplitRule[] {
  if (!isRelative(rule)) {
    return [{ index, ...rule }];
  }
  return longestPathFirst(flatMap(rule.matches, oneMethodEach)).map(match => ({ ...rule, matches: [match], index }));
}

function isRelative({ handling }: RouteRule): boolean {
  return prefixChange(handling) !== undefined;
}

/** The same change of the path for a match that says more. Where a prefix is replaced, each match has a path. */
function changedFrom(origin: RequestMatch, handling: Handling, match: RequestMatch): Handling {
  const change = <T extends Handling['rewrite'] | Handling['redirect']>(from: T): T => from?.path?.type === 'prefix'
    ? { ...from, path: changeFrom((origin.path ?? refused()).value, from.path, match.path ?? refused()) }
    : from;
  const { rewrite, redirect } = handling;
  return { ...handling, ...(rewrite && { rewrite: change(rewrite) }), ...(redirect && { redirect: change(redirect) }) };
}
