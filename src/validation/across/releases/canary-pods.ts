import type { Canary, Pods } from './canary';
import { isMade, type World } from './world';
import { namespaceOfObject, workloadOf, type Finding, type Subject } from '../inventory';
import { ROOTS, selectedBy, selects, type Selected } from '../selectors';

/** Selectors that take in only one of the two versions whose pods Flagger tells apart by a label. */
export function selectorFindings({ name, namespace, apex, workload, subject: canary, pods }: Canary, world: World): Finding[] {
  if (pods === undefined) return [];
  const services = new Set([apex, `${apex}-primary`, `${apex}-canary`]);
  // What has no namespace is for the cluster.
  return world.in(namespace, '', ...ROOTS).flatMap(subject => {
    const { manifest } = subject;
    if ((manifest.kind === 'Service' && services.has(manifest.metadata?.name)) || isMade(subject)) return [];
    return selectedBy(manifest).filter(selected => selected.namespace === undefined || selected.namespace === namespace).flatMap(selected => {
      const left = leftOut(selected, pods);
      if (left === undefined || !world.sees(subject, canary, workload) || hasTwin(subject, selected, left, pods, world)) return [];
      const [which, value] = left === 'stable' ? ['stable', `${pods.value}-primary`] : ['new', pods.value];
      return [{
        subject,
        check: 'version',
        path: selected.path,
        message: `leaves out the ${which} pods of Canary '${name}', which have '${pods.label}: ${value}'${MEANING[selected.as]}. ${remedy(pods)}`,
        isError: true,
      } satisfies Finding];
    });
  });
}

const MEANING: Readonly<Record<Selected['as'], string>> = {
  protected: ', and are not protected by it',
  served: '',
  peers: ', and are not let through',
};

function remedy({ canary, label }: Pods): string {
  const other = Object.entries(canary).find(([key]) => key !== label && !key.includes('toolkit.fluxcd.io'));
  return other === undefined ? 'Give the pods one more label, and select them by that alone'
    : `Select them by labels that both versions have, such as '${other[0]}: ${other[1]}', or by one that is added for it`;
}

/** Pods that are only served may be those of one version. */
function leftOut({ as, selectors }: Selected, { stable, canary }: Pods): 'stable' | 'canary' | undefined {
  const takes = (labels: Readonly<Record<string, string>>) => selectors.some(selector => selects(selector, labels));
  const [takesStable, takesCanary] = [takes(stable), takes(canary)];
  if (takesStable === takesCanary) return undefined;
  return takesCanary ? 'stable' : as === 'served' ? undefined : 'canary';
}

/** Whether another manifest says the same for the other version. */
function hasTwin(subject: Subject, selected: Selected, left: 'stable' | 'canary', pods: Pods, world: World): boolean {
  if (selected.as === 'peers') return false;
  const said = withoutSelectors(subject.manifest);
  return world.in(namespaceOfObject(subject.manifest)).some(other => other !== subject && other.manifest.kind === subject.manifest.kind
    && other.chart === subject.chart && other.target === subject.target
    && selectedBy(other.manifest).some(({ as, selectors }) => as === selected.as && selectors.some(selector => selects(selector, pods[left])))
    && withoutSelectors(other.manifest) === said);
}

function withoutSelectors({ apiVersion, spec }: any): string {
  const fields = Object.entries(spec ?? {}).filter(([field]) => !SELECTORS.has(field)).sort(([a], [b]) => a < b ? -1 : 1);
  return JSON.stringify([apiVersion, fields]);
}

const SELECTORS = new Set(['selector', 'podSelector', 'workloadSelector', 'endpointSelector', 'targetRef']);

/** Other pods that the Services of a Canary select, as they know one label only. */
export function mixedFindings({ subject, name, namespace, target, workload, pods }: Canary, world: World): Finding[] {
  if (pods === undefined) return [];
  const values = [pods.value, `${pods.value}-primary`];
  return world.in(namespace).flatMap((other): Finding[] => {
    const found = workloadOf(other.manifest);
    if (found === undefined || other === workload || isMade(other) || !values.includes(found.labels[pods.label])) return [];
    const { kind, metadata } = other.manifest;
    if (!world.sees(other, subject, workload) || (kind === target.kind && metadata?.name === target.name)) return [];
    return [{
      subject: other,
      check: 'mixed',
      path: kind === 'Pod' ? 'metadata.labels' : 'spec.template.metadata.labels',
      message: `have '${pods.label}: ${found.labels[pods.label]}', by which alone the Services of Canary '${name}' select pods, so requests to `
        + `'${target.name}' come to these, too. Give the pods of ${target.kind} '${target.name}' a value of their own`,
      isError: true,
    }];
  });
}
