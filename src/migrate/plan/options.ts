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
  /** All namespaces that were in the mesh; otherwise those with SMI in them, and those that the manifests say are members. */
  readonly meshNamespaces?: readonly string[];
  /** Whether a target asks policies at the Service that is called, and not at the pods that answer. */
  readonly asksAtServices?: boolean;
  /** Whether a target lets in only those whom a policy names, even where there is none. */
  readonly deniesUnasked?: boolean;
  /** Whether a target follows the route of a Service to which another route sends requests. */
  readonly followsRoutes?: boolean;
  /** Whether a target knows ServiceAccounts by their names alone, whatever their namespaces. */
  readonly knowsNamesOnly?: boolean;
  /** Whether to all targets a block of addresses holds for pods where it did. */
  readonly knowsPods?: boolean;
  /** Whether to all targets a token is for those whom its issuer names, and in no other spelling. */
  readonly saysAudiences?: boolean;
  /** Whether a target sees datagrams. */
  readonly seesUdp?: boolean;
  /** Whether templates of paths hold for what they hold for in Istio, which differs by the version of the proxy. */
  readonly hasTemplates?: boolean;
}

export interface StatedPort {
  readonly port: number;
  readonly protocol?: Protocol;
}

/** What is stated of something, by its name with or without its namespace. */
export function stated<T>(all: ReadonlyMap<string, T> | undefined, namespace: string, name: string): T | undefined {
  return all?.get(`${namespace}/${name}`) ?? all?.get(name) ?? all?.get('*');
}
