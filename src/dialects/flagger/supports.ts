import { TRAFFIC_FEATURES } from '../../model/features/handling';
import type { ProgressionFeature, ReleaseFeature } from '../../model/features/release';
import type { RouteFeature } from '../../model/features/route';
import { ROUTE_FEATURES, RULE_DETAILS } from '../../model/features/route';
import { fieldsOf } from '../../model/fields';
import type { Deliverable, Moved } from '../contract/deliverable';
import type { DialectOf } from '../contract/dialect';
import type { Support } from '../contract/support';
import { FULL, full, inherent, none, noneOf, partial } from '../contract/support';

export type MovedByFlagger = Exclude<Moved, { readonly api: 'none' }>;

type Supports<Feature extends string> = Readonly<Record<Feature, Support>>;
type Some<Feature extends string> = Readonly<Partial<Supports<Feature>>>;

export function supports(routes: DialectOf<'routes'>, moved: MovedByFlagger, telemetry: Deliverable['telemetry']): Supports<ReleaseFeature> {
  return { ...COURSES[moved.api], ...checks(telemetry), ...PROGRESSION, ...routeSupports(routes, moved) };
}

type CourseFeature = 'WeightedRelease' | 'AudienceRelease' | 'SwitchedRelease';
type CheckFeature = 'SuccessRateCheck' | 'LatencyCheck';

const WEIGHTED = full('`stepWeights`');
const SWITCHED = full('`iterations`');
const AT_ONCE = none('nothing routes requests here, so all of them change over at once', 'Use a BlueGreenRelease, or leave it out');

const COURSES: Readonly<Record<MovedByFlagger['api'], Supports<CourseFeature>>> = {
  gatewayApi: {
    WeightedRelease: WEIGHTED,
    AudienceRelease: partial('a match has at most one condition on a header and one on a query parameter', '`match` and `iterations`'),
    SwitchedRelease: SWITCHED,
  },
  split: {
    WeightedRelease: WEIGHTED,
    // pkg/controller/scheduler.go, runAB, and pkg/router/smi.go, SetRoutes.
    AudienceRelease: none('a TrafficSplit of Flagger has no matches, and would send everyone to the new version', 'Use a CanaryRelease, or leave it out'),
    SwitchedRelease: SWITCHED,
  },
  pods: { WeightedRelease: AT_ONCE, AudienceRelease: AT_ONCE, SwitchedRelease: SWITCHED },
};

const APPROVAL = partial('Flagger asks its load tester, whose address is the `gate` of the delivery', 'a webhook');

const PROGRESSION: Supports<Exclude<ProgressionFeature, CourseFeature | CheckFeature>> = {
  PromqlCheck: full('a MetricTemplate'),
  StartApproval: APPROVAL,
  PromotionApproval: APPROVAL,
  QuietRelease: full('`or on() vector(…)` in the queries'),
  ReleaseAutoscaler: full('`autoscalerRef`'),
};

/** What to write in place of a check that the mesh cannot answer. */
export const OWN_QUERY = 'Use `ReleaseCheck.promql` with what the app itself counts, or leave it out';

function checks(telemetry: Deliverable['telemetry']): Supports<CheckFeature> {
  const support = 'none' in telemetry ? none(telemetry.none, OWN_QUERY) : full('a MetricTemplate');
  return { SuccessRateCheck: support, LatencyCheck: support };
}

function routeSupports({ supports: ofTarget }: DialectOf<'routes'>, moved: MovedByFlagger): Supports<RouteFeature> {
  switch (moved.api) {
    case 'gatewayApi': return both(ofTarget, OF_ROUTES);
    case 'split': return both(ofTarget, moved.version === 'v1alpha2' ? OF_OSM_SPLITS : OF_SPLITS);
    case 'pods': return OF_PODS;
  }
}

/** What both the target and Flagger can express. */
function both(ofTarget: Supports<RouteFeature>, ofFlagger: Some<RouteFeature>): Supports<RouteFeature> {
  return Object.fromEntries(fieldsOf(ROUTE_FEATURES).map(feature => [feature, ofTarget[feature].level === 'none' ? ofTarget[feature] : ofFlagger[feature] ?? inItsWords(ofTarget[feature])])) as
    Supports<RouteFeature>;
}

