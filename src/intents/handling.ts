import type { Duration } from 'cdk8s';
import { headersOf } from './header-changes';
import { podsOf } from './known-pods';
import { rateLimitOf } from './rate-limit';
import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';
import type { ByField, Every, Fields } from '../model/fields';
import { fieldsOf, merged } from '../model/fields';
import * as model from '../model/handling';
import { METHODS } from '../model/match';
import type { Backend } from '../model/service-ref';
import type { LoadBalancing } from '../vocabulary/load-balancing';
import type { MeshService } from '../vocabulary/mesh-service';
import { checkClusterName, checkHostname, checkLabels, checkNotEmpty, checkPort, checkQualifiedName } from '../vocabulary/names';
import type {
  CircuitBreaking, ConnectionSettings, CorsPolicy, DirectResponse, FailoverTarget, FaultInjection, LocalRateLimit,
  RequestHandling, RequestRedirect, RetryBudget, RouteMirror, SessionStickiness, TcpKeepalive, UrlRewrite,
} from '../vocabulary/request-handling';
import { checkHeaderName, checkPath } from '../vocabulary/request-match';
import { checkWhole, millis, optional, retriesOf, timeoutsOf } from '../vocabulary/timeouts-and-retries';

/** Where the copies of a mirror go, once ports are known. */
export type MirrorTarget = (mirror: RouteMirror) => Omit<model.Mirror, 'fraction'>;

/** What can happen to the requests of a rule. */
export type RuleHandling = RequestHandling & { readonly redirect?: RequestRedirect; readonly directResponse?: DirectResponse };

const OF_HANDLING: ByField<RuleHandling, model.Handling, [where: string, target: MirrorTarget]> = {
  timeouts: (timeouts, where) => ({ timeouts: timeoutsOf(`${where}: timeouts`, timeouts) }),
  retries: (retries, where) => ({ retries: retriesOf(`${where}: retries`, retries) }),
  mirrors: (mirrors, where, target) => ({
    mirrors: mirrors.map((mirror: Fields<RouteMirror, 'service' | 'port' | 'percent'>) => ({ ...target(mirror), fraction: fractionOf(`${where}: mirrors`, mirror.percent ?? 100) })),
  }),
  requestHeaders: (requestHeaders, where) => headerChangesOf(where, { requestHeaders }),
  responseHeaders: (responseHeaders, where) => headerChangesOf(where, { responseHeaders }),
  rewrite: (rewrite, where) => ({ rewrite: rewriteOf(`${where}: rewrite`, rewrite) }),
  redirect: (redirect, where) => ({ redirect: redirectOf(`${where}: redirect`, redirect) }),
  directResponse: (directResponse, where) => ({ directResponse: directResponseOf(`${where}: directResponse`, directResponse) }),
  cors: (cors, where) => ({ cors: corsOf(`${where}: cors`, cors) }),
  stickiness: (stickiness, where) => ({ stickiness: stickinessOf(`${where}: stickiness`, stickiness) }),
  faults: (faults, where) => ({ faults: faultsOf(`${where}: faults`, faults) }),
};

/** The names of these properties. */
export const HANDLING = fieldsOf(OF_HANDLING);

/** What happens to requests on their way, in the words of the model. */
export const handlingOf = merged<RuleHandling, model.Handling, [where: string, target: MirrorTarget]>(OF_HANDLING);

/** Changes of headers, of a rule or of a backend. */
export function headerChangesOf(
  where: string, { requestHeaders, responseHeaders }: Pick<RequestHandling, 'requestHeaders' | 'responseHeaders'>,
): Pick<model.Handling, 'requestHeaders' | 'responseHeaders'> {
  return {
    ...(requestHeaders && { requestHeaders: headersOf(`${where}: requestHeaders`, requestHeaders) }),
    ...(responseHeaders && { responseHeaders: headersOf(`${where}: responseHeaders`, responseHeaders) }),
  };
}

