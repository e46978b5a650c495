import { POLICY } from './backends';
import type { FilterType, Redirect } from './filters';
import type { Match } from './matches';
import type { Route } from './route';
import type { Rule, RouteKind } from './rule';
import type { Undecided } from '../../../meaning/decision';
import type { Labels } from '../../../meaning/selector';
import { ANYTHING, exactly, oneOf, prefix, type Text } from '../../../meaning/text';
import type { Way } from '../../../meaning/world';
import type { Handling, Retries } from '../../../model/handling';
import { hasRequests, type Protocol } from '../../../model/protocol';
import { type GroupKind, isOfKind, SERVICE_IMPORT } from '../../../model/service-ref';
import type { ServicePort } from '../../../reading/cluster/service';
import { isNamedInGo } from '../../../reading/go-status-codes';
import { isListed } from '../../../reading/listed-ports';
import type { MeshOfSmi, ReadMesh } from '../../../reading/mesh';

/** A part of what a match holds for, and where it stands among others. */
export interface Variation {
  /** In place of the condition on the path. */
  readonly path?: Text;
  readonly rank: readonly number[];
  /** Whether the path is the prefix itself, and nothing more. */
  readonly isWhole?: boolean;
}

/** What a Service says of a port. */
export interface Heard extends Pick<ServicePort, 'port' | 'appProtocol'> {
  readonly annotations: Labels;
}

/** How an implementation reads routes. */
export interface RouteReading {
  readonly title: string;
  /** The kinds that it reads, for each protocol, the first one that there is alone. */
  readonly kinds: { readonly [P in Protocol]: readonly RouteKind[] };
  /** The groups of the routes that it reads. */
  readonly groups: readonly string[];
  readonly reads: (route: Route, service: { readonly namespace: string }) => boolean | 'unknown';
  /** Whether a route whose parent is a section of a Service, which is a port by its name, is for that port alone. */
  readonly readsSections: boolean;
  /** Whether calls to a Service without an address of its own take a route, or reach its pods past it. */
  readonly headless: 'take a route' | 'reach its pods' | 'unknown';
  /** Whether such a Service gets the requests that a route sends there, or whoever the client has called. */
  readonly headlessBackends: 'get them' | 'whoever is called';
  /** What it takes a port of a Service for that is said to speak something; undefined where that is not known. */
  readonly hears: (port: Heard, spoken: Protocol) => Protocol | undefined;
  /** What becomes of a route of another kind than the first: nothing, or it is not known which one is dropped. */
  readonly otherKinds: 'nothing' | 'unknown';
  /** Whether the older of two routes goes first; where it does not, it is not known which one does. */
  readonly oldestFirst: boolean;
  /** What stands behind the name of a route where those of one age are compared by their names. */
  readonly behindName: string;
  /** Whether routes of the namespace of the client stand in place of those of the Service, or beside them, or whether a waypoint reads those of its own. */
  readonly consumers: 'instead' | 'beside' | 'at the waypoint';
  /** Whose connections routes for these are for that are of another namespace than the Service. */
  readonly connections: 'of their namespace' | 'of anyone';
  /** What becomes of connections that ask for a server name that no route is for. */
  readonly otherNames: 'fail' | 'go past the mesh';
  /** Whether routes for a port are merged with those for all ports; where they are not, it is not known which one goes first, or is dropped. */
  readonly mergesPorts: boolean;
  /** The parts of a match. None where it is passed over. */
  readonly variations: (match: Match, rule: Rule, kind: RouteKind, hasPort: boolean) => readonly Variation[];
  /** What becomes of a request that no rule is for. */
  readonly unmatched: 'fails' | 'goes to the Service';
  /** What becomes of a request for a rule without Services. */
  readonly noBackends: 'fails' | 'goes to the Service';
  /** Whether an expression has to be the first that is found, and only then the whole. */
  readonly findsFirst: boolean;
  readonly filters: (route: Route) => readonly FilterType[];
  readonly otherFilters: 'are passed over' | 'make the rule invalid' | 'make the route invalid' | 'drop the route';
  readonly backendFilters: (kind: RouteKind, backends: number) => readonly FilterType[];
  /** Whether the changes of a backend come after those of its rule. */
  readonly changesOfBackend: (backends: number) => 'before' | 'after';
  /** What stands in place of a prefix, and whether it takes the slash behind it along. */
  readonly replaces: { readonly rewrite: Replacing; readonly redirect: Replacing };
  /** The port of a redirect that names none; undefined for the one that goes without saying. */
  readonly redirectPort: (redirect: Redirect, asked: Asked) => number | undefined;
  readonly dropsQuery: boolean;
  /** The copies of a mirror, of a whole. */
  readonly mirrored: (numerator: number, denominator: number) => readonly [numerator: number, denominator: number];
  /** Timeouts, retries and stickiness, and what else is said beside filters. */
  readonly handling: (rule: Rule, route: Route) => Pick<Handling, 'timeouts' | 'retries' | 'stickiness'> & Pick<Way, 'byMesh'> | Undecided;
  /** Whether it knows backends of a kind that is no Service; where it does not, it is not known what becomes of their share. */
  readonly takes: (kind: GroupKind, isElsewhere: boolean) => boolean;
  readonly takesAtGateways: RouteReading['takes'];
  /** Whether a Service in another namespace has to be granted to a route that is not for a Gateway. */
  readonly needsGrant: boolean | 'unknown';
}