/** Flagger writes it, and the target has other words for it. */
function inItsWords({ writtenAs, ...support }: Support & { readonly writtenAs?: string }): Support {
  return support;
}

function noneFor<Feature extends string>(reason: string, remedy: string | undefined, ...features: readonly Feature[]): Some<Feature> {
  return Object.fromEntries(features.map(feature => [feature, none(reason, remedy)])) as Some<Feature>;
}

const MOVED = inherent('Flagger writes the weights of each step');

const BY_COMMITS = 'Leave it out, or let commits move the release: `Delivery.byCommit()`';

/** One rule for all requests, and another one before it for an audience (`pkg/router/gateway_api.go`). */
const OF_ROUTES: Some<RouteFeature> = {
  GRPCRoute: full('an HTTPRoute'),
  WeightedBackends: MOVED,
  ...noneFor('Flagger makes HTTPRoutes, and no other routes', BY_COMMITS, 'TCPRoute', 'TLSRoute'),
  OrderedRules: partial('an audience is told apart while its release goes on, and no requests are told apart otherwise', '`analysis.match`'),
  ...noneFor('Flagger knows an audience by headers and query parameters only', 'Tell the audience by a header or a cookie, or leave it out',
    'PathMatching', 'PathBelowMatching', 'PathStartMatching', 'PathEndMatching', 'PathTemplateMatching', 'PathRegexMatching', 'HTTPRouteMethodMatching', 'GRPCMethodMatching', 'GRPCAnyServiceMatching', 'HostMatching'),
  BackendPort: none('Flagger makes the Services of both versions with the port of the Service that is released', 'Give the versions the port of the Service: leave it out'),
  ServiceAsBackend: none('Flagger makes a Service of its own for each version', 'Call the versions as Flagger does, and leave it out'),
  SubsetBackends: none('Flagger makes a Service of its own for each version', 'Call the versions as Flagger does'),
  PerPortRules: partial('one port is routed', '`service.port`'),
  ...noneFor('Flagger makes the route and both versions in the namespace of the Service', BY_COMMITS, 'ReferenceGrant', 'MeshConsumerRoute', 'ClientMatching', 'ServiceImportRoute'),
  ...noneFor('a Canary of Flagger has no field for it', BY_COMMITS, ...fieldsOf(RULE_DETAILS), ...fieldsOf(TRAFFIC_FEATURES), 'RequestRedirect', 'DirectResponse', 'DirectResponseStatus', 'SessionPersistence', 'FaultInjection',
    'HTTPRouteRequestPercentageMirror'),
  ...noneFor('Flagger writes retries for the routes of Istio only, and none into an HTTPRoute', BY_COMMITS,
    'HTTPRouteRetry', 'NoRetries', 'RetryBackoff', 'RetryGRPCStatus', 'RetryResponsesOnly'),
  HTTPRouteCORS: partial('with a `maxAge`', '`service.corsPolicy`'),
};

const OF_SPLITS: Some<RouteFeature> = { WeightedBackends: MOVED };

/** Flagger gives the new version a weight of 0, and Envoy rejects what Open Service Mesh makes of that for connections. */
const OF_OSM_SPLITS: Some<RouteFeature> = {
  ...OF_SPLITS,
  TCPRoute: none('Flagger gives one version a weight of 0, and the proxies of Open Service Mesh reject that for connections', BY_COMMITS),
};

/** The Service selects the pods of one version, whatever its ports speak. */
const OF_PODS: Supports<RouteFeature> = {
  ...noneOf(ROUTE_FEATURES, 'nothing routes requests here: Flagger changes which pods the Service selects, and that is all', 'Use a target with a mesh, or leave it out'),
  HTTPRoute: FULL,
  GRPCRoute: FULL,
  TCPRoute: FULL,
  WeightedBackends: inherent('Flagger changes which pods the Service selects'),
};
