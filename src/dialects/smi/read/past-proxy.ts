import type { Client } from '../../../meaning/call';
import { ALL_PAST, hasNoProxy, type Past, PERHAPS_PAST } from '../../../meaning/past';
import { portsIn } from '../../../reading/listed-ports';
import type { ReadMesh } from '../../../reading/mesh';

/** Meshes whose clients have a proxy of their own. */
const BY_CLIENTS: readonly (ReadMesh | undefined)[] = ['osm', 'nginx', 'linkerd', 'consul', 'istio'];

const PORTS = 'openservicemesh.io/outbound-port-exclusion-list';
const RANGES = ['openservicemesh.io/outbound-ip-range-exclusion-list', 'openservicemesh.io/outbound-ip-range-inclusion-list'];

/** Which calls of a client no proxy sees that would split them (openservicemesh/osm `pkg/injector/`). Traefik Mesh has its proxies at the Services. */
export function leavesPastBy(mesh: ReadMesh | undefined): (client: Client) => Past | undefined {
  return client => {
    if (hasNoProxy(client)) return BY_CLIENTS.includes(mesh) ? ALL_PAST : mesh === 'traefik' ? undefined : PERHAPS_PAST;
    if (client.kind !== 'pod' || (mesh !== 'osm' && mesh !== 'smi' && mesh !== undefined)) return undefined;
    const { annotations = {} } = client;
    const ports = portsIn(annotations[PORTS]);
    const isPerhaps = RANGES.some(name => Object.hasOwn(annotations, name));
    if (mesh !== 'osm') return isPerhaps || ports.length > 0 ? PERHAPS_PAST : undefined;
    return isPerhaps ? { ports, others: 'perhaps' } : ports.length > 0 ? { ports } : undefined;
  };
}
