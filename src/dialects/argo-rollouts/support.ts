import type { ProgressionFeature, ReleaseFeature } from '../../model/features/release';
import { PROGRESSION_FEATURES } from '../../model/features/release';
import type { RouteFeature } from '../../model/features/route';
import { ROUTE_FEATURES } from '../../model/features/route';
import type { Deliverable, Moved } from '../contract/deliverable';
import type { Support } from '../contract/support';
import { A_SERVICE_EACH, full, inherent, none, noneOf, partial } from '../contract/support';

/** What a Rollout can say, beside what the routes of the target can. */
export function supportOf(
  routes: Readonly<Record<RouteFeature, Support>>, { moved, telemetry }: Deliverable,
): Readonly<Record<ReleaseFeature, Support>> {
  return { ...routeSupport(routes, moved), ...COMMON, ...courseSupport(moved), ...requestSupport(telemetry) };
}

const ANOTHER_ROUTE = 'Write it in a ServiceRoute of another Service';
const NO_ANSWER = none('who is answered at once gets neither of the two versions', ANOTHER_ROUTE);

type Course = 'WeightedRelease' | 'AudienceRelease' | 'SwitchedRelease';
type OfRequests = 'SuccessRateCheck' | 'LatencyCheck';

const COMMON: Readonly<Record<Exclude<ProgressionFeature, Course | OfRequests>, Support>> = {
  PromqlCheck: full('a metric of an AnalysisTemplate'),
  StartApproval: full('a `pause` before the first step; `autoPromotionEnabled: false` where all requests are switched at once'),
  PromotionApproval: full('a `pause` after the last step; `autoPromotionEnabled: false` where all requests are switched at once'),
  QuietRelease: full('`or on() vector(…)` in the query'),
  ReleaseAutoscaler: full('a Rollout without `replicas`, which the autoscaler has to scale in place of the Deployment'),
};

const SWITCHED: Pick<Readonly<Record<ProgressionFeature, Support>>, 'SwitchedRelease'> = {
  SwitchedRelease: partial('it leads the Service to other pods, and no route says anything of its requests', '`blueGreen` of a Rollout'),
};

const SWITCH_INSTEAD = 'Use a BlueGreenRelease';

function courseSupport(moved: Moved): Readonly<Record<Course, Support>> {
  switch (moved.api) {
    case 'gatewayApi': return {
      WeightedRelease: full('`setWeight` steps of a Rollout'),
      AudienceRelease: full('the rules of the audience, and `setCanaryScale` in a Rollout'),
      ...SWITCHED,
    };
    case 'split': return {
      WeightedRelease: full('`setWeight` steps of a Rollout'),
      AudienceRelease: none('the TrafficSplit of a Rollout has no matches', SWITCH_INSTEAD),
      ...SWITCHED,
    };
    case 'pods': return {
      WeightedRelease: none('without routes, a Rollout can only share out pods', SWITCH_INSTEAD),
      AudienceRelease: none('without routes, nothing tells the requests of an audience apart', SWITCH_INSTEAD),
      ...SWITCHED,
    };
    case 'none': return noneOf({ WeightedRelease: '', AudienceRelease: '', SwitchedRelease: '' }, moved.reason, moved.remedy);
  }
}

const PROMQL_INSTEAD = 'Use `ReleaseCheck.promql` with what the app itself counts';

function requestSupport(telemetry: Deliverable['telemetry']): Readonly<Record<OfRequests, Support>> {
  const support = 'none' in telemetry ? none(telemetry.none, PROMQL_INSTEAD)
    : telemetry.apart === 'workload' ? none('requests are counted by workload there, and both versions are pods of one Rollout', PROMQL_INSTEAD)
      : partial('requests are counted on ports that speak what the mesh understands', 'a metric of an AnalysisTemplate');
  return { SuccessRateCheck: support, LatencyCheck: support };
}

/** What a release that switches all requests says of its route, without a route. */
const OF_SERVICE = {
  HTTPRoute: true, GRPCRoute: true, TCPRoute: true, TLSRoute: true, WeightedBackends: true, ServiceAsBackend: true,
} as const satisfies { readonly [Feature in RouteFeature]?: true };

