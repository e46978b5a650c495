import { flatMap } from './lists';

/** Characters by their code points: ranges in order, which neither overlap nor touch. */
export type CharSet = readonly CharRange[];
export type CharRange = readonly [from: number, to: number];

const LAST = 0x10ffff;

export function charSet(...ranges: readonly CharRange[]): CharSet {
  const merged: [number, number][] = [];
  for (const [from, to] of [...ranges].sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) {
      last[1] = Math.max(last[1], to);
    } else {
      merged.push([from, to]);
    }
  }
  return merged;
}

/** The characters of a text. */
export function charsOf(text: string): CharSet {
  return charSet(...codePoints(text).map(code => [code, code] as const));
}

export function codePoints(text: string): number[] {
  // No character of a text is without a number.
  return Array.from(text, character => character.codePointAt(0) ?? 0);
}

/** All other characters. */
export function negated(set: CharSet): CharSet {
  const starts = [0, ...set.map(([, to]) => to + 1)];
  const ends = [...set.map(([from]) => from - 1), LAST];
  return flatMap(starts, (from, i) => from <= ends[i] ? [[from, ends[i]] as const] : []);
}

export function without(set: CharSet, other: CharSet): CharSet {
  return negated(charSet(...negated(set), ...other));
}

/** The only character there is. */
export function onlyChar(set: CharSet): number | undefined {
  return set.length === 1 && set[0][0] === set[0][1] ? set[0][0] : undefined;
}
