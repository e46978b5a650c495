import type { RouteFeature } from '../../model/features/route';
import { flatMap } from '../../model/lists';
import type { RouteModel } from '../../model/route';
import type { Refusal } from '../contract/refusal';
import { unnamedInWords, unnamedStatusCodes } from '../proxies/go-status-codes';

/** Retries on status codes that have no name in Go: istiod takes them for retry conditions of Envoy, and Envoy does not know these. */
export function statusCodeRefusals({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(ports, ({ port, rules }) => flatMap(rules, ({ handling: { retries } }, ruleIndex) => {
    const unknown = unnamedStatusCodes(retries?.statusCodes ?? []);
    return unknown.length === 0 ? [] : [{
      feature: 'HTTPRouteRetry' as const,
      port,
      ruleIndex,
      reason: `Istio does not know the status ${unknown.length === 1 ? 'code' : 'codes'} ${unnamedInWords(unknown)}`,
      remedy: 'Use codes that HTTP has a name for, like 503',
    }];
  }));
}
