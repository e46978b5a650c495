import type { Chart } from 'cdk8s';
import { Duration } from 'cdk8s';
import type {
  CircuitBreaking, ConnectionSettings, CorsPolicy, DirectResponse, ExposureProps, FailoverTarget, FaultAbort, FaultDelay, FaultInjection, GrpcStatus,
  HttpMatchOptions, LocalRateLimit, PortTraffic, RateLimitAnswer, RateLimitRule, RequestHandling, RequestRedirect, RetryBudget, RouteBackend,
  RouteClients, RouteMirror, RouteRetries, RouteTimeouts, RuleOrder, ServiceRouteProps, ServiceRouteRule, SessionStickiness, StickinessType,
  TcpKeepalive, UrlRewrite,
} from '../../../src';
import { Exposure, ExposureGateway, GrpcMatch, HashKey, HttpMatch, Identity, LoadBalancing, MeshProtocol, MeshService, ServiceRoute, StringMatch, TlsMatch } from '../../../src';
import type { Changes } from '../../../src/evaluators/routes/outcome';
import { podLabels } from '../../../src/evaluators/routes/rate-limits';
import type { Every, Fields } from '../../../src/model/fields';
import type { DETECTORS, LIMITS } from '../../../src/model/handling';

/**
 * Props in plain words: some as they are, others in other words. A new prop does not compile before it is in one of the two, and whoever generates
 * them has an answer for it.
 */
type InWords<Props, Same extends keyof Props, Others extends { readonly [Name in keyof Props]?: unknown } = object> =
  Exclude<keyof Props, Same | keyof Others> extends never
    ? Pick<Props, Same> & Others : { readonly [Name in Exclude<keyof Props, Same | keyof Others>]-?: 'not named' };

/** A route as someone writes it, in plain words: times in milliseconds, matches as they are read. */
export interface Written {
  /** Of the chart. */
  readonly namespace: string;
  readonly service: WrittenService;
  readonly ports?: readonly number[];
  readonly rules: readonly WrittenRule[];
  readonly order?: RuleOrder;
  /** For all rules that do not say otherwise. */
  readonly handling: WrittenHandling;
  readonly loadBalancing?: WrittenLoadBalancing;
  readonly circuitBreaking?: InWords<CircuitBreaking, typeof DETECTORS[number] | typeof LIMITS[number] | 'maxEjectionPercent' | 'minHealthPercent', {
    readonly ejectionTime?: number; readonly interval?: number;
  }>;
  readonly connections?: InWords<ConnectionSettings, 'maxRequestsPerConnection' | 'maxConcurrentStreams' | 'http2', {
    readonly connectTimeout?: number;
    readonly idleTimeout?: number;
    readonly maxDuration?: number;
    readonly keepalive?: InWords<TcpKeepalive, 'probes', { readonly time?: number; readonly interval?: number }>;
  }>;
  readonly portTraffic?: readonly (Pick<Written, 'circuitBreaking' | 'connections'> & { readonly ports: readonly number[] })[];
  readonly retryBudget?: InWords<RetryBudget, 'percent' | 'minRetriesPerSecond', { readonly interval?: number }>;
  readonly failoverPriority?: readonly string[];
  readonly failoverRegions?: { readonly [region: string]: string };
  readonly failover?: readonly InWords<FailoverTarget, 'cluster', { readonly service?: WrittenService }>[];
  readonly rateLimit?: WrittenLimit;
}

export type WrittenLimit = InWords<LocalRateLimit, 'requests', {
  readonly rules?: readonly WrittenLimitRule[];
  readonly interval?: number;
  readonly answer?: InWords<RateLimitAnswer, 'statusCode' | 'headers'>;
}>;

export interface WrittenLimitRule {
  /** ServiceAccounts, or all of a namespace. */
  readonly sources?: readonly { readonly namespace: string; readonly serviceAccount?: string }[];
  readonly perClient?: boolean;
  readonly methods?: readonly string[];
  readonly requests: number;
}

export type WrittenLoadBalancing =
  | { readonly kind: 'roundRobin'; readonly warmUp?: number }
  | { readonly kind: 'leastRequest'; readonly choices?: number; readonly warmUp?: number }
  | { readonly kind: 'random' }
  | { readonly kind: 'ringHash' | 'maglev'; readonly key: WrittenHashKey; readonly minimumRingSize?: number };

