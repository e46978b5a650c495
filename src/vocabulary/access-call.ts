import type { EndUser } from './end-user';
import type { MeshService } from './mesh-service';
import type { RequestMatch } from './request-match';

/**
 * A Service that a client calls, and with which requests.
 */
export interface AccessCall {
  /**
   * The Service that is called. It has a `ServiceAccessPolicy`, to which the grant adds.
   */
  readonly destination: MeshService;

  /**
   * The ports, by their number in the Service, as those of an `AccessAllowance`.
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
   * Requests that are not meant, though `requests` includes them. The policy, or another grant, may still allow them.
   *
   * @default - none
   */
  readonly exceptRequests?: RequestMatch[];

  /**
   * End users, any of which may send the requests through the client, as those of an `AccessAllowance`.
   *
   * @default - everyone, with a token or without
   */
  readonly endUsers?: EndUser[];
}
