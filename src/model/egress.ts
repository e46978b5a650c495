import type { ApiServerSource, NamespaceLabelsSource, NamespaceSource, NodesSource, PodsSource, WorkloadPort } from './access';
import type { Retries, Timeouts } from './handling';
import type { RequestMatch } from './match';

/** What one workload, or every workload of a namespace, may call; everything else outside is denied, and inside if the policy says so. */
export interface EgressModel {
  /** Base of the names of all objects. */
  readonly name: string;
  readonly namespace: string;
  /** Absent for all workloads of the namespace. */
  readonly workload?: EgressWorkload;
  /** Any of them. None at all denies everything outside. */
  readonly destinations: readonly EgressDestination[];
  /** What it may call inside the cluster, beside the DNS; everything else there is denied. Absent where calls inside are not touched. */
  readonly inside?: readonly InsideDestination[];
  /** A call for which any of these holds is denied, whatever allows it. Absent where there are none. */
  readonly denials?: readonly DeniedDestination[];
  /** By which calls to hosts leave. Absent where each pod calls them itself. Addresses are called by the pods themselves in any case. */
  readonly gateway?: EgressGateway;
}

/** A gateway by which calls leave the cluster. */
export interface EgressGateway {
  readonly name: string;
  readonly namespace: string;
}

export interface EgressWorkload {
  readonly service: string;
  readonly serviceAccount?: string;
  readonly podSelector?: Readonly<Record<string, string>>;
  /** Where it is some of the pods of the Service: the labels, among those of `podSelector`, that only they have. */
  readonly subset?: Readonly<Record<string, string>>;
}

/** A DNS name, or `*.` and one, which holds for every name below it. */
export interface HostDestination {
  readonly kind: 'host';
  readonly host: string;
  /** Empty with `anyPort`. */
  readonly ports: readonly EgressPort[];
  /** Every port, whatever is spoken there. */
  readonly anyPort?: true;
}

export interface CidrDestination {
  readonly kind: 'cidr';
  readonly cidr: string;
  /** Smaller blocks in it that are left out. */
  readonly except?: readonly string[];
  /** Empty with `anyPort`. */
  readonly ports: readonly EgressPort[];
  /** Every port, whatever is spoken there. */
  readonly anyPort?: true;
  /** Requests for an echo over ICMP, beside the ports. */
  readonly ping?: true;
}

/** Everything outside the cluster, on every port. No other destination outside stands beside it. */
export interface OutsideDestination {
  readonly kind: 'outside';
  /** Empty. */
  readonly ports: readonly EgressPort[];
  readonly anyPort: true;
}

/** The pods of a Service. Their own policies say too who may call them. */
export interface ServiceDestination {
  readonly kind: 'service';
  readonly service: string;
  readonly namespace: string;
  readonly podSelector?: Readonly<Record<string, string>>;
  /** Where it is some of the pods of the Service: the labels, among those of `podSelector`, that only they have. */
  readonly subset?: Readonly<Record<string, string>>;
  /** Never empty. */
  readonly ports: readonly WorkloadPort[];
}

/** Ports of what is called in the cluster: of the pods themselves, or of the node. */
export interface CalledPorts {
  /** Empty with `anyPort`; none says more than its number and its transport. */
  readonly ports: readonly EgressPort[];
  readonly anyPort?: true;
  /** Requests for an echo over ICMP, beside the ports. */
  readonly ping?: true;
}

export interface PodsDestination extends PodsSource, CalledPorts {}

export interface NamespaceDestination extends NamespaceSource, CalledPorts {}

export interface NamespaceLabelsDestination extends NamespaceLabelsSource, CalledPorts {}

/** Every pod of the cluster. */
export interface AnyPodDestination extends CalledPorts {
  readonly kind: 'anyPod';
}

export interface ApiServerDestination extends ApiServerSource, CalledPorts {}

export interface NodesDestination extends NodesSource, CalledPorts {}

/** The node on which the pod runs. */
export interface OwnNodeDestination extends CalledPorts {
  readonly kind: 'ownNode';
}

export type EgressDestination = HostDestination | CidrDestination | OutsideDestination;

/** No target denies a host by its name. */
export type DeniedDestination = CidrDestination | InsideDestination;

export type InsideDestination = ServiceDestination | PodsDestination | NamespaceDestination | NamespaceLabelsDestination | AnyPodDestination
  | ApiServerDestination | NodesDestination | OwnNodeDestination;

/**
 * The protocol of a port outside. The workload itself sends `TLS`, with the host in its SNI. `ServerFirst` is TCP whose client
 * waits for what the server says: a proxy that looks at the first bytes of the client waits for ever, or until it gives up.
 */
export type EgressProtocol = 'HTTP' | 'TLS' | 'TCP' | 'ServerFirst' | 'UDP';

/** Whether everything outside is allowed. */
export function isOpenOutside(destinations: readonly EgressDestination[]): boolean {
  return destinations.some(({ kind }) => kind === 'outside');
}

/** What it is on the wire. */
export function transportOf(protocol: EgressProtocol): 'TCP' | 'UDP' {
  return protocol === 'UDP' ? 'UDP' : 'TCP';
}

/** Whether bytes over TCP are all that is known. */
export function isPlainTcp(protocol: EgressProtocol): boolean {
  return protocol === 'TCP' || protocol === 'ServerFirst';
}

/** Whether two ports over the same transport have a number in common. */
export function overlap(a: EgressPort, b: EgressPort): boolean {
  return transportOf(a.protocol) === transportOf(b.protocol) && a.port <= (b.endPort ?? b.port) && b.port <= (a.endPort ?? a.port);
}

/** By their numbers. */
export function sortedPorts(ports: readonly EgressPort[]): EgressPort[] {
  return [...ports].sort((a, b) => a.port - b.port);
}

export interface EgressPort {
  readonly port: number;
  /** Of a range of ports over plain TCP or UDP: the last one, which is larger than `port`. */
  readonly endPort?: number;
  readonly protocol: EgressProtocol;
  /** Alternatives; absent for every request. This and the next three only over HTTP, to a host. */
  readonly requests?: readonly RequestMatch[];
  /** Of requests. */
  readonly timeouts?: Timeouts;
  readonly retries?: Retries;
  /** Begun by the proxy, for a workload that speaks plain text. */
  readonly tls?: OriginatedTls;
}

/** The name of the host is the SNI, and the certificate of the server has to have it. */
export interface OriginatedTls {
  /** Of the host. */
  readonly port: number;
  /** A ConfigMap with the certificates to trust, in the namespace of the policy. */
  readonly caConfigMap?: string;
  /** A Secret with the certificate of the client, its key, and the certificates to trust. Without both, those of the system are trusted. */
  readonly clientSecret?: string;
}
