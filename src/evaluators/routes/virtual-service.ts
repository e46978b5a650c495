import { stickinessByDestinationRules, subsetLabels, toServiceByIstio, trafficOfIstio } from './destination-rule';
import { codesOf, sorted } from './envoy-retries';
import { seenFrom } from './istio-exports';
import type { Changes, Outcome, Policies, Taker } from './outcome';
import { NO_RETRIES, forwarded, fraction, location, nameOf } from './outcome';
import type { Asked, RouteRequest, ServicePort } from './request';
import { hasRequests } from './request';
import { delegated } from './virtual-service-delegates';
import { expression, whole } from '../expression';
import { only } from '../fields';
import { Unknown } from '../unknown';

const DOMAIN = '.svc.cluster.local';
const SUBSTITUTE_ALL = 'g';

/**
 * What becomes of a request by the VirtualServices of a Service, as sidecars get them.
 *
 * `pilot/pkg/model/virtualservice.go`: those that are exported to their own namespace alone come first, and then those for
 * all; `pilot/pkg/networking/core/route/route.go`: the first that has a route for the port decides.
 */
export function routedByVirtualService(manifests: readonly any[], request: RouteRequest): Outcome {
  const { to, client } = request;
  const all = routesInMesh(manifests)
    .filter(({ metadata, spec }) => spec.hosts.some((host: string) => fullName(host, metadata.namespace) === `${to.service}.${to.namespace}${DOMAIN}`));
  const seen = seenFrom(client.namespace, all);
  if (request.protocol === 'TLS') return routedByServerName(manifests, seen, request);
  const [first] = seen.map(one => ({ one, routes: routesOn(one.spec, request) })).filter(({ routes }) => routes.length > 0);
  if (first === undefined) {
    return toServiceByIstio(manifests, request);
  }
  const { one: { metadata }, routes } = first;
  const route = routes.find(({ match }) => match.some((one: any) => matchHolds(one, request)));
  return route === undefined ? { kind: 'failed' } : outcome(manifests, metadata.namespace, route, request);
}

/** VirtualServices that are not for gateways alone, with what they delegate in its place. */
export function routesInMesh(manifests: readonly any[]): any[] {
  const all = manifests.filter(({ kind }) => kind === 'VirtualService');
  return all.filter(({ spec }) => spec.hosts !== undefined && (only(spec, ...FIELDS).gateways ?? ['mesh']).includes('mesh')).map(one => delegated(one, all));
}

const FIELDS = ['hosts', 'gateways', 'exportTo', 'http', 'tcp', 'tls'];

/**
 * `pilot/pkg/networking/core/tls.go`: each list of names is a filter chain, and Envoy takes the one whose name is closest. Where there is any,
 * there is none for what is left.
 */
function routedByServerName(manifests: readonly any[], seen: readonly any[], request: RouteRequest): Outcome {
  const { to, client, host } = request;
  const routes = seen.flatMap(({ metadata, spec: { tls = [] } }) =>
    tls.filter((one: any) => (one.route ?? []).length > 0).map((route: any) => ({ metadata, route })));
  const said = routes.flatMap(({ metadata, route }) => (route.match ?? [])
    .map((match: any) => only(match, 'sniHosts', 'port', 'gateways', 'sourceNamespace', 'sourceLabels'))
    .filter(({ port = to.port, gateways = ['mesh'], ...source }: any) => port === to.port && gateways.includes('mesh') && comesFrom(source, client))
    .map(({ sniHosts }: any) => ({ metadata, route: { ...route, match: [{}] }, names: sniHosts })));
  const chains = said.filter(({ names }, i) => said.findIndex(other => other.names.join() === names.join()) === i)
    .map(chain => ({ ...chain, names: chain.names.includes('*') ? ['*'] : chain.names }));
  const names = chains.flatMap(chain => chain.names);
  if (new Set(names).size < names.length) {
    throw new Unknown('Envoy takes no two filter chains for a name');
  }
  if (chains.length === 0) {
    return toServiceByIstio(manifests, request);
  }
  const [closest] = names.filter(name => name === host || name === '*' || (name.startsWith('*.') && host.endsWith(name.slice(1))))
    .sort((a, b) => Number(b === host) - Number(a === host) || b.length - a.length);
  const chain = chains.find(one => one.names.includes(closest));
  return chain === undefined ? { kind: 'failed' } : outcome(manifests, chain.metadata.namespace, chain.route, request);
}

