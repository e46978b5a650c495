import { hasFormat } from './formats';
import { matches } from './regex';
import type { Schema } from './schema';
import { violation, type Path, type Violation } from './violation';

/** Checks a value against the structural part of its schema, and refuses fields that the schema does not name. */
export function structuralViolations(schema: Schema, value: unknown, path: Path, found: Violation[] = []): Violation[] {
  if (!checkType(schema, value, path, found)) return found;
  if (schema.is.enum !== undefined && !schema.is.enum.some((allowed: unknown) => allowed !== null && allowed === value)) {
    found.push(violation('enum', path, `must be one of ${schema.is.enum.map((allowed: unknown) => JSON.stringify(allowed)).join(', ')}`, value));
  }
  if (value === null) return found;
  switch (typeof value) {
    case 'string': checkString(schema.is, value, path, found); break;
    case 'number': checkNumber(schema.is, value, path, found); break;
    case 'object': Array.isArray(value) ? checkList(schema, value, path, found) : checkMap(schema, value as Record<string, unknown>, path, found);
  }
  if (schema.joined) checkJunctors(schema.is, value, path, found);
  return found;
}

function checkType({ types, is }: Schema, value: unknown, path: Path, found: Violation[]): boolean {
  if (types === undefined || (value === null && is.nullable)) return true;
  const actual = typeOf(value);
  if (types.includes(actual) || (actual === 'integer' && types.includes('number'))) return true;
  found.push(violation('type', path, `must be ${types.join(' or ')}, not ${actual}`, value));
  return false;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'number') return typeof value;
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 ? 'integer' : 'number';
}

function checkString(schema: any, value: string, path: Path, found: Violation[]): void {
  const { minLength, maxLength, pattern, format } = schema;
  if (maxLength !== undefined && value.length > maxLength && length(value) > maxLength) {
    found.push(violation('length', path, `must have at most ${maxLength} characters`, value));
    return;
  }
  if (minLength !== undefined && value.length < 2 * minLength && length(value) < minLength) {
    found.push(violation('length', path, `must have at least ${minLength} characters`, value));
  }
  if (pattern !== undefined && !matches(pattern, value)) found.push(violation('pattern', path, `must match ${pattern}`, value));
  if (format !== undefined && !hasFormat(format, value)) found.push(violation('format', path, `must be a ${format}`, value));
}

/** In characters, not in the units of UTF-16. */
function length(text: string): number {
  let surrogates = 0;
  for (const _ of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) surrogates++;
  return text.length - surrogates;
}

function checkNumber(schema: any, value: number, path: Path, found: Violation[]): void {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf, format, type } = schema;
  const outside = (message: string) => found.push(violation('range', path, message, value));
  if (minimum !== undefined && (value < minimum || (exclusiveMinimum && value === minimum))) {
    outside(`must be ${exclusiveMinimum ? 'more than' : 'at least'} ${minimum}`);
  }
  if (maximum !== undefined && (value > maximum || (exclusiveMaximum && value === maximum))) {
    outside(`must be ${exclusiveMaximum ? 'less than' : 'at most'} ${maximum}`);
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) outside(`must be a multiple of ${multipleOf}`);
  if (type === 'integer' && format === 'int32' && (value < -(2 ** 31) || value >= 2 ** 31)) outside('must fit into 32 bits');
  if (type === 'number' && format === 'float' && Math.abs(value) > 3.4028234663852886e38) outside('must fit into 32 bits');
}

function checkList(schema: Schema, value: unknown[], path: Path, found: Violation[]): void {
  const { minItems, maxItems, uniqueItems } = schema.is;
  if (maxItems !== undefined && value.length > maxItems) {
    found.push(violation('length', path, `must have at most ${maxItems} items, not ${value.length}`));
    return;
  }
  if (minItems !== undefined && value.length < minItems) found.push(violation('length', path, `must have at least ${minItems} items`, value));
  if (schema.items !== undefined) {
    for (let i = 0; i < value.length; i++) {
      path.push(i);
      structuralViolations(schema.items, value[i], path, found);
      path.pop();
    }
  }
  if (value.length > 1 && (schema.is['x-kubernetes-list-type'] !== undefined || uniqueItems)) checkUnique(schema.is, value, path, found);
}

