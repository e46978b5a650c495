/** What a port speaks. */
export type Protocol = 'HTTP' | 'GRPC' | 'TCP' | 'UDP';

/** What ports speak, where all of them speak the same. */
export function commonProtocol(ports: readonly { readonly protocol?: Protocol }[]): Protocol | undefined {
  const [first, ...others] = ports;
  return others.every(({ protocol }) => protocol === first?.protocol) ? first?.protocol : undefined;
}

/** Protocols whose requests can be told apart. */
export function hasRequests(protocol: Protocol): boolean {
  return protocol === 'HTTP' || protocol === 'GRPC';
}
