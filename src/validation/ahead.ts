import { spendMatch } from './cost';
import { matches as isMatched } from './regex';

/**
 * What the rules of `imports/schemas/rules.ts` are made of. They answer true or false where CEL answers the same, and throw wherever that
 * takes more: types that differ, a field that is missing. CEL itself decides then.
 */

type Value = any;

const UNDECIDED = new Error('CEL has to decide');

export function undecided(): never {
  throw UNDECIDED;
}

export function has(holder: Value, field: string): boolean {
  return isMap(holder) ? Object.hasOwn(holder, field) : undecided();
}

export function get(holder: Value, field: string): Value {
  return has(holder, field) ? holder[field] : undecided();
}

export function at(list: Value, index: Value): Value {
  return Array.isArray(list) && typeof index === 'bigint' && index >= 0n && index < list.length ? list[Number(index)] : undecided();
}

/** Of a map, its keys. */
export function items(value: Value): Value[] {
  return Array.isArray(value) ? value : isMap(value) ? Object.keys(value) : undecided();
}

export function size(value: Value): bigint {
  return BigInt((typeof value === 'string' ? [...value] : items(value)).length);
}

export function equal(a: Value, b: Value): boolean {
  return typeof a === typeof b && typeof a !== 'object' ? a === b : undecided();
}

export function isIn(item: Value, list: Value): boolean {
  return Array.isArray(list) ? list.some(other => equal(item, other)) : undecided();
}

export function less(a: Value, b: Value): boolean {
  return typeof a === 'bigint' && typeof b === 'bigint' ? a < b : undecided();
}

export function plus(a: Value, b: Value): bigint {
  const sum: Value = typeof a === 'bigint' && typeof b === 'bigint' ? a + b : undecided();
  return BigInt.asIntN(64, sum) === sum ? sum : undecided();
}

export function startsWith(text: Value, part: Value): boolean {
  return areTexts(text, part) ? text.startsWith(part) : undecided();
}

export function endsWith(text: Value, part: Value): boolean {
  return areTexts(text, part) ? text.endsWith(part) : undecided();
}

export function contains(text: Value, part: Value): boolean {
  return areTexts(text, part) ? text.includes(part) : undecided();
}

export function matches(text: Value, pattern: Value): boolean {
  return areTexts(text, pattern) ? isMatched(pattern, spendMatch(text, pattern)) : undecided();
}

function areTexts(...values: Value[]): boolean {
  return values.every(value => typeof value === 'string');
}

/** What rules know as a map; a Map is left to CEL. */
function isMap(value: Value): boolean {
  return typeof value === 'object' && value?.constructor === Object;
}
