import type { GatewayAccessRule } from './gateway-access-rule';

/**
 * Requests that do not pass a gateway, whatever allows them; `Identity.anyone()` as a source denies them to every client.
 */
export interface GatewayAccessDenial extends GatewayAccessRule {}
