import { type Case, named, NOTHING, type Path, replaced } from './case';

/** Mutations of a valid manifest that its schema suggests, at every value it has and at every field it could have. */

interface Mutation {
  readonly what: string;
  readonly value: unknown;
  readonly valid?: boolean;
}

export function schemaCases(schema: any, manifest: any): Case[] {
  const cases: Case[] = [];
  visit(schema, manifest, [], (path, { what, value, valid }) => {
    cases.push({ name: named(manifest, path, what), manifest: replaced(manifest, path, value), valid });
  });
  return cases;
}

type Found = (path: Path, mutation: Mutation) => void;

function visit(schema: any, value: any, path: Path, found: Found): void {
  // An API server has rules of its own for the root; see metadata.ts.
  if (path.length > 0) mutations(schema, value).forEach(mutation => found(path, mutation));
  if (Array.isArray(value)) value.forEach((item, i) => visit(schema.items, item, [...path, i], found));
  if (!isObject(value)) return;

  for (const [key, property] of Object.entries<any>(schema.properties ?? {})) {
    if (path.length === 0 && ROOT.has(key)) continue;
    const here = [...path, key];
    if (key in value) {
      found(here, { what: 'is left out', value: NOTHING, valid: schema.required?.includes(key) && !('default' in property) ? false : undefined });
      visit(property, value[key], here, found);
    } else {
      wrongTypes(property).slice(0, 1).forEach(mutation => found(here, mutation));
    }
  }
  for (const [key, item] of Object.entries(value)) {
    if (!schema.properties?.[key] && isObject(schema.additionalProperties)) visit(schema.additionalProperties, item, [...path, key], found);
  }
}

/** `status` is written by controllers; a manifest that has it loses it, whatever it says. */
const ROOT = new Set(['apiVersion', 'kind', 'metadata', 'status']);

function mutations(schema: any, value: any): Mutation[] {
  return [
    ...wrongTypes(schema),
    { what: 'is null', value: null },
    ...Array.isArray(value) ? ofList(schema, value) : [],
    ...isObject(value) ? ofObject(schema, value) : [],
    ...typeof value === 'string' ? ofString(schema, value) : [],
    ...typeof value === 'number' ? ofNumber(schema) : [],
    ...(schema.enum ?? []).filter((other: unknown) => other !== value).map((other: unknown) => ({ what: `is ${other}`, value: other })),
  ];
}

function wrongTypes(schema: any): Mutation[] {
  const wrong = schema['x-kubernetes-int-or-string'] ? [FRACTION, LIST] : WRONG[schema.type];
  return wrong.map(([what, value]) => ({ what, value, valid: false }));
}

const INTEGER = ['is an integer', 1] as const;
const FRACTION = ['is a fraction', 1.5] as const;
const STRING = ['is a string', '1'] as const;
const TRUE = ['is true', true] as const;
const LIST = ['is a list', []] as const;
const OBJECT = ['is an object', {}] as const;

const WRONG: Record<string, ReadonlyArray<readonly [string, unknown]>> = {
  string: [INTEGER, TRUE, LIST],
  integer: [STRING, FRACTION, OBJECT],
  number: [STRING, TRUE],
  boolean: [INTEGER, STRING],
  array: [OBJECT, STRING],
  object: [LIST, STRING],
};

function ofList(schema: any, list: any[]): Mutation[] {
  const unique = ['set', 'map'].includes(schema['x-kubernetes-list-type']);
  const times = (count: number) => Array.from({ length: count }, () => list[0]);
  return [
    { what: 'has its first item twice', value: [list[0], ...list], valid: unique ? false : undefined },
    { what: 'has an item that is null', value: [...list, null] },
    { what: 'is empty', value: [], valid: schema.minItems > 0 ? false : undefined },
    ...schema.maxItems ? [{ what: `has ${schema.maxItems + 1} items`, value: times(schema.maxItems + 1), valid: false }] : [],
  ];
}

function ofObject(schema: any, value: any): Mutation[] {
  const open = schema.additionalProperties || schema['x-kubernetes-preserve-unknown-fields'];
  return [
    { what: 'is empty', value: {}, valid: schema.minProperties > 0 ? false : undefined },
    { what: 'has a field that is unknown', value: { ...value, noSuchField: 'cart' }, valid: open ? undefined : false },
    { what: 'has a field that is null', value: { ...value, noSuchField: null } },
    { what: 'has a field that objects inherit', value: { ...value, constructor: 'cart' }, valid: open ? undefined : false },
    { what: 'has a field of the name of a prototype', value: { ...value, ['__proto__']: 'cart' }, valid: open ? undefined : false },
  ];
}

function ofString(schema: any, value: string): Mutation[] {
  const { pattern, minLength, maxLength, format, enum: allowed } = schema;
  const unmatched = ['', '-', 'a b', 'é', `${value}\n`, `-${value}`, `${value}.`];
  return [
    ...minLength ? [{ what: 'is too short', value: 'x'.repeat(minLength - 1), valid: false }] : [],
    ...maxLength ? [
      { what: 'is too long', value: value.padEnd(maxLength + 1, 'x'), valid: false },
      { what: 'is as long as can be', value: value.padEnd(maxLength, 'x') },
      { what: 'is as long as can be, in characters of two units', value: '😀'.repeat(maxLength) },
    ] : [],
    ...pattern ? unmatched.map(text => ({ what: `is ${JSON.stringify(text)}`, value: text, valid: new RegExp(pattern).test(text) ? undefined : false })) : [],
    ...allowed ? ['NoSuchValue', '', value.toLowerCase()].filter(text => !allowed.includes(text))
      .map(text => ({ what: `is ${JSON.stringify(text)}`, value: text, valid: false })) : [],
    ...(FORMATS[format] ?? []).map(text => ({ what: `is ${JSON.stringify(text)}`, value: text })),
  ];
}

const FORMATS: Record<string, string[]> = {
  duration: ['', '0', '10', '10 s', '1.5h', '-1s', '+1s', '1d', '1w', 'PT10S', '.5s', '1µs', '1h1h', '9999999h', '10S'],
};

function ofNumber({ minimum, maximum, format, type }: any): Mutation[] {
  return [
    ...minimum === undefined ? [] : [{ what: 'is too small', value: minimum - 1, valid: false }, { what: 'is as small as can be', value: minimum }],
    ...maximum === undefined ? [] : [{ what: 'is too big', value: maximum + 1, valid: false }, { what: 'is as big as can be', value: maximum }],
    ...format === 'int32' ? [{ what: 'is beyond 32 bits', value: 2 ** 31, valid: false }] : [],
    ...type === 'integer' ? [{ what: 'is beyond 64 bits', value: 1e20 }] : [],
    { what: 'is negative', value: -1 },
    { what: 'is zero', value: 0 },
  ];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
