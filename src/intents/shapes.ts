import type { ApiObjectMetadata, OwnerReference } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import type { ServiceTrafficProps } from './handling';
import type { MeshIntentProps } from './mesh-intent';
import type { RouteIntentProps } from './route-intent';
import type { RouteBackend, RouteClients, ServiceRouteRule } from './route-rule';
import { RuleOrder } from './route-rule';
import { misuse } from '../errors/misuse';
import type { Shape, Shapes } from '../input/shape';
import { BOOLEAN, instanceOf, listOf, mapOf, memberOf, NUMBER, optional, record, TEXT } from '../input/shape';
import { isOfKind, kindInWords, SERVICE_IMPORT } from '../model/service-ref';
import { EndUser } from '../vocabulary/end-user';
import { ExposureGateway } from '../vocabulary/exposure-gateway';
import { Identity } from '../vocabulary/identity';
import { LoadBalancing } from '../vocabulary/load-balancing';
import { checkHasPods, MeshService } from '../vocabulary/mesh-service';
import { MeshWorkload } from '../vocabulary/mesh-workload';
import type {
  CircuitBreaking, ConnectionSettings, CorsPolicy, DirectResponse, FailoverTarget, FaultAbort, FaultDelay, FaultInjection, HeaderChanges,
  LocalRateLimit, PortTraffic, RequestHandling, RateLimitAnswer, RateLimitRule, RequestRedirect, RetryBudget, RouteMirror, SessionStickiness,
  TcpKeepalive, UrlRewrite,
} from '../vocabulary/request-handling';
import { StickinessType } from '../vocabulary/request-handling';
import { RequestMatch } from '../vocabulary/request-match';
import { DURATION, RETRIES, TIMEOUTS } from '../vocabulary/timeouts-and-retries';

/** What takes requests, or some of its pods. */
export const BACKEND = instanceOf(MeshService, "a MeshService, such as `MeshService.of('cart', { port: 8080 })`");
/** Pods of a Service, for a policy. */
export const SERVICE = havingPods(BACKEND);
export const WORKLOAD = havingPods(instanceOf(MeshWorkload, "a MeshService or MeshPods, such as `MeshService.of('cart', { port: 8080 })`"));
/** What clients call: any of its pods is called. */
export const WHOLE_SERVICE: Shape = (where, name, value) => {
  BACKEND(where, name, value);
  const { name: service, _subset: subset } = value as MeshService;
  if (subset !== undefined) {
    throw misuse('MESH1320', where, `\`${name}\` is a subset of the pods of '${service}', and clients call the Service`,
      `Name '${service}' itself here, and the subset among the backends`);
  }
};
/** What stands in for another Service: any of its pods does. */
const SUBSTITUTE: Shape = (where, name, value) => {
  SERVICE(where, name, value);
  const { name: service, _subset: subset } = value as MeshService;
  if (subset !== undefined) {
    throw misuse('MESH1320', where, `\`${name}\` is a subset of the pods of '${service}', and only a Service stands in for another`,
      `Name '${service}' itself, or a Service that selects these pods`);
  }
};
/** What clients call: routes are for nothing else. */
const CALLED: Shape = (where, name, value) => {
  WHOLE_SERVICE(where, name, value);
  const { name: called, _groupKind: groupKind } = value as MeshService;
  if (groupKind !== undefined && !isOfKind(groupKind, SERVICE_IMPORT)) {
    throw misuse('MESH1124', where, `\`${name}\` is ${kindInWords({ groupKind })} '${called}', and clients call a Service, or a ServiceImport`,
      'Name it as a backend, in the route of the Service that clients call');
  }
};

function havingPods(shape: Shape): Shape {
  return (where, name, value) => {
    shape(where, name, value);
    checkHasPods(where, name, value as MeshWorkload);
  };
}

