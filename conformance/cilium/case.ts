import type { CaseOf } from '../harness/case';

export type Case = CaseOf<Probe>;

/** A connection, and who says what becomes of it: `allowed`, `denied`, `noted` for a lookup whose answer the agent sees, or `refused`. */
export interface Probe {
  /** Whose policies are asked: those of the pod that is called, or those of the caller. */
  readonly direction: 'ingress' | 'egress';
  readonly pod: Subject;
  readonly peer: Peer;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | IpProtocolName;
  readonly speaks: 'http' | 'tls' | 'dns' | 'bytes';
  /** What a TLS client calls the server, or what is looked up. */
  readonly name?: string;
  readonly host?: string;
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<string, string>>;
}

/** Beside those of TCP and UDP, its `port` is the type of the message of ICMP, and nothing for others. */
export type IpProtocolName = 'ICMP' | 'ICMPv6' | 'VRRP' | 'GRE';

/** Whose policies are asked: a pod, or what has policies of the whole cluster only. */
export type Subject = Pod
  | { readonly kind: 'node'; readonly labels: Readonly<Record<string, string>> }
  | { readonly kind: 'health' | 'uninitialized' };

export interface Pod {
  readonly namespace: string;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Numbers of the ports that its containers give names to. */
  readonly ports?: Readonly<Record<string, number>>;
}

export type Peer =
  | { readonly kind: 'pod' } & Pod & { readonly cluster?: string }
  /** An address outside, and the names for which lookups gave it. */
  | { readonly kind: 'outside'; readonly ip: string; readonly names?: readonly string[] }
  /** One outside the cluster. */
  | { readonly kind: 'API server'; readonly ip: string }
  /** Another node than that of the pod. */
  | { readonly kind: 'other node'; readonly labels?: Readonly<Record<string, string>> }
  /** The node of the pod, one that the API server runs on, the Envoy of Cilium's gateways, what checks the network, and a pod whose labels are not known yet. */
  | { readonly kind: 'node' | 'node of the API server' | 'gateway' | 'health' | 'uninitialized' };
