import { milliseconds } from './duration';
import { codesOf, sorted } from './envoy-retries';
import { kumaPrefix, kumaRank } from './kuma-match';
import type { Changes, LoadBalancing, Outcome, Policies, Taker, Traffic } from './outcome';
import { NO_RETRIES, forwarded, fraction, location, nameOf } from './outcome';
import { limitedByMeshRateLimits } from './rate-limits';
import type { RouteRequest, ServicePort } from './request';
import { hasRequests } from './request';
import { whole } from '../expression';
import { only } from '../fields';
import { inEachRelease } from '../kuma-mesh';
import { Unknown } from '../unknown';

/**
 * What becomes of a request by the routes and policies of Kuma on a Service.
 *
 * @see https://kuma.io/docs/latest/policies/meshhttproute/
 */
export function routedByKuma(manifests: readonly any[], request: RouteRequest): Outcome {
  return inEachRelease(manifests, ({ hasMeshServices }) => routedIn(hasMeshServices ? manifests : manifests.map(withoutMeshServices), request));
}

/** Where there are no MeshServices, nothing is said of them. */
function withoutMeshServices(manifest: any): any {
  const { spec } = manifest;
  return spec?.to === undefined ? manifest : { ...manifest, spec: { ...spec, to: spec.to.filter(({ targetRef }: any) => targetRef.kind !== 'MeshService') } };
}

function routedIn(manifests: readonly any[], request: RouteRequest): Outcome {
  const conf = (kind: string) => confFor(manifests, kind, request);
  const [routes, connections] = ['MeshHTTPRoute', 'MeshTCPRoute'].map(kind => itemsFor(manifests, kind, request));
  const isConnection = !hasRequests(request) || (routes.length === 0 && connections.length > 0);
  const traffic = (to: ServicePort): Traffic => ({
    ...balancedBy(manifests, to, request, isConnection),
    ...circuitBreakingOf(manifests, to, request),
    ...connectionsOf(manifests, to, request, isConnection),
    ...limitedByMeshRateLimits(manifests, to, request),
    ...failingOver(manifests, to, request),
  });
  if (isConnection) {
    const [rule] = connections.map(({ rules }) => only(rules[0], 'default')).filter(one => one.default.backendRefs !== undefined);
    if (connections.length > 0 && (rule === undefined || rule.default.backendRefs.every(({ weight }: any) => weight === 0))) {
      throw new Unknown('no backend gets anything');
    }
    const all = connections.length === 0 ? [{ to: request.to, weight: 1 }] : takers(only(rule.default, 'backendRefs').backendRefs);
    return forwarded(request, all.map(taker => ({ ...taker, traffic: traffic(taker.to) })));
  }
  const policies = policiesOf(conf('MeshTimeout'), conf('MeshRetry'), request);
  const itself = () => {
    const all = [{ to: request.to, weight: 1, traffic: traffic(request.to) }];
    return forwarded(request, all, { policies: { ...policies, ...stickinessOf(manifests, conf('MeshLoadBalancingStrategy'), all, request) } });
  };
  const taken = takenBy(merged(routes), request);
  if (taken === undefined) {
    return itself();
  }
  const { filters = [], backendRefs = [] } = only(taken.rule.default, 'filters', 'backendRefs');
  const filter = (type: string, field: string) => filters.filter((one: any) => one.type === type).map((one: any) => one[field]);
  const [redirect] = filter('RequestRedirect', 'requestRedirect');
  if (redirect !== undefined) {
    return redirected(redirect, taken.match, request);
  }
  const [rewrite] = filter('URLRewrite', 'urlRewrite').map((one: any) => only(one, 'hostname', 'path'));
  // A rule without backends sends to the Service itself.
  const sent = (backendRefs.length === 0 ? [{ to: request.to, weight: 1 }] : takers(backendRefs)).map((taker): Taker => ({
    ...taker,
    host: rewrite?.hostname,
    path: rewrite?.path && changedPath(rewrite.path, taken.match, request.path),
    requestHeaders: filter('RequestHeaderModifier', 'requestHeaderModifier').map(changesOf),
    responseHeaders: filter('ResponseHeaderModifier', 'responseHeaderModifier').map(changesOf),
    traffic: traffic(taker.to),
  }));
  if (sent.every(({ weight }) => weight === 0)) {
    throw new Unknown('no backend gets anything');
  }
  return forwarded(request, sent, {
    copies: filter('RequestMirror', 'requestMirror').map(copy).filter((one: string | undefined) => one !== undefined),
    policies: { ...policies, ...stickinessOf(manifests, conf('MeshLoadBalancingStrategy'), sent, request) },
  });
}

