import { headerOperations } from './header-operations';
import { serviceOfHost } from './hosts';
import type { Fields } from '../../../../manifests/fields';
import type { WayBackend } from '../../../../meaning/world';
import type { Cluster } from '../../../../reading/cluster/cluster';

/** Where requests go, or copies of them: the host as it is written, and the Service that it names, if it names one. The subset is by name. */
export interface Destination extends Omit<WayBackend, 'subset' | 'weight'> {
  readonly weight?: number;
  readonly subsetName?: string;
}

/** What is written of where requests go. */
export interface ReadDestination {
  readonly host: string;
  readonly subsetName?: string;
  readonly weight?: number;
  /** Undefined where the host is no Service by its full name. */
  to(cluster: Cluster, port: number): Destination | undefined;
}

/** One of the destinations of a route. */
export function weighted(fields: Fields, home: string): ReadDestination | undefined {
  const [read, weight, changes] = [destinationOf(fields.field('destination'), home), fields.field('weight').integer(), headerOperations(fields.field('headers'))];
  return read && {
    ...read,
    weight: weight ?? 0,
    to: (cluster, port) => {
      const to = read.to(cluster, port);
      return to && { ...to, ...changes, weight: weight ?? 0 };
    },
  };
}

/**
 * Without a port, it is the only one of the Service, or else that which was called (`GetDestinationCluster` in
 * `pilot/pkg/networking/core/route/route.go`).
 */
export function destinationOf(fields: Fields, home: string): ReadDestination | undefined {
  const [host, subsetName, said] = [fields.field('host').text(), fields.field('subset').text(), fields.field('port').field('number').integer()];
  if (host === undefined) return fields.doubt('it names no host');
  const service = serviceOfHost(host, home);
  const subset = subsetName === undefined ? {} : { subsetName };
  return {
    host: host.toLowerCase(),
    ...subset,
    to: (cluster, called) => {
      if (service === undefined) return undefined;
      const ports = cluster.service(service.namespace, service.service)?.ports ?? [];
      return { ...service, port: said ?? (ports.length === 1 ? ports[0].port : called), ...subset };
    },
  };
}