export type WrittenHashKey = { readonly kind: 'header' | 'cookie' | 'queryParameter'; readonly name: string } | { readonly kind: 'sourceAddress' };

/** A route for what comes from outside, to some hosts, or to any if none is named. */
export interface WrittenExposure extends Written {
  readonly hostnames: readonly string[];
}

export interface WrittenService {
  readonly name: string;
  readonly namespace?: string;
  readonly ports: readonly {
    readonly port: number; readonly name?: string; readonly protocol: 'HTTP' | 'GRPC' | 'TLS' | 'TCP' | 'UDP'; readonly targetPort?: number;
  }[];
  readonly podSelector?: Readonly<Record<string, string>>;
  readonly serviceAccount?: string;
  /** What it is, if it is not a Service. */
  readonly groupKind?: { readonly group: string; readonly kind: string };
  /** For some of its pods: the labels that the others do not have. */
  readonly subset?: Readonly<Record<string, string>>;
}

export interface WrittenRule extends WrittenHandling {
  readonly name?: string;
  readonly matches?: readonly WrittenMatch[];
  readonly clients?: readonly WrittenClients[];
  readonly backends?: readonly WrittenBackend[];
  readonly redirect?: InWords<RequestRedirect, 'scheme' | 'hostname' | 'port' | 'path' | 'pathPrefix' | 'statusCode'>;
  readonly directResponse?: InWords<DirectResponse, 'statusCode'>;
  readonly ports?: readonly number[];
}

