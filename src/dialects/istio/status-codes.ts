import type { RouteFeature } from '../../model/features/route';
import type { RouteModel } from '../../model/route';
import type { Refusal } from '../contract/refusal';

/** Status codes that have a name in Go. istiod takes any other code for a retry condition of Envoy, and Envoy does not know that condition. */
const isKnown = (code: number) => (code <= 418 || [421, 422, 423, 424, 425, 426, 428, 429, 431, 451].includes(code) || code >= 500)
  && (code <= 508 || code === 510 || code === 511);

/** Retries on status codes that istiod does not know. */
export function statusCodeRefusals({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return ports.flatMap(({ port, rules }) => rules.flatMap(({ handling: { retries } }, ruleIndex) => {
    const unknown = retries?.statusCodes.filter(code => !isKnown(code)) ?? [];
    return unknown.length === 0 ? [] : [{
      feature: 'HTTPRouteRetry' as const,
      port,
      ruleIndex,
      reason: `Istio does not know the status ${unknown.length === 1 ? 'code' : 'codes'} ${unknown.join(', ')}`,
      remedy: 'Use codes that HTTP has a name for, like 503',
    }];
  }));
}
