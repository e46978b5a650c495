import type { Call } from './call';
import { type Decided, decide, isUndecided, type Undecided, valueOf } from './decision';
import { any, type Truth } from './truth';
import type { Gate, Passage } from './world';
import { grouped } from '../model/lists';

/**
 * What a gate decides of calls that it lets pass without a certificate of the mesh: then it depends on what else is asked of such clients. Whoever
 * does not ask it does not know.
 */
export const PAST_THE_MESH: Undecided = { unknown: 'the call goes past the mesh, in plain text', isPast: true };

/** The same where it is not known whether it does. */
export const PERHAPS_PAST_THE_MESH: Undecided = { unknown: 'it is not known whether the call passes the proxy of the client' };

/** Whether a call passes, and what each gate on its way said. */
export interface Passed {
  readonly passage: Passage | Undecided;
  readonly gates: readonly PassedGate[];
}

export interface PassedGate extends Decided<Passage> {
  readonly title: string;
  readonly passage: Passage | Undecided;
}

/**
 * A call passes if every gate lets it pass, and of the gates of a layer, one. A gate that is shut is enough to keep it out, whatever is not
 * known of the others.
 */
export function pass(gates: readonly Gate[], call: Call): Passed {
  const passed = gates.map((gate): PassedGate & { readonly gate: Gate } => {
    const decided = decide(gate.decision, call);
    return { gate, title: gate.title, ...decided, passage: valueOf(decided) };
  });
  const alone = passed.filter(({ gate: { layer } }) => layer === undefined);
  const layers = grouped(passed.filter(({ gate: { layer } }) => layer !== undefined), ({ gate: { layer } }) => layer);
  const ofMesh = alone.map(({ passage }) => passage);
  const past = ofMesh.find(passage => passage === PERHAPS_PAST_THE_MESH) ?? ofMesh.find(passage => passage === PAST_THE_MESH);
  // What proxies make of a client with a certificate says nothing of one without.
  const passages = [...past === undefined ? ofMesh : ofMesh.filter(passage => passage !== 'denied'), ...[...layers.values()].map(addedUp)];
  return {
    passage: passages.find(passage => passage === 'denied') ?? doubtAmong(passages) ?? 'allowed',
    gates: passed.map(({ gate, ...rest }) => rest),
  };
}

/** Something that is not known, before what is known to go past the mesh. */
function doubtAmong(passages: readonly (Passage | Undecided)[]): Undecided | undefined {
  const undecided = passages.filter(isUndecided);
  return undecided.find(({ isPast: goesPast }) => goesPast === undefined) ?? undecided[0];
}

/** Whether all that is not known of a call that leaves is what becomes of it past the mesh. */
export function isPast({ passage, gates }: Passed): boolean {
  const undecided = gates.filter(gate => isUndecided(gate.passage));
  return isUndecided(passage) && undecided.length > 0 && undecided.every(gate => gate.passage === PAST_THE_MESH);
}

/** Whether all that is not known of a call that leaves is whether it does so past the mesh. */
export function isPerhapsPast({ passage, gates }: Passed): boolean {
  const undecided = gates.filter(gate => isUndecided(gate.passage));
  return isUndecided(passage) && undecided.length > 0 && undecided.every(gate => gate.passage === PERHAPS_PAST_THE_MESH);
}

/** What the gates of a layer say together. */
function addedUp(gates: readonly (PassedGate & { readonly gate: Gate })[]): Passage | Undecided {
  const said = gates.map(({ gate: { decision }, passage, steps }) => ({
    passage, speaks: decision.otherwise.value === 'denied' ? 'yes' : any(steps.map(({ holds }) => holds)),
  }));
  const speaking = (truth: Truth) => said.filter(({ speaks }) => speaks === truth);
  if (speaking('yes').some(({ passage }) => passage === 'allowed')) return 'allowed';
  const undecided = said.map(({ passage }) => passage).find(isUndecided);
  if (undecided !== undefined) return undecided;
  const denies = said.some(({ passage }) => passage === 'denied');
  return !denies ? 'allowed' : speaking('unknown').length > 0 ? { unknown: 'it is not known which of several things is true of the call' } : 'denied';
}
