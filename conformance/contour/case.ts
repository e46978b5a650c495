import type { CaseOf } from '../harness/case';
import type { Sent } from '../harness/wire';

export type Case = CaseOf<Probe>;

/** A request to a port of the one Gateway of a case, and who says what becomes of it. */
export interface Probe extends Sent {
  readonly port: number;
  readonly speaks: 'HTTP' | 'HTTPS' | 'TLS' | 'TCP';
  readonly host: string;
  /** Of TLS. */
  readonly serverName?: string;
  /** Whoever has TLS shows a certificate, for which nobody asks. */
  readonly client?: string;
  /** By who says it; of several, each will do. */
  readonly answers: Readonly<Record<string, string | readonly string[]>>;
}

const NAMESPACES = ['shop', 'web'];

/** What a case needs beside its manifests: namespaces with a label, Services, and Secrets with certificates. */
export function world(services: readonly ServiceOf[], secrets: readonly { readonly name: string; readonly namespace: string }[] = []): object[] {
  return [
    ...NAMESPACES.map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team: name } } })),
    ...services.map(({ name, namespace = 'shop', port }) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector: { app: name }, ports: [{ name: 'main', port, protocol: 'TCP', targetPort: port }] },
    })),
    ...secrets.map(metadata => ({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata })),
  ];
}

export interface ServiceOf {
  readonly name: string;
  readonly namespace?: string;
  readonly port: number;
}

export const CLIENT = 'client.example.com';
