import { nanoseconds } from './formats';
import type { Schema } from './schema';

/** A scalar as rules see it: integers told from other numbers, durations and times as such. */
export function scalar({ types, is }: Schema, value: unknown): unknown {
  switch (typeof value) {
    case 'number': return types?.includes('integer') ? BigInt(value) : value;
    case 'string': return is.format === undefined || is.type !== 'string' ? value : formatted(is.format, value);
    default: return value;
  }
}

function formatted(format: string, value: string): unknown {
  switch (format) {
    // Loaded late: durations are of the CEL package.
    case 'duration': return (require('./cel/standard') as typeof import('./cel/standard')).durationOf(nanoseconds(value) ?? 0n);
    case 'date': case 'date-time': return new Date(value);
    case 'byte': return Buffer.from(value, 'base64');
    default: return value;
  }
}

const RESERVED = new Set([
  'as', 'break', 'const', 'continue', 'else', 'false', 'for', 'function', 'if', 'import', 'in', 'let', 'loop', 'namespace', 'null', 'package',
  'return', 'true', 'var', 'void', 'while',
]);

const names = new Map<string, string>();

/**
 * The name under which rules know a property.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#escaping
 */
export function named(property: string): string {
  const known = names.get(property);
  if (known !== undefined) return known;
  const name = RESERVED.has(property)
    ? `__${property}__`
    : property.replaceAll('__', '__underscores__').replaceAll('.', '__dot__').replaceAll('-', '__dash__').replaceAll('/', '__slash__');
  names.set(property, name);
  return name;
}
