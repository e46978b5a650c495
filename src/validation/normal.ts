import type { Schema } from './schema';

/**
 * What an API server makes of a value before it validates: a copy without the nulls that the schema does not want, and with
 * its defaults.
 */
export function normal(schema: Schema | undefined, value: any): any {
  if (schema === undefined || value === null || typeof value !== 'object') return value;
  return Array.isArray(value) ? normalList(schema, value) : normalMap(schema, value);
}

function normalList({ items }: Schema, value: any[]): any[] {
  return items === undefined ? value : value.map(item => normal(items, item === null && !items.is.nullable ? items.is.default ?? null : item));
}

function normalMap(schema: Schema, value: Record<string, any>): Record<string, any> {
  const result: Record<string, any> = {};
  for (const key of Object.keys(value)) {
    const below = schema.properties.get(key) ?? schema.additional;
    const item = value[key];
    if (item === undefined || (item === null && below !== undefined && !below.is.nullable)) {
      if (below?.is.default !== undefined) put(result, key, normal(below, below.is.default));
    } else {
      put(result, key, normal(below, item));
    }
  }
  for (const [key, below] of schema.defaults) {
    if (!Object.hasOwn(result, key)) put(result, key, normal(below, below.is.default));
  }
  return result;
}

/** Also for the key `__proto__`, which an assignment would not make a key of. */
export function put<T>(map: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    map[key] = value;
  }
}
