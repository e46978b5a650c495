import type { AccessRule } from './access';

/** Every workload of one namespace, or of the whole mesh, denies what neither a policy of its own nor this one allows. */
export interface NamespaceDefaultModel {
  /** Base of the names of all objects. */
  readonly name: string;
  /** Absent for all namespaces of the mesh. */
  readonly namespace?: string;
  /** What every workload allows, beside what its own policies do. */
  readonly rules: readonly NamespaceRule[];
}

export interface NamespaceRule extends Pick<AccessRule, 'sources' | 'exceptSources'> {
  /** Ports of the pods, sorted. Empty for every port. */
  readonly ports: readonly number[];
}
