import { flatMap } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import type { PortRoute, RouteModel } from '../../model/route';
import { isConsumerRoute, namespaceOf, takesTrafficItself } from '../../model/route';
import type { ServiceRef } from '../../model/service-ref';

/** A Service to which the traffic of a route goes, as a DestinationRule knows it. */
export interface Destination {
  /** A short name is read in the namespace of the DestinationRule. */
  readonly host: string;
  /** The namespace of the DestinationRule: that of the Service, whose clients all read it, or that of the clients of a consumer route. */
  readonly namespace?: string;
}

/** The Services that take the traffic of a route: the backends, and the Service itself if a port is not routed. */
export function destinations(model: RouteModel): Destination[] {
  const backends = flatMap(flatMap(model.ports, ({ rules }) => rules), rule => rule.backends);
  const found = [...backends, ...(takesTrafficItself(model) ? [model.service] : [])].map(service => destination(model, service));
  return [...new Map(found.map(one => [JSON.stringify(one), one])).entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, one]) => one);
}

export function destination(model: RouteModel, service: ServiceRef): Destination {
  const namespace = namespaceOf(model, service);
  return isConsumerRoute(model)
    ? { host: `${service.name}.${namespace}.svc.cluster.local`, namespace: model.namespace }
    : { host: service.name, namespace };
}

export function isSame(a: Destination, b: Destination): boolean {
  return a.host === b.host && a.namespace === b.namespace;
}

/** The ports whose requests can be told apart, with rules. */
export function requestPorts({ ports }: RouteModel): PortRoute[] {
  return ports.filter(({ protocol }) => hasRequests(protocol));
}
