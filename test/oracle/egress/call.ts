import type { Sent } from '../access/intent';

/** A call that a workload makes, with what it says first. */
export interface Call {
  readonly namespace: string;
  /** Of the pod that calls. */
  readonly labels?: Readonly<Record<string, string>>;
  /** As which that pod runs. */
  readonly serviceAccount?: string;
  /** The name that it looked up, if it did. */
  readonly name?: string;
  readonly ip: string;
  readonly port: number;
  readonly says: Says;
  /** Whether it is to something in the cluster: the pod below, or else what has a name of its own. */
  readonly inside?: boolean;
  readonly to?: 'apiServer' | 'node' | 'ownNode';
  /** What is called there, if that is known. */
  readonly pod?: {
    readonly namespace: string;
    /** Of another cluster. */
    readonly cluster?: string;
    /** Beside its name, which the API server puts on it. */
    readonly namespaceLabels?: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
    /** Numbers of the ports that its containers give names to. */
    readonly ports?: Readonly<Record<string, number>>;
  };
}

/** HTTP with its host, of version 2 where it says so, and what is requested, a GET of `/` if that does not matter; TLS with its server name, if it has one; anything else; a datagram; or a request for an echo, to no port. */
export type Says =
  | { readonly kind: 'http'; readonly host: string; readonly request?: Sent; readonly isHttp2?: true }
  | { readonly kind: 'tls'; readonly serverName?: string }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'datagram' }
  | { readonly kind: 'echo' };

/** All labels of the namespace of a pod that is called. */
export function labelsOfNamespace({ namespace, namespaceLabels }: NonNullable<Call['pod']>): Readonly<Record<string, string>> {
  return { ...namespaceLabels, 'kubernetes.io/metadata.name': namespace };
}

export const ANY_SENT: Sent = { method: 'GET', path: '/', headers: {}, query: {} };
