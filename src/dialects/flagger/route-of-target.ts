import type { MovedByFlagger } from './supports';
import type { HttpRouteSpec } from '../../../imports/gateway-api/experimental/gateway.networking.k8s.io';
import type { RouteFeature } from '../../model/features/route';
import type { RouteModel } from '../../model/route';
import type { DialectOf } from '../contract/dialect';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';

/** The HTTPRoute that the target itself would render; absent where there is none, or something else is needed too. */
export interface RouteOfTarget {
  readonly route?: Manifest & { readonly spec: Plain<HttpRouteSpec> };
  readonly refusals: readonly Refusal<RouteFeature>[];
}

export function routeOfTarget(routes: DialectOf<'routes'>, { api }: MovedByFlagger, model: RouteModel): RouteOfTarget {
  if (api === 'pods') {
    return { refusals: [] };
  }
  const { manifests, refusals } = routes.render(api === 'gatewayApi' ? overHttp(model) : model);
  if (api === 'split' || refusals.length > 0) {
    return { refusals };
  }
  const others = manifests.filter(({ kind }) => kind !== 'HTTPRoute').map(({ kind }) => kind);
  return others.length === 0 ? { route: manifests[0] as RouteOfTarget['route'], refusals } : {
    refusals: [{
      what: 'this route',
      reason: `it needs a ${others[0]} here, and Flagger writes an HTTPRoute`,
      remedy: 'Leave out how its requests are handled, or let commits move the release: `Delivery.byCommit()`',
    }],
  };
}

/** Flagger has no GRPCRoutes; an HTTPRoute has the same place for requests of gRPC. */
function overHttp(model: RouteModel): RouteModel {
  return { ...model, ports: model.ports.map(port => port.protocol === 'GRPC' ? { ...port, protocol: 'HTTP' } : port) };
}
