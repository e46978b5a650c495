import { expectValid } from '../../schema';

/** Reads a NetworkPolicy as its specification has it. */

export interface Client {
  /** Labels of its namespace, for a pod. */
  readonly namespace?: Readonly<Record<string, string>>;
  readonly address?: string;
}

export const pod = (name: string, labels: Readonly<Record<string, string>> = {}): Client =>
  ({ namespace: { 'kubernetes.io/metadata.name': name, ...labels } });

export const outside = (address: string): Client => ({ address });

export function letsIn(manifest: any, client: Client, port: number, protocol = 'TCP'): boolean {
  checked(manifest);
  return (manifest.spec.ingress ?? []).some(({ from, ports }: any) => isPeer(from, client) && isPort(ports, port, protocol));
}

export function letsOut(manifest: any, client: Client, port: number, protocol = 'TCP'): boolean {
  checked(manifest);
  return (manifest.spec.egress ?? []).some(({ to, ports }: any) => isPeer(to, client) && isPort(ports, port, protocol));
}

/** What the API server asks beyond the schema. */
function checked(manifest: any): void {
  expectValid(manifest);
  const rules = [...manifest.spec.ingress ?? [], ...manifest.spec.egress ?? []];
  for (const peer of rules.flatMap(({ from, to }: any) => [...from ?? [], ...to ?? []])) {
    expect(Object.keys(peer)).toHaveLength(1);
  }
  for (const { protocol } of rules.flatMap(({ ports = [] }: any) => ports)) {
    expect(['TCP', 'UDP']).toContain(protocol);
  }
}

/** Missing and empty lists are everyone. */
function isPeer(peers: any[] = [], { namespace, address }: Client): boolean {
  return peers.length === 0 || peers.some(({ namespaceSelector, ipBlock }) => namespaceSelector !== undefined
    ? namespace !== undefined && Object.entries(namespaceSelector.matchLabels ?? {}).every(([key, value]) => namespace[key] === value)
    : address !== undefined && within(ipBlock.cidr, address) && !(ipBlock.except ?? []).some((part: string) => within(part, address)));
}

function isPort(ports: any[] = [], port: number, protocol: string): boolean {
  return ports.length === 0 || ports.some(p => p.protocol === protocol && p.port <= port && port <= (p.endPort ?? p.port));
}

function within(cidr: string, address: string): boolean {
  const bits = (ip: string) => ip.split('.').map(part => Number(part).toString(2).padStart(8, '0')).join('');
  const [network, length] = cidr.split('/');
  return !network.includes(':') && bits(network).slice(0, Number(length)) === bits(address).slice(0, Number(length));
}
