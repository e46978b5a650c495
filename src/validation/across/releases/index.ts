import { analysisFindings, measureFindings } from './analysis';
import { applicationFindings } from './applications';
import { canaryOf } from './canary';
import { metricFindings, templateFindings } from './canary-metrics';
import { objectFindings } from './canary-objects';
import { mixedFindings, selectorFindings } from './canary-pods';
import { canaryFindings } from './canary-spec';
import { isOfRelease } from './kinds';
import { rolloutOf } from './rollout';
import { rolloutRouteFindings } from './rollout-routes';
import { serviceFindings } from './rollout-services';
import { rolloutFindings } from './rollout-spec';
import { stepFindings } from './rollout-steps';
import { controllerFindings } from './two-controllers';
import { World } from './world';
import { groupKindOf, type Finding, type Subject } from '../inventory';

/**
 * What does not go as it is written where a controller moves a release: what Flagger and Argo Rollouts make of their objects, and of those
 * beside them.
 */
export function releaseFindings(subjects: readonly Subject[]): Finding[] {
  const releases = subjects.filter(({ manifest }) => isOfRelease(manifest));
  const world = new World(subjects);
  const of = (groupKind: string) => releases.filter(({ manifest }) => groupKindOf(manifest) === groupKind);
  const canaries = of('flagger.app Canary').map(subject => canaryOf(subject, world));
  const rollouts = of('argoproj.io Rollout').map(subject => rolloutOf(subject, world));
  return [
    ...canaries.flatMap(canary => [
      ...canaryFindings(canary), ...selectorFindings(canary, world), ...mixedFindings(canary, world), ...objectFindings(canary, world),
      ...metricFindings(canary, world),
    ]),
    ...of('flagger.app MetricTemplate').flatMap(templateFindings),
    ...rollouts.flatMap(rollout => [
      ...rolloutFindings(rollout), ...stepFindings(rollout), ...serviceFindings(rollout, world), ...rolloutRouteFindings(rollout, world),
      ...analysisFindings(rollout, world),
    ]),
    ...['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'].flatMap(kind => of(`argoproj.io ${kind}`)).flatMap(measureFindings),
    ...controllerFindings(canaries, rollouts, world),
    ...applicationFindings(canaries, rollouts, world),
  ];
}
