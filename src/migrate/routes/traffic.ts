import { withDuration } from './durations';
import { type RouteWords, stickinessWords } from './handling';
import { balancingWords } from './load-balancing';
import type { FailoverTarget, RateLimitAnswer } from '../../index';
import type { Traffic } from '../../meaning/world';
import type { Connections } from '../../model/handling';
import type { Written } from '../program';

/** What holds for a Service, beside the rules of a route. */
export type TrafficWords = Pick<RouteWords,
| 'loadBalancing'
| 'circuitBreaking'
| 'connections'
| 'rateLimit'
| 'retryBudget'
| 'failoverPriority'
| 'failoverRegions'
| 'failover'
| 'stickiness'
>;

/** @param substitutes - what stands in, as the program has it */
export function trafficWords(traffic: Omit<Traffic, 'failover'>, substitutes: readonly Written<FailoverTarget>[]): TrafficWords {
  const { loadBalancing, circuitBreaking, connections, rateLimit, retryBudget, failoverPriority, failoverRegions, stickiness } = traffic;
  const { ejectionTime, interval, ...limits } = circuitBreaking ?? {};
  return {
    ...loadBalancing !== undefined && { loadBalancing: balancingWords(loadBalancing) },
    ...circuitBreaking !== undefined && { circuitBreaking: { ...limits, ...withDuration('ejectionTime', ejectionTime), ...withDuration('interval', interval) } },
    ...connections !== undefined && { connections: connectionWords(connections) },
    ...rateLimit !== undefined && { rateLimit: { requests: rateLimit.requests, ...withDuration('interval', rateLimit.interval), ...answerWords(rateLimit.answer) } },
    ...retryBudget !== undefined && {
      retryBudget: {
        percent: retryBudget.percent, ...withDuration('interval', retryBudget.interval), minRetriesPerSecond: retryBudget.minRetriesPerSecond,
      },
    },
    ...failoverPriority !== undefined && { failoverPriority: [...failoverPriority] },
    ...failoverRegions !== undefined && { failoverRegions: { ...failoverRegions } },
    ...substitutes.length > 0 && { failover: [...substitutes] },
    ...stickiness !== undefined && { stickiness: stickinessWords(stickiness) },
  };
}

function connectionWords({ connectTimeout, idleTimeout, maxDuration, keepalive, ...others }: Connections): NonNullable<TrafficWords['connections']> {
  return {
    ...others,
    ...withDuration('connectTimeout', connectTimeout),
    ...withDuration('idleTimeout', idleTimeout),
    ...withDuration('maxDuration', maxDuration),
    ...keepalive !== undefined && {
      keepalive: {
        ...withDuration('time', keepalive.time),
        ...withDuration('interval', keepalive.interval),
        ...keepalive.probes !== undefined && { probes: keepalive.probes },
      },
    },
  };
}

function answerWords(answer: NonNullable<Traffic['rateLimit']>['answer']): { readonly answer?: Written<RateLimitAnswer> } {
  if (answer === undefined) return {};
  const { statusCode, headers } = answer;
  return {
    answer: {
      ...statusCode !== undefined && { statusCode },
      ...headers.length > 0 && { headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) },
    },
  };
}
