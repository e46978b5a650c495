import { partition, type Universe } from './partition';
import { blocksWithout, isWithin, PRIVATE_NETWORKS } from '../../model/cidr';
import { escapeRegex } from '../../model/regex';
import { isIn } from '../address';
import type { Call, Client, Request, ServicePort } from '../call';
import { type Atom, entersBy } from '../condition';
import { exactly, oneOf, prefix, regex, type Text } from '../text';

/** A call of which some is chosen already. */
export type Draft = Call;

/** One way to choose a part of a call, and what is true of it then. */
export interface Choice {
  /** Of the atoms that were asked about. */
  readonly truths: readonly boolean[];
  choose(draft: Draft): Draft;
}

/** What may be chosen. */
export interface Open {
  /** The call, of which the entrance, the address and the request are open. */
  readonly call: Draft;
  /** The entrances of the port; undefined stands for its address. */
  readonly entrances: readonly (ServicePort | undefined)[];
  /** Names of hosts that people use. */
  readonly hosts: readonly string[];
}

/** Cells of one dimension, and ways to choose: what takes more is not decided. */
const MOST_CHOICES = 256;

/** By which part of a call an atom is decided: atoms of different dimensions do not depend on each other. Undefined where nobody can choose it. */
export function dimensionOf(atom: Atom, client: Client): string | undefined {
  switch (atom.type) {
    case 'method':
    case 'host':
    case 'path':
    case 'serverName':
    case 'toAddress':
    case 'toHost':
    case 'toPort':
    case 'entrance': return atom.type;
    case 'target': return 'path';
    case 'header':
    case 'query': return `${atom.type} ${atom.name}`;
    case 'claim': return `claim ${JSON.stringify(atom.path)}`;
    case 'address': return client.kind === 'pod' || client.address !== undefined ? undefined : 'address';
    default: return undefined;
  }
}

/** The dimensions in the order in which they are chosen: those come first that people think of first. */
export const ORDER = ['entrance', 'address', 'toHost', 'toAddress', 'toPort', 'serverName', 'host', 'path', 'method', 'header', 'query', 'claim'];

/** The ways to choose a part of a call; undefined where they cannot be told, or there are too many. */
export function choices(atoms: readonly Atom[], open: Open): readonly Choice[] | undefined {
  const made = choicesOf(atoms, open);
  return made === undefined || made.length > MOST_CHOICES ? undefined : made;
}

function choicesOf(atoms: readonly Atom[], open: Open): readonly Choice[] | undefined {
  const [first] = atoms;
  switch (first.type) {
    case 'entrance': return entrances(atoms, open);
    // Pods are in private networks, as a rule.
    case 'address': return addresses(atoms, open.call.client.kind === 'pod' ? PRIVATE_NETWORKS : [], (draft, address) => (
      { ...draft, client: { ...draft.client, address } }
    ));
    case 'toAddress': return addresses(atoms, [], (draft, address) => ({ ...draft, outside: { ...draft.outside, address } }));
    // No name may lead to an address.
    case 'toHost': return orNone(atoms, texts(atoms, { all: HOST, preferred: [] }, (draft, host) => ({ ...draft, outside: { ...draft.outside, host } })));
    case 'toPort': return portNumbers(atoms);
    case 'method': return texts(atoms, METHODS, (draft, method) => changed(draft, { method }));
    case 'host': return texts(atoms, { all: HOST, preferred: open.hosts }, (draft, host) => changed(draft, { host }));
    case 'serverName': return texts(atoms, { all: HOST, preferred: open.hosts }, (draft, serverName) => ({ ...draft, serverName }));
    case 'path':
    case 'target': return paths(atoms);
    case 'header': return orNone(atoms, texts(atoms, VALUES, (draft, value) => changed(draft, { headers: { ...draft.request?.headers, [first.name]: value } })));
    case 'query': return orNone(atoms, texts(atoms, VALUES, (draft, value) => changed(draft, { query: { ...draft.request?.query, [first.name]: value } })));
    case 'claim': return claims(atoms, first.path);
    default: return undefined;
  }
}

