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

export function violation(check: Check, path: string, message: string, value?: unknown): Violation {
  const shown = value === undefined ? undefined : shortened(value);
  return { check, path, message, ...(shown !== undefined && { value: shown }) };
}

export function child(path: string, key: string): string {
  const plain = /^[A-Za-z_][\w-]{0,80}$/.test(key);
  return plain ? (path === '' ? key : `${path}.${key}`) : `${path}[${shortened(key)}]`;
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
