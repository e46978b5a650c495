import { AUTHORIZATION_API_VERSION, GROUP } from './apis';
import type {
  AuthorizationPolicySpec, MeshTlsAuthenticationSpec, MeshTlsAuthenticationSpecIdentityRefs, NetworkAuthenticationSpec,
} from '../../../imports/linkerd/policy.linkerd.io';
import type { Source } from '../../model/access';
import type { Manifest, Plain } from '../dialect';

/** One AuthorizationPolicy, named after its target: who passes the authentication may make the requests of the target. */
export function authorizationPolicy(
  metadata: Manifest['metadata'], targetKind: 'Server' | 'HTTPRoute', authentication: { readonly kind: string; readonly name: string },
): Manifest {
  const spec: Plain<AuthorizationPolicySpec> = {
    targetRef: { group: GROUP, kind: targetKind, name: metadata.name },
    requiredAuthenticationRefs: [{ group: GROUP, ...authentication }],
  };
  return { apiVersion: AUTHORIZATION_API_VERSION, kind: 'AuthorizationPolicy', metadata, spec };
}

/** One MeshTLSAuthentication: any of these clients, by the identity that mutual TLS proves. */
export function meshTlsAuthentication(metadata: Manifest['metadata'], sources: readonly Source[]): Manifest {
  const spec: Plain<MeshTlsAuthenticationSpec> = sources.some(source => source.kind === 'anyAuthenticated')
    ? { identities: ['*'] }
    : { identityRefs: sources.flatMap(identityRef) };
  return { apiVersion: AUTHORIZATION_API_VERSION, kind: 'MeshTLSAuthentication', metadata, spec };
}

function identityRef(source: Source): Plain<MeshTlsAuthenticationSpecIdentityRefs>[] {
  switch (source.kind) {
    case 'serviceAccount': return [{ kind: 'ServiceAccount', name: source.name, namespace: source.namespace }];
    case 'namespace': return [{ kind: 'Namespace', name: source.name }];
    default: return [];
  }
}

/** One NetworkAuthentication: anyone, from anywhere, since the addresses of the kubelets are not known. */
export function networkAuthentication(metadata: Manifest['metadata']): Manifest {
  const spec: Plain<NetworkAuthenticationSpec> = { networks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] };
  return { apiVersion: AUTHORIZATION_API_VERSION, kind: 'NetworkAuthentication', metadata, spec };
}
