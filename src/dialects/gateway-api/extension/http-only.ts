import type { HandlingFeature } from '../../../model/features/handling';

/** What an HTTPRoute has a field for, but a GRPCRoute has none. */
export const HTTP_ONLY: readonly HandlingFeature[] = [
  'HTTPRouteRequestTimeout', 'HTTPRouteBackendTimeout', 'HTTPRouteRetry', 'NoRequestTimeout', 'NoBackendTimeout', 'NoRetries', 'RetryBackoff', 'HTTPRouteHostRewrite', 'HTTPRoutePathRewrite',
  'RequestRedirect', 'DirectResponse', 'DirectResponseStatus', 'HTTPRouteCORS', 'CORSCredentialsOfAnyOrigin', 'CORSCredentialsOfAnyRequest',
];
