import type { World } from './world';
import type { ServicePort } from '../meaning/call';
import type { Land } from '../meaning/journey';
import type { PodPort } from '../meaning/world';

/** What calls meet in a world. */
export function landOf({ cluster, readings }: Pick<World, 'cluster' | 'readings'>): Land {
  return {
    readings,
    portsBehind: (to: ServicePort): readonly PodPort[] => {
      const service = cluster.service(to.namespace, to.service);
      return service === undefined ? [] : cluster.podsBehind(service).flatMap(workload => cluster.portsOf(workload)
        .filter(({ entrances }) => entrances.some(({ service: name, port }) => name === to.service && port === to.port)));
    },
  };
}
