import { literalsOf, type Literal, settled } from './literals';
import { isDisjoint, isImplied, type RequestPart } from './request-parts';
import type { Atom, Condition } from '../../meaning/condition';
import { isOfRequests } from '../../meaning/restrict';
import { ANYTHING, exactly } from '../../meaning/text';

/** Something that is true of a call only if all of this is. */
export interface Term {
  /** Of the client. */
  readonly clients: readonly Literal[];
  /** Of the request. */
  readonly requests: readonly RequestPart[];
  /** Of each of these lists, something does not hold. */
  readonly except: readonly (readonly RequestPart[])[];
}

/** What is not known counts as false, or as true. */
export type Bound = 'lower' | 'upper';

export const WHOLE: Term = { clients: [], requests: [], except: [] };

/** With more, nothing is said in words that people would read. */
const MOST_TERMS = 400;

class TooMany extends Error {}

/** What is made of terms; undefined where there are too many. */
export function unlessTooMany<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof TooMany) return undefined;
    throw error;
  }
}

/** The terms for any of which a condition is true. */
export function termsOf(condition: Condition, bound: Bound): readonly Term[] {
  return simplified(positive(condition, bound));
}

/** The terms in which both hold. */
export function product(as: readonly Term[], bs: readonly Term[]): Term[] {
  if (as.length * bs.length > MOST_TERMS) throw new TooMany();
  return as.flatMap(a => bs.flatMap(b => {
    const term = simple({
      clients: [...a.clients, ...b.clients], requests: [...a.requests, ...b.requests], except: [...a.except, ...b.except],
    });
    return term === undefined ? [] : [term];
  }));
}

function positive(condition: Condition, bound: Bound): Term[] {
  switch (condition.type) {
    case 'all': return condition.of.reduce<Term[]>((all, one) => product(all, positive(one, bound)), [WHOLE]);
    case 'any': return limited(condition.of.flatMap(one => positive(one, bound)));
    case 'not': return negated(simplified(positive(condition.of, bound === 'lower' ? 'upper' : 'lower')));
    case 'unknown': return bound === 'lower' ? [] : [WHOLE];
    default: return atom(condition);
  }
}

function limited(terms: Term[]): Term[] {
  if (terms.length > MOST_TERMS) throw new TooMany();
  return terms;
}

/** Where none of some terms holds. */
export function negated(terms: readonly Term[]): Term[] {
  return terms.reduce<Term[]>((all, { clients, requests, except }) => product(all, [
    ...clients.map(({ who, isNot }) => ({ ...WHOLE, clients: [{ who, isNot: !isNot }] })),
    ...requests.length === 0 ? [] : [{ ...WHOLE, except: [requests] }],
    ...except.map(some => ({ ...WHOLE, requests: some })),
  ]), [WHOLE]);
}

function atom(one: Exclude<Atom, { readonly type: 'unknown' }>): Term[] {
  if (isOfRequests(one) || one.type === 'serverName') return request(one);
  if (one.type === 'entrance' || one.type === 'toAddress' || one.type === 'toHost' || one.type === 'toPort') return [];
  return literalsOf(one).flatMap(literals => {
    const clients = settled(literals);
    return clients === undefined ? [] : [{ ...WHOLE, clients }];
  });
}

function request(part: RequestPart): Term[] {
  const { is } = part;
  switch (is.type) {
    case 'oneOf': return is.of.flatMap(one => request({ ...part, is: one }));
    case 'not': {
      const others = negated(request({ ...part, is: is.of }));
      return isAlwaysThere(part) ? others : product(others, [{ ...WHOLE, requests: [{ ...part, is: ANYTHING }] }]);
    }
    case 'anything': return isAlwaysThere(part) ? [WHOLE] : [{ ...WHOLE, requests: [part] }];
    case 'regex': return part.type === 'method' && METHODS.test(is.value)
      ? is.value.split('|').map(value => ({ ...WHOLE, requests: [{ ...part, is: exactly(value) }] })) : [{ ...WHOLE, requests: [part] }];
    default: return [{ ...WHOLE, requests: [part] }];
  }
}

/** Names of methods, one or the other. */
const METHODS = /^[A-Z-]+(?:\|[A-Z-]+)*$/;

function isAlwaysThere({ type }: RequestPart): boolean {
  return type === 'path' || type === 'method' || type === 'target';
}

/** A term without what follows from the rest; undefined where it is never true. */
function simple({ clients, requests, except }: Term): Term | undefined {
  const who = settled(clients);
  const asked = [...new Map(requests.map(part => [JSON.stringify(part), part])).values()];
  if (who === undefined || asked.some((a, i) => asked.slice(i + 1).some(b => isDisjoint(a, b)))) return undefined;
  const left: (readonly RequestPart[])[] = [];
  for (const parts of except) {
    const open = parts.filter(part => !asked.some(one => isImplied(part, one)));
    if (open.length === 0) return undefined;
    if (!parts.some(part => asked.some(one => isDisjoint(part, one)))) left.push(open);
  }
  const goesBefore = (one: RequestPart, other: RequestPart) => other !== one && isImplied(one, other)
    && !(isImplied(other, one) && asked.indexOf(other) > asked.indexOf(one));
  const narrowest = asked.filter(one => !asked.some(other => goesBefore(one, other)));
  return { clients: who, requests: narrowest, except: [...new Map(left.map(parts => [JSON.stringify(parts), parts])).values()] };
}

/** Terms without those that hold only where others do. */
export function simplified(terms: readonly Term[]): Term[] {
  let left = [...new Map(terms.map(term => [termKey(term), term])).values()];
  for (;;) {
    const resolved = resolve(left);
    left = resolved.filter((term, i) => !resolved.some((other, k) => k !== i && isWithin(term, other) && !(k > i && isWithin(other, term))));
    if (left.length === resolved.length && resolved.every((term, i) => term === left[i]) && !isResolvable(left)) return left;
  }
}

export function termKey({ clients, requests, except }: Term): string {
  const sorted = (all: readonly unknown[]) => all.map(one => JSON.stringify(one)).sort();
  return JSON.stringify([sorted(clients), sorted(requests), sorted(except)]);
}

/** Whether one term holds wherever the other does, as far as their parts tell. */
export function isWithin(term: Term, other: Term): boolean {
  const [own, others] = [term, other].map(({ clients }) => clients.map(one => JSON.stringify(one)));
  return others.every(one => own.includes(one))
    && other.requests.every(part => term.requests.some(one => isImplied(part, one)))
    && other.except.every(parts => term.except.some(some => some.every(one => parts.some(part => isSame(part, one)))));
}

function isSame(a: RequestPart, b: RequestPart): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** An exception that another term has, and a client of whom it does not matter what is true, go. */
function resolve(terms: readonly Term[]): Term[] {
  const now = [...terms];
  now.forEach((term, i) => {
    const others = now.filter((_, k) => k !== i);
    const among = (parts: readonly RequestPart[]): Term => ({ ...term, requests: [...term.requests, ...parts], except: [] });
    const except = term.except.filter(parts => !others.some(other => isWithin(among(parts), other)));
    const clients = term.clients.filter(({ who, isNot }) => {
      const opposite = { ...term, except, clients: term.clients.map(one => one.who === who ? { who, isNot: !isNot } : one) };
      return !others.some(other => isWithin(opposite, other));
    });
    now[i] = except.length < term.except.length || clients.length < term.clients.length ? { ...term, except, clients } : term;
  });
  return now;
}

function isResolvable(terms: readonly Term[]): boolean {
  return resolve(terms).some((term, i) => term !== terms[i]);
}

