/**
 * Versions of Linkerd's policy API: those that every release since 2.14 serves, but where something is said that only a later
 * one can say. SPIFFE ids need 2.15; the `accessPolicy` of a Server 2.16; EgressNetwork and HTTPLocalRateLimitPolicy 2.17. An
 * older release has no such kind or version, or refuses the id: nothing is dropped without a word.
 */
export const GROUP = 'policy.linkerd.io';
export const AUTHORIZATION_API_VERSION = `${GROUP}/v1alpha1`;
export const SERVER_API_VERSION = `${GROUP}/v1beta1`;
export const AUDITING_SERVER_API_VERSION = `${GROUP}/v1beta3`;
export const RATE_LIMIT_API_VERSION = `${GROUP}/v1alpha1`;
export const EGRESS_API_VERSION = `${GROUP}/v1alpha1`;
export const HTTP_ROUTE_API_VERSION = `${GROUP}/v1beta3`;

/** What the CRD of HTTPRoute allows at most. */
export const MAX_RULES = 16;
export const MAX_MATCHES_PER_RULE = 8;
export const MAX_CONDITIONS = 16;
