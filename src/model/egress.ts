/** What one workload, or every workload of a namespace, may call outside the cluster; everything else there is denied. */
export interface EgressModel {
  /** Base of the names of all objects. */
  readonly name: string;
  readonly namespace: string;
  /** Absent for all workloads of the namespace. */
  readonly workload?: EgressWorkload;
  /** Any of them. None at all denies everything outside. */
  readonly destinations: readonly EgressDestination[];
}

export interface EgressWorkload {
  readonly service: string;
  readonly serviceAccount?: string;
  readonly podSelector?: Readonly<Record<string, string>>;
}

export type EgressDestination =
  /** A DNS name, or `*.` and one, which holds for every name below it. */
  | { readonly kind: 'host'; readonly host: string; readonly ports: readonly EgressPort[] }
  | { readonly kind: 'cidr'; readonly cidr: string; readonly ports: readonly EgressPort[] };

/** What is spoken on a port outside. `TLS` is sent by the workload itself, and says the host in its SNI. */
export type EgressProtocol = 'HTTP' | 'TLS' | 'TCP' | 'UDP';

export interface EgressPort {
  readonly port: number;
  readonly protocol: EgressProtocol;
}
