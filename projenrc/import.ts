import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { droppedModule } from './dropped';
import { type Pin, pins, sourceOf, textsOf } from './modules';
import { releasesModule } from './releases';
import { schemaModules } from './schemas';
import { parseYaml } from '../src/manifests/yaml';

interface Crd {
  readonly into: string;
  readonly group: string;
  readonly untyped: boolean;
  readonly sources: string[];
  readonly manifest: any;
}

const ROOT = path.join(__dirname, '..');
const IMPORTS = path.join(ROOT, 'imports');
const CDK8S = path.join(ROOT, 'node_modules', '.bin', 'cdk8s');

async function main() {
  const crds = new Map<string, Crd>();
  const whole: any[] = [];
  for (const pin of pins()) {
    for (const crd of await wantedCrds(pin)) {
      whole.push(crd.whole);
      merge(crds, pin, crd.slim);
    }
  }

  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'imports-'));
  const out = path.join(scratch, 'imports');
  try {
    for (const crd of crds.values()) {
      const file = path.join('crds', crd.into, `${crd.manifest.metadata.name}.yaml`);
      write(path.join(out, file), header('#', crd.sources) + toYaml(crd.manifest));
    }
    for (const crdsOfModule of groupBy([...crds.values()].filter(({ untyped }) => !untyped), (crd) => path.join(crd.into, crd.group)).values()) {
      writeTypeScript(out, crdsOfModule);
    }
    for (const [file, content] of schemaModules(path.join(out, 'crds'))) {
      write(path.join(out, 'schemas', file), content);
    }
    write(path.join(out, 'schemas', 'releases.ts'), await releasesModule([...crds.values()]));
    write(path.join(out, 'schemas', 'dropped.ts'), droppedModule(whole));

    // Replacing the folder at the very end keeps the old one when anything above fails, and leaves no stale file behind.
    fs.rmSync(IMPORTS, { recursive: true, force: true });
    fs.cpSync(out, IMPORTS, { recursive: true });
  } finally {
    fs.rmSync(scratch, { recursive: true });
  }
}

// --- Modules ---

async function wantedCrds(pin: Pin): Promise<{ readonly whole: any; readonly slim: any }[]> {
  const texts = await textsOf(pin, pin.files);
  const documents = texts.flatMap((text, i) => pin.files[i].endsWith('.json') ? openApiCrds(JSON.parse(text))
    : parseYaml(withoutTemplating(text)) as any[]);

  return Object.entries(pin.kinds).map(([kind, versions]) => {
    const crd = documents.find((d) => d?.kind === 'CustomResourceDefinition' && d.spec.names.kind === kind);
    if (!crd) throw new Error(`${pin.name}: no CRD for ${kind}`);
    return { whole: crd, slim: slim(pin, crd, versions) };
  });
}

/** Some CRDs are Helm templates; their schemas have no templating, only their labels and annotations do. */
function withoutTemplating(yaml: string): string {
  return yaml.replace(/^\s*\{\{.*\}\}\s*$/gm, '').replace(/\{\{.*?\}\}/g, 'x');
}

// --- CRDs ---

/** Kinds of Kubernetes itself have no CRD. These are the ones they would have, from an OpenAPI document of the API server. */
function openApiCrds({ components }: any): any[] {
  return Object.values<any>(components.schemas).flatMap((schema) =>
    (schema['x-kubernetes-group-version-kind'] ?? []).map(({ group, version, kind }: any) => {
      const plural = `${kind.toLowerCase().replace(/y$/, 'ie').replace(/s$/, 'se')}s`;
      return {
        kind: 'CustomResourceDefinition',
        metadata: { name: `${plural}.${group}` },
        spec: {
          group,
          names: { kind, plural },
          scope: 'Namespaced',
          versions: [{ name: version, served: true, schema: { openAPIV3Schema: structural(components.schemas, schema) } }],
        },
      };
    }));
}

/** A schema without references, in the words that a CRD has. */
function structural(schemas: any, { allOf: all, $ref: ref, 'x-kubernetes-group-version-kind': _, ...own }: any): any {
  const target = ref ?? all?.[0].$ref;
  const schema = target === undefined ? own : { ...schemas[target.split('/').pop()], ...own };
  if (schema.format === 'int-or-string') return { 'x-kubernetes-int-or-string': true, 'nullable': true };
  // Go reads a null as nothing.
  schema.nullable = true;
  // What stands in the object's place while it is read; the API server keeps none of it.
  delete schema.default;
  if (target?.endsWith('.ObjectMeta')) return { type: 'object' };
  for (const key of ['items', 'additionalProperties']) {
    if (typeof schema[key] === 'object') schema[key] = structural(schemas, schema[key]);
  }
  if (schema.properties) schema.properties = mapValues(schema.properties, (property) => structural(schemas, property));
  return schema;
}

