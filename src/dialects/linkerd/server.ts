import { SERVER_API_VERSION } from './apis';
import type { ServerSpec } from '../../../imports/linkerd/policy.linkerd.io';
import type { Workload, WorkloadPort } from '../../model/access';
import type { Protocol } from '../../model/protocol';
import type { Manifest, Plain } from '../dialect';

/**
 * What the proxy expects on the port. HTTP is detected, so that HTTP/1 and HTTP/2 both pass; gRPC is HTTP/2 here, since
 * the HTTPRoutes of a Server that says `gRPC` are not read. What is not HTTP after all has no routes, and is denied.
 */
const PROXY_PROTOCOLS: Record<Protocol, string> = { HTTP: 'unknown', GRPC: 'HTTP/2', TLS: 'opaque', TCP: 'opaque', UDP: 'unknown' };

/** One Server: a port of the workload, closed to all. */
export function server(metadata: Manifest['metadata'], podSelector: Workload['podSelector'], { port, protocol }: WorkloadPort): Manifest {
  const spec: Plain<ServerSpec> = {
    podSelector: { matchLabels: { ...podSelector } },
    port,
    proxyProtocol: protocol === undefined ? 'unknown' : PROXY_PROTOCOLS[protocol],
  };
  return { apiVersion: SERVER_API_VERSION, kind: 'Server', metadata, spec };
}
