import type { ByField, Fields } from '../fields';
import { collected, fieldsOf, isSaid } from '../fields';
import type {
  CircuitBreaking, Connections, Cors, DETECTORS, DirectResponse, FailoverTarget, Faults, Handling, HeaderChanges, Keepalive, LimitRule, LIMITS,
  Mirror, RateLimit, Redirect, Retries, RetryBudget, Rewrite, ServiceTraffic, Stickiness, Timeouts,
} from '../handling';
import { isWatching, limitsOf } from '../handling';
import { isHashing } from '../load-balancing';
import type { BackendRef, PodSelection } from '../service-ref';

/** What can happen to a request on its way; names of Gateway API where it has one. */
export const HANDLING_FEATURES = {
  HTTPRouteRequestTimeout: 'timeouts of requests',
  HTTPRouteBackendTimeout: 'timeouts of single tries',
  NoRequestTimeout: 'requests without a timeout',
  NoBackendTimeout: 'single tries without a timeout',
  HTTPRouteRetry: 'retries',
  NoRetries: 'no retries',
  RetryBackoff: 'a time between retries',
  RetryGRPCStatus: 'retries by gRPC status',
  RetryResponsesOnly: 'retries that leave out failed connections',
  HTTPRouteRequestMirror: 'mirroring',
  HTTPRouteRequestPercentageMirror: 'mirroring of some requests',
  HTTPRouteRequestMultipleMirrors: 'several mirrors',
  RequestHeaderModification: 'changes of request headers',
  HTTPRouteResponseHeaderModification: 'changes of response headers',
  HTTPRouteHostRewrite: 'rewriting of the host',
  HTTPRoutePathRewrite: 'rewriting of the path',
  RequestRedirect: 'redirects',
  DirectResponse: 'rules that send requests nowhere',
  DirectResponseStatus: 'answers without a backend, with another status than 500',
  HTTPRouteCORS: 'CORS',
  CORSCredentialsOfAnyOrigin: 'CORS with credentials for every origin',
  CORSCredentialsOfAnyRequest: 'CORS with credentials for every method or header',
  SessionPersistence: 'session stickiness',
  FaultInjection: 'faults on purpose',
} as const;

/** What can hold for a Service as a whole. */
export const TRAFFIC_FEATURES = {
  LoadBalancing: 'a choice of load balancing',
  LeastRequestChoices: 'the number of pods that are compared',
  WarmUp: 'fewer requests for new pods',
  ConsistentHash: 'pods by the hash of requests',
  SourceAddressHash: 'pods by the hash of source addresses',
  OutlierDetection: 'circuit breaking by errors in a row',
  ConnectionLimits: 'circuit breaking by limits of connections and requests',
  ConnectTimeout: 'timeouts of connecting',
  IdleTimeout: 'timeouts of idle connections',
  MaxConnectionDuration: 'how long connections last',
  TCPKeepalive: 'TCP keepalive',
  MaxRequestsPerConnection: 'how many requests a connection carries',
  MaxConcurrentStreams: 'how many requests a connection carries at one time',
  HTTP2ToPods: 'the version of HTTP that pods get',
  LocalRateLimit: 'rate limits of each pod',
  RateLimitByClient: 'rate limits by client',
  RateLimitByRequest: 'rate limits of some requests',
  RateLimitAnswer: 'answers of their own to requests beyond a rate limit',
  RetryBudget: 'retry budgets',
  LocalityFailover: 'near pods first, and failover to others',
  RegionFailover: 'failover from region to region',
  ServiceFailover: 'failover to another Service',
  ClusterFailover: 'failover to another cluster',
  PortTraffic: 'circuit breaking or connections of one port of a Service',
} as const;

export type HandlingFeature = keyof typeof HANDLING_FEATURES;
export type TrafficFeature = keyof typeof TRAFFIC_FEATURES;

type Features<Model, Feature> = ByField<Model, readonly (Feature | false)[]>;

type SaidHeaders = Fields<HeaderChanges, 'set' | 'add' | 'remove'>;
type SaidRule = Fields<LimitRule, 'sources' | 'perClient' | 'matches', 'requests'>;
type SaidLimits = Fields<
  CircuitBreaking,
  typeof DETECTORS[number] | typeof LIMITS[number],
  'ejectionTime' | 'interval' | 'minHealthPercent' | 'maxEjectionPercent'
>;