/** Whether what is matched is replaced as a text: of all paths, that is the slash that they begin with. */
export type Replacing = 'elements' | 'text' | 'text without a slash' | 'text before a slash' | 'text and slash';

/** Where redirects start from. */
export interface Asked {
  readonly scheme: 'http' | 'https';
  readonly port: number;
}

const isImport = (kind: GroupKind) => isOfKind(kind, SERVICE_IMPORT);
const HEADERS: readonly FilterType[] = ['RequestHeaderModifier', 'ResponseHeaderModifier'];
const ALL_FILTERS: readonly FilterType[] = [...HEADERS, 'URLRewrite', 'RequestRedirect', 'RequestMirror', 'CORS'];
const WELL_KNOWN: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** The characters of the service, then of the method, then the headers. */
const grpcRank = ({ grpc = {}, headers }: Match) => [grpc.service?.length ?? 0, grpc.method?.length ?? 0, headers.length];
const lengthOf = ({ type, value }: Match['path']) => type === 'PathPrefix' ? value.length || 1 : value.length;

function byKind(...order: readonly Match['path']['type'][]) {
  return (match: Match, _: Rule, kind: RouteKind): Variation[] => [{
    rank: kind === 'GRPCRoute' ? grpcRank(match)
      : [order.indexOf(match.path.type), lengthOf(match.path), match.method === undefined ? 0 : 1, match.headers.length, match.query.length],
  }];
}

/** Regular expressions stand below prefixes, and what has no matches below these: the specification leaves it open. */
const SPECIFIED = byKind('every', 'RegularExpression', 'PathPrefix', 'Exact');

const SPECIFICATION: RouteReading = {
  title: 'the specification',
  // Of several kinds on one port, GEP-1294 says which one counts.
  kinds: { HTTP: ['GRPCRoute', 'HTTPRoute'], GRPC: ['GRPCRoute', 'HTTPRoute'], TLS: ['TLSRoute', 'TCPRoute'], TCP: ['TCPRoute'], UDP: ['UDPRoute'] },
  groups: ['gateway.networking.k8s.io'],
  reads: () => true,
  readsSections: true,
  headless: 'take a route',
  headlessBackends: 'get them',
  hears: (_, spoken) => spoken,
  otherKinds: 'nothing',
  oldestFirst: true,
  behindName: '',
  consumers: 'instead',
  connections: 'of their namespace',
  otherNames: 'fail',
  mergesPorts: true,
  variations: SPECIFIED,
  unmatched: 'fails',
  noBackends: 'fails',
  findsFirst: false,
  filters: () => ALL_FILTERS,
  otherFilters: 'make the rule invalid',
  backendFilters: () => HEADERS,
  changesOfBackend: () => 'after',
  replaces: { rewrite: 'elements', redirect: 'elements' },
  redirectPort: ({ scheme }, asked) => scheme === undefined ? asked.port : WELL_KNOWN[scheme],
  dropsQuery: false,
  mirrored: (numerator, denominator) => [numerator, denominator],
  handling: ({ timeouts, retry, stickiness }) => retry === undefined || retry.attempts !== undefined
    ? { ...(timeouts && { timeouts }), ...(retry && { retries: retriesOf(retry, 0) }), ...(stickiness && { stickiness }) }
    : { unknown: 'implementations differ in how often they try again where nothing is said' },
  takes: () => true,
  takesAtGateways: () => true,
  needsGrant: false,
};

