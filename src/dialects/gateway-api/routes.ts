import { MAX_BACKENDS, MAX_CONDITIONS, MAX_MATCHES_PER_ROUTE, MAX_RULES } from './apis';
import { grpcRoute } from './grpc-route';
import { httpRoute } from './http-route';
import { referenceGrants } from './reference-grant';
import { namespaceOf } from './refs';
import type { SplitRule } from './route-rules';
import { routeRules } from './route-rules';
import { tcpRoute } from './tcp-route';
import { HANDLING_FEATURES, TRAFFIC_FEATURES } from '../../model/features/handling';
import type { RouteFeature } from '../../model/features/route';
import { RULE_DETAILS } from '../../model/features/route';
import type { PortRoute, RouteModel } from '../../model/route';
import { isConsumerRoute, qualified } from '../../model/route';
import type { Dialect, Manifest, Refusal, RouteExtension } from '../dialect';
import { FULL, none, noneOf } from '../dialect';

/** A channel of the CRDs of Gateway API: what it has beside the standard one. */
export type Channel = 'standard' | 'experimental';

/** Gateway API by itself, or as a mesh reads it that has nothing to add. */
export const NO_EXTENSION: RouteExtension = { supports: {}, refusals: () => [], annotations: () => ({}), render: () => [] };

/**
 * A route per port of the Service, with the Service as its parent: HTTPRoute, GRPCRoute or TCPRoute, as the port speaks.
 * It stands in the namespace of the Service and holds for all clients, or elsewhere and holds for the clients there.
 *
 * @see https://gateway-api.sigs.k8s.io/mesh/
 */
export function gatewayApiRoutes(_channel: Channel, extension: RouteExtension): Dialect<RouteModel, RouteFeature> {
  return {
    supports: {
      HTTPRoute: FULL,
      GRPCRoute: FULL,
      TCPRoute: FULL,
      UDPRoute: none('no mesh routes datagrams'),
      WeightedBackends: FULL,
      OrderedRules: FULL,
      PathMatching: FULL,
      PathTemplateMatching: FULL,
      PathRegexMatching: FULL,
      HeaderMatching: FULL,
      HeaderPresenceMatching: FULL,
      HeaderRegexMatching: FULL,
      HTTPRouteMethodMatching: FULL,
      HTTPRouteQueryParamMatching: FULL,
      GRPCMethodMatching: FULL,
      BackendPort: FULL,
      ServiceAsBackend: FULL,
      PerPortRules: FULL,
      ReferenceGrant: FULL,
      MeshConsumerRoute: FULL,
      ...noneOf({ ...RULE_DETAILS, ...HANDLING_FEATURES, ...TRAFFIC_FEATURES }, 'WIP'),
      ...extension.supports,
    },
    claims: model => {
      const { name, namespace } = model.service;
      const clients = isConsumerRoute(model) ? ` for the clients of namespace '${model.namespace}'` : '';
      return [`the route of Service '${qualified(name, namespace ?? model.namespace)}'${clients}`];
    },
    refusals: model => [...model.ports.flatMap(portRefusals), ...grantRefusals(model), ...extension.refusals(model)],
    render: model => [
      ...model.ports.filter(port => port.rules.length > 0).map(port => annotated(
        RENDERERS[port.protocol](model, port, routeRules(port) as SplitRule[]),
        extension.annotations(model, port),
      )),
      ...referenceGrants(model),
      ...extension.render(model),
    ],
  };
}

function annotated(manifest: Manifest, annotations: Readonly<Record<string, string>>): Manifest {
  return Object.keys(annotations).length === 0 ? manifest : { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

const RENDERERS: Record<PortRoute['protocol'], (model: RouteModel, port: PortRoute, rules: readonly SplitRule[]) => Manifest> = {
  HTTP: httpRoute,
  GRPC: grpcRoute,
  TCP: tcpRoute,
  UDP: () => { throw new Error('unreachable: UDPRoute is refused'); },
};

function portRefusals(port: PortRoute): Refusal<RouteFeature>[] {
  const rules = routeRules(port);
  if ('earlier' in rules) {
    const { earlier, later } = rules;
    return [{
      feature: 'OrderedRules',
      port: port.port,
      rule: earlier,
      reason: `rules ${earlier + 1} and ${later + 1} may match the same request, their regular expressions keep us from telling, `
        + 'and Gateway API does not take the first rule but the most specific',
      remedy: 'Use exact paths or prefixes, or methods that set them apart',
    }];
  }
  return [
    ...limit(port, 'rules', rules.length, MAX_RULES),
    ...limit(port, 'matches', rules.flatMap(rule => rule.matches).length, MAX_MATCHES_PER_ROUTE),
    ...rules.flatMap(rule => [
      ...limit(port, 'backends in one rule', rule.backends.length, MAX_BACKENDS),
      ...rule.matches.flatMap(match => limit(port, 'headers in one match', match.headers.length, MAX_CONDITIONS)),
      ...rule.matches.flatMap(match => limit(port, 'query parameters in one match', match.query.length, MAX_CONDITIONS)),
    ]),
  ];
}

function limit({ port, protocol }: PortRoute, what: string, count: number, most: number): Refusal<RouteFeature>[] {
  return count <= most ? [] : [{
    what: `${count} ${what} on port ${port}`,
    reason: `the CRD of ${protocol}Route allows ${most}`,
    remedy: 'Write fewer',
  }];
}

function grantRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const backends = model.ports.flatMap(port => port.rules).flatMap(rule => rule.backends);
  return model.namespace !== undefined || backends.every(b => namespaceOf(model, b) === undefined) ? [] : [{
    what: 'backends in another namespace',
    reason: 'a ReferenceGrant names the namespace of the route, which is unknown',
    remedy: 'Give the chart its `namespace`',
  }];
}
