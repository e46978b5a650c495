import { allOf, ALWAYS, anyOf, type Condition, type Doubt, noneOf } from '../meaning/condition';
import type { Branch, Decision, Source, Verdict } from '../meaning/decision';

/** A condition that competes with others for the same calls. */
export interface Candidate<T> {
  /** The greatest decides; numbers are compared one after the other. */
  readonly rank: readonly number[];
  readonly when: Condition;
  readonly then: Verdict<T> | Decision<T>;
  readonly source: Source;
  /** The object that says it. Of its own, the first of equals decides. */
  readonly owner: Owner;
}

export interface Owner {
  /** By which it comes before others, where that is known: as text. Two that have the same, or one that has none, cannot be told apart. */
  readonly age?: string;
  readonly source: Source;
}

/** The oldest comes first, and of equally old ones the first by name. Manifests seldom say when they were made. */
export function ageOf(created: unknown, name: string): Pick<Owner, 'age'> {
  return typeof created === 'string' && !Number.isNaN(Date.parse(created)) ? { age: `${new Date(created).toISOString()} ${name}` } : {};
}

/** Of conditions that are true of a call, the one that ranks first decides; of equals, that of the oldest object. */
export function ranked<T>(candidates: readonly Candidate<T>[], otherwise: Verdict<T>): Decision<T> {
  const sorted = [...candidates].sort((a, b) => compareRanks(b.rank, a.rank));
  const branches: Branch<T>[] = [];
  for (let i = 0; i < sorted.length;) {
    let end = i + 1;
    while (end < sorted.length && compareRanks(sorted[i].rank, sorted[end].rank) === 0) end++;
    branches.push(...ofEquals(sorted.slice(i, end)));
    i = end;
  }
  return { branches, otherwise };
}

function ofEquals<T>(equals: readonly Candidate<T>[]): Branch<T>[] {
  const branch = ({ when, then, source }: Candidate<T>): Branch<T> => ({ when, then, source });
  const owners = new Set(equals.map(({ owner }) => owner));
  const ages = [...owners].map(({ age }) => age);
  if (owners.size === 1) return equals.map(branch);
  if (!ages.includes(undefined) && new Set(ages).size === owners.size) {
    return [...equals].sort(({ owner: { age: a = '' } }, { owner: { age: b = '' } }) => a < b ? -1 : a > b ? 1 : 0).map(branch);
  }
  return [{
    when: anyOf(...equals.map(({ when }) => when)),
    then: anyOfThem(equals),
    source: equals[0].source,
  }];
}

/** Where those of several objects hold, nobody knows which of them decides. */
function anyOfThem<T>(equals: readonly Candidate<T>[]): Decision<T> {
  const last = equals.length - 1;
  const why = 'it is not known which of them decides';
  return {
    branches: equals.map(({ when, then, source, owner }, i) => {
      const others = equals.filter(other => other.owner !== owner).map(other => other.when);
      return { when: i === last ? ALWAYS : allOf(when, anyOf(noneOf(...others), youngerPerhaps(owner))), then, source };
    }),
    otherwise: { value: { unknown: why }, why },
  };
}

function youngerPerhaps({ source }: Owner): Doubt {
  return { type: 'unknown', why: `it is not known whether ${source.kind} '${source.name}' is older than others that say something of the same requests`, place: source.place };
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((n, k) => n !== b[k]);
  return i === -1 ? 0 : a[i] - b[i];
}
