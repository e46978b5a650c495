import { milliseconds } from './duration';
import { externalHost } from './external-host';
import type { Candidate, Reading } from './gateway-api-readings';
import type { Changes, Outcome, Policies, Taker } from './outcome';
import { NO_RETRIES, forwarded, fraction, location, nameOf, toService } from './outcome';
import type { RouteRequest, ServicePort } from './request';
import { hasRequests } from './request';
import { only } from '../fields';
import { Unknown } from '../unknown';

const GROUP = 'gateway.networking.k8s.io';
/** Of several kinds on one port, the first counts (GEP-1294, "Route types"). */
const KINDS = { HTTP: ['GRPCRoute', 'HTTPRoute'], GRPC: ['GRPCRoute', 'HTTPRoute'], TLS: ['TLSRoute', 'TCPRoute'], TCP: ['TCPRoute'], UDP: ['UDPRoute'] } as const;

/**
 * What becomes of a request by the routes of a Service, as an implementation reads them.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/
 */
export function routedByGatewayApi(reading: Reading): (manifests: readonly any[], request: RouteRequest) => Outcome {
  return (manifests, request) => {
    const attached = ofKinds(manifests, request, reading).map(route => ({ route, ports: portsFor(route, request, reading) }))
      .filter(({ route, ports }) => ports.length > 0 && reading.readsRoute(route, request));
    const routes = deciding(attached, reading.atWaypoint ? seenAtWaypoint(manifests, request) : request, reading);
    const toTheService = () => toService(request, reading.traffic(manifests, request.to, request), reading.unrouted(manifests, request));
    return routes.length === 0 ? toTheService()
      : byRoutes(manifests, routes, request, { ...reading, needsGrant: reading.needsGrantInMesh, knows: reading.knowsInMesh })
        ?? (reading.unmatched === 'fails' ? { kind: 'failed' } : toTheService());
  };
}

/** As if the waypoint called the Service: labels of this, or of its namespace, say which one it is. */
function seenAtWaypoint(manifests: readonly any[], request: RouteRequest): RouteRequest {
  const { service, namespace } = request.to;
  const labelsOf = (of: string, name: string, home?: string) =>
    manifests.find(({ kind, metadata }) => kind === of && metadata.name === name && metadata.namespace === home)?.metadata.labels;
  const all = [labelsOf('Service', service, namespace), labelsOf('Namespace', namespace)];
  const said = all.find(labels => labels?.['istio.io/use-waypoint'] !== undefined) ?? {};
  if (said['istio.io/use-waypoint'] === 'none') {
    throw new Unknown('it has no waypoint');
  }
  return { ...request, client: { namespace: said['istio.io/use-waypoint-namespace'] ?? namespace } };
}

interface Attached {
  readonly route: any;
  readonly ports: readonly unknown[];
}

/** The routes that decide: those of the namespace of the client, or those of the Service, or both; of one kind. */
function deciding(attached: readonly Attached[], { client, to, protocol }: RouteRequest, reading: Reading): any[] {
  const of = (namespace: string) => attached.filter(({ route }) => route.metadata.namespace === namespace);
  const consumers = client.namespace === to.namespace ? [] : of(client.namespace);
  const all = reading.consumers === 'beside' || consumers.length === 0 ? attached.filter(one => consumers.includes(one) || of(to.namespace).includes(one)) : consumers;
  const kinds = KINDS[protocol].filter(kind => all.some(({ route }) => route.kind === kind));
  if (reading.severalKinds === 'unknown' && kinds.length > 1) {
    throw new Unknown('one of several kinds of routes is dropped');
  }
  const isSeveral = (said: (one: Attached) => readonly unknown[]) => new Set(all.flatMap(said)).size > 1;
  if (!reading.mergesPorts && (isSeveral(({ ports }) => ports) || isSeveral(({ route }) => [route.metadata.namespace]))) {
    throw new Unknown('one of several routes is dropped, or goes behind the others');
  }
  return all.map(({ route }) => route).filter(({ kind }) => kind === kinds[0]);
}

/** What becomes of a request that comes to a port of a gateway, 80 unless said otherwise: the routes decide that name its host most closely. */
export function routedByGateway(reading: Reading): (manifests: readonly any[], request: RouteRequest, port?: number) => Outcome {
  return (manifests, request, port = 80) => {
    const exposed = ofKinds(manifests, request, reading).map(route => ({ route, rank: Math.max(...hostRanks(manifests, route, request, port)) }));
    const closest = Math.max(...exposed.map(({ rank }) => rank));
    const routes = closest < 0 ? [] : exposed.filter(({ rank }) => rank === closest).map(({ route }) => route);
    return byRoutes(manifests, routes, request, reading) ?? { kind: 'failed' };
  };
}

