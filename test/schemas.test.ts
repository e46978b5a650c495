import * as fs from 'node:fs';
import * as path from 'node:path';
import { SERVED_KINDS } from '../imports/schemas';
import { schemaModules } from '../projenrc/schemas';

const IMPORTS = path.join(__dirname, '..', 'imports');

test('the schemas that the package loads are those of the CRDs', () => {
  const expected = Object.fromEntries(schemaModules(path.join(IMPORTS, 'crds')));
  // Releases, and versions that are not rendered, are of CRDs that are not kept.
  const files = fs.readdirSync(path.join(IMPORTS, 'schemas')).filter(file => !['releases.ts', 'dropped.ts'].includes(file));
  const actual = Object.fromEntries(files.map(file => [file, fs.readFileSync(path.join(IMPORTS, 'schemas', file), 'utf8')]));

  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  Object.entries(expected).forEach(([file, content]) => expect(actual[file] === content ? file : `${file} differs`).toBe(file));
});

/** What validation knows, and what says nothing that it would have to check. */
const KEYWORDS = new Set([
  'type', 'nullable', 'default', 'enum', 'properties', 'required', 'additionalProperties', 'items', 'allOf', 'anyOf', 'oneOf', 'not',
  'minLength', 'maxLength', 'pattern', 'format', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf',
  'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties', 'x-kubernetes-validations', 'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type',
]);

/** Those that `hasFormat` and the checks of numbers know, and those that an API server does not know either. */
const FORMATS = new Set(['byte', 'cidr', 'date', 'date-time', 'duration', 'hostname', 'ipv4', 'ipv6', 'mac', 'uri', 'uuid', 'int32', 'int64', 'float', 'double']
  .concat('string', 'url', 'idn-hostname'));

function visit(schema: any, found: Set<string>): void {
  Object.keys(schema).filter(key => !KEYWORDS.has(key)).forEach(key => found.add(key));
  if (schema.format !== undefined && !FORMATS.has(schema.format)) found.add(`format ${schema.format}`);
  const below = [...Object.values(schema.properties ?? {}), ...['allOf', 'anyOf', 'oneOf'].flatMap(key => schema[key] ?? [])];
  below.concat(schema.items, schema.additionalProperties, schema.not).filter(item => item !== null && typeof item === 'object')
    .forEach(item => visit(item, found));
}

test.each(SERVED_KINDS.map(({ apiVersion, kind, channel = '', load }) => [`${apiVersion} ${kind} ${channel}`, load] as const))(
  '%s has nothing that validation does not know', (_, load) => {
    const found = new Set<string>();
    visit(load(), found);

    expect([...found]).toEqual([]);
  });
