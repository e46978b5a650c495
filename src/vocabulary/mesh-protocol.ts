/**
 * What a port of a Service speaks. It decides which kind of route carries its traffic, and whether requests can be
 * told apart on it.
 *
 * @see https://gateway-api.sigs.k8s.io/mesh/
 */
export enum MeshProtocol {
  /** HTTP/1.1 or HTTP/2: HTTPRoute in Gateway API, HTTPRouteGroup in SMI. */
  HTTP = 'HTTP',
  /** gRPC: GRPCRoute in Gateway API, HTTPRouteGroup in SMI. */
  GRPC = 'GRPC',
  /**
   * TLS that clients and pods speak themselves. Gateway API: a TLSRoute for each server name, or a TCPRoute where none is
   * told apart. Access policies: as TCP.
   */
  TLS = 'TLS',
  /** Bytes over TCP: TCPRoute in Gateway API and in SMI. */
  TCP = 'TCP',
  /** Datagrams: UDPRoute in SMI. No mesh routes them, and only SMI has policies for them. */
  UDP = 'UDP',
}
