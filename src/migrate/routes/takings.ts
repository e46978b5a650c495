import type { ServicePort } from '../../meaning/call';
import { hostsOf } from '../../meaning/compare/pod-ports';
import { wayKey, withShortestPrefix } from '../../meaning/compare/values';
import { allOf, type Condition, entersBy } from '../../meaning/condition';
import { type Decision, isUndecided, type Source, type Verdict } from '../../meaning/decision';
import { atomsOf, type Knowledge, restricted } from '../../meaning/restrict';
import { holdsFor } from '../../meaning/text';
import type { Way } from '../../meaning/world';
import { distinctBy } from '../../model/lists';
import { sourceKey } from '../policies/rules';
import { type Term, termsOf, unlessTooMany } from '../policies/terms';

/** Requests that take a way: those of which any of the terms holds, and that no taking before it takes. */
export interface Taking {
  /** Absent where it takes all that are left. */
  readonly terms?: readonly Term[];
  readonly way: Way;
  /** Who says so. */
  readonly by: readonly Source[];
}

/** Something that no route says. */
export interface Unsaid {
  readonly unsaid: string;
  /** Whether the manifests themselves do not tell. */
  readonly isUnknown?: true;
}

/** What becomes of requests to a port, in the order in which it is asked. The last one takes all that are left. */
export function takingsOf(decision: Decision<Way>, to: ServicePort): readonly Taking[] | Unsaid {
  return takingsIn(restricted(decision, knowledge(to)));
}

/** The same of requests of which all is known that the place says where they come. */
export function takingsIn(known: Decision<Way>): readonly Taking[] | Unsaid {
  for (const atom of atomsOf(known)) if (atom.type === 'unknown') return { unsaid: atom.why, isUnknown: true };
  return unlessTooMany(() => takings(known)) ?? { unsaid: 'there are too many conditions to write them out' };
}

/** Everything that a decision says is from somebody. */
export function sourcesIn({ branches, otherwise }: Decision<unknown>): Source[] {
  return distinctBy([
    ...branches.flatMap(({ then, source }) => [source, ...'branches' in then ? sourcesIn(then) : then.source === undefined ? [] : [then.source]]),
    ...otherwise.source === undefined ? [] : [otherwise.source],
  ], sourceKey);
}

function takings(decision: Decision<Way>): readonly Taking[] | Unsaid {
  const all: Taking[] = [];
  for (const { when, then: { value, source }, by } of flat(decision, [], [])) {
    if (isUndecided(value)) return { unsaid: value.unknown, isUnknown: true };
    const terms = termsOf(when, 'lower');
    if (terms.length === 0) continue;
    const takesAll = terms.some(({ clients, requests, except }) => clients.length + requests.length + except.length === 0);
    const one: Taking = { ...!takesAll && { terms }, way: withShortestPrefix(value), by: source === undefined ? by : [...by, source] };
    const last = all.at(-1);
    if (last !== undefined && wayKey(last.way) === wayKey(value)) all[all.length - 1] = together(last, one);
    else all.push(one);
    if (takesAll) break;
  }
  return all;
}

function together(a: Taking, b: Taking): Taking {
  const terms = a.terms === undefined || b.terms === undefined ? undefined : [...a.terms, ...b.terms];
  return { way: a.way, ...terms !== undefined && { terms }, by: distinctBy([...a.by, ...b.by], sourceKey) };
}

interface Flat {
  readonly when: Condition;
  readonly then: Verdict<Way>;
  readonly by: readonly Source[];
}

/** All verdicts in their order, with all that has to be true for them. */
function* flat({ branches, otherwise }: Decision<Way>, within: readonly Condition[], by: readonly Source[]): Generator<Flat> {
  for (const { when, then, source } of branches) {
    if ('branches' in then) yield* flat(then, [...within, when], [...by, source]);
    else yield { when: allOf(...within, when), then, by: [...by, source] };
  }
  yield { when: allOf(...within), then: otherwise, by };
}

/** What is true of every request to a port of a Service, whichever of its names it asks for. */
function knowledge(to: ServicePort): Knowledge {
  const hosts = hostsOf(to, to.namespace);
  return atom => {
    if (atom.type === 'entrance') return entersBy(atom, to) ? 'yes' : 'no';
    if (atom.type !== 'host') return 'unknown';
    const [first, ...others] = new Set(hosts.map(host => holdsFor(atom.is, host)));
    return others.length === 0 ? first : 'unknown';
  };
}