const OF_HANDLING: Features<Handling, HandlingFeature> = {
  timeouts: ({ request, backendRequest }: Fields<Timeouts, 'request' | 'backendRequest'>) => [
    request !== undefined && (request === 0 ? 'NoRequestTimeout' : 'HTTPRouteRequestTimeout'),
    backendRequest !== undefined && (backendRequest === 0 ? 'NoBackendTimeout' : 'HTTPRouteBackendTimeout'),
  ],
  retries: (
    { attempts, grpcStatuses, connectionFailures, backoff }: Fields<Retries, 'attempts' | 'grpcStatuses' | 'connectionFailures' | 'backoff', 'statusCodes'>,
  ) => attempts === 0 ? ['NoRetries'] : [
    'HTTPRouteRetry',
    backoff !== undefined && 'RetryBackoff',
    grpcStatuses.length > 0 && 'RetryGRPCStatus',
    !connectionFailures && 'RetryResponsesOnly',
  ],
  mirrors: (mirrors: readonly Fields<Mirror, 'fraction', keyof BackendRef | keyof PodSelection | 'port' | 'podPort'>[]) => [
    'HTTPRouteRequestMirror',
    mirrors.some(({ fraction: { numerator, denominator } }) => numerator < denominator) && 'HTTPRouteRequestPercentageMirror',
    mirrors.length > 1 && 'HTTPRouteRequestMultipleMirrors',
  ],
  requestHeaders: (_: SaidHeaders) => ['RequestHeaderModification'],
  responseHeaders: (_: SaidHeaders) => ['HTTPRouteResponseHeaderModification'],
  rewrite: ({ hostname, path }: Fields<Rewrite, 'hostname' | 'path'>) => [hostname !== undefined && 'HTTPRouteHostRewrite', path !== undefined && 'HTTPRoutePathRewrite'],
  redirect: (_: Fields<Redirect, 'scheme' | 'hostname' | 'port' | 'path' | 'statusCode'>) => ['RequestRedirect'],
  directResponse: ({ statusCode }: Fields<DirectResponse, 'statusCode'>) => ['DirectResponse', statusCode !== 500 && 'DirectResponseStatus'],
  cors: ({ allowCredentials, allowOrigins, allowMethods, allowHeaders }: Fields<
    Cors, 'allowCredentials' | 'allowOrigins' | 'allowMethods' | 'allowHeaders', 'exposeHeaders' | 'maxAge'
  >) => [
    'HTTPRouteCORS',
    allowCredentials && allowOrigins.includes('*') && 'CORSCredentialsOfAnyOrigin',
    allowCredentials && [allowMethods, allowHeaders].some(names => names.includes('*')) && 'CORSCredentialsOfAnyRequest',
  ],
  stickiness: (_: Fields<Stickiness, 'type' | 'name' | 'absoluteTimeout' | 'idleTimeout'>) => ['SessionPersistence'],
  faults: (_: Fields<Faults, 'delay' | 'abort'>) => ['FaultInjection'],
};

const ofConnections = collected<Connections, TrafficFeature>({
  connectTimeout: () => ['ConnectTimeout'],
  idleTimeout: () => ['IdleTimeout'],
  maxDuration: () => ['MaxConnectionDuration'],
  keepalive: (_: Fields<Keepalive, 'time' | 'interval' | 'probes'>) => ['TCPKeepalive'],
  maxRequestsPerConnection: () => ['MaxRequestsPerConnection'],
  maxConcurrentStreams: () => ['MaxConcurrentStreams'],
  http2: () => ['HTTP2ToPods'],
});

const OF_TRAFFIC: Features<ServiceTraffic, TrafficFeature> = {
  loadBalancing: one => [
    isHashing(one) ? 'ConsistentHash' : 'LoadBalancing',
    isHashing(one) && one.key.kind === 'sourceAddress' && 'SourceAddressHash',
    one.kind === 'leastRequest' && one.choices !== undefined && 'LeastRequestChoices',
    'warmUp' in one && one.warmUp !== undefined && 'WarmUp',
  ],
  circuitBreaking: (said: SaidLimits) => [isWatching(said) && 'OutlierDetection', limitsOf(said).length > 0 && 'ConnectionLimits'],
  connections: said => ofConnections(said),
  rateLimit: ({ rules = [], answer }: Fields<RateLimit, 'rules' | 'answer', 'requests' | 'interval'>) => [
    'LocalRateLimit',
    rules.some(({ sources, perClient }: SaidRule) => sources.length > 0 || perClient) && 'RateLimitByClient',
    rules.some(({ matches }) => matches.length > 0) && 'RateLimitByRequest',
    answer !== undefined && 'RateLimitAnswer',
  ],
  retryBudget: (_: Fields<RetryBudget, 'percent' | 'interval' | 'minRetriesPerSecond'>) => ['RetryBudget'],
  failoverPriority: () => ['LocalityFailover'],
  failoverRegions: () => ['RegionFailover'],
  failover: (targets: readonly Fields<FailoverTarget, 'cluster', 'service'>[]) => [
    targets.some(({ cluster }) => cluster === undefined) && 'ServiceFailover',
    targets.some(({ cluster }) => cluster !== undefined) && 'ClusterFailover',
  ],
};

const usedByHandling = collected(OF_HANDLING);
const usedByTraffic = collected(OF_TRAFFIC);

export function handlingFeatures(handling: Handling): HandlingFeature[] {
  return usedByHandling(handling).filter(feature => feature !== false);
}

export function trafficFeatures(traffic: ServiceTraffic): TrafficFeature[] {
  return usedByTraffic(traffic).filter(feature => feature !== false);
}

/** The same handling without what uses some of these features. */
export function withoutHandling(handling: Handling, refused: readonly string[]): Handling {
  return without(OF_HANDLING, handling, refused);
}

export function withoutTraffic(traffic: ServiceTraffic, refused: readonly string[]): ServiceTraffic {
  return without(OF_TRAFFIC, traffic, refused);
}

function without<Model extends object, Feature extends string>(
  features: Features<Model, Feature>, fields: Model, refused: readonly string[],
): Model {
  const names = fieldsOf(fields);
  const isRefused = (name: keyof Model) => {
    const value = fields[name];
    return isSaid(value) && features[name](value).some(feature => feature !== false && refused.includes(feature));
  };
  const kept = refused.length === 0 ? names : names.filter(name => !isRefused(name));
  return kept.length === names.length ? fields : Object.fromEntries(kept.map(name => [name, fields[name]])) as Model;
}