const METHODS: Universe = { all: '[A-Za-z-]+', preferred: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] };
const HOST = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*';
const VALUES: Universe = { all: '[!-~](?:[ -~]*[!-~])?', preferred: ['x'] };
/** Plain paths: one slash at a time, no dot segments, nothing encoded. */
const SEGMENT = "(?:[A-Za-z0-9_~!$&'()*+,;=:@-]|\\.\\.?[A-Za-z0-9_~!$&'()*+,;=:@-]|\\.\\.\\.)[A-Za-z0-9._~!$&'()*+,;=:@-]*";
const PATH = `/|(?:/${SEGMENT})+/?`;
const QUERY = '[A-Za-z0-9_-]+=[A-Za-z0-9_.-]*';

function changed(draft: Draft, change: Partial<Request>): Draft {
  return { ...draft, request: { ...EMPTY, ...draft.request, ...change } };
}

const EMPTY: Request = { method: 'GET', path: '/', headers: {}, query: {} };

function texts(atoms: readonly Atom[], universe: Universe, choose: (draft: Draft, text: string) => Draft): Choice[] | undefined {
  return textChoices(atoms.map(atom => 'is' in atom ? atom.is : NOTHING), universe, choose);
}

const NOTHING: Text = { type: 'oneOf', of: [] };

function textChoices(conditions: readonly Text[], universe: Universe, choose: (draft: Draft, text: string) => Draft): Choice[] | undefined {
  const cells = partition(conditions, universe);
  if (cells === undefined || cells.some(({ truths }) => truths.includes('unknown'))) return undefined;
  return cells.map(({ witness, truths }) => ({ truths: truths.map(truth => truth === 'yes'), choose: draft => choose(draft, witness) }));
}

function orNone(atoms: readonly Atom[], given: readonly Choice[] | undefined): Choice[] | undefined {
  const none: Choice = { truths: atoms.map(() => false), choose: draft => draft };
  return given && distinct([none, ...given]);
}

function distinct(all: readonly Choice[]): Choice[] {
  const byTruths = new Map<string, Choice>();
  for (const choice of all) if (!byTruths.has(choice.truths.join())) byTruths.set(choice.truths.join(), choice);
  return [...byTruths.values()];
}

/** Where some ask about the path with its query, the others are asked about what stands before it. */
function paths(atoms: readonly Atom[]): Choice[] | undefined {
  if (!atoms.some(({ type }) => type === 'target')) return texts(atoms, { all: PATH, preferred: ['/'] }, (draft, path) => changed(draft, { path }));
  const conditions = atoms.map(atom => atom.type === 'target' ? atom.is : atom.type === 'path' ? beforeQuery(atom.is) : undefined);
  const known = conditions.filter(one => one !== undefined);
  return known.length < conditions.length ? undefined : textChoices(known, { all: `(?:${PATH})(?:\\?${QUERY}(?:&${QUERY})*)?`, preferred: ['/'] }, (draft, target) => {
    const [path, query] = target.split('?');
    return changed(draft, { path, ...(query !== undefined && { query: Object.fromEntries(query.split('&').map(pair => pair.split('='))) }) });
  });
}

/** Undefined for expressions, which may hold for a question mark too. */
function beforeQuery(text: Text): Text | undefined {
  switch (text.type) {
    case 'exact': return oneOf([exactly(text.value), prefix(`${text.value}?`)]);
    case 'prefix':
    case 'anything': return text;
    case 'suffix': return regex(`[^?]*${escapeRegex(text.value)}(?:\\?(?s:.*))?`);
    case 'regex': return undefined;
    case 'not': {
      const of = beforeQuery(text.of);
      return of && { type: 'not', of };
    }
    case 'oneOf': {
      const of = text.of.map(beforeQuery);
      const known = of.filter(one => one !== undefined);
      return known.length < of.length ? undefined : { type: 'oneOf', of: known };
    }
  }
}

