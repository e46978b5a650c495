import type { Client, ServicePort } from './call';
import { ALWAYS, type Condition, noneOf } from './condition';
import { type Branch, type Decision, isUndecided, type Source, type Verdict } from './decision';
import { PAST_THE_MESH, PERHAPS_PAST_THE_MESH } from './passage';
import { hasNoProxy, isPastAt, type Past } from './past';
import { type Gate, isOutside, type Outside, type Passage, type PodPort, type TitledReading } from './world';

/** What calls of a client meet where they leave, of all APIs. */
export function gatesOut(readings: readonly TitledReading[], client: Client, to: PodPort | Outside): readonly Gate[] {
  const gates = readings.flatMap(({ reading }) => {
    const own = reading.leaving?.(client, to) ?? [];
    const past = hasNoProxy(client) ? undefined : reading.leavesPast?.(client);
    return past === undefined ? own : unlessPast(past, own, to);
  });
  const leading = gates.flatMap(({ layer, decision }) => layer === undefined ? elsewhereIn(decision) : []);
  return leading.length === 0 ? gates
    : gates.map(gate => gate.layer === undefined ? gate : { ...gate, decision: unlessElsewhere(leading, gate.decision) });
}

/** What gates of a mesh decide of the calls that meet them; others go past them, in plain text. */
function unlessPast(past: Past, gates: readonly Gate[], to: PodPort | Outside): readonly Gate[] {
  const branches = isOutside(to) ? toOutside(past) : toPods(past, to);
  if (branches.length === 0) return gates;
  const own = gates.filter(({ layer }) => layer === undefined);
  const others = own.length > 0 || isOutside(to) ? own : [OPEN];
  return [
    ...others.map(({ decision, ...gate }): Gate => ({ ...gate, decision: { ...decision, branches: [...branches, ...decision.branches] } })),
    ...gates.filter(({ layer }) => layer !== undefined),
  ];
}

const OPEN: Gate = { title: 'proxy of the client', decision: { branches: [], otherwise: { value: 'allowed', why: 'it lets the call pass' } } };
const BY_PODS = { kind: 'Pod', name: 'client', place: { file: '', line: 0, path: '' } } as const satisfies Source;

/** Outside, nobody asks for a certificate of the mesh. */
function toOutside({ ports, others }: Past): Branch<Passage>[] {
  const ranges = ports === 'all' ? [{ first: 0, last: 65_535 }] : ports;
  return [
    ...ranges.map(({ first, last }): Branch<Passage> => ({ when: { type: 'toPort', first, last }, then: { value: 'allowed', why: PAST }, source: BY_PODS })),
    ...others === undefined ? [] : [{ when: ALWAYS, then: { value: PERHAPS_PAST_THE_MESH, why: PERHAPS_PAST_THE_MESH.unknown }, source: BY_PODS }],
  ];
}

function toPods(past: Past, { entrances, port }: PodPort): Branch<Passage>[] {
  const branch = (when: Condition, own: number): Branch<Passage>[] => {
    const truth = isPastAt(past, own);
    const then = truth === 'yes' ? { value: PAST_THE_MESH, why: PAST } : { value: PERHAPS_PAST_THE_MESH, why: PERHAPS_PAST_THE_MESH.unknown };
    return truth === 'no' ? [] : [{ when, then, source: BY_PODS }];
  };
  const all = [...entrances.map(entrance => entrance.port), port].map(own => isPastAt(past, own));
  if (all.every(truth => truth === all[0])) return branch(ALWAYS, port);
  return [...entrances.flatMap(entrance => branch(atEntrance(entrance), entrance.port)), ...branch(noneOf({ type: 'entrance' }), port)];
}

function atEntrance({ namespace, service, port }: ServicePort): Condition {
  return { type: 'entrance', namespace, service, port };
}

const PAST = 'by the annotations of the client, it does not pass its proxy';

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
