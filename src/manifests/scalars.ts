const WORDS: ReadonlyMap<string, boolean | null | number> = new Map<string, boolean | null | number>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(word => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(word => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map(word => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map(word => [word, NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(word => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map(word => [word, -Infinity] as const),
]);

/**
 * Integers of Go with a base in front, which is octal for a leading zero: what begins them, and what none of them has. An expression that
 * repeats would not survive megabytes of digits.
 */
const BASES = [
  { base: 16, start: /^0[xX]/, other: /[^0-9a-fA-F]/ },
  { base: 2, start: /^0[bB]/, other: /[^01]/ },
  { base: 8, start: /^0[oO]?/, other: /[^0-7]/ },
];
const NOT_DECIMAL = /[^-+.0-9eE]/;

/**
 * What a scalar without quotes is to kubectl, which reads YAML as version 1.1 has it, by way of `sigs.k8s.io/yaml`: `on` is true,
 * `010` is eight, `1_000` is a thousand. Dates stay texts, and so do numbers to the base of sixty.
 */
export function kubectlScalar(text: string): unknown {
  const first = text.charCodeAt(0);
  // What begins with a letter that begins none of the words, which is most.
  if (first > 0x39 && !'yYnNtTfFoO~'.includes(text[0])) return text;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  return /^[-+.0-9]/.test(text) ? number(text) ?? text : text;
}

function number(text: string): number | undefined {
  // What begins with a dot is no integer, and has underscores between digits only.
  const plain = text.startsWith('.') ? text.replace(/(?<=[0-9])_(?=[0-9])/g, '') : text.replaceAll('_', '');
  const sign = plain.startsWith('-') ? -1 : 1;
  const whole = based(plain.replace(/^[-+]/, ''));
  // Beyond 64 bits, it is none for Go.
  if (whole < 2 ** (sign < 0 ? 63 : 64)) return sign * whole;
  const decimal = NOT_DECIMAL.test(plain) ? NaN : Number(plain);
  return Number.isFinite(decimal) ? decimal : undefined;
}

function based(text: string): number {
  const { base, start, other } = BASES.find(one => one.start.test(text)) ?? {};
  const digits = start === undefined ? '' : text.replace(start, '');
  return other === undefined || other.test(digits) ? NaN : parseInt(digits, base);
}