function slim(pin: Pin, crd: any, versions: string[]): any {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: crd.metadata.name, ...protectedGroupApproval(crd) },
    spec: {
      group: crd.spec.group,
      names: crd.spec.names,
      scope: crd.spec.scope,
      versions: versions.map((name) => slimVersion(pin, crd, name)),
    },
  };
}

/** An API server refuses CRDs of the *.k8s.io groups that lack this annotation. */
function protectedGroupApproval(crd: any) {
  const key = 'api-approved.kubernetes.io';
  const value = crd.metadata.annotations?.[key];
  return value ? { annotations: { [key]: value } } : {};
}

function slimVersion(pin: Pin, crd: any, name: string): any {
  const version = crd.spec.versions.find((v: any) => v.name === name);
  if (!version?.served) throw new Error(`${pin.name}: ${crd.metadata.name} does not serve ${name}`);
  // apiextensions.k8s.io/v1beta1 has one schema for all versions.
  const schema = version.schema ?? crd.spec.validation;
  const subresources = version.subresources ?? crd.spec.subresources;
  return {
    name,
    served: true,
    storage: false,
    schema: { openAPIV3Schema: slimSchema(schema.openAPIV3Schema) },
    ...(subresources ? { subresources } : {}),
  };
}

/** Visits schemas only, so that a property, a default or an enum value called `description` stays. */
function slimSchema(schema: any, isBranch = false): any {
  const { description, example, externalDocs, title, ...slimmed } = schema;
  // apiextensions.k8s.io/v1 wants the type that v1beta1 let out, and no type in the branches of a junctor.
  if (slimmed.properties && !slimmed.type && !isBranch) slimmed.type = 'object';
  if (slimmed.properties) slimmed.properties = mapValues(slimmed.properties, (property) => slimSchema(property, isBranch));
  for (const key of ['items', 'additionalProperties']) {
    if (typeof slimmed[key] === 'object') slimmed[key] = slimSchema(slimmed[key], isBranch);
  }
  if (slimmed.not) slimmed.not = slimSchema(slimmed.not, true);
  for (const key of ['allOf', 'anyOf', 'oneOf']) {
    if (slimmed[key]) slimmed[key] = slimmed[key].map((branch: any) => slimSchema(branch, true));
  }
  return slimmed;
}

/** Versions of one CRD may come from several pins; the newest is the one stored, since an older one would lose fields. */
function merge(crds: Map<string, Crd>, pin: Pin, manifest: any) {
  const key = path.join(pin.into, manifest.metadata.name);
  const known = crds.get(key);
  const versions = [...known?.manifest.spec.versions ?? [], ...manifest.spec.versions];
  const newest = Math.max(...versions.map(({ name }) => rankOf(name)));
  crds.set(key, {
    into: pin.into,
    group: manifest.spec.group,
    untyped: pin.untyped === true,
    sources: [...known?.sources ?? [], sourceOf(pin)],
    manifest: {
      ...manifest,
      spec: { ...manifest.spec, versions: versions.map((version) => ({ ...version, storage: rankOf(version.name) === newest })) },
    },
  });
}

/** `v1` comes after every `v1beta2`, which comes after every `v1alpha3`. */
function rankOf(version: string): number {
  const [, major, stage, minor] = /^v(\d+)(alpha|beta)?(\d*)$/.exec(version)!;
  return Number(major) * 1000 + (stage === undefined ? 999 : (stage === 'beta' ? 500 : 0) + Number(minor));
}

// --- Files ---

function writeTypeScript(out: string, crds: Crd[]) {
  const { into, group } = crds[0];
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-import-'));
  try {
    const input = path.join(scratch, 'crds.yaml');
    write(input, crds.map((crd) => toYaml(crd.manifest)).join('---\n'));
    const options = ['-l', 'typescript', '-o', scratch, '--no-class-prefix', '--no-save', '--no-check-upgrade'];
    execFileSync(CDK8S, ['import', input, ...options], { cwd: scratch, stdio: 'pipe' });
    const generated = fs.readFileSync(path.join(scratch, `${group}.ts`), 'utf8');
    write(path.join(out, into, `${group}.ts`), header('//', crds.flatMap((crd) => crd.sources)) + generated);
  } finally {
    fs.rmSync(scratch, { recursive: true });
  }
}

function header(comment: string, sources: string[]): string {
  const lines = ['Generated by `npm run import`. Do not edit.', ...[...new Set(sources)].map((source) => `From ${source}`)];
  return lines.map((line) => `${comment} ${line}\n`).join('');
}

function toYaml(manifest: any): string {
  return stringify(manifest, { aliasDuplicateObjects: false, lineWidth: 0 });
}

function write(file: string, content: string | Uint8Array) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

function groupBy<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    groups.set(key(item), [...groups.get(key(item)) ?? [], item]);
  }
  return groups;
}

function mapValues(values: Record<string, any>, map: (value: any) => any): Record<string, any> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