export interface WrittenClients {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The conditions that are given hold together. */
export interface WrittenMatch {
  readonly methods?: readonly string[];
  readonly path?: string;
  readonly pathPrefix?: string;
  readonly pathBelow?: string;
  readonly pathStartsWith?: string;
  readonly pathEndsWith?: string;
  readonly pathTemplate?: string;
  readonly pathRegex?: string;
  readonly headers?: Readonly<Record<string, WrittenValue>>;
  readonly query?: Readonly<Record<string, WrittenValue>>;
  readonly cookies?: Readonly<Record<string, string>>;
  readonly grpc?: { readonly service?: string; readonly method?: string };
  readonly sni?: readonly string[];
}

export type WrittenValue =
  | { readonly exact: string } | { readonly startsWith: string } | { readonly endsWith: string } | { readonly regex: string } | 'present';

export interface WrittenBackend {
  readonly service: WrittenService;
  readonly weight?: number;
  readonly port?: number;
  readonly requestHeaders?: Changes;
  readonly responseHeaders?: Changes;
}

export interface WrittenHandling {
  readonly timeouts?: InWords<RouteTimeouts, never, { readonly request?: number; readonly backendRequest?: number }>;
  readonly retries?: InWords<RouteRetries, 'attempts' | 'connectionFailures', {
    readonly statusCodes?: readonly number[];
    readonly grpcStatuses?: readonly string[];
    readonly backoff?: number;
  }>;
  readonly mirrors?: readonly InWords<RouteMirror, 'port' | 'percent', { readonly service: WrittenService }>[];
  readonly requestHeaders?: Changes;
  readonly responseHeaders?: Changes;
  readonly rewrite?: InWords<UrlRewrite, 'hostname' | 'path' | 'pathPrefix'>;
  readonly cors?: InWords<CorsPolicy, 'allowOrigins' | 'allowMethods' | 'allowHeaders' | 'exposeHeaders' | 'allowCredentials', { readonly maxAge?: number }>;
  readonly stickiness?: InWords<SessionStickiness, 'name', {
    readonly type?: 'cookie' | 'header'; readonly absoluteTimeout?: number; readonly idleTimeout?: number;
  }>;
  readonly faults?: InWords<FaultInjection, never, {
    readonly delay?: InWords<FaultDelay, 'percent', { readonly delay: number }>; readonly abort?: InWords<FaultAbort, 'percent' | 'statusCode'>;
  }>;
}

/** How a Service becomes one of the public API. */
export type Knowing = (service: WrittenService) => MeshService;

/** The construct that says it, of the public API. */
export function serviceRoute(
  chart: Chart, route: WholeRoute, known: Knowing = meshService,
): ServiceRoute {
  const { service, ports, rules, order, handling, failoverPriority, failoverRegions, failover } = route;
  const { loadBalancing, portTraffic, retryBudget, rateLimit } = route;
  const props: Every<ServiceRouteProps> = {
    service: known({ ...(service.groupKind === undefined && { podSelector: podLabels(service.name) }), ...service }),
    ports: ports && [...ports],
    rules: rules.map(rule => routeRule(rule, known)),
    order,
    ...requestHandling(handling, known),
    loadBalancing: loadBalancing && balancing(loadBalancing),
    ...ofPorts(route),
    portTraffic: portTraffic?.map(said => ({ ports: [...said.ports], ...ofPorts(said) })),
    retryBudget: retryBudget && { ...retryBudget, interval: duration(retryBudget.interval) },
    rateLimit: rateLimit && { ...rateLimit, interval: duration(rateLimit.interval), rules: rateLimit.rules?.map(limitRule) },
    failoverPriority: failoverPriority && [...failoverPriority],
    failoverRegions: failoverRegions && { ...failoverRegions },
    failover: failover?.map(({ service: other, cluster }) => ({ service: other && known(other), cluster })),
    metadata: undefined,
  };
  return new ServiceRoute(chart, 'route', props);
}

function limitRule({ sources, perClient, methods, requests }: Fields<WrittenLimitRule, 'sources' | 'perClient' | 'methods' | 'requests'>): Every<RateLimitRule> {
  return {
    sources: sources?.map(({ namespace, serviceAccount }) =>
      serviceAccount === undefined ? Identity.namespace(namespace) : Identity.serviceAccount(serviceAccount, namespace)),
    perClient,
    matches: methods && [HttpMatch.of({ methods: [...methods] })],
    requests,
  };
}

type WholeRoute = Fields<Written, 'service' | 'ports' | 'rules' | 'order' | 'handling' | 'loadBalancing' | 'circuitBreaking' | 'connections' | 'portTraffic' | 'retryBudget' | 'rateLimit' | 'failoverPriority' | 'failoverRegions' | 'failover', 'namespace'>;

/** What may be said of some ports alone. */
function ofPorts({ circuitBreaking, connections }: Pick<Written, 'circuitBreaking' | 'connections'>): Every<Omit<PortTraffic, 'ports'>> {
  return {
    circuitBreaking: circuitBreaking && {
      ...circuitBreaking, ejectionTime: duration(circuitBreaking.ejectionTime), interval: duration(circuitBreaking.interval),
    },
    connections: connections && {
      ...connections,
      connectTimeout: duration(connections.connectTimeout),
      idleTimeout: duration(connections.idleTimeout),
      maxDuration: duration(connections.maxDuration),
      keepalive: connections.keepalive && {
        ...connections.keepalive, time: duration(connections.keepalive.time), interval: duration(connections.keepalive.interval),
      },
    },
  };
}

function balancing(said: WrittenLoadBalancing): LoadBalancing {
  switch (said.kind) {
    case 'roundRobin': return LoadBalancing.roundRobin({ warmUp: duration(said.warmUp) });
    case 'leastRequest': return LoadBalancing.leastRequest({ choices: said.choices, warmUp: duration(said.warmUp) });
    case 'random': return LoadBalancing.random();
    case 'ringHash': return LoadBalancing.ringHash(hashKey(said.key), { minimumRingSize: said.minimumRingSize });
    case 'maglev': return LoadBalancing.maglev(hashKey(said.key));
  }
}

function hashKey(said: WrittenHashKey): HashKey {
  return said.kind === 'sourceAddress' ? HashKey.sourceAddress() : HashKey[said.kind](said.name);
}

/** The same rules for requests from outside, through a gateway that listens on port 80 in plain text. */
export function exposure(chart: Chart, { service, rules, order, handling, hostnames }: WrittenExposure): Exposure {
  const props: Every<ExposureProps> = {
    service: meshService(service),
    rules: rules.map(rule => routeRule(rule)),
    order,
    hostnames: hostnames.length === 0 ? undefined : [...hostnames],
    gateway: ExposureGateway.own({ className: 'any' }),
    ...requestHandling(handling),
    // Said by other tests.
    route: undefined,
    port: undefined,
    gateways: undefined,
    tls: undefined,
    redirectHttp: undefined,
    backendTls: undefined,
    metadata: undefined,
  };
  return new Exposure(chart, 'route', props);
}

export function routeRule(
  { name, matches, clients, backends, redirect, directResponse, ports, ...own }: WholeRule, known: Knowing = meshService,
): Every<ServiceRouteRule> {
  return {
    name,
    matches: matches?.map(requestMatch),
    clients: clients?.map(({ namespace, labels }): Every<RouteClients> => ({ namespace, labels: labels && { ...labels } })),
    backends: backends?.map(({ service, weight, port, requestHeaders, responseHeaders }): Every<RouteBackend> => ({
      service: known(service),
      weight,
      port,
      requestHeaders: requestHeaders && changes(requestHeaders),
      responseHeaders: responseHeaders && changes(responseHeaders),
    })),
    redirect,
    directResponse,
    ports: ports && [...ports],
    ...requestHandling(own, known),
  };
}

type WholeRule = Fields<WrittenRule, 'name' | 'matches' | 'clients' | 'backends' | 'redirect' | 'directResponse' | 'ports' | keyof WrittenHandling>;

export function meshService({ name, ports, podSelector, groupKind, subset, ...others }: WrittenService): MeshService {
  const options = {
    ...others,
    ...(podSelector && { podSelector: { ...podSelector } }),
    ports: ports.map(port => ({ ...port, protocol: MeshProtocol[port.protocol] })),
  };
  const whole = groupKind === undefined ? MeshService.of(name, options)
    : groupKind.kind === 'ServiceImport' ? MeshService.serviceImport(name, options) : MeshService.ofKind(name, { ...options, ...groupKind });
  return subset === undefined ? whole : whole.subset({ ...subset });
}

export function requestMatch({ grpc, sni, headers, query, methods, cookies, ...paths }: WrittenMatch): HttpMatch | GrpcMatch | TlsMatch {
  if (sni !== undefined) {
    return TlsMatch.sni(...sni);
  }
  const options: Every<HttpMatchOptions> = {
    path: paths.path,
    pathPrefix: paths.pathPrefix,
    pathBelow: paths.pathBelow,
    pathStartsWith: paths.pathStartsWith,
    pathEndsWith: paths.pathEndsWith,
    pathTemplate: paths.pathTemplate,
    pathRegex: paths.pathRegex,
    methods: methods && [...methods],
    headers: headers && stringMatches(headers),
    query: query && stringMatches(query),
    cookies,
    // No target takes them.
    hosts: undefined,
  };
  return grpc === undefined ? HttpMatch.of(options) : GrpcMatch.of({ ...grpc, headers: options.headers });
}

function stringMatches(values: Readonly<Record<string, WrittenValue>>): { [name: string]: StringMatch } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, stringMatch(value)]));
}

