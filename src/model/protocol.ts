/** What a port speaks. */
export type Protocol = 'HTTP' | 'GRPC' | 'TCP' | 'UDP';

/** Protocols whose requests can be told apart. */
export function hasRequests(protocol: Protocol): boolean {
  return protocol === 'HTTP' || protocol === 'GRPC';
}