export const GATEWAY = instanceOf(ExposureGateway, "an ExposureGateway, such as `ExposureGateway.shared('public', 'infra')`");
export const IDENTITY = instanceOf(Identity, "an Identity, such as `Identity.serviceAccount('web')`");
export const IDENTITIES = listOf(IDENTITY);
export const END_USERS = listOf(instanceOf(EndUser, "an EndUser, such as `EndUser.of({ issuer: 'https://login.example.com' })`"));
export const REQUESTS = listOf(instanceOf(RequestMatch, "a match, such as `HttpMatch.of({ pathPrefix: '/cart' })`"));
export const PORTS = listOf(NUMBER);

/** cdk8s would write any other property as it is, even `lables`. */
const METADATA = record<ApiObjectMetadata>({
  name: optional(TEXT),
  namespace: optional(TEXT),
  labels: optional(mapOf(TEXT)),
  annotations: optional(mapOf(TEXT)),
  finalizers: optional(listOf(TEXT)),
  ownerReferences: optional(listOf(record<OwnerReference>({
    apiVersion: TEXT, kind: TEXT, name: TEXT, uid: TEXT, controller: optional(BOOLEAN), blockOwnerDeletion: optional(BOOLEAN),
  }))),
});

/** The shapes of the props that an intent alone has. */
type Own<Props, Common extends PropertyKey> = [Props] extends [never] ? never : Shapes<Omit<Props, Common>>;

const INTENT_PROPS = { metadata: optional(METADATA) } satisfies Shapes<MeshIntentProps>;

/** The props of an intent: the common ones, and its own. */
export function intentProps<Props extends MeshIntentProps = never>(
  own: Own<Props, keyof MeshIntentProps>, instead?: Readonly<Record<string, string>>,
): Shape {
  return record<object>({ ...INTENT_PROPS, ...own }, instead);
}

export const HEADER_CHANGES = optional(record<HeaderChanges>({
  set: optional(mapOf(TEXT)), add: optional(mapOf(TEXT)), remove: optional(listOf(TEXT)),
}));

export const REDIRECT = optional(record<RequestRedirect>({
  scheme: optional(TEXT),
  hostname: optional(TEXT),
  port: optional(NUMBER),
  path: optional(TEXT),
  pathPrefix: optional(TEXT),
  statusCode: optional(NUMBER),
}));

export const DIRECT_RESPONSE = optional(record<DirectResponse>({ statusCode: NUMBER }));

/** What happens to requests on their way. */
export const HANDLING_PROPS = {
  timeouts: optional(TIMEOUTS),
  retries: optional(RETRIES),
  mirrors: optional(listOf(record<RouteMirror>({ service: BACKEND, port: optional(NUMBER), percent: optional(NUMBER) }))),
  requestHeaders: HEADER_CHANGES,
  responseHeaders: HEADER_CHANGES,
  rewrite: optional(record<UrlRewrite>({ hostname: optional(TEXT), path: optional(TEXT), pathPrefix: optional(TEXT) })),
  cors: optional(record<CorsPolicy>({
    allowOrigins: listOf(TEXT),
    allowMethods: optional(listOf(TEXT)),
    allowHeaders: optional(listOf(TEXT)),
    exposeHeaders: optional(listOf(TEXT)),
    allowCredentials: optional(BOOLEAN),
    maxAge: optional(DURATION),
  })),
  stickiness: optional(record<SessionStickiness>({
    type: optional(memberOf(StickinessType, 'StickinessType')),
    name: optional(TEXT),
    absoluteTimeout: optional(DURATION),
    idleTimeout: optional(DURATION),
  })),
  faults: optional(record<FaultInjection>({
    delay: optional(record<FaultDelay>({ delay: DURATION, percent: NUMBER })),
    abort: optional(record<FaultAbort>({ statusCode: NUMBER, percent: NUMBER })),
  })),
} satisfies Shapes<RequestHandling>;

export const ORDER = optional(memberOf(RuleOrder, 'RuleOrder'));

/** Ordered rules of a route. */
export const RULES = listOf(record<ServiceRouteRule>({
  ...HANDLING_PROPS,
  name: optional(TEXT),
  matches: optional(REQUESTS),
  clients: optional(listOf(record<RouteClients>({ labels: optional(mapOf(TEXT)), namespace: optional(TEXT) }))),
  backends: optional(listOf(record<RouteBackend>({
    service: BACKEND, weight: optional(NUMBER), port: optional(NUMBER), requestHeaders: HEADER_CHANGES, responseHeaders: HEADER_CHANGES,
  }))),
  ports: optional(PORTS),
  redirect: REDIRECT,
  directResponse: DIRECT_RESPONSE,
}));

