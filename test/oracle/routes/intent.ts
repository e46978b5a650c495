import type {
  Written, WrittenBackend, WrittenClients, WrittenExposure, WrittenHandling, WrittenLimit, WrittenLimitRule, WrittenMatch, WrittenRule,
  WrittenService, WrittenValue,
} from './written';
import { whole } from '../../../src/evaluators/expression';
import type { Outcome, Policies, Traffic } from '../../../src/evaluators/routes/outcome';
import { forwarded, fraction, location, nameOf, toService, wellKnownPort } from '../../../src/evaluators/routes/outcome';
import { countFor, idOf } from '../../../src/evaluators/routes/rate-limits';
import type { Asked, RouteRequest, ServicePort } from '../../../src/evaluators/routes/request';
import type { Readings } from '../../total';
import { allHold } from '../../total';

/** What becomes of a request by a route as it is written, read as naively as can be: the first rule that matches decides. */
export function routedByIntent(written: Written, request: RouteRequest): Outcome {
  const rules = rulesOn(written, request);
  if (!isCalled(written, request)) {
    return toService(request);
  }
  if (rules.length === 0) {
    return toService(request, trafficOf(written, request, request.to));
  }
  const rule = decidingRule(written, rules, request);
  if (rule === undefined) {
    return { kind: 'failed' };
  }
  const handling: WrittenHandling = { ...written.handling, ...rule };
  const matched = (rule.matches ?? []).filter(match => holds(match, request));
  if (rule.redirect !== undefined) {
    const { scheme, hostname, port, statusCode } = rule.redirect;
    return {
      kind: 'redirected',
      status: statusCode ?? 302,
      location: location(request, {
        scheme: scheme ?? 'http',
        host: hostname ?? request.host,
        port: port ?? (scheme === undefined ? request.to.port : wellKnownPort(scheme)),
        path: changedPath(rule.redirect, matched, request.path),
      }),
    };
  }
  if (rule.directResponse !== undefined) {
    return { kind: 'responded', status: rule.directResponse.statusCode };
  }
  return forwarded(request, rule.backends!.map(backend => ({
    to: portOf(written, request, backend),
    weight: backend.weight ?? 1,
    host: handling.rewrite?.hostname,
    path: changedPath(handling.rewrite ?? {}, matched, request.path),
    requestHeaders: [handling.requestHeaders, backend.requestHeaders],
    responseHeaders: [handling.responseHeaders, backend.responseHeaders],
    traffic: trafficOf(written, request, portOf(written, request, backend)),
  })), isHttp(request) ? { copies: copiesOf(written, request, handling), policies: policiesOf(handling) } : {});
}

/** What becomes of a request from outside: other hosts are not served. */
export function exposedByIntent(written: WrittenExposure, request: RouteRequest): Outcome {
  const { hostnames } = written;
  return hostnames.length > 0 && !hostnames.some(name => hostHolds(name, request.host)) ? { kind: 'failed' } : routedByIntent(written, request);
}

/** The rule as it is written that takes a request. */
export function ruleFor(written: Written, request: RouteRequest): WrittenRule | undefined {
  const alone = written.rules.map((rule, i) => rulesOn({ ...written, rules: [rule] }, request).map(one => ({ ...one, i }))).flat();
  const decides = decidingRule(written, alone, request);
  return decides && written.rules[(decides as typeof alone[number]).i];
}

/** The first that matches, or the one whose match has the most to say, as the specification of Gateway API lists it. */
export function decidingRule({ order }: Written, rules: readonly WrittenRule[], request: RouteRequest): WrittenRule | undefined {
  const taking = rules.filter(one => takes(one, request));
  const best = (rule: WrittenRule) => (rule.matches ?? [{}]).filter(match => holds(match, request)).map(match => says(match)).sort().reverse()[0];
  return order === undefined ? taking[0] : taking.reduce((a, b) => best(b) > best(a) ? b : a, taking[0]);
}

/** The greater text says more. */
function says({ grpc, sni, path, pathPrefix, methods, headers = {}, query = {}, cookies = {}, ...expressions }: WrittenMatch): string {
  const prefix = withoutSlash(pathPrefix ?? '').length;
  const numbers = [
    grpc?.service?.length ?? 0, grpc?.method?.length ?? 0,
    path !== undefined ? 3 : prefix > 0 ? 2 : Object.values(expressions).some(one => one !== undefined) ? 1 : 0,
    prefix,
    methods === undefined ? 0 : 1,
    Object.keys(headers).length + Object.keys(cookies).length, Object.keys(query).length,
  ];
  return numbers.map(n => String(n).padStart(4, '0')).join(' ');
}

function takes({ matches, clients }: WrittenRule, request: RouteRequest): boolean {
  return (clients === undefined || clients.some(one => isOf(one, request)))
    && (matches === undefined || matches.some(match => holds(match, request)));
}

function isOf({ namespace, labels = {} }: WrittenClients, { client }: RouteRequest): boolean {
  return [undefined, client.namespace].includes(namespace) && Object.entries(labels).every(([label, value]) => client.labels?.[label] === value);
}

