import type { Tls } from '../../model/exposure';

const ANNOTATIONS = { Issuer: 'cert-manager.io/issuer', ClusterIssuer: 'cert-manager.io/cluster-issuer' } as const;

/**
 * What has cert-manager fill the Secrets that an object names.
 *
 * @see https://cert-manager.io/docs/usage/gateway/
 * @see https://cert-manager.io/docs/usage/ingress/
 */
export function issuerAnnotations(tls: Tls | undefined): { readonly annotations?: Readonly<Record<string, string>> } {
  return tls?.mode !== 'terminate' || tls.issuer === undefined ? {} : { annotations: { [ANNOTATIONS[tls.issuer.kind]]: tls.issuer.name } };
}
