import { type Clients, Identities } from './clients';
import { inPlainWords, joinedPaths, matchOf, type Words, wordsOf } from './requests';
import { type Passing, type Rule, sourceKey } from './rules';
import { isWithin, negated, product, simplified, type Term, termsOf, unlessTooMany, WHOLE } from './terms';
import { endUsersIn } from './tokens';
import type { AccessAllowance, EndUser, Identity } from '../../index';
import type { Source } from '../../meaning/decision';
import { distinctBy } from '../../model/lists';
import type { Protocol } from '../../model/protocol';
import { call, type Node, type Written } from '../program';

/** An allowance, or a denial, before it is written. */
export interface Item {
  readonly sources: readonly Node<Identity>[];
  readonly exceptSources: readonly Node<Identity>[];
  /** By the numbers that the policy knows. */
  readonly ports: readonly number[];
  /** With none, all. */
  readonly requests: readonly Words[];
  readonly exceptRequests: readonly Words[];
  /** With none, whoever has a token or none. */
  readonly endUsers: readonly Node<EndUser>[];
  /** The objects that say it. */
  readonly by: readonly Source[];
}

/** Something that is not said: whoever it would let in is shut out. */
export interface Lost {
  readonly why: string;
  readonly by: readonly Source[];
}

/** What a policy says of a port. */
export interface PortItems {
  readonly allow: readonly Item[];
  readonly deny: readonly Item[];
  readonly lost: readonly Lost[];
}

interface Sourced {
  readonly term: Term;
  readonly by: readonly Source[];
}

/** The words that a program has for clients and requests. */
export interface Wording {
  readonly identities: Identities;
  /** Whether templates of paths hold for what they hold for in Istio. */
  readonly hasTemplates: boolean;
}

/** Items of a port; denials are folded into allowances where a target has no denials. */
export function itemsAt({ allowed, denied, sources }: Passing, port: number, wording: Wording, foldsDenials: boolean): PortItems {
  const made = unlessTooMany(() => {
    const lost: Lost[] = [];
    let open = sourced(allowed, 'lower');
    const deny: Item[] = [];
    for (const { term, by } of sourced(denied, 'upper')) {
      if (!open.some(one => product([one.term], [term]).length > 0)) continue;
      const item = itemOf({ term, by }, port, wording);
      if (!('why' in item) && !foldsDenials && item.endUsers.length === 0) deny.push(item);
      else open = without(open, term);
    }
    const allow: Item[] = [];
    for (const one of open) {
      const item = itemOf(one, port, wording);
      if ('why' in item) lost.push(item);
      else allow.push(item);
    }
    return { allow: together(allow), deny: together(deny), lost };
  });
  return made ?? { allow: [], deny: [], lost: [{ why: 'there are too many conditions to write them out', by: sources }] };
}

function sourced(rules: readonly Rule[], bound: 'lower' | 'upper'): Sourced[] {
  const all = rules.flatMap(({ when, sources }) => termsOf(when, bound).map(term => ({ term, by: sources })));
  return simplified(all.map(({ term }) => term)).map(term => ({
    term, by: distinctBy(all.filter(one => isWithin(one.term, term)).flatMap(({ by }) => by), sourceKey),
  }));
}

function without(open: readonly Sourced[], term: Term): Sourced[] {
  const rest = negated([term]);
  const all = open.flatMap(({ term: own, by }) => product([own], rest).map(one => ({ term: one, by })));
  const kept = new Set(simplified(all.map(one => one.term)).map(one => JSON.stringify(one)));
  return distinctBy(all, one => JSON.stringify(one.term)).filter(one => kept.has(JSON.stringify(one.term)));
}

function itemOf({ term: { clients, requests, except }, by }: Sourced, port: number, { identities, hasTemplates }: Wording): Item | Lost {
  const who: Clients = identities.of(clients);
  if ('unsaid' in who) return { why: who.unsaid, by };
  const byUser = endUsersIn(requests, except);
  if ('unsaid' in byUser) return { why: byUser.unsaid, by };
  const asked = byUser.requests.length === 0 ? undefined : wordsOf(byUser.requests, { hasTemplates });
  const exceptions = byUser.except.map(parts => wordsOf(parts, { hasTemplates }));
  for (const one of [asked, ...exceptions]) if (one !== undefined && 'unsaid' in one) return { why: one.unsaid, by };
  const words = (all: readonly (typeof asked)[]): Words[] => all.flatMap(one => one !== undefined && 'words' in one ? [one.words] : []);
  return { ...who, ports: [port], requests: words([asked]), exceptRequests: words(exceptions), endUsers: byUser.endUsers, by };
}