/** A connection that fails is tried again, too. */
function retriesOf({ attempts, codes, backoff }: NonNullable<Rule['retry']>, otherwise: number): Retries {
  const tries = attempts ?? otherwise;
  return tries === 0 ? { attempts: 0, statusCodes: [], grpcStatuses: [], connectionFailures: true }
    : { attempts: tries, statusCodes: codes, grpcStatuses: [], connectionFailures: true, ...(backoff !== undefined && { backoff }) };
}

/**
 * `sortHTTPRoutes` in `pilot/pkg/config/kube/gateway/conversion.go` of istio/istio; in `route_collections.go`, routes of one namespace for one
 * port are merged, and those of one kind. `pilot/pkg/networking/core/route/route.go`: the changes of a single backend come after those of the
 * rule, and those of several before.
 */
const ISTIO: RouteReading = {
  ...SPECIFICATION,
  title: 'Istio',
  // A cluster of ORIGINAL_DST (`convertResolution` in `pilot/pkg/networking/core/cluster.go`).
  headlessBackends: 'whoever is called',
  kinds: { ...SPECIFICATION.kinds, TLS: ['TLSRoute'], UDP: [] },
  // Sidecars take server names of a TLSRoute that has one, and nothing of one without weight (`convertTLSRoute` in `conversion.go`).
  reads: route => route.kind !== 'TLSRoute' || (route.hostnames.length === 1 && !isWeightless(route)) || 'unknown',
  // `extractParentReferenceInfo` and `referenceAllowed` in `conversion.go`: the port of a parent counts, and no section.
  readsSections: false,
  // `HTTPRouteCollection` in `route_collections.go`: of one age, names of the VirtualServices count that are made of routes, as in `cart~0~istio-autogenerated-k8s-gateway`.
  behindName: '~',
  // `computeRoute` there
  otherFilters: 'drop the route',
  otherKinds: 'unknown',
  // `TCPRouteCollection` and `TLSRouteCollection` there: all see them, and nobody asks where they come from.
  connections: 'of anyone',
  // `buildListenerFromEntry` in `pilot/pkg/networking/core/listener.go`
  otherNames: 'go past the mesh',
  mergesPorts: false,
  // A rule of a GRPCRoute that has no matches comes last, unless the port of the Service makes one (`augmentPortMatch` in `conversion.go`).
  variations: (match, rule, kind, hasPort) => kind === 'GRPCRoute'
    ? [{ rank: [match.grpc === undefined && !hasPort ? 0 : 1, ...pathRank(match)] }] : SPECIFIED(match, rule, kind),
  changesOfBackend: backends => backends === 1 ? 'after' : 'before',
  takes: isImport,
  // `ReferenceGrantsCollection` in `pilot/pkg/config/kube/gatewaycommon/references.go`: a grant for a ServiceImport is passed over.
  takesAtGateways: (kind, isElsewhere) => isImport(kind) && !isElsewhere,
  // `createRewriteFilter` in `conversion.go`, and `applyHTTPRouteDestination` in `route.go`
  replaces: { rewrite: 'text without a slash', redirect: 'text' },
  // Envoy takes away a port only with the host, or where it goes without saying (`scheme_rewrite_specifier` of its RedirectAction).
  redirectPort: ({ scheme, hostname }, asked) =>
    scheme === undefined || (hostname === undefined && asked.port !== WELL_KNOWN[asked.scheme]) ? asked.port : undefined,
  handling: ({ timeouts, retry, stickiness }) => stickiness !== undefined ? { unknown: 'it is not known what Istio makes of a sessionPersistence' } : {
    // Without retries, the time of a try is that of the request, and without attempts it is lost.
    ...(timeouts && {
      timeouts: retry === undefined ? { request: timeouts.backendRequest || timeouts.request }
        : retry.attempts === 0 ? { request: timeouts.request } : timeouts,
    }),
    ...(retry && retriesByIstio(retry)),
  },
};

