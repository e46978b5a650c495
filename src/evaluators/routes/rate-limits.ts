import { millisecondsOf } from './duration';
import { evaluated } from './limit-expression';
import type { Traffic } from './outcome';
import type { RouteRequest, ServicePort } from './request';
import { hasRequests } from './request';
import { only } from '../fields';
import { Unknown } from '../unknown';

/** The labels of the pods of a Service; those of its versions have them too. */
export function podLabels(service: string): Record<string, string> {
  return { app: service };
}

type Client = RouteRequest['client'];

/** What counts a request beside all others: equal keys are one count. */
export interface Count {
  readonly key: string;
  readonly requests: number;
}

/** Clients that have a count together, or not. */
const CLIENTS: readonly Client[] = [
  { namespace: 'shop', serviceAccount: 'web' }, { namespace: 'shop', serviceAccount: 'batch' }, { namespace: 'web', serviceAccount: 'web' },
  { namespace: 'ops', serviceAccount: 'batch' }, { namespace: 'ops' },
];

/** Its name in a certificate; a client without a ServiceAccount speaks plain text. */
export function idOf({ namespace, serviceAccount }: Client): string | undefined {
  return serviceAccount === undefined ? undefined : `${namespace}/${serviceAccount}`;
}

/** What limits a request by its own count, and who of some clients shares that. */
export function countFor(
  request: RouteRequest, countOf: (client: Client) => Count | undefined,
): { readonly requests: number; readonly with: string[] } | undefined {
  const own = countOf(request.client);
  return own && { requests: own.requests, with: CLIENTS.filter(client => countOf(client)?.key === own.key).map(client => idOf(client) ?? 'nobody') };
}

/**
 * What EnvoyFilters let through to the pods that the called Service selects: each port has a chain, and in it a bucket, and one for each rule.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/local_rate_limit_filter
 */
export function limitedByEnvoyFilters(manifests: readonly any[], to: ServicePort, request: RouteRequest): Traffic {
  const filters = manifests.filter(({ kind, metadata, spec }) => kind === 'EnvoyFilter' && metadata.namespace === to.namespace
    && selects(spec.workloadSelector.labels, request.to));
  const patches = filters.flatMap(({ spec }) => only(spec, 'workloadSelector', 'configPatches').configPatches)
    .filter(({ match }: any) => only(match.listener.filterChain, 'destinationPort', 'filter').destinationPort === to.port);
  return limited(patches.map(patch => patchedRate(patch, request)), request);
}

/** As many as a bucket can have: nobody sends so many. */
const UNLIMITED = 4294967295;

function patchedRate({ applyTo, match, patch }: any, request: RouteRequest): Rate {
  const where = [applyTo, match.context, patch.operation, match.listener.filterChain.filter.subFilter.name, patch.value.name];
  if (where.join() !== 'HTTP_FILTER,SIDECAR_INBOUND,INSERT_BEFORE,envoy.filters.http.router,envoy.filters.http.local_ratelimit') {
    throw new Unknown(`not known here: ${where.join()}`);
  }
  const { token_bucket: bucket, filter_enabled: enabled, filter_enforced: enforced, status, response_headers_to_add: headers = [], ...ruled } = only(
    patch.value.typed_config, '@type', 'stat_prefix', 'token_bucket', 'filter_enabled', 'filter_enforced', 'rate_limited_as_resource_exhausted',
    'status', 'response_headers_to_add', 'rate_limits', 'descriptors');
  const all = [enabled, enforced].every(share => share?.default_value.numerator === 100 && share.default_value.denominator === 'HUNDRED');
  if (!all) {
    throw new Unknown('it does not hold for all requests, or not always');
  }
  const set = headers.map(({ header, append_action: action }: any) => {
    if (action !== 'OVERWRITE_IF_EXISTS_OR_ADD') {
      throw new Unknown(`what becomes of a header: ${action}`);
    }
    return { name: header.key, value: header.value };
  });
  const requests = filled(bucket, bucket);
  return {
    ...(requests !== UNLIMITED && { requests }),
    interval: bucket.fill_interval,
    answer: answered(status?.code, set),
    countOf: client => describedCount(ruled, bucket, { ...request, client }),
  };
}

/** A bucket that is filled as often as that for all requests, and at one time. */
function filled({ max_tokens: most, tokens_per_fill: filling, fill_interval: interval }: any, whole: any): number {
  if (most !== filling || interval !== whole.fill_interval) {
    throw new Unknown('it is not filled at one time');
  }
  return most;
}

/** The bucket whose descriptor is that of the request. */
function describedCount({ rate_limits: limits = [], descriptors = [] }: any, whole: any, request: RouteRequest): Count | undefined {
  const described = limits.map(({ actions: [{ extension: { typed_config: { descriptor_key: key, text } } }, ...more] }: any) => {
    if (more.length > 0) {
      throw new Unknown('it has several actions');
    }
    return { key, value: evaluated(text, attributesOf(request)) };
  });
  const [found] = descriptors.filter(({ entries: [entry] }: any) => described.some((one: any) => one.key === entry.key && one.value === entry.value));
  return found && { key: found.entries[0].value, requests: filled(found.token_bucket, whole) };
}

function attributesOf({ client, method, path, headers }: RouteRequest) {
  const { namespace, serviceAccount } = client;
  return {
    'connection.mtls': serviceAccount !== undefined,
    'connection.uri_san_peer_certificate': serviceAccount === undefined ? undefined : `spiffe://cluster.local/ns/${namespace}/sa/${serviceAccount}`,
    'request.method': method,
    'request.url_path': path,
    'request.headers': headers,
  };
}

