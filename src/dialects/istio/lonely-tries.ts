import type { RouteFeature } from '../../model/features/route';
import { flatMap } from '../../model/lists';
import type { RouteModel } from '../../model/route';
import type { Refusal } from '../contract/refusal';

/** Timeouts of a try beside `attempts: 0`: istiod writes them into the retries, and then there are none. */
export function lonelyTries({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(ports, ({ port, rules }) => flatMap(rules, ({ handling: { timeouts, retries } }, ruleIndex): Refusal<RouteFeature>[] =>
    !timeouts?.backendRequest || retries?.attempts !== 0 ? [] : [{
      feature: 'HTTPRouteBackendTimeout',
      port,
      ruleIndex,
      reason: 'Istio drops the timeout of single tries where there are no retries',
      remedy: 'Use `request`: there is only one try',
    }]));
}
