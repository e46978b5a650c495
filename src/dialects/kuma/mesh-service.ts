import type { BackendRef, DestinationRef, MeshServiceRef } from './apis';
import { distinctBy, flatMap } from '../../model/lists';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../../model/route';
import { namespaceOf, qualified, takesTrafficItself } from '../../model/route';
import type { BackendRef as ModelBackend, ServiceRef } from '../../model/service-ref';
import { isService } from '../../model/service-ref';
import { refused } from '../contract/unwritten';
import type { Taker } from '../proxies/taking-ports';

/** The Service of a route: one port of it, where it has several. */
export function routedMeshService(model: RouteModel, { name }: PortRoute): MeshServiceRef {
  return { ...meshService(model, model.service), ...(model.ports.length > 1 && { sectionName: name ?? refused() }) };
}

export function meshService(model: RouteModel, service: ServiceRef): MeshServiceRef {
  return { kind: 'MeshService', labels: labelsOf(model, service) };
}

/** Those that Kuma gives it. */
function labelsOf(model: RouteModel, service: ServiceRef): MeshServiceRef['labels'] {
  return { 'kuma.io/display-name': service.name, 'k8s.kuma.io/namespace': namespaceOf(model, service) ?? refused() };
}

/** What a policy of its traffic is for: the port alone, where the Service has several. */
export function backendPort(model: RouteModel, backend: Taker): MeshServiceRef {
  return { ...meshService(model, backend), ...(backend.isOneOfSeveral && { sectionName: backend.portName ?? refused() }) };
}

/** Each ref once: the last that is said of it. */
export function distinctRefs<T>(all: readonly T[], refOf: (one: T) => MeshServiceRef): T[] {
  return distinctBy(all, one => JSON.stringify(refOf(one)));
}

export function backendRef(model: RouteModel, backend: ModelBackend & { readonly port: number; readonly weight?: number }): BackendRef {
  const { port, weight } = backend;
  return { ...destinationRef(model, backend), port, ...(weight !== undefined && { weight }) };
}

export function destinationRef(model: RouteModel, backend: ModelBackend): DestinationRef {
  return { kind: isService(backend) ? 'MeshService' : 'MeshMultiZoneService', labels: labelsOf(model, backend) };
}

/** The backends of all rules, each Service once. */
export function distinctBackends(model: RouteModel, of: (rule: RouteRule) => readonly WeightedBackend[]): WeightedBackend[] {
  return distinctServices(model, flatMap(flatMap(model.ports, ({ rules }) => rules), of));
}

export function distinctServices(model: RouteModel, backends: readonly WeightedBackend[]): WeightedBackend[] {
  return distinctBy(backends, backend => qualified(backend.name, namespaceOf(model, backend)));
}

/** The Services to which the traffic of a route goes: the backends, and the Service itself where a port is not routed. */
export function reachable(model: RouteModel): ServiceRef[] {
  const backends = distinctBackends(model, rule => rule.backends);
  const home = namespaceOf(model, model.service);
  const isBackend = backends.some(backend => backend.name === model.service.name && namespaceOf(model, backend) === home);
  return takesTrafficItself(model) && !isBackend ? [...backends, model.service] : backends;
}
