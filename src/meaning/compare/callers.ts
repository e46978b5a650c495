import type { Comparer } from './comparer';
import { compareExits } from './exits';
import type { Half, Scope } from './half';
import type { PodClient } from './imagined';
import { type Leavers, OncePerLeavers, type Pair } from './leaving';
import { compareCaller, isUnchanged, type Port, portFrom } from './pod-ports';
import { pushTo } from '../../model/lists';
import { type Atom, isTrue } from '../condition';
import { atomsOf } from '../restrict';
import type { Labels } from '../selector';

/** Pairs of clients and ports that are compared: with more, it is not known. */
const MOST_PAIRS = 200_000;

/** What changes in what clients may call: as policies for them do, or as they become others. Returns those for which there are policies. */
export function compareCallers(
  comparer: Comparer, leavers: Leavers, scope: Scope, ports: readonly Port[], pairs: readonly Pair[],
): readonly PodClient[] {
  compareExits(comparer, leavers, pairs.filter(([, is]) => scope.pods(is.namespace)));
  const changed = new Set(pairs.filter(pair => scope.pods(pair[1].namespace) && isAnother(...pair)));
  const atoms = changed.size === 0 ? [] : atomsAt(comparer, ports);
  const others = changed.size === 0 ? [] : ports.filter(port => scope.pods(port.is.pod.namespace) && !isUnchanged(comparer, port));
  // What is said of other clients may matter at ports that are not the same only.
  const moved = ports.filter(({ was, is }) => scope.pods(is.pod.namespace) && JSON.stringify(was) !== JSON.stringify(is));
  const ownPorts = ([, { namespace }]: Pair) => scope.pods(namespace) ? ports : moved;
  const isHeld = new OncePerLeavers(leavers, (pair: Pair, some: readonly Port[]) => some.some(port => {
    const { old, now } = leavers.leaving(pair, port);
    return old.length + now.length > 0;
  }));
  const policed = new Set(pairs.filter(pair => {
    const own = ownPorts(pair);
    return own.length > 0 && isHeld.of(pair, own);
  }));
  const callers = [...new Set([...changed, ...policed])];
  const portsFor = (pair: Pair): readonly Port[] => {
    const all = policed.has(pair) ? ownPorts(pair) : [];
    return changed.has(pair) ? [...new Set([...others, ...atoms.filter(({ atom }) => tells(atom, pair)).flatMap(({ at }) => at), ...all])] : all;
  };
  const asked = new Map<Pair, readonly Port[]>();
  let count = 0;
  for (const pair of callers) {
    const own = portsFor(pair);
    asked.set(pair, own);
    count += own.length;
    if (count <= MOST_PAIRS) continue;
    comparer.unsure.push({ why: `what ${callers.length} workloads may call changes at ${ports.length} ports, which is too many to compare one by one` });
    return [];
  }
  const changing = new OncePerLeavers(leavers, (pair: Pair, some: readonly Port[]) => some.map(port => portFrom(port, leavers.leaving(pair, port)))
    .filter(({ leaving: { old, now } }) => comparer.keyOf(old) !== comparer.keyOf(now)));
  for (const [pair, own] of asked) {
    const from = changed.has(pair) ? own.map(port => portFrom(port, leavers.leaving(pair, port))) : changing.of(pair, own);
    from.forEach(one => compareCaller(comparer, one, pair));
  }
  return [...policed].map(([, is]) => is).filter(({ namespace }) => scope.pods(namespace));
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

function identityOf({ namespace, namespaceLabels, labels, labelsAtLeast, serviceAccount, meshed, onHostNetwork }: PodClient): string {
  return JSON.stringify([namespace, namespaceLabels, labels, labelsAtLeast, serviceAccount, meshed, onHostNetwork]);
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