/** The denominators of Envoy, which every implementation can express exactly. */
function fractionOf(where: string, percent: number): model.Fraction {
  checkPercent(where, percent);
  const [places] = [0, 2, 4].filter(decimals => hasAtMostDecimals(percent, decimals));
  return { numerator: Math.round(percent * 10 ** places), denominator: 100 * 10 ** places };
}

function rewriteOf(where: string, { hostname, path, pathPrefix }: Fields<UrlRewrite, 'hostname' | 'path' | 'pathPrefix'>): model.Rewrite {
  const change = pathChangeOf(where, path, pathPrefix);
  if (hostname === undefined && change === undefined) {
    throw misuse('MESH1401', where, 'nothing is rewritten', 'Give `hostname`, `path` or `pathPrefix`, or leave it out');
  }
  return { ...optional('hostname', hostname && checkHostname(where, hostname)), ...optional('path', change) };
}

const REDIRECT_CODES = [301, 302, 303, 307, 308];

function redirectOf(
  where: string,
  { scheme, hostname, port, path, pathPrefix, statusCode = 302 }: Fields<RequestRedirect, 'scheme' | 'hostname' | 'port' | 'path' | 'pathPrefix' | 'statusCode'>,
): model.Redirect {
  if (!REDIRECT_CODES.includes(statusCode)) {
    throw misuse('MESH1405', where, `${statusCode} is not the code of a redirect`, `Use one of ${REDIRECT_CODES.join(', ')}`);
  }
  if (port !== undefined) {
    checkPort(where, port);
  }
  const change = pathChangeOf(where, path, pathPrefix);
  if (scheme === undefined && hostname === undefined && port === undefined && change === undefined) {
    throw misuse('MESH1401', where, 'the redirect does not change the URL', 'Give `scheme`, `hostname`, `port`, `path` or `pathPrefix`');
  }
  return {
    ...optional('scheme', schemeOf(where, scheme)),
    ...optional('hostname', hostname && checkHostname(where, hostname)),
    ...optional('port', port),
    ...optional('path', change),
    statusCode,
  };
}

function directResponseOf(where: string, { statusCode }: Fields<DirectResponse, 'statusCode'>): model.DirectResponse {
  checkWhole(where, 'statusCode', statusCode, 200, 599);
  return { statusCode };
}

function schemeOf(where: string, scheme: string | undefined): 'http' | 'https' | undefined {
  if (scheme === undefined || scheme === 'http' || scheme === 'https') {
    return scheme;
  }
  throw misuse('MESH1406', where, `'${scheme}' is not a scheme`, "Use 'http' or 'https'");
}

function pathChangeOf(where: string, path: string | undefined, pathPrefix: string | undefined): model.PathChange | undefined {
  if (path !== undefined && pathPrefix !== undefined) {
    throw misuse('MESH1005', where, '`path` and `pathPrefix` exclude each other', 'Give one of them');
  }
  return path !== undefined ? { type: 'full', value: checkPath(where, path) }
    : pathPrefix !== undefined ? { type: 'prefix', value: checkPath(where, pathPrefix) }
      : undefined;
}

type SaidOfCors = Fields<CorsPolicy, 'allowOrigins' | 'allowMethods' | 'allowHeaders' | 'exposeHeaders' | 'allowCredentials' | 'maxAge'>;

