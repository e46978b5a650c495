import { type Comparison, compareSides, type Conclusion, type Setting, type Side, undecidedKey } from './decisions';
import type { Decision, Verdict } from '../decision';
import { isUndecided } from '../decision';
import { pass } from '../passage';
import type { Gate, Passage } from '../world';

/** The call as it is on each side, where something of it differs. */
export type Views = Readonly<Partial<Record<'before' | 'after', Side<Passage>['callOf']>>>;

/** Who gets through the gates of one side, and not through those of the other. */
export function comparePassages(before: readonly Gate[], after: readonly Gate[], setting: Setting, views: Views = {}): Comparison<Passage> {
  return compareSides(through(before, setting, views.before), through(after, setting, views.after), setting);
}

function through(gates: readonly Gate[], { call, textAt }: Setting, callOf: Side<Passage>['callOf']): Side<Passage> {
  return {
    decisions: gates.map(({ decision }) => decision),
    ...(callOf !== undefined && { callOf }),
    conclude: decisions => {
      const { passage, gates: passed } = pass(gates.map((gate, i) => ({ ...gate, decision: decisions[i] as Decision<Passage> })), call);
      const by = passed.flatMap(({ verdicts }): Verdict<Passage>[] => verdicts.slice(0, 1))
        .filter(({ value }) => isUndecided(passage) ? isUndecided(value) : value === passage);
      return { value: passage, by: passage === 'denied' ? by.slice(0, 1) : by, key: isUndecided(passage) ? undecidedKey(passage, by, textAt) : passage } satisfies Conclusion<Passage>;
    },
  };
}
