import { ALWAYS, type Atom, type Condition, NEVER, type RequestAtom } from './condition';
import type { Branch, Decision } from './decision';
import type { Truth } from './truth';

const OF_REQUESTS: { readonly [Type in RequestAtom['type']]: true } = {
  method: true, path: true, target: true, host: true, header: true, query: true, claim: true,
};

export function isOfRequests(atom: Atom): atom is RequestAtom {
  return Object.hasOwn(OF_REQUESTS, atom.type);
}

/** Whether something that is said of clients is true of one. */
export type TruthOfClient = (atom: Exclude<Atom, RequestAtom>) => Truth;

/** What is decided of the requests of one client. Of what is said of clients, only what is not known is left. */
export function forClient<T>(decision: Decision<T>, truthOf: TruthOfClient): Decision<T> {
  return restricted(decision, atom => isOfRequests(atom) ? 'unknown' : truthOf(atom));
}

/** Whether an atom is true; unknown while it is open. */
export type Knowledge = (atom: Atom) => Truth;

/** A decision, where something is known already: branches that are never taken are gone, and so are those behind one that always is. */
export function restricted<T>({ branches, otherwise }: Decision<T>, known: Knowledge): Decision<T> {
  const left: Branch<T>[] = [];
  for (const { when, then, source } of branches) {
    const condition = restrictedCondition(when, known);
    if (isNever(condition)) continue;
    left.push({ when: condition, then: 'branches' in then ? restricted(then, known) : then, source });
    if (isAlways(condition)) break;
  }
  return { branches: left, otherwise };
}

function restrictedCondition(condition: Condition, known: Knowledge): Condition {
  switch (condition.type) {
    case 'all': {
      const left: Condition[] = [];
      for (const one of condition.of) {
        const now = restrictedCondition(one, known);
        if (isNever(now)) return NEVER;
        if (!isAlways(now)) left.push(now);
      }
      return left.length === 1 ? left[0] : left.length === 0 ? ALWAYS : { type: 'all', of: left };
    }
    case 'any': {
      const left: Condition[] = [];
      for (const one of condition.of) {
        const now = restrictedCondition(one, known);
        if (isAlways(now)) return ALWAYS;
        if (!isNever(now)) left.push(now);
      }
      return left.length === 1 ? left[0] : left.length === 0 ? NEVER : { type: 'any', of: left };
    }
    case 'not': {
      const now = restrictedCondition(condition.of, known);
      return isAlways(now) ? NEVER : isNever(now) ? ALWAYS : { type: 'not', of: now };
    }
    default: {
      const truth = known(condition);
      return truth === 'yes' ? ALWAYS : truth === 'no' ? NEVER : condition;
    }
  }
}

export function isAlways(condition: Condition): boolean {
  return condition.type === 'all' && condition.of.length === 0;
}

export function isNever(condition: Condition): boolean {
  return condition.type === 'any' && condition.of.length === 0;
}

/** All atoms of a decision. */
export function* atomsOf<T>({ branches }: Decision<T>): Generator<Atom> {
  for (const { when, then } of branches) {
    yield* atomsIn(when);
    if ('branches' in then) yield* atomsOf(then);
  }
}

function* atomsIn(condition: Condition): Generator<Atom> {
  if (condition.type === 'all' || condition.type === 'any') for (const one of condition.of) yield* atomsIn(one);
  else if (condition.type === 'not') yield* atomsIn(condition.of);
  else yield condition;
}
