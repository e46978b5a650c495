import type { Refusal } from './refusal';

/** Of kinds that select pods: why they cannot, where nobody says which labels the pods have. */
export function unknownPods(what: string, kind: string): Refusal<never> {
  return { what, reason: `${kind} selects the pods by their labels, which are unknown`, remedy: 'Give the MeshService its `podSelector`' };
}
