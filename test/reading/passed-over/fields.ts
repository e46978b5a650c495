import { SERVED_KINDS } from '../../../imports/schemas';
import { documentsIn } from '../../../src/manifests/documents';
import { compareWorlds } from '../../../src/meaning/compare/worlds';
import { scopeOf } from '../../../src/reading/changed';
import { halfOf } from '../../../src/reading/half';
import type { ReadMesh } from '../../../src/reading/mesh';
import { textsOf } from '../../../src/reading/texts';
import { worldOf } from '../../../src/reading/world';

/** A manifest of a kind, in which every field is put to other values. */
export interface Case {
  readonly mesh?: ReadMesh;
  readonly manifest: any;
  /** Of its specification, where no CRD of the kind is here. */
  readonly schema?: object;
  /** What may stand in place of its specification, for fields that say nothing beside others of it. */
  readonly specs?: readonly object[];
  readonly beside?: readonly object[];
  /** Fields that change nothing of who gets in, where requests go and what becomes of them; each with what it is then. */
  readonly meaningless?: Readonly<Record<string, string>>;
  /** What fields may say, where it is not any text, number or boolean. */
  readonly values?: Readonly<Record<string, readonly unknown[]>>;
}

export const object = (apiVersion: string, kind: string, name: string, spec: object, namespace = 'shop') => ({ apiVersion, kind, metadata: { name, namespace }, spec });

/** Services with their pods: `cart`, which is called, `web`, which calls, and `other`. */
export const CLUSTER = ['cart', 'other', 'web'].flatMap(name => [
  object('v1', 'Service', name, { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
  object('apps/v1', 'Deployment', name, {
    template: { metadata: { labels: { app: name } }, spec: { serviceAccountName: name, containers: [{ name, ports: [{ name: 'http', containerPort: 8080 }] }] } },
  }),
]);

/**
 * Whatever a field of a kind says: where it says something else, `diff` tells a difference, or that nobody knows of one. It never says that all is
 * the same, and neither does it where the object says something more that nobody understands.
 */
export function passesNothingOver(cases: readonly Case[], byDefault: Omit<Case, 'manifest'> = {}): void {
  test.each(cases.map(one => [`${one.manifest.kind} ${JSON.stringify(one.manifest.spec).slice(0, 40)}`, one] as const))('of %s, no field is passed over', (_, one) => {
    const { mesh, manifest, specs = [], beside = [], meaningless = {}, values: known = {} } = { ...byDefault, ...one };
    const served = SERVED_KINDS.find(({ apiVersion, kind }) => apiVersion === manifest.apiVersion && kind === manifest.kind);
    const isIn = (path: string, names: object) => Object.keys(names).some(field => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
    const fields = [...fieldsOf(one.schema ?? served?.load().properties.spec, [])];
    const all = [...CLUSTER, ...beside];
    const having = (said: unknown) => [...all, { ...manifest, spec: said }];
    const told = fields.flatMap(({ way, values }) => {
      const changes = [manifest.spec, ...specs].flatMap(spec => (known[wordOf(way)] ?? values).map(value => ({ spec, now: put(spec, way, value) })))
        .filter(({ spec, now }) => JSON.stringify(now) !== JSON.stringify(spec));
      return changes.length === 0 ? [] : [{ word: wordOf(way), change: changes.find(({ spec, now }) => !isSilent(having(spec), having(now), mesh)) }];
    });
    const silent = told.filter(({ change }) => change === undefined).map(({ word }) => word);
    const doubted = (spec: any) => having({ ...spec, unheardOf: true });
    const hidden = told.filter(({ change }) => change !== undefined && isSilent(doubted(change.spec), doubted(change.now), mesh))
      .map(({ word }) => word);

    expect(fields.length).toBeGreaterThan(0);
    expect(hidden).toEqual([]);
    expect(silent.filter(path => !isIn(path, meaningless))).toEqual([]);
    expect(Object.keys(meaningless).filter(field => !silent.some(path => isIn(path, { [field]: '' })))).toEqual([]);
  });
}

interface Field {
  readonly way: readonly string[];
  readonly values: readonly unknown[];
}

function wordOf(way: readonly string[]): string {
  return way.join('.').replace(/\.\[\]/g, '[]');
}

/** The fields that have no others in them; `[]` is an item of a list, and a field that may have any name is `x-team`. */
function* fieldsOf(schema: any, way: readonly string[]): Generator<Field> {
  const { properties, items, additionalProperties } = schema;
  if (properties !== undefined) for (const [name, below] of Object.entries(properties)) yield* fieldsOf(below, [...way, name]);
  else if (items !== undefined) yield* fieldsOf(items, [...way, '[]']);
  else if (additionalProperties?.properties !== undefined) yield* fieldsOf(additionalProperties, [...way, 'x-team']);
  else yield { way, values: schema.enum ?? VALUES[schema.type as string] ?? [{ app: 'other' }, 7] };
}

const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  boolean: [true, false], integer: [7], number: [7], string: ['other', '/other', '7s', '10.2.0.0/16'], object: [{ app: 'other' }],
};

function put(value: any, [step, ...way]: readonly string[], last: unknown): unknown {
  if (step === undefined) return last;
  return step === '[]' ? [put(value?.[0], way, last), ...(value ?? []).slice(1)] : { ...value, [step]: put(value?.[step], way, last) };
}

export function isSilent(before: readonly object[], after: readonly object[], mesh: ReadMesh | undefined): boolean {
  const documents = [before, after].map((manifests, i) => [...documentsIn(`${i}.json`, manifests.map(one => JSON.stringify(one)).join('\n---\n'))]);
  const [[old, now], textAt] = [documents.map(some => worldOf(some, 'default', mesh)), textsOf(...documents)];
  const { differences, unsure } = compareWorlds(halfOf(old), halfOf(now), textAt, undefined, scopeOf(old, now, true));
  const unread = [old, now].map(world => JSON.stringify([...world.unread, ...world.elsewhere].map(({ manifest }) => manifest)));
  return differences.length === 0 && unsure.length === 0 && unread[0] === unread[1];
}
