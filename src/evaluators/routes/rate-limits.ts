import { millisecondsOf } from './duration';
import type { Traffic } from './outcome';
import type { RouteRequest, ServicePort } from './request';
import { hasRequests } from './request';
import { only } from '../fields';
import { Unknown } from '../unknown';

/** The labels of the pods of a Service; those of its versions have them too. */
export function podLabels(service: string): Record<string, string> {
  return { app: service };
}

/**
 * What EnvoyFilters let through to the pods that the called Service selects: each port has a chain, and in it a bucket.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/local_rate_limit_filter
 */
export function limitedByEnvoyFilters(manifests: readonly any[], to: ServicePort, request: RouteRequest): Traffic {
  const filters = manifests.filter(({ kind, metadata, spec }) => kind === 'EnvoyFilter' && metadata.namespace === to.namespace
    && selects(spec.workloadSelector.labels, request.to));
  const patches = filters.flatMap(({ spec }) => only(spec, 'workloadSelector', 'configPatches').configPatches)
    .filter(({ match }: any) => only(match.listener.filterChain, 'destinationPort', 'filter').destinationPort === to.port);
  return limited(patches.map(patchedRate), request);
}

function patchedRate({ applyTo, match, patch }: any): Rate {
  const where = [applyTo, match.context, patch.operation, match.listener.filterChain.filter.subFilter.name, patch.value.name];
  if (where.join() !== 'HTTP_FILTER,SIDECAR_INBOUND,INSERT_BEFORE,envoy.filters.http.router,envoy.filters.http.local_ratelimit') {
    throw new Unknown(`not known here: ${where.join()}`);
  }
  const { token_bucket: bucket, filter_enabled: enabled, filter_enforced: enforced, status, response_headers_to_add: headers = [] } = only(
    patch.value.typed_config, '@type', 'stat_prefix', 'token_bucket', 'filter_enabled', 'filter_enforced', 'rate_limited_as_resource_exhausted',
    'status', 'response_headers_to_add');
  const all = [enabled, enforced].every(share => share?.default_value.numerator === 100 && share.default_value.denominator === 'HUNDRED');
  if (!all || bucket.max_tokens !== bucket.tokens_per_fill) {
    throw new Unknown('it does not hold for all requests, or not always');
  }
  const set = headers.map(({ header, append_action: action }: any) => {
    if (action !== 'OVERWRITE_IF_EXISTS_OR_ADD') {
      throw new Unknown(`what becomes of a header: ${action}`);
    }
    return { name: header.key, value: header.value };
  });
  return { requests: bucket.max_tokens, interval: bucket.fill_interval, answer: answered(status?.code, set) };
}

/**
 * What MeshRateLimits let through to the pods that the called Service selects, by the port of theirs.
 *
 * @see https://kuma.io/docs/latest/policies/meshratelimit/
 */
export function limitedByMeshRateLimits(manifests: readonly any[], to: ServicePort, request: RouteRequest): Traffic {
  const policies = manifests.filter(({ kind, metadata, spec: { targetRef } }) => kind === 'MeshRateLimit' && metadata.namespace === to.namespace
    && selects(only(targetRef, 'kind', 'labels', 'sectionName').labels, request.to) && targetRef.sectionName === String(to.port));
  const rates = policies.flatMap(({ spec }) => spec.rules).map(({ default: { local } }: any): Rate => {
    const { requestRate, onRateLimit = {} } = only(only(local, 'http').http, 'requestRate', 'onRateLimit');
    const { num, interval } = only(requestRate, 'num', 'interval');
    const { status, headers = {} } = only(onRateLimit, 'status', 'headers');
    return { requests: num, interval, answer: answered(status, only(headers, 'set').set ?? []) };
  });
  return limited(rates, request);
}

interface Rate {
  readonly requests: number;
  readonly interval: string;
  readonly answer?: object;
}

/** Envoy makes 429 of a code below 400. */
function answered(statusCode: number | undefined, headers: readonly { readonly name: string; readonly value: string }[]): object | undefined {
  if (statusCode === undefined && headers.length === 0) {
    return undefined;
  }
  const set = Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value]));
  return { ...(statusCode !== undefined && { statusCode: statusCode < 400 ? 429 : statusCode }), ...(headers.length > 0 && { headers: set }) };
}

/** The limit of a second. */
function limited(rates: readonly Rate[], request: RouteRequest): Traffic {
  if (rates.length > 1) {
    throw new Unknown(`${rates.length} limits for one port`);
  }
  const [rate] = rates;
  if (rate === undefined || !hasRequests(request)) {
    return {};
  }
  const { requests, interval, answer } = rate;
  return { rateLimit: { requests: 1000 * requests / millisecondsOf(interval), ...(answer && { answer }) } };
}

function selects(labels: Readonly<Record<string, string>>, { service }: ServicePort): boolean {
  return Object.entries(labels).every(([key, value]) => podLabels(service)[key] === value);
}
