import type { Schema } from './schema';

/**
 * A value as an API server validates it: with the defaults of its schema, which also replace a null that the schema does not allow.
 * Other nulls stay and are refused: an API server drops them from an object that is created, but not from one that is applied on the
 * server. A value that needs no change is not copied.
 */
export function normal(schema: Schema | undefined, value: any): any {
  if (schema === undefined || value === null || typeof value !== 'object') return value;
  return Array.isArray(value) ? normalList(schema, value) : normalMap(schema, value);
}

function normalList({ items }: Schema, value: readonly any[]): readonly any[] {
  if (items === undefined) return value;
  let copy: any[] | undefined;
  for (let i = 0; i < value.length; i++) {
    const item = normal(items, isUnset(value[i], items) ? items.is.default ?? null : value[i]);
    if (item !== value[i]) (copy ??= [...value])[i] = item;
  }
  return copy ?? value;
}

function normalMap(schema: Schema, value: Record<string, any>): Record<string, any> {
  let copy: Record<string, any> | undefined;
  for (const key of Object.keys(value)) {
    const given = value[key];
    const below = schema.properties.get(key) ?? schema.additional;
    if (given !== undefined && (below === undefined || typeof given !== 'object')) continue;
    const item = normal(below, isUnset(given, below) ? below?.is.default : given);
    if (item === given && item !== undefined) continue;
    copy ??= copyOf(value);
    if (item === undefined) {
      delete copy[key];
    } else {
      put(copy, key, item);
    }
  }
  for (const { key, below } of schema.defaults) {
    if (Object.hasOwn(copy ?? value, key)) continue;
    const { default: given } = below.is;
    put(copy ??= copyOf(value), key, typeof given === 'object' ? normal(below, copied(given)) : given);
  }
  return copy ?? value;
}

function isUnset(value: unknown, schema: Schema | undefined): boolean {
  return value === undefined || (value === null && schema?.is.default !== undefined && !schema.is.nullable);
}

/**
 * Not `{ ...value }`: with what is added to such a copy, each one is of a hidden class of its own in Node 20, and slow for whoever reads it.
 */
function copyOf(value: Record<string, any>): Record<string, any> {
  return { ...NO_ENTRIES, ...value };
}

const NO_ENTRIES = {};

/** YAML marks what is the same object in two places. */
function copied(value: any): any {
  if (Array.isArray(value)) return value.map(copied);
  return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, below]) => [key, copied(below)])) : value;
}

/** Works for the key `__proto__` too: an assignment would set the prototype. */
export function put<T>(map: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    map[key] = value;
  }
}
