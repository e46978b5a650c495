import type { RouteFeature } from './route';
import { ROUTE_FEATURES, routeUses } from './route';
import type { Use } from './use';
import { collected, nothing } from '../fields';
import type { Approval, Course, ReleaseCheck, ReleaseModel, Version, Workload } from '../release';

/** What a release that a controller moves can ask of a target, beside its route. */
export const PROGRESSION_FEATURES = {
  WeightedRelease: 'releases in steps of some percent',
  AudienceRelease: 'releases to an audience, and then to everyone',
  SwitchedRelease: 'releases that send all requests elsewhere at once',
  SuccessRateCheck: 'checks of how many requests succeed',
  LatencyCheck: 'checks of how long requests take',
  PromqlCheck: 'checks by PromQL of your own',
  StartApproval: 'an approval before a release starts',
  PromotionApproval: 'an approval before all requests go to the new version',
  QuietRelease: 'checks that hold without requests',
  ReleaseAutoscaler: 'autoscalers',
} as const;

export type ProgressionFeature = keyof typeof PROGRESSION_FEATURES;

export const RELEASE_FEATURES = { ...PROGRESSION_FEATURES, ...ROUTE_FEATURES } as const;

export type ReleaseFeature = ProgressionFeature | RouteFeature;

/** Every use of a feature in a release: what is said of its progress, then its route. */
export const releaseUses = collected<ReleaseModel, Use<ReleaseFeature>>({
  course: ({ kind }) => [{ feature: OF_COURSE[kind] }],
  workload: workload => workloadUses(workload),
  checks: checks => checks.map(({ kind }) => ({ feature: OF_CHECK[kind] })),
  approval: approval => OF_APPROVAL[approval].map(feature => ({ feature })),
  withoutRequests: answer => answer === 'pass' ? [{ feature: 'QuietRelease' }] : [],
  route: routeUses,
  stable: version => versionUses(version),
  canary: version => versionUses(version),
  interval: nothing,
  tolerance: nothing,
});

const OF_COURSE: Readonly<Record<Course['kind'], ProgressionFeature>> = {
  weights: 'WeightedRelease', audience: 'AudienceRelease', switch: 'SwitchedRelease',
};

const OF_CHECK: Readonly<Record<ReleaseCheck['kind'], ProgressionFeature>> = {
  successRate: 'SuccessRateCheck', latency: 'LatencyCheck', promql: 'PromqlCheck',
};

const OF_APPROVAL: Readonly<Record<Approval, readonly ProgressionFeature[]>> = {
  none: [], start: ['StartApproval'], promotion: ['PromotionApproval'],
};

const versionUses = ({ subset }: Version): Use<ReleaseFeature>[] => subset === undefined ? [] : [{ feature: 'SubsetBackends' }];

const workloadUses = collected<Workload, Use<ReleaseFeature>>({
  autoscaler: () => [{ feature: 'ReleaseAutoscaler' }],
  name: nothing,
  selector: nothing,
  podLabels: nothing,
  ports: nothing,
  replicas: nothing,
});