/** Those that have a match for the port, with these matches. */
function routesOn({ http = [], tcp = [] }: any, { to, client, ...request }: RouteRequest): any[] {
  const routes: readonly any[] = hasRequests(request) ? http : request.protocol === 'TCP' ? tcp : [];
  return routes.map(route => ({
    ...route,
    match: (route.match ?? [{}])
      // Where gateways are named, the client counts for connections only (`sourceMatchHTTP` in `route.go`).
      .filter(({ port = to.port, gateways, ...source }: any) => port === to.port && (gateways ?? ['mesh']).includes('mesh')
        && ((gateways !== undefined && hasRequests(request)) || comesFrom(source, client))),
  }))
    .filter(({ match }) => match.length > 0);
}

/** Whether the pod of the client is in the namespace, and has all of the labels. */
function comesFrom({ sourceNamespace, sourceLabels = {} }: any, { namespace, labels = {} }: RouteRequest['client']): boolean {
  return (sourceNamespace ?? namespace) === namespace && Object.entries(sourceLabels).every(([label, value]) => own(labels, label) === value);
}

/** A short name is one of the namespace of the VirtualService. */
export function fullName(host: string, namespace: string): string {
  return host.includes('.') ? host : `${host}.${namespace}${DOMAIN}`;
}

function serviceOf(destination: any, home: string, manifests: readonly any[], request: RouteRequest): ServicePort {
  const { host, port, subset } = only(destination, 'host', 'port', 'subset');
  if (port === undefined) {
    throw new Unknown('which port?');
  }
  const name = fullName(host, home);
  const [service, namespace, ...others] = name.slice(0, -DOMAIN.length).split('.');
  if (!name.endsWith(DOMAIN) || others.length > 0) {
    throw new Unknown(`no Service: ${host}`);
  }
  const to = { service, namespace, port: only(port, 'number').number };
  return subset === undefined ? to : { ...to, subset: subsetLabels(manifests, to, subset, request) };
}