export function isOfService(feature: ReleaseFeature): boolean {
  return feature in OF_SERVICE || feature in PROGRESSION_FEATURES;
}

export const NO_ROUTE = 'a Rollout that switches all requests at once leads the Service to other pods, and has no route';

export const NO_V1ALPHA2 = {
  reason: 'the plugin of Argo Rollouts reads its route in v1alpha2, which the standard channel of Gateway API does not serve',
  remedy: 'Give the target `channel: GatewayApiChannel.EXPERIMENTAL` if the cluster has it, or use a BlueGreenRelease',
};

export const EMPTY_SHARE = 'Argo Rollouts writes a backend of weight 0, and Envoy rejects what Open Service Mesh makes of that for connections, '
  + 'with everything else that a client is sent';

/** What makes Gateway API tell a rule for every request from the prefix `/`. */
export const EXPRESSIONS = {
  PathBelowMatching: true, PathStartMatching: true, PathEndMatching: true, PathTemplateMatching: true, PathRegexMatching: true,
} as const satisfies { readonly [Feature in RouteFeature]?: true };

export const OUTRANKED = 'the plugin of Argo Rollouts writes the route back without the empty list of matches of the rule for all other requests, '
  + 'which then has the prefix `/` and may rank above regular expressions';

function routeSupport(routes: Readonly<Record<RouteFeature, Support>>, moved: Moved): Readonly<Record<RouteFeature, Support>> {
  switch (moved.api) {
    case 'none': return noneOf(ROUTE_FEATURES, moved.reason, moved.remedy);
    case 'pods': return {
      ...noneOf(ROUTE_FEATURES, NO_ROUTE),
      ...Object.fromEntries(Object.keys(OF_SERVICE).map(feature => [feature, inherent('the Service itself leads to the pods')])),
    };
    case 'split': return {
      ...mapped(routes, support => support.level === 'full' ? inherent('the Rollout makes the TrafficSplit') : support),
      ...(moved.version === 'v1alpha2' && { TCPRoute: partial(EMPTY_SHARE) }),
    };
    case 'gatewayApi': {
      const inPart = (features: { readonly [Feature in RouteFeature]?: true }, reason: string) => Object.fromEntries(Object.keys(features)
        .map(feature => [feature, routes[feature as RouteFeature]] as const).filter(([, { level }]) => level !== 'none').map(([feature]) => [feature, partial(reason)]));
      return {
        ...routes,
        SubsetBackends: none('the plugin of Argo Rollouts moves the weights of Services', A_SERVICE_EACH),
        ...inPart(EXPRESSIONS, OUTRANKED),
        ...(moved.experimental ? {} : inPart({ TCPRoute: true, TLSRoute: true }, NO_V1ALPHA2.reason)),
        MeshConsumerRoute: none('a Rollout releases to the clients of all namespaces', 'Write the release in the namespace of its Service'),
        RequestRedirect: none('a redirect leads to neither of the two versions', ANOTHER_ROUTE),
        DirectResponse: NO_ANSWER,
        DirectResponseStatus: NO_ANSWER,
        ServiceImportRoute: none('a Rollout leads Services to other pods, and a ServiceImport has no selector', ANOTHER_ROUTE),
        ServiceImportBackend: none('the versions of a Rollout are Services', ANOTHER_ROUTE),
        OtherBackend: none('the versions of a Rollout are Services', ANOTHER_ROUTE),
        ExternalBackend: none('the versions of a Rollout are Services', ANOTHER_ROUTE),
        ReferenceGrant: partial('the versions are Services of the namespace of the Rollout; mirrors may be elsewhere'),
      };
    }
  }
}

function mapped(supports: Readonly<Record<RouteFeature, Support>>, change: (support: Support) => Support): Readonly<Record<RouteFeature, Support>> {
  return Object.fromEntries(Object.entries(supports).map(([feature, support]) => [feature, change(support)])) as Record<RouteFeature, Support>;
}
