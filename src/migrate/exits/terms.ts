import type { Ports } from '../../meaning/compare/difference';
import type { Atom, Condition } from '../../meaning/condition';
import type { Text } from '../../meaning/text';
import { isWithin } from '../../model/cidr';
import { plainly } from '../../model/regex-plain';
import type { RequestPart } from '../policies/request-parts';
import type { Bound } from '../policies/terms';

/** Something that is true of a call to the outside only if all of this is. */
export interface Exit {
  readonly block?: Block;
  /** A name, or `*.` and one. */
  readonly host?: string;
  readonly ports?: Ports;
  readonly requests: readonly RequestPart[];
}

export interface Block {
  readonly within: string;
  readonly except: readonly string[];
}

/** What some rules let out; what is not said of it, with the reason. */
export interface Exits {
  readonly exits: readonly Exit[];
  readonly unsaid: readonly string[];
}

interface Literal {
  readonly atom: Exclude<Atom, { readonly type: 'unknown' }>;
  readonly isNot: boolean;
}

/** With more, nothing is said in words that people would read. */
const MOST = 200;

/** What a condition is true of. What is not known counts as false for what is let out, and as true for what is kept in. */
export function exitsIn(condition: Condition, bound: Bound): Exits {
  const terms = termsIn(condition, false, bound === 'upper');
  if (terms === undefined) return { exits: [], unsaid: ['there are too many conditions to write them out'] };
  const made = terms.map(exitsOf);
  return {
    exits: made.flatMap(one => 'unsaid' in one ? [] : one),
    unsaid: [...new Set(made.flatMap(one => 'unsaid' in one ? one.unsaid : []))],
  };
}

function termsIn(condition: Condition, isNot: boolean, isUnknownSo: boolean): readonly (readonly Literal[])[] | undefined {
  switch (condition.type) {
    case 'not': return termsIn(condition.of, !isNot, isUnknownSo);
    case 'unknown': return isUnknownSo ? [[]] : [];
    case 'all':
    case 'any': {
      const parts = condition.of.map(one => termsIn(one, isNot, isUnknownSo));
      const isProduct = (condition.type === 'all') !== isNot;
      return parts.reduce<readonly (readonly Literal[])[] | undefined>((all, some) => {
        if (all === undefined || some === undefined) return undefined;
        const now = isProduct ? all.flatMap(one => some.map(other => [...one, ...other])) : [...all, ...some];
        return now.length > MOST ? undefined : now;
      }, isProduct ? [[]] : []);
    }
    default: return [[{ atom: condition, isNot }]];
  }
}

/** None where nothing is one. */
function exitsOf(literals: readonly Literal[]): readonly Exit[] | { readonly unsaid: string } {
  let exit: Exit = { requests: [] };
  const except: string[] = [];
  const closed: Ports[] = [];
  for (const { atom, isNot } of literals) {
    if (isNot && atom.type === 'toAddress') {
      if (atom.except.length > 0) return { unsaid: 'addresses are excepted that are excepted themselves' };
      except.push(atom.within);
      continue;
    }
    if (isNot && atom.type === 'toPort') {
      closed.push(atom);
      continue;
    }
    if (isNot) return { unsaid: 'something is not to hold of a call, and the library names what may be called' };
    const next = withAtom(exit, atom);
    if (next === undefined) return [];
    if ('unsaid' in next) return next;
    exit = next;
  }
  const open = openPorts(exit.ports ?? ALL_PORTS, closed);
  const exits = closed.length === 0 ? [exit] : open.map(ports => ({ ...exit, ports }));
  // Which addresses a host has, who looks it up is told: those that are closed are closed for it, too.
  if (except.length === 0 || exit.host !== undefined) return exits;
  if (exit.block === undefined) return { unsaid: 'all addresses except some are meant' };
  const { within } = exit.block;
  return exits.flatMap(one => withBlock(one, { within, except }) ?? []);
}

const ALL_PORTS: Ports = { first: 1, last: 65535 };

/** What is left of some ports in a row without others. */
function openPorts(all: Ports, closed: readonly Ports[]): readonly Ports[] {
  return closed.reduce<readonly Ports[]>((open, { first, last }) => open.flatMap(ports => [
    { first: ports.first, last: Math.min(ports.last, first - 1) }, { first: Math.max(ports.first, last + 1), last: ports.last },
  ].filter(one => one.first <= one.last)), [all]);
}

function withAtom(exit: Exit, atom: Literal['atom']): Exit | { readonly unsaid: string } | undefined {
  switch (atom.type) {
    case 'toAddress': return withBlock(exit, atom);
    case 'toPort': {
      const { first, last } = exit.ports ?? atom;
      const ports = { first: Math.max(first, atom.first), last: Math.min(last, atom.last) };
      return ports.first > ports.last ? undefined : { ...exit, ports };
    }
    case 'toHost':
    case 'serverName':
    case 'host': {
      const host = hostIn(atom.is);
      if (host === undefined) return { unsaid: 'the names of hosts are a pattern, and the library has names, and all names below one' };
      return exit.host !== undefined && exit.host !== host ? { unsaid: 'a call is to be for several hosts at once' } : { ...exit, host };
    }
    case 'method':
    case 'path':
    case 'target':
    case 'header':
    case 'query':
    case 'claim': return { ...exit, requests: [...exit.requests, atom] };
    default: return { unsaid: 'it is not for all calls of a workload' };
  }
}

function withBlock(exit: Exit, { within, except }: Block): Exit | undefined {
  const own = exit.block ?? { within, except: [] };
  // Of two blocks that have an address in common, one is in the other.
  if (!isWithin(own.within, within) && !isWithin(within, own.within)) return undefined;
  const [narrow, all] = [isWithin(own.within, within) ? own.within : within, [...own.except, ...except]];
  if (all.some(block => isWithin(narrow, block))) return undefined;
  return { ...exit, block: { within: narrow, except: [...new Set(all.filter(block => isWithin(block, narrow)))].sort() } };
}

function hostIn(text: Text): string | undefined {
  const plain = text.type === 'regex' ? plainly(text.value, 'header') : text;
  if (plain.type === 'exact') return plain.value;
  return plain.type === 'suffix' && plain.value.startsWith('.') ? `*${plain.value}` : undefined;
}