/** The route is for the clients of its own namespace, unless that is the namespace of the Service: then it is for all. */
function isCalled({ namespace, service }: Written, { client, to }: RouteRequest): boolean {
  const home = service.namespace ?? namespace;
  return to.service === service.name && to.namespace === home && (home === namespace || client.namespace === namespace);
}

/** The rules for a port: those that name it, or none, and have a match that can hold there, or none. */
export function rulesOn({ ports, rules }: Written, { to, protocol }: Pick<RouteRequest, 'to' | 'protocol'>): WrittenRule[] {
  return ports !== undefined && !ports.includes(to.port) ? [] : rules
    .filter(rule => rule.ports === undefined || rule.ports.includes(to.port))
    .map(rule => ({ ...rule, ...(rule.matches && { matches: rule.matches.filter(match => canHold(match, protocol)) }) }))
    .filter(({ matches }) => matches === undefined || matches.length > 0);
}

function canHold({ grpc, sni, headers, ...others }: WrittenMatch, protocol: RouteRequest['protocol']): boolean {
  switch (protocol) {
    case 'TCP':
    case 'UDP': return false;
    case 'TLS': return sni !== undefined;
    case 'HTTP': return grpc === undefined && sni === undefined;
    case 'GRPC': return sni === undefined && (grpc !== undefined || Object.values(others).every(condition => condition === undefined));
  }
}

export function isHttp({ protocol }: Pick<RouteRequest, 'protocol'>): boolean {
  return protocol === 'HTTP' || protocol === 'GRPC';
}

/** The port that was written, or that of the same number, or of the same name, or the only one. */
function portOf(written: Written, { to }: RouteRequest, { service, port }: Pick<WrittenBackend, 'service' | 'port'>): ServicePort {
  const name = written.service.ports.find(p => p.port === to.port)?.name;
  const alike = service.ports.find(p => p.port === to.port) ?? service.ports.find(p => name !== undefined && p.name === name) ?? service.ports[0];
  const { name: taking, groupKind, subset } = service;
  return {
    service: taking, namespace: namespaceOf(written, service), port: port ?? alike.port, ...(groupKind && { groupKind }), ...(subset && { subset }),
  };
}

function namespaceOf({ namespace, service: called }: Written, service: WrittenService): string {
  return service.namespace ?? called.namespace ?? namespace;
}

/** What stands in place of a prefix counts from the longest of those that match. */
function changedPath(
  { path, pathPrefix }: { readonly path?: string; readonly pathPrefix?: string }, matched: readonly WrittenMatch[], actual: string,
): string {
  if (path !== undefined || pathPrefix === undefined) {
    return path ?? actual;
  }
  const longest = Math.max(...matched.map(match => withoutSlash(match.pathPrefix!).length));
  return `${withoutSlash(pathPrefix)}${actual.slice(longest)}` || '/';
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}

function copiesOf(written: Written, request: RouteRequest, { mirrors = [] }: WrittenHandling): string[] {
  return mirrors.filter(({ percent = 100 }) => percent > 0)
    .map(({ percent = 100, ...mirror }) => `${nameOf(portOf(written, request, mirror))} ${fraction(Math.round(percent * 10_000), 1_000_000)}`);
}

/** What holds for a request beside where it goes, with which path and headers. */
type PolicyField = keyof Omit<Required<WrittenHandling>, 'mirrors' | 'requestHeaders' | 'responseHeaders' | 'rewrite'>;

const POLICIES: { readonly [P in PolicyField]: (said: NonNullable<WrittenHandling[P]>) => Policies[P] } = {
  timeouts: timeouts => timeouts,
  retries: retries => ({ statusCodes: [], grpcStatuses: [], connectionFailures: true, ...retries }),
  cors: cors => corsOf(cors),
  stickiness: stickiness => ({ ...stickiness, type: stickiness.type ?? 'cookie' }),
  faults: faults => faults,
};

function policiesOf(handling: WrittenHandling): Policies {
  return Object.fromEntries(Object.entries(POLICIES).flatMap(([name, read]) => {
    const said = handling[name as PolicyField];
    return said === undefined ? [] : [[name, (read as (said: unknown) => unknown)(said)]];
  }));
}

function corsOf({ allowOrigins, allowMethods = [], allowHeaders = [], exposeHeaders = [], allowCredentials = false, maxAge = 5000 }:
NonNullable<WrittenHandling['cors']>): Policies['cors'] {
  const allOrThese = (names: readonly string[]) => names.includes('*') ? ['*'] : names;
  return {
    allowOrigins: allOrThese(allowOrigins),
    allowMethods: allOrThese(allowMethods),
    allowHeaders: allOrThese(allowHeaders),
    exposeHeaders: allOrThese(exposeHeaders),
    allowCredentials,
    maxAge: maxAge / 1000,
  };
}

