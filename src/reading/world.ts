import { Cluster } from './cluster/cluster';
import type { ReadMesh } from './mesh';
import { movesWays, ROLLOUTS, unlessMoved } from './moved-ways';
import { objectsIn, type ReadObject } from './objects';
import type { Reader } from './reader';
import { READERS } from './readers';
import { doubtfulIn, elsewhereAmong, halfReadAmong, isMeshApi, lostAmong, noListsAmong, repeatedAmong, type Unread, unreadAmong } from './unread';
import type { Document } from '../manifests/documents';
import type { Finding } from '../manifests/fields';
import type { TitledReading } from '../meaning/world';
import { grouped } from '../model/lists';

/** What the manifests of one API say. */
interface ReadBy extends TitledReading {
  readonly reader: Reader;
  readonly objects: readonly ReadObject[];
}

/** What manifests say, whichever APIs they are of. */
export interface World {
  readonly cluster: Cluster;
  /** Of each API that has something in them. */
  readonly readings: readonly ReadBy[];
  /** All of them, whether they are read or not. */
  readonly objects: readonly ReadObject[];
  /** The objects that these are made of. */
  readonly read: readonly ReadObject[];
  /** What is left out, though it may say something: nobody knows what it changes. */
  readonly unread: readonly Unread[];
  /** What leads where no Service with a selector does. */
  readonly elsewhere: readonly Unread[];
  /** What is not known, or read by an assumption. */
  readonly findings: readonly Finding[];
  /** What is left out, without what says something of other namespaces only, or of gateways where the request comes by none. */
  unreadFor(namespaces: ReadonlySet<string>, isByGateway: boolean): readonly Unread[];
}

/**
 * Two worlds that are compared. Where nobody says which mesh it is, and one of them has nothing of any, it is that of the other: what its proxies
 * do without a policy stands in no manifest.
 */
export function worldsOf(
  [old, now]: readonly [Iterable<Document>, Iterable<Document>], namespace: string, [oldMesh, mesh]: readonly (ReadMesh | undefined)[],
): readonly [old: World, now: World] {
  const worlds = [worldOf(old, namespace, oldMesh), worldOf(now, namespace, mesh)] as const;
  if (oldMesh !== undefined || mesh !== undefined) return worlds;
  const [before, after] = worlds.map(({ objects, readings }) =>
    ({ isOfNoMesh: !objects.some(isOfMesh), readBy: readings.flatMap(({ reader: { of = [] } }) => of.length === 1 ? of : []) }));
  return [
    before.isOfNoMesh && after.readBy.length > 0 ? worldOf(old, namespace, undefined, after.readBy) : worlds[0],
    after.isOfNoMesh && before.readBy.length > 0 ? worldOf(now, namespace, undefined, before.readBy) : worlds[1],
  ];
}

/** Whether it is of an API that one mesh has by itself. */
function isOfMesh({ group, kind }: ReadObject): boolean {
  return isMeshApi(group, kind) && !group.endsWith('k8s.io');
}

/** The world of some documents. Objects that do not say their namespace are in the one that is given. */
export function worldOf(documents: Iterable<Document>, namespace: string, mesh?: ReadMesh, readBy: readonly ReadMesh[] = []): World {
  const { objects, others } = objectsIn(documents, namespace);
  const cluster = new Cluster(objects);
  const readers = READERS.map(load => load());
  const asMoved = unlessMoved(objects);
  const byKind = grouped(objects, ({ group, kind }) => `${group} ${kind}`);
  const readings = readers.flatMap((reader): ReadBy[] => {
    const own = Object.entries(reader.kinds).flatMap(([group, kinds]) => kinds.flatMap(kind => byKind.get(`${group} ${kind}`) ?? []));
    const its = reader.of?.find(one => one === mesh || readBy.includes(one));
    if (own.length === 0 && its === undefined && (reader.concerns === undefined || !objects.some(reader.concerns))) return [];
    return [{ title: reader.title, reading: asMoved(reader.read(own, cluster, its ?? mesh)), reader, objects: own }];
  });
  if (objects.some(movesWays)) {
    readings.push({ title: ROLLOUTS.title, reading: ROLLOUTS.read(objects, cluster, mesh), reader: ROLLOUTS, objects: [] });
  }
  const read = [...new Set(readings.flatMap(one => one.objects))];
  const anywhere = [
    ...unreadAmong(objects, readers),
    ...halfReadAmong(read, readers),
    ...lostAmong(others),
    ...noListsAmong(others),
    ...repeatedAmong(objects),
  ];
  const unreadFor = (namespaces: ReadonlySet<string>, isByGateway: boolean) => [
    ...anywhere.filter(({ only, isOfGateways }) => (only === undefined || namespaces.has(only)) && (isByGateway || isOfGateways !== true)),
    ...doubtfulIn(cluster, namespaces),
  ];
  return {
    cluster,
    readings,
    objects,
    read,
    unreadFor,
    get unread() { return [...anywhere, ...doubtfulIn(cluster)]; },
    elsewhere: elsewhereAmong(objects, readers),
    get findings() {
      readings.forEach(({ reading }) => reading.readAll?.());
      return [...others.map(({ finding }) => finding), ...read.flatMap(({ fields }) => fields.findings())];
    },
  };
}