function stringMatch(value: WrittenValue): StringMatch {
  return value === 'present' ? StringMatch.present()
    : 'exact' in value ? StringMatch.exact(value.exact)
      : 'startsWith' in value ? StringMatch.startsWith(value.startsWith)
        : 'endsWith' in value ? StringMatch.endsWith(value.endsWith)
          : StringMatch.regex(value.regex);
}

function requestHandling(handling: WrittenHandling, known: Knowing = meshService): Every<RequestHandling> {
  const { timeouts, retries, mirrors, cors, stickiness, faults, requestHeaders, responseHeaders, rewrite } = handling;
  return {
    timeouts: timeouts && { request: duration(timeouts.request), backendRequest: duration(timeouts.backendRequest) },
    retries: retries && {
      ...retries,
      statusCodes: retries.statusCodes && [...retries.statusCodes],
      grpcStatuses: retries.grpcStatuses as GrpcStatus[] | undefined,
      backoff: duration(retries.backoff),
    },
    mirrors: mirrors?.map(mirror => ({ ...mirror, service: known(mirror.service) })),
    requestHeaders: requestHeaders && changes(requestHeaders),
    responseHeaders: responseHeaders && changes(responseHeaders),
    rewrite,
    cors: cors && { ...cors, maxAge: duration(cors.maxAge) },
    stickiness: stickiness && {
      ...stickiness,
      type: stickiness.type as StickinessType | undefined,
      absoluteTimeout: duration(stickiness.absoluteTimeout),
      idleTimeout: duration(stickiness.idleTimeout),
    },
    faults: faults && {
      delay: faults.delay && { ...faults.delay, delay: duration(faults.delay.delay)! },
      abort: faults.abort,
    },
  };
}

function changes({ set, add, remove }: Changes): { set?: { [name: string]: string }; add?: { [name: string]: string }; remove?: string[] } {
  return { set, add, remove: remove && [...remove] };
}

function duration(milliseconds: number | undefined): Duration | undefined {
  return milliseconds === undefined ? undefined : Duration.millis(milliseconds);
}
