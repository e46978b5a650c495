import { Cluster } from './cluster/cluster';
import type { ReadMesh } from './mesh';
import { objectsIn, type ReadObject } from './objects';
import { READERS } from './readers';
import { isReadBy, unreadAmong } from './unread';
import type { Document } from '../manifests/documents';
import type { Finding } from '../manifests/fields';
import type { Reading } from '../meaning/world';

/** What manifests say, whichever APIs they are of. */
export interface World {
  readonly cluster: Cluster;
  /** Of each API that has something in them. */
  readonly readings: readonly { readonly title: string; readonly reading: Reading }[];
  /** Objects of meshes that are of kinds that nobody reads here: nobody knows what they change. */
  readonly unread: readonly ReadObject[];
  /** What is not known, or read by an assumption. */
  readonly findings: readonly Finding[];
}

/** The world of some documents. Objects that do not say their namespace are in the one that is given. */
export function worldOf(documents: Iterable<Document>, namespace: string, mesh?: ReadMesh): World {
  const { objects, findings } = objectsIn(documents, namespace);
  const cluster = new Cluster(objects);
  const readers = READERS.map(load => load());
  const readings = readers.flatMap(reader => {
    const own = objects.filter(({ group, kind }) => isReadBy(reader, group, kind));
    return own.length === 0 ? [] : [{ title: reader.title, reading: reader.read(own, cluster, mesh), own }];
  });
  const unread = unreadAmong(objects, readers);
  return { cluster, readings, unread, findings: [...findings, ...readings.flatMap(({ own }) => own).flatMap(({ fields }) => fields.findings())] };
}
