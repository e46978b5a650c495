import type { Call } from './call';
import { type Atom, type Condition, isTrue } from './condition';

/** What of a condition would have to be otherwise for it to be true of a call. */
export function unmet(condition: Condition, call: Call): readonly Condition[] {
  if (isTrue(condition, call) !== 'no') return [];
  switch (condition.type) {
    case 'all': return condition.of.flatMap(one => unmet(one, call));
    case 'any': return condition.of.length === 1 ? unmet(condition.of[0], call) : [condition];
    default: return [condition];
  }
}

/** What of a condition nobody knows of a call. */
export function unsure(condition: Condition, call: Call): readonly Atom[] {
  if (isTrue(condition, call) !== 'unknown') return [];
  switch (condition.type) {
    case 'all':
    case 'any': return condition.of.flatMap(one => unsure(one, call));
    case 'not': return unsure(condition.of, call);
    default: return [condition];
  }
}
