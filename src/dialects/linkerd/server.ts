import { AUDITING_SERVER_API_VERSION, SERVER_API_VERSION } from './apis';
import type { ServerSpec, ServerV1Beta3Spec } from '../../../imports/linkerd/policy.linkerd.io';
import type { Workload, WorkloadPort } from '../../model/access';
import { shortHash } from '../../model/hash';
import type { Protocol } from '../../model/protocol';
import type { Manifest, Plain } from '../contract/manifest';

/**
 * What the proxy expects on the port. HTTP is detected, so that HTTP/1 and HTTP/2 both pass; gRPC is HTTP/2 here, since
 * the HTTPRoutes of a Server that says `gRPC` are not read. What is not HTTP after all has no routes, and is denied.
 */
const PROXY_PROTOCOLS: Record<Protocol, NonNullable<Plain<ServerV1Beta3Spec>['proxyProtocol']>> = {
  HTTP: 'unknown', GRPC: 'HTTP/2', TLS: 'opaque', TCP: 'opaque', UDP: 'unknown',
};

/** What a Server selects: the pods of a Service, or pods without one. */
export interface Served {
  readonly namespace: string;
  readonly workload: Pick<Workload, 'service' | 'podSelector' | 'subset'>;
}

/**
 * A port of some pods has one Server, whichever construct renders it. It is named after the Service and the port, so that other
 * objects for the port can refer to it. That of a subset, or of pods without a Service, has a hash of their labels in the name.
 */
export function serverName(service: string, port: number | string): string {
  return `${service}-${port}`;
}

export function nameOfServer({ service, podSelector = {}, subset }: Served['workload'], port: number | string): string {
  const name = serverName(service ?? 'pods', port);
  return service === undefined || subset !== undefined ? `${name}-${shortHash(Object.entries(podSelector).sort())}` : name;
}

/** One Server: a port of the workload, closed to all; or one that lets in, and reports, what nothing allows. */
export function server({ namespace, workload }: Served, { port, protocol }: WorkloadPort, audit = false): Manifest {
  const spec: Plain<ServerSpec & ServerV1Beta3Spec> = {
    podSelector: { matchLabels: { ...workload.podSelector } },
    port,
    proxyProtocol: protocol === undefined ? 'unknown' : PROXY_PROTOCOLS[protocol],
    ...(audit && { accessPolicy: 'audit' }),
  };
  return {
    apiVersion: audit ? AUDITING_SERVER_API_VERSION : SERVER_API_VERSION,
    kind: 'Server',
    metadata: { name: nameOfServer(workload, port), namespace },
    spec,
  };
}
