import { misuse } from './diagnostics';

/**
 * What a value has to be. The compiler says it to TypeScript; this says it to what comes without types: plain JavaScript,
 * casts, parsed files. Throws in the words of the caller.
 */
export interface Shape {
  (where: string, name: string, value: unknown): void;
  /** Whether there may be nothing. */
  readonly isOptional?: boolean;
}

export const TEXT = shape('a string', value => typeof value === 'string');
export const NUMBER = shape('a number', value => typeof value === 'number');
export const BOOLEAN = shape('true or false', value => typeof value === 'boolean');

/** A member of an enum. */
export function memberOf(members: { readonly [name: string]: string }, enumName: string): Shape {
  return shape(`a member of ${enumName}: ${Object.keys(members).join(', ')}`, value => (Object.values(members) as unknown[]).includes(value));
}

/** An instance of a class, also of the same class in another copy of this library. */
export function instanceOf(type: { readonly prototype: object; readonly name: string }, how: string): Shape {
  return shape(how, value => prototypesOf(value).some(p => p === type.prototype || p.constructor?.name === type.name));
}

/** The value, or nothing. */
export function optional(some: Shape): Shape {
  const check = (where: string, name: string, value: unknown) => value === undefined || some(where, name, value);
  return Object.assign(check, { isOptional: true });
}

export function listOf(item: Shape): Shape {
  const list = shape('a list', Array.isArray);
  return (where, name, value) => {
    list(where, name, value);
    // Not `forEach`, which passes over holes.
    for (let i = 0; i < (value as unknown[]).length; i++) {
      item(where, `${name}[${i}]`, (value as unknown[])[i]);
    }
  };
}

/** An object whose keys are the user's own. */
export function mapOf(item: Shape): Shape {
  const map = shape('an object of names and values', isPlain);
  return (where, name, value) => {
    map(where, name, value);
    Object.entries(value as object).forEach(([key, of]) => item(where, `${name}['${key}']`, of));
  };
}

/** An object with these properties and no other: a misspelled condition is not one that holds for everything. */
export function record(properties: Readonly<Record<string, Shape>>): Shape {
  const some = fields(properties);
  return (where, name, value) => {
    some(where, name, value);
    const unknown = Object.keys(value as object).find(key => !Object.hasOwn(properties, key));
    if (unknown !== undefined) {
      throw misuse('MESH1003', where, `\`${below(name, unknown)}\` is unknown`, `Use ${Object.keys(properties).map(key => `\`${key}\``).join(', ')}`);
    }
  };
}

/** An object with these properties; others are someone else's, such as those of a class that passes its own on. */
export function fields(properties: Readonly<Record<string, Shape>>): Shape {
  const object = shape('an object', value => typeof value === 'object' && value !== null && !Array.isArray(value));
  const entries = Object.entries(properties);
  return (where, name, value) => {
    object(where, name, value);
    for (const [key, of] of entries) {
      const property = (value as Record<string, unknown>)[key];
      // Most are left out, and there are many.
      if (property !== undefined || !of.isOptional) {
        of(where, below(name, key), property);
      }
    }
  };
}

function shape(wanted: string, holds: (value: unknown) => boolean): Shape {
  return (where, name, value) => {
    if (!holds(value)) {
      throw misuse(value === undefined ? 'MESH1002' : 'MESH1001', where, `\`${name}\` is ${described(value)}`, `Give ${wanted}`);
    }
  };
}

/** The properties of the outermost object go by their bare names. */
function below(name: string, key: string): string {
  return name === 'props' || name === 'options' ? key : `${name}.${key}`;
}

function described(value: unknown): string {
  switch (typeof value) {
    case 'undefined': return 'missing';
    case 'string': return `'${value.slice(0, 50)}'`;
    case 'object': return value === null ? 'null' : Array.isArray(value) ? 'a list' : `an object${kindOf(value)}`;
    case 'function': return 'a function';
    default: return String(value);
  }
}

function kindOf(value: object): string {
  const name = value.constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? ` of class ${name}` : '';
}

/** A `__proto__` in a literal is no entry, but makes another prototype. */
function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && prototypesOf(value).length < 2;
}

function prototypesOf(value: unknown): object[] {
  const prototypes: object[] = [];
  for (let p = value === undefined || value === null ? null : Object.getPrototypeOf(value); p !== null; p = Object.getPrototypeOf(p)) {
    prototypes.push(p);
  }
  return prototypes;
}
