import { HANDLING_FEATURES, handlingFeatures, TRAFFIC_FEATURES, trafficFeatures } from './handling';
import { COMMON_FEATURES } from './match';
import type { Use } from './use';
import { collected } from '../fields';
import type { RequestMatch } from '../match';
import { matchKey } from '../match';
import type { Protocol } from '../protocol';
import type { PortRoute, RouteModel } from '../route';
import { isConsumerRoute, isElsewhere } from '../route';

/** What a rule can say beside where its requests go, and what happens to them on their way. */
export const RULE_DETAILS = {
  HTTPRouteNamedRouteRule: 'names of rules',
  HTTPRouteBackendRequestHeaderModification: 'changes of request headers by backend',
  BackendResponseHeaderModification: 'changes of response headers by backend',
} as const;

/**
 * What a route can ask of a target, each with the words that name it to people. Where Gateway API has a conformance
 * feature, or a kind, that says the same, the name is its own.
 */
export const ROUTE_FEATURES = {
  HTTPRoute: 'routing of HTTP ports',
  GRPCRoute: 'routing of gRPC ports',
  TLSRoute: 'routing of TLS ports by server name',
  TCPRoute: 'routing of TCP ports, and of TLS ports whatever the server name',
  UDPRoute: 'routing of UDP ports',
  WeightedBackends: 'weighted backends',
  OrderedRules: 'rules that send some requests elsewhere',
  PathMatching: 'exact path and path prefix matches',
  PathBelowMatching: 'matches on all that is below a path',
  PathTemplateMatching: 'path matches with one-element wildcards',
  PathRegexMatching: 'regular expression matches on the path',
  HeaderMatching: 'exact header matches',
  HeaderPresenceMatching: 'matches on the presence of a header',
  HeaderRegexMatching: 'regular expression matches on headers, and cookie matches',
  HTTPRouteMethodMatching: 'HTTP method matches',
  HTTPRouteQueryParamMatching: 'query parameter matches',
  GRPCMethodMatching: 'gRPC service and method matches',
  HostMatching: 'matches on the host of a request',
  BackendPort: 'backends on another port than the Service',
  ServiceAsBackend: 'the Service itself among its backends',
  PerPortRules: 'ports of one Service that are routed differently',
  ReferenceGrant: 'backends in another namespace',
  MeshConsumerRoute: 'routes outside the namespace of their Service',
  ...RULE_DETAILS,
  ...HANDLING_FEATURES,
  ...TRAFFIC_FEATURES,
} as const;

export type RouteFeature = keyof typeof ROUTE_FEATURES;

/** Every use of a feature in a route, in the order in which it was written. */
export function routeUses(model: RouteModel): Use<RouteFeature>[] {
  const uses: Use<RouteFeature>[] = [];
  if (isConsumerRoute(model)) {
    uses.push({ feature: 'MeshConsumerRoute' });
  }
  const sameForAll = model.ports.filter(p => p.protocol !== 'UDP');
  if (sameForAll.length > 1 && new Set(sameForAll.map(rulesKey)).size > 1) {
    uses.push({ feature: 'PerPortRules' });
  }
  uses.push(...trafficFeatures(model.traffic).map(feature => ({ feature })));
  for (const port of model.ports.filter(p => p.rules.length > 0)) {
    uses.push({ feature: routeFeature(port), port: port.port });
    port.rules.forEach((rule, i) => {
      const use = (feature: RouteFeature) => uses.push({ feature, port: port.port, rule: i });
      if (rule.matches.length > 0) {
        use('OrderedRules');
      }
      new Set(rule.matches.flatMap(match => matchFeatures(match, port.protocol))).forEach(use);
      if (rule.backends.length > 1) {
        use('WeightedBackends');
      }
      if (rule.backends.some(b => b.port !== port.port)) {
        use('BackendPort');
      }
      if ([...rule.backends, ...rule.handling.mirrors ?? []].some(b => isElsewhere(model, b))) {
        use('ReferenceGrant');
      }
      if (rule.backends.some(b => b.name === model.service.name && !isElsewhere(model, b))) {
        use('ServiceAsBackend');
      }
      if (rule.name !== undefined) {
        use('HTTPRouteNamedRouteRule');
      }
      handlingFeatures(rule.handling).forEach(use);
      if (rule.backends.some(b => b.requestHeaders !== undefined)) {
        use('HTTPRouteBackendRequestHeaderModification');
      }
      if (rule.backends.some(b => b.responseHeaders !== undefined)) {
        use('BackendResponseHeaderModification');
      }
    });
  }
  return uses;
}

/** Equal for ports that are routed alike, whatever their numbers, in the Service and in the pods. */
function rulesKey(port: PortRoute): string {
  return JSON.stringify(port.rules.map(rule => [
    rule.matches.map(matchKey),
    rule.backends.map(({ podPort, facts, ...b }) => ({ ...b, port: b.port === port.port ? 'same' : b.port })),
    rule.name,
    rule.handling,
  ]));
}

/** Without server names to tell apart, TLS is bytes over TCP. */
export function routeFeature({ protocol, rules }: PortRoute): RouteFeature {
  return protocol === 'TLS' && rules.every(rule => rule.matches.length === 0) ? 'TCPRoute' : `${protocol}Route`;
}

/** Server names are what a TLSRoute is for. */
const matchFeatures = collected<RequestMatch, RouteFeature, [Protocol]>({
  hosts: (_, protocol) => protocol === 'TLS' ? [] : ['HostMatching'],
  methods: () => ['HTTPRouteMethodMatching'],
  query: () => ['HTTPRouteQueryParamMatching'],
  ...COMMON_FEATURES,
});
