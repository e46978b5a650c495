import type { Duration } from 'cdk8s';
import type { Identity } from './identity';
import type { MeshService } from './mesh-service';
import type { RequestMatch } from './request-match';

/**
 * How long a request may take.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/timeouts-and-retries.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/geps/gep-1742/
 */
export interface RouteTimeouts {
  /**
   * From the request of the client to the end of the response, with all retries; `Duration.millis(0)` for no timeout, where the
   * implementation would have one.
   *
   * @default - the default of the implementation
   */
  readonly request?: Duration;

  /**
   * For each try of a backend; at most as long as `request`. `Duration.millis(0)` for no timeout.
   *
   * @default - the default of the implementation
   */
  readonly backendRequest?: Duration;
}

/**
 * A gRPC status after which a retry makes sense.
 */
export enum GrpcStatus {
  /** CANCELLED (1). */
  CANCELLED = 'cancelled',
  /** DEADLINE_EXCEEDED (4). */
  DEADLINE_EXCEEDED = 'deadline-exceeded',
  /** RESOURCE_EXHAUSTED (8). */
  RESOURCE_EXHAUSTED = 'resource-exhausted',
  /** INTERNAL (13). */
  INTERNAL = 'internal',
  /** UNAVAILABLE (14). */
  UNAVAILABLE = 'unavailable',
}

/**
 * Which requests are tried again.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/timeouts-and-retries.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/geps/gep-1731/
 */
export interface RouteRetries {
  /** The maximum number of retries after the first try: 0 to 100. 0 means no retries, even if the implementation has a default. */
  readonly attempts: number;

  /**
   * HTTP status codes of the responses that are tried again: 400 to 599.
   *
   * @default - none
   */
  readonly statusCodes?: number[];

  /**
   * gRPC statuses of the responses that are tried again.
   *
   * @default - none
   */
  readonly grpcStatuses?: GrpcStatus[];

  /**
   * Whether a request is tried again if its connection fails, or breaks before there is a response.
   *
   * @default true
   */
  readonly connectionFailures?: boolean;

  /**
   * The least time between tries.
   *
   * @default - the default of the implementation
   */
  readonly backoff?: Duration;
}

/**
 * Where a copy of requests goes. The responses to the copies are ignored.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/request-changes.md#what-each-target-renders
 */
export interface RouteMirror {
  /**
   * The Service that gets the copies, or, in some targets, a `subset` of its pods.
   */
  readonly service: MeshService;

  /**
   * Its port.
   *
   * @default - the port with the same number as that of the routed Service, or with the same name, or its only port
   */
  readonly port?: number;

  /**
   * Percent of the requests that are copied, from 0 to 100, with at most four decimals.
   *
   * @default 100
   */
  readonly percent?: number;
}

/**
 * Changes of headers. Names are case-insensitive; each name may stand in one of the lists only.
 */
export interface HeaderChanges {
  /**
   * Headers that get this value, in place of their values.
   *
   * @default - none
   */
  readonly set?: { [name: string]: string };

  /**
   * Values that are added to the values of a header.
   *
   * @default - none
   */
  readonly add?: { [name: string]: string };

  /**
   * Headers that are removed.
   *
   * @default - none
   */
  readonly remove?: string[];
}

/**
 * Changes of the URL before the request goes to the backend.
 */
export interface UrlRewrite {
  /**
   * The host that the backend sees.
   *
   * @default - as the client wrote it
   */
  readonly hostname?: string;

  /**
   * The whole path that the backend sees. Excludes `pathPrefix`.
   *
   * @default - as the client wrote it
   */
  readonly path?: string;

  /**
   * What stands in place of the prefix that matched; all matches of the rule must then be of one path prefix each.
   *
   * @default - as the client wrote it
   */
  readonly pathPrefix?: string;
}

/**
 * An answer that sends the client elsewhere, in place of a backend.
 */
export interface RequestRedirect {
  /**
   * `http` or `https`.
   *
   * @default - the scheme of the request
   */
  readonly scheme?: string;

  /**
   * The host.
   *
   * @default - the host of the request
   */
  readonly hostname?: string;

  /**
   * The port.
   *
   * @default - the well-known port of `scheme`, if that is given; otherwise the port of the listener
   */
  readonly port?: number;

  /**
   * The whole path. Excludes `pathPrefix`.
   *
   * @default - the path of the request
   */
  readonly path?: string;

  /**
   * What stands in place of the prefix that matched; all matches of the rule must then be of one path prefix each.
   *
   * @default - the path of the request
   */
  readonly pathPrefix?: string;

  /**
   * 301, 302, 303, 307 or 308.
   *
   * @default 302
   */
  readonly statusCode?: number;
}

