import type { HandlingFeature } from '../../../model/features/handling';

/** What an HTTPRoute has a field for, and a GRPCRoute has not. */
export const HTTP_ONLY: readonly HandlingFeature[] = [
  'HTTPRouteRequestTimeout', 'HTTPRouteBackendTimeout', 'HTTPRouteRetry', 'NoRequestTimeout', 'NoBackendTimeout', 'NoRetries', 'RetryBackoff', 'HTTPRouteHostRewrite', 'HTTPRoutePathRewrite',
  'RequestRedirect', 'HTTPRouteCORS', 'CORSCredentialsOfAnyOrigin', 'CORSCredentialsOfAnyRequest',
];
