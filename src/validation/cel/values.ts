import { counted } from './cost';
import { durationOf } from './standard';
import { nanoseconds } from '../formats';
import { put } from '../normal';
import type { Schema } from '../schema';

const converted = new WeakMap<object, unknown>();

/**
 * A value as the rules of its schema see it: without the fields that the schema does not name, integers told from other
 * numbers, and durations and times as such. Fit to be shared by the rules of all levels.
 */
export function toCel(schema: Schema, value: any): any {
  switch (typeof value) {
    case 'number': return schema.types?.includes('integer') ? BigInt(value) : value;
    case 'string': return fromString(schema.is, value);
    case 'object': return value === null ? null : fromObject(schema, value);
    default: return value;
  }
}

function fromObject(schema: Schema, value: object): unknown {
  const known = converted.get(value);
  if (known !== undefined) return known;
  const result = counted(Array.isArray(value) ? fromList(schema, value) : fromMap(schema, value as Record<string, unknown>));
  converted.set(value, result);
  return result;
}

function fromList({ items }: Schema, value: unknown[]): unknown[] {
  return items === undefined ? [] : value.map(item => toCel(items, item));
}

function fromMap(schema: Schema, value: Record<string, unknown>): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const property = schema.properties.get(key);
    if (property !== undefined) {
      if (isVisible(property) && value[key] !== undefined) put(map, escape(key), toCel(property, value[key]));
    } else if (schema.additional !== undefined) {
      put(map, key, toCel(schema.additional, value[key]));
    }
  }
  return map;
}

/** Rules do not see what has no type. */
function isVisible({ types }: Schema): boolean {
  return types !== undefined;
}

function fromString({ type, format }: any, value: string): unknown {
  if (type !== 'string') return value;
  switch (format) {
    case 'duration': return durationOf(nanoseconds(value) ?? 0n);
    case 'date': case 'date-time': return new Date(value);
    case 'byte': return Buffer.from(value, 'base64');
    default: return value;
  }
}

const RESERVED = new Set([
  'as', 'break', 'const', 'continue', 'else', 'false', 'for', 'function', 'if', 'import', 'in', 'let', 'loop', 'namespace', 'null', 'package',
  'return', 'true', 'var', 'void', 'while',
]);

/** @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#escaping */
function escape(property: string): string {
  if (RESERVED.has(property)) return `__${property}__`;
  return property.replaceAll('__', '__underscores__').replaceAll('.', '__dot__').replaceAll('-', '__dash__').replaceAll('/', '__slash__');
}
