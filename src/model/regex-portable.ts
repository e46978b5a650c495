import type { CharSet } from './char-set';
import { negated, onlyChar } from './char-set';
import type { Regex } from './regex-syntax';
import { parseRegex } from './regex-syntax';

/**
 * The same expression in words that RE2, Go and Rust's `regex` read alike: no flags, no names of classes, and nothing in a
 * class that one of them takes for an operation on sets. Undefined where there is none that we know of.
 *
 * @see https://docs.rs/regex/latest/regex/#syntax
 */
export function portableRegex(pattern: string): string | undefined {
  const known = written.get(pattern);
  if (known !== undefined || written.has(pattern)) {
    return known;
  }
  const regex = parseRegex(pattern);
  const portable = regex === undefined || depthOf(regex) > MAX_DEPTH || sizeOf(regex) > MAX_SIZE ? undefined : writeRegex(regex);
  written.set(pattern, portable);
  return portable;
}

const written = new Map<string, string | undefined>();

/** Rust reads groups up to 250 deep. */
const MAX_DEPTH = 100;

/** Rust compiles an expression to 10 MiB at most, and characters beyond ASCII are many bytes. */
const MAX_SIZE = 10_000;

function depthOf(regex: Regex): number {
  return 1 + Math.max(0, ...partsOf(regex).map(depthOf));
}

function partsOf(regex: Regex): readonly Regex[] {
  switch (regex.type) {
    case 'sequence': return regex.items;
    case 'choice': return regex.options;
    case 'repeat': return [regex.item];
    default: return [];
  }
}

/** How many sets of characters an engine keeps apart. */
function sizeOf(regex: Regex): number {
  const size = partsOf(regex).reduce((sum, part) => sum + sizeOf(part), 1);
  return regex.type === 'repeat' ? size * Math.max(1, regex.most ?? regex.least) : size;
}

/** The expression in these words. */
export function writeRegex(regex: Regex): string {
  switch (regex.type) {
    case 'set': return writeSet(regex.set);
    case 'sequence': return regex.items.map(item => item.type === 'choice' ? group(item) : writeRegex(item)).join('');
    case 'choice': return regex.options.map(writeRegex).join('|');
    case 'repeat': return `${regex.item.type === 'set' ? writeRegex(regex.item) : group(regex.item)}${writeCount(regex.least, regex.most)}`;
    case 'start': return '^';
    case 'end': return '$';
  }
}

function group(regex: Regex): string {
  return `(?:${writeRegex(regex)})`;
}

function writeCount(least: number, most?: number): string {
  switch (most) {
    case undefined: return least === 0 ? '*' : least === 1 ? '+' : `{${least},}`;
    case least: return `{${least}}`;
    default: return least === 0 && most === 1 ? '?' : `{${least},${most}}`;
  }
}

function writeSet(set: CharSet): string {
  const only = onlyChar(set);
  if (only !== undefined) {
    return writeCharacter(only, /[\\.+*?()|[\]{}^$]/);
  }
  const others = negated(set);
  if (others.length === 0) {
    return '[\\s\\S]';
  }
  if (set.length === 0) {
    return '[^\\s\\S]';
  }
  if (onlyChar(others) === 0x0a) {
    return '.';
  }
  // What goes on to the last character of Unicode is said by what it is not.
  return set.at(-1)?.[1] === 0x10ffff ? `[^${writeMembers(others)}]` : `[${writeMembers(set)}]`;
}

function writeMembers(set: CharSet): string {
  const member = (character: number) => writeCharacter(character, /[\\[\]^&~-]/);
  return set.map(([from, to]) => from === to ? member(from) : to === from + 1 ? member(from) + member(to) : `${member(from)}-${member(to)}`).join('');
}

const CONTROLS: Readonly<Record<number, string>> = { 0x09: '\\t', 0x0a: '\\n', 0x0c: '\\f', 0x0d: '\\r' };

function writeCharacter(character: number, special: RegExp): string {
  const text = String.fromCodePoint(character);
  if (special.test(text)) {
    return `\\${text}`;
  }
  return character >= 0x20 && character < 0x7f ? text : CONTROLS[character] ?? `\\x{${character.toString(16).toUpperCase()}}`;
}
