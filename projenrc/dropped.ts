import { HEADER } from './schemas';

/**
 * What an API server drops of an object that is written in a version whose schema lacks a field that another version of the CRD has: `imports/schemas/dropped.ts`.
 * CRDs of one kind may come from several pins, with a version in each.
 */
export function droppedModule(crds: readonly any[]): string {
  const kinds = new Map<string, Map<string, Set<string>>>();
  for (const { spec: { group, names: { kind }, versions, validation } } of crds) {
    const key = `${group} ${kind}`;
    const known = kinds.get(key) ?? new Map<string, Set<string>>();
    kinds.set(key, known);
    for (const { name, schema = validation } of versions) {
      // In one channel more is served than in another, and in a later release than in an earlier one.
      const fields = known.get(name) ?? new Set();
      known.set(name, fields);
      addFields(schema.openAPIV3Schema.properties.spec ?? {}, 'spec', fields);
    }
  }
  const lines = [...kinds].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([kind, versions]) => {
    const all = new Set([...versions.values()].flatMap(fields => [...fields]));
    return [...versions].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([version, fields]) => {
      const lacking = [...all].filter(field => !fields.has(field) && fields.has(above(field))).sort();
      return lacking.length === 0 ? [] : [`  '${kind} ${version}': [\n${lacking.map(field => `    '${field}',\n`).join('')}  ],\n`];
    });
  });
  return `${HEADER}
/** By group, kind and version: the fields that other versions have, and that an API server drops in this one. \`[]\` is any item of a list. */
export const DROPPED: { readonly [version: string]: readonly string[] } = {
${lines.join('')}};
`;
}

function above(field: string): string {
  return field.replace(/(?:\[\]|\.[^.[\]]+)$/, '');
}

/** Where a schema lets in whatever comes, nothing is dropped. */
function addFields({ properties = {}, items, ...schema }: any, field: string, fields: Set<string>): void {
  fields.add(field);
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return;
  for (const [name, below] of Object.entries<any>(properties)) addFields(below, `${field}.${name}`, fields);
  if (items) addFields(items, `${field}[]`, fields);
}
