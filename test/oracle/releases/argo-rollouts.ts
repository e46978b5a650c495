import { routed } from './argo-routes';
import { find, serviceAccountOf, withObjects, type Release, type ReleasePod, type ReleaseStep, type Version } from './release';
import { Unknown } from '../../../src/evaluators/unknown';

/** What the controller is told where it is started. */
export interface ControllerFlags {
  /** `--traffic-split-api-version`. */
  readonly splitVersion?: 'v1alpha1' | 'v1alpha2' | 'v1alpha3';
}

/**
 * What Argo Rollouts makes of a Rollout while it releases a new version, and all analyses pass, as its sources say (argoproj/argo-rollouts
 * v1.10): one step for each that the Rollout has, and those before and after them.
 */
export function argoRollouts(
  manifests: readonly any[], { splitVersion = 'v1alpha1' }: ControllerFlags = {}, rollout: any = theRollout(manifests),
): Release {
  const { canary, blueGreen } = rollout.spec.strategy;
  const cluster: Cluster = { manifests, rollout, splitVersion, template: templateOf(manifests, rollout) };
  return blueGreen !== undefined ? blueGreenRelease(cluster, blueGreen) : canaryRelease(cluster, canary);
}

function theRollout(manifests: readonly any[]): any {
  const [one, ...others] = manifests.filter(({ kind }) => kind === 'Rollout');
  if (one === undefined || others.length > 0) throw new Error('say which Rollout');
  return one;
}

function templateOf(manifests: readonly any[], { metadata: { namespace }, spec: { workloadRef, template } }: any): any {
  return workloadRef === undefined ? template : find(manifests, workloadRef.kind, namespace, workloadRef.name).spec.template;
}

interface Cluster {
  readonly manifests: readonly any[];
  readonly rollout: any;
  readonly splitVersion: string;
  readonly template: any;
}

/** What the release has come to. */
interface Moment {
  readonly phase: string;
  readonly weight: number;
  /** The versions that have pods. */
  readonly running: readonly Version[];
  /** The version that each Service leads to, as `ensureSVCTargets` in rollout/service.go has it. */
  readonly stableService: Version;
  readonly canaryService: Version;
  readonly headerRoutes: readonly any[];
}

const BEFORE: Moment = { phase: 'Healthy', weight: 0, running: ['stable'], stableService: 'stable', canaryService: 'stable', headerRoutes: [] };

/** rollout/trafficrouting.go: `reconcileTrafficRouting`; rollout/service.go: `reconcileStableAndCanaryService`. */
function canaryRelease(cluster: Cluster, { steps = [], maxTrafficWeight, pingPong }: any): Release {
  if (pingPong !== undefined || (maxTrafficWeight ?? 100) !== 100) throw new Unknown('ping and pong, or weights of another sum');
  const during = steps.map((step: any, i: number): Moment => {
    const strange = ['experiment', 'plugin', 'setMirrorRoute'].find(field => step[field] !== undefined);
    if (strange !== undefined) throw new Unknown(`a step with ${strange}`);
    const before = steps.slice(0, i + 1);
    const weight = lastOf(before, 'setWeight') ?? 0;
    const isRunning = hasPods(lastOf(before, 'setCanaryScale'), weight);
    return {
      ...BEFORE,
      phase: `Progressing: ${Object.keys(step).join()}`,
      weight: isRunning ? weight : 0,
      running: isRunning ? ['stable', 'new'] : ['stable'],
      canaryService: isRunning ? 'new' : 'stable',
      headerRoutes: isRunning || step.setHeaderRoute !== undefined ? headerRoutesAfter(before, steps) : [],
    };
  });
  const full: Moment = {
    ...BEFORE,
    phase: 'Progressing: all steps taken',
    weight: 100,
    running: ['stable', 'new'],
    canaryService: 'new',
    headerRoutes: headerRoutesAfter(steps, steps),
  };
  const promoted: Moment = { phase: 'Healthy', weight: 0, running: ['new'], stableService: 'new', canaryService: 'new', headerRoutes: [] };
  return {
    steps: [BEFORE, ...during, full, promoted].map(moment => canaryStep(cluster, moment)),
    rolledBack: canaryStep(cluster, { ...BEFORE, phase: 'Degraded' }),
  };
}

function lastOf(steps: readonly any[], field: string): any {
  return steps.map(step => step[field]).filter(value => value !== undefined).pop();
}

/** utils/replicaset/canary.go: `GetCanaryReplicasOrWeight`. */
function hasPods(scale: any, weight: number): boolean {
  return scale === undefined || scale.matchTrafficWeight === true ? weight > 0 : (scale.replicas ?? scale.weight) > 0;
}

