import { milliseconds, millisecondsOf } from './duration';
import type { Policies, PolicyContext, Traffic } from './outcome';
import { limitedByEnvoyFilters } from './rate-limits';
import type { RouteRequest, ServicePort } from './request';
import { only } from '../fields';
import { Unknown } from '../unknown';

/**
 * The policy for a Service: of the DestinationRule in the namespace of the client, or else in that of the Service.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/
 */
function policyFor(manifests: readonly any[], { service, namespace }: ServicePort, { client }: RouteRequest): any {
  const rules = manifests.filter(({ kind, metadata, spec }) => kind === 'DestinationRule'
    && [`${service}.${namespace}.svc.cluster.local`, ...(metadata.namespace === namespace ? [service] : [])].includes(spec.host));
  for (const home of [client.namespace, namespace]) {
    const [rule, ...others] = rules.filter(({ metadata }) => metadata.namespace === home);
    if (others.length > 0) {
      throw new Unknown(`${others.length + 1} DestinationRules for ${namespace}/${service}`);
    }
    if (rule !== undefined) {
      return only(only(rule.spec, 'host', 'trafficPolicy').trafficPolicy, 'connectionPool', 'outlierDetection', 'loadBalancer', 'retryBudget');
    }
  }
  return {};
}

/** What sidecars of clients, and those of the pods, hold to. */
export function trafficOfIstio(manifests: readonly any[], to: ServicePort, request: RouteRequest): Traffic {
  return { ...trafficByDestinationRules(manifests, to, request), ...limitedByEnvoyFilters(manifests, to, request) };
}

function trafficByDestinationRules(manifests: readonly any[], to: ServicePort, request: RouteRequest): Traffic {
  const { connectionPool = {}, outlierDetection = {}, retryBudget } = policyFor(manifests, to, request);
  const { tcp = {}, http = {} } = only(connectionPool, 'tcp', 'http');
  const { consecutive5xxErrors, baseEjectionTime, maxEjectionPercent } =
    only(outlierDetection, 'consecutive5xxErrors', 'baseEjectionTime', 'maxEjectionPercent');
  const { http1MaxPendingRequests, http2MaxRequests } = only(http, 'http1MaxPendingRequests', 'http2MaxRequests');
  const circuitBreaking = defined({
    consecutiveErrors: consecutive5xxErrors,
    ejectionTime: milliseconds({ baseEjectionTime }).baseEjectionTime,
    maxEjectionPercent,
    maxConnections: only(tcp, 'maxConnections').maxConnections,
    maxPendingRequests: http1MaxPendingRequests,
    maxRequests: http2MaxRequests,
  });
  return {
    ...(Object.keys(circuitBreaking).length > 0 && { circuitBreaking }),
    ...(retryBudget && {
      retryBudget: {
        percent: retryBudget.percent,
        interval: millisecondsOf(retryBudget.budgetInterval),
        minRetriesPerSecond: retryBudget.minRetryConcurrency,
      },
    }),
  };
}

/** A cookie picks the pod of the Service; where there are several, which one it is, is drawn for each request. */
export function stickinessByDestinationRules({ manifests, backends, request }: Pick<PolicyContext, 'manifests' | 'backends' | 'request'>): Pick<Policies, 'stickiness'> {
  const cookies = backends.map(to => policyFor(manifests, to, request).loadBalancer?.consistentHash?.httpCookie)
    .filter(cookie => cookie !== undefined);
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
