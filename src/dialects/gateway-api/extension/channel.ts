
/** A channel of the CRDs of Gateway API. The experimental one has all of the standard one. */
export type GatewayApiChannel = 'standard' | 'experimental';
