import * as fs from 'node:fs';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { textsIn } from './modules';
import { HEADER } from './schemas';
import { parseYaml } from '../src/manifests/yaml';

/**
 * What older releases of an API lack of the CRDs in `imports/crds`: kinds, fields, and values that a later release let in. It is written
 * down as `imports/schemas/releases.ts`, from the CRDs of each release that `releases.yaml` pins.
 */

/** An API whose releases are known. */
interface Api {
  readonly api: string;
  readonly module?: string;
  /** The files of CRDs; its group, if any, is the channel. */
  readonly files?: string;
  /** Oldest first. */
  readonly releases: Readonly<Record<string, { readonly version: string; readonly sum: string } | null>>;
  /** What CRDs do not tell, by `apiVersion kind`. */
  readonly byHand?: Readonly<Record<string, Pick<Newer, 'since' | 'fields'>>>;
}

interface Newer {
  readonly api: string;
  readonly kind: string;
  readonly channel?: string;
  readonly since?: string;
  readonly fields?: readonly { readonly path: string; readonly since: string; readonly was?: object }[];
}

/** A kind in one version. */
interface Kind {
  readonly kind: string;
  readonly channel?: string;
  readonly schema: any;
}

export function apis(): Api[] {
  return parse(fs.readFileSync(path.join(__dirname, 'releases.yaml'), 'utf8'));
}

/** The module, given the CRDs of `imports/crds`, by their path. */
export async function releasesModule(crds: readonly { readonly into: string; readonly manifest: any }[]): Promise<string> {
  const newest = crds.flatMap(({ into, manifest }) => kindsOf(manifest, /(standard|experimental)$/.exec(into)?.[1]));
  const known: Newer[] = [];
  for (const { api, module, files = '', releases, byHand = {} } of apis()) {
    const of: [release: string, kinds: Kind[]][] = [];
    for (const [release, pin] of module === undefined ? [] : Object.entries(releases)) {
      const texts = await textsIn({ name: `${api} ${release}`, module, ...pin! }, new RegExp(files));
      of.push([release, texts.flatMap(([file, text]) => (parseYaml(text) as any[])
        .flatMap(crd => crd?.kind === 'CustomResourceDefinition' ? kindsOf(crd, new RegExp(files).exec(file)![1]) : []))]);
    }
    for (const { kind, channel, schema } of newest) {
      const schemas = of.map(([release, kinds]) => [release, kinds.find(one => one.kind === kind && one.channel === channel)?.schema] as const);
      if (schemas.length > 0 && schemas[schemas.length - 1][1] !== undefined) known.push({ api, kind, channel, ...newer(schemas, schema) });
    }
    Object.entries(byHand).forEach(([kind, said]) => known.push({ api, kind, ...said }));
  }
  return moduleOf(known);
}

function kindsOf({ spec }: any, channel: string | undefined): Kind[] {
  return spec.versions.filter((version: any) => version.served)
    .map(({ name, schema }: any): Kind => ({ kind: `${spec.group}/${name} ${spec.names.kind}`, channel, schema: schema.openAPIV3Schema }));
}

/** The release from which on all have what is asked for. */
function since<T>(releases: readonly (readonly [release: string, schema: T])[], has: (schema: T) => boolean): string {
  return releases[releases.map(([, schema]) => has(schema)).lastIndexOf(false) + 1][0];
}

function newer(releases: readonly (readonly [release: string, schema: any])[], newest: any): Pick<Newer, 'since' | 'fields'> {
  const start = since(releases, schema => schema !== undefined);
  const later = releases.slice(releases.findIndex(([release]) => release === start)).map(([release, schema]) => [release, fieldsOf(schema)] as const);
  const fields = [...fieldsOf(newest)].flatMap(([field, schema]) => {
    const from = since(later, known => known.has(field));
    const above = field.replace(/(\[\]|\.[^.[\]]+)$/, '');
    const isNew = from !== start && (above === field || since(later, known => known.has(above)) !== from);
    const asked = later.map(([, known]) => known.has(field) ? narrower(known.get(field), schema) : undefined);
    return [
      ...isNew ? [{ path: field, since: from }] : [],
      ...asked.flatMap((was, i) => was === undefined || isDeepStrictEqual(was, asked[i + 1]) ? [] : [{ path: field, since: later[i + 1][0], was }]),
    ];
  });
  return { since: start, fields };
}

/** Every field below the specification, by its path; `[]` is any item of a list. */
function fieldsOf(schema: any, field = '', found = new Map<string, any>()): Map<string, any> {
  found.set(field, schema);
  for (const [key, below] of Object.entries<any>(schema.properties ?? {})) {
    if (field !== '' || key === 'spec') fieldsOf(below, field === '' ? key : `${field}.${key}`, found);
  }
  if (schema.items) fieldsOf(schema.items, `${field}[]`, found);
  return found;
}

/** What an older schema asks for that the newest does not. */
function narrower(old: any, newest: any): object | undefined {
  const was = {
    ...old.enum && !(newest.enum ?? [undefined]).every((value: unknown) => old.enum.includes(value)) && { enum: old.enum },
    ...old.maxItems < (newest.maxItems ?? Infinity) && { maxItems: old.maxItems },
    ...old.maxLength < (newest.maxLength ?? Infinity) && { maxLength: old.maxLength },
  };
  return Object.keys(was).length > 0 ? { type: old.type, ...was } : undefined;
}

function moduleOf(known: readonly Newer[]): string {
  const lines = known.map(({ fields = [], ...kind }) =>
    `  {\n${Object.entries(kind).filter(([, value]) => value !== undefined).map(([key, value]) => `    ${key}: '${value}',\n`).join('')}`
    + `    fields: [${fields.map(field => `\n      ${JSON.stringify(field)},`).join('')}${fields.length > 0 ? '\n    ' : ''}],\n  },\n`);
  const releases = apis().map(({ api, releases: all }) => `  '${api}': [${Object.keys(all).map(release => `'${release}'`).join(', ')}],\n`);
  return `${HEADER}
/** A field that older releases lack; or, with \`was\`, what they asked of its value. */
export interface NewerField {
  /** \`[]\` is any item of a list. */
  readonly path: string;
  readonly since: string;
  readonly was?: object;
}

/** What older releases of an API lack of a kind. */
export interface NewerKind {
  readonly api: string;
  /** API version and kind. */
  readonly kind: string;
  readonly channel?: 'standard' | 'experimental';
  /** The release that brought the kind, if it is not older than all. */
  readonly since?: string;
  readonly fields: readonly NewerField[];
}

/** The releases of each API that are known, oldest first. */
export const RELEASES: { readonly [api: string]: readonly string[] } = {
${releases.join('')}};

export const NEWER: readonly NewerKind[] = [
${lines.join('')}];
`;
}
