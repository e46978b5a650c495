import { MAX_MATCHES_PER_ROUTE, MAX_MATCHES_PER_RULE } from './apis';
import type { RuleConflict } from './precedence';
import { matchesBySpecificity } from './precedence';
import type { RequestMatch } from '../../model/match';
import type { PortRoute, WeightedBackend } from '../../model/route';

/** A rule as it is written into a route. */
export interface SplitRule {
  readonly matches: readonly RequestMatch[];
  readonly backends: readonly WeightedBackend[];
}

/** The rules of one port in the words of Gateway API: by specificity, with one method per match, and no list too long. */
export function routeRules({ rules }: PortRoute): SplitRule[] | RuleConflict {
  const matches = matchesBySpecificity(rules, MAX_MATCHES_PER_ROUTE);
  return 'earlier' in matches ? matches : rules.flatMap(({ backends }, i) =>
    chunks(matches[i], MAX_MATCHES_PER_RULE).map(chunk => ({ matches: chunk, backends })));
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