const keyOf = (value: unknown): string => JSON.stringify(value);

/** Items that differ in one thing only are one. */
export function together(items: readonly Item[]): Item[] {
  const byMethods = merged(items, ({ requests, ...rest }) => requests.length !== 1 || requests[0].methods.length === 0 ? undefined
    : keyOf([requests[0].rest, { ...rest, by: undefined }]), (a, b) => ({
    ...a, requests: [{ ...a.requests[0], methods: [...new Set([...a.requests[0].methods, ...b.requests[0].methods])] }],
  }));
  const byRequests = merged(byMethods, ({ requests, ...rest }) => requests.length === 0 ? undefined : keyOf({ ...rest, by: undefined }), (a, b) => ({
    ...a, requests: distinctBy([...a.requests, ...b.requests], keyOf),
  }));
  const withoutUsers = ({ endUsers, ...rest }: Item) => endUsers.length === 0 ? undefined : keyOf({ ...rest, by: undefined });
  const byUsers = merged(byRequests, withoutUsers, (a, b) => ({ ...a, endUsers: distinctBy([...a.endUsers, ...b.endUsers], keyOf) }));
  const plain = byUsers.map(item => ({ ...item, requests: joinedPaths(item.requests) }));
  return merged(plain, ({ sources, ...rest }) => keyOf({ ...rest, by: undefined }), (a, b) => ({
    ...a, sources: distinctBy([...a.sources, ...b.sources], keyOf),
  }));
}

/** The same items of several ports are one. */
export function ofPorts(items: readonly Item[]): Item[] {
  return merged(items, ({ ports, ...rest }) => keyOf({ ...rest, by: undefined }), (a, b) => ({
    ...a, ports: [...new Set([...a.ports, ...b.ports])].sort((one, other) => one - other),
  }));
}

function merged(items: readonly Item[], key: (item: Item) => string | undefined, join: (a: Item, b: Item) => Item): Item[] {
  const groups = new Map<string, Item>();
  items.forEach((item, i) => {
    const own = key(item) ?? `alone ${i}`;
    const other = groups.get(own);
    groups.set(own, other === undefined ? item : { ...join(other, item), by: distinctBy([...other.by, ...item.by], sourceKey) });
  });
  return [...groups.values()];
}

/** Whether an item holds for everyone, and all that they send. */
export function isForAll({ sources, exceptSources, requests, exceptRequests, endUsers }: Item): boolean {
  return exceptSources.length + requests.length + exceptRequests.length + endUsers.length === 0
    && sources.some(source => keyOf(source) === keyOf(ANYONE));
}

const [ANYONE] = (() => {
  const anyone = new Identities('').of(WHOLE.clients);
  return 'sources' in anyone ? anyone.sources : [];
})();

/** The same, for targets without expressions. */
export function inPlainerWords(item: Item): Item {
  const plainer = (all: readonly Words[]) => joinedPaths(all.flatMap(inPlainWords));
  return { ...item, requests: plainer(item.requests), exceptRequests: plainer(item.exceptRequests) };
}

/** Less, for targets that know clients by their identities: those that have none are kept out. Undefined where it is for none of these. */
export function ofIdentified(item: Item): Item | undefined {
  const isAnyone = (source: Node<Identity>) => keyOf(source) === keyOf(ANYONE);
  return item.sources.some(isAnyone) ? { ...item, sources: item.sources.map(source => isAnyone(source) ? IDENTIFIED : source) } : undefined;
}

const IDENTIFIED = call('Identity', 'anyAuthenticated');

/** An item as the library has it; without its ports, where these are all that it may be for. */
export function written(
  { sources, exceptSources, ports, requests, exceptRequests, endUsers }: Item,
  all: readonly { readonly number: number; readonly protocol: Protocol }[],
): Written<AccessAllowance> {
  const hasRequests = requests.length + exceptRequests.length + endUsers.length > 0;
  const open = all.filter(({ protocol }) => !hasRequests || protocol === 'HTTP' || protocol === 'GRPC');
  return {
    sources: [...sources],
    ...exceptSources.length > 0 && { exceptSources: [...exceptSources] },
    ...!open.every(({ number }) => ports.includes(number)) && { ports: [...ports] },
    ...requests.length > 0 && { requests: requests.map(matchOf) },
    ...exceptRequests.length > 0 && { exceptRequests: exceptRequests.map(matchOf) },
    ...endUsers.length > 0 && { endUsers: [...endUsers] },
  };
}
