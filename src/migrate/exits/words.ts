import type { Exit } from './terms';
import type { EgressDestination, EgressPort } from '../../index';
import type { Ports } from '../../meaning/compare/difference';
import { blockOf } from '../../model/cidr';
import { grouped } from '../../model/lists';
import type { Protocol } from '../../model/protocol';
import { matchOf, wordsOf } from '../policies/requests';
import type { Bound } from '../policies/terms';
import { call, type Node } from '../program';

/** What is asked of calls to the outside: a connection stands for all that is sent in it, unless requests or names in it are told apart. */
export const PROTOCOLS = ['TCP', 'TLS', 'HTTP', 'UDP'] as const satisfies readonly Protocol[];

export type Spoken = typeof PROTOCOLS[number];

/** What may be called by some protocol. */
export interface SpokenExit {
  readonly exit: Exit;
  readonly protocol: Spoken;
}

/** What a program says of calls to the outside, and what it has no words for. */
export interface Destinations {
  readonly nodes: readonly Node<EgressDestination>[];
  readonly unsaid: readonly string[];
}

const ALL_PORTS: Ports = { first: 1, last: 65535 };

/** The destinations that have all of these: as the lower bound, they have nothing else. */
export function destinationsOf(all: readonly SpokenExit[], bound: Bound): Destinations {
  const unsaid = new Set<string>();
  const nodes = new Map<string, Node<EgressDestination>>();
  const byExit = [...grouped(all, ({ exit }) => JSON.stringify(exit)).values()].map(some => ({
    exit: some[0].exit, protocols: new Set(some.map(({ protocol }) => protocol)),
  }));
  const open = byExit.find(({ exit, protocols }) => isWhole(exit) && protocols.size === PROTOCOLS.length);
  if (open !== undefined) return { nodes: [call('EgressDestination', 'outside')], unsaid: [] };
  const byWhere = grouped(byExit, ({ exit: { block, host } }) => JSON.stringify([block, host]));
  for (const some of byWhere.values()) {
    const [{ exit }] = some;
    const where = whereOf(exit);
    if ('unsaid' in where) {
      unsaid.add(where.unsaid);
      continue;
    }
    const ports = some.flatMap(one => portsOf(one.exit, one.protocols, where.isHost, bound));
    for (const one of ports) if ('unsaid' in one) unsaid.add(one.unsaid);
    for (const apart of apartIn(ports.filter(one => 'node' in one))) {
      for (const node of where.at(apart.map(({ node: port }) => port))) nodes.set(JSON.stringify(node), node);
    }
  }
  return { nodes: [...nodes.values()], unsaid: [...unsaid] };
}

function isWhole({ block, host, ports, requests }: Exit): boolean {
  return block === undefined && host === undefined && ports === undefined && requests.length === 0;
}

interface Where {
  readonly isHost: boolean;
  readonly at: (ports: readonly Node<EgressPort>[]) => readonly Node<EgressDestination>[];
}

function whereOf({ block, host }: Exit): Where | { readonly unsaid: string } {
  if (host !== undefined) {
    return block !== undefined ? { unsaid: 'a host is to have certain addresses, and the library names one or the other' }
      : { isHost: true, at: ports => [call('EgressDestination', 'host', host, ...ports)] };
  }
  const blocks = block === undefined ? ['0.0.0.0/0', '::/0'].map(within => ({ within, except: [] })) : [block];
  return {
    isHost: false,
    at: ports => blocks.map(({ within, except }) => except.length === 0 ? call('EgressDestination', 'cidr', blockOf(within), ...ports)
      : call('EgressDestination', 'cidrExcept', blockOf(within), except.map(blockOf), ...ports)),
  };
}

interface PortWords {
  readonly ports: Ports;
  readonly transport: 'TCP' | 'UDP';
  /** By all transports. */
  readonly isEvery?: true;
  readonly node: Node<EgressPort>;
}

/** Lists of ports, of which none has another one of its list in it. Where every port is among them, the others say nothing. */
function apartIn(all: readonly PortWords[]): readonly (readonly PortWords[])[] {
  const every = all.find(({ isEvery }) => isEvery);
  if (every !== undefined) return [[every]];
  const overlap = (a: PortWords, b: PortWords) => a.transport === b.transport && a.ports.first <= b.ports.last && b.ports.first <= a.ports.last;
  const lists: PortWords[][] = [];
  for (const one of all) {
    const list = lists.find(some => !some.some(other => overlap(one, other)));
    if (list === undefined) lists.push([one]);
    else list.push(one);
  }
  return lists;
}

function portsOf(
  { ports, requests }: Exit, spoken: ReadonlySet<Spoken>, isHost: boolean, bound: Bound,
): readonly (PortWords | { readonly unsaid: string })[] {
  if (requests.length > 0) return [requestWords(requests, ports, isHost)];
  const { first, last } = ports ?? ALL_PORTS;
  const own = { ports: { first, last }, transport: 'TCP' as const };
  if (ports === undefined && spoken.size === PROTOCOLS.length) return [{ ...own, isEvery: true, node: call('EgressPort', 'any') }];
  const range = (method: 'tcp' | 'udp') => first === last ? call('EgressPort', method, first) : call('EgressPort', `${method}Range`, first, last);
  const udp: PortWords[] = spoken.has('UDP') ? [{ ...own, transport: 'UDP', node: range('udp') }] : [];
  const ofTcp = (['TCP', 'TLS', 'HTTP'] as const).filter(protocol => spoken.has(protocol));
  if (ofTcp.length === 3) return [{ ...own, node: range('tcp') }, ...udp];
  // Requests are bytes, too, and elsewhere so is TLS.
  if (bound === 'lower' && spoken.has('TCP') && !spoken.has('TLS')) return [{ unsaid: withoutTls(first, last) }, ...udp];
  return [...ofTcp.map(protocol => first !== last
    ? { unsaid: `${protocol} at several ports in a row is to be told from what else is spoken there` }
    : { ...own, node: call('EgressPort', METHODS[protocol], first) }), ...udp];
}

function withoutTls(first: number, last: number): string {
  const [ports, word] = first === last ? [`port ${first}`, `tcp(${first})`] : [`ports ${first} to ${last}`, `tcpRange(${first}, ${last})`];
  return `TCP to ${ports} went out, and TLS did not: where both may, write EgressPort.${word}`;
}

const METHODS = { TCP: 'tcp', TLS: 'tls', HTTP: 'http' } as const;

function requestWords(requests: Exit['requests'], ports: Ports | undefined, isHost: boolean): PortWords | { readonly unsaid: string } {
  const words = wordsOf(requests, {});
  if ('unsaid' in words) return words;
  if (!isHost || ports === undefined || ports.first !== ports.last) return { unsaid: 'requests are told apart at one port of a host only' };
  return { ports, transport: 'TCP', node: call('EgressPort', 'http', ports.first, { requests: [matchOf(words.words)] }) };
}
