/** What is wrong with a manifest, at one place in it. */
export interface Violation {
  readonly check: Check;
  /** Where in the manifest, such as `spec.rules[0].name`; empty for the manifest as a whole. */
  readonly path: string;
  /** What is wrong there, such as `is required`. */
  readonly message: string;
  /** The value that stands there, shortened; left out for lists and objects. */
  readonly value?: string;
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
  | 'forbidden'
  | 'evaluation'; // a rule that cannot be evaluated

/** Keys and indexes, from the root. A walk pushes and pops them; they are written out for violations only. */
export type Path = (string | number)[];

export function violation(check: Check, path: Readonly<Path>, message: string, value?: unknown): Violation {
  const shown = value === undefined ? undefined : shortened(value);
  return { check, path: written(path), message, ...(shown !== undefined && { value: shown }) };
}

export function written(path: Readonly<Path>): string {
  return path.map(keyOf).join('').replace(/^\./, '');
}

function keyOf(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[A-Za-z_][\w-]{0,80}$/.test(key) ? `.${key}` : `[${shortened(key)}]`;
}

const SHOWN = 60;

/** A scalar as JSON, cut to a length that fits into a sentence. */
function shortened(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string': return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
    case 'number': case 'boolean': return String(value);
    default: return value === null ? 'null' : undefined;
  }
}
