import { headerOperations } from './header-operations';
import { serviceOfHost } from './hosts';
import type { Fields } from '../../../../manifests/fields';
import type { WayBackend } from '../../../../meaning/world';
import type { Cluster } from '../../../../reading/cluster/cluster';

/** Where requests go, or copies of them. The subset is by name. */
export type Destination = Omit<WayBackend, 'subset' | 'weight'> & { readonly weight?: number; readonly subsetName?: string };

/** One of the destinations of a route. */
export function weighted(fields: Fields, home: string): ((cluster: Cluster, port: number) => Destination) | undefined {
  const [to, weight, changes] = [destinationOf(fields.field('destination'), home), fields.field('weight').integer(), headerOperations(fields.field('headers'))];
  return to && ((cluster, port) => ({ ...to(cluster, port), ...changes, weight: weight ?? 0 }));
}

/**
 * Without a port, it is the only one of the Service, or else that which was called (`GetDestinationCluster` in
 * `pilot/pkg/networking/core/route/route.go`).
 */
export function destinationOf(fields: Fields, home: string): ((cluster: Cluster, port: number) => Destination) | undefined {
  const [host, subsetName, said] = [fields.field('host').text(), fields.field('subset').text(), fields.field('port').field('number').integer()];
  const to = host === undefined ? undefined : serviceOfHost(host, home);
  if (to === undefined) return fields.doubt('it goes to a host that is no Service by its full name');
  return (cluster, called) => {
    const ports = cluster.service(to.namespace, to.service)?.ports ?? [];
    return { ...to, port: said ?? (ports.length === 1 ? ports[0].port : called), ...(subsetName !== undefined && { subsetName }) };
  };
}
