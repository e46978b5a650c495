import type { Comparer } from './comparer';
import type { Half, Scope } from './half';
import { type Leavers, OncePerLeavers, type Pair } from './leaving';
import { compareUnnamedCaller, type Port, portFrom, type PortFrom, type Telling } from './pod-ports';
import { saidOf, saidOfConnections } from './said';
import { MOST_PORTS, type Pods, portsAmong, unnamedPorts, unseenOf, workloadsOf } from './unnamed-ports';
import { grouped } from '../../model/lists';
import type { Protocol } from '../../model/protocol';
import type { Pod } from '../call';
import type { PodPort } from '../world';

const PROTOCOLS = ['TCP', 'UDP', 'HTTP'] as const satisfies readonly Protocol[];

/** Who may call some pods otherwise, and by which protocols. */
interface Task {
  readonly pods: Pods;
  readonly callers: readonly { readonly pair: Pair; readonly protocols: readonly Protocol[] }[];
}

/** Compares what clients may call at ports that the files do not name, of pods that are there and of those that only policies know of. */
export function compareUnnamedExits(
  comparer: Comparer, before: Half, after: Half, scope: Scope, ports: readonly number[], leavers: Leavers, pairs: readonly Pair[],
): void {
  const tasks = tasksOf(comparer, leavers, workloadsAnd(before, after, scope), scope, ports, pairs);
  if (tasks === undefined || portsIn(tasks) * ports.length > MOST_PORTS) {
    comparer.unsure.push({ why: 'policies say of too many workloads what they may call at ports that the files do not name, to compare all of it' });
    return;
  }
  const said = saidOf(comparer.differences);
  const doubts = new Set<string>();
  const changing = new OncePerLeavers(leavers, (pair, among: readonly Port[]) => changingAmong(comparer, leavers, pair, among));
  for (const { pods, callers } of tasks) {
    // What calls meet there is asked once, and not by each client.
    const among = new Map<Protocol, Port[]>(PROTOCOLS.map(protocol => [protocol, portsAmong(before, after, pods, ports, protocol)]));
    for (const { pair, protocols } of callers) {
      const isDoubted = (why: string) => {
        const key = JSON.stringify([pair[1], why]);
        const isKnown = doubts.has(key);
        doubts.add(key);
        return isKnown;
      };
      const first = comparer.differences.length;
      for (const protocol of protocols) {
        const ofConnections = saidOfConnections(protocol === 'HTTP' ? comparer.differences.slice(first) : []);
        const isSaid: Telling['isSaid'] = (crowd, contrast, port) => said.has(pods, crowd.clients[0], contrast) || ofConnections(crowd, contrast, port);
        for (const from of changing.of(pair, among.get(protocol) ?? [])) {
          compareUnnamedCaller(comparer, from, pair, { isSaid, isDoubted, isOfRequests: protocol === 'HTTP' });
        }
      }
    }
  }
}

function portsIn(tasks: readonly Task[]): number {
  return tasks.reduce((sum, { callers }) => sum + callers.reduce((own, { protocols }) => own + protocols.length, 0), 0);
}

function workloadsAnd(before: Half, after: Half, { unseen, called }: Scope): readonly Pods[] {
  return [...workloadsOf(before, after), ...unseenOf([...unseen, ...called])];
}

/** Undefined where there are too many to tell. */
function tasksOf(
  comparer: Comparer, leavers: Leavers, some: readonly Pods[], scope: Scope, ports: readonly number[], pairs: readonly Pair[],
): readonly Task[] | undefined {
  const all = [...grouped(some, ({ is: { namespace, namespaceLabels } }) => JSON.stringify([namespace, namespaceLabels])).values()];
  // A client that stays as it is, in a place where nothing changes, may call pods otherwise that are not as they were.
  const moved = all.map(pods => pods.filter(one => scope.pods(one.is.namespace) && !isTheSame(one)));
  const podsFor = ([, { namespace }]: Pair) => scope.pods(namespace) ? all : moved;
  const isHeld = new OncePerLeavers(leavers, mayBeHeld(leavers));
  const countIn = (groups: readonly (readonly Pods[])[]) => groups.filter(pods => pods.length > 0).length;
  const counts = new Map([all, moved].map(groups => [groups, countIn(groups)]));
  const policed = pairs.filter(pair => (counts.get(podsFor(pair)) ?? 0) > 0 && isHeld.of(pair, leavers));
  if (policed.reduce((sum, pair) => sum + (counts.get(podsFor(pair)) ?? 0) * ports.length, 0) > MOST_PORTS) return undefined;
  const byProtocol = PROTOCOLS.map(protocol => ({
    protocol, mayChange: new OncePerLeavers(leavers, (pair, pods: readonly Pods[]) => mayChange(comparer, leavers, pair, pods, protocol, ports)),
  }));
  return all.flatMap((group, i) => {
    const callers = policed.map(pair => ({ pair, pods: podsFor(pair)[i] })).filter(({ pods }) => pods.length > 0).map(({ pair, pods }) => ({
      pair, pods, protocols: byProtocol.filter(one => one.mayChange.of(pair, pods)).map(({ protocol }) => protocol),
    })).filter(({ protocols }) => protocols.length > 0);
    const areMoved = new Set(moved[i]);
    return group.map((pods): Task => ({ pods, callers: callers.filter(caller => caller.pods === group || areMoved.has(pods)) }))
      .filter(task => task.callers.length > 0);
  });
}

function isTheSame({ was, is }: Pods): boolean {
  return JSON.stringify(was) === JSON.stringify(is);
}

/** Whether something is said of what leaves a client for pods. */
function mayBeHeld(leavers: Leavers): (pair: Pair) => boolean {
  const to = (namespace: string): PodPort => ({ pod: { namespace }, port: 1, protocol: 'TCP', entrances: [] });
  return pair => {
    const { old, now } = leavers.leaving(pair, { was: to(pair[0].namespace), is: to(pair[1].namespace) });
    return old.length + now.length > 0;
  };
}

/** Whether what leaves for pods of a namespace, of which nothing else is known, is not the same at some port. */
function mayChange(comparer: Comparer, leavers: Leavers, pair: Pair, pods: readonly Pods[], protocol: Protocol, ports: readonly number[]): boolean {
  if (!pods.every(isTheSame)) return true;
  const [{ is: { namespace, namespaceLabels } }] = pods;
  const pod: Pod = { namespace, ...(namespaceLabels !== undefined && { namespaceLabels }) };
  return ports.some(port => {
    const to: PodPort = { pod, port, protocol, entrances: [] };
    const { old, now } = leavers.leaving(pair, { was: to, is: to });
    return comparer.keyOf(old) !== comparer.keyOf(now);
  });
}

function changingAmong(comparer: Comparer, leavers: Leavers, pair: Pair, among: readonly Port[]): PortFrom[] {
  const changing = unnamedPorts(among, port => {
    const { old, now } = leavers.leaving(pair, port);
    const [was, is] = [comparer.keyOf(old), comparer.keyOf(now)];
    return was === is ? undefined : JSON.stringify([was, is, comparer.keyOf(port.old), comparer.keyOf(port.now)]);
  });
  return changing.map(port => portFrom(port, leavers.leaving(pair, port)));
}
