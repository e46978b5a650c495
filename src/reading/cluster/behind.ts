import { type Cluster, DEFAULT_NAMESPACE } from './cluster';
import type { Service, ServicePort as PortOfService } from './service';
import type { ServicePort } from '../../meaning/call';
import type { PodPort } from '../../meaning/world';

/** The ports of pods that a port of a Service leads to, as far as the files show them. */
export function portsBehind(cluster: Cluster, { namespace, service: name, port: number }: ServicePort): readonly PodPort[] {
  const service = cluster.service(namespace, name);
  const port = service?.ports.find(one => one.port === number);
  if (service === undefined || port === undefined) return [];
  const unseen = unseenPort(cluster, service, port);
  if (unseen !== undefined) return [unseen];
  return cluster.podsBehind(service).flatMap(workload => cluster.portsOf(workload)
    .filter(({ entrances }) => entrances.some(entrance => entrance.service === name && entrance.port === number)));
}

/** The port of pods that no manifest here makes: nothing is known of them but where they are, and what the Service selects them by. */
export function unseenPort(cluster: Cluster, service: Service, { port, targetPort, protocol, transport }: PortOfService): PodPort | undefined {
  const { namespace = DEFAULT_NAMESPACE, name, selector } = service;
  if (selector === undefined || typeof targetPort !== 'number' || cluster.podsBehind(service).length > 0) return undefined;
  return {
    pod: { namespace, labelsAtLeast: selector, namespaceLabels: cluster.namespaceLabels(namespace) },
    port: targetPort,
    protocol: protocol ?? (transport === 'UDP' ? 'UDP' : 'HTTP'),
    entrances: [{ namespace, service: name, port }],
  };
}