/** The last one of each name holds; one without a match takes it away. While there are no pods of the new version, all are removed. */
function headerRoutesAfter(taken: readonly any[], all: readonly any[]): readonly any[] {
  const held = new Map<string, any>();
  taken.forEach(({ setHeaderRoute }, i) => {
    if (setHeaderRoute === undefined) {
      if (!hasPods(lastOf(all.slice(0, i + 1), 'setCanaryScale'), lastOf(all.slice(0, i + 1), 'setWeight') ?? 0)) held.clear();
    } else if (setHeaderRoute.match === undefined) {
      held.delete(setHeaderRoute.name);
    } else {
      held.set(setHeaderRoute.name, setHeaderRoute);
    }
  });
  return [...held.values()];
}

function canaryStep(cluster: Cluster, moment: Moment): ReleaseStep {
  const { manifests, rollout, splitVersion } = cluster;
  const { stableService, canaryService, trafficRouting } = rollout.spec.strategy.canary;
  const managed = (trafficRouting?.managedRoutes ?? []).map(({ name }: any) => name);
  const asked = { stableService, canaryService, managed, weight: moment.weight, headerRoutes: moment.headerRoutes };
  return {
    phase: moment.phase,
    weights: trafficRouting === undefined ? {} : { [stableService]: 100 - moment.weight, [canaryService]: moment.weight },
    pods: podsOf(cluster, moment.running),
    manifests: withObjects(manifests, [
      ...stableService ? [led(cluster, stableService, moment.stableService)] : [],
      ...canaryService ? [led(cluster, canaryService, moment.canaryService)] : [],
      ...routed(manifests, rollout, asked, splitVersion),
      ...takenOver(cluster),
    ]),
  };
}

/** rollout/bluegreen.go, rollout/service.go: `reconcilePreviewService`, `reconcileActiveService`. Nothing is routed. */
function blueGreenRelease(cluster: Cluster, { activeService, previewService }: any): Release {
  const step = (phase: string, active: Version, preview: Version, ...running: readonly Version[]): ReleaseStep => ({
    phase,
    weights: {},
    pods: podsOf(cluster, running),
    manifests: withObjects(cluster.manifests, [
      led(cluster, activeService, active), ...previewService ? [led(cluster, previewService, preview)] : [], ...takenOver(cluster),
    ]),
  });
  return {
    steps: [
      step('Healthy', 'stable', 'stable', 'stable'),
      step('Progressing: preview', 'stable', 'new', 'stable', 'new'),
      step('Progressing: switched', 'new', 'new', 'stable', 'new'),
      step('Healthy', 'new', 'new', 'new'),
    ],
    rolledBack: step('Degraded', 'stable', 'new', 'stable'),
  };
}

const HASH = 'rollouts-pod-template-hash';
const MANAGED_BY = 'argo-rollouts.argoproj.io/managed-by-rollouts';
const HASHES: Readonly<Record<Version, string>> = { stable: '5d9c7b8f64', new: '7f8b6c5d92' };

/** A Service with the hash of a version in its selector. */
function led({ manifests, rollout }: Cluster, name: string, version: Version): any {
  const there = find(manifests, 'Service', rollout.metadata.namespace, name);
  return {
    ...there,
    metadata: { ...there.metadata, annotations: { ...there.metadata.annotations, [MANAGED_BY]: rollout.metadata.name } },
    spec: { ...there.spec, selector: { ...there.spec.selector, [HASH]: HASHES[version] } },
  };
}

/** The labels of the template, the hash, and what `stableMetadata` and `canaryMetadata` add (rollout/ephemeralmetadata.go). */
function podsOf({ rollout, template }: Cluster, running: readonly Version[]): readonly ReleasePod[] {
  const { stableMetadata, canaryMetadata, activeMetadata, previewMetadata } = { ...rollout.spec.strategy.canary, ...rollout.spec.strategy.blueGreen };
  return running.map((version, i) => ({
    version,
    namespace: rollout.metadata.namespace,
    labels: {
      ...template.metadata?.labels,
      ...(i === 0 ? stableMetadata ?? activeMetadata : canaryMetadata ?? previewMetadata)?.labels,
      [HASH]: HASHES[version],
    },
    serviceAccount: serviceAccountOf(template),
  }));
}

/** A workload whose template the Rollout takes is at 0, if it says so. */
function takenOver({ manifests, rollout }: Cluster): readonly any[] {
  const { workloadRef } = rollout.spec;
  if (!['onsuccess', 'progressively'].includes(workloadRef?.scaleDown)) return [];
  const workload = find(manifests, workloadRef.kind, rollout.metadata.namespace, workloadRef.name);
  return [{ ...workload, spec: { ...workload.spec, replicas: 0 } }];
}
