import { type Choice, choices, dimensionOf, type Draft, type Open, ORDER } from './dimensions';
import { type FieldPlace, placeWords } from '../../manifests/fields';
import { type Atom, isTrue } from '../condition';
import { type Decision, isUndecided, type Source, type Undecided, type Verdict } from '../decision';
import { atomsOf, type Knowledge, restricted } from '../restrict';
import { truthOf } from '../truth';

/** One of two answers that are compared: what follows from some decisions. */
export interface Side<T> {
  readonly decisions: readonly Decision<unknown>[];
  /** The call as it is on this side, where something of it differs from that of the other one. */
  readonly callOf?: (call: Draft) => Draft;
  /** What follows where nothing is open any more. */
  conclude(decisions: readonly Decision<unknown>[]): Conclusion<T>;
}

export interface Conclusion<T> {
  readonly value: T | Undecided;
  /** By which two values are the same. */
  readonly key: string;
  readonly by: readonly Verdict<unknown>[];
}

/** A call of which the two sides say something else. */
export interface Contrast<T> {
  readonly before: Conclusion<T>;
  readonly after: Conclusion<T>;
  readonly call: Draft;
}

export interface Comparison<T> {
  /** One call for each two rules that say something else. */
  readonly contrasts: readonly Contrast<T>[];
  /** What differs if something that is not known is one way, and perhaps not if it is another. */
  readonly perhaps: readonly Contrast<T>[];
  /** Why it is not known whether there are more. */
  readonly unknown: readonly string[];
}

export interface Setting extends Open {
  /** What stands at a place: two doubts of the same text are one. */
  readonly textAt: (place: FieldPlace) => string;
}

/** Steps of one comparison: what takes more is not decided. */
const MOST_STEPS = 20_000;

/** Compares two answers over all calls. */
export function compareSides<T>(before: Side<T>, after: Side<T>, setting: Setting): Comparison<T> {
  return new Comparing(before, after, setting).compare();
}

interface Found<T> {
  readonly before: Conclusion<T>;
  readonly after: Conclusion<T>;
  readonly choices: readonly Choice[];
}

interface Results<T> {
  readonly found: Outcomes<T>;
  readonly perhaps: Outcomes<T>;
  readonly unknown: ReadonlySet<string>;
}

type Outcomes<T> = ReadonlyMap<string, Found<T>>;

type Pair = readonly [before: readonly Decision<unknown>[], after: readonly Decision<unknown>[]];

class Comparing<T> {
  private readonly known = new Map<string, Results<T>>();
  private readonly settled = new Map<string, Outcomes<T> | undefined>();
  private readonly cells = new Map<string, readonly Choice[] | undefined>();
  private readonly verdicts = new Map<Verdict<unknown>, number>();
  private readonly whys = new Map<string, string>();
  private readonly atomKeys = new WeakMap<Atom, string>();
  private steps = 0;

  public constructor(private readonly before: Side<T>, private readonly after: Side<T>, private readonly setting: Setting) {}

  public compare(): Comparison<T> {
    const { found, perhaps, unknown } = this.results([this.restrictSide(this.before), this.restrictSide(this.after)]);
    const contrasts: Contrast<T>[] = [];
    const doubtful = new Set(unknown);
    for (const contrast of this.contrasts(found)) {
      // Dimensions may depend on each other after all, as the claims `a` and `a.b` do.
      if (this.isSo(contrast)) contrasts.push(contrast);
      else doubtful.add('the parts of the request depend on each other');
    }
    return { contrasts, perhaps: this.contrasts(perhaps), unknown: [...doubtful] };
  }

  private contrasts(outcomes: Outcomes<T>): Contrast<T>[] {
    return [...outcomes.values()].map(({ choices: chosen, ...one }) => (
      { ...one, call: chosen.reduce<Draft>((draft, choice) => choice.choose(draft), this.setting.call) }
    ));
  }

  private isSo({ before, after, call }: Contrast<T>): boolean {
    return ([[this.before, before], [this.after, after]] as const).every(([side, { key }]) => {
      const own = side.callOf?.(call) ?? call;
      const left = side.decisions.map(decision => restricted(decision, atom => isTrue(atom, own)));
      return left.some(decision => !atomsOf(decision).next().done) || side.conclude(left).key === key;
    });
  }

  /** What is true of the client, and of connections, is known from the start. */
  private restrictSide({ decisions, callOf }: Side<T>): readonly Decision<unknown>[] {
    const call = callOf?.(this.setting.call) ?? this.setting.call;
    return decisions.map(decision => restricted(decision, atom => isOpen(atom, call) ? 'unknown' : isTrue(atom, call)));
  }

