import { MAX_ADDRESSES, NETWORKING_API_VERSION } from './apis';
import type { ServiceEntrySpec } from '../../../imports/istio/networking.istio.io';
import type { CidrDestination, EgressPort, HostDestination } from '../../model/egress';
import { sortedPorts } from '../../model/egress';
import type { Fields } from '../../model/fields';
import { shortHash } from '../../model/hash';
import { flatMap } from '../../model/lists';
import { chunks } from '../contract/chunks';
import type { Manifest, Plain } from '../contract/manifest';

/** Something outside that a Sidecar imports by its host. */
export interface Outside {
  readonly host: string;
  readonly manifest: Manifest;
}

/** A policy to which blocks of addresses belong. */
export interface Owner {
  readonly name: string;
  readonly namespace: string;
}

type Host = Fields<HostDestination, 'host' | 'ports', 'kind' | 'anyPort'>;
type Block = Fields<CidrDestination, 'cidr' | 'ports', 'kind' | 'except' | 'anyPort' | 'ping'>;

/**
 * A ServiceEntry for a host, seen in its namespace only. The proxy resolves the host itself, so a client cannot send a request for it
 * to another address. All Sidecars that name a host import all ServiceEntries for it: so policies share one, named after the host, and
 * policies that differ in ports claim the same name.
 */
export function hostEntry({ host, ports }: Host, namespace: string): Outside {
  const spec = { ports: sortedPorts(ports).map(port => serviceEntryPort(port, port.protocol)), resolution: 'DNS' } as const;
  return { host, manifest: { shared: true, ...serviceEntry({ name: `egress-${host}`, namespace }, host, spec) } };
}

/**
 * One ServiceEntry for all blocks of a policy with the same ports. Addresses allow whatever the client sends there, in any protocol,
 * under a host of their own that nobody resolves.
 */
export function blockEntries(blocks: readonly Block[], { name, namespace }: Owner): Outside[] {
  const byPorts = new Map<string, Block[]>();
  for (const block of blocks) {
    const label = labelOf(block.ports);
    byPorts.set(label, [...byPorts.get(label) ?? [], block]);
  }
  return flatMap([...byPorts], ([label, alike]) => chunks(alike.map(({ cidr }) => cidr).sort(), MAX_ADDRESSES).map((addresses, i) => {
    const part = i === 0 ? label : `${label}-part-${i + 1}`;
    const host = `${part}.${asPart(name)}.invalid`;
    const ports = sortedPorts(alike[0].ports).map(port => serviceEntryPort(port, 'TCP'));
    return { host, manifest: serviceEntry({ name: `${name}-${part}`, namespace }, host, { addresses: [...addresses], ports, resolution: 'NONE' }) };
  }));
}

/** As many ports as go into one part of a host. */
const NAMED_PORTS = 6;

/** The same for the same ports; people read it in the name of the object, and in the host. */
function labelOf(ports: readonly EgressPort[]): string {
  const numbers = sortedPorts(ports).map(({ port }) => port);
  return `tcp-${numbers.length > NAMED_PORTS ? `${numbers.length}-ports-${shortHash(numbers)}` : numbers.join('-')}`;
}

/** DNS takes no longer part of a name. */
function asPart(name: string): string {
  return name.length > 63 ? shortHash(name) : name;
}

function serviceEntry(metadata: Manifest['metadata'], host: string, more: Omit<Plain<ServiceEntrySpec>, 'hosts'>): Manifest {
  const spec: Plain<ServiceEntrySpec> = { hosts: [host], ...more, location: 'MESH_EXTERNAL', exportTo: ['.'] };
  return { apiVersion: NETWORKING_API_VERSION, kind: 'ServiceEntry', metadata, spec };
}

function serviceEntryPort({ port, tls }: EgressPort, protocol: EgressPort['protocol']) {
  return { number: port, name: `${protocol.toLowerCase()}-${port}`, protocol, ...(tls && { targetPort: tls.port }) };
}
