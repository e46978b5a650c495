import type { Cluster } from './cluster/cluster';
import type { ReadMesh } from './mesh';
import type { ReadObject } from './objects';
import type { Reading } from '../meaning/world';

/** How the manifests of one API are read. */
export interface Reader {
  /** As people call it. */
  readonly title: string;
  /** The kinds that it reads, by group. A kind of a group that stands here, and is not among them, is a finding. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
  /**
   * What these objects say together. What it does not understand is a finding of the object, and answers `unknown`. So is what
   * meshes read differently, where nobody says which mesh it is.
   */
  read(objects: readonly ReadObject[], cluster: Cluster, mesh: ReadMesh | undefined): Reading;
}
