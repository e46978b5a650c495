import { MAX_LIMIT } from './apis';
import { decimalSeconds } from './duration';
import { loadBalancer } from './load-balancer';
import type {
  DestinationRuleSpecTrafficPolicy, DestinationRuleSpecTrafficPolicyConnectionPool, DestinationRuleSpecTrafficPolicyOutlierDetection,
  DestinationRuleSpecTrafficPolicyPortLevelSettings,
} from '../../../imports/istio/networking.istio.io';
import type { RouteFeature } from '../../model/features/route';
import type { Fields } from '../../model/fields';
import { merged } from '../../model/fields';
import type { CircuitBreaking, Connections, DETECTORS, Keepalive, LIMITS, RetryBudget, ServiceTraffic } from '../../model/handling';
import { isWatching, limitsOf } from '../../model/handling';
import { flatMap } from '../../model/lists';
import type { RouteModel } from '../../model/route';
import type { Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { elsewhere, refused } from '../contract/unwritten';

/** The generated type spells one field in another case than the CRD. */
type OutlierDetection = Omit<Plain<DestinationRuleSpecTrafficPolicyOutlierDetection>, 'consecutive5XxErrors'> & { readonly consecutive5xxErrors: number };

type PortPolicy = Omit<Plain<DestinationRuleSpecTrafficPolicyPortLevelSettings>, 'outlierDetection'> & { readonly outlierDetection?: OutlierDetection };

export type TrafficPolicy = Omit<Plain<DestinationRuleSpecTrafficPolicy>, 'outlierDetection' | 'portLevelSettings'>
  & { readonly outlierDetection?: OutlierDetection; readonly portLevelSettings?: PortPolicy[] };

/** What holds for a Service as a whole. */
export function trafficPolicy(traffic: ServiceTraffic): TrafficPolicy {
  const { failoverPriority, failoverRegions } = traffic;
  const policy = { ...ofFields(traffic), ...connectionPool(traffic) };
  if (failoverPriority === undefined && failoverRegions === undefined) return policy;
  const localityLbSetting = {
    enabled: true,
    ...(failoverPriority && { failoverPriority: [...failoverPriority] }),
    ...(failoverRegions && { failover: Object.entries(failoverRegions).map(([from, to]) => ({ from, to })) }),
  };
  return { ...policy, loadBalancer: { ...policy.loadBalancer, localityLbSetting } };
}

/** What stands in place of a whole policy, for one port: it inherits nothing, and there is no retry budget in it (`portLevelSettings`). */
export function ofPort(port: number, { retryBudget, ...policy }: TrafficPolicy): PortPolicy {
  return retryBudget === undefined ? { port: { number: port }, ...policy } : refused();
}

const ofFields = merged<ServiceTraffic, TrafficPolicy>({
  loadBalancing: said => ({ loadBalancer: loadBalancer(said) }),
  circuitBreaking: outlierDetection,
  // In the connection pool.
  connections: elsewhere,
  retryBudget: said => ({ retryBudget: budget(said) }),
  // In an EnvoyFilter.
  rateLimit: elsewhere,
  // In the load balancer.
  failoverPriority: elsewhere,
  failoverRegions: elsewhere,
  failover: refused,
});

type Pool = Plain<DestinationRuleSpecTrafficPolicyConnectionPool>;
type Tcp = NonNullable<Pool['tcp']>;
type Http = NonNullable<Pool['http']>;

function connectionPool({ circuitBreaking = {}, connections = {} }: Pick<ServiceTraffic, 'circuitBreaking' | 'connections'>): { readonly connectionPool?: Pool } {
  const limits = poolLimits(circuitBreaking);
  const [tcp, http] = [{ ...limits.tcp, ...tcpSettings(connections) }, { ...limits.http, ...httpSettings(connections) }];
  const pool = { ...(Object.keys(tcp).length > 0 && { tcp }), ...(Object.keys(http).length > 0 && { http }) };
  return Object.keys(pool).length > 0 ? { connectionPool: pool } : {};
}

/** The limits named after a version of HTTP hold for both. */
function poolLimits(
  { maxConnections, maxPendingRequests, maxRequests, maxRetries }: Fields<CircuitBreaking, Limit, Watched>,
): { readonly tcp: Tcp; readonly http: Http } {
  return {
    tcp: { ...(maxConnections !== undefined && { maxConnections }) },
    http: {
      ...(maxPendingRequests !== undefined && { http1MaxPendingRequests: maxPendingRequests }),
      ...(maxRequests !== undefined && { http2MaxRequests: maxRequests }),
      ...(maxRetries !== undefined && { maxRetries }),
    },
  };
}

type Limit = typeof LIMITS[number];
type Watched = typeof DETECTORS[number] | 'ejectionTime' | 'interval' | 'minHealthPercent' | 'maxEjectionPercent';

/** Where `http` says nothing of it, the time of idle connections holds for those of requests, too (`applyConnectionPool` of istiod); it alone can be 0. */
function tcpSettings({ connectTimeout, idleTimeout, maxDuration, keepalive }: Fields<Connections, OfTcp, OfHttp>): Tcp {
  return {
    ...(connectTimeout !== undefined && { connectTimeout: decimalSeconds(connectTimeout) }),
    ...(idleTimeout !== undefined && { idleTimeout: decimalSeconds(idleTimeout) }),
    ...(maxDuration !== undefined && { maxConnectionDuration: decimalSeconds(maxDuration) }),
    ...(keepalive && { tcpKeepalive: tcpKeepalive(keepalive) }),
  };
}

type OfTcp = 'connectTimeout' | 'idleTimeout' | 'maxDuration' | 'keepalive';
type OfHttp = 'maxRequestsPerConnection' | 'maxConcurrentStreams' | 'http2';

const tcpKeepalive = merged<Keepalive, NonNullable<Tcp['tcpKeepalive']>>({
  time: time => ({ time: decimalSeconds(time) }),
  interval: interval => ({ interval: decimalSeconds(interval) }),
  probes: probes => ({ probes }),
});

function httpSettings({ maxRequestsPerConnection, maxConcurrentStreams, http2 }: Fields<Connections, OfHttp, OfTcp>): Http {
  return {
    ...(maxRequestsPerConnection !== undefined && { maxRequestsPerConnection }),
    ...(maxConcurrentStreams !== undefined && { maxConcurrentStreams }),
    ...(http2 !== undefined && { h2UpgradePolicy: http2 ? 'UPGRADE' : 'DO_NOT_UPGRADE' }),
  };
}

/** 0 turns a detector off that Envoy has by default. Failed connections count as 5xx responses, unless they are split from them. */
function outlierDetection(said: CircuitBreaking): { readonly outlierDetection?: OutlierDetection } {
  if (!isWatching(said)) {
    return {};
  }
  const {
    consecutiveErrors = 0, consecutiveGatewayErrors, consecutiveConnectionFailures, ejectionTime, interval, maxEjectionPercent, minHealthPercent,
  }: Fields<CircuitBreaking, Watched, Limit> = said;
  return {
    outlierDetection: {
      consecutive5xxErrors: consecutiveErrors,
      ...(consecutiveGatewayErrors !== undefined && { consecutiveGatewayErrors }),
      ...(consecutiveConnectionFailures !== undefined && {
        splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: consecutiveConnectionFailures,
      }),
      ...(ejectionTime !== undefined && { baseEjectionTime: decimalSeconds(ejectionTime) }),
      ...(interval !== undefined && { interval: decimalSeconds(interval) }),
      ...(maxEjectionPercent !== undefined && { maxEjectionPercent }),
      ...(minHealthPercent !== undefined && { minHealthPercent }),
    },
  };
}

/** As istiod itself reads the budget of Gateway API: a number of retries under way in place of retries per second. */
function budget({ percent, interval, minRetriesPerSecond }: Fields<RetryBudget, 'percent' | 'interval' | 'minRetriesPerSecond'>) {
  return { percent, budgetInterval: decimalSeconds(interval), minRetryConcurrency: minRetriesPerSecond };
}

export function trafficRefusals({ ports, traffic }: RouteModel): Refusal<RouteFeature>[] {
  const all = flatMap([traffic, ...ports.map(port => port.traffic)], said => said?.circuitBreaking ?? []);
  const limits = flatMap(all, limitsOf);
  return limits.some(limit => limit > MAX_LIMIT) ? [{
    feature: 'ConnectionLimits',
    reason: `a DestinationRule allows limits up to ${MAX_LIMIT}`,
    remedy: 'Leave it out: a limit this high limits nothing',
  }] : [];
}
