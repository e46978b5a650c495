/** Group and version of all kinds rendered here; served by the standard channel from release 1.6 on. */
export const GROUP = 'gateway.networking.k8s.io';
export const API_VERSION = `${GROUP}/v1`;

/** What the CRDs allow at most, by their list limits and CEL rules. */
export const MAX_RULES = 16;
export const MAX_MATCHES_PER_RULE = 64;
export const MAX_MATCHES_PER_ROUTE = 128;
export const MAX_BACKENDS = 16;
export const MAX_CONDITIONS = 16;
export const MAX_GRANTEES = 16;
