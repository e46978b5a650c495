import { kindOfPassage, wordsOf } from './comparer';
import type { Contrast } from './decisions';
import type { Difference, Ports } from './difference';
import type { Telling } from './pod-ports';
import type { Pods } from './unnamed-ports';
import type { Client, Pod } from '../call';
import type { Passage } from '../world';

/** What is told already of ports of pods. */
export interface Said {
  has(pods: Pods, client: Client, contrast: Contrast<Passage>): boolean;
}

export function saidOf(differences: readonly Difference[]): Said {
  const said = new Set(differences.flatMap(({ to, crowd: { clients: [client] }, contrast }) => to.type !== 'pods' ? []
    : [to.port.pod, { namespace: to.port.pod.namespace }].map(pod => keyOf(pod, client, wordsOf(contrast)))));
  return { has: ({ is, areSeen }, client, contrast) => said.has(keyOf(areSeen ? is : { namespace: is.namespace }, client, wordsOf(contrast))) };
}

/** Of the same pods in other words, the same is said. */
function keyOf({ namespace, labels }: Pod, client: Client, words: string): string {
  return JSON.stringify([namespace, labels, client, words]);
}

/** Whether what changes for requests is told already of all connections, which requests need. */
export function saidOfConnections(differences: readonly Difference[]): Telling['isSaid'] {
  const told = differences.flatMap(({ kind, to, crowd, contrast: { call } }) => to.type === 'pods' && to.among !== undefined && call.protocol === 'TCP'
    ? [{ kind, among: to.among, clients: new Set(crowd.clients.map(client => JSON.stringify(client))) }] : []);
  return ({ clients: [client] }, contrast, { to: { among = [] } }) => told.some(one => one.kind === kindOfPassage(contrast)
    && one.clients.has(JSON.stringify(client)) && among.every(own => one.among.some(whole => isWithin(own, whole))));
}

function isWithin({ first, last }: Ports, whole: Ports): boolean {
  return whole.first <= first && last <= whole.last;
}
