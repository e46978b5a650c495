import { type Named, named, plainNames } from './cluster/object';
import { keptOf, sayDropped } from './dropped';
import { isOfTools } from './mesh-domains';
import type { Document, Path, Readable } from '../manifests/documents';
import { Fields, type FieldPlace, type Finding } from '../manifests/fields';
import type { Source } from '../meaning/decision';

/** An object of a manifest, which says what it is. */
export interface ReadObject extends Named {
  readonly group: string;
  readonly version: string;
  /** By which it is told from all others: a version of its kind is none. */
  readonly key: string;
  readonly manifest: any;
  /** Of the whole manifest. `apiVersion`, `kind`, `status` and the metadata but labels and annotations of a mesh are asked for already. */
  readonly fields: Fields;
}

/** What says what it is, and is no object, since no cluster would take it. */
export interface NoObject {
  readonly group: string;
  readonly manifest: any;
  readonly finding: Finding;
}

/** The objects of documents, and those that are none. */
export function objectsIn(
  documents: Iterable<Document>, namespace: string | undefined,
): { readonly objects: ReadObject[]; readonly others: NoObject[] } {
  const objects: ReadObject[] = [];
  const others: NoObject[] = [];
  for (const { file, content: written } of documents) {
    if ('broken' in written || typeof written.manifest?.apiVersion !== 'string' || typeof written.manifest.kind !== 'string') continue;
    const { kind, metadata, apiVersion } = written.manifest;
    const [group, version] = groupAndVersion(apiVersion);
    const { content, dropped } = (version === undefined ? undefined : keptOf(group, kind, version, written)) ?? { content: written, dropped: [] };
    const { manifest } = content;
    const otherwise = CLUSTERED.has(kind) ? undefined : namespace;
    const names = version === undefined ? undefined : plainNames(kind, metadata, otherwise);
    if (version !== undefined && names !== undefined) {
      objects.push(new ObjectOf(file, content, group, version, kind, names.name, names.namespace, dropped));
      continue;
    }
    const fields = Fields.of(file, content);
    const head = version === undefined ? fields.field('apiVersion').doubt('it is not a version of an API, such as v1 or apps/v1') : named(fields, otherwise);
    if (head === undefined || version === undefined) {
      others.push(...fields.said().filter(({ isUnknown }) => isUnknown).slice(0, 1).map(finding => ({ group, manifest, finding })));
    } else {
      objects.push(new ObjectOf(file, content, group, version, head.kind, head.name, head.namespace, dropped, fields));
    }
  }
  return { objects, others };
}

/** Of most objects, nobody asks for more than what they are. */
class ObjectOf implements ReadObject {
  private asked?: Fields;

  public constructor(
    private readonly file: string, private readonly content: Readable, public readonly group: string, public readonly version: string,
    public readonly kind: string, public readonly name: string, public readonly namespace: string | undefined,
    private readonly dropped: readonly Path[], fields?: Fields,
  ) {
    this.asked = fields && this.withoutHead(fields);
  }

  public get manifest(): any {
    return this.content.manifest;
  }

  public get key(): string {
    return `${this.group} ${this.kind} ${this.namespace ?? ''} ${this.name}`;
  }

  public get fields(): Fields {
    return this.asked ??= this.withoutHead(Fields.of(this.file, this.content));
  }

  public get place(): FieldPlace {
    return this.fields.place;
  }

  private withoutHead(fields: Fields): Fields {
    fields.takeFields(isOfHead);
    this.takeMetadata(fields.field('metadata'));
    sayDropped(fields, this.kind, this.version, this.dropped);
    return fields;
  }

  private takeMetadata(metadata: Fields): void {
    metadata.takeFields(isOfMetadata);
    if (isAnnotated(this.kind)) return;
    for (const marks of ['labels', 'annotations'] as const) {
      if (this.manifest.metadata[marks] !== undefined) metadata.field(marks).takeFields(isOfTools);
    }
  }
}

/** Controllers of Ingress read annotations of any domain. */
function isAnnotated(kind: string): boolean {
  return kind === 'Ingress' || kind === 'IngressClass';
}

function isOfHead(name: string): boolean {
  return name === 'apiVersion' || name === 'kind' || name === 'status';
}

function isOfMetadata(name: string): boolean {
  return name !== 'annotations' && name !== 'labels';
}

/** Kinds that are in no namespace. */
const CLUSTERED = new Set(['Namespace', 'GatewayClass', 'IngressClass', 'CiliumClusterwideNetworkPolicy', 'Mesh', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition']);

/** Without a version where it is none: only the group of Kubernetes itself has no name. */
function groupAndVersion(apiVersion: string): GroupAndVersion {
  const known = groupsAndVersions.get(apiVersion);
  if (known !== undefined) return known;
  const [, group = '', version] = /^(?:([^/]+)\/)?(v[^/]*)$/.exec(apiVersion) ?? [];
  const both: GroupAndVersion = version === undefined ? [apiVersion.split('/')[0]] : [group, version];
  groupsAndVersions.set(apiVersion, both);
  return both;
}

type GroupAndVersion = readonly [group: string, version?: string];

const groupsAndVersions = new Map<string, GroupAndVersion>();

/** An object, or a field of it, as what says something. */
export function sourceOf({ kind, namespace, name, place }: Named, at: { readonly place: FieldPlace } = { place }): Source {
  return { kind, name, place: at.place, ...(namespace !== undefined && { namespace }) };
}
