import type { RouteFeature } from '../../model/features/route';
import type { PortRoute } from '../../model/route';
import type { Refusal } from '../contract/refusal';

/** What a mesh refuses of rules that leave some requests: it sends these to the Service itself. */
export function restRefusals(mesh: string, { port, rules }: PortRoute): Refusal<RouteFeature>[] {
  return rules[rules.length - 1].matches.length === 0 ? [] : rules.map((_, ruleIndex) => ({
    feature: 'OrderedRules',
    port,
    ruleIndex,
    reason: `${mesh} sends requests that match no rule to the Service itself, where Gateway API fails them`,
    remedy: 'Add a last rule without matches',
  }));
}
