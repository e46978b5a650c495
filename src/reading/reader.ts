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
  /** Those of these kinds that may change anything, where something in them is not understood. */
  readonly whole?: readonly string[];
  /** What an object says of calls that nobody can ask about here, such as those to hosts that only the mesh knows: of these, no difference is told. */
  readonly elsewhere?: (object: ReadObject) => string | undefined;
  /** The meshes whose proxies decide who gets in even where there is none of these objects. */
  readonly of?: readonly ReadMesh[];
  /** Objects of other kinds that it looks for among those of the cluster: where there is one, it has something to say. */
  readonly concerns?: (object: ReadObject) => boolean;
  /**
   * What these objects say together. What it does not understand is a finding of the object, and answers `unknown`. So is what
   * meshes read differently, where nobody says which mesh it is.
   */
  read(objects: readonly ReadObject[], cluster: Cluster, mesh: ReadMesh | undefined): Reading;
  /** Where it may matter what an object says, of all objects of the cluster; anywhere, unless it is said. */
  reach?(objects: readonly ReadObject[], cluster: Cluster): (object: ReadObject) => Reach;
}

/** Whose calls an object may let in and out, and whose requests it may send elsewhere: those of its own namespace, of all, or of none. */
export interface Reach {
  readonly pods: 'nowhere' | 'namespace' | 'anywhere';
  readonly ways: 'nowhere' | 'namespace' | 'anywhere';
}

export const ANYWHERE: Reach = { pods: 'anywhere', ways: 'anywhere' };
export const NOWHERE: Reach = { pods: 'nowhere', ways: 'nowhere' };
