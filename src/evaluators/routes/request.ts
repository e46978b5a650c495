/** A request on its way from a client to a Service, or the first bytes of a connection where the port does not speak HTTP. */
export interface RouteRequest {
  readonly client: {
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    /** By which mutual TLS knows it; a client without one speaks plain text. */
    readonly serviceAccount?: string;
  };
  /** The Service that is called. */
  readonly to: ServicePort;
  /** The name of its port, if it has one. */
  readonly portName?: string;
  /** The names of ports of other Services, by what `nameOf` calls these. */
  readonly otherPortNames?: Readonly<Record<string, string>>;
  /** What the port speaks, as its Service declares. */
  readonly protocol: 'HTTP' | 'GRPC' | 'TLS' | 'TCP' | 'UDP';
  /** As the client writes it, without a port; over TLS, the server name. */
  readonly host: string;
  readonly method: string;
  /** Without the query. A gRPC call has `/<service>/<method>`. */
  readonly path: string;
  /** By lower case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Headers of the response, as whoever answers writes them. */
  readonly response: Readonly<Record<string, string>>;
}

export interface ServicePort {
  readonly service: string;
  readonly namespace: string;
  readonly port: number;
  /** Absent for a Service. */
  readonly groupKind?: { readonly group: string; readonly kind: string };
  /** Of some of its pods: the labels that tell them apart. */
  readonly subset?: Readonly<Record<string, string>>;
}

/** What of a request conditions look at. */
export type Asked = Pick<RouteRequest, 'method' | 'path' | 'headers' | 'query'>;

export function hasRequests({ protocol }: Pick<RouteRequest, 'protocol'>): boolean {
  return protocol === 'HTTP' || protocol === 'GRPC';
}
