import type { AccessRule } from './access-rule';
import type { EndUser } from './end-user';

/**
 * Who may make which requests.
 */
export interface AccessAllowance extends AccessRule {
  /**
   * End users, any of which may send the requests, through any of the `sources`: their token proves who they are. The workload needs a
   * `JwtAuthentication` that names their issuers. Only on HTTP and gRPC ports.
   *
   * @default - everyone, with a token or without
   */
  readonly endUsers?: EndUser[];
}
