import { DEFAULT_NAMESPACE } from './cluster/cluster';
import type { Workload } from './cluster/workload';
import type { ReadObject } from './objects';
import { isMap } from '../manifests/values';
import type { Pod } from '../meaning/call';
import { hasLabels, type Labels, NAME_LABEL } from '../meaning/selector';

type LabelsOf = (namespace: string) => Labels | undefined;

/** Pods that some policies may be for, by the labels that stand in them, of which there are none in the files. */
export function unseenPods(policies: readonly ReadObject[], workloads: readonly Workload[], namespaceLabels: LabelsOf): Pod[] {
  return distinct(policies.flatMap(({ manifest, namespace = DEFAULT_NAMESPACE }) =>
    [...labelsIn(manifest)].map((labels): Pod => ({ namespace, labels, namespaceLabels: namespaceLabels(namespace) }))))
    .filter(({ namespace, labels = {} }) => !workloads.some(workload =>
      (workload.namespace ?? DEFAULT_NAMESPACE) === namespace && hasLabels(workload.labels, labels)));
}

/** The same of pods of other namespaces, which policies name together with these. */
export function unseenElsewhere(policies: readonly ReadObject[], workloads: readonly Workload[], namespaceLabels: LabelsOf): Pod[] {
  const labelsOf = (namespace: string): Labels => namespaceLabels(namespace) ?? { [NAME_LABEL]: namespace };
  const isSeen = (of: Labels, labels: Labels) => workloads.some(({ namespace = DEFAULT_NAMESPACE, labels: own }) =>
    hasLabels(labelsOf(namespace), of) && hasLabels(own, labels));
  const named = policies.flatMap(({ manifest }) => [...elsewhereIn(manifest)]).filter(({ of, labels }) => !isSeen(of, labels));
  return distinct(named.map(({ of, labels }): Pod => {
    const { [NAME_LABEL]: namespace = OTHER } = of;
    return { namespace, labels, namespaceLabels: { ...labelsOf(namespace), ...of } };
  }));
}

const OTHER = 'another';

function distinct(pods: readonly Pod[]): Pod[] {
  const key = ({ namespace, labels = {}, namespaceLabels = {} }: Pod) =>
    JSON.stringify([namespace, ...[labels, namespaceLabels].map(some => Object.entries(some).sort())]);
  return [...new Map(pods.map(pod => [key(pod), pod])).values()];
}

/** All sets of labels by which something is selected. Cilium says the source of a label in front of it. */
function* labelsIn(value: unknown): Generator<Labels> {
  if (Array.isArray(value)) for (const item of value) yield* labelsIn(item);
  if (!isMap(value)) return;
  if (isMap(value.matchLabels) || Array.isArray(value.matchExpressions)) {
    for (const labels of wantedBy(value)) {
      const names = Object.keys(labels);
      if (names.length > 0 && !names.some(name => OF_OTHERS.test(name))) yield labels;
    }
  }
  for (const [key, below] of Object.entries(value)) if (!OF_SELECTORS.includes(key)) yield* labelsIn(below);
}

const OF_SELECTORS = ['matchLabels', 'matchExpressions'];
const OF_OTHERS = /^(?:io\.|reserved:|kubernetes\.io\/metadata\.name$)/;

function withoutSource(name: string): string {
  return name.replace(/^(?:k8s|any):/, '');
}

interface Elsewhere {
  /** Labels of the namespace. */
  readonly of: Labels;
  readonly labels: Labels;
}

const CILIUM_NAMESPACE = 'io.kubernetes.pod.namespace';
const CILIUM_NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.';

/** All selectors of namespaces, with those of pods beside them; Cilium has one for both. */
function* elsewhereIn(value: unknown): Generator<Elsewhere> {
  if (Array.isArray(value)) for (const item of value) yield* elsewhereIn(item);
  if (!isMap(value)) return;
  const { namespaceSelector, podSelector } = value;
  if (namespaceSelector !== undefined) {
    for (const of of wantedBy(namespaceSelector)) for (const labels of wantedBy(podSelector)) yield { of, labels };
  }
  for (const all of wantedBy(value).map(labels => Object.entries(labels))) {
    const of = all.flatMap(([key, label]) => key === CILIUM_NAMESPACE ? [[NAME_LABEL, label]]
      : key.startsWith(CILIUM_NAMESPACE_LABELS) ? [[key.slice(CILIUM_NAMESPACE_LABELS.length), label]] : []);
    if (of.length > 0) yield { of: Object.fromEntries(of), labels: Object.fromEntries(all.filter(([key]) => !key.startsWith('io.'))) };
  }
  for (const below of Object.values(value)) yield* elsewhereIn(below);
}

/** Sets of labels that a selector selects, in which each value is that it names. */
function wantedBy(selector: unknown): Labels[] {
  if (!isMap(selector)) return [{}];
  const { matchLabels, matchExpressions } = selector;
  const some = Object.entries(isMap(matchLabels) ? matchLabels : {}).map(([key, label]) => ({ key, values: [label] }));
  const others = (Array.isArray(matchExpressions) ? matchExpressions : []).filter(isMap).map(({ key, operator, values }) =>
    ({ key, values: operator === 'In' && Array.isArray(values) ? values : operator === 'Exists' ? ['x'] : [] }));
  const texts = [...some, ...others].map(({ key, values }) => ({ key, values: values.filter(value => typeof value === 'string') }))
    .filter(({ key, values }) => typeof key === 'string' && values.length > 0);
  const setOf = (i: number): Labels => Object.fromEntries(texts.map(({ key, values }) => [withoutSource(String(key)), values[i % values.length]]));
  return Array.from({ length: Math.max(1, ...texts.map(({ values }) => values.length)) }, (_, i) => setOf(i));
}
