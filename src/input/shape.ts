import { nearest } from './nearest';
import { misuse } from '../errors/misuse';

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
  const values: readonly unknown[] = Object.values(members);
  return shape(`a member of ${enumName}: ${Object.keys(members).join(', ')}`, value => values.includes(value));
}

/** An instance of a class, also of the same class in another copy of this library. */
export function instanceOf(type: { readonly prototype: object; readonly name: string }, how: string): Shape {
  return shape(how, value => isOf(value, type.prototype) || prototypesOf(value).some(p => p.constructor?.name === type.name));
}

/** The value, or nothing. */
export function optional(some: Shape): Shape {
  const check = (where: string, name: string, value: unknown) => value === undefined || some(where, name, value);
  return Object.assign(check, { isOptional: true });
}

export function listOf(item: Shape): Shape {
  const list = shape('a list', Array.isArray);
  return (where, name, value) => {
    if (!Array.isArray(value)) return list(where, name, value);
    // Not `forEach`, which skips holes.
    for (let i = 0; i < value.length; i++) {
      item(where, `${name}[${i}]`, value[i]);
    }
  };
}

/** An object whose keys are the user's own. */
export function mapOf(item: Shape): Shape {
  const map = shape('an object of names and values', isPlain);
  return (where, name, value) => {
    if (!isPlain(value)) return map(where, name, value);
    Object.entries(value).forEach(([key, of]) => item(where, `${name}['${key}']`, of));
  };
}

/** What every property of a type has to be. */
export type Shapes<Props> = { readonly [Prop in keyof Required<Props>]: Shape };

/**
 * An object with these properties and no other, so that nothing that someone wrote is ignored: a misspelled condition is
 * not one that holds for everything.
 *
 * @typeParam Props What the object is, in the types: a property without a shape does not compile.
 * @param properties What it may have.
 * @param instead What to write instead of what people take from elsewhere, where it is not one of the properties by another name.
 */
export function record<Props extends object = never>(
  properties: Shapes<NoInfer<Props>>, instead: Readonly<Record<string, string>> = {}): Shape {
  const object = shape('a plain object, with properties of its own', isPlain);
  const shapes: Readonly<Record<string, Shape>> = properties;
  const names = Object.keys(shapes);
  const needed = names.filter(name => !shapes[name].isOptional);
  return (where, name, value) => {
    if (!isPlain(value)) return object(where, name, value);
    const given = Object.keys(value);
    // First, since a misspelled property is missing as well.
    for (const key of given) {
      if (!Object.hasOwn(properties, key)) {
        throw misuse('MESH1003', where, `\`${below(name, key)}\` is unknown`,
          Object.hasOwn(instead, key) ? instead[key] : remedyFor(key, names));
      }
    }
    // Most of the others are left out, and there are many.
    for (const key of given) {
      const property = value[key];
      if (property !== undefined) shapes[key](where, below(name, key), property);
    }
    for (const key of needed) {
      if (value[key] === undefined) shapes[key](where, below(name, key), undefined);
    }
  };
}

function remedyFor(unknown: string, known: readonly string[]): string {
  const near = nearest(unknown, known);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return known.length === 0 ? 'Leave it out: no property is known here' : `Use ${known.map(key => `\`${key}\``).join(', ')}`;
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

/**
 * Whether all that an object says is its own, and can be seen: of instances of classes, a spread would leave out what is
 * inherited; and a `__proto__` in a literal is no entry, but makes another prototype.
 */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null || isRoot(prototype))
    && Object.getOwnPropertyNames(value).length === Object.keys(value).length;
}

/** The prototype of all objects, or that of another realm. */
function isRoot(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

/** Not `instanceof`, of which cdk8s has its own. */
function isOf(value: unknown, prototype: object): boolean {
  return typeof value === 'object' && value !== null && Object.prototype.isPrototypeOf.call(prototype, value);
}

function prototypesOf(value: unknown): object[] {
  const prototypes: object[] = [];
  for (let p = value === undefined || value === null ? null : Object.getPrototypeOf(value); p !== null; p = Object.getPrototypeOf(p)) {
    prototypes.push(p);
  }
  return prototypes;
}