function ofKinds(manifests: readonly any[], { protocol }: RouteRequest, reading: Reading): any[] {
  const kinds: readonly string[] = KINDS[protocol];
  return manifests.filter(one => kinds.includes(one.kind) && !isDropped(one, reading));
}

/** Whether a route is left out as a whole, for a filter of a rule, or for what a rule sends to. */
function isDropped({ kind, spec }: any, { unknownFilter, filters: known, backendFilters }: Reading): boolean {
  const isStrange = (filters: readonly any[] = [], ofThese: readonly string[]) => filters.some(({ type }) => !ofThese.includes(type));
  return unknownFilter === 'route is dropped' && spec.rules.some(({ filters, backendRefs = [] }: any) => isStrange(filters, known)
    || backendRefs.some((ref: any) => ref.weight !== 0
      && (isStrange(ref.filters, backendFilters(kind, backendRefs.length)) || ((ref.kind ?? 'Service') === 'Service' && ref.name.includes('.')))));
}

function byRoutes(manifests: readonly any[], routes: readonly any[], request: RouteRequest, reading: Reading): Outcome | undefined {
  const taken = hasRequests(request) ? requestRule(routes, request, reading) : connectionRule(routes, request);
  return taken && outcome({ manifests, request, reading, ...taken });
}

/**
 * How closely the host is named by what the route and a listener that lets it in have in common, for each such listener: the narrower of both
 * decides (`conformance/tests/httproute-hostname-intersection.yaml` of kubernetes-sigs/gateway-api).
 */
function hostRanks(manifests: readonly any[], { kind, metadata, spec }: any, { host }: RouteRequest, called: number): number[] {
  const ranks = (names: readonly (string | undefined)[]) =>
    names.flatMap(name => name === undefined ? [0] : name === host ? [Infinity] : hostHolds(name, host) ? [name.length] : []);
  const named = ranks(spec.hostnames ?? [undefined]);
  return spec.parentRefs.flatMap((ref: any) => {
    const { kind: of = 'Gateway', name, namespace = metadata.namespace, port = called, sectionName } =
      only(ref, 'group', 'kind', 'name', 'namespace', 'port', 'sectionName');
    const parent = manifests.find(one => one.kind === of && one.metadata.name === name && one.metadata.namespace === namespace);
    if (of !== 'Gateway' && (of !== 'ListenerSet' || !isTaken(manifests, parent))) {
      return [];
    }
    const letsIn = ({ name: section, port: listens, protocol, allowedRoutes: { kinds = CARRIED[protocol], namespaces = SAME } }: any) =>
      (sectionName === undefined || section === sectionName) && listens === called && port === called
      && kinds.some((allowed: any) => allowed.kind === kind) && isFrom(namespaces, metadata.namespace, namespace);
    return parent.spec.listeners.filter(letsIn)
      .flatMap((listener: any) => ranks([listener.hostname]).flatMap(rank => named.map(one => Math.max(rank, one))));
  });
}

/** What a listener lets in that does not say it. */
const CARRIED: Readonly<Record<string, readonly { readonly kind: string }[]>> = {
  HTTP: [{ kind: 'HTTPRoute' }, { kind: 'GRPCRoute' }], TCP: [{ kind: 'TCPRoute' }], UDP: [{ kind: 'UDPRoute' }],
};
const SAME = { from: 'Same' };

/** Whether the Gateway of a ListenerSet takes its listeners; unless it says so, it takes none. */
function isTaken(manifests: readonly any[], { metadata, spec: { parentRef } }: any): boolean {
  const { name, namespace = metadata.namespace } = only(parentRef, 'group', 'kind', 'name', 'namespace');
  const gateway = manifests.find(one => one.kind === 'Gateway' && one.metadata.name === name && one.metadata.namespace === namespace);
  return isFrom(gateway.spec.allowedListeners?.namespaces ?? { from: 'None' }, metadata.namespace, namespace);
}

function isFrom({ from }: any, namespace: string, home: string): boolean {
  switch (from) {
    case 'All': return true;
    case 'Same': return namespace === home;
    case 'None': return false;
    default: throw new Unknown(`not known here: ${from}`);
  }
}

