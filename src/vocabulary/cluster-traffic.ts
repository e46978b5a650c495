import type { ClusterPeer } from './cluster-peer';
import type { ClusterPort } from './cluster-port';

/**
 * Who calls on which ports, or what is called there.
 */
export interface ClusterTrafficRule {
  /**
   * Any of these; at least one.
   */
  readonly peers: ClusterPeer[];

  /**
   * The ports.
   *
   * @default - every port, and every protocol over IP
   */
  readonly ports?: ClusterPort[];
}

/**
 * Traffic in one direction.
 */
export interface ClusterTraffic {
  /**
   * What may pass; rules add up, and they add to what policies of others allow. Everything else is denied, unless such a policy allows it.
   * An empty list denies everything.
   *
   * @default - what may pass stays as it is, but for `deny`
   */
  readonly allow?: ClusterTrafficRule[];

  /**
   * What is denied, whatever allows it, here or in a policy of others.
   *
   * @default - nothing that is allowed
   */
  readonly deny?: ClusterTrafficRule[];
}
