import { STATUS_CODES } from 'http';
import { budgetOf } from './backend-traffic-policy';
import { stickinessByDestinationRules, trafficOfIstio, unroutedByIstio } from './destination-rule';
import { milliseconds } from './duration';
import { kumaPrefix, kumaRank } from './kuma-match';
import { annotatedPolicies } from './linkerd-annotations';
import type { Policies, PolicyContext, Traffic } from './outcome';
import { wellKnownPort } from './outcome';
import { limitedByMeshRateLimits, limitedByServer } from './rate-limits';
import type { RouteRequest, ServicePort } from './request';
import { foundWhole, whole } from '../expression';
import { only } from '../fields';
import { Unknown } from '../unknown';

/** A match that holds for a request. */
export interface Candidate {
  readonly route: any;
  readonly rule: any;
  readonly match: any;
  /** The greatest decides; numbers are compared one after the other. */
  readonly rank: readonly number[];
}

/** How an implementation reads the routes of a Service. */
export interface Reading {
  readonly readsRoute: (route: any, request: RouteRequest) => boolean;
  /** Whether a route for a section of a Service, which is a port by its name, is for that port alone. */
  readonly readsSections: boolean;
  /** Whether routes of the namespace of the client stand in place of those of the Service, or beside them. */
  readonly consumers: 'instead' | 'beside';
  /** Whether a waypoint reads them, whoever calls: those of its own namespace beside those of the Service. */
  readonly atWaypoint: boolean;
  readonly severalKinds: 'first counts' | 'unknown';
  /** Whether routes for one port, and those for all, are merged. */
  readonly mergesPorts: boolean;
  /** Whether a Service in another namespace has to be granted. */
  readonly needsGrant: boolean;
  readonly needsGrantInMesh: boolean;
  /** What becomes of a request for a rule without Services. */
  /** Whether it sends requests to what is of a kind, and no Service. */
  readonly knows: (of: GroupKind, isElsewhere: boolean) => boolean;
  readonly knowsInMesh: Reading['knows'];
  readonly noBackends: 'fails' | 'goes to the Service';
  readonly rank: (match: any, request: RouteRequest, route: any) => number[];
  /** What an empty list of matches stands for. */
  readonly everyRequest: readonly any[];
  /** What becomes of a request that no rule is for. */
  readonly unmatched: 'fails' | 'goes to the Service';
  /** Whether it passes over a rule for some requests that its matches hold for. */
  readonly passesOver: (rule: any, request: RouteRequest) => boolean;
  readonly expressionHolds: (pattern: string, text: string) => boolean;
  readonly filters: readonly string[];
  readonly unknownFilter: 'is passed over' | 'route is invalid' | 'route is dropped';
  readonly backendFilters: (kind: string, backends: number) => readonly string[];
  readonly prefixHolds: (prefix: string, path: string) => boolean;
  readonly weight: (weight: number) => number;
  /** Whether the changes of a backend come after those of its rule. */
  readonly changesOfBackend: (backends: number) => 'before' | 'after';
  /** A path whose prefix is replaced: what stands in its place, and what is left of the path. */
  readonly rewrittenPrefix: (replacement: string, rest: string, prefix: string) => string;
  readonly redirectedPrefix: Reading['rewrittenPrefix'];
  /** The port of a redirect that names none; `undefined` leaves it out. */
  readonly redirectPort: (redirect: { readonly scheme?: string; readonly hostname?: string }, request: RouteRequest) => number | undefined;
  /** Whether redirects to a whole path leave out the query. */
  readonly dropsQuery: boolean;
  readonly mirrored: (part: readonly [numerator: number, denominator: number]) => readonly [number, number];
  /** What holds, of what the rule says, and what stands beside it. */
  readonly policies: (context: PolicyContext, said: Policies) => Policies;
  /** How often something is tried again where a route does not say so; none where it reads no retries. */
  readonly attempts: number | 'unknown';
  readonly traffic: (manifests: readonly any[], to: ServicePort, request: RouteRequest) => Traffic;
  /** What holds for a request for which no route is. */
  readonly unrouted: (manifests: readonly any[], request: RouteRequest) => Policies;
}

type GroupKind = NonNullable<ServicePort['groupKind']>;

const isImport = ({ group, kind }: GroupKind) => group === 'multicluster.x-k8s.io' && kind === 'ServiceImport';
const HEADER_FILTERS = ['RequestHeaderModifier', 'ResponseHeaderModifier'];
const FILTERS = [...HEADER_FILTERS, 'URLRewrite', 'RequestRedirect', 'RequestMirror', 'CORS'];
const counts = ({ headers = [], queryParams = [] }: any) => [headers.length, queryParams.length];
const kindRank = (type: string, order: readonly string[]) => order.indexOf(type);
/** The characters of the service, then of the method, then the headers. */
const grpcRank = ({ method, headers = [] }: any) => [method?.service?.length ?? 0, method?.method?.length ?? 0, headers.length];