/** The ports that a route names as its parents, where they are the called port of the Service. A section of a Service is the name of a port. */
function portsFor({ metadata, spec }: any, { to, portName }: RouteRequest, { readsSections }: Reading): unknown[] {
  const called = to.groupKind ?? { group: '', kind: 'Service' };
  return spec.parentRefs.filter((ref: any) => ref.kind === called.kind).flatMap((ref: any) => {
    const { group, name, namespace = metadata.namespace, port, sectionName } = only(ref, 'group', 'kind', 'name', 'namespace', 'port', 'sectionName');
    const isIt = group === called.group && name === to.service && namespace === to.namespace;
    return isIt && (port ?? to.port) === to.port && (!readsSections || (sectionName ?? portName) === portName) ? [port] : [];
  });
}

/** The routes for connections have one rule. Of server names, the longest that holds decides. */
function connectionRule(routes: readonly any[], { host }: RouteRequest): Candidate | undefined {
  const named = routes.filter(({ kind, spec }) => kind !== 'TLSRoute' || spec.hostnames.some((name: string) => hostHolds(name, host)))
    .sort((a, b) => longestName(a, host) === longestName(b, host) ? 0 : longestName(b, host) - longestName(a, host));
  const [route] = named;
  if (route === undefined) {
    return undefined;
  }
  if (route.spec.rules.length !== 1) {
    throw new Unknown(`${route.kind} has ${route.spec.rules.length} rules`);
  }
  return { route, rule: route.spec.rules[0], match: {}, rank: [] };
}

function hostHolds(name: string, host: string): boolean {
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) : name === host;
}

/** A whole name goes before any with a wildcard. */
function longestName({ spec }: any, host: string): number {
  const names: string[] = (spec.hostnames ?? []).filter((name: string) => hostHolds(name, host));
  return Math.max(0, ...names.map(name => name === host ? Infinity : name.length));
}

/** The rule of the match that ranks first; of equals the first, as they are written. */
function requestRule(routes: readonly any[], request: RouteRequest, reading: Reading): Candidate | undefined {
  const candidates = routes.flatMap(route => route.spec.rules.flatMap((rule: any) => {
    // The API server writes what is the default of an HTTPRoute.
    const written: readonly any[] = rule.matches ?? (route.kind === 'GRPCRoute' ? [] : [{}]);
    const matches = written.length === 0 ? reading.everyRequest : written.map(match => asApplied(route.kind, match));
    return matches.filter(match => matchHolds(route.kind, match, request, reading) && !reading.passesOver(rule, request))
      .map((match): Candidate => ({ route, rule, match, rank: reading.rank(match, { ...request, protocol: route.kind === 'GRPCRoute' ? 'GRPC' : 'HTTP' }, route) }));
  }));
  return candidates.reduce<Candidate | undefined>((best, next) => best === undefined || compare(next.rank, best.rank) > 0 ? next : best, undefined);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((n, k) => n !== b[k]);
  return i === -1 ? 0 : a[i] - b[i];
}

/** The API server writes the path that is the default. */
function asApplied(kind: string, match: any): any {
  return kind === 'GRPCRoute' ? match : { path: { type: 'PathPrefix', value: '/' }, ...match };
}

