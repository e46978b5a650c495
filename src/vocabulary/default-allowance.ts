import type { Identity } from './identity';

/**
 * Clients that may call every workload of a namespace, or of the mesh.
 */
export interface DefaultAllowance {
  /**
   * The clients, any of which may call; at least one.
   */
  readonly sources: Identity[];

  /**
   * Clients that are not meant, though `sources` includes them: ServiceAccounts, namespaces or SPIFFE ids. All `sources`
   * must then be identities, since a client that has none cannot be told from the excepted ones.
   *
   * @default - none
   */
  readonly exceptSources?: Identity[];

  /**
   * The ports, by their numbers in the pods.
   *
   * @default - every port
   */
  readonly ports?: number[];
}
