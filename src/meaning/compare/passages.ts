import { type Comparison, compareSides, type Conclusion, type Setting, type Side } from './decisions';
import type { Decision, Verdict } from '../decision';
import { isUndecided } from '../decision';
import { pass } from '../passage';
import type { Gate, Passage } from '../world';

/** Who gets through the gates of one side, and not through those of the other. */
export function comparePassages(before: readonly Gate[], after: readonly Gate[], setting: Setting): Comparison<Passage> {
  return compareSides(through(before, setting), through(after, setting), setting);
}

function through(gates: readonly Gate[], { call }: Setting): Side<Passage> {
  return {
    decisions: gates.map(({ decision }) => decision),
    conclude: decisions => {
      const { passage, gates: passed } = pass(gates.map((gate, i) => ({ ...gate, decision: decisions[i] as Decision<Passage> })), call);
      const by = passed.flatMap(({ verdicts }): Verdict<Passage>[] => verdicts.slice(0, 1))
        .filter(({ value }) => isUndecided(passage) ? isUndecided(value) : value === passage);
      return { value: passage, by: passage === 'denied' ? by.slice(0, 1) : by, key: isUndecided(passage) ? `unknown ${passage.unknown}` : passage } satisfies Conclusion<Passage>;
    },
  };
}
