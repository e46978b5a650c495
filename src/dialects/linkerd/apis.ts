/**
 * Versions of Linkerd's policy API: those that every release since 2.14 serves, except where a feature needs a later one. SPIFFE
 * ids need 2.15; the `accessPolicy` of a Server 2.16; EgressNetwork and HTTPLocalRateLimitPolicy 2.17. An older release does not
 * have the kind or version, or rejects the id: nothing is dropped silently.
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

/** What the CRDs of Gateway API allow in one route. */
export const MAX_MATCHES = 128;

/** The namespace in which an EgressNetwork holds for every namespace without one of its own; the default of an installation. */
export const GLOBAL_EGRESS_NAMESPACE = 'linkerd-egress';

/** What Linkerd takes for addresses of the cluster by default (`clusterNetworks`). The default has IPv6 too, of which no block is rendered. */
export const CLUSTER_NETWORKS: readonly string[] = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'];

/** Ports on which Linkerd detects no protocol by default. */
export const OPAQUE_PORTS: readonly number[] = [25, 587, 3306, 4444, 5432, 6379, 9300, 11211];

/** Version of the routes that Linkerd reads on an EgressNetwork, and how many names of hosts one may have. */
export const ROUTE_API_VERSION = 'gateway.networking.k8s.io/v1';
export const MAX_HOSTNAMES = 16;

/** Characters of a path in a match. */
export const MAX_PATH = 1024;
