import { backendTrafficPolicies, routedBackends } from './backend-traffic-policy';
import { routeSupport } from './features';
import { grpcRoute } from './grpc-route';
import { httpRoute } from './http-route';
import { meshGrants } from './reference-grant';
import type { PlannedRoute } from './route-plan';
import { planPort, routeRefusals } from './route-plan';
import { tcpRoute } from './tcp-route';
import { tlsRoutes } from './tls-route';
import { withoutHandling, withoutTraffic } from '../../model/features/handling';
import type { RouteFeature } from '../../model/features/route';
import type { PortRoute, RouteModel } from '../../model/route';
import { backendSubject, claim, routedClaim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { GatewayApiChannel } from './extension/channel';
import type { Manifest } from '../contract/manifest';
import type { RouteExtension } from './extension/routes';
import { flatMap } from '../../model/lists';
import { rendered, renderUnless, together } from '../contract/rendering';

const ROUTES = 'an HTTPRoute, a GRPCRoute or a TCPRoute for each port, or a TLSRoute for each server name, with the Service, or the ServiceImport, as the parent; '
  + 'and a ReferenceGrant where a backend is in another namespace';

/** Gateway API by itself. */
export const NO_EXTENSION: RouteExtension = {
  renders: '', supports: {}, instead: {}, claims: () => [], annotations: () => ({}), render: () => rendered(),
};

/**
 * A route per port of the Service, with the Service as its parent: HTTPRoute, GRPCRoute or TCPRoute, as the port speaks,
 * and a TLSRoute for each server name that is told apart. It stands in the namespace of the Service and holds for all
 * clients, or elsewhere and holds for the clients there.
 *
 * @see https://gateway-api.sigs.k8s.io/mesh/
 */
export function gatewayApiRoutes(channel: GatewayApiChannel, extension: RouteExtension): Dialect<RouteModel, RouteFeature> {
  return {
    renders: extension.renders === '' ? ROUTES : `the routes of Gateway API; ${extension.renders}`,
    supports: { ...routeSupport(channel), ...extension.supports },
    claims: model => [
      routedClaim('route', model, model.service),
      ...(withoutTraffic(model.traffic, extension.instead.traffic ?? []).retryBudget === undefined ? [] : routedBackends(model)
        .map(backend => claim('XBackendTrafficPolicy', backendSubject(backend, model.namespace)))),
      ...extension.claims(model),
    ],
    needs: model => extension.needs?.(model) ?? [],
    render: model => {
      const own = ownOf(model, extension);
      const plans = own.ports.map(port => port.rules.length === 0 ? NO_ROUTE : planPort(channel, port));
      const refusals = [...flatMap(plans, plan => plan.refusals), ...routeRefusals(own)];
      const routes = renderUnless(refusals, () => [
        ...flatMap(plans, ({ route }, i) => route === undefined ? [] : routesOf(model, route)
          .map(manifest => annotated(manifest, extension.annotations(model.ports[i])))),
        ...meshGrants(model),
        ...backendTrafficPolicies(own),
      ]);
      return together(routes, extension.render(model));
    },
  };
}

const NO_ROUTE = { route: undefined, refusals: [] };

/** The route without what an extension writes in its own objects. */
function ownOf(model: RouteModel, { instead }: RouteExtension): RouteModel {
  return {
    ...model,
    traffic: withoutTraffic(model.traffic, instead.traffic ?? []),
    ports: model.ports.map(port => withoutSaid(port, instead)),
  };
}

/** The port without what an extension writes in its own objects. */
function withoutSaid(port: PortRoute, instead: RouteExtension['instead']): PortRoute {
  const said = instead[port.protocol] ?? [];
  return port.rules.every(({ handling }) => withoutHandling(handling, said) === handling) ? port
    : { ...port, rules: port.rules.map(rule => ({ ...rule, handling: withoutHandling(rule.handling, said) })) };
}

function annotated(manifest: Manifest, annotations: Readonly<Record<string, string>>): Manifest {
  return Object.keys(annotations).length === 0 ? manifest : { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

function routesOf(model: RouteModel, route: PlannedRoute): Manifest[] {
  switch (route.kind) {
    case 'HTTPRoute': return [httpRoute(model, route.port, route.rules)];
    case 'GRPCRoute': return [grpcRoute(model, route.port, route.rules)];
    case 'TLSRoute': return tlsRoutes(model, route.port);
    case 'TCPRoute': return [tcpRoute(model, route.port)];
  }
}
