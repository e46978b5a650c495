import { isGranted } from './grants';
import { groupKindOf, list, map, namespaceOfObject, type Finding, type Inventory, type Subject } from './inventory';

const HOLDERS = new Set([
  'gateway.networking.k8s.io Gateway', 'gateway.networking.k8s.io ListenerSet', 'gateway.networking.x-k8s.io XListenerSet', 'gateway.networking.x-k8s.io XBackend',
]);

/** Checks the certificates and authorities of Gateways, ListenerSets and XBackends in other namespaces: a ReferenceGrant there allows to name them. */
export function certificateFindings(subject: Subject, { grants }: Inventory): Finding[] {
  const { manifest } = subject;
  const own = namespaceOfObject(manifest);
  if (own === '' || !HOLDERS.has(groupKindOf(manifest))) return [];
  const [group] = String(manifest.apiVersion).split('/');
  return certificatesOf(map(manifest.spec)).flatMap(({ path, ref }): Finding[] => {
    const { group: of = '', kind = 'Secret', namespace = own, name } = ref;
    const to = { group: of, kind, namespace, name };
    if (namespace === own || isGranted({ from: { group, kind: manifest.kind, namespace: own }, to }, grants)) return [];
    return [{ subject, check: 'certificate', path, message: `refers to ${kind} '${name}' in namespace '${namespace}', which no ReferenceGrant there allows` }];
  });
}

interface CertificateRef {
  readonly path: string;
  readonly ref: any;
}

function certificatesOf({ listeners, tls }: any): CertificateRef[] {
  const refs = (path: string, value: unknown) => list(value).map((ref, i): CertificateRef => ({ path: `${path}[${i}]`, ref }));
  const authorities = (path: string, validation: unknown) => refs(`${path}.validation.caCertificateRefs`, map(validation).caCertificateRefs);
  const { frontend, backend, clientCertificateRef: ofBackend } = map(tls);
  const ofGateway = map(backend).clientCertificateRef;
  const shown = (path: string, ref: unknown) => ref === undefined ? [] : [{ path, ref: map(ref) }];
  return [
    ...list(listeners).flatMap((listener, i) => refs(`spec.listeners[${i}].tls.certificateRefs`, map(listener.tls).certificateRefs)),
    ...authorities('spec.tls.frontend.default', map(map(frontend).default).validation),
    ...list(map(frontend).perPort).flatMap((port, i) => authorities(`spec.tls.frontend.perPort[${i}].tls`, map(port.tls).validation)),
    ...shown('spec.tls.backend.clientCertificateRef', ofGateway),
    ...shown('spec.tls.clientCertificateRef', ofBackend),
  ];
}
