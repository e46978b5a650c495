import type { Concatenation, DFA, Element, NFA, NoParent, TransitionIterable } from 'refa';
import type { CharSet } from './char-set';
import { charSet, without } from './char-set';
import { flatMap } from './lists';
import type { Regex } from './regex-syntax';
import { parseRegex } from './regex-syntax';

/** How the texts of which one expression holds stand to those of another: none in common, the same, some of them, more of them. */
export type Relation = 'disjoint' | 'equal' | 'inside' | 'around' | 'unknown';

/** Characters that the texts in question never have. A path ends before its `?`, and a header has no ends of lines. */
const NEVER = { path: charSet([0, 0x1f], [0x3f, 0x3f], [0x7f, 0x7f]), header: charSet([0, 0], [0x0a, 0x0a], [0x0d, 0x0d]), query: [] };

/** A state for each character that has to be kept in mind, and sets of states: what takes more is not decided. */
const MOST_STATES = 1000;

/** Expressions hold for whole texts. `unknown` is also where we do not follow their syntax, or it would take too long. */
export function regexRelation(a: string, b: string, texts: keyof typeof NEVER): Relation {
  if (a === b) {
    return 'equal';
  }
  const key = JSON.stringify([a, b, texts]);
  const known = relations.get(key) ?? relate(automaton(a, texts), automaton(b, texts));
  relations.set(key, known);
  return known;
}

const relations = new Map<string, Relation>();

function relate(a: Automaton | undefined, b: Automaton | undefined): Relation {
  if (a === undefined || b === undefined) {
    return 'unknown';
  }
  if (isDisjoint(a.holds, b.holds)) {
    return 'disjoint';
  }
  const [inside, around] = [isDisjoint(a.holds, b.holdsNot()), isDisjoint(b.holds, a.holdsNot())];
  return inside && around ? 'equal' : inside ? 'inside' : around ? 'around' : 'unknown';
}

interface Automaton {
  readonly holds: NFA;
  readonly holdsNot: () => DFA | undefined;
}

const automata = new Map<string, Automaton | undefined>();

function automaton(pattern: string, texts: keyof typeof NEVER): Automaton | undefined {
  const key = JSON.stringify([pattern, texts]);
  if (!automata.has(key)) {
    automata.set(key, build(pattern, NEVER[texts]));
  }
  return automata.get(key);
}

/** A state of a deterministic automaton: what it does not lead on by, it does not take. */
export interface State {
  readonly isFinal: boolean;
  readonly edges: readonly Edge[];
}

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly next: State;
}

/** The automaton of an expression for whole texts; undefined where we do not follow its syntax, or it takes too many states. */
export function deterministic(pattern: string): State | undefined {
  const holds = nondeterministic(pattern, []);
  const { DFA: dfa } = refa();
  const dfaOf = holds && decided(() => dfa.fromFA(holds, new dfa.LimitedNodeFactory(MOST_STATES)));
  if (dfaOf === undefined) return undefined;
  const states = new Map([...dfaOf.nodes()].map(node => [node, { isFinal: dfaOf.finals.has(node), edges: [] as Edge[] }]));
  states.forEach((state, node) => node.out.forEach((next, { min, max }) => {
    const known = states.get(next);
    if (known !== undefined) state.edges.push({ from: min, to: max, next: known });
  }));
  return states.get(dfaOf.initial);
}

function nondeterministic(pattern: string, never: CharSet): NFA | undefined {
  const parsed = parseRegex(pattern);
  const regex = parsed && withoutEnds(parsed, true, true);
  if (regex === undefined) {
    return undefined;
  }
  const { NFA: nfa } = refa();
  return decided(() => nfa.fromRegex(alternatives(regex, never), { maxCharacter: LAST }, {}, new nfa.LimitedNodeFactory(MOST_STATES)));
}

function build(pattern: string, never: CharSet): Automaton | undefined {
  const { DFA: dfa } = refa();
  const holds = nondeterministic(pattern, never);
  let complement: DFA | undefined | 'not yet' = 'not yet';
  return holds && {
    holds,
    holdsNot: () => {
      if (complement === 'not yet') {
        complement = decided(() => {
          const others = dfa.fromFA(holds, new dfa.LimitedNodeFactory(MOST_STATES));
          others.complement();
          return others;
        });
      }
      return complement;
    },
  };
}

function isDisjoint<Node>(a: NFA, b: TransitionIterable<Node> | undefined): boolean {
  return b !== undefined && decided(() => refa().isDisjointWith(a, b, MOST_STATES)) === true;
}

/** Undefined where it takes too many states. */
function decided<T>(decide: () => T): T | undefined {
  try {
    return decide();
  } catch (error) {
    if (error instanceof refa().TooManyNodesError) {
      return undefined;
    }
    throw error;
  }
}

/** The same expression without starts and ends of the text, where they stand there anyway; undefined where they stand elsewhere. */
function withoutEnds(regex: Regex, atStart: boolean, atEnd: boolean): Regex | undefined {
  const all = (parts: readonly Regex[], strip: (part: Regex, i: number) => Regex | undefined): Regex[] | undefined => {
    const stripped = flatMap(parts, (part, i) => strip(part, i) ?? []);
    return stripped.length < parts.length ? undefined : stripped;
  };
  switch (regex.type) {
    case 'set': return regex;
    case 'start': return atStart ? EMPTY : undefined;
    case 'end': return atEnd ? EMPTY : undefined;
    case 'choice': {
      const options = all(regex.options, option => withoutEnds(option, atStart, atEnd));
      return options && { type: 'choice', options };
    }
    case 'sequence': {
      const first = regex.items.findIndex(({ type }) => type !== 'start');
      const last = regex.items.map(({ type }) => type !== 'end').lastIndexOf(true);
      const items = all(regex.items, (item, i) => withoutEnds(item, atStart && (first === -1 || i <= first), atEnd && i >= last));
      return items && { type: 'sequence', items };
    }
    case 'repeat': {
      const item = withoutEnds(regex.item, false, false);
      return item && { ...regex, item };
    }
  }
}

const EMPTY: Regex = { type: 'sequence', items: [] };
const LAST = 0x10ffff;

function alternatives(regex: Regex, never: CharSet): NoParent<Concatenation>[] {
  return (regex.type === 'choice' ? regex.options : [regex]).map(option => ({
    type: 'Concatenation' as const,
    elements: (option.type === 'sequence' ? option.items : [option]).map(item => element(item, never)),
  }));
}

function element(regex: Regex, never: CharSet): NoParent<Element> {
  switch (regex.type) {
    case 'set': {
      const ranges = without(regex.set, never).map(([min, max]) => ({ min, max }));
      return { type: 'CharacterClass', characters: refa().CharSet.empty(LAST).union(ranges) };
    }
    case 'repeat':
      return { type: 'Quantifier', alternatives: alternatives(regex.item, never), min: regex.least, max: regex.most ?? Infinity, lazy: false };
    default:
      return { type: 'Quantifier', alternatives: alternatives(regex, never), min: 1, max: 1, lazy: false };
  }
}

/** Loaded when two expressions are first compared: most apps have none. */
function refa(): typeof import('./automata') {
  return require('./automata');
}
