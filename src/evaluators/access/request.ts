import { known } from '../unknown';

/** One pod that policies can select, behind one Service. */
export interface Pod {
  readonly service: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PodPort[];
}

export interface PodPort {
  readonly port: number;
  /** What the container calls it. */
  readonly name?: string;
  /** What is really spoken there. */
  readonly protocol: 'HTTP' | 'GRPC' | 'TLS' | 'TCP' | 'UDP';
  /** The numbers by which the Service offers the port, if they differ from its own; none where it does not offer it. */
  readonly servicePorts?: readonly number[];
}

/** A Service that selects the pod, by which a request comes to it. */
export interface Entrance {
  readonly service: string;
  /** That of the pod, unless it is another one. */
  readonly namespace?: string;
  readonly port: number;
}

/** Who makes a request. */
export interface Client {
  /** Where the client is no pod, it is somewhere outside the cluster, the kubelet of the node, another node, the API server, a gateway that the network itself is, or a pod whose labels are not known yet. */
  readonly kind: 'pod' | 'outside' | 'kubelet' | 'node' | 'apiServer' | 'gateway' | 'uninitialized';
  readonly ip: string;
  /** What a gateway takes for the address behind the proxies that it trusts; where it trusts none, that of the connection. */
  readonly remoteIp?: string;
  /** Of pods of another cluster. */
  readonly cluster?: string;
  /** Of pods. */
  readonly namespace?: string;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly serviceAccount?: string;
  /** Of nodes, too. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether it speaks mutual TLS, with the certificate of its ServiceAccount. Otherwise it speaks plain text. */
  readonly meshed: boolean;
  /** Of its certificate, where it is another one than that of the mesh, which trusts it. */
  readonly trustDomain?: string;
  /** The trust domain of the mesh, unless it is `cluster.local`. */
  readonly meshDomain?: string;
}

/** A token that a request has. */
export interface Token {
  /** Whether its signature is that of the issuer that it names, and its time has not passed. */
  readonly genuine: boolean;
  /** What it says, `iss` among it. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Where it is, unless in `Authorization: Bearer …`. */
  readonly at?: TokenPlace;
}

/** Where a request may have a token; in a header, behind a prefix. */
export interface TokenPlace {
  readonly kind: 'header' | 'query' | 'cookie';
  readonly name: string;
  readonly prefix?: string;
}

/** A request that arrives at a pod, or the first bytes of a connection where the port does not speak HTTP. */
export interface Request {
  readonly client: Client;
  readonly pod: Pod;
  readonly port: number;
  /** Absent where the request goes to the address of the pod. */
  readonly entrance?: Entrance;
  readonly method: string;
  /** As it is sent, without the query. */
  readonly path: string;
  /** What the client asks for, with a port where it writes one. Absent where nothing asks about it. */
  readonly host?: string;
  /** By lower case name; what is sent twice is joined by commas. Tokens are not among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly tokens?: readonly Token[];
}

/** The trust domain of the mesh that is spoken of. */
export const TRUST_DOMAIN = 'cluster.local';

export function portOf({ pod, port }: Pick<Request, 'pod' | 'port'>): PodPort {
  return known(pod.ports.find(one => one.port === port), `port ${port} of the pod`);
}

/** What the port of a pod may be called by. */
export function callsPort({ port, name }: PodPort, given: number | string): boolean {
  return given === port || (name !== undefined && given === name);
}

export function isHttp(request: Request): boolean {
  const { protocol } = portOf(request);
  return protocol === 'HTTP' || protocol === 'GRPC';
}

/** The path with its query, as it stands in the request line. */
export function requestTarget({ path, query }: Pick<Request, 'path' | 'query'>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** The SPIFFE id of a client's certificate. */
export function spiffeIdOf({ meshed, meshDomain = TRUST_DOMAIN, trustDomain = meshDomain, namespace, serviceAccount }: Client): string | undefined {
  return meshed ? `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}` : undefined;
}
