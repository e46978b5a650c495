import { type Named, named } from './cluster/object';
import type { Document } from '../manifests/documents';
import { Fields, type FieldPlace, type Finding } from '../manifests/fields';
import type { Source } from '../meaning/decision';

/** An object of a manifest, which says what it is. */
export interface ReadObject extends Named {
  readonly group: string;
  readonly version: string;
  readonly manifest: any;
  /** Of the whole manifest. `apiVersion`, `kind`, `status` and the metadata but labels and annotations are asked for already. */
  readonly fields: Fields;
}

/** The objects of documents, and what there is to say of those that are none. */
export function objectsIn(
  documents: Iterable<Document>, namespace: string | undefined,
): { readonly objects: ReadObject[]; readonly findings: Finding[] } {
  const objects: ReadObject[] = [];
  const findings: Finding[] = [];
  for (const { file, content } of documents) {
    if ('broken' in content || typeof content.manifest?.apiVersion !== 'string' || typeof content.manifest.kind !== 'string') continue;
    const fields = Fields.of(file, content);
    const head = named(fields, CLUSTERED.has(content.manifest.kind) ? undefined : namespace);
    if (head === undefined) {
      findings.push(...fields.findings().slice(0, 1));
      continue;
    }
    const [group, version] = groupAndVersion(content.manifest.apiVersion);
    ['apiVersion', 'kind', 'status'].forEach(name => fields.field(name).take());
    fields.field('metadata').fields().forEach(([name, value]) => { if (name !== 'annotations' && name !== 'labels') value.take(); });
    objects.push({ ...head, group, version, fields, manifest: content.manifest });
  }
  return { objects, findings };
}

/** Kinds that are in no namespace. */
const CLUSTERED = new Set(['Namespace', 'GatewayClass', 'CiliumClusterwideNetworkPolicy', 'Mesh', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition']);

function groupAndVersion(apiVersion: string): [group: string, version: string] {
  const [first, second] = apiVersion.split('/');
  return second === undefined ? ['', first] : [first, second];
}

/** An object, or a field of it, as what says something. */
export function sourceOf({ kind, namespace, name, place }: Named, at: { readonly place: FieldPlace } = { place }): Source {
  return { kind, name, place: at.place, ...(namespace !== undefined && { namespace }) };
}