  private restrict([before, after]: Pair, known: Knowledge): Pair {
    return [before.map(decision => restricted(decision, known)), after.map(decision => restricted(decision, known))];
  }

  private results(pair: Pair): Results<T> {
    const key = this.keyOf(pair);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const results = this.steps++ >= MOST_STEPS ? tooMuch<T>() : this.explore(pair);
    this.known.set(key, results);
    return results;
  }

  private explore(pair: Pair): Results<T> {
    const atoms = this.atomsOf(pair);
    const dimensions = new Map<string, Map<string, Atom>>();
    for (const [key, atom] of atoms) {
      const dimension = dimensionOf(atom, this.setting.call.client);
      if (dimension === undefined) continue;
      const own = dimensions.get(dimension) ?? new Map<string, Atom>();
      dimensions.set(dimension, own.set(key, atom));
    }
    const areEntangled = [...atoms.values()].some(({ type }) => type === 'target') && [...atoms.values()].some(({ type }) => type === 'query');
    for (const dimension of [...dimensions.keys()].sort((a, b) => ORDER.indexOf(a.split(' ')[0]) - ORDER.indexOf(b.split(' ')[0]) || (a < b ? -1 : 1))) {
      const own = dimensions.get(dimension) ?? new Map<string, Atom>();
      const isEntangled = areEntangled && [...own.values()].some(({ type }) => ['path', 'target', 'query'].includes(type));
      const ways = isEntangled ? undefined : this.choicesOf(dimension, own);
      if (ways !== undefined) return this.chosen(pair, [...own.keys()], ways);
      for (const key of own.keys()) this.whys.set(key, isEntangled ? ENTANGLED : TOO_MUCH);
    }
    return this.doubtful(pair, [...atoms.keys()]);
  }

  private chosen(pair: Pair, atoms: readonly string[], ways: readonly Choice[]): Results<T> {
    const [found, perhaps] = [new Map<string, Found<T>>(), new Map<string, Found<T>>()];
    const unknown = new Set<string>();
    for (const choice of ways) {
      const below = this.results(this.restrict(pair, this.knowing(atoms, choice.truths)));
      addTo(found, below.found, choice);
      addTo(perhaps, below.perhaps, choice);
      below.unknown.forEach(why => unknown.add(why));
    }
    return { found, perhaps, unknown };
  }

  private atomsOf(pair: Pair): ReadonlyMap<string, Atom> {
    return new Map(pair.flat().flatMap(decision => [...atomsOf(decision)].map(atom => [this.atomKey(atom), atom])));
  }

  private knowing(atoms: readonly string[], truths: readonly boolean[]): Knowledge {
    const numbers = new Map(atoms.map((key, i) => [key, i]));
    return atom => {
      const number = numbers.get(this.atomKey(atom));
      return number === undefined ? 'unknown' : truthOf(truths[number]);
    };
  }

  private choicesOf(dimension: string, atoms: ReadonlyMap<string, Atom>): readonly Choice[] | undefined {
    const key = `${dimension} ${[...atoms.keys()].join()}`;
    if (!this.cells.has(key)) this.cells.set(key, choices([...atoms.values()], this.setting));
    return this.cells.get(key);
  }

  /** What is only known if some doubts are settled: a difference stands where it is the same however they are. */
  private doubtful(pair: Pair, doubts: readonly string[]): Results<T> {
    const outcomes = this.settle(pair);
    if (outcomes === undefined) return tooMuch();
    const all = [...outcomes.values()];
    const differing = all.filter(({ before, after }) => before.key !== after.key);
    if (differing.length === 0) return NOTHING_FOUND;
    const undecided = all.flatMap(({ before, after }) => [before.value, after.value]).find(isUndecided);
    if (undecided === undefined && all.length === 1) return { ...NOTHING_FOUND, found: this.byWords(differing) };
    const unknown = undecided !== undefined ? [undecided.unknown] : doubts.map(key => this.whys.get(key) ?? 'something of the client is not known');
    return { ...NOTHING_FOUND, perhaps: this.byWords(differing), unknown: new Set(unknown) };
  }

  /** What both sides say, however the doubts are settled; undefined where that takes too much. */
  private settle(pair: Pair): Outcomes<T> | undefined {
    const key = this.keyOf(pair);
    if (!this.settled.has(key)) this.settled.set(key, this.steps++ >= MOST_STEPS ? undefined : this.settlements(pair));
    return this.settled.get(key);
  }

