import { add, type World } from './world';
import { list, map, namespaceOfObject, workloadOf, type Subject } from '../inventory';
import { selectedBy, type Selected } from '../selectors';

/** A selector of a manifest. */
export interface Selecting {
  readonly subject: Subject;
  readonly selected: Selected;
  /** As they stand among the manifests. */
  readonly order: number;
}

/** Selectors by each label that they ask for, as those of an app are many; those that ask for more than labels are with none. */
export function selectorsByLabel(world: World): ReadonlyMap<string, readonly Selecting[]> {
  const found = new Map<string, Selecting[]>();
  world.subjects.forEach((subject, order) => selectedBy(subject.manifest).forEach(selected => {
    const keys = selected.selectors.flatMap(({ matchLabels, matchExpressions }) =>
      [...Object.entries(map(matchLabels)).map(([key, value]) => labelKey(key, value)), ...list(matchExpressions).length > 0 ? [OTHER] : []]);
    const selecting = { subject, selected, order };
    new Set(keys).forEach(key => add(found, key, selecting));
  }));
  return found;
}

export const OTHER = '';

export function labelKey(key: string, value: unknown): string {
  return `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

/** Workloads by their namespace and each label of their pods. */
export function workloadsByLabel(world: World): ReadonlyMap<string, readonly Subject[]> {
  const found = new Map<string, Subject[]>();
  for (const subject of world.subjects) {
    const workload = workloadOf(subject.manifest);
    if (workload === undefined) continue;
    for (const [key, value] of Object.entries(workload.labels)) add(found, `${workload.namespace} ${labelKey(key, value)}`, subject);
  }
  return found;
}

/** Selectors by what their manifests say beside them, and by the first label that they ask for. */
export function selectorsBySaying(world: World): ReadonlyMap<string, readonly Selecting[]> {
  const found = new Map<string, Selecting[]>();
  world.subjects.forEach((subject, order) => selectedBy(subject.manifest).forEach(selected => {
    const firsts = selected.selectors.map(({ matchLabels }) => Object.entries(map(matchLabels)))
      .map(labels => labels.map(([key, value]) => labelKey(key, value)).sort()[0] ?? OTHER);
    new Set(firsts).forEach(first => add(found, `${sayingOf(subject)} ${first}`, { subject, selected, order }));
  }));
  return found;
}

/** What a manifest says, except the pods it selects. */
export function sayingOf({ manifest }: Subject): string {
  const fields = Object.entries(map(manifest.spec)).filter(([field]) => !SELECTORS.has(field)).sort(([a], [b]) => a < b ? -1 : 1);
  return JSON.stringify([manifest.apiVersion, manifest.kind, namespaceOfObject(manifest), fields]);
}

const SELECTORS = new Set(['selector', 'podSelector', 'workloadSelector', 'endpointSelector', 'targetRef']);
