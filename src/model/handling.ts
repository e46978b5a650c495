import type { IdentitySource } from './access';
import { flatMap } from './lists';
import type { LoadBalancing } from './load-balancing';
import type { RequestMatch } from './match';
import type { PodPort } from './pod-port';
import type { Backend, BackendRef, PodSelection } from './service-ref';

/** What happens to the requests of a rule on their way. What is absent stays as the target has it. */
export interface Handling {
  readonly timeouts?: Timeouts;
  readonly retries?: Retries;
  /** Copies that are sent elsewhere, and whose responses are ignored. */
  readonly mirrors?: readonly Mirror[];
  readonly requestHeaders?: HeaderChanges;
  readonly responseHeaders?: HeaderChanges;
  readonly rewrite?: Rewrite;
  /** Answered in place of a backend. */
  readonly redirect?: Redirect;
  /** The same, with a status and nothing else. Nothing else happens to the request either. */
  readonly directResponse?: DirectResponse;
  readonly cors?: Cors;
  readonly stickiness?: Stickiness;
  readonly faults?: Faults;
}

/** In milliseconds; 0 means none at all, whatever the default of the target. */
export interface Timeouts {
  /** From the first byte of the request to the last of the response, with all retries. */
  readonly request?: number;
  /** For each try. */
  readonly backendRequest?: number;
}

export interface Retries {
  /** Beside the first try; 0 means none at all, whatever the default of the target, and then the rest is empty. */
  readonly attempts: number;
  /** HTTP status codes of the responses that are tried again; sorted. */
  readonly statusCodes: readonly number[];
  readonly grpcStatuses: readonly GrpcStatus[];
  /** Whether a connection that fails, or breaks before there is a response, is tried again too. */
  readonly connectionFailures: boolean;
  /** The least time between tries, in milliseconds. */
  readonly backoff?: number;
}

/** Those that a retry can mend. */
export type GrpcStatus = 'cancelled' | 'deadline-exceeded' | 'internal' | 'resource-exhausted' | 'unavailable';

export interface Mirror extends BackendRef, PodSelection {
  readonly port: number;
  /** The port of the pods. Absent, it has the same number. */
  readonly podPort?: PodPort;
  /** Of the requests: `numerator` of every `denominator`. */
  readonly fraction: Fraction;
}

/** At most 1; the denominator is 100, 10,000 or 1,000,000. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** By lower case name, sorted; no name is in two of them. */
export interface HeaderChanges {
  readonly set: readonly Header[];
  readonly add: readonly Header[];
  readonly remove: readonly string[];
}

export interface Header {
  readonly name: string;
  readonly value: string;
}

export interface Rewrite {
  readonly hostname?: string;
  readonly path?: PathChange;
}

/** `full` stands in place of the whole path, `prefix` in place of the prefix that matched. */
export interface PathChange {
  readonly type: 'full' | 'prefix';
  readonly value: string;
}

/** The change of the path that counts from the prefix that matched. */
export function prefixChange({ rewrite, redirect }: Handling): PathChange | undefined {
  return rewrite === undefined && redirect === undefined ? undefined
    : [rewrite?.path, redirect?.path].find(change => change?.type === 'prefix');
}

export interface Redirect {
  readonly scheme?: 'http' | 'https';
  readonly hostname?: string;
  readonly port?: number;
  readonly path?: PathChange;
  readonly statusCode: number;
}

export interface DirectResponse {
  readonly statusCode: number;
}

export interface Cors {
  /** `*` alone, or origins that may have `*` for the first part of their host. Each list names each entry once; `*` stands alone. */
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  /** In seconds. */
  readonly maxAge?: number;
}

/** The requests of one client go to one pod, once it has answered the first. */
export interface Stickiness {
  readonly type: 'cookie' | 'header';
  /** Of the cookie or header; the implementation picks one where it is absent. */
  readonly name?: string;
  /** In milliseconds, since the first request. */
  readonly absoluteTimeout?: number;
  /** In milliseconds, since the last request. */
  readonly idleTimeout?: number;
}

/** Trouble on purpose, before timeouts and retries. Percentages have at most four decimals. */
export interface Faults {
  readonly delay?: { readonly percent: number; readonly delay: number };
  readonly abort?: { readonly percent: number; readonly statusCode: number };
}

/** What holds for a Service as a whole, whatever the rule. */
export interface ServiceTraffic {
  readonly loadBalancing?: LoadBalancing;
  readonly circuitBreaking?: CircuitBreaking;
  readonly connections?: Connections;
  readonly rateLimit?: RateLimit;
  readonly retryBudget?: RetryBudget;
  /** Labels of a place, widest first: of the pods that are healthy, those get requests that share more of them, from the first on, with the client. */
  readonly failoverPriority?: readonly string[];
  /** By region of clients, the region whose pods get their requests as those of their own fail, before all others. */
  readonly failoverRegions?: Readonly<Record<string, string>>;
  /** What stands in for a Service without healthy pods: the first that has some. None stands in for itself. */
  readonly failover?: readonly FailoverTarget[];
}

