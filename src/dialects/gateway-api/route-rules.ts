import { MAX_MATCHES_PER_ROUTE, MAX_MATCHES_PER_RULE } from './apis';
import { flatMap } from '../../model/lists';
import type { PortRoute } from '../../model/route';
import { chunks } from '../contract/chunks';
import type { RuleConflict } from '../specificity/precedence';
import { isConflict } from '../specificity/precedence';
import type { SplitRule } from '../specificity/specific-rules';
import { specificRules } from '../specificity/specific-rules';

/** The rules of one port for Gateway API: by specificity, with one method in each match, and no list too long. */
export function routeRules(port: PortRoute): SplitRule[] | RuleConflict {
  const rules = specificRules(port, MAX_MATCHES_PER_ROUTE);
  return isConflict(rules) ? rules : flatMap(rules, rule => rule.matches.length <= MAX_MATCHES_PER_RULE
    ? [rule]
    : chunks(rule.matches, MAX_MATCHES_PER_RULE).map(matches => ({ ...rule, matches })));
}
