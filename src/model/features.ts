import type { AccessModel } from './access';
import type { RequestMatch } from './match';
import { matchKey } from './match';
import type { PortRoute, RouteModel } from './route';
import { isConsumerRoute, isElsewhere } from './route';

/**
 * What a route can ask of a target, each with the words that name it to people. Where Gateway API has a conformance
 * feature, or a kind, that says the same, the name is its own.
 */
export const ROUTE_FEATURES = {
  HTTPRoute: 'routing of HTTP ports',
  GRPCRoute: 'routing of gRPC ports',
  TCPRoute: 'routing of TCP ports',
  UDPRoute: 'routing of UDP ports',
  WeightedBackends: 'weighted backends',
  OrderedRules: 'rules that send some requests elsewhere',
  PathMatching: 'exact path and path prefix matches',
  PathRegexMatching: 'regular expression matches on the path',
  HeaderMatching: 'exact header matches',
  HeaderRegexMatching: 'regular expression matches on headers, and cookie matches',
  HTTPRouteMethodMatching: 'HTTP method matches',
  HTTPRouteQueryParamMatching: 'query parameter matches',
  GRPCMethodMatching: 'gRPC service and method matches',
  BackendPort: 'backends on another port than the Service',
  ServiceAsBackend: 'the Service itself among its backends',
  PerPortRules: 'ports of one Service that are routed differently',
  ReferenceGrant: 'backends in another namespace',
  MeshConsumerRoute: 'routes outside the namespace of their Service',
} as const;

export type RouteFeature = keyof typeof ROUTE_FEATURES;

/** What an access policy can ask of a target. */
export const ACCESS_FEATURES = {
  HTTPPort: 'policies on HTTP ports',
  GRPCPort: 'policies on gRPC ports',
  TCPPort: 'policies on TCP ports',
  UDPPort: 'policies on UDP ports',
  UndeclaredPort: 'policies on ports that the Service does not declare',
  DenyAll: 'policies that allow nothing',
  ServiceAccountSource: 'ServiceAccounts as sources',
  NamespaceSource: 'whole namespaces as sources',
  AnyAuthenticatedSource: 'any authenticated client as a source',
  MethodMatching: 'HTTP method matches',
  PathMatching: 'exact path and path prefix matches',
  PathRegexMatching: 'regular expression matches on the path',
  HeaderMatching: 'exact header matches',
  HeaderRegexMatching: 'regular expression matches on headers, and cookie matches',
  QueryParamMatching: 'query parameter matches',
  GRPCMethodMatching: 'gRPC service and method matches',
  HealthProbe: 'health probes that the kubelet makes without an identity',
} as const;

export type AccessFeature = keyof typeof ACCESS_FEATURES;

/** A place in a model where a feature is used. */
export interface Use<Feature> {
  readonly feature: Feature;
  /** The port, and the rule on it, that use the feature; both absent if the model as a whole does. */
  readonly port?: number;
  readonly rule?: number;
}

/** Every use of a feature in a route, in the order in which it was written. */
export function routeUses(model: RouteModel): Use<RouteFeature>[] {
  const uses: Use<RouteFeature>[] = [];
  if (isConsumerRoute(model)) {
    uses.push({ feature: 'MeshConsumerRoute' });
  }
  if (new Set(model.ports.filter(p => p.protocol !== 'UDP').map(rulesKey)).size > 1) {
    uses.push({ feature: 'PerPortRules' });
  }
  for (const port of model.ports.filter(p => p.rules.length > 0)) {
    uses.push({ feature: `${port.protocol}Route`, port: port.port });
    port.rules.forEach((rule, i) => {
      const use = (feature: RouteFeature) => uses.push({ feature, port: port.port, rule: i });
      if (rule.matches.length > 0) {
        use('OrderedRules');
      }
      new Set(rule.matches.flatMap(routeMatchFeatures)).forEach(use);
      if (rule.backends.length > 1) {
        use('WeightedBackends');
      }
      if (rule.backends.some(b => b.port !== port.port)) {
        use('BackendPort');
      }
      if (rule.backends.some(b => isElsewhere(model, b))) {
        use('ReferenceGrant');
      }
      if (rule.backends.some(b => b.name === model.service.name && !isElsewhere(model, b))) {
        use('ServiceAsBackend');
      }
    });
  }
  return uses;
}

/** Equal for ports that are routed alike, whatever their numbers. */
function rulesKey(port: PortRoute): string {
  return JSON.stringify(port.rules.map(rule => [
    rule.matches.map(matchKey),
    rule.backends.map(b => [b.namespace, b.name, b.port === port.port ? 'same' : b.port, b.weight]),
  ]));
}

function routeMatchFeatures(match: RequestMatch): RouteFeature[] {
  const features: RouteFeature[] = [];
  if (match.methods.length > 0) {
    features.push('HTTPRouteMethodMatching');
  }
  if (match.query.length > 0) {
    features.push('HTTPRouteQueryParamMatching');
  }
  return [...features, ...commonMatchFeatures(match)];
}

function commonMatchFeatures(match: RequestMatch): (RouteFeature & AccessFeature)[] {
  const features: (RouteFeature & AccessFeature)[] = [];
  if (match.grpc !== undefined) {
    features.push('GRPCMethodMatching');
  } else if (match.path !== undefined) {
    features.push(match.path.type === 'regex' ? 'PathRegexMatching' : 'PathMatching');
  }
  if (match.headers.some(h => h.type === 'exact')) {
    features.push('HeaderMatching');
  }
  if (match.headers.some(h => h.type === 'regex')) {
    features.push('HeaderRegexMatching');
  }
  return features;
}

/** Every feature that an access policy uses, in the order in which it was written. */
export function accessUses(model: AccessModel): Use<AccessFeature>[] {
  const features = new Set<AccessFeature>();
  if (model.rules.length === 0) {
    features.add('DenyAll');
  }
  for (const port of model.destination.ports) {
    features.add(port.protocol === undefined ? 'UndeclaredPort' : `${port.protocol}Port`);
  }
  for (const rule of model.rules) {
    rule.sources.forEach(source => features.add(SOURCE_FEATURES[source.kind]));
    rule.requests.flatMap(accessMatchFeatures).forEach(f => features.add(f));
  }
  if (model.healthProbes.length > 0) {
    features.add('HealthProbe');
  }
  return [...features].map(feature => ({ feature }));
}

const SOURCE_FEATURES = {
  serviceAccount: 'ServiceAccountSource',
  namespace: 'NamespaceSource',
  anyAuthenticated: 'AnyAuthenticatedSource',
} as const;

function accessMatchFeatures(match: RequestMatch): AccessFeature[] {
  const features: AccessFeature[] = [];
  if (match.methods.length > 0) {
    features.push('MethodMatching');
  }
  if (match.query.length > 0) {
    features.push('QueryParamMatching');
  }
  return [...features, ...commonMatchFeatures(match)];
}
