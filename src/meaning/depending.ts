import { type Decision, isUndecided, mapVerdicts, type Source, unknownBy } from './decision';
import { PAST_THE_MESH } from './passage';
import type { Gate } from './world';

/**
 * A decision whose answers that nobody knows depend on all that some objects say: what one of them leaves open hides what others say, so that such an
 * answer is another one where one of them is. What no object leaves open, the installation decides.
 */
export function dependingOn<T>(decision: Decision<T>, objects: Iterable<{ readonly source: Source }>): Decision<T> {
  const besides = [...objects].map(({ source }) => source.place);
  return mapVerdicts(decision, verdict => {
    const { value, source } = verdict;
    if (!isUndecided(value) || value === PAST_THE_MESH || source === undefined) return verdict;
    return { ...verdict, value: { ...value, besides: [...value.besides ?? [], ...besides] } };
  });
}

/** Whoever says something in a decision. */
export function* sayingIn<T>({ branches, otherwise }: Decision<T>): Generator<{ readonly source: Source }> {
  for (const { then, source } of branches) {
    yield { source };
    if ('branches' in then) yield* sayingIn(then);
    else if (then.source !== undefined) yield { source: then.source };
  }
  if (otherwise.source !== undefined) yield { source: otherwise.source };
}

/** Gates of which nobody knows whether they hold. */
export function doubted(gates: readonly Gate[], why: string): readonly Gate[] {
  return gates.map(gate => ({ ...gate, decision: { branches: [], otherwise: { value: unknownBy(why, sayingIn(gate.decision)), why } } }));
}
