import { headerModifiers } from './spelling/header-modifier';
import type { PortRoute, RouteModel, WeightedBackend } from '../../model/route';
import { isConsumerRoute, namespaceOf } from '../../model/route';
import type { BackendRef, GroupKind } from '../../model/service-ref';
import { isXBackend } from '../../model/service-ref';
import type { Manifest } from '../contract/manifest';

/** The route of the primary port has the bare name; each other route adds its port. */
export function routeMetadata(model: RouteModel, { port }: PortRoute): Manifest['metadata'] {
  return {
    name: port === model.ports[0].port ? model.name : `${model.name}-${port}`,
    namespace: model.namespace,
  };
}

export const SERVICE: GroupKind = { group: '', kind: 'Service' };

/** What is called, as parent: one port of it. */
export function parentRefs(model: RouteModel, { port }: PortRoute) {
  const { name, namespace, groupKind: { group, kind } = SERVICE } = model.service;
  return [{ group, kind, name, ...(isConsumerRoute(model) && { namespace }), port }];
}

/** Backends name their namespace where it is not the route's. An XBackend says its port itself, and the CRDs of routes take none beside it. */
export function backendRef(model: RouteModel, backend: BackendRef & { readonly port: number }) {
  const { groupKind, name, port } = backend;
  const namespace = namespaceOf(model, backend);
  return { ...groupKind, name, ...(namespace !== model.namespace && { namespace }), ...(!isXBackend(backend) && { port }) };
}

export function backendRefs(model: RouteModel, backends: readonly WeightedBackend[]) {
  return backends.map(backend => ({ weight: backend.weight, ...backendRef(model, backend) }));
}

/** Backends of requests may change their headers. */
export function filteredBackendRefs(model: RouteModel, backends: readonly WeightedBackend[]) {
  return backends.map(backend => {
    const filters = headerModifiers(backend);
    const ref = { weight: backend.weight, ...backendRef(model, backend) };
    return filters.length === 0 ? ref : { ...ref, filters };
  });
}
