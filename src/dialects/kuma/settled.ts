import type { MeshServiceRef } from './apis';
import { backendPort, distinctRefs, meshService, reachable, routedMeshService } from './mesh-service';
import type { PortTraffic } from '../../model/handling';
import { flatMap } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import type { PortRoute, RouteModel } from '../../model/route';
import type { ServiceRef } from '../../model/service-ref';
import { takings } from '../proxies/taking-ports';

/** A Service, or a port of it, and what is said of connections to its pods. */
export interface Settled<Said> {
  readonly service: ServiceRef;
  /** Claims are asked for of what is refused, too, and so it is written only where it is asked for. */
  readonly targetRef: () => MeshServiceRef;
  readonly said: Said;
}

/**
 * What is said of all ports, for the Services to which the route leads, and what is said of a port, for the ports to which that leads: the policies
 * of both are merged, field by field, and the narrower one decides.
 */
export function settled<Topic extends keyof PortTraffic>(model: RouteModel, topic: Topic): Settled<NonNullable<PortTraffic[Topic]>>[] {
  return [...ofAllPorts(model, topic), ...ofSomePorts(model, topic)];
}

export function ofAllPorts<Topic extends keyof PortTraffic>(model: RouteModel, topic: Topic): Settled<NonNullable<PortTraffic[Topic]>>[] {
  const said = model.traffic[topic];
  return said === undefined ? [] : reachable(model).map(service => ({ service, targetRef: () => meshService(model, service), said }));
}

export function ofSomePorts<Topic extends keyof PortTraffic>(model: RouteModel, topic: Topic): Settled<NonNullable<PortTraffic[Topic]>>[] {
  return flatMap(takings(model), ({ from, taker }): Settled<NonNullable<PortTraffic[Topic]>>[] => {
    const said = from.traffic?.[topic];
    return said === undefined ? [] : [{ service: taker, targetRef: () => backendPort(model, taker), said }];
  });
}

/** What is written of each. */
export function written<Said, Conf>(
  all: readonly Settled<Said>[], conf: (said: Said) => Conf,
): { readonly targetRef: MeshServiceRef; readonly default: Conf }[] {
  const items = all.map(({ targetRef, said }) => ({ targetRef: targetRef(), default: conf(said) }));
  return distinctRefs(items, ({ targetRef }) => targetRef);
}

/** The ports of the Service that is called whose listeners close what is without bytes. */
export function listening(model: RouteModel): Settled<NonNullable<PortTraffic['connections']>>[] {
  return listeningPorts(model).map(port => (
    { service: model.service, targetRef: () => routedMeshService(model, port), said: { idleTimeout: port.traffic?.connections?.idleTimeout } }
  ));
}

export function listeningPorts({ ports }: RouteModel): PortRoute[] {
  return ports.filter(({ traffic, protocol, rules }) =>
    traffic?.connections?.idleTimeout !== undefined && !hasRequests(protocol) && rules.length > 0);
}
