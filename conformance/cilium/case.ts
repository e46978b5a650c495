import type { CaseOf } from '../harness/case';

export type Case = CaseOf<Probe>;

/** A connection, and who says what becomes of it: `allowed`, `denied`, `noted` for a lookup whose answer the agent sees, or `refused`. */
export interface Probe {
  /** Whose policies are asked: those of the pod that is called, or those of the caller. */
  readonly direction: 'ingress' | 'egress';
  readonly pod: Pod;
  readonly peer: Peer;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly speaks: 'http' | 'tls' | 'dns' | 'bytes';
  /** What a TLS client calls the server, or what is looked up. */
  readonly name?: string;
  readonly host?: string;
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<string, string>>;
}

export interface Pod {
  readonly namespace: string;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Numbers of the ports that its containers give names to. */
  readonly ports?: Readonly<Record<string, number>>;
}

export type Peer =
  | { readonly kind: 'pod' } & Pod
  /** An address outside, and the names for which lookups gave it. */
  | { readonly kind: 'outside'; readonly ip: string; readonly names?: readonly string[] }
  /** One outside the cluster. */
  | { readonly kind: 'API server'; readonly ip: string }
  /** The node of the pod, another one, one that the API server runs on, the Envoy of Cilium's gateways, and a pod whose labels are not known yet. */
  | { readonly kind: 'node' | 'other node' | 'node of the API server' | 'gateway' | 'uninitialized' };
