import type { Identity } from './identity';
import type { RequestMatch } from './request-match';

/**
 * Requests that are denied, whatever allows them.
 */
export interface AccessDenial {
  /**
   * The clients, any of which is denied; at least one. `Identity.anyone()` denies the requests to every client.
   */
  readonly sources: Identity[];

  /**
   * Clients that are not meant, though `sources` includes them: ServiceAccounts, namespaces or SPIFFE ids.
   *
   * @default - none
   */
  readonly exceptSources?: Identity[];

  /**
   * The ports, by their number in the Service; a number that the Service does not declare is a port of the pods.
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
   * Requests that are not meant, though `requests` includes them.
   *
   * @default - none
   */
  readonly exceptRequests?: RequestMatch[];
}