/**
 * The items of the policies of a kind for a port, the one that decides first: `CompareByPolicyAttributes` and `CompareByToEntry` in
 * `pkg/plugins/policies/core/rules`. Policies stand with the Service, with the client, or in the namespace of Kuma.
 */
function itemsFor(manifests: readonly any[], kind: string, request: RouteRequest, to: ServicePort = request.to): any[] {
  const inForce = manifests.filter(one => one.kind === kind && one.metadata.labels?.['kuma.io/effect'] !== 'shadow');
  const found = inForce.filter(one => isFollowed(one, request)).flatMap(one =>
    only(one.spec, 'targetRef', 'to', 'rules').to.map((item: any, index: number) => ({ item, one, index })));
  const inOrder = (a: any, b: any) => a.one === b.one ? b.index - a.index : a.one.metadata.name < b.one.metadata.name ? -1 : 1;
  const own = found.filter(({ item }) => isFor(item.targetRef, to, request));
  return own.sort((a, b) => compare(rankOf(b), rankOf(a)) || inOrder(a, b)).map(({ item }) => item);
}

function rankOf({ item: { targetRef }, one }: any): number[] {
  return [Number(one.spec.targetRef?.kind === 'Dataplane'), roleOf(one), Number(targetRef.kind !== 'Mesh'), Number(targetRef.sectionName !== undefined)];
}

/** Of the namespace of Kuma, of the Service, or of the client (`ComputePolicyRole` in `pkg/core/resources/labels/compute.go`). */
function roleOf({ metadata: { namespace }, spec }: any): number {
  const isOwn = ({ targetRef: { kind, labels = {} } }: any) => kind === 'MeshService' && [undefined, namespace].includes(labels['k8s.kuma.io/namespace']);
  const own = spec.to.filter(isOwn).length;
  if (namespace === 'kuma-system') {
    return 0;
  }
  if (own > 0 && own < spec.to.length) {
    throw new Unknown('Kuma does not admit it');
  }
  return own > 0 ? 1 : 2;
}

function isFollowed(policy: any, { client }: RouteRequest): boolean {
  const { kind, labels = {} } = only(policy.spec.targetRef ?? { kind: 'Mesh' }, 'kind', 'labels');
  if (kind !== 'Mesh' && kind !== 'Dataplane') {
    throw new Unknown(`not known here: ${kind}`);
  }
  const { 'k8s.kuma.io/namespace': namespace = client.namespace, ...others }: Record<string, string> = labels;
  const { labels: own = {} } = client;
  if (Object.keys(others).some(label => label.includes('kuma.io/'))) {
    throw new Unknown('which labels does Kuma give to the client?');
  }
  return namespace === client.namespace && Object.entries(others).every(([label, value]) => own[label] === value)
    && (roleOf(policy) < 2 || policy.metadata.namespace === client.namespace);
}

/** What all items say, field by field. */
function confFor(manifests: readonly any[], kind: string, request: RouteRequest, to: ServicePort = request.to): any {
  return itemsFor(manifests, kind, request, to).map(item => only(item, 'targetRef', 'default').default).reverse().reduce(patched, {});
}

function patched(one: any, other: any): any {
  const isMap = (value: any) => typeof value === 'object' && value !== null && !Array.isArray(value);
  return !isMap(one) || !isMap(other) ? other
    : Object.entries(other).reduce((all, [name, value]) => ({ ...all, [name]: Object.hasOwn(one, name) ? patched(one[name], value) : value }), one);
}

/** Rules with the same matches are one, in the place of the first: `mergeByKey` in `pkg/plugins/policies/core/rules/merge/merge.go`. */
function merged(items: readonly any[]): any[] {
  const rules = new Map<string, any>();
  for (const rule of items.flatMap(item => only(item, 'targetRef', 'rules').rules)) {
    const key = JSON.stringify(only(rule, 'matches', 'default').matches);
    const first = rules.get(key);
    rules.set(key, first === undefined ? rule : { ...first, default: patched(rule.default, first.default) });
  }
  return [...rules.values()];
}

