import { isRegex } from '../../model/regex';
import { deterministic, type Edge, type State } from '../../model/regex-relation';
import { asRegex, holdsFor, suffix, type Text } from '../text';
import type { Truth } from '../truth';

/** Texts of which the same conditions hold, and one of them. */
export interface Cell {
  readonly witness: string;
  /** Of each condition. */
  readonly truths: readonly Truth[];
}

/** Which texts there are: those that an expression holds for. The witnesses of cells that have one of the preferred texts are that. */
export interface Universe {
  readonly all: string;
  readonly preferred: readonly string[];
}

/** A state for each text that has to be told apart: what takes more is not decided. */
const MOST_STATES = 20_000;

/**
 * The cells in which some conditions divide all texts, each with a text as short as there is. Undefined where an expression cannot be followed,
 * or there are too many cells.
 */
export function partition(conditions: readonly Text[], { all, preferred }: Universe): readonly Cell[] | undefined {
  const leaves = [...new Map(conditions.flatMap(leavesOf).map(leaf => [keyOf(leaf), leaf])).values()];
  const automata = [...leaves.map(automatonOf), expression(all)];
  const known = automata.filter(state => state !== undefined);
  const universe = known.at(-1);
  if (universe === undefined || known.length < automata.length) return undefined;
  const cells = new Map<string, Cell>();
  const add = (witness: string) => {
    const truths = conditions.map(condition => holdsFor(condition, witness));
    const key = truths.join();
    if (!cells.has(key)) cells.set(key, { witness, truths });
  };
  preferred.filter(text => isTaken(universe, text)).forEach(add);
  return explore(known.slice(0, -1), universe, add) ? [...cells.values()] : undefined;
}

type Leaf = Extract<Text, { readonly value: string }>;

function leavesOf(text: Text): Leaf[] {
  switch (text.type) {
    case 'anything': return [];
    case 'oneOf': return text.of.flatMap(leavesOf);
    case 'not': return leavesOf(text.of);
    // Nobody knows what holds for it, whatever the text.
    case 'regex': return isRegex(text.value) ? [text] : [];
    default: return [text];
  }
}

function keyOf({ type, value }: Leaf): string {
  return `${type} ${value}`;
}

function automatonOf(leaf: Leaf): State | undefined {
  switch (leaf.type) {
    case 'exact': return row(leaf.value, { isFinal: true, edges: [] });
    case 'prefix': return row(leaf.value, ANYTHING);
    case 'suffix': return expression(asRegex(suffix(leaf.value)) ?? '');
    case 'regex': return expression(leaf.value);
  }
}

const ANYTHING: State = { isFinal: true, edges: [] };
(ANYTHING.edges as Edge[]).push({ from: 0, to: 0x10ffff, next: ANYTHING });

function row(text: string, end: State): State {
  return [...text].reverse().reduce<State>((next, character) => {
    const code = character.codePointAt(0) ?? 0;
    return { isFinal: false, edges: [{ from: code, to: code, next }] };
  }, end);
}

const expressions = new Map<string, State | undefined>();

function expression(pattern: string): State | undefined {
  if (!expressions.has(pattern)) expressions.set(pattern, deterministic(pattern));
  return expressions.get(pattern);
}

function isTaken(start: State, text: string): boolean {
  let state: State | undefined = start;
  for (const character of text) state = step(state, character.codePointAt(0) ?? 0);
  return state?.isFinal === true;
}

function step(state: State | undefined, code: number): State | undefined {
  return state?.edges.find(({ from, to }) => from <= code && code <= to)?.next;
}

/** Finds a text for each set of expressions that hold for some text, the shortest first. False where it takes too long. */
function explore(automata: readonly State[], universe: State, add: (witness: string) => void): boolean {
  const numbers = new Map<State, number>();
  const numberOf = (state: State) => {
    const known = numbers.get(state) ?? numbers.size;
    numbers.set(state, known);
    return known;
  };
  const keyOfAll = (states: readonly (State | undefined)[]) => states.map(state => state === undefined ? '' : numberOf(state)).join();
  const start: readonly (State | undefined)[] = [universe, ...automata];
  const seen = new Set([keyOfAll(start)]);
  const found = new Set<string>();
  let front = [{ states: start, text: '' }];
  while (front.length > 0) {
    const next: typeof front = [];
    for (const { states, text } of front) {
      const holding = states.map(state => state?.isFinal === true ? '1' : '0').join('');
      if (holding.startsWith('1') && !found.has(holding)) {
        found.add(holding);
        add(text);
      }
      for (const code of codesFrom(states)) {
        const after = states.map(state => step(state, code));
        if (after[0] === undefined) continue;
        const key = keyOfAll(after);
        if (seen.has(key)) continue;
        if (seen.size >= MOST_STATES) return false;
        seen.add(key);
        next.push({ states: after, text: text + String.fromCodePoint(code) });
      }
    }
    front = next;
  }
  return true;
}

/** One character of each set of those that lead on alike; the plainest first. */
function codesFrom([universe, ...others]: readonly (State | undefined)[]): number[] {
  const edges = [...universe?.edges ?? [], ...others.flatMap(state => state?.edges ?? [])];
  const starts = [...new Set(edges.flatMap(({ from, to }) => [from, to + 1]))].sort((a, b) => a - b);
  const codes = starts.map((from, i) => plainest(from, (starts[i + 1] ?? from + 1) - 1));
  return codes.sort((a, b) => plainness(a) - plainness(b));
}

/** Small letters, capitals, digits. */
const PLAIN = [[0x61, 0x7a], [0x41, 0x5a], [0x30, 0x39]] as const;

function plainest(from: number, to: number): number {
  const range = PLAIN.find(([first, last]) => from <= last && first <= to);
  return range === undefined ? from : Math.max(from, range[0]);
}

function plainness(at: number): number {
  const range = PLAIN.findIndex(([first, last]) => first <= at && at <= last);
  return (range === -1 ? PLAIN.length : range) * 0x110000 + at;
}
