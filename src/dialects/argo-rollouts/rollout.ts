import { API_VERSION } from './apis';
import { deadlineOf, hasOwnRequests, stepsOf } from './course';
import type { RolloutSpec, TrafficRouting } from './specs';
import type { Fields } from '../../model/fields';
import type { ReleaseModel, Workload } from '../../model/release';
import type { Manifest } from '../contract/manifest';

/** Every field of a release, as a Rollout and its AnalysisTemplate say it. */
type Rendered = Fields<
  ReleaseModel, 'route' | 'stable' | 'canary' | 'course' | 'workload' | 'interval' | 'checks' | 'tolerance' | 'approval' | 'withoutRequests'
>;

/**
 * A Rollout that takes over the pods of the Deployment, and has its name. Pods that do not come up in time send the release back.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export function rollout(model: Rendered, strategy: RolloutSpec['strategy']): Manifest {
  const { route, workload } = model;
  const { name, replicas }: Fields<Workload, 'name' | 'replicas', 'selector' | 'podLabels' | 'ports' | 'autoscaler'> = workload;
  const deadline = deadlineOf(model);
  const spec: RolloutSpec = {
    ...(replicas !== undefined && { replicas }),
    progressDeadlineAbort: true,
    ...(deadline !== undefined && { progressDeadlineSeconds: deadline }),
    workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name, scaleDown: 'onsuccess' },
    strategy,
  };
  return { apiVersion: API_VERSION, kind: 'Rollout', metadata: { name, namespace: route.namespace }, spec };
}

export function canaryOf(model: ReleaseModel, trafficRouting: TrafficRouting): RolloutSpec['strategy'] {
  return {
    canary: {
      stableService: model.stable.name,
      canaryService: model.canary.name,
      trafficRouting,
      // While an aborted version has pods, its Service leads there in turns.
      ...(hasOwnRequests(model) && { abortScaleDownDelaySeconds: 1 }),
      steps: stepsOf(model),
    },
  };
}
