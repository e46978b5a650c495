import type { Identity } from './identity';
import type { RequestMatch } from './request-match';

/**
 * Some clients of a gateway, and which of their requests.
 */
export interface GatewayAccessRule {
  /**
   * The clients, any of which is meant; at least one. At a gateway, they are known by their addresses: `Identity.ipBlock` is that of the connection,
   * `Identity.remoteIpBlock` the original one, behind trusted proxies. At a waypoint, they are known by their identities.
   */
  readonly sources: Identity[];

  /**
   * Clients of a waypoint that are not meant, though `sources` includes them: ServiceAccounts, namespaces or SPIFFE ids. All `sources` must
   * then be identities. Addresses are excepted by their own block: `Identity.ipBlock('10.0.0.0/8', ['10.1.0.0/16'])`.
   *
   * @default - none
   */
  readonly exceptSources?: Identity[];

  /**
   * The ports, by the numbers of the listeners; at a waypoint, by those of the Services. A client writes a port other than 80 and 443 behind
   * the host that it asks for, so name it where `requests` have `hosts` that may be asked for there.
   *
   * @default - every port
   */
  readonly ports?: number[];

  /**
   * The requests, any of which may match. Their `hosts` are those that the client asks for.
   *
   * @default - every request
   */
  readonly requests?: RequestMatch[];

  /**
   * Requests that are not meant, though `requests` includes them: all hosts but one, all paths but some. Another rule may still mean them: what
   * nothing may allow is a denial.
   *
   * @default - none
   */
  readonly exceptRequests?: RequestMatch[];
}
