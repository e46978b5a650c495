import type { EndUser } from './end-user';
import type { GatewayAccessRule } from './gateway-access-rule';

/**
 * Who may send which requests through a gateway.
 */
export interface GatewayAccessAllowance extends GatewayAccessRule {
  /**
   * End users, any of which may send the requests, from any of the `sources`: their token proves who they are. The gateway needs a
   * `JwtAuthentication` that names their issuers.
   *
   * @default - everyone, with a token or without
   */
  readonly endUsers?: EndUser[];
}