/**
 * An answer in place of a backend.
 */
export interface DirectResponse {
  /**
   * The status code, from 200 to 599. Gateway API has 500 alone.
   */
  readonly statusCode: number;
}

/**
 * Which pages of other origins may make requests from a browser.
 *
 * @see https://gateway-api.sigs.k8s.io/geps/gep-1767/
 */
export interface CorsPolicy {
  /**
   * Origins, like `https://shop.example.com` or `https://*.example.com`, or `*` for all. With `allowCredentials`, `*` lets every
   * page on the web make requests in the name of its visitors.
   */
  readonly allowOrigins: string[];

  /**
   * Methods, or `*` for all. With `allowCredentials`, `*` is for targets whose proxy answers with the method that the browser asks for.
   *
   * @default - GET, HEAD and POST, which browsers need not ask for
   */
  readonly allowMethods?: string[];

  /**
   * Request headers, or `*` for all; with `allowCredentials`, the same as for `allowMethods`.
   *
   * @default - headers that browsers need not ask for
   */
  readonly allowHeaders?: string[];

  /**
   * Response headers that the page may read, or `*` for all, except with `allowCredentials`, where browsers read `*` as a name.
   *
   * @default - headers that pages may always read
   */
  readonly exposeHeaders?: string[];

  /**
   * Whether requests may carry cookies and other credentials.
   *
   * @default false
   */
  readonly allowCredentials?: boolean;

  /**
   * How long browsers may remember the answer.
   *
   * @default - 5 seconds, as browsers have it
   */
  readonly maxAge?: Duration;
}

/**
 * What tells a client's requests.
 */
export enum StickinessType {
  /** A cookie that the implementation sets. */
  COOKIE = 'cookie',
  /** A header that the implementation answers with, and the client sends along. */
  HEADER = 'header',
}

/**
 * The requests of one client go to one pod.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/service-route.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/geps/gep-1619/
 */
export interface SessionStickiness {
  /**
   * What tells a client's requests.
   *
   * @default StickinessType.COOKIE
   */
  readonly type?: StickinessType;

  /**
   * Name of the cookie or header.
   *
   * @default - the implementation picks one
   */
  readonly name?: string;

  /**
   * How long the session lasts, since the first request.
   *
   * @default - the default of the implementation
   */
  readonly absoluteTimeout?: Duration;

  /**
   * How long the session lasts without a request.
   *
   * @default - the default of the implementation
   */
  readonly idleTimeout?: Duration;
}

/**
 * Requests that are delayed on purpose.
 */
export interface FaultDelay {
  /**
   * For how long.
   */
  readonly delay: Duration;

  /**
   * Percent of the requests, from 0 to 100, with at most four decimals.
   */
  readonly percent: number;
}

/**
 * Requests that fail on purpose.
 */
export interface FaultAbort {
  /**
   * The HTTP status code of the answer: 200 to 599. Calls of gRPC get the status that stands for it, such as UNAVAILABLE for 503.
   */
  readonly statusCode: number;

  /**
   * Percent of the requests, from 0 to 100, with at most four decimals.
   */
  readonly percent: number;
}

/**
 * Faults on purpose, to see how clients cope with them. Faults come first: no timeout cuts a delay short, and no retry makes up
 * for a failure.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/faults.md#what-each-target-renders
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection
 */
export interface FaultInjection {
  /**
   * Requests that are delayed.
   *
   * @default - none
   */
  readonly delay?: FaultDelay;

  /**
   * Requests that fail.
   *
   * @default - none
   */
  readonly abort?: FaultAbort;
}

/**
 * What happens to requests on their way. A property that is left out stays at the default of the implementation.
 */
export interface RequestHandling {
  /**
   * How long a request may take.
   *
   * @default - the default of the implementation
   */
  readonly timeouts?: RouteTimeouts;

  /**
   * Which requests are tried again.
   *
   * @default - the default of the implementation
   */
  readonly retries?: RouteRetries;

  /**
   * Where copies of requests go.
   *
   * @default - nowhere
   */
  readonly mirrors?: RouteMirror[];

  /**
   * Changes of the headers of requests.
   *
   * @default - none
   */
  readonly requestHeaders?: HeaderChanges;

  /**
   * Changes of the headers of responses.
   *
   * @default - none
   */
  readonly responseHeaders?: HeaderChanges;

  /**
   * Changes of the URL.
   *
   * @default - none
   */
  readonly rewrite?: UrlRewrite;

  /**
   * Which pages of other origins may make requests.
   *
   * @default - as the backend answers
   */
  readonly cors?: CorsPolicy;

