import { AUTHORIZATION_API_VERSION, GROUP } from './apis';
import { clientsKey } from './clients';
import type {
  AuthorizationPolicySpec, MeshTlsAuthenticationSpec, MeshTlsAuthenticationSpecIdentityRefs, NetworkAuthenticationSpec,
  NetworkAuthenticationSpecNetworks,
} from '../../../imports/linkerd/policy.linkerd.io';
import type { Source } from '../../model/access';
import { admitsUnauthenticated } from '../../model/access';
import { shortHash } from '../../model/hash';
import type { Manifest, Plain } from '../dialect';

/** What the clients may reach: all of a Server, or the requests of an HTTPRoute. */
export interface Target {
  readonly kind: 'Server' | 'HTTPRoute';
  readonly name: string;
}

type Metadata = Manifest['metadata'];

/**
 * An AuthorizationPolicy that lets clients in by their identity, another one by their address, each with its
 * authentication: what one policy requires must hold together, and the policies of a target are alternatives.
 * Authentications are named after what they say, so several targets share them.
 */
export function authorizationPolicies({ name, namespace }: Metadata, target: Target, clients: readonly Source[]): Manifest[] {
  const networks = clients.filter(admitsUnauthenticated);
  const identities = clients.filter(client => !admitsUnauthenticated(client));
  const authenticationName = (some: readonly Source[]) => `${name}-${shortHash(clientsKey(some))}`;
  return [
    ...(identities.length > 0 ? [
      authorizationPolicy({ name: target.name, namespace }, target, { kind: 'MeshTLSAuthentication', name: authenticationName(identities) }),
      meshTlsAuthentication({ name: authenticationName(identities), namespace }, identities),
    ] : []),
    ...(networks.length > 0 ? [
      authorizationPolicy({ name: `${target.name}-network`, namespace }, target, { kind: 'NetworkAuthentication', name: authenticationName(networks) }),
      networkAuthentication({ name: authenticationName(networks), namespace }, networks),
    ] : []),
  ];
}

function authorizationPolicy(metadata: Metadata, target: Target, authentication: { readonly kind: string; readonly name: string }): Manifest {
  const spec: Plain<AuthorizationPolicySpec> = {
    targetRef: { group: GROUP, ...target },
    requiredAuthenticationRefs: [{ group: GROUP, ...authentication }],
  };
  return { apiVersion: AUTHORIZATION_API_VERSION, kind: 'AuthorizationPolicy', metadata, spec };
}

/** Any of these clients, by the identity that mutual TLS proves. Linkerd fills in its trust domain. */
function meshTlsAuthentication(metadata: Metadata, sources: readonly Source[]): Manifest {
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

/** Any of these addresses, with an identity or without. */
function networkAuthentication(metadata: Metadata, sources: readonly Source[]): Manifest {
  const spec: Plain<NetworkAuthenticationSpec> = { networks: sources.flatMap(networksOf) };
  return { apiVersion: AUTHORIZATION_API_VERSION, kind: 'NetworkAuthentication', metadata, spec };
}

function networksOf(source: Source): Plain<NetworkAuthenticationSpecNetworks>[] {
  switch (source.kind) {
    case 'ipBlock': return [{ cidr: source.cidr, ...(source.except.length > 0 && { except: [...source.except] }) }];
    case 'anyone': return [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }];
    default: return [];
  }
}
