/** Someone in the cluster or outside, as one end of an exchange. */
export interface Party {
  readonly kind: 'pod' | 'node' | 'other node' | 'node of the API server' | 'API server' | 'outside' | 'health' | 'uninitialized' | 'gateway';
  readonly ip: string;
  /** Of a pod, or of a node. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespace?: string;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  /** Of a pod of another cluster. */
  readonly cluster?: string;
}

/** Something that passes between two, or does not: it comes to the one that is protected, or goes from it. */
export interface Exchange {
  readonly direction: 'ingress' | 'egress';
  readonly subject: Party;
  readonly peer: Party;
  readonly says: Said;
}

/** A port over TCP or UDP, an echo, or a protocol over IP. */
export type Said = { readonly protocol: 'TCP' | 'UDP'; readonly port: number } | { readonly protocol: 'ping' | 'VRRP' | 'GRE' };