function trafficOf(written: Written, request: RouteRequest, to: ServicePort): Traffic {
  const { loadBalancing, portTraffic = [], retryBudget, rateLimit, failoverPriority, failoverRegions, failover = [] } = written;
  const ofPort = portTraffic.find(({ ports }) => ports.includes(request.to.port));
  const circuitBreaking = ofPort?.circuitBreaking ? { ...written.circuitBreaking, ...ofPort.circuitBreaking } : written.circuitBreaking;
  const connections = ofPort?.connections ? { ...written.connections, ...ofPort.connections } : written.connections;
  const own = `${to.namespace}/${to.service}`;
  const standIns = failover.map(({ service, cluster }) =>
    `${service === undefined ? own : `${namespaceOf(written, service)}/${service.name}`}${cluster === undefined ? '' : ` in ${cluster}`}`).filter(one => one !== own);
  return {
    ...(loadBalancing && { loadBalancing }),
    ...(circuitBreaking && { circuitBreaking: circuitBreaking as Readonly<Record<string, number>> }),
    ...(connections && { connections }),
    ...(retryBudget && { retryBudget: { percent: 20, interval: 10_000, minRetriesPerSecond: 10, ...retryBudget } }),
    ...(failoverPriority && { failoverPriority }),
    ...(failoverRegions && { failoverRegions }),
    ...(standIns.length > 0 && { failover: standIns }),
    ...(rateLimit && isHttp(request) && limitOf(rateLimit, request)),
  };
}

/** What counts a request of a client: all of them together, and the first rule that is for it. */
function limitOf({ requests, rules = [], interval = 1000, answer }: WrittenLimit, request: RouteRequest): Traffic {
  const perSecond = (all: number) => 1000 * all / interval;
  const count = countFor(request, client => {
    const i = rules.findIndex(rule => isLimitedBy(rule, { ...request, client }));
    return rules[i] && { key: rules[i].perClient ? `${i} ${idOf(client)}` : String(i), requests: perSecond(rules[i].requests) };
  });
  return requests === undefined && count === undefined ? {}
    : { rateLimit: { ...(requests !== undefined && { requests: perSecond(requests) }), ...(count && { count }), ...(answer && { answer }) } };
}

function isLimitedBy({ sources, methods }: WrittenLimitRule, { client, method }: RouteRequest): boolean {
  const isSource = ({ namespace, serviceAccount = client.serviceAccount }: NonNullable<WrittenLimitRule['sources']>[number]) =>
    client.serviceAccount !== undefined && client.namespace === namespace && client.serviceAccount === serviceAccount;
  return (sources === undefined || sources.some(isSource)) && (methods === undefined || methods.includes(method));
}

/** Whether all conditions hold. */
export function holds(match: WrittenMatch, request: Asked & Pick<RouteRequest, 'host'>): boolean {
  return allHold(READINGS, match, request);
}

const READINGS: Readings<WrittenMatch, Asked & Pick<RouteRequest, 'host'>> = {
  methods: (methods, { method }) => methods.includes(method),
  path: (exact, { path }) => path === exact,
  pathPrefix: (prefix, { path }) => `${path}/`.startsWith(`${withoutSlash(prefix)}/`),
  pathBelow: (above, { path }) => path.startsWith(`${withoutSlash(above)}/`),
  pathStartsWith: (start, { path }) => path.startsWith(start),
  pathEndsWith: (end, { path }) => path.endsWith(end),
  pathTemplate: (template, { path }) => templateHolds(template.split('/'), path.split('/')),
  pathRegex: (regex, { path }) => whole(regex, path),
  headers: (conditions, { headers }) => Object.entries(conditions).every(([name, value]) => valueHolds(value, headers, name.toLowerCase())),
  query: (conditions, { query }) => Object.entries(conditions).every(([name, value]) => valueHolds(value, query, name)),
  cookies: (cookies, { headers }) => Object.entries(cookies).every(([name, value]) =>
    (headers.cookie ?? '').split(';').some(cookie => cookie.trim() === `${name}=${value}`)),
  grpc: ({ service, method }, { path }) => {
    const [, called = '', ...rest] = path.split('/');
    return called !== '' && path === `/${service ?? called}/${method ?? rest.join('/')}`;
  },
  sni: (names, { host }) => names.some(name => hostHolds(name, host)),
};

/** A wildcard holds for every host below. */
function hostHolds(name: string, host: string): boolean {
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) : name === host;
}

function templateHolds(wanted: readonly string[], elements: readonly string[]): boolean {
  return wanted.length === elements.length
    && wanted.every((element, i) => element.startsWith('{') ? elements[i] !== '' : element === elements[i]);
}

function valueHolds(value: WrittenValue, values: Readonly<Record<string, string>>, name: string): boolean {
  const actual = Object.hasOwn(values, name) ? values[name] : undefined;
  return actual !== undefined && (value === 'present' || textHolds(value, actual));
}

function textHolds(value: Exclude<WrittenValue, 'present'>, actual: string): boolean {
  return 'exact' in value ? actual === value.exact
    : 'startsWith' in value ? actual.startsWith(value.startsWith)
      : 'endsWith' in value ? actual.endsWith(value.endsWith)
        : whole(value.regex, actual);
}
