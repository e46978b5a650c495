import type { Client, Pod, Request } from '../access/request';
import type { Arrival } from '../routes/outcome';
import type { RouteRequest } from '../routes/request';

/** What someone asks of what runs. */
export type AppRequest = Inside;

/** A pod calls a Service. */
export interface Inside {
  readonly kind: 'inside';
  readonly client: Client;
  readonly request: RouteRequest;
}

/** The request as it comes to a pod, for a Service that was called. */
export function arriving(client: Client, { to, ...request }: RouteRequest, pod: Pod, port: number, arrival: Pick<Arrival, 'request'>): Request {
  return {
    client,
    pod,
    port,
    entrance: { service: to.service, port: to.port },
    method: request.method,
    path: arrival.request?.path ?? request.path,
    headers: arrival.request?.headers ?? request.headers,
    query: request.query,
  };
}