/** A slash at the end of a prefix does not count. */
const pathLength = ({ type, value }: any) => type === 'PathPrefix' && value !== '/' ? value.replace(/\/+$/, '').length : value.length;

/** What replaces a prefix ends before the slash that follows it. */
const elementWise = (replacement: string, rest: string) => `${replacement.replace(/\/$/, '')}${rest}` || '/';
/** Envoy puts one text in place of another, which of all paths is the slash that they begin with. */
const asText = (replacement: string, rest: string, prefix: string) => `${replacement}${prefix === '/' ? rest.slice(1) : rest}`;

/** Regular expressions stand below prefixes, and what has no matches below these: the specification leaves it open. */
const SPECIFICATION: Reading = {
  readsRoute: () => true,
  readsSections: true,
  // GEP-1294, "Multiple routes for a Service" and "Namespace boundaries".
  consumers: 'instead',
  atWaypoint: false,
  severalKinds: 'first counts',
  mergesPorts: true,
  needsGrant: true,
  needsGrantInMesh: false,
  knows: () => true,
  knowsInMesh: () => true,
  noBackends: 'fails',
  rank: (match, { protocol }) => protocol === 'GRPC' ? grpcRank(match)
    : [
      kindRank(match.path.type, ['Every', 'RegularExpression', 'PathPrefix', 'Exact']),
      pathLength(match.path),
      match.method === undefined ? 0 : 1,
      ...counts(match),
    ],
  everyRequest: [{ path: { type: 'Every', value: '' } }],
  unmatched: 'fails',
  passesOver: () => false,
  expressionHolds: whole,
  prefixHolds: (prefix, path) => `${path}/`.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`),
  weight: weight => weight,
  filters: FILTERS,
  unknownFilter: 'route is invalid',
  backendFilters: () => HEADER_FILTERS,
  changesOfBackend: () => 'after',
  rewrittenPrefix: elementWise,
  redirectedPrefix: elementWise,
  redirectPort: ({ scheme }, { to }) => scheme === undefined ? to.port : wellKnownPort(scheme),
  dropsQuery: false,
  mirrored: part => part,
  policies: (_, said) => said,
  attempts: 'unknown',
  traffic: budgetOf,
  unrouted: () => ({}),
};

const sidecarsRead = (route: any) => route.kind !== 'TLSRoute' || route.spec.hostnames.length === 1;

/**
 * `sortHTTPRoutes` in `pilot/pkg/config/kube/gateway/conversion.go`: an empty list of matches comes last;
 * `pilot/pkg/networking/core/route/route.go`: the changes of a single backend come after those of the rule, and those of
 * several before.
 */
const ISTIO: Reading = {
  ...SPECIFICATION,
  // `extractParentReferenceInfo` in `conversion.go`; `computeRoute` in `route_collections.go`.
  readsSections: false,
  unknownFilter: 'route is dropped',
  // `route_collections.go`: what is merged is of one kind, one namespace and one port.
  severalKinds: 'unknown',
  mergesPorts: false,
  rank: (match, request, route) => request.protocol === 'GRPC' ? [match.path?.type === 'Every' && !hasPort(route) ? 0 : 1, ...istioGrpcRank(match)]
    : SPECIFICATION.rank(match, request, route),
  changesOfBackend: backends => backends === 1 ? 'after' : 'before',
  // `createRewriteFilter` in `conversion.go`: a slash at the end is left out, and nothing is replaced as elements.
  rewrittenPrefix: (replacement, rest, prefix) => replacement.replace(/\/$/, '') === '' ? elementWise(replacement, rest) : asText(replacement.replace(/\/$/, ''), rest, prefix),
  // `buildDestination` in `conversion.go`; a grant for a ServiceImport is passed over (`ReferenceGrantsCollection` in `references.go`).
  knows: (of, isElsewhere) => isImport(of) && !isElsewhere,
  knowsInMesh: isImport,
  redirectedPrefix: asText,
  // Envoy takes away a port only with the host, or where it goes without saying (`scheme_rewrite_specifier` of its RedirectAction).
  redirectPort: ({ scheme, hostname }, { to }) => scheme === undefined || (hostname === undefined && to.port !== 80) ? to.port : undefined,
  policies: (context, { timeouts, retries, ...said }) => ({
    ...said,
    // Without retries, the time of a try is that of the request, and with `attempts: 0` it is lost (`conversion.go`).
    ...(timeouts && {
      timeouts: retries === undefined ? { request: timeouts.backendRequest || timeouts.request }
        : retries.attempts === 0 ? { request: timeouts.request } : timeouts,
    }),
    // `parseRetryOn` in `pilot/pkg/networking/core/route/retry/retry.go`
    ...(retries && { retries: { ...retries, statusCodes: retries.statusCodes.filter(isNamedInGo) } }),
    ...stickinessByDestinationRules(context),
  }),
  attempts: 2,
  traffic: trafficOfIstio,
  unrouted: unroutedByIstio,
};

/** Node has a name for one error for which Go has none. */
function isNamedInGo(code: number): boolean {
  return String(code) in STATUS_CODES && code !== 509;
}

/** A port of a Service is a match (`augmentPortMatch` in `conversion.go`). */
function hasPort({ spec }: any): boolean {
  return spec.parentRefs.some(({ kind, port }: any) => kind === 'Service' && port !== undefined);
}

/** A gRPC method is a path there: one method is an exact one, all of a service are a prefix, and one of any service is an expression. */
function istioGrpcRank({ method, headers = [] }: any): number[] {
  return [...istioGrpcPathRank(method), headers.length];
}

function istioGrpcPathRank(called: any): number[] {
  if (called === undefined) return [-1, 0];
  const { service, method } = called;
  return service === undefined ? [1, `/[^/]+/${method}`.length] : method === undefined ? [2, `/${service}/`.length] : [3, `/${service}/${method}`.length];
}

/** `linkerd/http/route/src/http/match.rs` of linkerd2-proxy: how much of the path is matched decides, whatever the kind of match. */
const LINKERD: Reading = {
  ...SPECIFICATION,
  knowsInMesh: () => false,
  // `policy-controller/k8s/index/src/outbound/index.rs` of linkerd2.
  readsSections: false,
  consumers: 'beside',
  // `policy-controller/grpc/src/outbound/http.rs`
  noBackends: 'goes to the Service',
  readsRoute: ({ kind, apiVersion }) => (kind === 'HTTPRoute' || kind === 'GRPCRoute') || apiVersion.endsWith('/v1') || apiVersion.endsWith('/v1alpha2'),
  everyRequest: [{ path: { type: 'PathPrefix', value: '/' } }],
  rank: (match, { path, protocol }) => protocol === 'GRPC' ? grpcRank(match)
    : [match.path.type === 'PathPrefix' ? pathLength(match.path) : path.length, ...counts(match), match.method === undefined ? 0 : 1],
  // It takes the first match that it finds, and only then asks whether it is the whole of the text.
  expressionHolds: foundWhole,
  filters: [...HEADER_FILTERS, 'RequestRedirect'],
  // `filter/redirect.rs`: what is left begins with a slash, if anything is.
  redirectedPrefix: (replacement, rest, prefix) => prefix === '/' && rest === '/' ? replacement : `${replacement}${rest}`,
  // The port that the client wrote stays, whatever the scheme.
  redirectPort: (_, { to }) => to.port === 80 ? undefined : to.port,
  dropsQuery: true,
  policies: ({ route }, { timeouts, retries: _, stickiness: __, ...said }) => ({ ...said, ...annotatedPolicies(route, timeouts) }),
  attempts: 0,
  traffic: limitedByServer,
};

/** `pkg/plugins/runtime/k8s/controllers/gatewayapi/http_route_conversion.go`, and what becomes of a MeshHTTPRoute. */
const KUMA: Reading = {
  ...SPECIFICATION,
  knowsInMesh: () => false,
  consumers: 'beside',
  noBackends: 'goes to the Service',
  readsRoute: ({ kind }) => kind === 'HTTPRoute',
  rank: ({ path, ...match }) => kumaRank({ ...match, path: path?.type === 'PathPrefix' ? { ...path, value: path.value.replace(/(.)\/$/, '$1') } : path }),
  everyRequest: [],
  unmatched: 'goes to the Service',
  filters: FILTERS.filter(type => type !== 'CORS'),
  unknownFilter: 'is passed over',
  backendFilters: () => [],
  rewrittenPrefix: kumaPrefix,
  redirectedPrefix: kumaPrefix,
  redirectPort: ({ scheme, hostname }, { to }) => scheme !== undefined ? wellKnownPort(scheme) : hostname === undefined ? to.port : undefined,
  mirrored: () => [1, 1],
  policies: () => ({}),
  attempts: 0,
  traffic: limitedByMeshRateLimits,
};

/** `operator/pkg/model/translation/envoy_virtual_host.go`: regular expressions stand above prefixes. */
const CILIUM: Reading = {
  ...SPECIFICATION,
  // `operator/pkg/gateway-api/helpers/servicelookup.go`; in `operator/pkg/model/ingestion/gamma.go` there are no ServiceImports.
  knows: isImport,
  knowsInMesh: () => false,
  severalKinds: 'unknown',
  // `gamma.go`
  readsSections: false,
  needsGrantInMesh: true,
  readsRoute: ({ kind, metadata }, { to }) => (kind === 'HTTPRoute' || kind === 'GRPCRoute') && metadata.namespace === to.namespace,
  rank: (match, { protocol }) => protocol === 'GRPC' ? istioGrpcRank(match)
    : [
      kindRank(match.path.type, ['Every', 'PathPrefix', 'RegularExpression', 'Exact']),
      pathLength(match.path),
      match.method === undefined ? 0 : 1,
      ...counts(match),
    ],
  // A redirect is for requests that have another scheme; within the mesh, they come over HTTP.
  passesOver: ({ filters = [] }) => filters.some(({ requestRedirect }: any) => requestRedirect?.scheme === 'http'),
  backendFilters: kind => kind === 'HTTPRoute' ? HEADER_FILTERS : [],
  changesOfBackend: backends => backends === 1 ? 'after' : 'before',
  redirectedPrefix: asText,
  // Percent are cut to whole ones.
  mirrored: ([numerator, denominator]) => [Math.floor(numerator * 100 / denominator), 100],
  // The shorter of the times is that of the request with all its tries.
  policies: (_, { timeouts, ...said }) => ({
    ...said, ...(timeouts && { timeouts: { request: Math.min(...Object.values(timeouts)) } }),
  }),
  traffic: () => ({}),
};

/** `agent/consul/discoverychain/gateway_httproute.go`, and `normalizeHTTPService` in `agent/structs/config_entry_routes.go` of hashicorp/consul. */
const CONSUL_GATEWAY: Reading = {
  ...SPECIFICATION,
  knows: () => false,
  // Whatever the kind of path; methods do not count.
  rank: match => [match.path.value.length, ...counts(match)],
  everyRequest: [{ path: { type: 'PathPrefix', value: '/' } }],
  prefixHolds: (prefix, path) => path.startsWith(prefix),
  weight: weight => weight <= 0 ? 1 : weight,
  filters: [...HEADER_FILTERS, 'URLRewrite'],
  unknownFilter: 'is passed over',
  backendFilters: (_, backends) => backends === 1 ? HEADER_FILTERS : ['RequestHeaderModifier'],
  changesOfBackend: backends => backends === 1 ? 'after' : 'before',
  rewrittenPrefix: asText,
  policies: ({ route, filters, manifests }) => byFilters(filters.filter(({ type }) => type === 'ExtensionRef').map(({ extensionRef: { kind, name } }) =>
    manifests.find(one => one.kind === kind && one.metadata.name === name && one.metadata.namespace === route.metadata.namespace))),
};

/** `control-plane/api-gateway/common/translation.go` of hashicorp/consul-k8s; the conditions are those of Envoy. */
function byFilters(filters: readonly any[]): Policies {
  return Object.assign({}, ...filters.map(({ kind, spec }): Policies => {
    switch (kind) {
      case 'RouteTimeoutFilter': return { timeouts: milliseconds({ request: only(spec, 'requestTimeout').requestTimeout }) };
      case 'RouteRetryFilter': {
        const { numRetries, retryOn = [], retryOnStatusCodes = [] } = only(spec, 'numRetries', 'retryOn', 'retryOnStatusCodes');
        const connectionFailures = ['connect-failure', 'reset'].every(condition => retryOn.includes(condition));
        return { retries: { attempts: numRetries, statusCodes: retryOnStatusCodes, grpcStatuses: [], connectionFailures } };
      }
      default: throw new Unknown(`not known here: ${kind}`);
    }
  }));
}

export const READINGS = {
  'specification': SPECIFICATION,
  'istio': { ...ISTIO, readsRoute: (route: any, { protocol }: RouteRequest) => sidecarsRead(route) && !(protocol === 'TLS' && route.kind === 'TCPRoute') },
  // `pilot/pkg/networking/core/listener_waypoint.go`
  'istio-ambient': { ...ISTIO, atWaypoint: true, consumers: 'beside', readsRoute: ({ kind }: any) => kind !== 'TLSRoute' },
  'linkerd': LINKERD,
  'kuma': KUMA,
  'cilium': CILIUM,
  'consul-gateway': CONSUL_GATEWAY,
} as const satisfies Record<string, Reading>;