function checkUnique(schema: any, list: unknown[], path: Path, found: Violation[]): void {
  const identity = identityOf(schema);
  if (identity === undefined) return;
  const seen = new Set<string>();
  list.forEach((item, i) => {
    const id = JSON.stringify(identity(item), sorted) ?? '';
    if (seen.has(id)) found.push(violation('duplicate', [...path, i], 'is a duplicate', item));
    seen.add(id);
  });
}

function identityOf(schema: any): ((item: any) => unknown) | undefined {
  switch (schema['x-kubernetes-list-type']) {
    case 'map': return item => schema['x-kubernetes-list-map-keys'].map((key: string) => item?.[key] ?? null);
    case 'set': return item => item;
    default: return schema.uniqueItems ? item => item : undefined;
  }
}

function sorted(_: string, value: any): any {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
    : value;
}

function checkMap(schema: Schema, value: Record<string, unknown>, path: Path, found: Violation[]): void {
  const keys = Object.keys(value);
  const { minProperties, maxProperties, required } = schema.is;
  if (maxProperties !== undefined && keys.length > maxProperties) {
    found.push(violation('length', path, `must have at most ${maxProperties} entries, not ${keys.length}`));
    return;
  }
  if (minProperties !== undefined && keys.length < minProperties) found.push(violation('length', path, `must have at least ${minProperties} entries`, value));
  for (const key of keys) {
    const below = schema.properties.get(key) ?? schema.additional;
    path.push(key);
    if (below !== undefined) {
      structuralViolations(below, value[key], path, found);
    } else if (!schema.open) {
      found.push(violation('unknown', path, 'is not a field of the schema', value[key]));
    }
    path.pop();
  }
  for (const key of required ?? []) {
    if (!Object.hasOwn(value, key)) found.push(violation('required', [...path, key], 'is required'));
  }
}

/** Below `anyOf`, `oneOf`, `allOf` and `not`, a schema has checks only: it names no fields and sets no defaults. */
function checkJunctors(schema: any, value: unknown, path: Path, found: Violation[]): void {
  const { allOf = [], anyOf, oneOf, not } = schema;
  for (const branch of allOf) branchViolations(branch, value, path, found);
  if (anyOf !== undefined) {
    const branches = anyOf.map((branch: any) => branchViolations(branch, value, path));
    if (branches.every((branch: Violation[]) => branch.length > 0)) {
      found.push(violation('junctor', path, `matches none of the ${anyOf.length} alternatives: ${alternatives(branches)}`, value));
    }
  }
  if (oneOf !== undefined) {
    const branches: Violation[][] = oneOf.map((branch: any) => branchViolations(branch, value, path));
    const fitting = branches.filter(branch => branch.length === 0).length;
    if (fitting !== 1) {
      found.push(violation('junctor', path, fitting === 0
        ? `matches none of the ${oneOf.length} alternatives: ${alternatives(branches)}`
        : `matches ${fitting} alternatives, and only one may match`, value));
    }
  }
  if (not !== undefined && branchViolations(not, value, path).length === 0) {
    found.push(violation('junctor', path, `must not be as ${JSON.stringify(not)} says`, value));
  }
}

function branchViolations(schema: any, value: unknown, path: Path, found: Violation[] = []): Violation[] {
  return structuralViolations(preparedBranch(schema), value, path, found);
}

const known = new WeakMap<object, Schema>();

function preparedBranch(is: any): Schema {
  const ready = known.get(is);
  if (ready !== undefined) return ready;
  const schema: Schema = {
    is,
    types: is.type && [is.type],
    properties: new Map(Object.entries<any>(is.properties ?? {}).map(([key, property]) => [key, preparedBranch(property)])),
    defaults: [],
    additional: typeof is.additionalProperties === 'object' ? preparedBranch(is.additionalProperties) : undefined,
    items: is.items && preparedBranch(is.items),
    open: true,
    rules: [],
    ruled: false,
    joined: ['anyOf', 'oneOf', 'allOf', 'not'].some(junctor => is[junctor] !== undefined),
  };
  known.set(is, schema);
  return schema;
}

function alternatives(branches: readonly Violation[][]): string {
  return branches.map(([first]) => `${first.path} ${first.message}`.trim()).join('; ');
}
