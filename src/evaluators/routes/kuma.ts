import { milliseconds } from './duration';
import { kumaPrefix, kumaRank } from './kuma-match';
import type { Changes, Outcome, Policies, Taker, Traffic } from './outcome';
import { NO_RETRIES, forwarded, fraction, location, nameOf, toService } from './outcome';
import { limitedByMeshRateLimits } from './rate-limits';
import type { RouteRequest, ServicePort } from './request';
import { hasRequests, whole } from './request';
import { only } from '../fields';
import { Unknown } from '../unknown';

/**
 * What becomes of a request by the routes and policies of Kuma on a Service.
 *
 * @see https://kuma.io/docs/latest/policies/meshhttproute/
 */
export function routedByKuma(manifests: readonly any[], request: RouteRequest): Outcome {
  const on = (kind: string) => defaultsFor(manifests, kind, request);
  if (!hasRequests(request)) {
    const [route] = on('MeshTCPRoute');
    return route === undefined ? toService(request) : forwarded(request, takers(only(route.rules[0].default, 'backendRefs').backendRefs));
  }
  const [route] = on('MeshHTTPRoute');
  const traffic = (to: ServicePort): Traffic => ({
    ...circuitBreakingOf(manifests, to, request), ...limitedByMeshRateLimits(manifests, to, request),
  });
  if (route === undefined) {
    return toService(request, traffic(request.to));
  }
  const taken = takenBy(route.rules, request);
  if (taken === undefined) {
    return toService(request, traffic(request.to));
  }
  const { filters = [], backendRefs = [] } = only(taken.rule.default, 'filters', 'backendRefs');
  const filter = (type: string, field: string) => filters.filter((one: any) => one.type === type).map((one: any) => one[field]);
  const [redirect] = filter('RequestRedirect', 'requestRedirect');
  if (redirect !== undefined) {
    return redirected(redirect, taken.match, request);
  }
  const [rewrite] = filter('URLRewrite', 'urlRewrite').map((one: any) => only(one, 'hostname', 'path'));
  const sent = takers(backendRefs).map((taker): Taker => ({
    ...taker,
    host: rewrite?.hostname,
    path: rewrite?.path && changedPath(rewrite.path, taken.match, request.path),
    requestHeaders: filter('RequestHeaderModifier', 'requestHeaderModifier').map(changesOf),
    responseHeaders: filter('ResponseHeaderModifier', 'responseHeaderModifier').map(changesOf),
    traffic: traffic(taker.to),
  }));
  const policies = policiesOf(on('MeshTimeout'), on('MeshRetry'), request);
  return forwarded(request, sent, {
    copies: filter('RequestMirror', 'requestMirror').map(copy).filter((one: string | undefined) => one !== undefined),
    policies: { ...policies, ...stickinessOf(manifests, on('MeshLoadBalancingStrategy'), sent, request) },
  });
}

/** What the policies of a kind say for the called port: they stand with the Service, or with the client. */
function defaultsFor(manifests: readonly any[], kind: string, request: RouteRequest, to: ServicePort = request.to): any[] {
  const found = manifests.filter(one => one.kind === kind && [to.namespace, request.client.namespace].includes(one.metadata.namespace))
    .flatMap(({ spec }) => spec.to).filter(({ targetRef }: any) => isFor(targetRef, to, request));
  if (found.length > 1 && kind !== 'MeshLoadBalancingStrategy') {
    throw new Unknown(`${found.length} of ${kind} for ${nameOf(to)}`);
  }
  return found;
}

function isFor(ref: any, to: ServicePort, { portName, to: called }: RouteRequest): boolean {
  const { sectionName } = only(ref, 'kind', 'labels', 'sectionName');
  const names = to === called && portName !== undefined ? [portName] : [String(to.port)];
  const { service, namespace } = serviceOf(ref);
  return service === to.service && namespace === to.namespace && (sectionName === undefined || names.includes(sectionName));
}

function serviceOf({ kind, labels }: any): { readonly service: string; readonly namespace: string } {
  const { 'kuma.io/display-name': service, 'k8s.kuma.io/namespace': namespace } = only(labels, 'kuma.io/display-name', 'k8s.kuma.io/namespace');
  if (kind !== 'MeshService' || namespace === undefined) {
    throw new Unknown('which Service?');
  }
  return { service, namespace };
}

function referenced(ref: any): ServicePort {
  return { ...serviceOf(ref), port: ref.port };
}

function takers(refs: readonly any[]): Taker[] {
  return refs.map(ref => ({ to: referenced(only(ref, 'kind', 'labels', 'port', 'weight')), weight: ref.weight ?? 1 }));
}

/** Matches are sorted, and of equals the first stays. */
function takenBy(rules: readonly any[], request: RouteRequest): { readonly rule: any; readonly match: any } | undefined {
  const candidates = rules.flatMap(rule => rule.matches.map((match: any) => ({ rule, match })));
  return candidates.filter(({ match }) => matches(match, request)).sort((a, b) => compare(kumaRank(b.match), kumaRank(a.match)))[0];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((n, k) => n !== b[k]);
  return i === -1 ? 0 : a[i] - b[i];
}

function matches(match: any, request: RouteRequest): boolean {
  const { path, method, headers = [], queryParams = [] } = only(match, 'path', 'method', 'headers', 'queryParams');
  return (method === undefined || method === request.method)
    && (path === undefined || pathHolds(path, request.path))
    && headers.every((h: any) => valueHolds(h, request.headers))
    && queryParams.every((q: any) => valueHolds(q, request.query));
}

function pathHolds({ type, value }: any, path: string): boolean {
  switch (type) {
    case 'Exact': return path === value;
    case 'PathPrefix': return value === '/' || path === value || path.startsWith(`${value}/`);
    case 'RegularExpression': return whole(value, path);
    default: throw new Unknown(`not known here: ${type}`);
  }
}

