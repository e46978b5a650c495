import { beside } from './beside';
import { type Action, actionOf, type Permission, permissionsOf } from './permission';
import { type Group, groupCalled } from './sameness';
import type { Fields } from '../../../../manifests/fields';
import type { Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import { DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';

/** A service of Consul, or some of them: `*` is any, and a namespace that is not said is the only one. */
export interface Service {
  readonly name: string;
  readonly namespace?: string;
}

/** What a ServiceIntentions says of one source. */
export interface Intention {
  readonly source: Source;
  readonly destination: Service;
  readonly from: Service;
  /** The other cluster whose services these are; absent for those of this one. */
  readonly peer?: string;
  /** Where some of them are of another mesh: which, in a sentence. */
  readonly abroad?: string;
  /** Absent where it has permissions. */
  readonly action?: Action;
  readonly permissions: readonly Permission[];
  /** Whether it, or another source of the same object, has some. */
  readonly hasPermissions: boolean;
  /** The JWTProviders that the object names. */
  readonly providers: readonly string[];
  /** Why nobody knows whether it is in force. */
  readonly doubt?: Doubt;
}

/** Whether a namespace of Kubernetes is one of Consul: then a source says its own. */
export function saysNamespaces(objects: readonly ReadObject[]): boolean {
  return objects.some(({ fields }) => fields.field('spec').field('destination').field('namespace').isSaid
    || fields.field('spec').field('sources').items().some(source => source.field('namespace').isSaid));
}

export function intentionsOf(object: ReadObject, areMirrored: boolean, groups: readonly Group[]): Intention[] {
  const { fields, namespace = DEFAULT_NAMESPACE } = object;
  const spec = fields.field('spec');
  const destination = spec.field('destination');
  const [name, where] = ['name', 'namespace'].map(field => destination.field(field).text() || undefined);
  const sources = spec.field('sources').items().map(source => sourceIn(object, source, areMirrored, groups));
  const known = sources.filter(source => source !== undefined);
  const keys = known.map(({ from, abroad = '' }) => `${abroad}/${from.namespace}/${from.name}`);
  if (new Set(keys).size < keys.length) spec.field('sources').doubt('Consul refuses a source that is named twice');
  const hasPermissions = known.some(({ permissions }) => permissions.length > 0);
  const providers = known.flatMap(({ permissions }) => permissions).flatMap(one => one.providers?.map(({ provider }) => provider) ?? []);
  if (hasPermissions && (name === '*' || where === '*')) spec.field('sources').doubt('Consul refuses permissions for several services');
  beside(fields);
  const [finding] = fields.doubts();
  return name === undefined ? destination.doubt('it says no name') ?? [] : known.map(source => ({
    ...source,
    hasPermissions,
    providers,
    destination: { name, ...(areMirrored && { namespace: where ?? namespace }) },
    ...(finding !== undefined && { doubt: doubtOf(finding) }),
  }));
}

function sourceIn(
  object: ReadObject, fields: Fields, areMirrored: boolean, groups: readonly Group[],
): Omit<Intention, 'destination' | 'hasPermissions' | 'providers'> | undefined {
  const [name, namespace, peer, group] = ['name', 'namespace', 'peer', 'samenessGroup'].map(field => fields.field(field).text() || undefined);
  fields.field('description').take();
  const action = actionOf(fields.field('action'));
  const permissions = permissionsOf(fields.field('permissions'));
  if (fields.field('action').isSaid === fields.field('permissions').isSaid) fields.doubt('Consul refuses a source without `action`, or with `permissions` beside it');
  const known = group === undefined ? undefined : groupCalled(group, groups);
  const isHere = group === undefined ? 'yes' : known?.isHere ?? 'unknown';
  if (isHere === 'unknown') fields.field('samenessGroup').doubt('who is in the sameness group is not known here');
  if (areMirrored && namespace === undefined) fields.doubt('it is not known of which namespace it is');
  if (name === undefined) return fields.doubt('it says no name');
  return {
    source: sourceOf(object, fields),
    from: { name, ...(areMirrored && namespace !== undefined && { namespace }) },
    permissions,
    ...(peer !== undefined && { peer, abroad: `the peer '${peer}'` }),
    ...(group !== undefined && known?.others.length !== 0 && { abroad: `each member of the sameness group '${group}'` }),
    ...(isHere === 'no' && { peer: `the sameness group '${group}'` }),
    ...(action !== undefined && { action }),
  };
}

/** How many of its names are `*`. */
export function wildcards({ name, namespace }: Service): number {
  return namespace === '*' ? 2 : name === '*' ? 1 : 0;
}

export function covers(some: Service, { name, namespace }: Service): boolean {
  return (some.namespace === '*' || some.namespace === namespace) && (some.name === '*' || some.name === name);
}

export function keyOf({ name, namespace = '' }: Service): string {
  return `${namespace}/${name}`;
}
