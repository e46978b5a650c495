/**
 * The protocol of a port of a Service. It decides which kind of route carries the traffic of the port, and whether requests can be
 * told apart on it.
 *
 * @see https://gateway-api.sigs.k8s.io/mesh/
 */
export enum MeshProtocol {
  /** HTTP/1.1 or HTTP/2. */
  HTTP = 'HTTP',
  /** gRPC. */
  GRPC = 'GRPC',
  /**
   * TLS that clients and pods speak themselves. Routes can tell server names apart; access policies treat it as TCP.
   */
  TLS = 'TLS',
  /** Bytes over TCP. */
  TCP = 'TCP',
  /** Datagrams. No mesh routes them, and few targets have policies for them. */
  UDP = 'UDP',
}
