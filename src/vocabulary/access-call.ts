import type { EndUser } from './end-user';
import type { MeshWorkload } from './mesh-workload';
import type { RequestMatch } from './request-match';

/**
 * A workload that a client calls, and with which requests.
 */
export interface AccessCall {
  /**
   * The Service that is called, or pods without one, said in the same way as in their `ServiceAccessPolicy`, to which the grant adds.
   */
  readonly destination: MeshWorkload;

  /**
   * The ports, by their number in the Service, or in the pods if there is none, as those of an `AccessAllowance`.
   *
   * @default - all ports of the workload; with `requests`, its HTTP and gRPC ports; with `portNames`, those only
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
