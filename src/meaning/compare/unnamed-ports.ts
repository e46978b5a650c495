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

/** Ports that stand for all numbers up to the next ones of which something is said. */
export function portsAmong(before: Half, after: Half, { was, is, named }: Pods, ports: readonly number[], protocol: Protocol): Port[] {
  const starts = [...new Set([...ports, ...named, ...named.map(port => port + 1)])].filter(port => port > 0 && port < 2 ** 16).sort((a, b) => a - b);
  return starts.flatMap((first, i) => {
    const at = (pod: Pod): PodPort => ({ pod, port: first, protocol, entrances: [] });
    return named.includes(first) ? [] : portOf(before, after, at(was), at(is), [{ first, last: (starts[i + 1] ?? 2 ** 16) - 1 }]) ?? [];
  });
}

/** One port for all numbers at which the same changes: `changeAt` says what that is, and nothing where nothing changes. */
export function unnamedPorts(among: readonly Port[], changeAt: (port: Port) => string | undefined): Port[] {
  const found = new Map<string, { readonly port: Port; readonly all: Ports[] }>();
  for (const port of among) {
    const change = changeAt(port);
    if (change === undefined) continue;
    const [numbers] = port.to.among ?? [];
    const known = found.get(change);
    if (known === undefined) found.set(change, { port, all: [numbers] });
    else join(known.all, numbers);
  }
  return [...found.values()].map(({ port, all }) => standingFor(port, all));
}

function standingFor(port: Port, among: readonly Ports[]): Port {
  const { to, was, is } = port;
  return { to: { ...to, among }, was, is, get old() { return port.old; }, get now() { return port.now; } };
}

/** Adds numbers behind others, and to the last ones where they follow these. */
function join(among: Ports[], { first, last }: Ports): void {
  const before = among[among.length - 1];
  if (before.last === first - 1) among[among.length - 1] = { first: before.first, last };
  else among.push({ first, last });
}
