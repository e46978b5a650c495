import type { PodClient } from '../../meaning/compare/imagined';
import { hasLabels, type Labels } from '../../meaning/selector';

/** Pods of whose calls a policy is written: those of a namespace with all these labels. */
export interface Policed {
  /** By which the policy is known: `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly labels: Labels;
}

/** Whether a policy is for a client. */
export function isPoliced({ namespace, labels }: Policed, client: PodClient): boolean {
  return client.namespace === namespace && hasLabels(client.labels ?? {}, labels);
}