/** `convertHTTPRoute` there writes a VirtualService, of which istiod knows the status codes that have a name in Go (`parseRetryOn` in `retry.go`). */
function retriesByIstio({ codes, ...retry }: NonNullable<Rule['retry']>): Pick<Handling, 'retries'> & Pick<Way, 'byMesh'> {
  const retries = retriesOf({ ...retry, codes: codes.filter(isNamedInGo) }, 2);
  return {
    retries,
    ...(retries.attempts > 0 && { byMesh: ['it does not try again on reset', 'it tries again on cancelled', 'it tries again on unavailable'] }),
  };
}

/** A gRPC method is a path there: one method is an exact one, all of a service are a prefix, and one of any service is an expression. */
function pathRank({ grpc = {}, path, headers }: Match): number[] {
  const kind = grpc.service === undefined ? grpc.method === undefined ? -1 : 1 : grpc.method === undefined ? 2 : 3;
  const length = kind === -1 ? 0 : kind === 1 ? `/[^/]+/${grpc.method}`.length : kind === 2 ? path.value.length + 1 : path.value.length;
  return [kind, length, headers.length];
}

/**
 * `linkerd/http/route/src/http/match.rs` of linkerd2-proxy: how much of the path is matched decides, whatever the kind of match. So a prefix
 * that is the whole of a path ranks as high as that path.
 */
function byLength({ path, method, headers, query, grpc }: Match, _: Rule, kind: RouteKind): Variation[] {
  if (kind === 'GRPCRoute') return [{ rank: grpcRank({ path, headers, query, grpc }) }];
  const counts = [headers.length, query.length, method === undefined ? 0 : 1];
  if (path.type !== 'PathPrefix' && path.type !== 'every') return [{ rank: [Infinity, ...counts] }];
  const start = path.value || '/';
  return [
    { path: exactly(start), rank: [Infinity, ...counts], isWhole: true },
    { path: start === '/' ? prefix('/') : prefix(`${start}/`), rank: [start.length, ...counts] },
  ];
}

/** Ports that are opaque in a default installation (`charts/linkerd-control-plane/values.yaml` of linkerd2). */
const OPAQUE = [25, 587, 3306, 4444, 5432, 6379, 9300, 11211];

/** What a Service says of its ports goes before the setting of the installation, which is not known (`policy-controller/k8s/index/src/outbound/index.rs`). */
function heardByLinkerd({ port, appProtocol, annotations }: Heard, spoken: Protocol): Protocol | undefined {
  if (!hasRequests(spoken) || appProtocol !== undefined) return spoken;
  const said = annotations['config.linkerd.io/opaque-ports'] as string | undefined;
  if (said !== undefined) return isListed(said, port) ? 'TCP' : spoken;
  return OPAQUE.includes(port) ? undefined : spoken;
}

const LINKERD: RouteReading = {
  ...SPECIFICATION,
  title: 'Linkerd',
  kinds: { ...SPECIFICATION.kinds, UDP: [] },
  groups: [...SPECIFICATION.groups, POLICY],
  // It compares hosts where others pass over them (`policy-controller/grpc/src/outbound/http.rs` of linkerd2).
  reads: ({ kind, version, hostnames }) => kind === 'HTTPRoute' || kind === 'GRPCRoute' ? hostnames.length === 0 || 'unknown' : version === 'v1' || version === 'v1alpha2',
  // `policy-controller/k8s/index/src/outbound/index.rs` of linkerd2.
  readsSections: false,
  consumers: 'beside',
  // `policy-controller/k8s/status/src/service.rs` of linkerd2: only calls to the address of a Service are known to be for it.
  headless: 'reach its pods',
  hears: heardByLinkerd,
  takes: () => false,
  variations: byLength,
  noBackends: 'goes to the Service',
  findsFirst: true,
  // The CRD of its own HTTPRoute has no changes of responses except those of a backend.
  filters: ({ group }) => group === POLICY ? ['RequestHeaderModifier', 'RequestRedirect'] : [...HEADERS, 'RequestRedirect'],
  otherFilters: 'make the route invalid',
  replaces: { rewrite: 'elements', redirect: 'text before a slash' },
  // `filter/redirect.rs`: the port that the client wrote stays, whatever the scheme.
  redirectPort: (_, asked) => asked.port === 80 ? undefined : asked.port,
  dropsQuery: true,
  handling: ({ timeouts }, route) => timeouts === undefined ? annotated(route)
    : route.group === POLICY ? timed(timeouts, route) : { unknown: 'Linkerd reads the timeouts of an HTTPRoute since 2.20' },
};