function valueHolds({ name, type, value }: any, values: Readonly<Record<string, string>>): boolean {
  return Object.hasOwn(values, name) && (type === 'Exact' ? values[name] === value : whole(value, values[name]));
}

function changedPath({ type, replaceFullPath, replacePrefixMatch }: any, { path }: any, actual: string): string {
  if (type === 'ReplaceFullPath') {
    return replaceFullPath;
  }
  if (path.type !== 'PathPrefix') {
    throw new Unknown('no prefix to replace');
  }
  return kumaPrefix(replacePrefixMatch, actual.slice(path.value.length));
}

function changesOf(modifier: any): Changes {
  const { set = [], add = [], remove } = only(modifier, 'set', 'add', 'remove');
  const byName = (list: any[]) => Object.fromEntries(list.map(({ name, value }) => [name, value]));
  return { set: byName(set), add: byName(add), remove };
}

/** Without a port, that of the request stays, whatever the scheme, and is dropped where there is a host. */
function redirected(redirect: any, match: any, request: RouteRequest): Outcome {
  const { scheme = 'http', hostname, port, path, statusCode } = only(redirect, 'scheme', 'hostname', 'port', 'path', 'statusCode');
  return {
    kind: 'redirected',
    status: statusCode,
    location: location(request, {
      scheme,
      host: hostname ?? request.host,
      port: port ?? (hostname === undefined ? request.to.port : undefined),
      path: path === undefined ? request.path : changedPath(path, match, request.path),
    }),
  };
}

function copy(mirror: any): string | undefined {
  const { percentage = 100, backendRef } = only(mirror, 'percentage', 'backendRef');
  return Number(percentage) === 0 ? undefined : `${nameOf(referenced(backendRef))} ${fraction(Math.round(Number(percentage) * 10_000), 1_000_000)}`;
}

const GRPC_STATUSES: Readonly<Record<string, string>> = {
  DeadlineExceeded: 'deadline-exceeded', Internal: 'internal', ResourceExhausted: 'resource-exhausted', Unavailable: 'unavailable',
};

function policiesOf([timeout]: any[], [retry]: any[], { protocol }: RouteRequest): Policies {
  const request = timeout && milliseconds({ request: only(only(timeout.default, 'http').http, 'requestTimeout').requestTimeout });
  const { numRetries, perTryTimeout, backOff, retryOn = [] } =
    only(retry?.default[protocol === 'GRPC' ? 'grpc' : 'http'] ?? {}, 'numRetries', 'perTryTimeout', 'backOff', 'retryOn');
  const timeouts = { ...request, ...milliseconds({ backendRequest: perTryTimeout }) };
  const words: string[] = retryOn.filter((on: string) => !/^\d+$/.test(on));
  return {
    ...(Object.keys(timeouts).length > 0 && { timeouts }),
    ...(numRetries === 0 && { retries: NO_RETRIES }),
    ...(numRetries > 0 && {
      retries: {
        attempts: numRetries,
        statusCodes: protocol === 'GRPC' ? [] : retryOn.filter((on: string) => /^\d+$/.test(on)).map(Number),
        grpcStatuses: protocol === 'GRPC' ? retryOn.map((on: string) => GRPC_STATUSES[on]) : [],
        // With status codes alone, failed connections are added.
        connectionFailures: protocol === 'HTTP' && (words.length === 0 || (words.includes('ConnectFailure') && words.includes('Reset'))),
        ...milliseconds({ backoff: backOff?.baseInterval }),
      },
    }),
  };
}

/** The port tells clients apart by a cookie, and the backend picks its pods by that. */
function stickinessOf(manifests: readonly any[], strategies: readonly any[], sent: readonly Taker[], request: RouteRequest): Pick<Policies, 'stickiness'> {
  const [policy] = strategies.flatMap(({ default: { hashPolicies = [] } }) => hashPolicies);
  if (policy === undefined) {
    return {};
  }
  const balanced = sent.filter(({ weight }) => weight > 0).map(({ to }) => defaultsFor(manifests, 'MeshLoadBalancingStrategy', request, to)
    .some(({ default: { loadBalancer } }) => loadBalancer?.type === 'Maglev'));
  if (balanced.length !== 1 || !balanced[0] || policy.type !== 'Cookie') {
    throw new Unknown('the cookie picks no pod');
  }
  const { name, ttl } = only(policy.cookie, 'name', 'path', 'ttl');
  const { time } = milliseconds({ time: ttl });
  return { stickiness: { type: 'cookie', name, ...(time !== 0 && { absoluteTimeout: time }) } };
}

function circuitBreakingOf(manifests: readonly any[], to: ServicePort, request: RouteRequest): Traffic {
  const [breaker] = defaultsFor(manifests, 'MeshCircuitBreaker', request, to);
  const { connectionLimits = {}, outlierDetection = {} } = only(breaker?.default ?? {}, 'connectionLimits', 'outlierDetection');
  const { baseEjectionTime, maxEjectionPercent, detectors } = only(outlierDetection, 'baseEjectionTime', 'maxEjectionPercent', 'detectors');
  const circuitBreaking = {
    ...only(connectionLimits, 'maxConnections', 'maxPendingRequests', 'maxRequests'),
    ...(detectors && { consecutiveErrors: only(detectors, 'totalFailures').totalFailures.consecutive }),
    ...milliseconds({ ejectionTime: baseEjectionTime }),
    ...(maxEjectionPercent !== undefined && { maxEjectionPercent }),
  };
  return Object.keys(circuitBreaking).length > 0 ? { circuitBreaking } : {};
}
