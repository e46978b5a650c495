import type { Labelled, Labels } from './selector';
import type { Protocol } from '../model/protocol';
import type { GroupKind } from '../model/service-ref';

/** A request on its way from a client to a pod, or a connection where the port does not speak HTTP. */
export interface Call {
  readonly client: Client;
  /** Of calls to the outside, the client itself. */
  readonly pod: Pod;
  /** What is called outside the cluster. Absent for calls to pods. */
  readonly outside?: { readonly address?: string; readonly host?: string };
  /** The number of the port of the pod, or of what is outside. */
  readonly port: number;
  readonly protocol: Protocol;
  /** The port of a Service that the client calls. Absent where it calls the pod by its address. */
  readonly entrance?: ServicePort;
  /** Absent for connections. */
  readonly request?: Request;
  /** The name that a client of a port for TLS asks for. Absent where it is not known. */
  readonly serverName?: string;
}

/** What is absent here is not known. */
export interface Pod extends Labelled {
  /** Empty where it is not known. */
  readonly namespace: string;
  readonly annotations?: Labels;
  readonly namespaceLabels?: Labels;
  readonly namespaceAnnotations?: Labels;
  readonly serviceAccount?: string;
  /** Whether it is a gateway, which is sent what it has to know. */
  readonly isGateway?: true;
  /** Whether it is on the network of its node, by whose address it calls. */
  readonly onHostNetwork?: true;
}

/**
 * Who calls: a pod, somebody outside the cluster, the kubelet of the node of the pod, another node, the API server, or a gateway that
 * is no pod.
 */
export type Client = PodClient | OtherClient;

interface PodClient extends Pod, Connecting {
  readonly kind: 'pod';
}

interface OtherClient extends Connecting {
  readonly kind: 'outside' | 'kubelet' | 'node' | 'apiServer' | 'gateway';
  readonly meshed: false;
}

interface Connecting {
  readonly address?: string;
  /** Whether it has a certificate of the mesh. */
  readonly meshed?: boolean;
  /** Of its certificate. The mesh trusts it, unless its configuration is known, and says otherwise. */
  readonly trustDomain?: string;
}

export interface ServicePort {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  /** What it is, where it is not a Service. */
  readonly groupKind?: GroupKind;
}

export interface Request {
  readonly method: string;
  /** Without the query, and plain: one slash at a time, no dot segments, nothing encoded. All meshes read such a path alike. */
  readonly path: string;
  /** Without a port. Absent where it is that of the Service. */
  readonly host?: string;
  /** By lower case name. */
  readonly headers: Labels;
  readonly query: Labels;
  /** The claims of a token that is valid. */
  readonly claims?: Readonly<Record<string, unknown>>;
}
