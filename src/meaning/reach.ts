import { ALWAYS, allOf, type Condition } from './condition';
import { type Decision, isUndecided, type Source, type Undecided } from './decision';
import { PAST_THE_MESH, PERHAPS_PAST_THE_MESH } from './passage';
import { forClient, isAlways, isOfRequests, type TruthOfClient } from './restrict';
import type { Truth } from './truth';
import type { Gate, Passage } from './world';
import { grouped } from '../model/lists';

/** How much of what a client may send passes: everything, some of it, nothing, or nobody knows. */
export type Reach = 'all' | 'some' | 'none' | 'unknown';

/** What passes, and who says so. */
export interface Passable {
  readonly reach: Reach;
  /** What requests have to be like, and the object that lets those in; at the last gate that has such a rule. */
  readonly rules: readonly { readonly when: Condition; readonly source: Source }[];
}

const LEAST_FIRST = ['none', 'unknown', 'some'] as const;

/** What passes some gates, one after the other. */
export function passable(gates: readonly Gate[], truthOf: TruthOfClient): Passable {
  const decisions = gates.map(({ decision }) => forClient(decision, truthOf));
  const all = gates.map(({ layer, decision: { otherwise } }, i) => ({ layer, closes: otherwise.value === 'denied', reach: reachOf(decisions[i]) }));
  const layers = grouped(all.filter(({ layer }) => layer !== undefined), ({ layer }) => layer);
  const reaches = [...all.filter(({ layer }) => layer === undefined).map(one => one.reach), ...[...layers.values()].flatMap(addedUp)];
  const reach = LEAST_FIRST.find(one => reaches.includes(one)) ?? 'all';
  const rules = decisions.map(decision => [...allowing(decision)]).filter(some => some.length > 0);
  return { reach, rules: reach === 'none' ? [] : rules.at(-1) ?? [] };
}

/** What passes the gates of a layer, of which one is enough. */
function addedUp(gates: readonly { readonly closes: boolean; readonly reach: Reach }[]): Reach[] {
  const reaches = [...new Set(gates.map(({ reach }) => reach))];
  // A gate that closes nothing leaves to the others what it lets pass.
  return gates.some(({ closes, reach }) => closes && reach === 'all') ? ['all'] : reaches.length > 1 ? ['unknown'] : reaches;
}

/** Whether calls of a client pass some gates of a mesh past it, where only requests are left to ask about. */
export function goPast(gates: readonly Gate[], truthOf: TruthOfClient): Truth {
  const ends = gates.flatMap(({ decision }) => [...verdictsOf(forClient(decision, truthOf))]);
  return ends.length > 0 && ends.every(value => value === PAST_THE_MESH) ? 'yes'
    : ends.some(value => value === PAST_THE_MESH || value === PERHAPS_PAST_THE_MESH) ? 'unknown' : 'no';
}

function* verdictsOf({ branches, otherwise }: Decision<Passage>): Generator<Passage | Undecided> {
  for (const { when, then } of branches) {
    if ('branches' in then) yield* verdictsOf(then);
    else yield then.value;
    if (isAlways(when)) return;
  }
  yield otherwise.value;
}

/** What passes one way and then another; the rules are those of the second. */
export function bothWays(first: Passable, second: Passable): Passable {
  const reach = LEAST_FIRST.find(one => one === first.reach || one === second.reach) ?? 'all';
  return { reach, rules: reach === 'none' ? [] : second.rules };
}

function* allowing({ branches, otherwise }: Decision<Passage>): Generator<Passable['rules'][number]> {
  for (const { when, then, source } of branches) {
    if ('branches' in then) {
      for (const inner of allowing(then)) yield { when: isAlways(when) ? inner.when : allOf(when, inner.when), source: inner.source };
    } else if (then.value === 'allowed') {yield { when, source };}
    if (isAlways(when)) return;
  }
  if (otherwise.value === 'allowed' && otherwise.source !== undefined) yield { when: ALWAYS, source: otherwise.source };
}

/** What of it passes one gate, where only requests are left to ask about. */
function reachOf(decision: Decision<Passage>): Reach {
  const ends = [...endsOf(decision)];
  if (ends.includes('unknown')) return 'unknown';
  return !ends.includes('denied') ? 'all' : ends.includes('allowed') ? 'some' : 'none';
}

function* endsOf({ branches, otherwise }: Decision<Passage>): Generator<Passage | 'unknown'> {
  for (const { when, then } of branches) {
    if (isDoubtful(when)) yield 'unknown';
    if ('branches' in then) yield* endsOf(then);
    else yield isUndecided(then.value) ? 'unknown' : then.value;
    if (isAlways(when)) return;
  }
  yield isUndecided(otherwise.value) ? 'unknown' : otherwise.value;
}

/** Whether something in it is not known, whatever is sent. */
function isDoubtful(condition: Condition): boolean {
  switch (condition.type) {
    case 'all':
    case 'any': return condition.of.some(isDoubtful);
    case 'not': return isDoubtful(condition.of);
    default: return !isOfRequests(condition);
  }
}
