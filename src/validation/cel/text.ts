import { spend, spendMatch } from '../cost';
import { own } from './names';
import type { Environment } from './package';
import { compile, matches } from '../regex';

/** Functions on texts: those of CEL's string extension, and Kubernetes' regular expressions. */
export function registerText(environment: Environment): void {
  environment
    .registerFunction(`string.${own('matches')}(string): bool`, (text: string, pattern: string) => matches(pattern, spendMatch(text, pattern)))
    .registerFunction('string.find(string): string', (text: string, pattern: string) => found(text, pattern, 1)[0] ?? '')
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => found(text, pattern, -1))
    .registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, max: bigint) => found(text, pattern, Number(max)))
    .registerFunction('string.charAt(int): string', (text: string, index: bigint) => slice(text, index, index + 1n, true))
    .registerFunction(`string.${own('indexOf')}(string): int`, (text: string, part: string) => position(text, part, 0n))
    .registerFunction(`string.${own('indexOf')}(string, int): int`, position)
    .registerFunction(`string.${own('lastIndexOf')}(string): int`, (text: string, part: string) => lastPosition(text, part))
    .registerFunction(`string.${own('lastIndexOf')}(string, int): int`, lastPosition)
    .registerFunction('string.format(list): string', formatted)
    .registerFunction(`list.${own('join')}(): string`, (parts: unknown[]) => joined(parts, ''))
    .registerFunction(`list.${own('join')}(string): string`, joined)
    .registerFunction(`string.${own('lowerAscii')}(): string`, (text: string) => counted(text).replace(/[A-Z]+/g, upper => upper.toLowerCase()))
    .registerFunction(`string.${own('upperAscii')}(): string`, (text: string) => counted(text).replace(/[a-z]+/g, lower => lower.toUpperCase()))
    .registerFunction('string.replace(string, string): string', (text: string, part: string, by: string) => replaced(text, part, by, -1n))
    .registerFunction('string.replace(string, string, int): string', replaced)
    .registerFunction(`string.${own('split')}(string): list<string>`, (text: string, by: string) => split(text, by, -1n))
    .registerFunction(`string.${own('split')}(string, int): list<string>`, split)
    .registerFunction(`string.${own('substring')}(int): string`, (text: string, start: bigint) => slice(text, start, BigInt([...text].length)))
    .registerFunction(`string.${own('substring')}(int, int): string`, (text: string, start: bigint, end: bigint) => slice(text, start, end))
    .registerFunction(`string.${own('trim')}(): string`, (text: string) => counted(text).trim());
}

function counted(text: string): string {
  spend(1 + text.length / 10);
  return text;
}

function regex(text: string, pattern: string) {
  spendMatch(text, pattern);
  return compile(pattern);
}

function found(text: string, pattern: string, max: number): string[] {
  const matcher = regex(text, pattern).matcher(text);
  const parts: string[] = [];
  let end = -1;
  while ((max < 0 || parts.length < max) && matcher.find()) {
    // As in Go, an empty match right behind another match does not count.
    if (matcher.end() > matcher.start() || matcher.start() !== end) parts.push(matcher.group() ?? '');
    end = matcher.end();
  }
  return parts;
}

/** Positions are counted in characters, not in the units of UTF-16. */
function position(text: string, part: string, from: bigint): bigint {
  const characters = [...counted(text)];
  if (from < 0n) throw new Error(`index out of range: ${from}`);
  if (from > BigInt(characters.length)) return -1n;
  const start = characters.slice(0, Number(from)).join('').length;
  const index = text.indexOf(part, start);
  return index < 0 ? -1n : BigInt([...text.slice(0, index)].length);
}

function lastPosition(text: string, part: string, from?: bigint): bigint {
  const characters = [...counted(text)];
  if (from !== undefined && from < 0n) throw new Error(`index out of range: ${from}`);
  if (from !== undefined && from > BigInt(characters.length)) return -1n;
  const index = text.lastIndexOf(part, from === undefined ? Infinity : characters.slice(0, Number(from)).join('').length);
  return index < 0 ? -1n : BigInt([...text.slice(0, index)].length);
}

function slice(text: string, start: bigint, end: bigint, endIsNothing = false): string {
  const characters = [...counted(text)];
  const size = BigInt(characters.length);
  if (endIsNothing && start === size) return '';
  if (start < 0n || end > size || start > end) throw new Error(`index out of range: ${start}`);
  return characters.slice(Number(start), Number(end)).join('');
}

function joined(parts: unknown[], separator: string): string {
  if (!parts.every(part => typeof part === 'string')) throw new Error('join() takes a list of texts');
  return counted(parts.join(separator));
}

function replaced(text: string, part: string, by: string, max: bigint): string {
  if (part !== '') return counted(split(text, part, max < 0n ? -1n : max + 1n).join(by));
  // The empty text stands before each character, and at the end.
  const places = max < 0n ? Infinity : Number(max);
  const characters = [...counted(text)];
  return counted(`${characters.map((character, i) => (i < places ? by : '') + character).join('')}${characters.length < places ? by : ''}`);
}

function split(text: string, by: string, max: bigint): string[] {
  const parts = by === '' ? [...counted(text)] : counted(text).split(by);
  if (max < 0n || BigInt(parts.length) <= max) return parts;
  return max === 0n ? [] : [...parts.slice(0, Number(max) - 1), parts.slice(Number(max) - 1).join(by)];
}

function formatted(template: string, args: unknown[]): string {
  let next = 0;
  const result = counted(template).replace(/%(%|(?:\.(\d{1,3}))?([sdfebxXo]))|%/g, (clause, kind?: string, precision?: string, letter?: string) => {
    if (kind === '%') return '%';
    if (letter === undefined) throw new Error(`format() does not know ${clause}`);
    if (next >= args.length) throw new Error('format() has more clauses than arguments');
    return clauseOf(letter, args[next++], precision === undefined ? 6 : Number(precision));
  });
  return counted(result);
}

function clauseOf(letter: string, value: any, precision: number): string {
  switch (letter) {
    case 's': return shown(value);
    case 'd': return String(value);
    case 'f': return Number(value).toFixed(precision);
    case 'e': return Number(value).toExponential(precision).replace(/e([-+])(\d)$/, 'e$10$2');
    case 'x': return hex(value);
    case 'X': return hex(value).toUpperCase();
    case 'b': return typeof value === 'boolean' ? String(Number(value)) : BigInt(value).toString(2);
    default: return BigInt(value).toString(8);
  }
}

function hex(value: any): string {
  if (typeof value === 'string') return Buffer.from(value).toString('hex');
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : BigInt(value).toString(16);
}

function shown(value: any): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return String(value);
  return `{${Object.keys(value).sort().map(key => `${key}: ${shown(value[key])}`).join(', ')}}`;
}
