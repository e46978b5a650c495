import { NETWORKING_API_VERSION } from './apis';
import type { ServiceEntrySpec } from '../../../imports/istio/networking.istio.io';
import { byKind } from '../../model/by-kind';
import type { CidrDestination, EgressDestination, EgressPort, HostDestination } from '../../model/egress';
import type { Fields } from '../../model/fields';
import { shortHash } from '../../model/hash';
import type { Manifest, Plain } from '../contract/manifest';

/** Something outside that a Sidecar imports by its host. */
export interface Outside {
  readonly host: string;
  readonly manifest: Manifest;
}

/**
 * One ServiceEntry, seen in its namespace only. The proxy resolves a host itself, so a client cannot send a request for this host
 * to another address. Addresses allow whatever the client sends there, in any protocol, under a host of their own that nobody
 * resolves. All Sidecars that name a host import all ServiceEntries for it: so policies share one, named after the host, and
 * policies that differ in ports claim the same name.
 */
export const serviceEntry = byKind<EgressDestination, Outside, [string]>({
  host: ({ host, ports }: Fields<HostDestination, 'host' | 'ports', 'kind'>, namespace) =>
    outside(namespace, `egress-${host}`, host, { ports: sorted(ports).map(port => serviceEntryPort(port, port.protocol)), resolution: 'DNS' }),
  cidr: ({ cidr, ports }: Fields<CidrDestination, 'cidr' | 'ports', 'kind'>, namespace) => {
    const tcp = sorted(ports).map(port => serviceEntryPort(port, 'TCP'));
    const name = `egress-${shortHash([cidr, tcp])}`;
    return outside(namespace, name, `${name}.invalid`, { addresses: [cidr], ports: tcp, resolution: 'NONE' });
  },
});

function sorted(ports: readonly EgressPort[]): EgressPort[] {
  return [...ports].sort((a, b) => a.port - b.port);
}

function outside(namespace: string, name: string, host: string, more: Omit<Plain<ServiceEntrySpec>, 'hosts'>): Outside {
  const spec: Plain<ServiceEntrySpec> = { hosts: [host], ...more, location: 'MESH_EXTERNAL', exportTo: ['.'] };
  return { host, manifest: { shared: true, apiVersion: NETWORKING_API_VERSION, kind: 'ServiceEntry', metadata: { name, namespace }, spec } };
}

function serviceEntryPort({ port }: EgressPort, protocol: EgressPort['protocol']) {
  return { number: port, name: `${protocol.toLowerCase()}-${port}`, protocol };
}
