import type { WrittenListener } from './written';
import { GATEWAY_NAME_LABEL } from '../../../src/evaluators/access/istio-gateway';
import type { Client, Pod, Request, Token } from '../../../src/evaluators/access/request';
import type { Arrival } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import type { Call } from '../egress/call';

/** What someone asks of what runs. */
export type AppRequest = Inside | FromOutside | ToOutside | HealthCheck;

/** A pod calls a Service. */
export interface Inside {
  readonly kind: 'inside';
  readonly client: Client;
  readonly request: RouteRequest;
  /** Whether the Service has no address of its own, and the client that of a pod. */
  readonly toPod: boolean;
  readonly tokens?: readonly Token[];
}

/** Someone outside the cluster calls a gateway. */
export interface FromOutside {
  readonly kind: 'from outside';
  readonly client: Client;
  /** The port that is called. */
  readonly listener: number;
  /** Whether the client writes that port behind the host. */
  readonly writesPort: boolean;
  readonly request: RouteRequest;
  readonly tokens?: readonly Token[];
}

/** A pod calls something outside the cluster. */
export interface ToOutside {
  readonly kind: 'to outside';
  readonly client: Client;
  readonly call: Pick<Call, 'name' | 'ip' | 'port' | 'says'>;
}

/** The kubelet asks a pod at its address whether it is well, as a policy says. */
export interface HealthCheck {
  readonly kind: 'health check';
  readonly arrived: Request;
}

/** The request as it comes to the pod of a gateway. */
export function entering(
  { name, namespace }: { readonly name: string; readonly namespace: string }, listeners: readonly WrittenListener[],
  { client, listener, writesPort, request, tokens }: FromOutside,
): Request {
  const { method, path, headers, query, host } = request;
  return {
    client,
    pod: {
      service: name,
      namespace,
      serviceAccount: name,
      labels: { [GATEWAY_NAME_LABEL]: name },
      ports: listeners.map(({ port, protocol }) => ({ port, protocol })),
    },
    port: listener,
    host: writesPort ? `${host}:${listener}` : host,
    method,
    path,
    headers,
    query,
    ...(tokens && { tokens }),
  };
}

/** As what a call leaves its client. */
export function leaving({ namespace, labels, serviceAccount }: Client, call: Omit<Call, 'namespace' | 'labels' | 'serviceAccount'>): Call {
  return { ...call, namespace: namespace!, labels, serviceAccount };
}

/** Whether a request for a pod leaves its client, by whatever says which calls do. Only what is a pod is kept in. */
export function leavesFor(
  pod: Pod, port: number, client: Client, { to, protocol, host }: RouteRequest, letsOut: (call: Call) => boolean,
): boolean {
  return client.kind !== 'pod' || letsOut(leaving(client, {
    name: `${to.service}.${to.namespace}.svc.cluster.local`,
    ip: '10.1.3.7',
    port,
    says: protocol === 'UDP' ? { kind: 'datagram' } : protocol === 'TCP' || protocol === 'TLS' ? { kind: 'bytes' } : { kind: 'http', host },
    inside: true,
    pod: {
      namespace: pod.namespace,
      labels: pod.labels,
      ports: Object.fromEntries(pod.ports.flatMap(one => one.name === undefined ? [] : [[one.name, one.port]])),
    },
  }));
}

/** The request as it comes to a pod, for a Service that was called. A gateway calls pods by their addresses. */
export function arriving(
  client: Client, asked: Inside | FromOutside, pod: Pod, port: number, arrival: Pick<Arrival, 'request'>,
): Request {
  const { request: { to, ...request }, tokens } = asked;
  return {
    client,
    pod,
    port,
    ...(asked.kind === 'inside' && !asked.toPod && { entrance: { service: to.service, namespace: to.namespace, port: to.port } }),
    method: request.method,
    path: arrival.request?.path ?? request.path,
    headers: arrival.request?.headers ?? request.headers,
    query: request.query,
    ...(tokens && { tokens }),
  };
}