/** A claim may be a list: then each condition holds that holds for one of its texts. */
function claims(atoms: readonly Atom[], path: readonly string[]): Choice[] | undefined {
  const single = partition(atoms.map(atom => 'is' in atom ? atom.is : NOTHING), VALUES);
  if (single === undefined || single.some(({ truths }) => truths.includes('unknown'))) return undefined;
  const lists = new Map<string, { readonly truths: readonly boolean[]; readonly values: readonly string[] }>();
  const cells = single.map(({ truths, witness }) => ({ truths: truths.map(truth => truth === 'yes'), values: [witness] }));
  const telling = cells.filter(({ truths }) => truths.includes(true));
  if (path.length === 1 && TEXTS.has(path[0])) return orNone(atoms, cells.map(({ truths, values: [value] }) => claimed(truths, path, value)));
  const add = (one: { readonly truths: readonly boolean[]; readonly values: readonly string[] }) => {
    if (lists.has(one.truths.join()) || lists.size > MOST_CHOICES) return;
    lists.set(one.truths.join(), one);
    telling.forEach(({ truths, values }) => add({ truths: one.truths.map((isSo, i) => isSo || truths[i]), values: [...one.values, ...values] }));
  };
  cells.forEach(cell => { if (!cell.truths.includes(true)) lists.set(cell.truths.join(), cell); });
  telling.forEach(add);
  return orNone(atoms, [...lists.values()].map(({ truths, values }) => claimed(truths, path, values.length === 1 ? values[0] : values)));
}

/** Claims that are one text in each token (RFC 7519, section 4.1). */
const TEXTS = new Set(['iss', 'sub', 'jti']);

function claimed(truths: readonly boolean[], path: readonly string[], value: unknown): Choice {
  return { truths, choose: draft => changed(draft, { claims: withClaim(draft.request?.claims ?? {}, path, value) }) };
}

function withClaim(all: Readonly<Record<string, unknown>>, [name, ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  const known = Object.hasOwn(all, name) ? all[name] : undefined;
  const inner = typeof known === 'object' && known !== null ? known as Record<string, unknown> : {};
  return { ...all, [name]: rest.length === 0 ? value : withClaim(inner, rest, value) };
}

function entrances(atoms: readonly Atom[], open: Open): Choice[] {
  return distinct(open.entrances.map(entrance => ({
    truths: atoms.map(atom => atom.type === 'entrance' && entersBy(atom, entrance)),
    choose: ({ entrance: _, ...draft }) => ({ ...draft, ...(entrance !== undefined && { entrance }) }),
  })));
}

const ANYWHERE = ['203.0.113.7', '198.51.100.7'];

function addresses(atoms: readonly Atom[], preferred: readonly string[], choose: (draft: Draft, address: string) => Draft): Choice[] {
  const own = atoms.flatMap(atom => atom.type === 'address' || atom.type === 'toAddress' ? [atom] : []);
  const blocks = [...own.flatMap(({ within, except }) => [within, ...except]), ...preferred].map(block =>
    block.includes('/') ? block : `${block}/${block.includes(':') ? 128 : 32}`);
  const isPart = (part: string, whole: string) => isWithin(part, whole) && !isWithin(whole, part);
  const parts = blocks.flatMap(block => blocksWithout(block, blocks.filter(other => isPart(other, block))));
  const everything = blocks.some(block => block.includes(':')) ? ['0.0.0.0/0', '::/0'] : ['0.0.0.0/0'];
  const others = everything.flatMap(every => blocksWithout(every, blocks.filter(block => block.includes(':') === every.includes(':'))));
  const all = [...ANYWHERE, ...[...parts, ...others].map(block => block.split('/')[0])];
  const isPreferred = (address: string) => preferred.some(block => isIn(block, address));
  const found = [...all.filter(isPreferred), ...all.filter(address => !isPreferred(address))];
  return distinct(found.map(address => ({
    truths: own.map(({ within, except }) => isIn(within, address) && !except.some(block => isIn(block, address))),
    choose: draft => choose(draft, address),
  })));
}

/** What people call first, and where ranges begin and end. */
function portNumbers(atoms: readonly Atom[]): Choice[] {
  const ranges = atoms.flatMap(atom => atom.type === 'toPort' ? [atom] : []);
  const numbers = [443, 80, ...ranges.flatMap(({ first, last }) => [first, last + 1]), 1].filter(port => port > 0 && port < 2 ** 16);
  return distinct(numbers.map(port => ({
    truths: ranges.map(({ first, last }) => first <= port && port <= last),
    choose: draft => ({ ...draft, port }),
  })));
}