function corsOf(where: string, cors: SaidOfCors): model.Cors {
  const { allowOrigins, allowMethods = [], allowHeaders = [], exposeHeaders = [], allowCredentials = false, maxAge } = cors;
  checkNotEmpty(where, 'allowOrigins', allowOrigins, "Name the origins, like 'https://shop.example.com'");
  for (const origin of allowOrigins.filter(o => o !== '*')) {
    if (!/^https?:\/\/(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(:\d{1,5})?$/.test(origin)) {
      throw misuse('MESH1407', where, `'${origin}' is not an origin`, "Write scheme and host, like 'https://shop.example.com', or '*'");
    }
  }
  if (allowCredentials && exposeHeaders.includes('*')) {
    throw misuse('MESH1408', where, "with credentials, browsers take '*' in `exposeHeaders` for the name of a header", 'Name the headers');
  }
  [...allowHeaders, ...exposeHeaders].filter(name => name !== '*').forEach(name => checkHeaderName(where, name));
  const unknown = allowMethods.find(method => method !== '*' && !METHODS.includes(method));
  if (unknown !== undefined) {
    throw misuse('MESH1114', where, `'${unknown}' is not an HTTP method`, `Use '*', or some of ${METHODS.join(', ')}`);
  }
  return {
    allowOrigins: named(allowOrigins),
    allowMethods: named(allowMethods),
    allowHeaders: named(allowHeaders),
    exposeHeaders: named(exposeHeaders),
    allowCredentials,
    ...optional('maxAge', secondsOf(where, maxAge)),
  };
}

/** Each name once; `*` is all there are. */
function named(names: readonly string[]): readonly string[] {
  return names.includes('*') ? ['*'] : [...new Set(names)];
}

function secondsOf(where: string, duration: Duration | undefined): number | undefined {
  const time = duration?.toMilliseconds();
  if (time !== undefined && (time % 1000 !== 0 || time < 1000 || time > 2147483647000)) {
    throw misuse('MESH1012', where, '`maxAge` is not a whole number of seconds', 'Use at least one second, like Duration.minutes(10)');
  }
  return time === undefined ? undefined : time / 1000;
}

function stickinessOf(
  where: string, { type, name, absoluteTimeout, idleTimeout }: Fields<SessionStickiness, 'type' | 'name' | 'absoluteTimeout' | 'idleTimeout'>,
): model.Stickiness {
  if (name !== undefined) {
    checkHeaderName(where, name);
  }
  return {
    type: type ?? 'cookie',
    ...optional('name', name),
    ...optional('absoluteTimeout', millis(where, absoluteTimeout)),
    ...optional('idleTimeout', millis(where, idleTimeout)),
  };
}

function faultsOf(where: string, { delay, abort }: Fields<FaultInjection, 'delay' | 'abort'>): model.Faults {
  if (delay === undefined && abort === undefined) {
    throw misuse('MESH1401', where, 'there is no fault', 'Give `delay` or `abort`, or leave it out');
  }
  [delay, abort].forEach(fault => fault && checkPercent(where, fault.percent));
  if (abort !== undefined) {
    checkWhole(where, 'statusCode', abort.statusCode, 200, 599);
  }
  return {
    ...optional('delay', delay && { percent: delay.percent, delay: millis(where, delay.delay) }),
    ...optional('abort', abort && { percent: abort.percent, statusCode: abort.statusCode }),
  };
}

/** What holds for a Service as a whole. */
export interface ServiceTrafficProps {
  readonly loadBalancing?: LoadBalancing;
  readonly circuitBreaking?: CircuitBreaking;
  readonly connections?: ConnectionSettings;
  readonly rateLimit?: LocalRateLimit;
  readonly retryBudget?: RetryBudget;
  readonly failoverPriority?: string[];
  readonly failoverRegions?: { [region: string]: string };
  readonly failover?: FailoverTarget[];
}

export const serviceTrafficOf = merged<ServiceTrafficProps, model.ServiceTraffic, [where: string, clientNamespace: string | undefined]>({
  loadBalancing: loadBalancing => ({ loadBalancing: loadBalancing._toModel() }),
  circuitBreaking: (circuitBreaking, where) => ({ circuitBreaking: circuitBreakingOf(`${where}: circuitBreaking`, circuitBreaking) }),
  connections: (connections, where) => ({ connections: connectionsOf(`${where}: connections`, connections) }),
  rateLimit: (rateLimit, where, clientNamespace) => ({ rateLimit: rateLimitOf(`${where}: rateLimit`, clientNamespace, rateLimit) }),
  failoverPriority: (labels, where) => ({ failoverPriority: failoverPriorityOf(`${where}: failoverPriority`, labels) }),
  failoverRegions: (regions, where) => ({ failoverRegions: failoverRegionsOf(`${where}: failoverRegions`, regions) }),
  failover: (targets, where) => ({ failover: targets.map((target, i) => failoverTarget(`${where}: failover[${i}]`, target)) }),
  retryBudget: (retryBudget, where) => ({ retryBudget: retryBudgetOf(`${where}: retryBudget`, retryBudget) }),
});

type SaidOfPorts = Pick<ServiceTrafficProps, 'circuitBreaking' | 'connections'>;

/** What holds for a port alone: what it leaves out of a property is as it is said of all ports. */
export function portTrafficOf(ofAll: SaidOfPorts, { circuitBreaking, connections }: SaidOfPorts, where: string): Every<model.PortTraffic> {
  if (circuitBreaking === undefined && connections === undefined) {
    throw misuse('MESH1401', where, 'nothing is said of the ports', 'Give `circuitBreaking` or `connections`, or leave it out');
  }
  return {
    circuitBreaking: circuitBreaking && circuitBreakingOf(`${where}: circuitBreaking`, { ...ofAll.circuitBreaking, ...saidIn(circuitBreaking) }),
    connections: connections && connectionsOf(`${where}: connections`, { ...ofAll.connections, ...saidIn(connections) }),
  };
}

/** Without fields that are there and say nothing. */
function saidIn<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function failoverTarget(where: string, { service, cluster }: Fields<FailoverTarget, 'service' | 'cluster'>): Every<model.FailoverTarget> {
  if (service === undefined && cluster === undefined) {
    throw misuse('MESH1401', where, 'it names nothing that stands in', 'Give `service`, `cluster` or both');
  }
  if (cluster !== undefined) checkClusterName(where, cluster, 63);
  return { service: service && backendOf(service), cluster };
}

function backendOf(service: MeshService): Every<Backend> {
  return { name: service.name, namespace: service.namespace, ...podsOf(service) };
}

function failoverPriorityOf(where: string, labels: readonly string[]): readonly string[] {
  labels.forEach(label => checkQualifiedName(where, 'label', label));
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (twice !== undefined) {
    throw misuse('MESH1404', where, `'${twice}' is named twice`, 'Name it once');
  }
  return [...labels];
}

/** Names of regions, as labels of nodes have them. */
function failoverRegionsOf(where: string, regions: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.keys(regions).length === 0) {
    throw misuse('MESH1401', where, 'no region is named', 'Leave it out, or give regions and where their requests go');
  }
  for (const [from, to] of Object.entries(regions)) {
    [from, to].forEach(region => checkLabels(where, { 'topology.kubernetes.io/region': region }));
    if (from === '' || to === '') {
      throw misuse('MESH1401', where, `the region ${from === '' ? 'that fails' : `after '${from}'`} has no name`, 'Name it as the label `topology.kubernetes.io/region` of nodes does');
    }
    if (from === to) throw misuse('MESH1404', where, `'${from}' stands in for itself`, 'Name another region');
  }
  return Object.fromEntries(Object.entries(regions).sort());
}

