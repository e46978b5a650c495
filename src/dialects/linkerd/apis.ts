/**
 * Versions of Linkerd's policy API: those that every release since 2.14 serves. Later ones add the `accessPolicy` of a
 * Server, SPIFFE ids (2.15) and EgressNetwork (2.17), which clusters of 2.14 would refuse, or drop without a word.
 */
export const GROUP = 'policy.linkerd.io';
export const AUTHORIZATION_API_VERSION = `${GROUP}/v1alpha1`;
export const SERVER_API_VERSION = `${GROUP}/v1beta1`;
export const HTTP_ROUTE_API_VERSION = `${GROUP}/v1beta3`;

/** What the CRD of HTTPRoute allows at most. */
export const MAX_RULES = 16;
export const MAX_MATCHES_PER_RULE = 8;
export const MAX_CONDITIONS = 16;