/** Whether a match takes a request; its port is another question. */
export function matchHolds(match: any, request: Asked): boolean {
  const { uri, ignoreUriCase = false, method, headers = {}, withoutHeaders = {}, queryParams = {} } =
    only(match, 'port', 'gateways', 'sourceNamespace', 'sourceLabels', 'uri', 'ignoreUriCase', 'method', 'headers', 'withoutHeaders', 'queryParams');
  return (uri === undefined || pathHolds(uri, request.path, ignoreUriCase))
    && (method === undefined || textHolds(method, request.method))
    && Object.entries(headers).every(([name, condition]) => valueHolds(condition, own(request.headers, name.toLowerCase())))
    && Object.entries(withoutHeaders).every(([name, condition]) => isWithout(condition, own(request.headers, name.toLowerCase())))
    && Object.entries(queryParams).every(([name, condition]) => valueHolds(condition, own(request.query, name)));
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Expressions do not ignore the case. */
function pathHolds(condition: any, path: string, ignoresCase: boolean): boolean {
  const { exact, prefix } = condition;
  const lower = { ...(exact !== undefined && { exact: exact.toLowerCase() }), ...(prefix !== undefined && { prefix: prefix.toLowerCase() }) };
  return ignoresCase && condition.regex === undefined ? textHolds(lower, path.toLowerCase()) : textHolds(condition, path);
}

/** Where more than its presence is asked for, a header that is not there counts as empty (`translateHeaderMatch` in `route.go`). */
function isWithout(condition: any, actual: string | undefined): boolean {
  return Object.keys(condition).length === 0 ? actual === undefined : !textHolds(condition, actual ?? '');
}

/** A condition without any is presence. */
function valueHolds(condition: any, actual: string | undefined): boolean {
  return actual !== undefined && (Object.keys(condition).length === 0 || textHolds(condition, actual));
}

/** A prefix is any text that stands in front. */
function textHolds(condition: any, actual: string): boolean {
  const { exact, prefix, regex } = only(condition, 'exact', 'prefix', 'regex');
  if ([exact, prefix, regex].filter(one => one !== undefined).length !== 1) {
    throw new Unknown('a condition is one of three');
  }
  return exact !== undefined ? actual === exact : prefix !== undefined ? actual.startsWith(prefix) : whole(regex, actual);
}

/** What a route does with a request. */
export function outcome(manifests: readonly any[], namespace: string, route: any, request: RouteRequest): Outcome {
  const {
    headers = {}, rewrite = {}, redirect, directResponse, mirror, mirrorPercentage, mirrors: several = [], corsPolicy, fault, timeout, retries,
    route: destinations = [],
  } = only(route, 'name', 'match', 'headers', 'rewrite', 'redirect', 'directResponse', 'mirror', 'mirrorPercentage', 'mirrors', 'corsPolicy', 'fault', 'timeout', 'retries', 'route');
  if (redirect !== undefined) {
    if (fault !== undefined || destinations.length > 0 || route.rewrite !== undefined) {
      throw new Unknown('istiod does not admit it beside a redirect');
    }
    return redirected(redirect, request);
  }
  if (directResponse !== undefined) {
    if (fault !== undefined || destinations.length > 0 || route.rewrite !== undefined) {
      throw new Unknown('istiod does not admit it beside an answer');
    }
    return { kind: 'responded', status: only(directResponse, 'status', 'body').status };
  }
  const mirrors = [...mirror === undefined ? [] : [{ destination: mirror, ...(mirrorPercentage && { percentage: mirrorPercentage }) }], ...several];
  const { authority, uri, uriRegexRewrite } = only(rewrite, 'authority', 'uri', 'uriRegexRewrite');
  const matched = route.match.find((one: any) => matchHolds(one, request));
  // `processDestination`: the changes of one destination come after those of the route, and those of several before.
  const inOrder = (rule: any, destination: any) => destinations.length === 1 ? [rule, destination] : [destination, rule];
  const takers = destinations.map((one: any): Taker => {
    const { destination, weight, headers: more = {} } = only(one, 'destination', 'weight', 'headers');
    const to = serviceOf(destination, namespace, manifests, request);
    return {
      to,
      weight: destinations.length === 1 ? 1 : weight ?? 0,
      host: authority,
      path: uri !== undefined ? replaced(uri, matched, request.path) : uriRegexRewrite && substituted(uriRegexRewrite, request.path),
      requestHeaders: inOrder(changesOf(headers.request), changesOf(more.request)),
      responseHeaders: inOrder(changesOf(headers.response), changesOf(more.response)),
      traffic: trafficOfIstio(manifests, to, request),
    };
  });
  if (!hasRequests(request)) {
    return forwarded(request, takers);
  }
  const times = { request: milliseconds(timeout), backendRequest: milliseconds(retries?.perTryTimeout) };
  const backends = takers.filter((taker: Taker) => taker.weight > 0).map((taker: Taker) => taker.to);
  const policies: Policies = {
    ...(Object.values(times).some(time => time !== undefined) && { timeouts: times }),
    ...(retries && { retries: retries.attempts === 0 ? NO_RETRIES : retriesOf(retries) }),
    ...(corsPolicy && { cors: corsOf(corsPolicy) }),
    ...(fault && { faults: faultsOf(fault) }),
    ...stickinessByDestinationRules({ manifests, backends, request }),
  };
  const serviceOfCopy = (to: any) => serviceOf(to, namespace, manifests, request);
  return forwarded(request, takers, { copies: mirrors.flatMap((one: any) => copy(one, serviceOfCopy)), policies });
}

function substituted({ match, rewrite }: any, path: string): string {
  return path.replace(new RegExp(expression(match), SUBSTITUTE_ALL), () => rewrite);
}

/** Envoy replaces the prefix that was matched, or else the whole path. */
function replaced(uri: string, { uri: condition = { prefix: '/' }, ignoreUriCase = false }: any, path: string): string {
  if (ignoreUriCase) {
    throw new Unknown('a path of any case is replaced');
  }
  return condition.prefix === undefined ? uri : `${uri}${path.slice(condition.prefix.length)}`;
}

/** What is left out stays as it is in the request; a redirect without a code is for good. */
function redirected(redirect: any, request: RouteRequest): Outcome {
  const { scheme = 'http', authority, port, derivePort, uri, redirectCode = 301 } = only(redirect, 'scheme', 'authority', 'port', 'derivePort', 'uri', 'redirectCode');
  // Envoy takes away a port only with the host, or where it goes without saying (`scheme_rewrite_specifier` of its RedirectAction).
  const kept = derivePort === 'FROM_REQUEST_PORT' || (authority === undefined && request.to.port !== 80);
  const to = { scheme, host: authority ?? request.host, port: port ?? (kept ? request.to.port : undefined), path: uri ?? request.path };
  return { kind: 'redirected', status: redirectCode, location: location(request, to) };
}

function changesOf(operations: any): Changes | undefined {
  return operations && only(operations, 'set', 'add', 'remove');
}

function copy(mirror: any, serviceOfCopy: (destination: any) => ServicePort): string[] {
  const { destination, percentage } = only(mirror, 'destination', 'percentage');
  const parts = percentage === undefined ? 1_000_000 : millionths(percentage);
  return parts === 0 ? [] : [`${nameOf(serviceOfCopy(destination))} ${fraction(parts, 1_000_000)}`];
}

/** `translatePercentToFractionalPercent` in `route.go` cuts what is no whole millionth. */
function millionths(percentage: any): number {
  return Math.trunc(only(percentage, 'value').value * 10_000);
}

const CONNECTIONS = ['connect-failure', 'refused-stream', 'reset'];
const GRPC_STATUSES = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'];

/** Conditions of Envoy, and status codes among them. */
function retriesOf(retries: any): Policies['retries'] {
  const { attempts, retryOn, backoff } = only(retries, 'attempts', 'retryOn', 'perTryTimeout', 'backoff');
  if (retryOn === undefined) {
    throw new Unknown('what is tried again is left to the mesh');
  }
  const conditions: readonly string[] = retryOn.split(',');
  const codes = conditions.filter(one => /^\d+$/.test(one)).map(Number);
  const { statusCodes, countsNoAnswer } = codesOf(conditions);
  const known = [...CONNECTIONS, ...GRPC_STATUSES, '5xx', 'gateway-error', 'retriable-status-codes', ...codes.map(String)];
  const areApart = !countsNoAnswer && CONNECTIONS.some(one => conditions.includes(one) !== conditions.includes(CONNECTIONS[0]));
  if (areApart || conditions.some(one => !known.includes(one))) {
    throw new Unknown(`not known here: ${retryOn}`);
  }
  const time = milliseconds(backoff);
  return {
    attempts,
    statusCodes: sorted([...codes, ...statusCodes]),
    grpcStatuses: conditions.filter(one => GRPC_STATUSES.includes(one)),
    connectionFailures: countsNoAnswer || conditions.includes(CONNECTIONS[0]),
    ...(time !== undefined && { backoff: time }),
  };
}

function corsOf(cors: any): Policies['cors'] {
  const { allowOrigins, maxAge = '5s', unmatchedPreflights, ...names } =
    only(cors, 'allowOrigins', 'allowMethods', 'allowHeaders', 'exposeHeaders', 'allowCredentials', 'maxAge', 'unmatchedPreflights');
  if (unmatchedPreflights !== 'IGNORE') {
    throw new Unknown('requests that ask before are sent on');
  }
  return {
    allowMethods: [],
    allowHeaders: [],
    exposeHeaders: [],
    allowCredentials: false,
    ...names,
    allowOrigins: allowOrigins.map(({ exact, regex }: any) => exact ?? regex.replace('.*', '*').replace(/\\(.)/g, '$1')),
    maxAge: millisecondsOf(maxAge) / 1000,
  };
}

function faultsOf(fault: any): object {
  const { delay, abort } = only(fault, 'delay', 'abort');
  const percent = (percentage: any) => millionths(percentage) / 10_000;
  return {
    ...(delay && { delay: { percent: percent(delay.percentage), delay: milliseconds(only(delay, 'fixedDelay', 'percentage').fixedDelay) } }),
    ...(abort && { abort: { percent: percent(abort.percentage), statusCode: only(abort, 'httpStatus', 'percentage').httpStatus } }),
  };
}

function milliseconds(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : millisecondsOf(duration);
}

function millisecondsOf(duration: string): number {
  if (!/^\d+(\.\d{1,3})?s$/.test(duration)) {
    throw new Unknown(`no duration: ${duration}`);
  }
  return Math.round(Number(duration.slice(0, -1)) * 1000);
}