/** What is said in numbers is the same in the model. */
type SaidOfCircuits = Fields<
  CircuitBreaking, typeof model.DETECTORS[number] | typeof model.LIMITS[number] | 'ejectionTime' | 'interval' | 'minHealthPercent' | 'maxEjectionPercent'
>;

function circuitBreakingOf(where: string, { ejectionTime, interval, ...counts }: SaidOfCircuits): model.CircuitBreaking {
  const said = { ...counts, ...optional('ejectionTime', millis(where, ejectionTime)), ...optional('interval', millis(where, interval)) };
  const needy = (['ejectionTime', 'interval', 'maxEjectionPercent', 'minHealthPercent'] as const).filter(name => said[name] !== undefined);
  if (Object.values(said).every(value => value === undefined)) {
    throw misuse('MESH1401', where, 'no limit is given', 'Give `consecutiveErrors` or a limit, or leave it out');
  }
  if (needy.length > 0 && !model.isWatching(said)) {
    throw misuse('MESH1006', where, `${listed(needy.map(name => `\`${name}\``))} ${needy.length > 1 ? 'need' : 'needs'} \`consecutiveErrors\`, `
      + '`consecutiveGatewayErrors` or `consecutiveConnectionFailures`', 'Give one of them');
  }
  for (const [name, count] of Object.entries(counts)) {
    if (count !== undefined) {
      checkWhole(where, name, count, name === 'minHealthPercent' ? 0 : 1, name.endsWith('Percent') ? 100 : 4294967295);
    }
  }
  return said;
}

