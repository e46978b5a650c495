import { milliseconds, millisecondsOf } from './duration';
import type { LoadBalancing, Outcome, Policies, PolicyContext, Traffic } from './outcome';
import { toService } from './outcome';
import { limitedByEnvoyFilters } from './rate-limits';
import type { RouteRequest, ServicePort } from './request';
import { hasRequests } from './request';
import { only } from '../fields';
import { Unknown } from '../unknown';

/**
 * The policy for a port of a Service: of the DestinationRule in the namespace of the client, or else in that of the Service. Settings for the port
 * stand in place of those for all, of which they inherit nothing (`GetPortLevelTrafficPolicy` in `pilot/pkg/networking/util/util.go`).
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/
 */
function policyFor(manifests: readonly any[], to: ServicePort, request: RouteRequest): any {
  const { trafficPolicy = {} } = ruleFor(manifests, to, request);
  const { portLevelSettings = [], ...ofAll } = only(trafficPolicy, 'connectionPool', 'outlierDetection', 'loadBalancer', 'retryBudget', 'portLevelSettings');
  const ofPort = portLevelSettings.find(({ port }: any) => port.number === to.port);
  return ofPort === undefined ? ofAll : only(ofPort, 'port', 'connectionPool', 'outlierDetection', 'loadBalancer');
}

/** The labels of the pods that a subset is; where there is none, Envoy has no cluster. */
export function subsetLabels(manifests: readonly any[], to: ServicePort, name: string, request: RouteRequest): Readonly<Record<string, string>> {
  const found = (ruleFor(manifests, to, request).subsets ?? []).find((one: any) => one.name === name);
  if (found === undefined) {
    throw new Unknown(`there is no subset ${name}`);
  }
  return only(found, 'name', 'labels').labels;
}

/** Where no configuration of the mesh says otherwise. */
const ROOT_NAMESPACE = 'istio-system';

/**
 * Of the namespace of the proxy, then of that of the Service, then of the root, in which one that others see is for nobody first. Of the hosts of a
 * namespace, the most specific counts, whether the client sees it or not (`destinationRule` in `pilot/pkg/model/push_context.go`).
 */
function ruleFor(manifests: readonly any[], { service, namespace }: ServicePort, { client }: RouteRequest): any {
  const name = `${service}.${namespace}.svc.cluster.local`;
  const hostOf = ({ metadata, spec }: any): string => spec.host === service && metadata.namespace === namespace ? name : spec.host;
  const isMeant = (host: string) => host.startsWith('*') ? name.endsWith(host.slice(1)) : host === name;
  const rules = manifests.filter(one => one.kind === 'DestinationRule' && isMeant(hostOf(one)));
  const isPrivate = ({ metadata, spec: { exportTo = ['*'] } }: any) => exportTo.every((one: string) => one === '.' || one === metadata.namespace);
  const isSeen = ({ metadata, spec: { exportTo = ['*'] } }: any) =>
    exportTo.some((one: string) => one === '*' || (one === '.' ? metadata.namespace : one) === client.namespace);
  const ofClient = rules.filter(one => one.metadata.namespace === client.namespace && isSeen(one));
  const own = client.namespace === ROOT_NAMESPACE ? ofClient.filter(isPrivate) : ofClient;
  const exportedFrom = (home: string) => rules.filter(one => one.metadata.namespace === home && !isPrivate(one));
  const exported = [namespace, ROOT_NAMESPACE].map(home => mostSpecific(exportedFrom(home), hostOf).filter(isSeen));
  for (const [rule, ...others] of [mostSpecific(own, hostOf), ...exported]) {
    if (others.length > 0) {
      throw new Unknown(`${others.length + 1} DestinationRules for ${namespace}/${service}`);
    }
    if (rule !== undefined) {
      return only(rule.spec, 'host', 'trafficPolicy', 'subsets', 'exportTo');
    }
  }
  return {};
}

function mostSpecific(rules: readonly any[], hostOf: (rule: any) => string): any[] {
  const rank = (host: string) => host.startsWith('*') ? host.length : Infinity;
  const best = Math.max(...rules.map(one => rank(hostOf(one))));
  return rules.filter(one => rank(hostOf(one)) === best);
}

