import type { Identity } from './identity';
import type { RequestMatch } from './request-match';

/**
 * Some clients, and which of their requests.
 */
export interface AccessRule {
  /**
   * The clients, any of which is meant; at least one.
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
   * The ports, by their number in the Service; the policy holds at the port of the pods behind each. A number that the
   * Service does not declare is a port of the pods.
   *
   * @default - all ports of the Service; with `requests`, its HTTP and gRPC ports; with `portNames`, those only
   */
  readonly ports?: number[];

  /**
   * The ports, by their name in the Service; they add to `ports`.
   *
   * @default - see `ports`
   */
  readonly portNames?: string[];

  /**
   * The requests, any of which may match.
   *
   * @default - every request
   */
  readonly requests?: RequestMatch[];

  /**
   * Requests that are not meant, though `requests` includes them: all paths but one, all methods but some. Another rule may still
   * mean them: what nothing may allow is a denial.
   *
   * @default - none
   */
  readonly exceptRequests?: RequestMatch[];
}
