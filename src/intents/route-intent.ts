import { JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import type { RuleHandling } from './handling';
import { HANDLING, handlingOf, headerChangesOf, portTrafficOf, serviceTrafficOf } from './handling';
import { podsOf } from './known-pods';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import type { ReleaseDefinition } from './moved-release';
import { checkUnmoved, isMoved, releaseOf } from './moved-release';
import { checkOtherClients, clientsOf } from './route-clients';
import type { RouteBackend, ServiceRouteRule } from './route-rule';
import { RuleOrder } from './route-rule';
import { podPort } from './workload-ports';
import type { Addition } from '../dialects/contract/dialect';
import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';
import { checkConcrete } from '../input/factory';
import { clientsKey } from '../model/client-pods';
import type { Every, Fields } from '../model/fields';
import type { Connections, Handling, HeaderChanges as HeaderChangesModel, Mirror, PortTraffic as PortTrafficModel, ServiceTraffic } from '../model/handling';
import { isWatching, prefixChange } from '../model/handling';
import { flatMap } from '../model/lists';
import { isHashing } from '../model/load-balancing';
import type { RequestMatch as MatchModel } from '../model/match';
import { isAnyRequest, matchKey } from '../model/match';
import { mostSpecificFirst } from '../model/most-specific';
import type { MovingField } from '../model/moving-field';
import type { PodPort } from '../model/pod-port';
import type { Protocol } from '../model/protocol';
import { hasRequests } from '../model/protocol';
import type { ReleaseModel } from '../model/release';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../model/route';
import { allBackendsOf, namespaceOf, qualified, ruleNumber } from '../model/route';
import { kindInWords, labelsInWords } from '../model/service-ref';
import { holdAgainstApp } from '../targets/checks';
import { compileRelease, compileRoute } from '../targets/compile';
import type { MeshTarget } from '../targets/mesh-target';
import type { LoadBalancing } from '../vocabulary/load-balancing';
import type { MeshService } from '../vocabulary/mesh-service';
import type { ServicePort } from '../vocabulary/mesh-service-port';
import { checkNotEmpty } from '../vocabulary/names';
import type {
  CircuitBreaking, ConnectionSettings, FailoverTarget, LocalRateLimit, PortTraffic, RequestHandling, RetryBudget, RouteMirror,
} from '../vocabulary/request-handling';
import type { RequestMatch } from '../vocabulary/request-match';

/**
 * What all intents that route a Service have in common.
 */
export interface RouteIntentProps extends MeshIntentProps, RequestHandling {
  /**
   * The Service that clients call.
   */
  readonly service: MeshService;

  /**
   * The ports that are routed, by number. Other ports keep their traffic. Some targets route all ports alike and refuse any choice.
   *
   * @default - all ports of the Service
   */
  readonly ports?: number[];

  /**
   * How a client picks the pod that gets a request.
   *
   * @default - as the implementation has it
   */
  readonly loadBalancing?: LoadBalancing;

  /**
   * When a pod, or the Service, gets no more requests for a while.
   *
   * @default - as the implementation has it
   */
  readonly circuitBreaking?: CircuitBreaking;

  /**
   * Connections to the pods of the Service, and to those of the backends.
   *
   * @default - as the implementation has it
   */
  readonly connections?: ConnectionSettings;

  /**
   * Circuit breaking and connections of some ports alone.
   *
   * @default - all ports have the same
   */
  readonly portTraffic?: PortTraffic[];

  /**
   * How many requests each pod of the Service gets. Most targets that can limit them need the `podSelector` of the Service.
   *
   * @default - no limit
   */
  readonly rateLimit?: LocalRateLimit;

  /**
   * Labels of the place of pods, widest first, by which near pods get requests as long as they are healthy.
   *
   * With `['topology.kubernetes.io/region', 'topology.kubernetes.io/zone']`, those are the pods that have most of these labels, from the first on, in
   * common with the client. Farther pods, in other zones or clusters, get requests as nearer ones fail. Needs `circuitBreaking` that watches
   * pods, as otherwise none is found to fail.
   *
   * @default - as the implementation has it
   */
  readonly failoverPriority?: string[];

  /**
   * By region, the region whose pods get the requests of the clients there as the pods of their own region fail; the other regions come after it.
   *
   * Regions are called as nodes have it in `topology.kubernetes.io/region`. Without `failoverPriority`, clients prefer the pods of their own
   * subzone, then zone, then region; its labels are compared before, and may not be those of regions and zones. Needs `circuitBreaking` that watches
   * pods, as otherwise none is found to fail.
   *
   * @default - as the implementation has it
   */
  readonly failoverRegions?: { [region: string]: string };

  /**
   * What stands in for a backend that has no healthy pods: the first that has some. Requests go straight to its pods, whatever
   * route it has of its own. A Service that is a backend itself has the others of the list.
   *
   * @default - requests for a Service without healthy pods fail
   */
  readonly failover?: FailoverTarget[];

  /**
   * How many of all requests to the Service may be retries.
   *
   * @default - as the implementation has it
   */
  readonly retryBudget?: RetryBudget;
}

/** A rule before it is known for which ports. */
export interface RuleDefinition extends Omit<ServiceRouteRule, 'matches' | 'backends' | 'ports'> {
  readonly matches?: readonly RequestMatch[];
  readonly backends: readonly BackendDefinition[];
  readonly ports?: readonly number[];
}

export interface BackendDefinition extends RouteBackend {
  readonly weight: number;
}

type Rule = Fields<RuleDefinition, 'name' | 'matches' | 'clients' | 'backends' | 'ports' | keyof RuleHandling>;
type Backend = Fields<BackendDefinition, 'service' | 'weight' | 'port' | 'requestHeaders' | 'responseHeaders'>;

const NOT_EXPOSED: ReadonlyMap<string, readonly MovingField[]> = new Map();

/** A release or a route: a construct that says where the requests to a Service go. An `Exposure` can have the same rules. */
export abstract class ServiceRouting extends MeshIntent {
  /** @internal */
  public abstract readonly _route: RouteModel;

  /**
   * How it moves, if it is a release that says so.
   *
   * @internal
   */
  public abstract readonly _release?: ReleaseModel;

  /**
   * The fields of its exposures that move, by target.
   *
   * @internal
   */
  protected _exposed: ReadonlyMap<string, readonly MovingField[]> = NOT_EXPOSED;

  /** @internal */
  constructor(scope: Construct, id: string, props: MeshIntentProps) {
    checkConcrete(new.target, ServiceRouting, 'a release or a route, such as `new CanaryRelease(…)`');
    super(scope, id, props);
  }

  /**
   * Who moves it in a target.
   *
   * @internal
   */
  public _movedBy(targetId: string): string | undefined {
    return this._release && this._targets.targets.find(({ id }) => id === targetId)?._dialects.movedBy;
  }

  /**
   * Has the objects of a target say more than when they were made, for an exposure with fields that move.
   *
   * @internal
   */
  public _add(targetId: string, additions: readonly Addition[], moves: readonly MovingField[]): void {
    this._exposed = new Map([...this._exposed, [targetId, [...this._exposed.get(targetId) ?? [], ...moves]]]);
    for (const { kind, path, value } of additions) {
      this.apiObjectsFor(targetId).filter(object => object.kind === kind).forEach(object => object.addJsonPatch(JsonPatch.add(path, value)));
    }
  }
}

/**
 * Renders ordered rules as the route of a Service.
 *
 * @internal
 */
export abstract class RouteIntent extends ServiceRouting {
  /** @internal */
  public readonly _route: RouteModel;

  /** @internal */
  public readonly _release?: ReleaseModel;

  /** @internal */
  constructor(
    scope: Construct, id: string, props: RouteIntentProps, rules: readonly RuleDefinition[], release?: ReleaseDefinition, order?: RuleOrder,
  ) {
    super(scope, id, props);
    const { service } = props;
    const model: Every<RouteModel> = {
      name: this._name,
      namespace: this._namespace ?? service.namespace,
      service: { name: service.name, namespace: service.namespace, groupKind: service._groupKind, ...podsOf(service) },
      ports: portRoutes(this._path, props, rules, order),
      traffic: serviceTrafficOf(props, this._path, this._namespace ?? service.namespace),
    };
    checkLoadBalancing(this._path, model);
    checkRetryLimits(this._path, model);
    checkFailover(this._path, model.traffic, props.failoverPriority);
    checkSubstitutes(this._path, model, props);
    checkLimit(this._path, model);
    checkConnections(this._path, model.ports.filter(({ traffic }) => traffic?.connections === undefined), model.traffic.connections);
    model.ports.forEach(port => checkConnections(`${this._path}: portTraffic`, [port], port.traffic?.connections));
    this._route = model;
    const moved = this._release = release && releaseOf(model, release);
    if (release?.weight !== undefined) checkUnmoved(this._path, release.weight, this._targets.targets);
    const movedBy = (target: MeshTarget) => isMoved(target) ? moved : undefined;
    const compiled = this._render(target => {
      const ofController = movedBy(target);
      return ofController === undefined ? compileRoute(target, model) : compileRelease(target, ofController);
    });
    compiled.forEach(([target, { route }]) => {
      if (route !== undefined) this._lead(target.id, route);
    });
    holdAgainstApp({
      intent: this,
      chart: this._chart,
      statements: compiled.map(([target, { route }]) =>
        ({ kind: 'routes', target, model, isRendered: route !== undefined, isMoved: movedBy(target) !== undefined })),
    });
  }
}

/** The rules of each port, in the words of the model. */
export function portRoutes(path: string, props: RouteIntentProps, rules: readonly RuleDefinition[], order?: RuleOrder): PortRoute[] {
  const { service } = props;
  const routed = chosenPorts(path, service, props.ports);
  const ports = service._ports.map((port): Every<PortRoute> => ({
    port: port.port,
    name: port.name,
    podPort: podPortOf(port),
    podPortName: port.containerPortName,
    protocol: port.protocol,
    rules: routed.includes(port.port) ? inOrder(path, port.port, rulesOf(path, props, port, rules), order) : [],
    traffic: trafficOf(path, props, port.port),
  }));
  checkPortTraffic(path, ports, props);
  checkOtherClients(path, ports);
  checkMatchesApply(path, ports, flatMap(rules, rule => rule.matches ?? []).map(match => match._toModel()));
  checkHandlingApplies(path, ports, rules, props);
  ports.forEach(port => checkMatchesDiffer(path, port));
  ports.forEach(port => checkPrefixChanges(path, port));
  return ports;
}

function chosenPorts(path: string, service: MeshService, ports: readonly number[] | undefined): number[] {
  checkNotEmpty(path, 'ports', ports, 'Leave it out to route all ports');
  const declared = service._ports.map(p => p.port);
  for (const port of ports ?? []) {
    declaredPort(path, service, port);
  }
  return declared.filter(port => ports === undefined || ports.includes(port));
}

function trafficOf(path: string, props: RouteIntentProps, port: number): PortTrafficModel | undefined {
  const own = props.portTraffic?.find(({ ports }) => ports.includes(port));
  return own && portTrafficOf(props, own, `${path}: portTraffic of port ${port}`);
}

/** Each port has traffic of which something can be said, and once. */
function checkPortTraffic(path: string, ports: readonly PortRoute[], { service, portTraffic }: RouteIntentProps): void {
  checkNotEmpty(path, 'portTraffic', portTraffic, 'Leave it out, or say it of some ports');
  if (portTraffic === undefined) return;
  const named = flatMap(portTraffic, said => {
    checkNotEmpty(`${path}: portTraffic`, 'ports', said.ports, 'Name the ports, or say it of all of them');
    return said.ports;
  });
  named.forEach((port, i) => {
    declaredPort(path, service, port);
    if (named.indexOf(port) !== i) {
      throw misuse('MESH1404', `${path}: portTraffic`, `port ${port} is named twice`, 'Name it once');
    }
  });
  const silent = ports.find(({ protocol, rules, traffic }) =>
    traffic !== undefined && (protocol === 'UDP' || (rules.length > 0 && rules.every(({ backends }) => backends.length === 0))));
  if (silent !== undefined) {
    throw misuse('MESH1313', `${path}: portTraffic`, silent.protocol === 'UDP' ? `port ${silent.port} speaks UDP, which proxies do not carry`
      : `all requests to port ${silent.port} are answered at once, and go nowhere`, 'Leave the port out');
  }
}

function declaredPort(path: string, service: MeshService, port: number): ServicePort {
  const found = service._ports.find(declared => declared.port === port);
  if (found === undefined) {
    throw misuse('MESH1102', path, `Service '${service.name}' has no port ${port}`,
      `It has ${listed(service._ports.map(declared => String(declared.port)))}; declare ${port}, or use one of them`);
  }
  return found;
}

function rulesOf(path: string, props: RouteIntentProps, port: ServicePort, rules: readonly RuleDefinition[]): RouteRule[] {
  const { service } = props;
  const known = [service, ...flatMap(rules, ({ backends }) => backends.map(backend => backend.service))];
  return flatMap(rules, (rule: Rule, i): Every<RouteRule>[] => {
    rule.ports?.forEach(number => declaredPort(path, service, number));
    if (rule.ports !== undefined && !rule.ports.includes(port.port)) {
      return [];
    }
    const matches = matchesOn(port.protocol, rule.matches);
    if (matches === undefined) {
      return [];
    }
    const where = ruleWhere(path, rules, i);
    const backends = backendsOf(path, service, port, rule.backends, known);
    if (backends.length === 0 && !hasRequests(port.protocol)) {
      throw misuse('MESH1313', ruleWhere(path, rules, i), `\`${rule.redirect === undefined ? 'directResponse' : 'redirect'}\` is for requests, and port ${port.port} speaks ${port.protocol}`,
        'Name the ports that speak HTTP or GRPC, with `ports`');
    }
    const handling = hasRequests(port.protocol)
      ? handlingOf(handlingFor(props, rule), where, mirror => mirrorTarget(path, service, port, mirror))
      : {};
    checkHeadersChangedOnce(where, handling, backends);
    return [{ name: rule.name, matches, clients: clientsOf(rule.clients), backends, handling, written: undefined }];
  });
}

/** The rules, so that the first that matches decides. */
function inOrder(path: string, port: number, rules: readonly RouteRule[], order: RuleOrder | undefined): readonly RouteRule[] {
  if (order !== RuleOrder.MOST_SPECIFIC) {
    return rules;
  }
  const sorted = mostSpecificFirst(rules);
  if ('other' in sorted) {
    throw misuse('MESH1321', path, `on port ${port}, rules ${sorted.one + 1} and ${sorted.other + 1} match the same requests, and neither is more specific: `
      + 'Gateway API leaves open how much a regular expression counts', 'Use `path` or `pathPrefix`, or leave out `order` and write the rules in their order');
  }
  const twice = sorted.find(({ name }, i) => name !== undefined && sorted.slice(i + 1).some(other => other.name === name));
  if (twice !== undefined) {
    throw misuse('MESH1309', path, `on port ${port}, other rules come between the matches of '${twice.name}', and so there are two rules of that name`,
      'Leave out the name, or write a rule for each match');
  }
  return sorted;
}

/** Proxies differ in whether the rule or the backend changes a header first. */
function checkHeadersChangedOnce(where: string, handling: Handling, backends: readonly WeightedBackend[]): void {
  for (const side of ['requestHeaders', 'responseHeaders'] as const) {
    if (handling[side] === undefined) {
      continue;
    }
    const ofRule = changedHeaders(handling[side]);
    for (const backend of backends) {
      const twice = changedHeaders(backend[side]).find(name => ofRule.includes(name));
      if (twice !== undefined) {
        throw misuse('MESH1404', `${where}: ${side}`, `'${twice}' is changed for all backends, and again for '${backend.name}'`,
          'Change it in one of these places');
      }
    }
  }
}

function changedHeaders(changes: HeaderChangesModel | undefined): string[] {
  return changes === undefined ? [] : [...changes.set.map(({ name }) => name), ...changes.add.map(({ name }) => name), ...changes.remove];
}

/** The setting of the rule, or else that of all rules. A redirect reaches no backend, so it needs no rewrite; an answer at once needs nothing. */
function handlingFor(props: RouteIntentProps, rule: RuleDefinition): RuleHandling {
  const said: { [name: string]: unknown } = {};
  for (const name of HANDLING) {
    const isOwn = rule.directResponse !== undefined || (name === 'rewrite' && rule.redirect !== undefined);
    const one = rule[name] ?? (isOwn ? undefined : (props as Partial<RuleDefinition>)[name]);
    if (one !== undefined) {
      said[name] = one;
    }
  }
  return said;
}

function ruleWhere(path: string, rules: readonly RuleDefinition[], i: number): string {
  return rules.length === 1 ? path : `${path}: rule ${i + 1}`;
}

function mirrorTarget(path: string, service: MeshService, port: ServicePort, mirror: RouteMirror): Every<Omit<Mirror, 'fraction'>> {
  const { name, namespace, _groupKind: groupKind } = mirror.service;
  const taking = backendPort(path, service, port, mirror);
  return { name, namespace, groupKind, port: taking.port, podPort: podPortOf(taking), ...podsOf(mirror.service) };
}

/** The matches of a rule on a port; `undefined` if none of them can hold there. */
function matchesOn(protocol: Protocol, matches: readonly RequestMatch[] | undefined): MatchModel[] | undefined {
  if (matches === undefined) {
    return [];
  }
  const applicable = matches.map(match => match._toModel()).filter(match => applies(protocol, match));
  return applicable.length > 0 ? applicable : undefined;
}

/**
 * HTTP ports take every match that is not for gRPC; gRPC ports take matches for gRPC, and matches on headers only; TLS ports take
 * matches on hosts only.
 */
function applies(protocol: Protocol, match: MatchModel): boolean {
  if (protocol === 'TLS') {
    return isAnyRequest({ ...match, hosts: undefined });
  }
  if (!hasRequests(protocol)) {
    return false;
  }
  const headersOnly = isAnyRequest({ ...match, headers: [], hosts: undefined });
  return headersOnly || (protocol === 'GRPC') === (match.path?.grpc !== undefined);
}

function checkMatchesApply(path: string, ports: readonly PortRoute[], matches: readonly MatchModel[]): void {
  const open = matches.find(match => !ports.some(({ protocol }) => applies(protocol, match)));
  if (open !== undefined) {
    const isGrpc = open.path?.grpc !== undefined;
    throw misuse('MESH1312', path, `no port takes ${isGrpc ? 'a GrpcMatch' : 'an HttpMatch'} on ${isGrpc ? 'a gRPC method' : 'the request'}`,
      `The ports speak ${listed(ports.map(p => `${p.protocol} (${p.port})`))}; gRPC ports take GrpcMatch and headers, HTTP ports HttpMatch, `
      + 'TLS ports TlsMatch, others none');
  }
}

function checkHandlingApplies(path: string, ports: readonly PortRoute[], rules: readonly RuleDefinition[], props: RouteIntentProps): void {
  if (ports.some(port => port.rules.length > 0 && hasRequests(port.protocol))) {
    return;
  }
  const definitions = [props, ...rules, ...flatMap(rules, rule => rule.backends)] as readonly Partial<RuleDefinition>[];
  const used = HANDLING.find(name => definitions.some(definition => definition[name] !== undefined));
  if (used !== undefined) {
    throw misuse('MESH1313', path, `\`${used}\` is for requests, and no routed port speaks HTTP or gRPC`, 'Leave it out, or give a port the protocol HTTP or GRPC');
  }
}

/** Stickiness is a way to pick the pod too; and connections have no more to hash than the address from which they come. */
function checkLoadBalancing(path: string, { ports, traffic: { loadBalancing } }: RouteModel): void {
  if (loadBalancing === undefined) {
    return;
  }
  if (ports.some(({ rules }) => rules.some(({ handling }) => handling.stickiness !== undefined))) {
    throw misuse('MESH1005', path, '`stickiness` and `loadBalancing` both say which pod gets a request', 'Give one of them');
  }
  const silent = isHashing(loadBalancing) && loadBalancing.key.kind !== 'sourceAddress'
    ? ports.find(({ protocol }) => !hasRequests(protocol) && protocol !== 'UDP') : undefined;
  if (silent !== undefined) {
    throw misuse('MESH1313', path, `\`loadBalancing\` hashes requests, and port ${silent.port} speaks ${silent.protocol}`,
      'Use `HashKey.sourceAddress()`, or make the port a Service of its own');
  }
}

/** Labels of what is compared wherever regions are. */
const PLACES = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'];

/** Requests leave the pods that are near as these are found to fail, and not before. */
function checkFailover(
  path: string, { circuitBreaking = {}, failoverPriority, failoverRegions }: ServiceTraffic, said: readonly string[] | undefined,
): void {
  checkNotEmpty(path, 'failoverPriority', said, 'Leave it out, or name labels');
  const needy = failoverPriority !== undefined ? 'failoverPriority' : failoverRegions !== undefined ? 'failoverRegions' : undefined;
  if (needy !== undefined && !isWatching(circuitBreaking)) {
    throw misuse('MESH1006', path, `\`${needy}\` needs \`circuitBreaking\` that watches pods, as otherwise none is found to fail`, 'Give it `consecutiveErrors`');
  }
  const twice = failoverRegions && failoverPriority?.find(label => PLACES.includes(label));
  if (twice !== undefined) {
    throw misuse('MESH1005', path, `\`failoverRegions\` compares regions and zones by itself, and \`failoverPriority\` names '${twice}'`, 'Leave the label out');
  }
}

/** In its cluster, each is another Service than some backend, and has a port for the traffic. */
function checkSubstitutes(path: string, model: RouteModel, { service, failover }: RouteIntentProps): void {
  checkNotEmpty(path, 'failover', failover, 'Leave it out, or name Services or clusters');
  if (failover === undefined) return;
  const backends = allBackendsOf(model);
  const keyOf = (one: Pick<MeshService, 'name' | 'namespace'>) => qualified(one.name, namespaceOf(model, one));
  failover.forEach(({ service: one, cluster }, i) => {
    const key = one && keyOf(one);
    if (failover.findIndex(other => (other.service && keyOf(other.service)) === key && other.cluster === cluster) !== i) {
      const what = [...one === undefined ? [] : [`Service '${qualified(one.name, one.namespace)}'`], ...cluster === undefined ? [] : [`cluster '${cluster}'`]];
      throw misuse('MESH1310', path, `${what.join(' in ')} is named twice in \`failover\``, 'Name it once');
    }
    if (one !== undefined && cluster === undefined && backends.length > 0 && backends.every(backend => keyOf(backend) === key)) {
      throw misuse('MESH1310', path, `'${one.name}' is the only backend, and \`failover\` names it again`, 'Name another Service there, or a cluster');
    }
  });
  const others = flatMap(failover, ({ service: one }) => one ?? []);
  for (const port of service._ports.filter(one => model.ports.some(({ port: number, rules }) => number === one.port && rules.length > 0))) {
    others.forEach(one => backendPort(path, service, port, { service: one }));
  }
}

/** Proxies that have a budget look at no other limit of retries. */
function checkRetryLimits(path: string, { ports, traffic: { circuitBreaking, retryBudget } }: RouteModel): void {
  if (retryBudget === undefined) return;
  if ([circuitBreaking, ...ports.map(({ traffic }) => traffic?.circuitBreaking)].some(said => said?.maxRetries !== undefined)) {
    throw misuse('MESH1005', path, '`circuitBreaking.maxRetries` and `retryBudget` both limit retries', 'Give one of them');
  }
}

/** A rule of a limit is for requests that there are, and a call of gRPC is answered with a status of gRPC. */
function checkLimit(path: string, { ports, traffic: { rateLimit } }: RouteModel): void {
  if (rateLimit === undefined) return;
  checkMatchesApply(`${path}: rateLimit`, ports, flatMap(rateLimit.rules ?? [], ({ matches }) => matches));
  const grpc = ports.find(({ protocol }) => protocol === 'GRPC');
  if (rateLimit.answer?.statusCode !== undefined && grpc !== undefined) {
    throw misuse('MESH1313', path, `\`rateLimit.answer.statusCode\` is for HTTP, and port ${grpc.port} speaks GRPC`, 'Leave it out: proxies answer calls with a status of gRPC');
  }
}

/** A connection of HTTP/1.1 carries one request at a time. */
function checkConnections(path: string, ports: readonly PortRoute[], connections: Connections | undefined): void {
  if (connections === undefined) return;
  const used = (['http2', 'maxRequestsPerConnection', 'maxConcurrentStreams'] as const).find(name => connections[name] !== undefined);
  if (used !== undefined && !ports.some(({ protocol }) => hasRequests(protocol))) {
    throw misuse('MESH1313', path, `\`connections.${used}\` is for requests, and no port speaks HTTP or gRPC`, 'Leave it out, or give a port the protocol HTTP or GRPC');
  }
  const other = ports.find(({ protocol }) => protocol !== 'HTTP' && protocol !== 'UDP' && (protocol !== 'GRPC' || connections.http2 === false));
  if (connections.http2 !== undefined && other !== undefined) {
    throw misuse('MESH1313', path, `\`connections.http2\` is for ports that speak HTTP, and port ${other.port} speaks ${other.protocol}`,
      'Leave it out, or make the port a Service of its own');
  }
  if (connections.maxConcurrentStreams !== undefined && connections.http2 !== true && !ports.some(({ protocol }) => protocol === 'GRPC')) {
    throw misuse('MESH1006', path, '`connections.maxConcurrentStreams` needs HTTP/2, and no port speaks gRPC', 'Set `http2`, or leave it out');
  }
}

/** The same match in two rules: the second one would never decide. */
function checkMatchesDiffer(path: string, { port, rules }: PortRoute): void {
  if (rules.length < 2) return;
  const seen = new Map<string, number>();
  rules.forEach(({ matches, clients }, i) => flatMap(matches.map(matchKey), key => clientsKeys(clients).map(of => `${of} ${key}`)).forEach(key => {
    const earlier = seen.get(key) ?? i;
    if (earlier !== i) {
      throw misuse('MESH1308', path, `on port ${port}, rule ${ruleNumber(rules, i)} has the same match as rule ${ruleNumber(rules, earlier)}, which comes first`, 'Leave the match out of one of them');
    }
    seen.set(key, i);
  }));
}

function clientsKeys(clients: RouteRule['clients']): string[] {
  return clients === undefined ? [''] : clients.map(clientsKey);
}

/** What stands in place of a prefix needs one. */
function checkPrefixChanges(path: string, { port, rules }: PortRoute): void {
  const open = rules.findIndex(({ handling, matches }) =>
    prefixChange(handling) !== undefined && (matches.length === 0 || matches.some(match => match.path?.type !== 'prefix')));
  if (open !== -1) {
    throw misuse('MESH1314', path, `on port ${port}, rule ${ruleNumber(rules, open)} replaces a path prefix, and also takes requests without a matched prefix`,
      'Give every match of the rule a `pathPrefix`, or replace the whole path with `path`');
  }
}

function backendsOf(
  path: string, service: MeshService, port: ServicePort, backends: readonly BackendDefinition[], known: readonly MeshService[],
): WeightedBackend[] {
  const result = backends.map((backend: Backend): Every<WeightedBackend> => {
    const taking = backendPort(path, service, port, backend);
    const { requestHeaders, responseHeaders } = hasRequests(port.protocol) ? headerChangesOf(`${path}: backend '${backend.service.name}'`, backend) : {};
    return {
      name: backend.service.name,
      namespace: backend.service.namespace,
      groupKind: backend.service._groupKind,
      port: taking.port,
      portName: taking.name,
      isOneOfSeveral: hasSeveralPorts(backend.service, known) || undefined,
      podPort: podPortOf(taking),
      ...podsOf(backend.service),
      // `-0` would be written as such.
      weight: backend.weight + 0,
      requestHeaders,
      responseHeaders,
    };
  });
  const keys = result.map(b =>
    `${kindInWords(b)} '${qualified(b.name, b.namespace)}'${b.subset === undefined ? '' : ` with ${labelsInWords(b.subset)}`} on port ${b.port}`);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) {
    throw misuse('MESH1310', path, `${twice} is named twice among the backends of a rule`, 'Name it once, with the sum of the weights');
  }
  return result;
}

