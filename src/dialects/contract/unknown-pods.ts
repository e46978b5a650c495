import type { Refusal } from './refusal';

/** Why a kind that selects pods cannot do so, if nothing says which labels the pods have. */
export function unknownPods(what: string, kind: string, workload: 'MeshService' | 'MeshPods' = 'MeshService'): Refusal<never> {
  return { what, reason: `${kind} selects the pods by their labels, which are unknown`, remedy: `Give the ${workload} its \`podSelector\`` };
}
