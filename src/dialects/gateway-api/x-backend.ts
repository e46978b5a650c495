import { EXPERIMENTAL_API_VERSION, MAX_SUBJECT_ALT_NAMES } from './apis';
import { trusted } from './backend-tls-policy';
import { certificateGrants } from './certificate-grant';
import { GatewayApiChannel } from './extension/channel';
import { TO_EXPERIMENTAL } from './features';
import type { XBackendSpec } from '../../../imports/gateway-api/experimental/gateway.networking.x-k8s.io';
import type { ExternalBackendModel, ExternalTls } from '../../model/external-backend';
import { isCertificateElsewhere } from '../../model/external-backend';
import type { ExternalBackendFeature } from '../../model/features/external-backend';
import type { Fields } from '../../model/fields';
import { X_BACKEND } from '../../model/service-ref';
import type { Dialect } from '../contract/dialect';
import { unable } from '../contract/dialect';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { FULL, full } from '../contract/support';

/** The host as an XBackend, where the channel has it. */
export function externalBackend(channel: GatewayApiChannel): Dialect<ExternalBackendModel, ExternalBackendFeature> {
  return channel === GatewayApiChannel.EXPERIMENTAL ? X_BACKENDS
    : unable('externalBackend', 'only the experimental channel of Gateway API has XBackend', TO_EXPERIMENTAL);
}

/**
 * One XBackend, in the form that it has since Gateway API 1.7, and a ReferenceGrant where its certificate is in another namespace.
 *
 * @see https://gateway-api.sigs.k8s.io/geps/gep-4894/
 */
const X_BACKENDS: Dialect<ExternalBackendModel, ExternalBackendFeature> = {
  renders: 'an XBackend, and a ReferenceGrant for a certificate in another namespace',
  supports: {
    ExternalHostname: full('`externalHostname` of an XBackend'),
    ExternalProtocol: full('`protocol` of an XBackend'),
    ExternalTLS: full('`tls` of an XBackend'),
    ExternalSANValidation: FULL,
    ExternalClientCertificate: full('`clientCertificateRef` of an XBackend'),
    ExternalReferenceGrant: FULL,
  },
  // Each says how its own clients call a host, and others may call the same host in another way.
  claims: () => [],
  render: model => renderUnless(refusals(model), () => manifests(model)),
};

function refusals(model: ExternalBackendModel): Refusal<ExternalBackendFeature>[] {
  const names = model.tls?.subjectAltNames.length ?? 0;
  return [
    ...names <= MAX_SUBJECT_ALT_NAMES ? [] : [{
      what: `${names} \`subjectAltNames\``, reason: `the CRD of XBackend allows ${MAX_SUBJECT_ALT_NAMES}`, remedy: 'Leave some out',
    }],
    ...model.namespace !== undefined || !isCertificateElsewhere(model) ? [] : [{
      feature: 'ExternalReferenceGrant' as const,
      reason: 'a ReferenceGrant names the namespace of the XBackend, which is unknown',
      remedy: 'Give the chart its `namespace`',
    }],
  ];
}

/** The generated type spells one field in another case than the CRD. */
type Spec = Plain<Omit<XBackendSpec, 'tls'>> & { readonly tls?: object };

type Said = Fields<ExternalBackendModel, 'name' | 'namespace' | 'hostname' | 'port' | 'protocol' | 'tls'>;

function manifests({ name, namespace, hostname, port, protocol, tls }: Said): Manifest[] {
  const spec: Spec = {
    type: 'ExternalHostname',
    externalHostname: { hostname },
    port: { number: port },
    ...(protocol !== undefined && { protocol }),
    ...(tls !== undefined && { tls: tlsOf(tls) }),
  };
  const { group, kind } = X_BACKEND;
  const certificate = tls?.clientCertificate;
  return [
    { apiVersion: EXPERIMENTAL_API_VERSION, kind, metadata: { name, namespace }, spec },
    ...certificate !== undefined && isCertificateElsewhere({ namespace, tls }) ? certificateGrants({ group, kinds: [kind], name, namespace }, [certificate], 'Secret') : [],
  ];
}

function tlsOf({ hostname, caConfigMap, subjectAltNames, clientCertificate }: Fields<ExternalTls, 'hostname' | 'caConfigMap' | 'subjectAltNames' | 'clientCertificate'>) {
  return {
    mode: clientCertificate === undefined ? 'ServerOnly' : 'ClientAndServer',
    ...(clientCertificate !== undefined && { clientCertificateRef: { ...clientCertificate } }),
    validation: { hostname, ...(subjectAltNames.length > 0 && { subjectAltNames: [...subjectAltNames] }), ...trusted({ caConfigMap }) },
  };
}
