import type { Crowd } from './clients';
import { type Comparer, wordsOf } from './comparer';
import type { Ports } from './difference';
import type { Half, OpenPort, Scope } from './half';
import { compareUnnamed, gatesIn, gatesOut, isUnchanged, type Port, portOf } from './pod-ports';
import type { Protocol } from '../../model/protocol';
import type { Client, Pod } from '../call';
import type { PodPort } from '../world';

/** Ports that are looked at by their number: with more, it is not known what changes there. */
const MOST_PORTS = 1_000_000;

interface Pods {
  readonly was: Pod;
  readonly is: Pod;
  /** Ports that are compared by themselves. */
  readonly named: readonly number[];
  /** Whether they are in the files. */
  readonly areSeen: boolean;
}

/**
 * Compares the ports of pods that the files do not name, at each number where something that is said may begin or end: policies may open them
 * all the same.
 */
export function compareUnnamedPorts(comparer: Comparer, before: Half, after: Half, scope: Scope, ports: readonly number[]): void {
  const pods = podsOf(before, after, scope);
  if (pods.length === 0) return;
  if (pods.length * ports.length > MOST_PORTS) {
    comparer.unsure.push({ why: `${pods.length} workloads may have other ports than the files say, at ${ports.length} numbers, which is too many to compare` });
    return;
  }
  const said = new Set(comparer.differences.flatMap(({ to, crowd: { clients: [client] }, contrast }) => to.type !== 'pods' ? []
    : [to.port.pod, { namespace: to.port.pod.namespace }].map(pod => saidKey(pod, client, wordsOf(contrast)))));
  for (const one of pods) {
    const pod = one.areSeen ? one.is : { namespace: one.is.namespace };
    const isSaid = ({ clients: [client] }: Crowd, words: string) => said.has(saidKey(pod, client, words));
    const portsOf = (protocol: Protocol) => unnamedPorts(before, after, one, ports, protocol, comparer);
    for (const port of [...portsOf('TCP'), ...portsOf('UDP')]) compareUnnamed(comparer, port, isSaid);
    for (const port of portsOf('HTTP')) {
      const connections = portOf(before, after, { ...port.was, protocol: 'TCP' }, { ...port.is, protocol: 'TCP' });
      if (connections === undefined || !isUnchanged(comparer, connections)) continue;
      compareUnnamed(comparer, port, isSaid, `it is not known whether port ${port.is.port} speaks HTTP: no container and no Service in the files names it`);
    }
  }
}

/** Of the same pods in other words, the same is said. */
function saidKey({ namespace, labels }: Pod, client: Client, words: string): string {
  return JSON.stringify([namespace, labels, client, words]);
}

function podsOf(before: Half, after: Half, scope: Scope): Pods[] {
  const keys = [...new Set([...before.workloads.keys(), ...after.workloads.keys()])].sort();
  const seen = keys.flatMap((key): Pods[] => {
    const [was, is] = [before.workloads.get(key), after.workloads.get(key)];
    const one = is ?? was;
    if (one === undefined || !scope.pods(one.client.namespace)) return [];
    return [{ was: (was ?? one).client, is: one.client, named: [...was?.ports ?? [], ...is?.ports ?? []], areSeen: true }];
  });
  return [...seen, ...scope.unseen.map(pod => ({ was: pod, is: pod, named: [], areSeen: false }))];
}

/** One port for all numbers at which the same is said. */
function unnamedPorts(
  before: Half, after: Half, { was, is, named }: Pods, ports: readonly number[], protocol: Protocol, comparer: Comparer,
): Port[] {
  const starts = [...new Set([...ports, ...named, ...named.map(port => port + 1)])].filter(port => port > 0 && port < 2 ** 16).sort((a, b) => a - b);
  const found = new Map<string, { readonly port: Port; readonly among: Ports[] }>();
  starts.forEach((first, i) => {
    if (named.includes(first)) return;
    const at = (pod: Pod): PodPort => ({ pod, port: first, protocol, entrances: [] });
    const among: Ports[] = [{ first, last: (starts[i + 1] ?? 2 ** 16) - 1 }];
    const port = portOf(before, after, at(was), at(is), among);
    if (port === undefined) return;
    const [old, now] = [comparer.keyOf(port.old), comparer.keyOf(port.now)];
    if (old === now) return;
    const key = JSON.stringify([old, now]);
    const known = found.get(key);
    if (known === undefined) found.set(key, { port, among });
    else join(known.among, among[0]);
  });
  return [...found.values()].map(({ port }) => port);
}

/** Adds numbers behind others, and to the last ones where they follow these. */
function join(among: Ports[], { first, last }: Ports): void {
  const before = among[among.length - 1];
  if (before.last === first - 1) among[among.length - 1] = { first: before.first, last };
  else among.push({ first, last });
}

/** Nothing changes at a port where nothing does at any number. What else changes there is not known. */
export function compareOpenPorts(
  comparer: Comparer, before: Half, after: Half, scope: Scope, ports: readonly number[], withWaysOut: readonly Client[],
): void {
  const all = new Map<string, OpenPort>([...before.openPorts, ...after.openPorts]);
  const own = [...all].sort(([a], [b]) => a < b ? -1 : 1).map(([, open]) => open)
    .filter(({ pod: { namespace } }) => scope.pods(namespace) || withWaysOut.length > 0);
  if (own.length * ports.length * (withWaysOut.length + 1) > MOST_PORTS) {
    comparer.unsure.push({ why: `${own.length} ports of pods have no number in the files, which is too many to compare. For one: ${own[0].why}` });
    return;
  }
  const isSame = (to: PodPort) => comparer.keyOf(gatesIn(before, to)) === comparer.keyOf(gatesIn(after, to))
    && withWaysOut.every(client => comparer.keyOf(gatesOut(before, client, to)) === comparer.keyOf(gatesOut(after, client, to)));
  for (const { why, ...open } of own) {
    const number = ports.find(port => !isSame({ ...open, port }));
    if (number !== undefined) comparer.unsure.push({ to: { type: 'pods', port: { ...open, port: number } }, why });
  }
}
