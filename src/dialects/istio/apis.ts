/** Versions of Istio's APIs. */
export const SECURITY_API_VERSION = 'security.istio.io/v1';
export const GATEWAY_API_VERSION = 'gateway.networking.k8s.io/v1';
export const NETWORKING_API_VERSION = 'networking.istio.io/v1';
export const ENVOY_FILTER_API_VERSION = 'networking.istio.io/v1alpha3';

/** What the CRD of AuthorizationPolicy allows at most: rules in all, and sources in one rule. */
export const MAX_RULES = 512;
export const MAX_SOURCES = 512;

/** What the CRD of ServiceEntry allows at most. */
export const MAX_ADDRESSES = 256;

/** The largest limit that the CRD of DestinationRule takes. */
export const MAX_LIMIT = 2_147_483_647;

/** The root namespace of a default installation. Objects there hold in every namespace. */
export const ROOT_NAMESPACE = 'istio-system';

/** The longest regular expression of a VirtualService: istiod rejects longer ones when they are applied. */
export const MAX_EXPRESSION_LENGTH = 1024;
