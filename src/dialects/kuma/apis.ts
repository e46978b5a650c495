import type { GroupKind } from '../../model/service-ref';
import type { headerModifiers } from '../gateway-api/spelling/header-modifier';
import type { httpRouteMatch } from '../gateway-api/spelling/http-route-match';

/** Version of the policies of Kuma. */
export const KUMA_API_VERSION = 'kuma.io/v1alpha1';

/** The MeshServices of several zones together. The global control plane has them; in every zone, their namespace is that of this control plane. */
export const MULTI_ZONE: GroupKind = { group: 'kuma.io', kind: 'MeshMultiZoneService' };

/** What stands there holds for the whole mesh. */
export const SYSTEM_NAMESPACE = 'kuma-system';

/** Limit of the CRD of MeshHTTPRoute. */
export const MAX_HEADER_CHANGES = 16;

/** The largest number that the CRDs take of requests, connections or errors. */
export const MAX_COUNT = 2_147_483_647;

/** Kuma does not limit the matches of a route; an object with this many is well below the limit of Kubernetes. */
export const MAX_MATCHES = 1024;

// The module proxy does not serve Kuma, so the types cannot be generated: these describe what is rendered.

/** Which proxies a policy is for; in the namespace of the policy only. `Mesh` is all of them, and ranks below `Dataplane`. */
export type TargetRef =
  | { readonly kind: 'Mesh' }
  | {
    readonly kind: 'Dataplane';
    readonly labels: Readonly<Record<string, string>>;
    /** An inbound: the name that the container gives its port, or the number if it gives none. */
    readonly sectionName?: string;
  };

export interface ClientMatch {
  readonly spiffeID: { readonly type: 'Exact' | 'Prefix'; readonly value: string };
}

export interface MeshTrafficPermissionSpec {
  readonly targetRef: TargetRef;
  readonly rules: readonly { readonly default: { readonly allow?: readonly ClientMatch[]; readonly deny?: readonly ClientMatch[] } }[];
}

export interface MeshTlsSpec {
  readonly targetRef: TargetRef;
  readonly rules: readonly { readonly default: { readonly mode: 'Strict' | 'Permissive' } }[];
}

export interface PassthroughMatch {
  readonly type: 'Domain' | 'CIDR';
  readonly value: string;
  readonly port: number;
  readonly protocol: 'http' | 'tls' | 'tcp' | 'mysql';
}

export interface MeshPassthroughSpec {
  readonly targetRef: TargetRef;
  readonly default: { readonly passthroughMode: 'All' | 'Matched' | 'None'; readonly appendMatch?: readonly PassthroughMatch[] };
}

/** A Service, by the labels that Kuma gives it; `sectionName` is a port, by its name, or by its number if it has none. */
export interface MeshServiceRef {
  readonly kind: 'MeshService';
  readonly labels: { readonly 'kuma.io/display-name': string; readonly 'k8s.kuma.io/namespace': string };
  readonly sectionName?: string;
}

/** What takes requests: a Service, or those of several zones together. */
export interface DestinationRef {
  readonly kind: 'MeshService' | 'MeshMultiZoneService';
  readonly labels: MeshServiceRef['labels'];
}

export interface BackendRef extends DestinationRef {
  readonly port: number;
  readonly weight?: number;
}

interface To {
  readonly targetRef: MeshServiceRef;
}

export type PathModifier =
  | { readonly type: 'ReplaceFullPath'; readonly replaceFullPath: string }
  | { readonly type: 'ReplacePrefixMatch'; readonly replacePrefixMatch: string };

export type RouteFilter =
  | ReturnType<typeof headerModifiers>[0]
  | { readonly type: 'URLRewrite'; readonly urlRewrite: { readonly hostname?: string; readonly path?: PathModifier } }
  | { readonly type: 'RequestMirror'; readonly requestMirror: { readonly percentage?: number | string; readonly backendRef: BackendRef } }
  | {
    readonly type: 'RequestRedirect';
    readonly requestRedirect: {
      readonly scheme?: 'http' | 'https'; readonly hostname?: string; readonly port: number; readonly path?: PathModifier; readonly statusCode: number;
    };
  };

export interface MeshHttpRouteRule {
  readonly matches: readonly ReturnType<typeof httpRouteMatch>[];
  readonly default: { readonly filters?: readonly RouteFilter[]; readonly backendRefs?: readonly BackendRef[] };
}

