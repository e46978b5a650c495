import { isWithin } from './pod-facts';

/** Pods that call: those in a namespace, or with some labels, or both. */
export interface ClientPods {
  /** Absent, those of all namespaces. */
  readonly namespace?: string;
  /** Sorted by name. Absent, those with any. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Equal for the same pods, and for no others. */
export function clientsKey({ namespace, labels }: ClientPods): string {
  return JSON.stringify([namespace, labels]);
}

/** Whether all of the second pods are among the first, whatever others have. */
export function includesClients(all: ClientPods, some: ClientPods): boolean {
  return [undefined, some.namespace].includes(all.namespace) && isWithin(all.labels ?? {}, some.labels ?? {});
}
