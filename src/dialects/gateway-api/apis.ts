/** Group and version of the kinds rendered here; served by the standard channel from release 1.6 on. */
export const GROUP = 'gateway.networking.k8s.io';
export const API_VERSION = `${GROUP}/v1`;

/** Group and version of what the experimental channel alone serves. */
export const EXPERIMENTAL_API_VERSION = 'gateway.networking.x-k8s.io/v1alpha1';

/** What the CRDs allow at most, by their list limits and CEL rules. */
export const MAX_RULES = 16;
export const MAX_MATCHES_PER_RULE = 64;
export const MAX_MATCHES_PER_ROUTE = 128;
export const MAX_BACKENDS = 16;
export const MAX_CONDITIONS = 16;
export const MAX_GRANTEES = 16;
export const MAX_FILTERS = 16;
export const MAX_HEADER_CHANGES = 16;
export const MAX_CORS_NAMES = 64;
export const MAX_POLICY_TARGETS = 16;
export const MAX_PATH_LENGTH = 1024;
export const MAX_QUERY_LENGTH = 1024;
export const MAX_HEADER_LENGTH = 4096;
export const MAX_HOSTNAMES = 16;
export const MAX_SUBJECT_ALT_NAMES = 5;
export const MAX_PARENTS = 32;