export interface MeshHttpRouteSpec {
  readonly targetRef?: TargetRef;
  readonly to: readonly (To & { readonly rules: readonly MeshHttpRouteRule[] })[];
}

export interface MeshTcpRouteSpec {
  readonly targetRef?: TargetRef;
  readonly to: readonly (To & { readonly rules: readonly { readonly default: { readonly backendRefs: readonly BackendRef[] } }[] })[];
}

export interface TimeoutConf {
  readonly connectionTimeout?: string;
  readonly idleTimeout?: string;
  readonly http?: { readonly requestTimeout?: string; readonly maxConnectionDuration?: string };
}

export interface MeshTimeoutSpec {
  readonly to: readonly (To & { readonly default: TimeoutConf })[];
}

interface Retry {
  readonly numRetries?: number;
  readonly perTryTimeout?: string;
  readonly backOff?: { readonly baseInterval: string };
  readonly retryOn?: readonly string[];
}

export type RetryConf = { readonly http: Retry } | { readonly grpc: Retry };

export interface MeshRetrySpec {
  readonly to: readonly (To & { readonly default: RetryConf })[];
}

export type KumaLoadBalancer =
  | { readonly type: 'RoundRobin' | 'Random' | 'Maglev' }
  | { readonly type: 'LeastRequest'; readonly leastRequest?: { readonly choiceCount: number } }
  | { readonly type: 'RingHash'; readonly ringHash?: { readonly minRingSize: number } };

/** A cookie with a `ttl` is set where the client has none. */
export type HashPolicy =
  | { readonly type: 'Cookie'; readonly cookie: { readonly name: string; readonly path?: string; readonly ttl?: string } }
  | { readonly type: 'Header'; readonly header: { readonly name: string } }
  | { readonly type: 'QueryParameter'; readonly queryParameter: { readonly name: string } }
  | { readonly type: 'Connection'; readonly connection: { readonly sourceIP: true } };

/** Other zones get requests where no pod is healthy: by default, they do as soon as half of the pods are not. */
export const NONE_HEALTHY = '0.1';

/** Which zones stand in for that of the client, one after the other. */
export interface LocalityAwareness {
  readonly crossZone: {
    readonly failover: readonly { readonly to: { readonly type: 'Only'; readonly zones: readonly string[] } }[];
    /** The percentage of pods that have to be healthy, so that none stands in. */
    readonly failoverThreshold: { readonly percentage: string };
  };
}

export interface MeshLoadBalancingStrategySpec {
  readonly to: readonly {
    readonly targetRef: DestinationRef;
    readonly default: {
      readonly loadBalancer?: KumaLoadBalancer;
      readonly hashPolicies?: readonly HashPolicy[];
      readonly localityAwareness?: LocalityAwareness;
    };
  }[];
}

export interface CircuitBreakerConf {
  readonly connectionLimits?: {
    readonly maxConnections?: number; readonly maxPendingRequests?: number; readonly maxRequests?: number; readonly maxRetries?: number;
  };
  readonly outlierDetection?: {
    readonly splitExternalAndLocalErrors?: true;
    readonly baseEjectionTime?: string;
    readonly interval?: string;
    readonly maxEjectionPercent?: number;
    readonly healthyPanicThreshold?: number;
    readonly detectors: { readonly totalFailures?: Detector; readonly gatewayFailures?: Detector; readonly localOriginFailures?: Detector };
  };
}

interface Detector {
  readonly consecutive: number;
}

export interface MeshCircuitBreakerSpec {
  readonly to: readonly (To & { readonly default: CircuitBreakerConf })[];
}

export interface MeshRateLimitSpec {
  readonly targetRef: TargetRef;
  readonly rules: readonly LimitingRule[];
}

export interface LimitingRule {
  /** The clients, any of which is meant; absent for all others. */
  readonly matches?: readonly ClientMatch[];
  readonly default: {
    readonly local: {
      readonly http: { readonly requestRate: { readonly num: number; readonly interval: string }; readonly onRateLimit?: OnRateLimit };
    };
  };
}

export interface OnRateLimit {
  readonly status?: number;
  readonly headers?: { readonly set: readonly { readonly name: string; readonly value: string }[] };
}
