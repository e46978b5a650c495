import type { ServicePort } from './request';
import { only } from '../fields';
import { Unknown } from '../unknown';

/** What pods that end TLS show of themselves, and what they ask of those who call them. */
export interface PodTls {
  /** Who signed their certificate. */
  readonly authority: string;
  /** Its subject alternative names, hosts and URIs. */
  readonly names: readonly string[];
  /** Who has to have signed that of the client, where they ask for one. */
  readonly clientsOf?: string;
}

/** The authority in a ConfigMap, or behind the certificate in a Secret; of those that the system trusts where none is named. */
export type AuthorityOf = (kind: 'ConfigMap' | 'Secret' | 'System', name: string) => string | undefined;

/**
 * Whether a gateway and the pods of a Service trust each other, by the BackendTLSPolicy for the Service or its port, and the certificate of the Gateway;
 * undefined where no policy is for it, so that the gateway begins no TLS.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#backendtlspolicy
 */
export function trusts(
  manifests: readonly any[], gateway: any, to: ServicePort & { readonly portName?: string }, pods: PodTls, authorityOf: AuthorityOf,
): boolean | undefined {
  const policy = policyFor(manifests, to);
  return policy && isTrusted(policy.spec.validation, pods, authorityOf) && trustsClient(gateway, pods, authorityOf);
}

/** One for the port goes before one for the whole Service. */
function policyFor(manifests: readonly any[], { service, namespace, portName }: ServicePort & { readonly portName?: string }): any {
  const all = manifests.filter(({ kind, metadata }) => kind === 'BackendTLSPolicy' && metadata.namespace === namespace);
  const naming = (sectionName: string | undefined) => all.filter(({ spec }) =>
    spec.targetRefs.some((ref: any) => ref.kind === 'Service' && ref.name === service && ref.sectionName === sectionName));
  const ofPort = portName === undefined ? [] : naming(portName);
  const [policy, ...others] = ofPort.length > 0 ? ofPort : naming(undefined);
  if (others.length > 0) {
    throw new Unknown('the oldest of them counts');
  }
  return policy;
}

/** Where names are listed, the certificate needs one of these, and `hostname` only says what is asked for. */
function isTrusted(validation: any, { authority, names }: PodTls, authorityOf: AuthorityOf): boolean {
  const { hostname, subjectAltNames, caCertificateRefs, wellKnownCACertificates } =
    only(validation, 'hostname', 'subjectAltNames', 'caCertificateRefs', 'wellKnownCACertificates');
  const wanted: readonly string[] = subjectAltNames?.map(({ type, uri, hostname: host }: any) => type === 'URI' ? uri : host) ?? [hostname];
  if ([...wanted, ...names].some(name => name.includes('*'))) {
    throw new Unknown('which names a wildcard is for is up to the implementation');
  }
  const trusted = wellKnownCACertificates === undefined ? caCertificateRefs.map(({ kind, name }: any) => authorityOf(kind, name))
    : [authorityOf('System', wellKnownCACertificates)];
  return trusted.includes(authority) && names.some(name => wanted.includes(name));
}

function trustsClient(gateway: any, { clientsOf }: PodTls, authorityOf: AuthorityOf): boolean {
  const ref = gateway.spec.tls?.backend?.clientCertificateRef;
  if (ref !== undefined && (ref.namespace ?? gateway.metadata.namespace) !== gateway.metadata.namespace) {
    throw new Unknown('a ReferenceGrant decides');
  }
  return clientsOf === undefined || (ref !== undefined && authorityOf('Secret', ref.name) === clientsOf);
}