  /**
   * Whether the requests of one client go to one pod.
   *
   * @default - they do not
   */
  readonly stickiness?: SessionStickiness;

  /**
   * Faults on purpose.
   *
   * @default - none
   */
  readonly faults?: FaultInjection;
}

/**
 * When a pod, or a Service, gets no more requests for a while. Where requests are split, each backend counts by itself.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/service-route.md#what-each-target-renders
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/
 * @see https://linkerd.io/2/reference/circuit-breaking/
 */
export interface CircuitBreaking {
  /**
   * Failures in a row after which a pod gets no requests for a while: at least 1. They are answers with a 5xx status and, unless
   * `consecutiveConnectionFailures` counts these by themselves, connections that fail.
   *
   * @default - pods are not watched for it
   */
  readonly consecutiveErrors?: number;

  /**
   * The same for the statuses 502, 503 and 504 alone: at least 1.
   *
   * @default - pods are not watched for it
   */
  readonly consecutiveGatewayErrors?: number;

  /**
   * The same for connections that fail, or break before there is an answer: at least 1.
   *
   * @default - they count as errors
   */
  readonly consecutiveConnectionFailures?: number;

  /**
   * How long the pod gets no requests, at least. Only for pods that are watched.
   *
   * @default - the default of the implementation
   */
  readonly ejectionTime?: Duration;

  /**
   * How often it is looked whether pods may get requests again. Only for pods that are watched.
   *
   * @default - the default of the implementation, mostly 10 seconds
   */
  readonly interval?: Duration;

  /**
   * The percentage of pods that may be without requests at one time. Only for pods that are watched.
   *
   * @default - the default of the implementation
   */
  readonly maxEjectionPercent?: number;

  /**
   * The percentage of pods that have to be left: with fewer, all of them get requests. From 0 to 100; only for pods that are watched.
   *
   * @default - the default of the implementation
   */
  readonly minHealthPercent?: number;

  /**
   * Connections to the Service at one time, of each client.
   *
   * @default - the default of the implementation
   */
  readonly maxConnections?: number;

  /**
   * Requests that wait for a connection at one time, of each client.
   *
   * @default - the default of the implementation
   */
  readonly maxPendingRequests?: number;

  /**
   * Requests under way at one time, of each client.
   *
   * @default - the default of the implementation
   */
  readonly maxRequests?: number;

  /**
   * Retries under way at one time, of each client. Excludes `retryBudget`.
   *
   * @default - the default of the implementation
   */
  readonly maxRetries?: number;
}

/**
 * Probes of TCP on connections on which nothing comes. Times are whole seconds.
 */
export interface TcpKeepalive {
  /**
   * How long nothing comes before the first probe: from 1 to 32,767 seconds.
   *
   * @default - the default of the operating system, on Linux 2 hours
   */
  readonly time?: Duration;

  /**
   * How long it is waited for the answer to a probe: from 1 to 32,767 seconds.
   *
   * @default - the default of the operating system, on Linux 75 seconds
   */
  readonly interval?: Duration;

  /**
   * After how many probes without an answer the connection is given up: from 1 to 127.
   *
   * @default - the default of the operating system, on Linux 9
   */
  readonly probes?: number;
}

/**
 * Connections of each client to the pods of a Service, and of the pods of each backend. How many there may be is a limit of `CircuitBreaking`.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/connections.md#what-each-target-renders
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings
 * @see https://kuma.io/docs/latest/policies/meshtimeout/
 */
export interface ConnectionSettings {
  /**
   * How long it may take to connect to a pod.
   *
   * @default - the default of the implementation, mostly 5 or 10 seconds
   */
  readonly connectTimeout?: Duration;

  /**
   * How long a connection may be without bytes, or without requests where it carries requests, before it is closed; `Duration.millis(0)` for any time.
   *
   * @default - the default of the implementation, mostly an hour
   */
  readonly idleTimeout?: Duration;

  /**
   * How long a connection may last, busy or not. Requests under way are answered first.
   *
   * @default - any time
   */
  readonly maxDuration?: Duration;

  /**
   * Probes of TCP; `{}` for those of the operating system.
   *
   * @default - the default of the implementation, mostly none
   */
  readonly keepalive?: TcpKeepalive;

  /**
   * How many requests a connection carries, one after the other, before it is closed: 1 to 2,147,483,647. 1 is a connection for each request.
   *
   * @default - any number
   */
  readonly maxRequestsPerConnection?: number;

  /**
   * How many requests a connection of HTTP/2 carries at one time: 1 to 2,147,483,647. It is for ports that speak gRPC, and for `http2`.
   *
   * @default - as pods allow it
   */
  readonly maxConcurrentStreams?: number;

