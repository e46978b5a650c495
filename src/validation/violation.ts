/** What is wrong with a manifest, at one place in it. */
export interface Violation {
  readonly check: Check;
  /** Where in the manifest, such as `spec.rules[0].name`; empty for the manifest as a whole. */
  readonly path: string;
  /** What is wrong there, such as `is required`. */
  readonly message: string;
  /** The value that stands there, as JSON, shortened. */
  readonly value?: string;
  /** The rule of the CRD that does not hold, in CEL, shortened. */
  readonly rule?: string;
}

/** The kinds of violations. */
export type Check =
  | 'size' // of the manifest: too big, too deep, or not data
  | 'kind'
  | 'metadata'
  | 'unknown'
  | 'required'
  | 'type'
  | 'enum'
  | 'format'
  | 'pattern'
  | 'length'
  | 'range'
  | 'duplicate'
  | 'junctor' // anyOf, oneOf, not
  | 'rule'
  | 'evaluation'; // a rule that cannot be evaluated

/** Keys and indexes, from the root. A walk pushes and pops them; they are written out for violations only. */
export type Path = (string | number)[];

export function violation(check: Check, path: Readonly<Path>, message: string, value?: unknown): Violation {
  return { check, path: written(path), message, ...(value !== undefined && { value: shortened(value) }) };
}

export function written(path: Readonly<Path>): string {
  return path.map(keyOf).join('').replace(/^\./, '');
}

function keyOf(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[A-Za-z_][\w-]{0,80}$/.test(key) ? `.${key}` : `[${shortened(key)}]`;
}

const SHOWN = 60;

/** A value as JSON, cut to a length that fits into a sentence. */
function shortened(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(cut(value));
  return cut(json(value, SHOWN));
}

/** At least the first `room` characters of the JSON. Each level takes a character, so a deep value ends the walk too. */
function json(value: unknown, room: number): string {
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? JSON.stringify(cut(value)) : String(value);
  const isList = Array.isArray(value);
  let text = isList ? '[' : '{';
  for (const key of Object.keys(value)) {
    if (text.length > room) return text;
    text += `${text.length > 1 ? ',' : ''}${isList ? '' : `${JSON.stringify(cut(key))}:`}`;
    text += json((value as Record<string, unknown>)[key], room - text.length);
  }
  return `${text}${isList ? ']' : '}'}`;
}

/** A text, cut to a number of characters. */
export function cut(text: string, most = SHOWN): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
