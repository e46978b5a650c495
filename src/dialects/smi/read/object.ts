import type { SmiObject } from './tree';
import { FORMS, isSmiKind, KINDS, VERSIONS, type Form, type SmiKind, type Version } from './versions';
import { Fields } from '../../../manifests/fields';
import { isNamespaceName, isObjectName } from '../../../manifests/names';

export const NO_NAME = 'no cluster takes it as a name';
export const NO_NAMESPACE = 'no cluster takes it as the name of a namespace';

/** What is read of an object while it is read. */
export interface Reading<Kind extends SmiKind = SmiKind> {
  readonly kind: Kind;
  readonly version: Version | undefined;
  readonly object: Fields;
  /** What the object says, in a field of its own or beside its metadata. */
  readonly body: Fields;
}

/** Says so where a version has no such form. */
export function formed({ kind, version }: Reading, form: Form, at: Fields, what: string): void {
  if (version !== undefined && FORMS[kind][form]?.includes(version) === false) at.assume(`${kind} ${version} has no ${what}: it is read as in other versions`);
}

const GROUPS: ReadonlySet<string> = new Set(Object.values(KINDS));

/** Whether a manifest is of one of the groups that are read, or of a kind of theirs and no group at all, which people forget. */
export function isSmi(manifest: any): boolean {
  const apiVersion = manifest?.apiVersion;
  if (typeof apiVersion !== 'string') return false;
  return GROUPS.has(apiVersion.split('/')[0]) || (!apiVersion.includes('/') && isSmiKind(manifest.kind));
}

/** The kind and version of an object, with its body. */
export function reading(object: Fields): Reading | undefined {
  const kind = object.field('kind');
  const apiVersion = object.field('apiVersion');
  const [group, version] = versionOf(object);
  const name = kind.text();
  if (!isSmiKind(name)) {
    kind.doubt(`SMI has no such kind in ${group}`);
    return undefined;
  }
  const known = VERSIONS.find(one => one === version);
  if (KINDS[name] !== group) apiVersion.doubt(`SMI has ${name} in ${KINDS[name]}`);
  else if (known === undefined) apiVersion.doubt('SMI has no such version');
  const spec = object.field('spec');
  const read: Reading = { kind: name, version: known, object, body: spec.isSaid ? spec : object };
  formed(read, 'itself', apiVersion, 'such kind');
  return read;
}

/** What all objects say. */
export function head(object: Fields): Omit<SmiObject, 'kind' | 'findings'> {
  const metadata = object.field('metadata');
  const name = metadata.field('name').text();
  if (name === undefined || name === '') metadata.doubt('the object has no name');
  else if (!isObjectName(name)) metadata.field('name').doubt(NO_NAME);
  const namespace = metadata.field('namespace').text() || undefined;
  if (namespace !== undefined && !isNamespaceName(namespace)) metadata.field('namespace').doubt(NO_NAMESPACE);
  for (const field of ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'selfLink', 'managedFields', 'finalizers', 'clusterName']) {
    metadata.field(field).take();
  }
  object.field('status').take();
  const [owner] = metadata.field('ownerReferences').items().map(ownerOf).filter(one => one !== undefined);
  return {
    name: name ?? '',
    namespace,
    labels: texts(metadata.field('labels')),
    annotations: texts(metadata.field('annotations')),
    owner,
    place: object.place,
    version: versionOf(object)[1] ?? '',
  };
}

/** The group and the version. */
function versionOf(object: Fields): readonly string[] {
  return (object.field('apiVersion').text() ?? '').split('/');
}

function ownerOf(reference: Fields): SmiObject['owner'] {
  const [kind, name] = ['kind', 'name'].map(field => reference.field(field).text());
  reference.take();
  return kind === undefined || name === undefined ? undefined : { kind, name };
}

function texts(map: Fields): Record<string, string> {
  return Object.fromEntries(map.fields().map(([name, value]) => [name, value.text() ?? '']));
}
