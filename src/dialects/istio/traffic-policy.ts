import { MAX_LIMIT } from './apis';
import { decimalSeconds } from './duration';
import { loadBalancer } from './load-balancer';
import type {
  DestinationRuleSpecTrafficPolicy, DestinationRuleSpecTrafficPolicyConnectionPool, DestinationRuleSpecTrafficPolicyOutlierDetection,
} from '../../../imports/istio/networking.istio.io';
import type { RouteFeature } from '../../model/features/route';
import { merged } from '../../model/fields';
import type { CircuitBreaking, RetryBudget, ServiceTraffic } from '../../model/handling';
import type { Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { elsewhere } from '../contract/unwritten';

/** The generated type spells one field in another case than the CRD. */
type OutlierDetection = Omit<Plain<DestinationRuleSpecTrafficPolicyOutlierDetection>, 'consecutive5XxErrors'> & { readonly consecutive5xxErrors: number };

export type TrafficPolicy = Omit<Plain<DestinationRuleSpecTrafficPolicy>, 'outlierDetection'> & { readonly outlierDetection?: OutlierDetection };

/** What holds for a Service as a whole. */
export const trafficPolicy = merged<ServiceTraffic, TrafficPolicy>({
  loadBalancing: said => ({ loadBalancer: loadBalancer(said) }),
  circuitBreaking: said => ({ ...connectionPool(said), ...outlierDetection(said) }),
  retryBudget: said => ({ retryBudget: budget(said) }),
  // In an EnvoyFilter.
  rateLimit: elsewhere,
});

/** The limits named after a version of HTTP hold for both. */
function connectionPool(
  { maxConnections, maxPendingRequests, maxRequests }: CircuitBreaking,
): { readonly connectionPool?: Plain<DestinationRuleSpecTrafficPolicyConnectionPool> } {
  const tcp = maxConnections !== undefined && { tcp: { maxConnections } };
  const http = {
    ...(maxPendingRequests !== undefined && { http1MaxPendingRequests: maxPendingRequests }),
    ...(maxRequests !== undefined && { http2MaxRequests: maxRequests }),
  };
  const pool = { ...tcp, ...(Object.keys(http).length > 0 && { http }) };
  return Object.keys(pool).length > 0 ? { connectionPool: pool } : {};
}

/** Failed connections count as 5xx responses. */
function outlierDetection(
  { consecutiveErrors, ejectionTime, maxEjectionPercent }: CircuitBreaking,
): { readonly outlierDetection?: OutlierDetection } {
  return consecutiveErrors === undefined ? {} : {
    outlierDetection: {
      consecutive5xxErrors: consecutiveErrors,
      ...(ejectionTime !== undefined && { baseEjectionTime: decimalSeconds(ejectionTime) }),
      ...(maxEjectionPercent !== undefined && { maxEjectionPercent }),
    },
  };
}

/** As istiod itself reads the budget of Gateway API: a number of retries under way in place of retries per second. */
function budget({ percent, interval, minRetriesPerSecond }: RetryBudget) {
  return { percent, budgetInterval: decimalSeconds(interval), minRetryConcurrency: minRetriesPerSecond };
}

export function trafficRefusals({ circuitBreaking = {} }: ServiceTraffic): Refusal<RouteFeature>[] {
  const { maxConnections, maxPendingRequests, maxRequests } = circuitBreaking;
  return [maxConnections, maxPendingRequests, maxRequests].some(limit => limit !== undefined && limit > MAX_LIMIT) ? [{
    feature: 'ConnectionLimits',
    reason: `a DestinationRule allows limits up to ${MAX_LIMIT}`,
    remedy: 'Leave it out: a limit this high limits nothing',
  }] : [];
}