/** A Service, or the same one without any, in this cluster or another one of the mesh. */
export interface FailoverTarget {
  readonly service?: Backend;
  readonly cluster?: string;
}

/** The Services of this cluster that stand in for others. */
export function substitutesHere({ failover = [] }: ServiceTraffic): Backend[] {
  return flatMap(failover, ({ service, cluster }) => service === undefined || cluster !== undefined ? [] : [service]);
}

/** What may be said of a port alone, in place of what is said of all of them: nothing is inherited. */
export type PortTraffic = Pick<ServiceTraffic, 'circuitBreaking' | 'connections'>;

export interface CircuitBreaking {
  /** Failures in a row after which a pod gets no requests for a while: 5xx, and connections that fail unless they count by themselves. */
  readonly consecutiveErrors?: number;
  /** 502, 503 and 504 alone. */
  readonly consecutiveGatewayErrors?: number;
  readonly consecutiveConnectionFailures?: number;
  /** How long, at least, in milliseconds. */
  readonly ejectionTime?: number;
  /** How often it is looked at pods, in milliseconds. */
  readonly interval?: number;
  /** The percentage of pods below which all of them get requests. */
  readonly minHealthPercent?: number;
  /** The percentage of pods that may be without requests at one time. */
  readonly maxEjectionPercent?: number;
  readonly maxConnections?: number;
  /** Requests that wait for a connection. */
  readonly maxPendingRequests?: number;
  /** Requests under way at one time. */
  readonly maxRequests?: number;
  /** Retries under way at one time. */
  readonly maxRetries?: number;
}

/** Limits of connections and requests. */
export const LIMITS = ['maxConnections', 'maxPendingRequests', 'maxRequests', 'maxRetries'] as const;

/** The limits that are said. */
export function limitsOf(said: Pick<CircuitBreaking, typeof LIMITS[number]>): number[] {
  return LIMITS.map(limit => said[limit]).filter(limit => limit !== undefined);
}

/** What a pod is watched for. */
export const DETECTORS = ['consecutiveErrors', 'consecutiveGatewayErrors', 'consecutiveConnectionFailures'] as const;

/** Whether pods are watched. */
export function isWatching(said: Pick<CircuitBreaking, typeof DETECTORS[number]>): boolean {
  return DETECTORS.some(detector => said[detector] !== undefined);
}

/** Connections to pods. Times are in milliseconds; 0 means none at all, whatever the default of the target. */
export interface Connections {
  /** Never 0. */
  readonly connectTimeout?: number;
  /** How long one may be without bytes, or without requests where it carries requests. */
  readonly idleTimeout?: number;
  /** How long one may last. Never 0. */
  readonly maxDuration?: number;
  readonly keepalive?: Keepalive;
  readonly maxRequestsPerConnection?: number;
  /** Requests under way at one time on a connection of HTTP/2. */
  readonly maxConcurrentStreams?: number;
  /** Whether requests of HTTP/1.1 go to pods over HTTP/2. */
  readonly http2?: boolean;
}

/** Probes of TCP on a connection without bytes; what is absent is as the operating system has it. Times are whole seconds, in milliseconds. */
export interface Keepalive {
  readonly time?: number;
  readonly interval?: number;
  readonly probes?: number;
}

/** For each pod of the Service. */
export interface RateLimit {
  /** Of all requests; absent only where there are rules. */
  readonly requests?: number;
  /** The first that a request meets counts it, too. Never empty. */
  readonly rules?: readonly LimitRule[];
  /** In milliseconds. */
  readonly interval: number;
  /** To requests beyond the limit. */
  readonly answer?: LimitAnswer;
}

export interface LimitRule {
  /** Alternatives, sorted; none is in an earlier rule for all requests. Empty is every client. */
  readonly sources: readonly IdentitySource[];
  /** Whether each client is counted by itself, of many: `sources` has namespaces, or is empty. */
  readonly perClient: boolean;
  /** Alternatives. Empty is every request. */
  readonly matches: readonly RequestMatch[];
  readonly requests: number;
}

/** What is absent is as the proxy has it. */
export interface LimitAnswer {
  /** From 400 to 599. */
  readonly statusCode?: number;
  /** By lower case name, sorted. */
  readonly headers: readonly Header[];
}

/** How many retries there may be, of all requests. */
export interface RetryBudget {
  readonly percent: number;
  /** The time that is looked back, in milliseconds. */
  readonly interval: number;
  /** Retries that are always allowed, per second. */
  readonly minRetriesPerSecond: number;
}