/** `convert_linkerd_rule` in the same file: what the annotations say goes before, and 0 is no timeout. */
function timed({ request, backendRequest }: NonNullable<Rule['timeouts']>, route: Route): Pick<Handling, 'timeouts' | 'retries'> | Undecided {
  if (backendRequest !== undefined) return { unknown: 'releases of Linkerd differ in whether they read `backendRequest`' };
  const said = annotated(route);
  return 'unknown' in said || !request ? said : { ...said, timeouts: { request, ...said.timeouts } };
}

/** https://linkerd.io/2/reference/retries/ and `parse_http_retry` in `policy-controller/k8s/index/src/outbound/index/http.rs` of linkerd2. */
function annotated({ kind, annotations }: Route): Pick<Handling, 'timeouts' | 'retries'> | Undecided {
  if (kind !== 'HTTPRoute' && kind !== 'GRPCRoute') return {};
  const names = Object.keys(annotations).filter(name => /^(?:retry|timeout)\.linkerd\.io\//.test(name));
  const conditions = `retry.linkerd.io/${kind === 'GRPCRoute' ? 'grpc' : 'http'}`;
  const known = ['retry.linkerd.io/limit', conditions, 'retry.linkerd.io/timeout', 'timeout.linkerd.io/request', 'timeout.linkerd.io/response'];
  const strange = names.find(name => !known.includes(name));
  if (strange !== undefined) return { unknown: `it is not known here what the annotation ${strange} says` };
  const [request, backendRequest, perTry] = ['timeout.linkerd.io/request', 'timeout.linkerd.io/response', 'retry.linkerd.io/timeout'].map(name => linkerdTime(annotations[name]));
  if ([request, backendRequest, perTry].includes('unknown')) return { unknown: 'a timeout in the annotations is not understood' };
  const limit = annotations['retry.linkerd.io/limit'];
  const codes = (annotations[conditions] ?? '').split(',').filter(code => code !== '');
  if (limit === undefined ? names.some(name => name.startsWith('retry.')) : !/^[1-9][0-9]{0,4}$/.test(limit)) return { unknown: 'it is not known how often is tried again' };
  if (kind !== 'GRPCRoute' && codes.some(code => !/^[1-5][0-9]{2}$/.test(code))) return { unknown: `it is not known here which responses '${codes.join(',')}' are` };
  const timeouts = { ...(request !== undefined && { request }), ...(backendRequest !== undefined && { backendRequest }) };
  return {
    ...(Object.keys(timeouts).length > 0 && { timeouts: timeouts as Handling['timeouts'] }),
    ...(limit !== undefined && {
      retries: {
        attempts: Number(limit),
        statusCodes: kind === 'GRPCRoute' ? [] : codes.map(Number),
        grpcStatuses: (kind === 'GRPCRoute' ? codes : []) as NonNullable<Handling['retries']>['grpcStatuses'],
        connectionFailures: true,
      },
    }),
  };
}

function linkerdTime(text: string | undefined): number | 'unknown' | undefined {
  const [, count, unit] = /^([0-9]{1,9})(ms|s|m|h)$/.exec(text ?? '') ?? [];
  return text === undefined ? undefined : count === undefined ? 'unknown' : Number(count) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit as 'ms'];
}

/** `pkg/plugins/runtime/k8s/controllers/gatewayapi/http_route_conversion.go` of kumahq/kuma, and what becomes of a MeshHTTPRoute. */
const KUMA: RouteReading = {
  ...SPECIFICATION,
  title: 'Kuma',
  oldestFirst: false,
  // `pkg/plugins/runtime/k8s/controllers/meshservice_controller.go` of kuma: a MeshService of each pod.
  headless: 'unknown',
  // `pkg/core/metadata/protocol.go`, and what becomes of routes of requests for such a port, nobody knows.
  hears: ({ appProtocol = 'tcp' }, spoken) => hasRequests(spoken) && !/^(?:http|http2|grpc|kubernetes\.io\/h2c)$/i.test(appProtocol) ? undefined : spoken,
  kinds: { HTTP: ['HTTPRoute'], GRPC: ['HTTPRoute'], TLS: [], TCP: [], UDP: [] },
  consumers: 'beside',
  takes: () => false,
  noBackends: 'goes to the Service',
  variations: ({ path, ...match }, { filters: { rewrite, redirect } }) => {
    if (path.type === 'every') return [];
    const rank = [
      ['RegularExpression', 'PathPrefix', 'Exact'].indexOf(path.type) + 1, path.type === 'Exact' ? 0 : lengthOf(path),
      match.method === undefined ? 0 : 1, match.headers.length, match.query.length,
    ];
    // The slash behind a prefix is replaced with it, if there is one.
    return path.value !== '' && [rewrite?.path, redirect?.path].some(change => change?.type === 'ReplacePrefixMatch') && path.type === 'PathPrefix'
      ? [{ path: exactly(path.value), rank, isWhole: true }, { path: prefix(`${path.value}/`), rank }] : [{ rank }];
  },
  unmatched: 'goes to the Service',
  filters: () => ALL_FILTERS.filter(type => type !== 'CORS'),
  otherFilters: 'are passed over',
  backendFilters: () => [],
  replaces: { rewrite: 'text and slash', redirect: 'text and slash' },
  redirectPort: ({ scheme, hostname }, asked) => scheme !== undefined ? WELL_KNOWN[scheme] : hostname === undefined ? asked.port : undefined,
  mirrored: () => [1, 1],
  handling: () => ({}),
};

