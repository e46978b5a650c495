import type { Certain } from './certain';
import type { PodPort, Protected } from './pods';
import { wordsOf } from './requests';
import type { Account, AllowedRequests } from '../../dialects/smi/read/target-part';
import type { HttpMatch as SmiMatch, HttpRouteGroup, TrafficTarget } from '../../dialects/smi/read/tree';
import type { AccessAllowance, HttpMatch, Identity } from '../../index';
import { call, constant, type Node, type Written } from '../program';

/** An allowance of a policy, before its requests are written. */
export interface Item {
  readonly sources: Certain['sources'];
  /** Absent for all that carry requests. */
  readonly ports?: readonly number[];
  /** Absent where nothing is asked of them. */
  readonly requests?: { readonly said: readonly Said[]; readonly lost: readonly Lost[] };
  readonly targets: readonly TrafficTarget[];
}

/** Requests that a policy is to allow. */
/** Requests that the program allows. */
export interface Said {
  readonly read: AllowedRequests;
  readonly match: Node<HttpMatch>;
}

export interface Lost {
  readonly read: AllowedRequests;
  readonly match?: Node<HttpMatch>;
  /** Why they stand in the program as a comment at most. */
  readonly unsaid: string;
  /** Whether a target refuses them. */
  readonly isRefused?: boolean;
}

/** Gives a match the name that people know it by. */
type Naming = (requests: AllowedRequests, node: Node<HttpMatch>) => Node<HttpMatch>;

/** Allowances that differ in nothing but their clients are one. */
export function joined(all: readonly Certain[]): Certain[] {
  const groups = new Map<string, Certain>();
  for (const one of all) {
    const { ports, protocol, requests, uncertain, connections } = one;
    const said = (some: readonly AllowedRequests[]) => some.map(({ methods, path, headers }) => [methods, path, headers]);
    const key = JSON.stringify([ports, protocol, connections, one.sources === 'anyone', said(requests), said(uncertain)]);
    const other = groups.get(key);
    groups.set(key, other === undefined || other.sources === 'anyone' || one.sources === 'anyone' ? one : {
      ...other,
      sources: distinctAccounts([...other.sources, ...one.sources]),
      targets: [...new Set([...other.targets, ...one.targets])],
    });
  }
  return [...groups.values()];
}

function distinctAccounts(all: readonly Account[]): Account[] {
  return [...new Map(all.map(one => [`${one.namespace}/${one.name}`, one])).values()];
}

const UNCERTAIN = 'it is not certain which of several matches decides, and they are for different clients';

/** The allowances of a policy for some pods. */
export function itemsOf(allowance: Certain, { ports, service }: Protected, match: Naming): Item[] {
  const { sources, protocol, connections, requests, uncertain, targets } = allowance;
  if (sources !== 'anyone' && sources.length === 0) return [];
  const open = ports.filter(({ podPort }) => allowance.ports === 'all' || (podPort !== undefined && allowance.ports.includes(podPort)));
  const speaking = (...protocols: readonly string[]) => open.filter(port => protocols.includes(port.protocol));
  const common = { sources, targets };
  const forConnections = (some: readonly PodPort[]): Item[] => some.length === 0 ? [] : [{ ...common, ports: numbersOf(some) }];
  if (protocol === 'UDP') return connections ? forConnections(speaking('UDP')) : [];
  const carriers = speaking('HTTP', 'GRPC');
  const bytes = connections ? speaking('TCP', 'TLS') : [];
  const wanted = [
    ...requests.map(one => wantedOf(one, match)),
    ...uncertain.map(one => ({ ...wantedOf(one, match), unsaid: UNCERTAIN })),
  ];
  const isAll = wanted.some(one => one.unsaid === undefined && one.match === undefined);
  if (isAll) return forConnections(ports.filter(port => carriers.includes(port) || bytes.includes(port)));
  const said = wanted.flatMap(({ read, match: node, unsaid }) => node === undefined || unsaid !== undefined ? [] : [{ read, match: node }]);
  const lost = wanted.flatMap(({ unsaid, ...one }) => unsaid === undefined ? [] : [{ ...one, unsaid }]);
  const isEvery = service.ports.filter(({ protocol: one }) => one === 'HTTP' || one === 'GRPC')
    .every(({ port }) => carriers.some(({ number }) => number === port));
  const asked = carriers.length === 0 || wanted.length === 0 ? []
    : [{ ...common, ...!isEvery && { ports: numbersOf(carriers) }, requests: { said, lost } }];
  return [...asked, ...forConnections(bytes)];
}

function numbersOf(ports: readonly PodPort[]): number[] {
  return ports.map(({ number }) => number);
}

function wantedOf(read: AllowedRequests, name: Naming): Partial<Said & Lost> & Pick<Lost, 'read'> {
  const words = wordsOf(read);
  if ('unsaid' in words) return { read, unsaid: words.unsaid };
  return words.match === undefined ? { read } : { read, match: name(read, words.match) };
}

/** What the policies of one chart have in common. */
export class Shared {
  private readonly identities = new Map<string, Node<Identity>>();
  private readonly matches = new Map<SmiMatch, Node<HttpMatch>>();

  public constructor(private readonly namespace: string, private readonly groups: ReadonlyMap<SmiMatch, HttpRouteGroup>) {}

  public identity({ namespace, name }: Account): Node<Identity> {
    const key = `${namespace}/${name}`;
    const known = this.identities.get(key)
      ?? constant(name, namespace === this.namespace ? call('Identity', 'serviceAccount', name) : call('Identity', 'serviceAccount', name, namespace));
    this.identities.set(key, known);
    return known;
  }

  /** A match by the name that it has in its group. */
  public match({ match }: AllowedRequests, node: Node<HttpMatch>): Node<HttpMatch> {
    const group = match && this.groups.get(match);
    if (match?.name === undefined || group === undefined) return node;
    const known = this.matches.get(match)
      ?? constant(match.name, node, { comment: `HTTPRouteGroup ${group.name}, ${group.place.file}:${group.place.line}`, isNamed: true });
    this.matches.set(match, known);
    return known;
  }

  public written({ sources, ports, requests }: Item, matches: readonly Node<HttpMatch>[] | undefined): Written<AccessAllowance> {
    return {
      sources: sources === 'anyone' ? [call('Identity', 'anyone')] : sources.map(one => this.identity(one)),
      ...ports !== undefined && { ports: [...ports] },
      ...requests !== undefined && { requests: [...matches ?? []] },
    };
  }
}
