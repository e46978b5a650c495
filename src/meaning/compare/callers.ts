import type { Comparer } from './comparer';
import { compareExits } from './exits';
import type { Half, Scope } from './half';
import type { PodClient } from './imagined';
import { compareCaller, gatesOut, isUnchanged, type Port } from './pod-ports';
import { pushTo } from '../../model/lists';
import { type Atom, isTrue } from '../condition';
import { atomsOf } from '../restrict';
import type { Labels } from '../selector';

/** Pairs of clients and ports that are compared: with more, it is not known. */
const MOST_PAIRS = 200_000;

/** A client as it was, and as it is. */
export type Pair = readonly [was: PodClient, is: PodClient];

/** What changes in what clients may call: as policies for them do, or as they become others. Returns those for which there are policies. */
export function compareCallers(
  comparer: Comparer, before: Half, after: Half, scope: Scope, ports: readonly Port[], pairs: readonly Pair[],
): readonly PodClient[] {
  for (const pair of pairs) if (scope.pods(pair[1].namespace)) compareExits(comparer, before, after, pair);
  const changed = pairs.filter(pair => scope.pods(pair[1].namespace) && isAnother(...pair));
  const atoms = changed.length === 0 ? [] : atomsAt(comparer, ports);
  const others = changed.length === 0 ? [] : ports.filter(port => scope.pods(port.is.pod.namespace) && !isUnchanged(comparer, port));
  const calls = new Map<Pair, ReadonlySet<Port>>(changed.map(pair =>
    [pair, new Set([...others, ...atoms.filter(({ atom }) => tells(atom, pair)).flatMap(({ at }) => at)])]));
  // What is said of other clients may matter at ports that are not the same only.
  const moved = ports.filter(({ was, is }) => scope.pods(is.pod.namespace) && JSON.stringify(was) !== JSON.stringify(is));
  const policed = pairs.filter(([was, is]) => {
    const own = scope.pods(is.namespace) ? ports : moved;
    return own.some(port => gatesOut(before, was, port.was).length + gatesOut(after, is, port.is).length > 0);
  });
  for (const pair of policed) calls.set(pair, new Set([...calls.get(pair) ?? [], ...scope.pods(pair[1].namespace) ? ports : moved]));
  const count = [...calls.values()].reduce((sum, { size }) => sum + size, 0);
  if (count > MOST_PAIRS) {
    comparer.unsure.push({ why: `what ${calls.size} workloads may call changes at ${ports.length} ports, which is too many to compare one by one` });
    return [];
  }
  for (const [pair, own] of calls) {
    for (const port of own) {
      const out = [gatesOut(before, pair[0], port.was), gatesOut(after, pair[1], port.is)] as const;
      if (changed.includes(pair) || comparer.keyOf(out[0]) !== comparer.keyOf(out[1])) compareCaller(comparer, port, pair, out);
    }
  }
  return policed.filter(([, is]) => scope.pods(is.namespace)).map(([, is]) => is);
}

export function clientsIn(before: Half, after: Half, { unseen }: Scope): Pair[] {
  const workloads = [...new Set([...before.workloads.keys(), ...after.workloads.keys()])].sort().flatMap((key): Pair[] => {
    const [was, is] = [before.workloads.get(key)?.client, after.workloads.get(key)?.client];
    if (was === undefined || is === undefined) return [was ?? is].flatMap((one): Pair[] => one === undefined ? [] : [[one, one]]);
    return [pairOf(was, is)];
  });
  const inNamespace = (namespace: string, namespaceLabels: Labels): PodClient =>
    ({ kind: 'pod', namespace, namespaceLabels, labels: {}, serviceAccount: 'another', meshed: true });
  const others = [...after.namespaces].flatMap(([name, labels]): Pair[] => {
    const old = before.namespaces.get(name);
    return old === undefined || JSON.stringify(old) === JSON.stringify(labels) ? [] : [[inNamespace(name, old), inNamespace(name, labels)]];
  });
  return [...workloads, ...unseen.map((pod): Pair => [{ kind: 'pod', ...pod }, { kind: 'pod', ...pod }]), ...others];
}

/** What is not known of the labels of a namespace on one side is as on the other. */
function pairOf(was: PodClient, is: PodClient): Pair {
  const [old, now] = [was.namespaceLabels ?? is.namespaceLabels, is.namespaceLabels ?? was.namespaceLabels];
  return [{ ...was, namespaceLabels: old }, { ...is, namespaceLabels: now }];
}

/** Whether conditions may be true of a client that were not true of it before. */
export function isAnother(was: PodClient, is: PodClient): boolean {
  const [old, now] = pairOf(was, is);
  return identityOf(old) !== identityOf(now);
}

function identityOf({ namespace, namespaceLabels, labels, serviceAccount }: PodClient): string {
  return JSON.stringify([namespace, namespaceLabels, labels, serviceAccount]);
}

interface AskedAt {
  readonly atom: Atom;
  readonly at: readonly Port[];
}

function atomsAt(comparer: Comparer, ports: readonly Port[]): AskedAt[] {
  const byKey = new Map<string, Port[]>();
  const atoms = new Map<string, Atom>();
  for (const port of ports) {
    for (const atom of [...port.old, ...port.now].flatMap(({ decision }) => [...atomsOf(decision)])) {
      const key = comparer.atomKey(atom);
      atoms.set(key, atom);
      pushTo(byKey, key, port);
    }
  }
  return [...atoms].map(([key, atom]) => ({ atom, at: byKey.get(key) ?? [] }));
}

/** Whether something is true of the one, and not of the other. */
function tells(atom: Atom, [was, is]: Pair): boolean {
  const truth = (client: PodClient) => isTrue(atom, { client, pod: client, port: 0, protocol: 'HTTP' });
  return truth(was) !== truth(is);
}