/**
 * What MeshRateLimits let through to the pods that the called Service selects, by the port of theirs. A rule with matches counts for each of them, in
 * place of the one without.
 *
 * @see https://kuma.io/docs/latest/policies/meshratelimit/
 */
export function limitedByMeshRateLimits(manifests: readonly any[], to: ServicePort, request: RouteRequest): Traffic {
  const policies = manifests.filter(({ kind, metadata, spec: { targetRef } }) => kind === 'MeshRateLimit' && metadata.namespace === to.namespace
    && selects(only(targetRef, 'kind', 'labels', 'sectionName').labels, request.to) && targetRef.sectionName === String(to.port));
  return limited(policies.map(({ spec }) => ruledRate(spec.rules)), request);
}

function ruledRate(rules: readonly any[]): Rate {
  const all = rules.map(rule => {
    const { matches = [], default: { local } } = only(rule, 'matches', 'default');
    const { requestRate, onRateLimit = {} } = only(only(local, 'http').http, 'requestRate', 'onRateLimit');
    const { num, interval } = only(requestRate, 'num', 'interval');
    const { status, headers = {} } = only(onRateLimit, 'status', 'headers');
    return { matches: matches.map(spiffeMatch), requests: num as number, interval, answer: answered(status, only(headers, 'set').set ?? []) };
  });
  const [{ interval, answer }] = all;
  if (all.some(one => one.interval !== interval || JSON.stringify(one.answer) !== JSON.stringify(answer))) {
    throw new Unknown('its rules count over several times, or answer each in another way');
  }
  const named = all.flatMap(({ matches, requests }) => matches.map((match: SpiffeMatch) => ({ match, requests })))
    .sort(({ match: a }, { match: b }) => Number(a.isPrefix) - Number(b.isPrefix) || b.value.length - a.value.length);
  const [others, ...more] = all.filter(({ matches }) => matches.length === 0);
  if (more.length > 0) {
    throw new Unknown(`${more.length + 1} rules for everybody`);
  }
  if (named.length === 0) return { requests: others.requests, interval, answer };
  return {
    interval,
    answer,
    countOf: client => {
      const own = named.find(({ match }) => holds(match, client));
      return own ? { key: own.match.value, requests: own.requests } : others && { key: 'others', requests: others.requests };
    },
  };
}

interface SpiffeMatch {
  readonly isPrefix: boolean;
  readonly value: string;
}

function spiffeMatch(match: any): SpiffeMatch {
  const { type, value } = only(only(match, 'spiffeID').spiffeID, 'type', 'value');
  return { isPrefix: type === 'Prefix', value };
}

/** By the names behind the trust domain. */
function holds({ isPrefix, value }: SpiffeMatch, { namespace, serviceAccount }: Client): boolean {
  if (serviceAccount === undefined) return false;
  const id = `/ns/${namespace}/sa/${serviceAccount}`;
  const said = value.replace(/^spiffe:\/\/[^/]+/, '');
  return isPrefix ? id.startsWith(said) : id === said;
}

/**
 * What an HTTPLocalRateLimitPolicy lets through to the pods of a Server, which is that of the Service that was called: on one port of theirs,
 * whichever version of the Service the requests are for (`linkerd/proxy/server-policy/src/local_rate_limit.rs` of linkerd2-proxy).
 */
export function limitedByServer(manifests: readonly any[], to: ServicePort, request: RouteRequest): Traffic {
  const limits = manifests.filter(({ kind, metadata, spec }) => kind === 'HTTPLocalRateLimitPolicy' && metadata.namespace === to.namespace
    && spec.targetRef.kind === 'Server' && spec.targetRef.name === `${request.to.service}-${to.port}`);
  return limited(limits.map(({ metadata, spec }): Rate => {
    const { total, identity, overrides = [] } = only(spec, 'targetRef', 'total', 'identity', 'overrides');
    const countOf = (client: Client): Count | undefined => {
      // The last one that names a client is for it.
      const last = overrides.map(({ clientRefs }: any) => clientRefs.some(({ kind, name, namespace = metadata.namespace }: any) =>
        kind === 'ServiceAccount' && idOf(client) === `${namespace}/${name}`)).lastIndexOf(true);
      return last !== -1 ? { key: String(last), requests: overrides[last].requestsPerSecond }
        : identity && { key: `client ${idOf(client)}`, requests: identity.requestsPerSecond };
    };
    return { ...(total && { requests: only(total, 'requestsPerSecond').requestsPerSecond }), interval: '1s', countOf };
  }), request);
}

interface Rate {
  /** Of all requests together. */
  readonly requests?: number;
  readonly interval: string;
  readonly answer?: object;
  /** What counts the request of a client beside that. */
  readonly countOf?: (client: Client) => Count | undefined;
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
  const { requests, interval, answer, countOf = () => undefined } = rate;
  const perSecond = (all: number) => 1000 * all / millisecondsOf(interval);
  const count = countFor(request, countOf);
  return requests === undefined && count === undefined ? {} : {
    rateLimit: {
      ...(requests !== undefined && { requests: perSecond(requests) }),
      ...(count && { count: { ...count, requests: perSecond(count.requests) } }),
      ...(answer && { answer }),
    },
  };
}

function selects(labels: Readonly<Record<string, string>>, { service }: ServicePort): boolean {
  return Object.entries(labels).every(([key, value]) => podLabels(service)[key] === value);
}
