import { DEFAULT_NAMESPACE } from './cluster/cluster';
import { isWorkload } from './cluster/workload';
import { movesWays } from './moved-ways';
import type { ReadObject } from './objects';
import { ANYWHERE, NOWHERE, type Reach } from './reader';
import { isReadBy } from './unread';
import { unseenElsewhere, unseenPods } from './unseen';
import type { World } from './world';
import { isMap } from '../manifests/values';
import { EVERYWHERE, type Scope } from '../meaning/compare/half';
import { grouped } from '../model/lists';

/** Where two worlds may differ: only where an object matters that is not the same in both. Two meshes may read the same in other ways. */
export function scopeOf(old: World, now: World, isOneMesh: boolean): Scope {
  const changed = isOneMesh ? changedAmong(old.objects, now.objects) : [...old.objects, ...now.objects];
  const [unseen, called] = [unseenPods, unseenElsewhere].map(unseenBy => unseenBy(
    changed.filter(object => isRead(object, old, now)), [...old.cluster.workloads, ...now.cluster.workloads],
    namespace => now.cluster.namespaceLabels(namespace) ?? old.cluster.namespaceLabels(namespace),
  ));
  if (!isOneMesh) return { ...EVERYWHERE, unseen, called };
  const [pods, ways] = [new Set<string>(), new Set<string>()];
  let [areAllPods, areAllWays] = [false, false];
  const reaches = [old, now].flatMap(reachesIn);
  const reach = (object: ReadObject): readonly Reach[] => [...reachInCluster(object), ...reaches.flatMap(reachOf => reachOf(object) ?? [])];
  for (const object of changed) {
    for (const { pods: inPods, ways: inWays } of reach(object)) {
      const namespace = object.kind === 'Namespace' ? object.name : object.namespace ?? DEFAULT_NAMESPACE;
      areAllPods ||= inPods === 'anywhere';
      areAllWays ||= inWays === 'anywhere';
      if (inPods === 'namespace') pods.add(namespace);
      if (inWays === 'namespace') ways.add(namespace);
    }
  }
  return { pods: namespace => areAllPods || pods.has(namespace), ways: namespace => areAllWays || ways.has(namespace), unseen, called };
}

function isRead({ group, kind }: ReadObject, ...worlds: readonly World[]): boolean {
  return worlds.some(({ readings }) => readings.some(({ reader }) => isReadBy(reader, group, kind)));
}

/** What stands beside policies and routes says which pods there are, and where Services lead. */
function reachInCluster(object: ReadObject): Reach[] {
  const { group, kind, manifest } = object;
  if (isWorkload(group, manifest)) return [{ pods: 'namespace', ways: movesWays(object) ? 'anywhere' : 'nowhere' }];
  if (group !== '') return [];
  if (kind === 'Service' || kind === 'Namespace') return [{ pods: 'namespace', ways: 'anywhere' }];
  return kind === 'ConfigMap' ? [ANYWHERE] : [NOWHERE];
}

/** Of each API: where it may matter what an object says; undefined for those that it does not read. */
function reachesIn({ readings, objects, cluster }: World): ((object: ReadObject) => Reach | undefined)[] {
  return readings.map(({ reader }) => {
    const reach = reader.reach?.(objects, cluster) ?? (() => ANYWHERE);
    return object => isReadBy(reader, object.group, object.kind) ? reach(object) : undefined;
  });
}

/** The objects that are not the same in both, in either form. The order of files and documents says nothing. */
function changedAmong(old: readonly ReadObject[], now: readonly ReadObject[]): ReadObject[] {
  const [before, after] = [grouped(old, ({ key }) => key), grouped(now, ({ key }) => key)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap(key => {
    const [was, is] = [before.get(key) ?? [], after.get(key) ?? []];
    return was.length === is.length && was.every((one, i) => isEqual(one.manifest, is[i].manifest)) ? [] : [...was, ...is];
  });
}

/** Whether two values of manifests say the same. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && isEqual(a[key], b[key]));
}