/** What sidecars of clients, and those of the pods, hold to. */
export function trafficOfIstio(manifests: readonly any[], to: ServicePort, request: RouteRequest): Traffic {
  return { ...trafficByDestinationRules(manifests, to, request), ...limitedByEnvoyFilters(manifests, to, request) };
}

function trafficByDestinationRules(manifests: readonly any[], to: ServicePort, request: RouteRequest): Traffic {
  const { connectionPool = {}, outlierDetection, loadBalancer = {}, retryBudget } = policyFor(manifests, to, request);
  const { tcp = {}, http = {} } = only(connectionPool, 'tcp', 'http');
  const { http1MaxPendingRequests, http2MaxRequests, maxRetries, ...ofHttp } = http;
  const { maxConnections, ...ofTcp } = tcp;
  const connections = connectionsBy(ofTcp, ofHttp, request);
  const circuitBreaking = defined({
    ...watchedBy(outlierDetection),
    maxConnections,
    maxPendingRequests: http1MaxPendingRequests,
    maxRequests: http2MaxRequests,
    maxRetries,
  });
  const loadBalancing = balancedBy(loadBalancer);
  return {
    ...(loadBalancing && { loadBalancing }),
    ...failoverBy(loadBalancer.localityLbSetting, outlierDetection),
    ...(Object.keys(circuitBreaking).length > 0 && { circuitBreaking }),
    ...(Object.keys(connections).length > 0 && { connections }),
    ...(retryBudget && {
      retryBudget: {
        percent: retryBudget.percent,
        interval: millisecondsOf(retryBudget.budgetInterval),
        minRetriesPerSecond: retryBudget.minRetryConcurrency,
      },
    }),
  };
}

/** What `http` says of idle connections is for those that carry requests, which else hold to `tcp` (`applyConnectionPool` of istiod). */
function connectionsBy(tcp: any, http: any, request: RouteRequest): Record<string, unknown> {
  const { connectTimeout, idleTimeout, maxConnectionDuration, tcpKeepalive } = only(tcp, 'connectTimeout', 'idleTimeout', 'maxConnectionDuration', 'tcpKeepalive');
  const { maxRequestsPerConnection, maxConcurrentStreams, h2UpgradePolicy, idleTimeout: ofRequests } =
    only(http, 'maxRequestsPerConnection', 'maxConcurrentStreams', 'h2UpgradePolicy', 'idleTimeout');
  const { time, interval, probes } = only(tcpKeepalive ?? {}, 'time', 'interval', 'probes');
  const idle = hasRequests(request) ? ofRequests ?? idleTimeout : idleTimeout;
  return {
    ...milliseconds({ connectTimeout, idleTimeout: idle, maxDuration: maxConnectionDuration }),
    ...(tcpKeepalive && { keepalive: { ...milliseconds({ time, interval }), ...defined({ probes }) } }),
    ...defined({ maxRequestsPerConnection, maxConcurrentStreams }),
    ...(['UPGRADE', 'DO_NOT_UPGRADE'].includes(h2UpgradePolicy) && { http2: h2UpgradePolicy === 'UPGRADE' }),
  };
}

/** Without a word, Envoy takes out a pod after five errors; 0 is none. Failed connections are counted apart only where they are split. */
function watchedBy(detection: any): Record<string, number | undefined> {
  if (detection === undefined) {
    return {};
  }
  const { consecutive5xxErrors = 5, consecutiveGatewayErrors, ...watched } = detection;
  const { splitExternalLocalOriginErrors = false, consecutiveLocalOriginFailures, ...others } = watched;
  const { baseEjectionTime, interval, maxEjectionPercent, minHealthPercent } =
    only(others, 'baseEjectionTime', 'interval', 'maxEjectionPercent', 'minHealthPercent');
  return {
    consecutiveErrors: consecutive5xxErrors || undefined,
    consecutiveGatewayErrors: consecutiveGatewayErrors || undefined,
    consecutiveConnectionFailures: splitExternalLocalOriginErrors ? consecutiveLocalOriginFailures || 5 : undefined,
    ...milliseconds({ ejectionTime: baseEjectionTime, interval }),
    maxEjectionPercent,
    minHealthPercent,
  };
}