  private settlements(pair: Pair): Outcomes<T> | undefined {
    const atoms = [...this.atomsOf(pair)];
    if (atoms.length === 0) {
      const one = { before: this.before.conclude(pair[0]), after: this.after.conclude(pair[1]), choices: [] };
      return new Map([[JSON.stringify([one.before.key, one.after.key]), one]]);
    }
    // A client has one address, whichever it is.
    const ofAddress = new Map(atoms.filter(([, { type }]) => type === 'address'));
    const ways = ofAddress.size === 0 ? undefined : this.choicesOf('address', ofAddress);
    const [asked, settlings] = ways === undefined ? [[atoms[0][0]], EITHER] : [[...ofAddress.keys()], ways];
    const all = new Map<string, Found<T>>();
    for (const choice of settlings) {
      const below = this.settle(this.restrict(pair, this.knowing(asked, choice.truths)));
      if (below === undefined) return undefined;
      addTo(all, below, choice);
    }
    return all;
  }

  /** By what is said, and who says it. */
  private byWords(all: readonly Found<T>[]): Outcomes<T> {
    return new Map(all.map(one => {
      const by = [one.before, one.after].map(side => side.by.map(verdict => this.numberOf(verdict)).join());
      return [JSON.stringify([one.before.key, one.after.key, ...by]), one];
    }));
  }

  private atomKey(atom: Atom): string {
    const known = this.atomKeys.get(atom);
    if (known !== undefined) return known;
    const key = atom.type === 'unknown' ? `unknown ${atom.why} ${atom.about ?? this.setting.textAt(atom.place)}` : JSON.stringify(atom);
    if (atom.type === 'unknown') this.whys.set(key, `${placeWords(atom.place)}: ${atom.why}`);
    this.atomKeys.set(atom, key);
    return key;
  }

  private keyOf(pair: Pair): string {
    return pair.map(side => side.map(decision => decisionKey(decision, atom => this.atomKey(atom), verdict => this.numberOf(verdict))).join('&')).join('|');
  }

  private numberOf(verdict: Verdict<unknown>): number {
    const known = this.verdicts.get(verdict) ?? this.verdicts.size;
    this.verdicts.set(verdict, known);
    return known;
  }
}

/** Whether it can be chosen whether an atom is true of a call. */
function isOpen(atom: Atom, { client, protocol, outside, request }: Draft): boolean {
  if (dimensionOf(atom, client) === undefined) return false;
  switch (atom.type) {
    case 'entrance':
    case 'address': return true;
    case 'serverName': return protocol === 'TLS';
    case 'toAddress':
    case 'toHost':
    case 'toPort': return outside !== undefined;
    default: return request !== undefined;
  }
}

const NOTHING_FOUND: Results<never> = { found: new Map(), perhaps: new Map(), unknown: new Set() };

const TOO_MUCH = 'there are too many conditions to compare them all, or an expression that cannot be followed';
const ENTANGLED = 'conditions on the path with its query, and on the query, depend on each other';

function tooMuch<T>(): Results<T> {
  return { ...NOTHING_FOUND, unknown: new Set([TOO_MUCH]) };
}

const EITHER: readonly Choice[] = [true, false].map(truth => ({ truths: [truth], choose: draft => draft }));

function addTo<T>(all: Map<string, Found<T>>, some: Outcomes<T>, choice: Choice): void {
  for (const [key, one] of some) if (!all.has(key)) all.set(key, { ...one, choices: [choice, ...one.choices] });
}

/** A decision as a text. */
export function decisionKey<T>(
  { branches, otherwise }: Decision<T>, atomKey: (atom: Atom) => string, verdictKey: (verdict: Verdict<T>) => number | string,
): string {
  const key = (condition: Decision<T>['branches'][number]['when']): string => {
    switch (condition.type) {
      case 'all':
      case 'any': return `${condition.type}(${condition.of.map(key).join()})`;
      case 'not': return `not(${key(condition.of)})`;
      default: return atomKey(condition);
    }
  };
  return [
    ...branches.map(({ when, then }) => `${key(when)}:${'branches' in then ? `{${decisionKey(then, atomKey, verdictKey)}}` : verdictKey(then)}`), verdictKey(otherwise),
  ].join(';');
}

/** Two answers that nobody knows are one where the same objects leave it open, whichever stands first. */
export function undecidedKey({ unknown }: Undecided, verdicts: readonly Verdict<unknown>[], textAt: Setting['textAt']): string {
  const places = verdicts.flatMap(({ value, source }) => !isUndecided(value) ? []
    : [...source === undefined ? [] : [source.place], ...value.besides ?? []]);
  return `unknown ${unknown} ${[...new Set(places.map(textAt))].sort().join(' ')}`;
}

export function sourcesOf({ by }: Conclusion<unknown>): readonly Source[] {
  return by.flatMap(({ source }) => source ?? []);
}
