import { only } from '../fields';
import { Unknown } from '../unknown';

/** A host outside the cluster, as a route that leads to it calls it. */
export interface ExternalHost {
  readonly host: string;
  readonly port: number;
  readonly protocol?: string;
  /** Absent in plain text. */
  readonly tls?: ExternalTls;
}

export interface ExternalTls {
  /** What is asked for. */
  readonly serverName: string;
  /** The ConfigMap that has those who may have signed its certificate; absent for those that the system trusts. */
  readonly trusted?: string;
  /** The names of which its certificate needs one. */
  readonly names: readonly string[];
  /** `namespace/name` of the Secret with what is shown to it. */
  readonly shown?: string;
}

/**
 * What an XBackend says, in the form of Gateway API 1.7 (GEP-4894).
 *
 * @see https://gateway-api.sigs.k8s.io/geps/gep-4894/
 */
export function externalHost(manifests: readonly any[], namespace: string, name: string): ExternalHost {
  const found = manifests.find(({ kind, metadata }) => kind === 'XBackend' && metadata.name === name && metadata.namespace === namespace);
  if (found === undefined) {
    throw new Unknown(`there is no XBackend ${namespace}/${name}`);
  }
  const { type, externalHostname, port, protocol, tls = { mode: 'None' } } = only(found.spec, 'type', 'externalHostname', 'port', 'protocol', 'tls');
  if (type !== 'ExternalHostname') {
    throw new Unknown(`not known here: ${type}`);
  }
  return {
    host: only(externalHostname, 'hostname').hostname,
    port: only(port, 'number').number,
    ...(protocol !== undefined && { protocol }),
    ...(tls.mode !== 'None' && { tls: tlsOf(manifests, namespace, only(tls, 'mode', 'validation', 'clientCertificateRef')) }),
  };
}

function tlsOf(manifests: readonly any[], namespace: string, { validation, clientCertificateRef }: any): ExternalTls {
  const { hostname, subjectAltNames, caCertificateRefs, wellKnownCACertificates } =
    only(validation, 'hostname', 'subjectAltNames', 'caCertificateRefs', 'wellKnownCACertificates');
  if (wellKnownCACertificates === undefined && caCertificateRefs.length !== 1) {
    throw new Unknown('several are up to the implementation');
  }
  return {
    serverName: hostname,
    ...(wellKnownCACertificates === undefined && { trusted: caCertificateRefs[0].name }),
    names: subjectAltNames?.map(({ type, uri, hostname: host }: any) => type === 'URI' ? uri : host) ?? [hostname],
    ...(clientCertificateRef !== undefined && { shown: shownOf(manifests, namespace, clientCertificateRef) }),
  };
}

/** A Secret in another namespace has to be granted. */
function shownOf(manifests: readonly any[], home: string, ref: any): string {
  const { name, namespace = home } = only(ref, 'group', 'kind', 'name', 'namespace');
  const isGranted = namespace === home || manifests.some(({ kind, metadata, spec }) => kind === 'ReferenceGrant' && metadata.namespace === namespace
    && spec.from.some((from: any) => from.group === 'gateway.networking.x-k8s.io' && from.kind === 'XBackend' && from.namespace === home)
    && spec.to.some((to: any) => to.group === '' && to.kind === 'Secret' && (to.name ?? name) === name));
  if (!isGranted) {
    throw new Unknown(`no ReferenceGrant allows ${namespace}/${name}`);
  }
  return `${namespace}/${name}`;
}