type SaidOfConnections = Fields<
  ConnectionSettings, 'connectTimeout' | 'idleTimeout' | 'maxDuration' | 'keepalive' | 'maxRequestsPerConnection' | 'maxConcurrentStreams' | 'http2'
>;

function connectionsOf(where: string, said: SaidOfConnections): Every<model.Connections> {
  if (Object.values(said).every(value => value === undefined)) {
    throw misuse('MESH1401', where, 'nothing is said of connections', 'Give `connectTimeout` or another setting, or leave it out');
  }
  for (const name of ['maxRequestsPerConnection', 'maxConcurrentStreams'] as const) {
    const count = said[name];
    if (count !== undefined) checkWhole(where, name, count, 1, 2147483647);
  }
  return {
    maxRequestsPerConnection: said.maxRequestsPerConnection,
    maxConcurrentStreams: said.maxConcurrentStreams,
    http2: said.http2,
    connectTimeout: millis(where, said.connectTimeout),
    idleTimeout: millis(where, said.idleTimeout, 0),
    maxDuration: millis(where, said.maxDuration),
    keepalive: said.keepalive && keepaliveOf(`${where}: keepalive`, said.keepalive),
  };
}

/** What Linux takes. */
function keepaliveOf(where: string, { time, interval, probes }: Fields<TcpKeepalive, 'time' | 'interval' | 'probes'>): model.Keepalive {
  if (probes !== undefined) checkWhole(where, 'probes', probes, 1, 127);
  return {
    ...optional('time', probingTime(where, 'time', time)), ...optional('interval', probingTime(where, 'interval', interval)), ...optional('probes', probes),
  };
}

function probingTime(where: string, name: string, duration: Duration | undefined): number | undefined {
  const time = duration?.toMilliseconds();
  if (time !== undefined && (time % 1000 !== 0 || time < 1000 || time > 32_767_000)) {
    throw misuse('MESH1012', where, `\`${name}\` is not a whole number of seconds from 1 to 32767`, 'Use a duration like Duration.seconds(60)');
  }
  return time;
}

function retryBudgetOf(
  where: string, { percent = 20, interval, minRetriesPerSecond = 10 }: Fields<RetryBudget, 'percent' | 'interval' | 'minRetriesPerSecond'>,
): model.RetryBudget {
  checkWhole(where, 'percent', percent, 0, 100);
  checkWhole(where, 'minRetriesPerSecond', minRetriesPerSecond, 1, 1000);
  const time = millis(where, interval) ?? 10_000;
  if (time < 1000 || time > 3_600_000) {
    throw misuse('MESH1012', where, '`interval` is not between a second and an hour', 'Use a duration like Duration.seconds(10)');
  }
  return { percent, interval: time, minRetriesPerSecond };
}

function checkPercent(where: string, percent: number): void {
  if (!(percent >= 0 && percent <= 100) || !hasAtMostDecimals(percent, 4)) {
    throw misuse('MESH1011', where, `\`percent\` is ${percent}`, 'Use a number from 0 to 100 with at most four decimals');
  }
}

function hasAtMostDecimals(n: number, decimals: number): boolean {
  return Number(n.toFixed(decimals)) === n;
}
