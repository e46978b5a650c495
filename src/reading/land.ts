import { type Cluster, DEFAULT_NAMESPACE } from './cluster/cluster';
import type { Service, ServicePort } from './cluster/service';
import type { World } from './world';
import type { Land } from '../meaning/journey';
import type { PodPort } from '../meaning/world';

/** What calls meet in a world. */
export function landOf({ cluster, readings }: Pick<World, 'cluster' | 'readings'>): Land {
  return {
    readings,
    portsBehind: ({ namespace, service: name, port: number }) => {
      const service = cluster.service(namespace, name);
      const port = service?.ports.find(one => one.port === number);
      if (service === undefined || port === undefined) return [];
      const unseen = unseenPort(cluster, service, port);
      if (unseen !== undefined) return [unseen];
      return cluster.podsBehind(service).flatMap(workload => cluster.portsOf(workload)
        .filter(({ entrances }) => entrances.some(entrance => entrance.service === name && entrance.port === number)));
    },
  };
}

/** The port of pods that no manifest here makes: nothing is known of them but where they are. */
export function unseenPort(cluster: Cluster, service: Service, { port, targetPort, protocol, transport }: ServicePort): PodPort | undefined {
  const { namespace = DEFAULT_NAMESPACE, name, selector } = service;
  if (selector === undefined || typeof targetPort !== 'number' || cluster.podsBehind(service).length > 0) return undefined;
  return {
    pod: { namespace, namespaceLabels: cluster.namespaceLabels(namespace) },
    port: targetPort,
    protocol: protocol ?? (transport === 'UDP' ? 'UDP' : 'HTTP'),
    entrances: [{ namespace, service: name, port }],
  };
}
