import { NETWORKING_API_VERSION } from './apis';
import type { ServiceEntrySpec } from '../../../imports/istio/networking.istio.io';
import type { EgressDestination, EgressPort } from '../../model/egress';
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
export function serviceEntry(namespace: string, destination: EgressDestination): Outside {
  const ports = [...destination.ports].sort((a, b) => a.port - b.port);
  if (destination.kind === 'host') {
    const { host } = destination;
    return outside(namespace, `egress-${host}`, host, { ports: ports.map(port => serviceEntryPort(port, port.protocol)), resolution: 'DNS' });
  }
  const tcp = ports.map(port => serviceEntryPort(port, 'TCP'));
  const name = `egress-${shortHash([destination.cidr, tcp])}`;
  return outside(namespace, name, `${name}.invalid`, { addresses: [destination.cidr], ports: tcp, resolution: 'NONE' });
}

function outside(namespace: string, name: string, host: string, more: Omit<Plain<ServiceEntrySpec>, 'hosts'>): Outside {
  const spec: Plain<ServiceEntrySpec> = { hosts: [host], ...more, location: 'MESH_EXTERNAL', exportTo: ['.'] };
  return { host, manifest: { shared: true, apiVersion: NETWORKING_API_VERSION, kind: 'ServiceEntry', metadata: { name, namespace }, spec } };
}

function serviceEntryPort({ port }: EgressPort, protocol: EgressPort['protocol']) {
  return { number: port, name: `${protocol.toLowerCase()}-${port}`, protocol };
}