/** By all that the route knows of it. */
function hasSeveralPorts({ name, namespace }: MeshService, known: readonly MeshService[]): boolean {
  const same = known.filter(one => one.name === name && one.namespace === namespace);
  const ports = flatMap(same, ({ _ports }) => _ports);
  return ports.some(({ port }) => port !== ports[0].port);
}

function podPortOf({ port, targetPort, targetPortName }: ServicePort): PodPort | undefined {
  return targetPort === port && targetPortName === undefined ? undefined : podPort({ port, targetPort, targetPortName });
}

/**
 * The port of the backend that takes the traffic of a port: the given port, or else the one with the same number, or the same
 * name, or the only one.
 */
function backendPort(
  path: string, service: MeshService, { port, name }: ServicePort, backend: { readonly service: MeshService; readonly port?: number },
): ServicePort {
  const { _ports: ports, name: backendName } = backend.service;
  if (backend.port !== undefined) {
    return declaredPort(path, backend.service, backend.port);
  }
  const found = ports.find(p => p.port === port)
    ?? ports.find(p => name !== undefined && p.name === name)
    ?? (ports.length === 1 && service._ports.length === 1 ? ports[0] : undefined);
  if (found === undefined) {
    throw misuse('MESH1311', path, `Service '${backendName}' has no port for the traffic of port ${port} of '${service.name}'`,
      `Declare port ${port}, or give a port of '${backendName}' the name of that port`);
  }
  return found;
}
