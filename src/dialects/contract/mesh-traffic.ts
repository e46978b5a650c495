import type { PortRange } from './reserved';

/** How the traffic of a mesh reaches the pods, on the wire. */
export interface MeshTraffic {
  /** TCP ports of the proxies on which it may arrive, beside the port that it is for. */
  readonly proxyPorts: readonly PortRange[] | 'any';
  /** Whether proxies of their own may stand between client and workload, on the ports of the proxies. */
  readonly waypoints?: boolean;
  /** Addresses from which the node makes health probes, where they are not its own. */
  readonly probeAddresses?: readonly string[];
}
