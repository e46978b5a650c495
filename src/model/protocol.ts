/** What a port speaks. TLS is that of clients and pods themselves, which the mesh does not open. */
export type Protocol = 'HTTP' | 'GRPC' | 'TLS' | 'TCP' | 'UDP';

/** Protocols whose requests can be told apart. */
export function hasRequests(protocol: Protocol): boolean {
  return protocol === 'HTTP' || protocol === 'GRPC';
}
