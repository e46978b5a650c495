import { GatewayApiChannel } from './extension/channel';
import { TRAFFIC_FEATURES } from '../../model/features/handling';
import type { RouteFeature } from '../../model/features/route';
import type { Support } from '../contract/support';
import { A_SERVICE_EACH, A_SERVICE_FOR_CLIENTS, BY_EXPRESSION, FULL, full, none, noneOf, partial, PATHS_BY_EXPRESSION } from '../contract/support';

export const NO_DATAGRAMS = 'no mesh routes UDP';

const NO_WORD = 'Gateway API cannot express it';

const NOT_IN_STANDARD = none('only the experimental channel of Gateway API has it');

export const TO_EXPERIMENTAL = 'Use `channel: GatewayApiChannel.EXPERIMENTAL`';

const httpOnly = (writtenAs?: string) => partial('an HTTPRoute has a field for it, a GRPCRoute has none', writtenAs);

/** What the routes of a Service can express in Gateway API alone. */
const STANDARD: Readonly<Record<RouteFeature, Support>> = {
  HTTPRoute: FULL,
  GRPCRoute: FULL,
  TLSRoute: partial('no kind of route takes the connections to all other servers', 'a TLSRoute for each server name'),
  TCPRoute: FULL,
  UDPRoute: none(NO_DATAGRAMS),
  WeightedBackends: FULL,
  OrderedRules: FULL,
  ...PATHS_BY_EXPRESSION,
  HeaderMatching: FULL,
  HeaderPresenceMatching: FULL,
  HeaderPartMatching: BY_EXPRESSION,
  HeaderRegexMatching: FULL,
  HTTPRouteMethodMatching: FULL,
  HTTPRouteQueryParamMatching: FULL,
  GRPCMethodMatching: FULL,
  GRPCAnyServiceMatching: FULL,
  HostMatching: none('Gateway API says that meshes read no hostnames on the routes of a Service'),
  BackendPort: FULL,
  ServiceAsBackend: FULL,
  SubsetBackends: none('the routes of Gateway API send requests to Services, whatever labels their pods have', A_SERVICE_EACH),
  PerPortRules: FULL,
  ReferenceGrant: FULL,
  MeshConsumerRoute: FULL,
  ClientMatching: none('the routes of Gateway API do not ask which pod calls', A_SERVICE_FOR_CLIENTS),
  ServiceImportRoute: full('a `parentRef` of kind ServiceImport'),
  ServiceImportBackend: full('a `backendRef` of kind ServiceImport'),
  OtherBackend: full('a `backendRef` of the kind; implementations that do not know it answer with 500'),
  ExternalBackend: none('only the experimental channel of Gateway API has XBackend', TO_EXPERIMENTAL),
  HTTPRouteNamedRouteRule: FULL,
  HTTPRouteBackendRequestHeaderModification: FULL,
  BackendResponseHeaderModification: FULL,
  HTTPRouteRequestTimeout: httpOnly('`timeouts.request` of an HTTPRoute'),
  HTTPRouteBackendTimeout: httpOnly('`timeouts.backendRequest` of an HTTPRoute'),
  NoRequestTimeout: httpOnly(),
  NoBackendTimeout: httpOnly(),
  HTTPRouteRetry: httpOnly('`retry` of an HTTPRoute'),
  NoRetries: httpOnly('`attempts: 0` in the `retry` of an HTTPRoute'),
  RetryBackoff: httpOnly('`backoff` in the `retry` of an HTTPRoute'),
  RetryGRPCStatus: none(NO_WORD),
  RetryResponsesOnly: none('the retries of Gateway API include failed connections'),
  HTTPRouteRequestMirror: full('a RequestMirror filter'),
  HTTPRouteRequestPercentageMirror: FULL,
  HTTPRouteRequestMultipleMirrors: FULL,
  RequestHeaderModification: full('a RequestHeaderModifier filter'),
  HTTPRouteResponseHeaderModification: full('a ResponseHeaderModifier filter'),
  HTTPRouteHostRewrite: httpOnly('a URLRewrite filter'),
  HTTPRoutePathRewrite: httpOnly('a URLRewrite filter'),
  RequestRedirect: httpOnly('a RequestRedirect filter'),
  DirectResponse: partial('on HTTP ports', 'a rule without `backendRefs`'),
  DirectResponseStatus: none('a rule of Gateway API without backends answers with 500', 'Use 500'),
  HTTPRouteCORS: httpOnly('a CORS filter'),
  CORSCredentialsOfAnyOrigin: httpOnly(),
  CORSCredentialsOfAnyRequest: httpOnly(),
  SessionPersistence: NOT_IN_STANDARD,
  FaultInjection: none(NO_WORD),
  ...noneOf(TRAFFIC_FEATURES, NO_WORD),
  RetryBudget: NOT_IN_STANDARD,
};

const EXPERIMENTAL: Readonly<Record<RouteFeature, Support>> = {
  ...STANDARD,
  ExternalBackend: full('a `backendRef` of kind XBackend; implementations that do not know it answer with 500'),
  SessionPersistence: partial(
    'a session counts from the first request, not from the last, and a header needs a name', '`sessionPersistence` of the rule'),
  RetryBudget: partial(
    'the policy stands in the namespace of the backends, and holds for all their clients', 'an XBackendTrafficPolicy for the backends'),
};

/** The same, by the channel that is installed. */
export function routeSupport(channel: GatewayApiChannel): Readonly<Record<RouteFeature, Support>> {
  return channel === GatewayApiChannel.EXPERIMENTAL ? EXPERIMENTAL : STANDARD;
}
