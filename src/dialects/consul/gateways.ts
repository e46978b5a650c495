import type { RouteFeature } from '../../model/features/route';
import type { RouteModel, RouteRule } from '../../model/route';
import type { ExposureExtension, Refusal } from '../dialect';
import { noExposures, partial } from '../dialect';

/**
 * What the API gateways of Consul read: Gateways and HTTPRoutes. What they do not know they pass over, a redirect too.
 *
 * @see https://developer.hashicorp.com/consul/docs/north-south/api-gateway
 */
export const consulGateways: ExposureExtension = {
  supports: {
    PathMatching: partial('exact paths; a prefix is plain text to it'),
    WeightedBackends: partial('a weight of 0 is one of 1 to it'),
    BackendResponseHeaderModification: partial('for a rule with one backend'),
    ...noExposures('the gateways of Consul read HTTPRoute and TCPRoute only', 'GRPCRoute', 'GRPCMethodMatching', 'TLSRoute'),
    ...noExposures('Consul does not read this kind', 'ListenerSet', 'BackendTLSPolicy'),
    ...noExposures('of the rewrites of a path, Consul reads those of a prefix only, which is plain text to it', 'HTTPRoutePathRewrite'),
    ...noExposures('Consul does not read it in an HTTPRoute',
      'HTTPSRedirect', 'RequestRedirect', 'HTTPRouteRequestTimeout', 'HTTPRouteBackendTimeout', 'HTTPRouteRetry', 'RetryBackoff',
      'HTTPRouteRequestMirror', 'HTTPRouteRequestPercentageMirror', 'HTTPRouteRequestMultipleMirrors', 'HTTPRouteHostRewrite', 'HTTPRouteCORS',
      'HTTPRouteNamedRouteRule', 'SessionPersistence'),
  },
  refusals: ({ ports }: RouteModel) => ports.flatMap(({ port, rules }) => rules.flatMap((rule, i) => objections(rule, rules.slice(0, i))
    .filter(([holds]) => holds)
    .map(([, feature, reason, remedy]) => ({ feature, port, rule: i, reason, remedy })))),
};

type Objection = readonly [holds: boolean, feature: RouteFeature & Refusal<RouteFeature>['feature'], reason: string, remedy: string];

/** By `agent/consul/discoverychain/gateway_httproute.go` and `agent/structs/config_entry_routes.go` of hashicorp/consul. */
function objections({ matches, backends }: RouteRule, earlier: readonly RouteRule[]): Objection[] {
  const has = (rule: Pick<RouteRule, 'matches'>, ...types: string[]) => rule.matches.some(({ path }) => path !== undefined && types.includes(path.type));
  return [
    [has({ matches }, 'prefix'), 'PathMatching',
      'a prefix is plain text to the gateways of Consul: `/api` takes `/apis`, too', 'Use exact paths, or `pathRegex`, like `/api(/.*)?`'],
    [has({ matches }, 'regex', 'template') && earlier.some(rule => has(rule, 'exact')), 'OrderedRules',
      'the gateways of Consul put the longer path first, and an expression is long', 'Put the exact paths into expressions as well'],
    [backends.length > 1 && backends.some(({ weight }) => weight === 0), 'WeightedBackends',
      'the gateways of Consul take a weight of 0 for one of 1', 'Leave the backend out'],
    [backends.length > 1 && backends.some(({ responseHeaders }) => responseHeaders !== undefined), 'BackendResponseHeaderModification',
      'the gateways of Consul leave it out where there are several backends', 'Change the headers for the rule as a whole'],
  ];
}
