import type { Manifest } from '../../src/dialects/contract/manifest';
import { kindOf } from '../../src/validation/kinds';
import { normal } from '../../src/validation/normal';

/** A cluster with its policies, and probes of it. */
export interface Case {
  readonly name: string;
  readonly manifests: readonly object[];
  readonly probes: readonly Probe[];
}

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
  /** The node of the pod, another one, and the Envoy of Cilium's gateways. */
  | { readonly kind: 'node' | 'other node' | 'gateway' };

/** As the API server stores it. */
export function stored(manifest: Manifest): object {
  return normal(kindOf(manifest.apiVersion, manifest.kind)!.schema, manifest);
}

export function verdict(allowed: boolean): string {
  return allowed ? 'allowed' : 'denied';
}