  /**
   * Whether requests go to pods over HTTP/2, whatever clients speak. The pods have to understand it. `false` is no, even if the implementation does so by default.
   *
   * @default - as the implementation has it
   */
  readonly http2?: boolean;
}

/**
 * What holds for the traffic of some ports of a Service, wherever it goes. What is left out of a property holds as it is said of all ports.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/connections.md#what-each-target-renders
 */
export interface PortTraffic {
  /**
   * The ports, by number. No port is named twice, nor one that speaks UDP, or whose requests all are answered at once.
   */
  readonly ports: number[];

  /**
   * When a pod, or the Service, gets no more requests for a while.
   *
   * @default - as for all ports
   */
  readonly circuitBreaking?: CircuitBreaking;

  /**
   * Connections to the pods.
   *
   * @default - as for all ports
   */
  readonly connections?: ConnectionSettings;
}

/**
 * The answer to requests beyond a rate limit.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/rate-limits.md#what-each-target-renders
 */
export interface RateLimitAnswer {
  /**
   * The status code, from 400 to 599. Calls of gRPC have a status of their own, and so a port that speaks gRPC refuses it.
   *
   * @default 429
   */
  readonly statusCode?: number;

  /**
   * Headers by name, such as `Retry-After`; at most 10.
   *
   * @default - none
   */
  readonly headers?: { [name: string]: string };
}

/**
 * A limit of the requests of some clients, of some requests, or of what no earlier rule is for.
 */
export interface RateLimitRule {
  /**
   * The clients, any of which is meant: ServiceAccounts, namespaces or SPIFFE ids. They are known by mutual TLS.
   *
   * @default - every client
   */
  readonly sources?: Identity[];

  /**
   * Whether each client gets as many requests by itself: each of `sources`, or, without these, whoever calls. Otherwise all clients of the rule
   * get them together.
   *
   * @default false
   */
  readonly perClient?: boolean;

  /**
   * The requests, any of which may match, as pods get them: after a rewrite.
   *
   * @default - every request
   */
  readonly matches?: RequestMatch[];

  /**
   * Requests in each `interval` of the rate limit; after a pause, as many may come at once.
   */
  readonly requests: number;
}

/**
 * How many requests each pod of the Service gets. All requests to the port of a pod count, whichever
 * Service they are sent to; requests that an access policy denies do not count. Each port is counted by itself, so a Service with
 * several ports for requests is refused, and so is a route outside the namespace of the Service. Backends are versions of the
 * Service, whose pods have its labels: a backend on another port of the pods, in another namespace, or with a `podSelector` of
 * other labels is refused.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/rate-limits.md#what-each-target-renders
 * @see https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/
 * @see https://kuma.io/docs/latest/policies/meshratelimit/
 * @see https://linkerd.io/2/reference/rate-limiting/
 */
export interface LocalRateLimit {
  /**
   * Requests in each `interval`, from all clients together; after a pause, as many may come at once. Further requests are answered with 429,
   * unless there is an `answer`.
   *
   * @default - no limit but those of `rules`
   */
  readonly requests?: number;

  /**
   * Limits of some clients or requests, in their order: the first that a request meets counts it, beside `requests`. A request that meets none
   * has no other limit than `requests`.
   *
   * @default - none
   */
  readonly rules?: RateLimitRule[];

  /**
   * The time in which requests are counted. A target refuses a time that its mesh cannot express; every mesh can express a second.
   *
   * @default Duration.seconds(1)
   */
  readonly interval?: Duration;

  /**
   * What further requests are answered with.
   *
   * @default - 429; calls of gRPC, with a status that stands for it
   */
  readonly answer?: RateLimitAnswer;
}

/**
 * What stands in for a Service that has no healthy pods: another Service, the pods of a Service in another cluster, or both in one.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/load-balancing.md#another-service-stands-in
 */
export interface FailoverTarget {
  /**
   * The Service that gets the requests. Subsets are refused.
   *
   * @default - the same Service, in `cluster`
   */
  readonly service?: MeshService;

  /**
   * The cluster in which its pods are, by the name that the mesh has for it.
   *
   * @default - this one
   */
  readonly cluster?: string;
}

/**
 * How many of all requests to a Service may be retries.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/service-route.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/geps/gep-3388/
 */
export interface RetryBudget {
  /**
   * Percent of the requests that may be retries: 0 to 100.
   *
   * @default 20
   */
  readonly percent?: number;

  /**
   * The time over which requests are counted: 1 second to 1 hour.
   *
   * @default Duration.seconds(10)
   */
  readonly interval?: Duration;

  /**
   * Retries in each second that are allowed in any case.
   *
   * @default 10
   */
  readonly minRetriesPerSecond?: number;
}