const SIMPLE: Readonly<Record<string, LoadBalancing['kind']>> = { ROUND_ROBIN: 'roundRobin', LEAST_REQUEST: 'leastRequest', RANDOM: 'random' };

/** Without outlier detection it says nothing (`ApplyToCluster` in `pilot/pkg/networking/core/loadbalancer/loadbalancer.go`). */
function failoverBy(setting: any, outlierDetection: any): Pick<Traffic, 'failoverPriority' | 'failoverRegions'> {
  const { enabled = true, failoverPriority, failover } = only(setting ?? {}, 'enabled', 'failoverPriority', 'failover');
  if (!enabled || outlierDetection === undefined) {
    return {};
  }
  const regions: readonly (readonly [string, string])[] = (failover ?? []).map((one: any) => [one.from, one.to]);
  if (regions.some(([from, to]) => from === to)) {
    throw new Unknown('Istio refuses a region that stands in for itself');
  }
  // The first line for a region counts.
  const failoverRegions = Object.fromEntries([...regions].reverse());
  return { ...(failoverPriority && { failoverPriority }), ...(regions.length > 0 && { failoverRegions }) };
}

/** How pods are picked, unless by a cookie that the proxy sets. */
function balancedBy(balancer: any): LoadBalancing | undefined {
  const { simple, warmup = {}, consistentHash } = only(balancer, 'simple', 'warmup', 'consistentHash', 'localityLbSetting');
  if (simple !== undefined) {
    return { kind: SIMPLE[simple], ...milliseconds({ warmUp: only(warmup, 'duration').duration }) };
  }
  if (consistentHash === undefined || consistentHash.httpCookie?.ttl !== undefined) {
    return undefined;
  }
  const { maglev, ringHash, ...key } = consistentHash;
  return {
    kind: maglev === undefined ? 'ringHash' : 'maglev',
    key: hashed(key),
    ...(ringHash && { minimumRingSize: only(ringHash, 'minimumRingSize').minimumRingSize }),
  };
}

function hashed(key: any): LoadBalancing['key'] {
  const { httpHeaderName, httpCookie, httpQueryParameterName, useSourceIp } = only(key, 'httpHeaderName', 'httpCookie', 'httpQueryParameterName', 'useSourceIp');
  return httpHeaderName !== undefined ? { kind: 'header', name: httpHeaderName }
    : httpCookie !== undefined ? { kind: 'cookie', name: only(httpCookie, 'name').name }
      : httpQueryParameterName !== undefined ? { kind: 'queryParameter', name: httpQueryParameterName }
        : useSourceIp === true ? { kind: 'sourceAddress' } : undefined;
}

/** What becomes of a request for which no route is. */
export function toServiceByIstio(manifests: readonly any[], request: RouteRequest): Outcome {
  return toService(request, trafficOfIstio(manifests, request.to, request), unroutedByIstio(manifests, request));
}

/** The cookie of the Service itself (`hashForService` in `pilot/pkg/networking/core/route/route.go`). */
export function unroutedByIstio(manifests: readonly any[], request: RouteRequest): Policies {
  return hasRequests(request) ? stickinessByDestinationRules({ manifests, backends: [request.to], request }) : {};
}

/** A cookie picks the pod of the Service; where there are several, which one it is, is drawn for each request. */
export function stickinessByDestinationRules({ manifests, backends, request }: Pick<PolicyContext, 'manifests' | 'backends' | 'request'>): Pick<Policies, 'stickiness'> {
  const cookies = backends.map(to => policyFor(manifests, to, request).loadBalancer?.consistentHash?.httpCookie)
    .filter(cookie => cookie?.ttl !== undefined);
  if (cookies.length === 0) {
    return {};
  }
  if (backends.length > 1) {
    throw new Unknown('the cookie is lost between the backends');
  }
  const { name, path, ttl } = only(cookies[0], 'name', 'path', 'ttl');
  if (path !== '/') {
    throw new Unknown('the cookie is for some paths only');
  }
  const { time } = milliseconds({ time: ttl });
  return { stickiness: { type: 'cookie', name, ...(time !== 0 && { absoluteTimeout: time }) } };
}

function defined(fields: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, number] => entry[1] !== undefined));
}
