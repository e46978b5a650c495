import type { SmiMesh } from '../../dialects/smi/read/meshes';
import type { MeshTarget } from '../../index';
import type { Protocol } from '../../model/protocol';
import type { Node } from '../program';

export type Labels = Readonly<Record<string, string>>;

export interface PlanOptions {
  /** Who read SMI. */
  readonly from: SmiMesh;
  readonly targets: readonly Node<MeshTarget>[];
  /** Whether TrafficTargets were enforced, whatever the manifests say of it. */
  readonly isEnforced?: boolean;
  /** Ports of Services that are not in the manifests, by `name` or `namespace/name`; `*` is for all of them. */
  readonly ports?: ReadonlyMap<string, readonly StatedPort[]>;
  /** Labels of pods that are not in the manifests, by the `name` or `namespace/name` of their ServiceAccount. */
  readonly pods?: ReadonlyMap<string, Labels>;
  /** Namespaces that were in the mesh, beside those that the manifests tell of. */
  readonly meshNamespaces?: readonly string[];
}

export interface StatedPort {
  readonly port: number;
  readonly protocol?: Protocol;
}

/** What is stated of something, by its name with or without its namespace. */
export function stated<T>(all: ReadonlyMap<string, T> | undefined, namespace: string, name: string): T | undefined {
  return all?.get(`${namespace}/${name}`) ?? all?.get(name) ?? all?.get('*');
}
