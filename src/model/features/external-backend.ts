import type { Use } from './use';
import type { ExternalBackendModel, ExternalTls } from '../external-backend';
import { isCertificateElsewhere } from '../external-backend';
import { collected, nothing } from '../fields';

/** What a host outside that takes requests of routes can ask of a target. */
export const EXTERNAL_BACKEND_FEATURES = {
  ExternalHostname: 'a host outside the cluster that takes requests of routes',
  ExternalProtocol: 'the protocol that it speaks, whatever the route says',
  ExternalTLS: 'TLS to it',
  ExternalSANValidation: '`subjectAltNames` of its certificate',
  ExternalClientCertificate: 'a certificate that is shown to it',
  ExternalReferenceGrant: 'such a certificate in another namespace',
} as const;

export type ExternalBackendFeature = keyof typeof EXTERNAL_BACKEND_FEATURES;

/** Every feature that it uses. */
export function externalBackendUses(model: ExternalBackendModel): Use<ExternalBackendFeature>[] {
  return modelFeatures(model, model).map(feature => ({ feature }));
}

const modelFeatures = collected<ExternalBackendModel, ExternalBackendFeature, [ExternalBackendModel]>({
  name: nothing,
  namespace: nothing,
  hostname: () => ['ExternalHostname'],
  port: nothing,
  protocol: () => ['ExternalProtocol'],
  tls: (tls, model) => ['ExternalTLS', ...tlsFeatures(tls, model)],
});

const tlsFeatures = collected<ExternalTls, ExternalBackendFeature, [ExternalBackendModel]>({
  hostname: nothing,
  caConfigMap: nothing,
  subjectAltNames: () => ['ExternalSANValidation'],
  clientCertificate: (_, model) => ['ExternalClientCertificate', ...(isCertificateElsewhere(model) ? ['ExternalReferenceGrant' as const] : [])],
});
