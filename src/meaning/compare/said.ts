import { wordsOf } from './comparer';
import type { Difference } from './difference';
import type { Pods } from './unnamed-ports';
import type { Client, Pod } from '../call';

/** What is told already of ports of pods. */
export interface Said {
  has(pods: Pods, client: Client, words: string): boolean;
}

export function saidOf(differences: readonly Difference[]): Said {
  const said = new Set(differences.flatMap(({ to, crowd: { clients: [client] }, contrast }) => to.type !== 'pods' ? []
    : [to.port.pod, { namespace: to.port.pod.namespace }].map(pod => keyOf(pod, client, wordsOf(contrast)))));
  return { has: ({ is, areSeen }, client, words) => said.has(keyOf(areSeen ? is : { namespace: is.namespace }, client, words)) };
}

/** Of the same pods in other words, the same is said. */
function keyOf({ namespace, labels }: Pod, client: Client, words: string): string {
  return JSON.stringify([namespace, labels, client, words]);
}
