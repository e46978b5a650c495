import { replicasMoved } from './canary-objects';
import type { Rollout } from './rollout';
import type { World } from './world';
import { list, map, namespaceOfObject, within, type Finding } from '../inventory';

const HASH = 'rollouts-pod-template-hash';
const MANAGED_BY = 'argo-rollouts.argoproj.io/managed-by-rollouts';

/** What else the controller takes for the Rollout: Services, and the workload whose pods it takes over. */
export function serviceFindings(rollout: Rollout, world: World): Finding[] {
  return [...servicesOf(rollout).flatMap(({ path, name }) => findingsOf(rollout, path, name, world)), ...takenOver(rollout, world)];
}

/** The Services whose selectors the controller writes. */
export function servicesOf({ canary, blueGreen }: Rollout): { readonly path: string; readonly name: string }[] {
  const named = (path: string, of: any, fields: readonly string[]) => fields.flatMap(field => {
    const name = of[field];
    return typeof name === 'string' && name !== '' ? [{ path: `${path}.${field}`, name }] : [];
  });
  return [
    ...named('spec.strategy.canary', map(canary), ['stableService', 'canaryService']),
    ...named('spec.strategy.canary.pingPong', map(map(canary).pingPong), ['pingService', 'pongService']),
    ...named('spec.strategy.blueGreen', map(blueGreen), ['activeService', 'previewService']),
  ];
}

function findingsOf({ subject, name: rollout, namespace, labels }: Rollout, path: string, name: string, world: World): Finding[] {
  const service = world.named('Service', namespace, name, subject);
  if (service === undefined) {
    return !world.of('Service').some(({ manifest }) => namespaceOfObject(manifest) === namespace) ? []
      : [{ subject, check: 'backend', path, message: `refers to Service '${name}', which the app does not have${within(namespace)}` }];
  }
  const other = map(service.manifest.metadata?.annotations)[MANAGED_BY];
  const strange = labels && Object.entries(map(service.manifest.spec?.selector)).find(([key, value]) => key !== HASH && map(labels)[key] !== value);
  const found = (message: string): Finding => ({ subject, check: 'rolloutService', path, message, isError: true });
  return [
    ...strange === undefined ? [] : [found(`is Service '${name}', which selects pods with '${strange[0]}: ${strange[1]}'. The pods of the Rollout do not have that label, and `
      + 'the Rollout is refused. Select by labels of its template only: the controller adds what tells the versions apart')],
    ...other === undefined || other === rollout ? [] : [found(`is Service '${name}', which Rollout '${other}' has by its annotation ${MANAGED_BY}. Name another Service`)],
  ];
}

const SCALED_BY: readonly (readonly [groupKind: string, ref: string])[] = [['autoscaling HorizontalPodAutoscaler', 'scaleTargetRef'], ['keda.sh ScaledObject', 'scaleTargetRef']];

function takenOver({ subject, name, namespace, workloadRef, workload }: Rollout, world: World): Finding[] {
  if (workloadRef === undefined) return [];
  const { scaleDown } = map(subject.manifest.spec?.workloadRef);
  const scaled = SCALED_BY.flatMap(([groupKind, ref]) => world.of(groupKind).flatMap((scaler): Finding[] => {
    const target = map(map(scaler.manifest.spec)[ref]);
    return namespaceOfObject(scaler.manifest) !== namespace || target.name !== workloadRef.name || (target.kind ?? 'Deployment') !== workloadRef.kind
      || !world.sees(scaler, subject, workload) ? [] : [{
        subject: scaler,
        check: 'autoscaler',
        path: `spec.${ref}`,
        message: `is ${workloadRef.kind} '${workloadRef.name}', whose pods Rollout '${name}' makes instead. Write \`{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: ${name} }\``,
        isError: true,
      }];
  }));
  return [...scaled, ...scaleDown === 'onsuccess' || scaleDown === 'progressively' ? replicasMoved(workload, `Argo Rollouts, for Rollout '${name}'`, world) : []];
}

/** The analyses that a Rollout runs, each with the arguments that it gives. */
export function analysesOf({ canary, blueGreen, steps }: Rollout): { readonly path: string; readonly analysis: any }[] {
  return [
    { path: 'spec.strategy.canary.analysis', analysis: map(canary).analysis },
    ...steps.map(({ analysis }, i) => ({ path: `spec.strategy.canary.steps[${i}].analysis`, analysis })),
    ...['prePromotionAnalysis', 'postPromotionAnalysis'].map(field => ({ path: `spec.strategy.blueGreen.${field}`, analysis: map(blueGreen)[field] })),
  ].filter(({ analysis }) => list(map(analysis).templates).length > 0);
}
