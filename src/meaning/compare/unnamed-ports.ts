import type { Ports } from './difference';
import type { Half, Scope } from './half';
import { type Port, portOf } from './pod-ports';
import type { Protocol } from '../../model/protocol';
import type { Pod } from '../call';
import type { PodPort } from '../world';

/** Ports that are looked at by their number: with more, it is not known what changes there. */
export const MOST_PORTS = 1_000_000;

/** Pods, and which of their ports are compared elsewhere. */
export interface Pods {
  readonly was: Pod;
  readonly is: Pod;
  /** Ports that are compared by themselves. */
  readonly named: readonly number[];
  /** Whether they are in the files. */
  readonly areSeen: boolean;
}

export function workloadsOf(before: Half, after: Half): Pods[] {
  const keys = [...new Set([...before.workloads.keys(), ...after.workloads.keys()])].sort();
  return keys.flatMap((key): Pods[] => {
    const [was, is] = [before.workloads.get(key), after.workloads.get(key)];
    const one = is ?? was;
    if (one === undefined) return [];
    return [{ was: (was ?? one).client, is: one.client, named: [...was?.ports ?? [], ...is?.ports ?? []], areSeen: true }];
  });
}

export function unseenOf(pods: Scope['unseen']): Pods[] {
  return pods.map(pod => ({ was: pod, is: pod, named: [], areSeen: false }));
}

/** One port for all numbers at which the same changes: `changeAt` says what that is, and nothing where nothing changes. */
export function unnamedPorts(
  before: Half, after: Half, { was, is, named }: Pods, ports: readonly number[], protocol: Protocol, changeAt: (port: Port) => string | undefined,
): Port[] {
  const starts = [...new Set([...ports, ...named, ...named.map(port => port + 1)])].filter(port => port > 0 && port < 2 ** 16).sort((a, b) => a - b);
  const found = new Map<string, { readonly port: Port; readonly among: Ports[] }>();
  starts.forEach((first, i) => {
    if (named.includes(first)) return;
    const at = (pod: Pod): PodPort => ({ pod, port: first, protocol, entrances: [] });
    const among: Ports[] = [{ first, last: (starts[i + 1] ?? 2 ** 16) - 1 }];
    const port = portOf(before, after, at(was), at(is), among);
    const change = port && changeAt(port);
    if (port === undefined || change === undefined) return;
    const known = found.get(change);
    if (known === undefined) found.set(change, { port, among });
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
