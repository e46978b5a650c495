import type { Client } from './call';
import { type Branch, type Decision, isUndecided, type Verdict } from './decision';
import type { Gate, Outside, Passage, PodPort, TitledReading } from './world';

/** What calls of a client meet where they leave, of all APIs. */
export function gatesOut(readings: readonly TitledReading[], client: Client, to: PodPort | Outside): readonly Gate[] {
  const gates = readings.flatMap(({ reading }) => reading.leaving?.(client, to) ?? []);
  const leading = gates.flatMap(({ layer, decision }) => layer === undefined ? elsewhereIn(decision) : []);
  return leading.length === 0 ? gates
    : gates.map(gate => gate.layer === undefined ? gate : { ...gate, decision: unlessElsewhere(leading, gate.decision) });
}

type Elsewhere = readonly Branch<Passage>[];

/** The network sees a call where the proxy sends it: what it says of the place that the client has called, it then says of another call. */
function unlessElsewhere(leading: readonly Elsewhere[], decision: Decision<Passage>): Decision<Passage> {
  const { branches, otherwise } = decision;
  return leading.reduce<Decision<Passage>>(
    (rest, own) => ({ branches: [...own.map(branch => replacing(branch, rest)), ...rest.branches], otherwise }), { branches, otherwise });
}

function replacing(branch: Branch<Passage>, rest: Decision<Passage>): Branch<Passage> {
  const { then } = branch;
  return { ...branch, then: 'branches' in then ? inside(then, rest) : isElsewhere(then) ? then : rest };
}

function inside({ branches, otherwise }: Decision<Passage>, rest: Decision<Passage>): Decision<Passage> {
  const replaced = branches.map(branch => replacing(branch, rest));
  return isElsewhere(otherwise) ? { branches: replaced, otherwise } : { branches: [...replaced, ...rest.branches], otherwise: rest.otherwise };
}

/** The branches of a decision by which some calls are sent elsewhere; nothing where it sends none. */
function elsewhereIn({ branches }: Decision<Passage>): Elsewhere[] {
  return branches.some(({ then }) => leads(then)) ? [branches] : [];
}

function leads(then: Branch<Passage>['then']): boolean {
  return 'branches' in then ? isElsewhere(then.otherwise) || then.branches.some(branch => leads(branch.then)) : isElsewhere(then);
}

function isElsewhere({ value }: Verdict<Passage>): boolean {
  return isUndecided(value) && value.isElsewhere === true;
}
