import type { Cluster } from './cluster/cluster';
import { isWorkload } from './cluster/workload';
import { type Effect, effectOf } from './controllers';
import { isMeshDomain } from './mesh-domains';
import type { NoObject, ReadObject } from './objects';
import type { Reader } from './reader';
import { isOfReadVersion } from './versions';
import { atField, type FieldPlace, type Finding } from '../manifests/fields';
import { grouped } from '../model/lists';

/** Something of which nobody knows what it changes. */
export interface Unread {
  readonly manifest: any;
  readonly place: FieldPlace;
  /** In a sentence. */
  readonly why: string;
  /** The namespace of which it says something; absent where that may be any. */
  readonly only?: string;
  /** Whether it says something of what comes in by gateways, and of nothing else. */
  readonly isOfGateways?: boolean;
}

/** Kinds of meshes that change neither who gets in nor where requests go. */
const HARMLESS = new Set([
  'GatewayClass', 'IPAddress', 'ServiceCIDR', 'Telemetry', 'CiliumEndpoint', 'CiliumEndpointSlice', 'CiliumIdentity', 'CiliumNode',
  'Dataplane', 'DataplaneInsight', 'MeshInsight', 'ServiceInsight', 'MeshAccessLog', 'MeshMetric', 'MeshTrace', 'ControlPlane',
  'MeshOpenTelemetryBackend', 'ControlPlaneRequestLimit', 'GatewayClassConfig',
]);

/** The objects of meshes, and of controllers beside them, that no reader reads, by their kind or their version. */
export function unreadAmong(objects: readonly ReadObject[], readers: readonly Reader[]): Unread[] {
  let byKey: ReadonlyMap<string, ReadObject> | undefined;
  const find = (key: string) => (byKey ??= new Map(objects.map(one => [one.key, one]))).get(key);
  return objects.flatMap(object => {
    const { group, kind, version, manifest, place } = object;
    const isRead = readers.some(reader => isReadBy(reader, group, kind));
    const isOther = isRead ? !isOfReadVersion(object) : isMeshApi(group, kind);
    const effect = isOther ? 'anywhere' : isRead || isMeshDomain(group) ? undefined : effectOf(object, find);
    if (effect === undefined) return [];
    return [{
      manifest,
      place,
      why: `${wordsOf(object)} is of a ${isRead ? `version (${version})` : 'kind'} that is not read, so it may change ${CHANGED[effect]}`,
      ...(effect === 'namespace' && { only: object.namespace }),
      ...(effect === 'gateways' && { isOfGateways: true }),
    }];
  });
}

const CHANGED: Readonly<Record<Effect, string>> = {
  anywhere: 'anything', namespace: 'anything in its namespace', gateways: 'what comes in by gateways',
};

/** Objects that were read, and may change anything by what is not understood in them. */
export function halfReadAmong(read: readonly ReadObject[], readers: readonly Reader[]): Unread[] {
  const isWhole = ({ group, kind }: ReadObject) => readers.some(reader => reader.whole?.includes(kind) === true && isReadBy(reader, group, kind));
  return read.filter(isWhole).flatMap(object => {
    const [doubt] = object.fields.doubts();
    return doubt === undefined ? [] : [{ manifest: object.manifest, ...saidOf(object, doubt) }];
  });
}

/** What would be read if it were an object. */
export function lostAmong(others: readonly NoObject[]): Unread[] {
  return others.filter(({ group, manifest }) => isMeshApi(group, manifest.kind) || isOfCluster(group, manifest))
    .map(({ manifest, finding: { place, message } }) =>
      ({ manifest, place, why: `${manifest.kind}: ${atField(place, message)}, so nobody knows what it changes` }));
}

/** Lists that are none. */
export function noListsAmong(others: readonly NoObject[]): Unread[] {
  return others.filter(({ group, manifest: { kind, items } }) => group === '' && kind === 'List' && items !== undefined && items !== null)
    .map(({ manifest, finding: { place } }) => ({ manifest, place, why: 'List: its `items` are no list, so nobody knows what it changes' }));
}

/** Objects that are there more than once, and not the same: a cluster has the one that is written last. */
export function repeatedAmong(objects: readonly ReadObject[]): Unread[] {
  const meant = objects.filter(({ group, kind, manifest }) => isMeshApi(group, kind) || isOfCluster(group, manifest));
  return repeated(meant).flatMap(([first, ...others]): Unread[] => {
    const text = JSON.stringify(first.manifest);
    const other = others.find(({ manifest }) => JSON.stringify(manifest) !== text);
    if (other === undefined) return [];
    const { file, line } = first.place;
    return [{ manifest: other.manifest, place: other.place, why: `${wordsOf(other)} is there twice, first at ${file}:${line}, and a cluster has only one of the two` }];
  });
}

/** Those of one kind and name, where there are several. */
function repeated(objects: readonly ReadObject[]): readonly (readonly ReadObject[])[] {
  const seen = new Set<string>();
  const twice = new Set(objects.map(({ key }) => key).filter(key => seen.size === seen.add(key).size));
  return twice.size === 0 ? [] : [...grouped(objects.filter(({ key }) => twice.has(key)), ({ key }) => key).values()];
}

/** Services, workloads and Namespaces that are not understood, where something in them is not understood; of some namespaces, or of all. */
export function doubtfulIn(cluster: Cluster, namespaces?: ReadonlySet<string>): Unread[] {
  return cluster.doubtsIn(namespaces)
    .map(([object, doubt]) => ({ manifest: object.manifest, ...saidOf(object, doubt), only: object.namespace ?? object.name }));
}

/** What says where calls lead that are made to no Service with a selector: it changes nothing of what is asked of those, and is not read itself. */
export function elsewhereAmong(objects: readonly ReadObject[], readers: readonly Reader[]): Unread[] {
  return objects.flatMap(object => {
    const what = isEndpoints(object) ? 'where a Service without a selector leads'
      : readers.filter(({ elsewhere }) => elsewhere !== undefined).find(one => isReadBy(one, object.group, object.kind))?.elsewhere?.(object);
    return what === undefined ? [] : [{ manifest: object.manifest, place: object.place, why: `${wordsOf(object)} says ${what}, which is not read` }];
  });
}

function isEndpoints({ group, kind }: ReadObject): boolean {
  return (group === '' && kind === 'Endpoints') || (group === 'discovery.k8s.io' && kind === 'EndpointSlice');
}

function saidOf(object: ReadObject, { place, message }: Finding): Pick<Unread, 'place' | 'why'> {
  return { place, why: `${wordsOf(object)}: ${atField(place, message)}` };
}

function wordsOf({ kind, namespace, name }: ReadObject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** Whether an object of a kind may say something to a mesh. */
export function isMeshApi(group: string, kind: string): boolean {
  return isMeshDomain(group) && !HARMLESS.has(kind);
}

function isOfCluster(group: string, manifest: any): boolean {
  return isWorkload(group, manifest) || (group === '' && OF_CLUSTER.has(manifest.kind));
}

const OF_CLUSTER = new Set(['Service', 'ServiceAccount', 'ConfigMap', 'Namespace']);

export function isReadBy({ kinds }: Reader, group: string, kind: string): boolean {
  return Object.hasOwn(kinds, group) && kinds[group].includes(kind);
}