function isFor(ref: any, to: ServicePort, { portName, to: called, otherPortNames = {} }: RouteRequest): boolean {
  const { kind, sectionName } = only(ref, 'kind', 'labels', 'sectionName');
  if (kind === 'Mesh' || kind === 'MeshExternalService') {
    return kind === 'Mesh';
  }
  // `GetName` in `pkg/core/resources/apis/meshservice/api/v1alpha1/helpers.go`.
  const name = (nameOf(to) === nameOf(called) ? portName : otherPortNames[nameOf(to)]) ?? String(to.port);
  const { service, namespace, groupKind } = serviceOf(ref);
  const isNamed = groupKind?.kind === to.groupKind?.kind && service === to.service && (namespace === undefined || namespace === to.namespace);
  return isNamed && (sectionName === undefined || sectionName === name);
}

type Destination = Pick<ServicePort, 'service' | 'groupKind'> & { readonly namespace?: string };

/** `RealResourceSelector` in `api/common/v1alpha1/targetref.go`. */
function serviceOf({ kind, labels }: any): Destination {
  const { 'kuma.io/display-name': service, 'k8s.kuma.io/namespace': namespace } = only(labels, 'kuma.io/display-name', 'k8s.kuma.io/namespace');
  if (!['MeshService', 'MeshMultiZoneService'].includes(kind) || service === undefined) {
    throw new Unknown('which Service?');
  }
  return { service, namespace, ...(kind !== 'MeshService' && { groupKind: { group: 'kuma.io', kind } }) };
}

