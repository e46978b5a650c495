import { DEFAULT_NAMESPACE } from './cluster/cluster';
import type { Workload } from './cluster/workload';
import type { ReadObject } from './objects';
import { isMap } from '../manifests/values';
import type { Pod } from '../meaning/call';
import type { Labels } from '../meaning/selector';

/** Pods that some policies may be for, by the labels that stand in them, of which there are none in the files. */
export function unseenPods(
  policies: readonly ReadObject[], workloads: readonly Workload[], namespaceLabels: (namespace: string) => Labels | undefined,
): Pod[] {
  const found = new Map<string, Pod>();
  for (const { manifest, namespace = DEFAULT_NAMESPACE } of policies) {
    for (const labels of labelsIn(manifest)) {
      const pod: Pod = { namespace, labels, namespaceLabels: namespaceLabels(namespace) };
      const key = JSON.stringify([namespace, Object.entries(labels).sort()]);
      if (!found.has(key)) found.set(key, pod);
    }
  }
  return [...found.values()].filter(({ namespace, labels = {} }) => !workloads.some(workload =>
    (workload.namespace ?? DEFAULT_NAMESPACE) === namespace && Object.entries(labels).every(([key, value]) => workload.labels[key] === value)));
}

/** All sets of labels by which something is selected. Cilium says the source of a label in front of it. */
function* labelsIn(value: unknown): Generator<Labels> {
  if (Array.isArray(value)) for (const item of value) yield* labelsIn(item);
  if (!isMap(value)) return;
  for (const [key, below] of Object.entries(value)) {
    if (key !== 'matchLabels' || !isMap(below)) {
      yield* labelsIn(below);
    } else {
      const labels = Object.entries(below).map(([name, label]) => [name.replace(/^(?:k8s|any):/, ''), label] as const);
      const areOfPods = labels.every(([name, label]) => typeof label === 'string' && !/^(?:io\.|reserved:|kubernetes\.io\/metadata\.name$)/.test(name));
      if (labels.length > 0 && areOfPods) yield Object.fromEntries(labels) as Labels;
    }
  }
}
