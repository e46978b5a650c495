import { Cluster } from './cluster/cluster';
import type { ReadMesh } from './mesh';
import { objectsIn, type ReadObject } from './objects';
import type { Reader } from './reader';
import { READERS } from './readers';
import type { Document } from '../manifests/documents';
import type { Finding } from '../manifests/fields';
import type { Reading } from '../meaning/world';

/** What manifests say, whichever APIs they are of. */
export interface World {
  readonly cluster: Cluster;
  /** Of each API that has something in them. */
  readonly readings: readonly { readonly title: string; readonly reading: Reading }[];
  /** What is not known, or read by an assumption. */
  readonly findings: readonly Finding[];
}

/** The world of some documents. Objects that do not say their namespace are in the one that is given. */
export function worldOf(documents: Iterable<Document>, namespace: string, mesh?: ReadMesh): World {
  const { objects, findings } = objectsIn(documents, namespace);
  const cluster = new Cluster(objects);
  const readings = READERS.flatMap(load => {
    const reader = load();
    const own = objects.filter(object => reads(reader, object));
    return own.length === 0 ? [] : [{ title: reader.title, reading: reader.read(own, cluster, mesh), own }];
  });
  return { cluster, readings, findings: [...findings, ...readings.flatMap(({ own }) => own).flatMap(({ fields }) => fields.findings())] };
}

function reads({ kinds }: Reader, { group, kind }: ReadObject): boolean {
  return Object.hasOwn(kinds, group) && kinds[group].includes(kind);
}