function referenced(ref: any): ServicePort {
  const { service, namespace, groupKind } = serviceOf(ref);
  if (namespace === undefined || ref.port === undefined) {
    throw new Unknown('which Service, or which port?');
  }
  return { service, namespace, port: ref.port, ...(groupKind && { groupKind }) };
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

function valueHolds(condition: any, values: Readonly<Record<string, string>>): boolean {
  const { name, type = 'Exact', value = '' } = only(condition, 'name', 'type', 'value');
  const actual = Object.hasOwn(values, name) ? values[name] : undefined;
  switch (type) {
    case 'Absent': return actual === undefined;
    case 'Present': return actual !== undefined;
    case 'Exact': return actual === value;
    case 'Prefix': return actual?.startsWith(value) === true;
    case 'RegularExpression': return actual !== undefined && whole(value, actual);
    default: throw new Unknown(`not known here: ${type}`);
  }
}

function changedPath({ type, replaceFullPath, replacePrefixMatch }: any, { path }: any, actual: string): string {
  if (type === 'ReplaceFullPath') {
    return replaceFullPath;
  }
  if (path.type !== 'PathPrefix') {
    throw new Unknown('no prefix to replace');
  }
  // A prefix that is a slash is replaced by itself.
  return kumaPrefix(replacePrefixMatch, path.value === '/' ? actual : actual.slice(path.value.length));
}

function changesOf(modifier: any): Changes {
  const { set = [], add = [], remove } = only(modifier, 'set', 'add', 'remove');
  const byName = (list: any[]) => Object.fromEntries(list.map(({ name, value }) => [name, value]));
  return { set: byName(set), add: byName(add), remove };
}

/** Without a port, that of the request stays, whatever the scheme, and is dropped where there is a host. */
function redirected(redirect: any, match: any, request: RouteRequest): Outcome {
  const { scheme = 'http', hostname, port, path, statusCode = 302 } = only(redirect, 'scheme', 'hostname', 'port', 'path', 'statusCode');
  return {
    kind: 'redirected',
    status: statusCode,
    location: location(request, {
      scheme,
      host: hostname ?? request.host,
      // Envoy takes away a port that goes without saying, with another scheme.
      port: port ?? (hostname === undefined && request.to.port !== 80 ? request.to.port : undefined),
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

function policiesOf(timeout: any, retry: any, { protocol }: RouteRequest): Policies {
  const request = timeout.http?.requestTimeout && milliseconds({ request: timeout.http.requestTimeout });
  const { numRetries, perTryTimeout, backOff, retryOn = [] } =
    only(retry[protocol === 'GRPC' ? 'grpc' : 'http'] ?? {}, 'numRetries', 'perTryTimeout', 'backOff', 'retryOn');
  // Without retries, no try has a time of its own.
  const timeouts = { ...request, ...(numRetries !== 0 && milliseconds({ backendRequest: perTryTimeout })) };
  const words: string[] = retryOn.filter((on: string) => !/^\d+$/.test(on));
  const codes = retryOn.filter((on: string) => /^\d+$/.test(on)).map(Number);
  const { statusCodes, countsNoAnswer } = codesOf(words.map(on => on === 'GatewayError' ? 'gateway-error' : on));
  return {
    ...(Object.keys(timeouts).length > 0 && { timeouts }),
    ...(numRetries === 0 && { retries: NO_RETRIES }),
    ...(numRetries > 0 && {
      retries: {
        attempts: numRetries,
        statusCodes: protocol === 'GRPC' ? [] : sorted([...codes, ...statusCodes]),
        grpcStatuses: protocol === 'GRPC' ? retryOn.map((on: string) => GRPC_STATUSES[on]) : [],
        // With status codes alone, failed connections are added.
        connectionFailures: protocol === 'HTTP' && (countsNoAnswer || words.length === 0 || (words.includes('ConnectFailure') && words.includes('Reset'))),
        ...milliseconds({ backoff: backOff?.baseInterval }),
      },
    }),
  };
}

/** The port tells clients apart by a cookie, and the backend picks its pods by that. */
function stickinessOf(manifests: readonly any[], { hashPolicies = [] }: any, sent: readonly Taker[], request: RouteRequest): Pick<Policies, 'stickiness'> {
  const [policy, ...others] = hashPolicies;
  if (policy === undefined || !setsCookie(policy)) {
    return {};
  }
  const balanced = sent.filter(({ weight }) => weight > 0).map(({ to }) => confFor(manifests, 'MeshLoadBalancingStrategy', request, to).loadBalancer?.type === 'Maglev');
  const { name, path, ttl } = only(policy.cookie ?? {}, 'name', 'path', 'ttl');
  if (balanced.length !== 1 || !balanced[0] || policy.type !== 'Cookie' || others.length > 0 || path !== '/' || ttl === undefined) {
    throw new Unknown('the cookie picks no pod');
  }
  const { time } = milliseconds({ time: ttl });
  return { stickiness: { type: 'cookie', name, ...(time !== 0 && { absoluteTimeout: time }) } };
}

/** A cookie is set where it has a lifetime, be it none. */
function setsCookie({ cookie }: any): boolean {
  return cookie?.ttl !== undefined;
}

const BALANCERS: Readonly<Record<string, LoadBalancing['kind']>> = {
  RoundRobin: 'roundRobin', LeastRequest: 'leastRequest', Random: 'random', RingHash: 'ringHash', Maglev: 'maglev',
};

/** The Service that gets requests picks its pods; requests are told apart on their way to the Service that is called. */
function balancedBy(manifests: readonly any[], to: ServicePort, request: RouteRequest, isConnection: boolean): Traffic {
  const { loadBalancer } = confFor(manifests, 'MeshLoadBalancingStrategy', request, to);
  const { hashPolicies = [] } = confFor(manifests, 'MeshLoadBalancingStrategy', request);
  // Connections have no cookies, which are said of the way.
  if (loadBalancer === undefined || (!isConnection && hashPolicies.some(setsCookie))) {
    return {};
  }
  const { type, leastRequest = {}, ringHash = {} } = only(loadBalancer, 'type', 'leastRequest', 'ringHash');
  const kind = BALANCERS[type];
  const isHashing = kind === 'ringHash' || kind === 'maglev';
  const { choiceCount: choices } = only(leastRequest, 'choiceCount');
  const { minRingSize: minimumRingSize } = only(ringHash, 'minRingSize');
  return {
    loadBalancing: {
      kind,
      // What is said of another way to balance is not read.
      ...(kind === 'leastRequest' && choices !== undefined && { choices }),
      ...(kind === 'ringHash' && minimumRingSize !== undefined && { minimumRingSize }),
      // Without a key, any pod gets the request.
      ...(isHashing && hasRequests(request) && hashPolicies.length === 1 && { key: hashed(hashPolicies[0]) }),
    },
  };
}

/** Zones stand in as their `priority` says (`GetLocalityGroups` in `meshloadbalancingstrategy/plugin/v1alpha1/priority.go`). */
function failingOver(manifests: readonly any[], to: ServicePort, request: RouteRequest): Traffic {
  const { localityAwareness } = confFor(manifests, 'MeshLoadBalancingStrategy', request, to);
  if (localityAwareness === undefined) {
    return {};
  }
  const { failover, failoverThreshold: { percentage } } = only(only(localityAwareness, 'crossZone').crossZone, 'failover', 'failoverThreshold');
  // The overprovisioning factor is 100 times as much as that of Envoy, so that any healthy pod keeps all requests.
  if (to.groupKind === undefined || 100 / Number(percentage) < 1000) {
    throw new Unknown('which zones stand in?');
  }
  return {
    failover: failover.map((one: any) => {
      const { type, zones } = only(only(one, 'to').to, 'type', 'zones');
      if (type !== 'Only' || zones.length !== 1) {
        throw new Unknown('which zones stand in?');
      }
      return `${to.namespace}/${to.service} in ${zones[0]}`;
    }),
  };
}

function hashed(policy: any): LoadBalancing['key'] {
  const { header, cookie, queryParameter, connection } = only(policy, 'type', 'header', 'cookie', 'queryParameter', 'connection');
  return header ? { kind: 'header', name: header.name }
    : cookie ? { kind: 'cookie', name: only(cookie, 'name').name }
      : queryParameter ? { kind: 'queryParameter', name: queryParameter.name }
        : connection?.sourceIP === true ? { kind: 'sourceAddress' } : undefined;
}

/** Connections are made by the Service that gets something; those without requests are idle to the one that is called. For gRPC, no time is read but the first. */
function connectionsOf(manifests: readonly any[], to: ServicePort, request: RouteRequest, isConnection: boolean): Traffic {
  const { connectionTimeout, idleTimeout, http } = confFor(manifests, 'MeshTimeout', request, to);
  const isHttp = request.protocol === 'HTTP' && !isConnection;
  const idle = isHttp ? idleTimeout : isConnection ? confFor(manifests, 'MeshTimeout', request).idleTimeout : undefined;
  const { maxDuration = 0, ...times } = milliseconds({
    connectTimeout: connectionTimeout, idleTimeout: idle, maxDuration: isHttp ? http?.maxConnectionDuration : undefined,
  });
  const connections = { ...times, ...(maxDuration > 0 && { maxDuration }) };
  return Object.keys(connections).length > 0 ? { connections } : {};
}

function circuitBreakingOf(manifests: readonly any[], to: ServicePort, request: RouteRequest): Traffic {
  const { connectionLimits = {}, outlierDetection = {} } = only(confFor(manifests, 'MeshCircuitBreaker', request, to), 'connectionLimits', 'outlierDetection');
  const { splitExternalAndLocalErrors = false, baseEjectionTime, interval, maxEjectionPercent, healthyPanicThreshold, detectors = {} } = only(
    outlierDetection, 'splitExternalAndLocalErrors', 'baseEjectionTime', 'interval', 'maxEjectionPercent', 'healthyPanicThreshold', 'detectors');
  const { totalFailures, gatewayFailures, localOriginFailures } = only(detectors, 'totalFailures', 'gatewayFailures', 'localOriginFailures');
  const circuitBreaking = {
    ...only(connectionLimits, 'maxConnections', 'maxPendingRequests', 'maxRequests', 'maxRetries'),
    ...(totalFailures && { consecutiveErrors: totalFailures.consecutive }),
    ...(gatewayFailures && { consecutiveGatewayErrors: gatewayFailures.consecutive }),
    ...(splitExternalAndLocalErrors && localOriginFailures && { consecutiveConnectionFailures: localOriginFailures.consecutive }),
    ...milliseconds({ ejectionTime: baseEjectionTime, interval }),
    ...(maxEjectionPercent !== undefined && { maxEjectionPercent }),
    ...(healthyPanicThreshold !== undefined && { minHealthPercent: healthyPanicThreshold }),
  };
  return Object.keys(circuitBreaking).length > 0 ? { circuitBreaking } : {};
}
