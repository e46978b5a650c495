import { byKind } from './by-kind';
import type { OfKind } from './by-kind';
import type { Fields } from './fields';

/** What holds in the whole cluster for nodes, for pods of any namespace, or for endpoints that are neither. */
export interface ClusterAccessModel {
  /** Base of the names of all objects. */
  readonly name: string;
  readonly subject: ClusterSubject;
  /** Who may call it. Absent where that stays as it is. */
  readonly ingress?: ClusterDirection;
  /** What it may call. Absent where that stays as it is. */
  readonly egress?: ClusterDirection;
}

export interface ClusterDirection {
  /** Whether what no denial is for stays as it is: there are no rules then, and nothing is closed. */
  readonly leavesRest: boolean;
  /** Any of them lets something pass. None at all denies everything. */
  readonly rules: readonly ClusterRule[];
  /** What any of them is for is denied, whatever allows it, here or in another policy. */
  readonly denials: readonly ClusterRule[];
}

export interface ClusterRule {
  /** Alternatives; never empty. */
  readonly peers: readonly ClusterPeer[];
  /** Empty for everything, whatever is spoken. */
  readonly ports: readonly ClusterPort[];
}

type Labels = Readonly<Record<string, string>>;

/** Nodes, and what runs in their network. */
export interface NodesSubject {
  readonly kind: 'nodes';
  /** Empty for every node. */
  readonly labels: Labels;
}

/** Pods of every namespace, or of those that have labels. */
export interface ClusterPodsSubject {
  readonly kind: 'pods';
  /** Empty for every pod. */
  readonly labels: Labels;
  readonly namespaceLabels?: Labels;
}

/** Pods whose labels are not known yet. */
export interface UninitializedSubject {
  readonly kind: 'uninitialized';
}

/** The endpoints by which the nodes check the network. */
export interface HealthSubject {
  readonly kind: 'health';
}

export type ClusterSubject = NodesSubject | ClusterPodsSubject | UninitializedSubject | HealthSubject;

/** Pods by their labels: of one namespace, of those that have labels, or of every namespace. */
export interface PodsPeer {
  readonly kind: 'pods';
  /** Empty for every pod there. */
  readonly labels: Labels;
  readonly namespace?: string;
  /** Where there is no `namespace`. */
  readonly namespaceLabels?: Labels;
  /** The name of the cluster that they are in; absent for this one. */
  readonly cluster?: string;
}

/** Addresses outside the cluster. */
export interface CidrPeer {
  readonly kind: 'cidr';
  readonly cidr: string;
  readonly except: readonly string[];
}

/** What is known by what it is: `cluster` is all in it, `outside` is all else, and `anyone` is both. */
export interface EntityPeer {
  readonly kind: 'ownNode' | 'otherNodes' | 'apiServer' | 'health' | 'uninitialized' | 'cluster' | 'outside' | 'anyone';
}

export type ClusterPeer = PodsPeer | CidrPeer | EntityPeer;

export interface TransportPort {
  readonly kind: 'transport';
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  /** Of a range of ports: the last one, which is larger than `port`. */
  readonly endPort?: number;
}

/** Requests for an echo over ICMP, of both versions of IP. */
export interface PingPort {
  readonly kind: 'ping';
}

/** A protocol over IP that has no ports. */
export interface ProtocolPort {
  readonly kind: 'protocol';
  readonly protocol: IpProtocolName;
}

export type ClusterPort = TransportPort | PingPort | ProtocolPort;

export type IpProtocolName = 'VRRP' | 'IGMP' | 'GRE' | 'IPIP' | 'IPV6' | 'ESP' | 'AH';

/** The fields that a writer takes of a kind of peer, and those that it leaves out. */
export type PeerFields<Kind extends ClusterPeer['kind'], Taken extends keyof OfKind<ClusterPeer, Kind>> = Fields<OfKind<ClusterPeer, Kind>, Taken, 'kind'>;

/** The same text for the same subject. */
export const subjectKey = byKind<ClusterSubject, string>({
  nodes: ({ labels }: Fields<NodesSubject, 'labels', 'kind'>) => `nodes${listed(labels)}`,
  pods: ({ labels, namespaceLabels }: Fields<ClusterPodsSubject, 'labels' | 'namespaceLabels', 'kind'>) =>
    `pods${listed(labels)}${namespaceLabels === undefined ? '' : ` of namespaces${listed(namespaceLabels)}`}`,
  uninitialized: () => 'pods without an identity',
  health: () => 'health endpoints',
});

function listed(labels: Labels): string {
  return Object.entries(labels).sort().map(([key, value], i) => `${i === 0 ? ' ' : ','}${key}=${value}`).join('');
}
