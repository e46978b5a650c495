import { SELECTOR_LABELS, type Canary, type Pods } from './canary';
import { labelKey, OTHER, sayingOf, selectorsByLabel, selectorsBySaying, workloadsByLabel, type Selecting } from './pods';
import { isMade, type World } from './world';
import type { Finding, Subject } from '../inventory';
import { selects, type Selected } from '../selectors';

/** Selectors that take in only one of the two versions whose pods Flagger tells apart by a label. */
export function selectorFindings(canary: Canary, world: World): Finding[] {
  const { name, target, workload, pods } = canary;
  if (pods === undefined) return workload === undefined && target.kind !== 'Service' ? doubtful(canary, world) : [];
  return candidates(pods, world).filter(({ subject, selected }) => concerns(canary, subject, selected, world)).flatMap(({ subject, selected }) => {
    const left = leftOut(selected, pods);
    if (left === undefined || hasTwin(subject, selected, left, pods, world)) return [];
    const [which, value] = left === 'stable' ? ['stable', `${pods.value}-primary`] : ['new', pods.value];
    return [{
      subject,
      check: 'version',
      path: selected.path,
      message: `leaves out the ${which} pods of Canary '${name}', which have '${pods.label}: ${value}'${MEANING[selected.as]}. ${remedy(pods)}`,
      isError: true,
    } satisfies Finding];
  });
}

/** The selectors that may tell the versions apart, in their order. */
function candidates({ label, value, canary }: Pods, world: World): readonly Selecting[] {
  const dropped = Object.entries(canary).filter(([key]) => key.includes(DROPPED)).map(([key, said]) => labelKey(key, said));
  const keys = [labelKey(label, value), labelKey(label, `${value}-primary`), ...dropped, OTHER];
  return [...new Set(keys.flatMap(key => world.once(selectorsByLabel).get(key) ?? []))].sort((a, b) => a.order - b.order);
}

/** A part of the keys of labels that Flagger does not copy. */
const DROPPED = 'toolkit.fluxcd.io';

/** Whether pods of the Canary may be meant. Its own Services are another matter. */
function concerns({ subject: canary, namespace, apex, workload }: Canary, subject: Subject, selected: Selected, world: World): boolean {
  const { kind, metadata } = subject.manifest;
  const isOwn = kind === 'Service' && [apex, `${apex}-primary`, `${apex}-canary`].includes(metadata?.name);
  const isThere = selected.namespace === undefined || selected.namespace === namespace;
  return !isOwn && isThere && !isMade(subject) && world.sees(subject, canary, workload);
}

/** Where the workload is not here, its labels are not known; people name one after it. */
function doubtful(canary: Canary, world: World): Finding[] {
  const { name, target } = canary;
  return SELECTOR_LABELS.flatMap(label => (world.once(selectorsByLabel).get(labelKey(label, target.name)) ?? [])
    .filter(({ subject, selected }) => concerns(canary, subject, selected, world)).map(({ subject, selected }): Finding => ({
      subject,
      check: 'version',
      path: selected.path,
      message: `leaves out the stable pods of Canary '${name}', if ${target.kind} '${target.name}' selects its pods by '${label}': Flagger gives them '${label}: `
        + `${target.name}-primary'. Select them by another label`,
    })));
}

const MEANING: Readonly<Record<Selected['as'], string>> = {
  protected: ', and are not protected by it',
  served: '',
  peers: ', and are not let through',
};

function remedy({ canary, label }: Pods): string {
  const other = Object.entries(canary).find(([key]) => key !== label && !key.includes(DROPPED));
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
function hasTwin(subject: Subject, { as }: Selected, left: 'stable' | 'canary', pods: Pods, world: World): boolean {
  if (as === 'peers') return false;
  const [saying, bySaying] = [sayingOf(subject), world.once(selectorsBySaying)];
  return [...Object.entries(pods[left]).map(([key, value]) => labelKey(key, value)), OTHER].some(first =>
    (bySaying.get(`${saying} ${first}`) ?? []).some(({ subject: other, selected }) => other !== subject && other.chart === subject.chart
      && other.target === subject.target && selected.as === as && selected.selectors.some(selector => selects(selector, pods[left]))));
}

/** Other pods that the Services of a Canary select, as they know one label only. */
export function mixedFindings({ subject, name, namespace, target, workload, pods }: Canary, world: World): Finding[] {
  if (pods === undefined) return [];
  return [pods.value, `${pods.value}-primary`].flatMap(value => (world.once(workloadsByLabel).get(`${namespace} ${labelKey(pods.label, value)}`) ?? [])
    .flatMap((other): Finding[] => {
      if (other === workload || isMade(other)) return [];
      const { kind, metadata } = other.manifest;
      if (!world.sees(other, subject, workload) || (kind === target.kind && metadata?.name === target.name)) return [];
      return [{
        subject: other,
        check: 'mixed',
        path: kind === 'Pod' ? 'metadata.labels' : 'spec.template.metadata.labels',
        message: `have '${pods.label}: ${value}', by which alone the Services of Canary '${name}' select pods, so requests to `
          + `'${target.name}' come to these, too. Give the pods of ${target.kind} '${target.name}' a value of their own`,
        isError: true,
      }];
    }));
}
