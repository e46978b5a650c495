import { withDuration } from './durations';
import { type RouteWords, stickinessWords } from './handling';
import { balancingWords } from './load-balancing';
import type { Traffic } from '../../meaning/world';

/** What holds for a Service, beside the rules of a route. */
export type TrafficWords = Pick<RouteWords, 'loadBalancing' | 'circuitBreaking' | 'rateLimit' | 'retryBudget' | 'failoverPriority' | 'stickiness'>;

export function trafficWords({ loadBalancing, circuitBreaking, rateLimit, retryBudget, failoverPriority, stickiness }: Traffic): TrafficWords {
  const { ejectionTime, interval, ...limits } = circuitBreaking ?? {};
  return {
    ...loadBalancing !== undefined && { loadBalancing: balancingWords(loadBalancing) },
    ...circuitBreaking !== undefined && { circuitBreaking: { ...limits, ...withDuration('ejectionTime', ejectionTime), ...withDuration('interval', interval) } },
    ...rateLimit !== undefined && { rateLimit: { requests: rateLimit.requests, ...withDuration('interval', rateLimit.interval) } },
    ...retryBudget !== undefined && {
      retryBudget: {
        percent: retryBudget.percent, ...withDuration('interval', retryBudget.interval), minRetriesPerSecond: retryBudget.minRetriesPerSecond,
      },
    },
    ...failoverPriority !== undefined && { failoverPriority: [...failoverPriority] },
    ...stickiness !== undefined && { stickiness: stickinessWords(stickiness) },
  };
}
