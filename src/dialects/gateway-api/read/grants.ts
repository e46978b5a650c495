import type { Fields } from '../../../manifests/fields';
import type { Source } from '../../../meaning/decision';
import type { GroupKind } from '../../../model/service-ref';
import { type ReadObject, sourceOf } from '../../../reading/objects';

/** What ReferenceGrants allow: objects of one namespace may name objects of another one. */
export class Grants {
  private readonly byNamespace = new Map<string, Grant[]>();

  public constructor(objects: readonly ReadObject[]) {
    for (const object of objects) {
      const { namespace = '', fields } = object;
      const spec = fields.field('spec');
      const from = spec.field('from').items().map(item => texts(item, 'group', 'kind', 'namespace'));
      const to = spec.field('to').items().map(item => texts(item, 'group', 'kind', 'name'));
      const isUnknown = fields.doubts().length > 0;
      const all = this.byNamespace.get(namespace) ?? [];
      this.byNamespace.set(namespace, [...all, { from, to, source: sourceOf(object), isUnknown }]);
    }
  }

  /** Whether an object may name another one. */
  public allows(from: Pick<ObjectRef, 'kind' | 'namespace'>, to: ObjectRef): Allowed {
    if (from.namespace === to.namespace) return true;
    const grants = this.byNamespace.get(to.namespace) ?? [];
    const isGranted = grants.some(grant => !grant.isUnknown
      && grant.from.some(one => one.group === 'gateway.networking.k8s.io' && one.kind === from.kind && one.namespace === from.namespace)
      && grant.to.some(one => one.group === to.group && one.kind === to.kind && (one.name === undefined || one.name === '' || one.name === to.name)));
    const unknown = grants.filter(({ isUnknown }) => isUnknown);
    return isGranted || (unknown.length > 0 && { perhapsBy: unknown });
  }
}

/** Where nobody knows, by which grants. */
export type Allowed = boolean | { readonly perhapsBy: readonly { readonly source: Source }[] };

interface ObjectRef extends GroupKind {
  readonly namespace: string;
  readonly name: string;
}

interface Grant {
  readonly from: readonly Texts[];
  readonly to: readonly Texts[];
  readonly source: Source;
  readonly isUnknown: boolean;
}

type Texts = Readonly<Record<string, string | undefined>>;

function texts(fields: Fields, ...names: readonly string[]): Texts {
  return Object.fromEntries(names.map(name => [name, fields.field(name).text()]));
}
