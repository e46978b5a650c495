/** Version of the kinds of Istio's security API. */
export const SECURITY_API_VERSION = 'security.istio.io/v1';
