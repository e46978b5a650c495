/**
 * What is spoken to a host outside the cluster, whatever the route says that sends requests there.
 *
 * @see https://gateway-api.sigs.k8s.io/geps/gep-4894/
 */
export enum ExternalBackendProtocol {
  /** HTTP, in a version that the two agree on. */
  HTTP = 'HTTP',
  /** HTTP/1.1. */
  HTTP11 = 'HTTP11',
  /** HTTP/2 within TLS. */
  HTTP2 = 'HTTP2',
  /** HTTP/2 in plain text. */
  H2C = 'H2C',
  /** gRPC. */
  GRPC = 'GRPC',
  /** WebSocket within TLS. */
  WSS = 'WSS',
  /** The Model Context Protocol, over HTTP. */
  MCP = 'MCP',
  /** Bytes over TCP. */
  TCP = 'TCP',
}
