import { distinctBy } from './lists';
import type { PodPort } from './pod-port';
import { hasRequests } from './protocol';
import type { PortRoute, RouteModel } from './route';

/** The ports of the pods that take requests; Services may have several for one of them. */
export function limitedPorts({ ports }: RouteModel): PortRoute[] {
  const requests = ports.filter(({ protocol }) => hasRequests(protocol));
  return distinctBy(requests, port => portOfPods(port).port);
}

export function portOfPods({ port, podPort: inPods }: Pick<PortRoute, 'port' | 'podPort'>): PodPort {
  return inPods ?? { port };
}