function matchHolds(kind: string, match: any, request: RouteRequest, reading: Reading): boolean {
  const { path, method, headers = [], queryParams = [] } = only(match, 'path', 'method', 'headers', 'queryParams');
  const valueHolds = ({ type = 'Exact', value }: any, actual: string | undefined) => actual !== undefined
    && (type === 'Exact' ? actual === value : reading.expressionHolds(value, actual));
  return (kind === 'GRPCRoute' ? grpcHolds(method, request) : method === undefined || method === request.method)
    && (path === undefined || pathHolds(path, request.path, reading))
    && headers.every((h: any) => valueHolds(h, own(request.headers, h.name.toLowerCase())))
    && queryParams.every((q: any) => valueHolds(q, own(request.query, q.name)));
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function grpcHolds(method: any, { path }: RouteRequest): boolean {
  if (method !== undefined && method.type !== 'Exact') {
    throw new Unknown(`not known here: ${method.type}`);
  }
  const [, service, ...name] = path.split('/');
  return method === undefined || ((method.service ?? service) === service && (method.method ?? name.join('/')) === name.join('/'));
}

function pathHolds({ type, value }: any, path: string, reading: Reading): boolean {
  switch (type) {
    case 'Every': return true;
    case 'Exact': return path === value;
    case 'PathPrefix': return reading.prefixHolds(value, path);
    case 'RegularExpression': return reading.expressionHolds(value, path);
    default: throw new Unknown(`not known here: ${type}`);
  }
}

interface Taken extends Candidate {
  readonly manifests: readonly any[];
  readonly request: RouteRequest;
  readonly reading: Reading;
}

function outcome({ manifests, request, reading, route, rule, match }: Taken): Outcome {
  const { filters = [], backendRefs: named = [], timeouts, retry, sessionPersistence } =
    only(rule, 'name', 'matches', 'filters', 'backendRefs', 'timeouts', 'retry', 'sessionPersistence');
  const filter = (type: string) => filters.filter((one: any) => one.type === type && reading.filters.includes(type));
  const unread = filters.find(({ type }: any) => !reading.filters.includes(type));
  if (unread !== undefined && reading.unknownFilter === 'route is invalid') {
    throw new Unknown(`${route.kind} is invalid, for the filter ${unread.type}`);
  }
  const { service, namespace, port } = request.to;
  const backendRefs = named.length === 0 && reading.noBackends === 'goes to the Service' ? [{ name: service, namespace, port }] : named;
  const [redirect] = filter('RequestRedirect');
  if (redirect !== undefined) {
    return redirected(redirect.requestRedirect, match, request, reading);
  }
  if (backendRefs.every(({ weight = 1 }: any) => reading.weight(weight) === 0)) {
    return hasRequests(request) ? { kind: 'responded', status: 500 } : { kind: 'failed' };
  }
  const [rewrite] = filter('URLRewrite').map((one: any) => only(one.urlRewrite, 'hostname', 'path'));
  const [requestChanges] = filter('RequestHeaderModifier').map((one: any) => changesOf(one.requestHeaderModifier));
  const [responseChanges] = filter('ResponseHeaderModifier').map((one: any) => changesOf(one.responseHeaderModifier));
  const inOrder = (rules: Changes | undefined, backends: readonly Changes[]) =>
    reading.changesOfBackend(backendRefs.length) === 'after' ? [rules, ...backends] : [...backends, rules];
  const takers = backendRefs.map((ref: any): Taker => {
    const { weight = 1, filters: ofBackend = [] } = only(ref, 'group', 'kind', 'name', 'namespace', 'port', 'weight', 'filters');
    const read = reading.backendFilters(route.kind, backendRefs.length);
    const of = (type: string, field: string) => ofBackend.filter((one: any) => one.type === type && read.includes(type))
      .map((one: any) => changesOf(one[field]));
    const to = referenced(manifests, route, ref, reading);
    return {
      to,
      weight: reading.weight(weight),
      host: rewrite?.hostname,
      path: rewrite?.path && changedPath(rewrite.path, match, request.path, reading.rewrittenPrefix),
      requestHeaders: inOrder(requestChanges, of('RequestHeaderModifier', 'requestHeaderModifier')),
      responseHeaders: inOrder(responseChanges, of('ResponseHeaderModifier', 'responseHeaderModifier')),
      traffic: reading.traffic(manifests, to, request),
    };
  });
  const copies = filter('RequestMirror').map(({ requestMirror }: any) => copy(manifests, route, requestMirror, reading));
  const [cors] = filter('CORS').map((one: any) => corsOf(one.cors));
  const backends = takers.filter(({ weight }: Taker) => weight > 0).map(({ to }: Taker) => to);
  const policies = reading.policies({ route, backends, filters, manifests, request }, {
    ...(timeouts && { timeouts: milliseconds(only(timeouts, 'request', 'backendRequest')) }),
    ...(retry && { retries: retriesOf(retry, reading) }),
    ...(cors && { cors }),
    ...(sessionPersistence && { stickiness: stickinessOf(sessionPersistence) }),
  });
  return forwarded(request, takers, { copies: copies.filter((one: string | undefined) => one !== undefined), policies });
}

/** A Service that a route names, where it may: in another namespace than route and routed Service, a ReferenceGrant has to allow it. */
function referenced(
  manifests: readonly any[], { kind, metadata, spec }: any, { group = '', kind: of = 'Service', name, namespace = metadata.namespace, port }: any,
  { needsGrant, knows }: Pick<Reading, 'needsGrant' | 'knows'>,
): ServicePort {
  const isService = group === '' && of === 'Service';
  if (!isService && !knows({ group, kind: of }, namespace !== metadata.namespace)) {
    throw new Unknown(`backends of kind ${of}.${group}`);
  }
  const isOfParent = spec.parentRefs.every((parent: any) => parent.kind === 'Service' && parent.namespace === namespace);
  const granted = !needsGrant || namespace === metadata.namespace || isOfParent || manifests.some(grant => grant.kind === 'ReferenceGrant' && grant.metadata.namespace === namespace
    && grant.spec.from.some((from: any) => from.group === GROUP && from.kind === kind && from.namespace === metadata.namespace)
    && grant.spec.to.some((to: any) => to.group === group && to.kind === of && (to.name ?? name) === name));
  if (!granted) {
    throw new Unknown(`no ReferenceGrant allows ${namespace}/${name}`);
  }
  const isOutside = group === 'gateway.networking.x-k8s.io' && of === 'XBackend';
  const taking = isOutside ? externalHost(manifests, namespace, name).port : port;
  return { service: name, namespace, port: taking, ...(!isService && { groupKind: { group, kind: of } }) };
}

function changesOf(modifier: any): Changes {
  const { set, add, remove } = only(modifier, 'set', 'add', 'remove');
  const byName = (list: any[] = []) => Object.fromEntries(list.map(({ name, value }) => [name, value]));
  return { set: byName(set), add: byName(add), remove };
}

function redirected(redirect: any, match: any, request: RouteRequest, reading: Reading): Outcome {
  const { scheme, hostname, port, path, statusCode = 302 } = only(redirect, 'scheme', 'hostname', 'port', 'path', 'statusCode');
  const to = {
    scheme: scheme ?? 'http',
    host: hostname ?? request.host,
    port: port ?? reading.redirectPort({ scheme, hostname }, request),
    path: path === undefined ? request.path : changedPath(path, match, request.path, reading.redirectedPrefix),
  };
  const query = path?.type === 'ReplaceFullPath' && reading.dropsQuery ? {} : request.query;
  return { kind: 'redirected', status: statusCode, location: location({ query }, to) };
}

function changedPath({ type, replaceFullPath, replacePrefixMatch }: any, { path }: any, actual: string, replaced: Reading['rewrittenPrefix']): string {
  switch (type) {
    case 'ReplaceFullPath': return replaceFullPath;
    case 'ReplacePrefixMatch':
      if (path.type !== 'PathPrefix') {
        throw new Unknown('no prefix to replace');
      }
      return replaced(replacePrefixMatch, path.value === '/' ? actual : actual.slice(path.value.replace(/\/$/, '').length), path.value);
    default: throw new Unknown(`not known here: ${type}`);
  }
}

function copy(manifests: readonly any[], route: any, mirror: any, reading: Reading): string | undefined {
  const { backendRef, percent, fraction: part } = only(mirror, 'backendRef', 'percent', 'fraction');
  const { numerator: some, denominator: all = 100 } = part ?? { numerator: percent ?? 100 };
  const [numerator, denominator] = reading.mirrored([some, all]);
  return numerator === 0 ? undefined : `${nameOf(referenced(manifests, route, backendRef, reading))} ${fraction(numerator, denominator)}`;
}

function corsOf(cors: any): Policies['cors'] {
  const lists = { allowOrigins: [], allowMethods: [], allowHeaders: [], exposeHeaders: [] };
  return { ...lists, allowCredentials: false, maxAge: 5, ...only(cors, ...Object.keys(lists), 'allowCredentials', 'maxAge') };
}

/** A connection that fails is tried again, too. */
function retriesOf(retry: any, { attempts: otherwise }: Reading): Policies['retries'] {
  const { attempts = otherwise, codes = [], backoff } = only(retry, 'attempts', 'codes', 'backoff');
  if (attempts === 'unknown') {
    throw new Unknown('implementations differ in how often they try again');
  }
  return attempts === 0 ? NO_RETRIES : { attempts, statusCodes: codes, grpcStatuses: [], connectionFailures: true, ...milliseconds({ backoff }) };
}

function stickinessOf(persistence: any): Policies['stickiness'] {
  const { type, cookie, header, absoluteTimeout, idleTimeout } = only(persistence, 'type', 'cookie', 'header', 'absoluteTimeout', 'idleTimeout');
  const { name } = type === 'Cookie' ? cookie : header;
  return { type: type.toLowerCase(), ...(name !== undefined && { name }), ...milliseconds({ absoluteTimeout, idleTimeout }) };
}
