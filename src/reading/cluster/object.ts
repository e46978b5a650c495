import type { FieldPlace, Fields } from '../../manifests/fields';
import { isNamespaceName, isObjectName } from '../../manifests/names';
import { isMap, isWhole } from '../../manifests/values';

/** The namespace of objects that do not say theirs, where nobody else does. */
export const DEFAULT_NAMESPACE = 'default';

/** What every object says of itself. */
export interface Named {
  readonly kind: string;
  readonly name: string;
  /** Absent where nobody says it: that of whoever applies it. */
  readonly namespace?: string;
  readonly place: FieldPlace;
}

/** The head of an object; undefined where it has no name, nor the beginning of one. */
export function named(object: Fields, otherwise: string | undefined): Named | undefined {
  const { name, namespace = otherwise } = namesOf(object.field('metadata'));
  const kind = object.field('kind').text() ?? '';
  if (name === undefined) return object.doubt('the object has no name');
  if (!isNameOf(kind, name)) return object.field('metadata').doubt('no cluster takes its name');
  if (namespace !== undefined && !isNamespaceName(namespace)) return object.field('metadata').field('namespace').doubt('no cluster takes it as the name of a namespace');
  return { kind, name, place: object.place, ...(namespace !== undefined && { namespace }) };
}

/** The beginning of one may end with a dash. */
function isNameOf(kind: string, name: string): boolean {
  const whole = name.endsWith('-') ? name.replace(/-+$/, '') : name;
  return kind === 'Namespace' ? isNamespaceName(whole) : isObjectName(whole);
}

interface Names {
  readonly name?: string;
  readonly namespace?: string;
}

/** The names of an object that says them as most do, of which there is nothing to say; undefined for others. */
export function plainNames(kind: string, metadata: unknown, otherwise: string | undefined): (Names & { readonly name: string }) | undefined {
  if (!isMap(metadata)) return undefined;
  const { name, namespace } = metadata;
  if (typeof name !== 'string' || name === '' || !isNameOf(kind, name)) return undefined;
  if (namespace === undefined) return otherwise === undefined || isNamespaceName(otherwise) ? { name, namespace: otherwise } : undefined;
  return typeof namespace === 'string' && isNamespaceName(namespace) ? { name, namespace } : undefined;
}

function namesOf(metadata: Fields): Names {
  const name = metadata.field('name').text() || metadata.field('generateName').text() || undefined;
  const namespace = metadata.field('namespace').text() || undefined;
  return { ...(name !== undefined && { name }), ...(namespace !== undefined && { namespace }) };
}

/** What an object says beside its specification. */
export interface Marks {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** By which an object is told from others of its kind. */
export function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

/** Labels. One that is no text is a finding, since what it chooses is not known. */
export function labels(map: Fields): Readonly<Record<string, string>> {
  return map.texts() ?? Object.fromEntries(map.fields().flatMap(([name, value]) => {
    const text = value.text();
    return text === undefined ? [] : [[name, text]];
  }));
}

/** Annotations. Whatever has no quotes is read as if it had. */
export function annotations(map: Fields): Readonly<Record<string, string>> {
  return map.texts() ?? Object.fromEntries(map.fields().flatMap(([name, value]) => {
    const said = value.take();
    return said === undefined || typeof said === 'object' ? [] : [[name, String(said)]];
  }));
}

/** The number or the name of a port. */
export function portRef(fields: Fields): number | string | undefined {
  const value = fields.take();
  if (typeof value === 'string' && /^[0-9]+$/.test(value)) return Number(value);
  if (value === undefined || typeof value === 'string' || isWhole(value)) return value;
  return fields.doubt('it is not a port');
}
