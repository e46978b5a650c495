import type { VirtualServiceSpecHttpRouteDestination } from '../../../../imports/istio/networking.istio.io';
import type { RouteModel } from '../../../model/route';
import { namespaceOf } from '../../../model/route';
import type { ServiceRef } from '../../../model/service-ref';
import type { Plain } from '../../contract/manifest';

/** A Service by the name it has where the route stands: a short name is read in the namespace of the VirtualService. */
export function hostOf(model: RouteModel, service: ServiceRef): string {
  const namespace = namespaceOf(model, service);
  return namespace === model.namespace ? service.name : `${service.name}.${namespace}.svc.cluster.local`;
}

export function destinationOf(model: RouteModel, backend: ServiceRef & { readonly port: number }): Plain<VirtualServiceSpecHttpRouteDestination> {
  return { host: hostOf(model, backend), port: { number: backend.port } };
}
