import type { HeldByPorts } from './by-port';
import { withDuration } from './durations';
import { type RouteWords, stickinessWords } from './handling';
import { balancingWords } from './load-balancing';
import type { FailoverTarget, Identity, PortTraffic, RateLimitAnswer, TcpKeepalive } from '../../index';
import type { Traffic } from '../../meaning/world';
import type { IdentitySource, SourceFields } from '../../model/access';
import { byKind } from '../../model/by-kind';
import type { Fields } from '../../model/fields';
import type { CircuitBreaking, Connections, DETECTORS, Keepalive, LimitAnswer, LimitRule, LIMITS, RateLimit, RetryBudget } from '../../model/handling';
import { call, type Node, type Written } from '../program';

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
  return {
    ...loadBalancing !== undefined && { loadBalancing: balancingWords(loadBalancing) },
    ...circuitBreaking !== undefined && { circuitBreaking: breakingWords(circuitBreaking) },
    ...connections !== undefined && { connections: connectionWords(connections) },
    ...rateLimit !== undefined && { rateLimit: limitWords(rateLimit) },
    ...retryBudget !== undefined && { retryBudget: budgetWords(retryBudget) },
    ...failoverPriority !== undefined && { failoverPriority: [...failoverPriority] },
    ...failoverRegions !== undefined && { failoverRegions: { ...failoverRegions } },
    ...substitutes.length > 0 && { failover: [...substitutes] },
    ...stickiness !== undefined && { stickiness: stickinessWords(stickiness) },
  };
}

/** The same of some of its ports. */
export function portTrafficWords(
  { ports, traffic: { circuitBreaking, connections } }: HeldByPorts['ofPorts'][number],
): Exclude<Written<PortTraffic>, { readonly by: unknown }> {
  return {
    ports: [...ports],
    ...circuitBreaking !== undefined && { circuitBreaking: breakingWords(circuitBreaking) },
    ...connections !== undefined && { connections: connectionWords(connections) },
  };
}

function budgetWords(
  { percent, interval, minRetriesPerSecond }: Fields<RetryBudget, 'percent' | 'interval' | 'minRetriesPerSecond'>,
): NonNullable<TrafficWords['retryBudget']> {
  return { percent, ...withDuration('interval', interval), minRetriesPerSecond };
}

type SaidOfCircuits = Fields<
  CircuitBreaking, typeof DETECTORS[number] | typeof LIMITS[number] | 'ejectionTime' | 'interval' | 'minHealthPercent' | 'maxEjectionPercent'
>;

function breakingWords({ ejectionTime, interval, ...limits }: SaidOfCircuits): NonNullable<TrafficWords['circuitBreaking']> {
  return { ...limits, ...withDuration('ejectionTime', ejectionTime), ...withDuration('interval', interval) };
}

type SaidOfConnections = Fields<
  Connections, 'connectTimeout' | 'idleTimeout' | 'maxDuration' | 'keepalive' | 'maxRequestsPerConnection' | 'maxConcurrentStreams' | 'http2'
>;

function connectionWords(
  { connectTimeout, idleTimeout, maxDuration, keepalive, ...others }: SaidOfConnections,
): NonNullable<TrafficWords['connections']> {
  return {
    ...others,
    ...withDuration('connectTimeout', connectTimeout),
    ...withDuration('idleTimeout', idleTimeout),
    ...withDuration('maxDuration', maxDuration),
    ...keepalive !== undefined && { keepalive: keepaliveWords(keepalive) },
  };
}

function keepaliveWords(
  { time, interval, probes }: Fields<Keepalive, 'time' | 'interval' | 'probes'>,
): Written<TcpKeepalive> {
  return { ...withDuration('time', time), ...withDuration('interval', interval), ...probes !== undefined && { probes } };
}

/** Rules that are read are of clients: no mesh that is read tells requests apart. */
function limitWords({ requests, rules = [], interval, answer }: Fields<RateLimit, 'requests' | 'rules' | 'interval' | 'answer'>): NonNullable<TrafficWords['rateLimit']> {
  return {
    ...requests !== undefined && { requests },
    ...rules.length > 0 && {
      rules: rules.map(({ sources, perClient, requests: most }: Fields<LimitRule, 'sources' | 'perClient' | 'requests', 'matches'>) => ({
        ...sources.length > 0 && { sources: sources.map(source => identityWords(source)) }, ...perClient && { perClient }, requests: most,
      })),
    },
    ...withDuration('interval', interval),
    ...answerWords(answer),
  };
}

const identityWords = byKind<IdentitySource, Node<Identity>>({
  serviceAccount: ({ name, namespace }: SourceFields<'serviceAccount', 'name' | 'namespace'>) => call('Identity', 'serviceAccount', name, namespace),
  namespace: ({ name }: SourceFields<'namespace', 'name'>) => call('Identity', 'namespace', name),
  spiffeId: ({ id }: SourceFields<'spiffeId', 'id'>) => call('Identity', 'spiffeId', id),
});

function answerWords(answer: NonNullable<Traffic['rateLimit']>['answer']): { readonly answer?: Written<RateLimitAnswer> } {
  if (answer === undefined) return {};
  const { statusCode, headers }: Fields<LimitAnswer, 'statusCode' | 'headers'> = answer;
  return {
    answer: {
      ...statusCode !== undefined && { statusCode },
      ...headers.length > 0 && { headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) },
    },
  };
}
