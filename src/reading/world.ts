import { Cluster } from './cluster/cluster';
import type { ReadMesh } from './mesh';
import { objectsIn, type ReadObject } from './objects';
import type { Reader } from './reader';
import { READERS } from './readers';
import { doubtfulAmong, endpointsAmong, lostAmong, type Unread, unreadAmong } from './unread';
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
  /** What Services without a selector lead to. */
  readonly endpoints: readonly Unread[];
  /** What is not known, or read by an assumption. */
  readonly findings: readonly Finding[];
}

/** The world of some documents. Objects that do not say their namespace are in the one that is given. */
export function worldOf(documents: Iterable<Document>, namespace: string, mesh?: ReadMesh): World {
  const { objects, others } = objectsIn(documents, namespace);
  const cluster = new Cluster(objects);
  // Before readers have something to say of them.
  const doubtful = doubtfulAmong(objects);
  const readers = READERS.map(load => load());
  const byKind = grouped(objects, ({ group, kind }) => `${group} ${kind}`);
  const readings = readers.flatMap(reader => {
    const own = Object.entries(reader.kinds).flatMap(([group, kinds]) => kinds.flatMap(kind => byKind.get(`${group} ${kind}`) ?? []));
    if (own.length === 0 && !objects.some(object => reader.concerns?.(object) === true)) return [];
    return [{ title: reader.title, reading: reader.read(own, cluster, mesh), reader, objects: own }];
  });
  const read = [...new Set(readings.flatMap(one => one.objects))];
  return {
    cluster,
    readings,
    objects,
    read,
    unread: [...unreadAmong(objects, readers), ...lostAmong(others), ...doubtful],
    endpoints: endpointsAmong(objects),
    get findings() {
      readings.forEach(({ reading }) => reading.readAll?.());
      return [...others.map(({ finding }) => finding), ...read.flatMap(({ fields }) => fields.findings())];
    },
  };
}
