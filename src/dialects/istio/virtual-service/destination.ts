import type { VirtualServiceSpecHttpRouteDestination } from '../../../../imports/istio/networking.istio.io';
import type { RouteModel, WeightedBackend } from '../../../model/route';
import { namespaceOf } from '../../../model/route';
import type { ServiceRef } from '../../../model/service-ref';
import type { Plain } from '../../contract/manifest';
import { subsetName } from '../subsets';

/** A Service by the name it has where the route stands: a short name is read in the namespace of the VirtualService. */
export function hostOf(model: RouteModel, service: ServiceRef): string {
  const namespace = namespaceOf(model, service);
  return namespace === model.namespace ? service.name : `${service.name}.${namespace}.svc.cluster.local`;
}

export function destinationOf(model: RouteModel, backend: ServiceRef & Pick<WeightedBackend, 'port' | 'subset'>): Plain<VirtualServiceSpecHttpRouteDestination> {
  return {
    host: hostOf(model, backend), port: { number: backend.port }, ...(backend.subset !== undefined && { subset: subsetName(backend.subset) }),
  };
}
