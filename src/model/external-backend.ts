import type { SecretRef, SubjectAltName } from './exposure';

/** A host outside the cluster to which routes send requests, and how it is called. */
export interface ExternalBackendModel {
  readonly name: string;
  readonly namespace?: string;
  readonly hostname: string;
  readonly port: number;
  /** As the route that sends the requests has it, where it is absent. */
  readonly protocol?: ExternalProtocol;
  /** In plain text, where it is absent. */
  readonly tls?: ExternalTls;
}

export type ExternalProtocol = 'HTTP' | 'HTTP11' | 'HTTP2' | 'H2C' | 'GRPC' | 'WSS' | 'MCP' | 'TCP';

export interface ExternalTls {
  /** What is asked for, and what the certificate has to be for unless there are other names. */
  readonly hostname: string;
  /** Absent for the certificates that the system trusts. */
  readonly caConfigMap?: string;
  /** Empty for the hostname. */
  readonly subjectAltNames: readonly SubjectAltName[];
  /** What is shown to the host. */
  readonly clientCertificate?: SecretRef;
}

/** Whether its certificate is in another namespace. */
export function isCertificateElsewhere({ namespace, tls }: Pick<ExternalBackendModel, 'namespace' | 'tls'>): boolean {
  const of = tls?.clientCertificate?.namespace;
  return of !== undefined && of !== namespace;
}
