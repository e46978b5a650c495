/** What a port speaks. TLS is that of clients and pods themselves, which the mesh does not open. */
export type Protocol = 'HTTP' | 'GRPC' | 'TLS' | 'TCP' | 'UDP';

/** What ports speak, where all of them speak the same. */
export function commonProtocol(ports: readonly { readonly protocol?: Protocol }[]): Protocol | undefined {
  const [first, ...others] = ports;
  return others.every(({ protocol }) => protocol === first?.protocol) ? first?.protocol : undefined;
}

/** Protocols whose requests can be told apart. */
export function hasRequests(protocol: Protocol): boolean {
  return protocol === 'HTTP' || protocol === 'GRPC';
}