/** What may be said of some ports alone, too. */
const PORT_TRAFFIC = {
  circuitBreaking: optional(record<CircuitBreaking>({
    consecutiveErrors: optional(NUMBER),
    consecutiveGatewayErrors: optional(NUMBER),
    consecutiveConnectionFailures: optional(NUMBER),
    ejectionTime: optional(DURATION),
    interval: optional(DURATION),
    maxEjectionPercent: optional(NUMBER),
    minHealthPercent: optional(NUMBER),
    maxConnections: optional(NUMBER),
    maxPendingRequests: optional(NUMBER),
    maxRequests: optional(NUMBER),
    maxRetries: optional(NUMBER),
  })),
  connections: optional(record<ConnectionSettings>({
    connectTimeout: optional(DURATION),
    idleTimeout: optional(DURATION),
    maxDuration: optional(DURATION),
    keepalive: optional(record<TcpKeepalive>({ time: optional(DURATION), interval: optional(DURATION), probes: optional(NUMBER) })),
    maxRequestsPerConnection: optional(NUMBER),
    maxConcurrentStreams: optional(NUMBER),
    http2: optional(BOOLEAN),
  })),
} satisfies Shapes<Omit<PortTraffic, 'ports'>>;

/** What holds for a Service as a whole. */
const TRAFFIC_PROPS = {
  loadBalancing: optional(instanceOf(LoadBalancing, 'a LoadBalancing, such as `LoadBalancing.leastRequest()`')),
  ...PORT_TRAFFIC,
  failoverPriority: optional(listOf(TEXT)),
  failoverRegions: optional(mapOf(TEXT)),
  failover: optional(listOf(record<FailoverTarget>({ service: optional(SUBSTITUTE), cluster: optional(TEXT) }))),
  rateLimit: optional(record<LocalRateLimit>({
    requests: optional(NUMBER),
    rules: optional(listOf(record<RateLimitRule>({
      sources: optional(listOf(IDENTITY)),
      perClient: optional(BOOLEAN),
      matches: optional(REQUESTS),
      requests: NUMBER,
    }))),
    interval: optional(DURATION),
    answer: optional(record<RateLimitAnswer>({ statusCode: optional(NUMBER), headers: optional(mapOf(TEXT)) })),
  })),
  retryBudget: optional(record<RetryBudget>({ percent: optional(NUMBER), interval: optional(DURATION), minRetriesPerSecond: optional(NUMBER) })),
} satisfies Shapes<ServiceTrafficProps>;

const ROUTE_PROPS = {
  service: CALLED,
  ports: optional(PORTS),
  ...HANDLING_PROPS,
  ...TRAFFIC_PROPS,
  portTraffic: optional(listOf(record<PortTraffic>({ ports: PORTS, ...PORT_TRAFFIC }))),
} satisfies Shapes<Omit<RouteIntentProps, keyof MeshIntentProps>>;

/** The props of an intent that routes a Service. */
export function routeProps<Props extends RouteIntentProps = never>(own: Own<Props, keyof RouteIntentProps>): Shape {
  return intentProps<object>({ ...ROUTE_PROPS, ...own });
}

const SCOPE = instanceOf(Construct, 'the chart in which it stands');

/** Names of what all objects have. */
const TAKEN_IDS: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Checks the shape of the arguments of a construct, and returns the path that the construct will have. */
export function checkedPath(scope: IConstruct, id: string, props: unknown, shape: Shape): string {
  TEXT('intent', 'id', id);
  SCOPE(`intent '${id}'`, 'scope', scope);
  if (TAKEN_IDS.has(id)) {
    throw misuse('MESH1007', `intent '${id}'`, `'${id}' is not an id: constructs has another meaning for it`, 'Use another one');
  }
  const above = scope.node.path;
  const path = above === '' ? id : `${above}/${id}`;
  shape(path, 'props', props);
  return path;
}
