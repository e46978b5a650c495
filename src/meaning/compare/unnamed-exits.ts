import type { Pair } from './callers';
import type { Comparer } from './comparer';
import type { Half, Scope } from './half';
import type { PodClient } from './imagined';
import { compareUnnamedCaller, gatesOut, type Port, type Telling } from './pod-ports';
import { saidOf, saidOfConnections } from './said';
import { MOST_PORTS, type Pods, portsAmong, unnamedPorts, unseenOf, workloadsOf } from './unnamed-ports';
import { grouped } from '../../model/lists';
import type { Protocol } from '../../model/protocol';
import type { Pod } from '../call';

const PROTOCOLS = ['TCP', 'UDP', 'HTTP'] as const satisfies readonly Protocol[];

/** Who may call some pods otherwise, and by which protocols. */
interface Task {
  readonly pods: Pods;
  readonly callers: readonly { readonly pair: Pair; readonly protocols: readonly Protocol[] }[];
}

/** Compares what clients may call at ports that the files do not name, of pods that are there and of those that only policies know of. */
export function compareUnnamedExits(
  comparer: Comparer, before: Half, after: Half, scope: Scope, ports: readonly number[], pairs: readonly Pair[],
): void {
  const tasks = tasksOf(comparer, before, after, scope, ports, pairs);
  if (tasks === undefined || portsIn(tasks) * ports.length > MOST_PORTS) {
    comparer.unsure.push({ why: 'policies say of too many workloads what they may call at ports that the files do not name, to compare all of it' });
    return;
  }
  const said = saidOf(comparer.differences);
  const doubts = new Set<string>();
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
        comparePods(comparer, before, after, pair, among.get(protocol) ?? [], { isSaid, isDoubted, isOfRequests: protocol === 'HTTP' });
      }
    }
  }
}

function portsIn(tasks: readonly Task[]): number {
  return tasks.reduce((sum, { callers }) => sum + callers.reduce((own, { protocols }) => own + protocols.length, 0), 0);
}

/** Undefined where there are too many to tell. */
function tasksOf(
  comparer: Comparer, before: Half, after: Half, scope: Scope, ports: readonly number[], pairs: readonly Pair[],
): readonly Task[] | undefined {
  const all = [...grouped([...workloadsOf(before, after), ...unseenOf([...scope.unseen, ...scope.called])],
    ({ is: { namespace, namespaceLabels } }) => JSON.stringify([namespace, namespaceLabels])).values()];
  // A client that stays as it is, in a place where nothing changes, may call pods otherwise that are not as they were.
  const moved = all.map(pods => pods.filter(one => scope.pods(one.is.namespace) && !isTheSame(one)));
  const podsFor = ([, { namespace }]: Pair) => scope.pods(namespace) ? all : moved;
  const policed = pairs.filter(pair => podsFor(pair).some(pods => pods.length > 0) && (mayBeHeld(before, pair[0]) || mayBeHeld(after, pair[1])));
  if (policed.reduce((sum, pair) => sum + podsFor(pair).filter(pods => pods.length > 0).length * ports.length, 0) > MOST_PORTS) return undefined;
  return all.flatMap((group, i) => {
    const callers = policed.map(pair => ({ pair, pods: podsFor(pair)[i] })).filter(({ pods }) => pods.length > 0).map(({ pair, pods }) => ({
      pair, pods: new Set(pods), protocols: PROTOCOLS.filter(protocol => mayChange(comparer, before, after, pair, pods, protocol, ports)),
    })).filter(({ protocols }) => protocols.length > 0);
    return group.map((pods): Task => ({ pods, callers: callers.filter(caller => caller.pods.has(pods)) })).filter(task => task.callers.length > 0);
  });
}

function isTheSame({ was, is }: Pods): boolean {
  return JSON.stringify(was) === JSON.stringify(is);
}

/** Whether something is said of what leaves a client for pods. */
function mayBeHeld(half: Half, client: PodClient): boolean {
  return gatesOut(half, client, { pod: { namespace: client.namespace }, port: 1, protocol: 'TCP', entrances: [] }).length > 0;
}

/** Whether what leaves for pods of a namespace, of which nothing else is known, is not the same at some port. */
function mayChange(
  comparer: Comparer, before: Half, after: Half, [was, is]: Pair, pods: readonly Pods[], protocol: Protocol, ports: readonly number[],
): boolean {
  if (!pods.every(isTheSame)) return true;
  const [{ is: { namespace, namespaceLabels } }] = pods;
  const pod: Pod = { namespace, ...(namespaceLabels !== undefined && { namespaceLabels }) };
  const gates = (half: Half, client: PodClient, port: number) => comparer.keyOf(gatesOut(half, client, { pod, port, protocol, entrances: [] }));
  return ports.some(port => gates(before, was, port) !== gates(after, is, port));
}

function comparePods(comparer: Comparer, before: Half, after: Half, pair: Pair, among: readonly Port[], telling: Telling): void {
  const out = ({ was, is }: Port) => [gatesOut(before, pair[0], was), gatesOut(after, pair[1], is)] as const;
  const changing = unnamedPorts(among, port => {
    const [old, now] = out(port).map(gates => comparer.keyOf(gates));
    return old === now ? undefined : JSON.stringify([old, now, comparer.keyOf(port.old), comparer.keyOf(port.now)]);
  });
  for (const port of changing) compareUnnamedCaller(comparer, port, pair, out(port), telling);
}
