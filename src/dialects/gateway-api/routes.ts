import { backendTrafficPolicies, routedServices } from './backend-traffic-policy';
import { routeSupport } from './features';
import { grpcRoute } from './grpc-route';
import { httpRoute } from './http-route';
import { meshGrants } from './reference-grant';
import { routeRefusals } from './refusals';
import { routeKind } from './route-kind';
import type { SplitRule } from '../specific-rules';
import { routeRules } from './route-rules';
import { tcpRoute } from './tcp-route';
import { tlsRoutes } from './tls-route';
import { withoutHandling, withoutTraffic } from '../../model/features/handling';
import type { RouteFeature } from '../../model/features/route';
import type { PortRoute, RouteModel } from '../../model/route';
import { claim, routedClaim } from '../claim';
import type { Dialect, GatewayApiChannel, Manifest, RouteExtension } from '../dialect';
import { memoized } from '../memoized';

const ROUTES = 'an HTTPRoute, a GRPCRoute or a TCPRoute for each port, or a TLSRoute for each server name, with the Service as the parent; and a ReferenceGrant '
  + 'where a backend is in another namespace';

/** Gateway API by itself. */
export const NO_EXTENSION: RouteExtension = {
  renders: '', supports: {}, instead: {}, claims: () => [], refusals: () => [], annotations: () => ({}), render: () => [],
};

/**
 * A route per port of the Service, with the Service as its parent: HTTPRoute, GRPCRoute or TCPRoute, as the port speaks,
 * and a TLSRoute for each server name that is told apart. It stands in the namespace of the Service and holds for all
 * clients, or elsewhere and holds for the clients there.
 *
 * @see https://gateway-api.sigs.k8s.io/mesh/
 */
export function gatewayApiRoutes(channel: GatewayApiChannel, extension: RouteExtension): Dialect<RouteModel, RouteFeature> {
  const own = memoized((model: RouteModel): RouteModel => ({
    ...model,
    traffic: withoutTraffic(model.traffic, extension.instead.traffic ?? []),
    ports: model.ports.map(port => withoutSaid(port, extension.instead)),
  }));
  return {
    renders: extension.renders === '' ? ROUTES : `the routes of Gateway API; ${extension.renders}`,
    supports: { ...routeSupport(channel), ...extension.supports },
    claims: model => [
      routedClaim('route', model, model.service),
      ...(own(model).traffic.retryBudget === undefined ? [] : routedServices(model)
        .map(name => claim('XBackendTrafficPolicy', { type: 'service', name, namespace: model.namespace }))),
      ...extension.claims(model),
    ],
    needs: model => extension.needs?.(model) ?? [],
    refusals: model => [...routeRefusals(channel, own(model)), ...extension.refusals(model)],
    render: model => [
      ...own(model).ports.flatMap((port, i) => port.rules.length === 0 ? [] : routesOf(model, port)
        .map(route => annotated(route, extension.annotations(model.ports[i])))),
      ...meshGrants(model),
      ...backendTrafficPolicies(own(model)),
      ...extension.render(model),
    ],
  };
}

/** The port without what an extension says in words of its own. */
function withoutSaid(port: PortRoute, instead: RouteExtension['instead']): PortRoute {
  const said = instead[port.protocol] ?? [];
  return { ...port, rules: port.rules.map(rule => ({ ...rule, handling: withoutHandling(rule.handling, said) })) };
}

function annotated(manifest: Manifest, annotations: Readonly<Record<string, string>>): Manifest {
  return Object.keys(annotations).length === 0 ? manifest : { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

function routesOf(model: RouteModel, port: PortRoute): Manifest[] {
  switch (routeKind(port)) {
    case 'HTTPRoute': return [httpRoute(model, port, routeRules(port) as SplitRule[])];
    case 'GRPCRoute': return [grpcRoute(model, port, routeRules(port) as SplitRule[])];
    case 'TLSRoute': return tlsRoutes(model, port);
    case 'TCPRoute': return [tcpRoute(model, port)];
  }
}