/** `operator/pkg/model/translation/envoy_virtual_host.go` of cilium/cilium: regular expressions stand above prefixes. */
const CILIUM: RouteReading = {
  ...SPECIFICATION,
  title: 'Cilium',
  headless: 'reach its pods',
  kinds: { ...SPECIFICATION.kinds, TLS: [], TCP: [], UDP: [] },
  reads: ({ namespace }, service) => namespace === service.namespace,
  // `operator/pkg/model/ingestion/gamma.go`
  readsSections: false,
  otherKinds: 'unknown',
  variations: (match, rule, kind) => kind === 'GRPCRoute' ? [{ rank: pathRank(match) }]
    // A redirect is for requests that have another scheme.
    : rule.filters.redirect?.scheme === 'http' ? [] : byKind('every', 'PathPrefix', 'RegularExpression', 'Exact')(match, rule, kind),
  backendFilters: kind => kind === 'HTTPRoute' ? HEADERS : [],
  changesOfBackend: ISTIO.changesOfBackend,
  // `operator/pkg/model/ingestion/gamma.go`: routes of a Service are told of no ServiceImports.
  takes: () => false,
  takesAtGateways: isImport,
  replaces: { rewrite: 'elements', redirect: 'text' },
  // Percent are cut to whole ones.
  mirrored: (numerator, denominator) => [Math.floor(numerator * 100 / denominator), 100],
  // The shorter of the times is that of the request with all its tries.
  handling: ({ timeouts, retry, stickiness }, route) => {
    const said = SPECIFICATION.handling({ retry, stickiness } as Rule, route);
    return 'unknown' in said || timeouts === undefined ? said : { ...said, timeouts: { request: Math.min(...Object.values(timeouts)) } };
  },
  needsGrant: 'unknown',
};

/** Whether it is a TLSRoute of which a rule has nobody to send to. */
export function isWeightless({ kind, rules }: Route): boolean {
  return kind === 'TLSRoute' && rules.some(({ backends }) => backends.every(({ weight }) => weight === 0));
}

/** How each mesh reads the routes of a Service. `docs/traps/` has the places. */
export const READINGS: { readonly [Mesh in Exclude<ReadMesh, 'consul' | MeshOfSmi>]: RouteReading } = {
  'istio': ISTIO,
  // A waypoint reads no server names. Routes that are not merged stand one behind the other there (`pilot/pkg/networking/core/listener_waypoint.go`).
  'istio-ambient': {
    ...ISTIO,
    title: 'Istio in ambient mode',
    headless: 'reach its pods',
    kinds: { ...ISTIO.kinds, TLS: ['TLSRoute', 'TCPRoute'] },
    reads: route => route.kind !== 'TLSRoute' || (isWeightless(route) && 'unknown'),
    consumers: 'at the waypoint',
  },
  'linkerd': LINKERD,
  'kuma': KUMA,
  'cilium': CILIUM,
};

/** How Gateway API is read by the words of its specification. */
export const BY_THE_WORD = SPECIFICATION;

/** What holds of a path that a prefix of whole elements holds for; `''` holds for all. */
export function elements(value: string): Text {
  return value === '' ? ANYTHING : oneOf([exactly(value), prefix(`${value}/`)]);
}
