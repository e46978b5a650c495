import { MAX_MATCHES } from './apis';
import type { RouteFeature } from '../../model/features/route';
import { flatMap } from '../../model/lists';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Refusal } from '../contract/refusal';
import { isConflict } from '../specificity/precedence';
import { specificRules } from '../specificity/specific-rules';

/**
 * Redirects that replace a prefix, if the order of rules needs a match on an exact path below the prefix: that match replaces the
 * whole path, and then Linkerd drops the query.
 */
export function lostQueries({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(ports, port => port.rules.some((_, i) => replacesPrefix(port, i)) ? wholePaths(port) : []);
}

function wholePaths(port: PortRoute): Refusal<RouteFeature>[] {
  const rules = specificRules(port, MAX_MATCHES);
  if (isConflict(rules)) {
    return [];
  }
  const whole = rules.filter(({ index, handling: { redirect } }) => replacesPrefix(port, index) && redirect?.path?.type === 'full');
  return [...new Set(whole.map(({ index }) => index))].map(ruleIndex => ({
    feature: 'RequestRedirect',
    port: port.port,
    ruleIndex,
    reason: 'a later rule matches paths below the prefix, exactly or by an expression, and the redirect that would have to go before it loses the query in Linkerd',
    remedy: 'Put that rule before the redirect, or give it prefixes',
  }));
}

function replacesPrefix({ rules }: PortRoute, rule: number): boolean {
  return rules[rule].handling.redirect?.path?.type === 'prefix';
}
