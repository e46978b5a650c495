import { HANDLING_FEATURES, handlingFeatures, TRAFFIC_FEATURES, trafficFeatures } from './handling';
import { COMMON_FEATURES, GRPC_FEATURES, PATH_AND_HEADER_FEATURES } from './match';
import type { Use } from './use';
import { collected, nothing } from '../fields';
import { flatMap } from '../lists';
import type { RequestMatch } from '../match';
import { matchKey } from '../match';
import type { Protocol } from '../protocol';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../route';
import { isConsumerRoute, isElsewhere, isItself } from '../route';
import { isOfKind, isService, SERVICE_IMPORT, X_BACKEND } from '../service-ref';
import type { GroupKind } from '../service-ref';

/** What a rule can say beside which Services get its requests, and what happens to them on their way. */
export const RULE_DETAILS = {
  HTTPRouteNamedRouteRule: 'names of rules',
  HTTPRouteBackendRequestHeaderModification: 'changes of request headers by backend',
  BackendResponseHeaderModification: 'changes of response headers by backend',
  ServiceImportBackend: 'ServiceImports as backends',
  OtherBackend: 'backends of other kinds',
  ExternalBackend: 'hosts outside the cluster as backends',
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
  ...PATH_AND_HEADER_FEATURES,
  HTTPRouteMethodMatching: 'HTTP method matches',
  HTTPRouteQueryParamMatching: 'query parameter matches',
  ...GRPC_FEATURES,
  HostMatching: 'matches on the host of a request',
  BackendPort: 'backends on another port than the Service',
  ServiceAsBackend: 'the Service itself among its backends',
  SubsetBackends: 'some of the pods of a Service as a backend, by their labels',
  PerPortRules: 'ports of one Service that are routed differently',
  ReferenceGrant: 'backends in another namespace',
  MeshConsumerRoute: 'routes outside the namespace of their Service',
  ClientMatching: 'rules for some clients, by their namespace or labels',
  ServiceImportRoute: 'routes of a ServiceImport',
  ...RULE_DETAILS,
  ...HANDLING_FEATURES,
  ...TRAFFIC_FEATURES,
} as const;

export type RouteFeature = keyof typeof ROUTE_FEATURES;

/** Every use of a feature in a route, in the order in which it was written. */
export function routeUses(model: RouteModel): Use<RouteFeature>[] {
  return modelUses(model, model);
}

const modelUses = collected<RouteModel, Use<RouteFeature>, [RouteModel]>({
  name: nothing,
  namespace: (_, model) => isConsumerRoute(model) ? [{ feature: 'MeshConsumerRoute' }] : [],
  service: service => isService(service) ? [] : [{ feature: 'ServiceImportRoute' }],
  traffic: traffic => trafficFeatures(traffic).map(feature => ({ feature })),
  ports: (ports, model) => [
    ...(differ(ports) ? [{ feature: 'PerPortRules' as const }] : []), ...flatMap(ports.filter(({ rules }) => rules.length > 0), port => portUses(port, model, port)),
    ...flatMap(ports, ({ port, traffic }) => traffic === undefined ? [] : ['PortTraffic' as const, ...trafficFeatures(traffic)].map(feature => ({ feature, port }))),
  ],
});

/** What a port that is routed uses. */
const portUses = collected<PortRoute, Use<RouteFeature>, [RouteModel, PortRoute]>({
  protocol: (_, __, port) => [{ feature: routeFeature(port), port: port.port }],
  rules: (rules, model, port) => flatMap(rules, (rule, i) =>
    [...new Set(ruleFeatures(rule, model, port))].map((feature): Use<RouteFeature> => ({ feature, port: port.port, ruleIndex: i }))),
  port: nothing,
  name: nothing,
  podPort: nothing,
  podPortName: nothing,
  // That of ports without rules, too.
  traffic: nothing,
});

const ruleFeatures = collected<RouteRule, RouteFeature, [RouteModel, PortRoute]>({
  matches: (matches, _, { protocol }) => ['OrderedRules', ...flatMap(matches, match => matchFeatures(match, protocol))],
  backends: (backends, model, port) => [
    ...(backends.length > 1 ? ['WeightedBackends' as const] : []), ...flatMap(backends, backend => backendFeatures(backend, backend, model, port)),
  ],
  clients: () => ['ClientMatching'],
  name: () => ['HTTPRouteNamedRouteRule'],
  written: nothing,
  handling: (handling, model) => [
    ...(handling.mirrors?.some(mirror => isElsewhere(model, mirror)) ? ['ReferenceGrant' as const] : []),
    ...flatMap(handling.mirrors ?? [], ({ groupKind }) => groupKind === undefined ? [] : kindFeatures(groupKind)),
    ...(handling.mirrors?.some(({ subset }) => subset !== undefined) ? ['SubsetBackends' as const] : []), ...handlingFeatures(handling),
  ],
});

const backendFeatures = collected<WeightedBackend, RouteFeature, [WeightedBackend, RouteModel, PortRoute]>({
  port: (number, _, __, { port }) => number === port ? [] : ['BackendPort'],
  namespace: (_, backend, model) => isElsewhere(model, backend) ? ['ReferenceGrant'] : [],
  name: (_, backend, model) => isItself(model, backend) ? ['ServiceAsBackend'] : [],
  groupKind: kindFeatures,
  requestHeaders: () => ['HTTPRouteBackendRequestHeaderModification'],
  responseHeaders: () => ['BackendResponseHeaderModification'],
  weight: nothing,
  portName: nothing,
  isOneOfSeveral: nothing,
  podPort: nothing,
  podSelector: nothing,
  serviceAccount: nothing,
  subset: () => ['SubsetBackends'],
  facts: nothing,
});

function kindFeatures(groupKind: GroupKind): RouteFeature[] {
  return [isOfKind(groupKind, SERVICE_IMPORT) ? 'ServiceImportBackend' : isOfKind(groupKind, X_BACKEND) ? 'ExternalBackend' : 'OtherBackend'];
}

/** Whether ports are not all routed alike; no mesh sees UDP. */
function differ(ports: readonly PortRoute[]): boolean {
  return ports.length > 1 && new Set(ports.filter(({ protocol }) => protocol !== 'UDP').map(rulesKey)).size > 1;
}

/** Equal for ports that are routed alike, whatever their numbers, in the Service and in the pods. */
function rulesKey(port: PortRoute): string {
  return JSON.stringify(port.rules.map(rule => [
    rule.matches.map(matchKey),
    rule.clients,
    rule.backends.map(({ podPort, portName, facts, ...b }) => ({ ...b, port: b.port === port.port ? 'same' : b.port })),
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
