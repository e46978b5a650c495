import type { Call } from './call';
import { type Decided, decide, isUndecided, type Undecided, valueOf } from './decision';
import type { Gate, Passage } from './world';

/** Whether a call passes, and what each gate on its way said. */
export interface Passed {
  readonly passage: Passage | Undecided;
  readonly gates: readonly PassedGate[];
}

export interface PassedGate extends Decided<Passage> {
  readonly title: string;
  readonly passage: Passage | Undecided;
}

/** A call passes if every gate lets it pass. One that is shut is enough to keep it out, whatever is not known of the others. */
export function pass(gates: readonly Gate[], call: Call): Passed {
  const passed = gates.map(({ title, decision }): PassedGate => {
    const decided = decide(decision, call);
    return { title, ...decided, passage: valueOf(decided) };
  });
  const deciding = passed.find(({ passage }) => passage === 'denied') ?? passed.find(({ passage }) => isUndecided(passage));
  return { passage: deciding?.passage ?? 'allowed', gates: passed };
}
