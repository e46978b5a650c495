import { laterRulesThatComeFirst } from './gateway-precedence';
import { FILTERED, routeFilters } from './route-filters';
import { consulSharedGateway } from './shared-gateway';
import type { ExposureModel } from '../../model/exposure';
import { withoutHandling } from '../../model/features/handling';
import type { RouteFeature } from '../../model/features/route';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { plainPaths } from '../../model/path';
import { weighted } from '../../model/route';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Refusal } from '../contract/refusal';
import { FULL, inherent, partial } from '../contract/support';
import type { ExposureExtension } from '../gateway-api/extension/gateways';
import { noExposures } from '../gateway-api/extension/gateways';
import { isConflict } from '../specificity/precedence';
import type { SplitRule } from '../specificity/specific-rules';
import { specificRules } from '../specificity/specific-rules';

/** Limits of the CRD of HTTPRoute. */
const MAX_MATCHES_PER_RULE = 64;
const MAX_MATCHES_PER_ROUTE = 128;

/**
 * What the API gateways of Consul read: Gateways and HTTPRoutes, with filters of their own. They ignore what they do not know,
 * even a redirect.
 *
 * @see https://developer.hashicorp.com/consul/docs/north-south/api-gateway
 */
export const consulGateways: ExposureExtension = {
  renders: 'a RouteTimeoutFilter for a timeout, and a RouteRetryFilter for retries',
  supports: {
    ...noExposures('the gateways of Consul read HTTPRoute and TCPRoute only', 'GRPCRoute', 'GRPCMethodMatching', 'GRPCAnyServiceMatching', 'TLSRoute'),
    ...noExposures('the gateways of Consul find listeners by their names only', 'HTTPRouteParentRefPort'),
    ...noExposures('Consul does not read this kind', 'ListenerSet', 'BackendTLSPolicy', 'BackendTLSPolicySANValidation', 'BackendTLSPolicyOfPort', 'UDPExposure'),
    ...noExposures('Consul reads the TCPRoutes of v1alpha2, which Gateway API 1.7 does not serve', 'TCPExposure', 'TLSRouteModeTerminate'),
    ...noExposures('Consul takes no HTTPRoute whose hostnames have a wildcard', 'WildcardHostnames'),
    ...noExposures('Consul does not read it in an HTTPRoute',
      'HTTPSRedirect', 'RequestRedirect', 'HTTPRouteRequestMirror', 'HTTPRouteRequestPercentageMirror', 'HTTPRouteRequestMultipleMirrors',
      'HTTPRouteHostRewrite', 'HTTPRouteCORS', 'CORSCredentialsOfAnyOrigin', 'CORSCredentialsOfAnyRequest', 'HTTPRouteNamedRouteRule', 'SessionPersistence'),
    ...noExposures('the gateways of Consul replace a prefix as plain characters, even in the middle of a path element', 'HTTPRoutePathRewrite'),
    ...noExposures('the gateways of Consul send the requests of a rule without backends to a service that does not exist', 'DirectResponse', 'DirectResponseStatus'),
    ...noExposures('a RouteTimeoutFilter is for a request with all its tries', 'HTTPRouteBackendTimeout', 'NoBackendTimeout'),
    ...noExposures('a RouteTimeoutFilter changes a timeout, and cannot remove it', 'NoRequestTimeout'),
    ...noExposures('the gateways of Consul read Services, and its own MeshServices', 'ServiceImportBackend', 'OtherBackend', 'ExternalBackend'),
    ...noExposures('a RouteRetryFilter cannot express it', 'RetryBackoff'),
    BackendResponseHeaderModification: partial('for a rule with one backend'),
    HTTPRouteRequestTimeout: FULL,
    HTTPRouteRetry: FULL,
    NoRetries: inherent('the gateways of Consul do not retry unless a RouteRetryFilter says so'),
    RetryResponsesOnly: FULL,
  },
  gateway: consulSharedGateway,
  refusals: model => [...listenerRefusals(model), ...matchRefusals(model.route), ...responsesOfSplits(model.route)],
  rules: (model, rules) => rules.map((rule): SplitRule => ({
    ...rule,
    matches: flatMap(rule.matches, byElements),
    backends: weighted(rule),
    handling: withoutHandling(rule.handling, FILTERED),
    filters: routeFilters(model, rule.handling),
  })),
};

/** A prefix is a plain string to Consul. */
function byElements(match: RequestMatch): RequestMatch[] {
  const { path } = match;
  return path?.type !== 'prefix' ? [match] : plainPaths(path).map(plain => ({ ...match, path: plain }));
}

/** Consul rejects a whole Gateway if two listeners have the same port, and a listener has one hostname. */
function listenerRefusals({ gateways, hostnames }: ExposureModel): Refusal<RouteFeature>[] {
  return gateways.every(({ kind }) => kind !== 'own') || hostnames.length < 2 ? [] : [{
    what: `a gateway of its own for ${hostnames.length} hostnames`,
    reason: 'each is a listener, and Consul takes one listener on a port',
    remedy: 'Write an exposure for each hostname, or use a Gateway with a listener for all: ExposureGateway.shared',
  }];
}

function matchRefusals({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(ports, port => {
    const rules = specificRules(port, MAX_MATCHES_PER_ROUTE);
    // If the rules cannot be told apart, the dialect of Gateway API refuses them.
    return isConflict(rules) ? [] : [...laterRulesThatComeFirst(port, rules), ...manyMatches(port, rules)];
  });
}

function manyMatches({ port }: PortRoute, rules: readonly SplitRule[]): Refusal<RouteFeature>[] {
  const counts = rules.map(({ matches }) => flatMap(matches, byElements).length);
  const all = counts.reduce((sum, count) => sum + count, 0);
  return all <= MAX_MATCHES_PER_ROUTE && counts.every(count => count <= MAX_MATCHES_PER_RULE) ? [] : [{
    what: `${all} matches on port ${port}`,
    reason: `the CRD of HTTPRoute allows ${MAX_MATCHES_PER_RULE} in a rule and ${MAX_MATCHES_PER_ROUTE} in all, and each path prefix takes two for Consul`,
    remedy: 'Write fewer',
  }];
}

/** Consul changes the headers of responses only if it splits no requests. */
function responsesOfSplits({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(ports, ({ port, rules }) => flatMap(rules, (one, ruleIndex) =>
    weighted(one).length < 2 || weighted(one).every(({ responseHeaders }) => responseHeaders === undefined) ? [] : [{
      feature: 'BackendResponseHeaderModification' as const,
      port,
      ruleIndex,
      reason: 'of several backends, Consul changes the headers of requests only',
      remedy: 'Change them for the whole rule',
    }]));
}
