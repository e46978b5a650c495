import { refused } from './unwritten';
import type { PodPort } from '../../model/pod-port';
import { numberOf } from '../../model/pod-port';

/** The number of a port: a dialect that needs it refuses ports of which the name is known alone. */
export function knownNumber(port: PodPort): number {
  return numberOf(port) ?? refused();
}

/** The Service of a workload: a dialect that needs it refuses pods without one. */
export function knownService({ service }: { readonly service?: string }): string {
  return service ?? refused();
}

/** The labels of pods: a dialect that selects by them refuses pods of which none are known (`unknownPods`). None at all would be every pod. */
export function knownLabels({ podSelector }: { readonly podSelector?: Readonly<Record<string, string>> }): Record<string, string> {
  return podSelector === undefined ? refused() : { ...podSelector };
}
