import type { Call } from './call';
import { type Condition, isTrue } from './condition';
import type { Truth } from './truth';
import type { FieldPlace } from '../manifests/fields';

/** What says something: an object, and the field in it. */
export interface Source {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly place: FieldPlace;
}

/** What becomes of calls: the first branch whose condition is true decides. */
export interface Decision<T> {
  readonly branches: readonly Branch<T>[];
  readonly otherwise: Verdict<T>;
}

export interface Branch<T> {
  readonly when: Condition;
  readonly then: Verdict<T> | Decision<T>;
  readonly source: Source;
}

/** What is decided, with whoever says so; a default of the mesh has no source. */
export interface Verdict<T> {
  readonly value: T | Undecided;
  /** In a few words, for people. */
  readonly why: string;
  readonly source?: Source;
}

/** Nobody here knows. */
export interface Undecided {
  readonly unknown: string;
  /** Where else stands what it depends on, beside the source of the verdict. */
  readonly besides?: readonly FieldPlace[];
  /** Whether that is since a proxy sends the call elsewhere than the client has called, and it is not followed there. */
  readonly isElsewhere?: true;
  /** Whether it is known that the call goes past the mesh, and not what is said of it there. */
  readonly isPast?: true;
}

/** Nobody knows, and what these say has a part in it. */
export function unknownBy(unknown: string, sources: Iterable<{ readonly source: Source }>): Undecided {
  return { unknown, besides: [...sources].map(({ source }) => source.place) };
}

export function isUndecided(value: unknown): value is Undecided {
  return typeof value === 'object' && value !== null && 'unknown' in value;
}

/** What becomes of a call, and the branches that were asked for it, in order. */
export interface Decided<T> {
  /** More than one where it is not known which; equal values once. */
  readonly verdicts: readonly Verdict<T>[];
  readonly steps: readonly Step<T>[];
}

export interface Step<T> {
  readonly source: Source;
  readonly when: Condition;
  readonly holds: Truth;
  /** What it decides; absent where that depends on more, which the next steps ask. */
  readonly verdict?: Verdict<T>;
}

/** A decision with other verdicts. */
export function mapVerdicts<T>({ branches, otherwise }: Decision<T>, now: (verdict: Verdict<T>) => Verdict<T>): Decision<T> {
  return {
    branches: branches.map((branch): Branch<T> => ({ ...branch, then: 'branches' in branch.then ? mapVerdicts(branch.then, now) : now(branch.then) })),
    otherwise: now(otherwise),
  };
}

/** Every verdict in a decision. */
export function* verdictsIn<T>({ branches, otherwise }: Decision<T>): Generator<Verdict<T>> {
  for (const { then } of branches) {
    if ('branches' in then) yield* verdictsIn(then);
    else yield then;
  }
  yield otherwise;
}

/** Every verdict that a call may get: one, if all is known. */
export function decide<T>(decision: Decision<T>, call: Call): Decided<T> {
  const steps: Step<T>[] = [];
  const verdicts: Verdict<T>[] = [];
  walk(decision, call, steps, verdicts);
  return { verdicts: distinct(verdicts), steps };
}

/** What was decided; undecided where it may be one or the other. */
export function valueOf<T>({ verdicts }: Decided<T>): T | Undecided {
  const [first, ...others] = verdicts;
  if (others.length === 0) return first.value;
  // Where it may be that it goes past the mesh, it is not known that it does.
  return verdicts.map(({ value }) => value).find(value => isUndecided(value) && value.isPast === undefined)
    ?? { unknown: 'it is not known which of several things is true of the call' };
}

function walk<T>({ branches, otherwise }: Decision<T>, call: Call, steps: Step<T>[], verdicts: Verdict<T>[]): void {
  for (const { when, then, source } of branches) {
    const holds = isTrue(when, call);
    steps.push({ source, when, holds, ...(!('branches' in then) && { verdict: then }) });
    if (holds === 'no') continue;
    if ('branches' in then) walk(then, call, steps, verdicts);
    else verdicts.push(then);
    if (holds === 'yes') return;
  }
  verdicts.push(otherwise);
}

function distinct<T>(verdicts: readonly Verdict<T>[]): Verdict<T>[] {
  const byValue = new Map<string, Verdict<T>>();
  for (const verdict of verdicts) {
    const key = JSON.stringify(verdict.value);
    if (!byValue.has(key)) byValue.set(key, verdict);
  }
  return [...byValue.values()];
}
