import { AUTHORIZATION_API_VERSION, GROUP } from './apis';
import { clientsKey } from './clients';
import type {
  AuthorizationPolicySpec, MeshTlsAuthenticationSpec, MeshTlsAuthenticationSpecIdentityRefs, NetworkAuthenticationSpec,
  NetworkAuthenticationSpecNetworks,
} from '../../../imports/linkerd/policy.linkerd.io';
import type { Source, SourceFields, SpiffeIdSource } from '../../model/access';
import { admitsUnauthenticated } from '../../model/access';
import { byKind } from '../../model/by-kind';
import { nothing } from '../../model/fields';
import { shortHash } from '../../model/hash';
import { flatMap } from '../../model/lists';
import { ipBlock } from '../contract/ip-block';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';

/** What the clients may reach: a whole Server, or the requests of an HTTPRoute. */
export interface Target {
  readonly kind: 'Server' | 'HTTPRoute';
  readonly name: string;
  /** What the policies for it are named after. */
  readonly policy: string;
}

type Metadata = Manifest['metadata'];

/**
 * An AuthorizationPolicy that lets clients in by the names of their identities, another one by SPIFFE ids, another by their
 * address, each with its authentication: what one policy requires must hold together, and the policies of a target are
 * alternatives. An authentication has references or ids, not both. They are named after their content, so several policies share
 * them.
 */
export function authorizationPolicies({ name, namespace }: Metadata, target: Target, clients: readonly Source[]): Manifest[] {
  const alternative = (suffix: string, some: readonly Source[], authentication: (metadata: Metadata, sources: readonly Source[]) => Manifest) => {
    const required = authentication({ name: `${name}-${shortHash(clientsKey(some))}`, namespace }, some);
    return some.length === 0 ? [] : [authorizationPolicy({ name: `${target.policy}${suffix}`, namespace }, target, required), required];
  };
  return [
    ...alternative('', clients.filter(client => !admitsUnauthenticated(client) && !hasSpiffeId(client)), meshTlsAuthentication),
    ...alternative('-spiffe', clients.filter(hasSpiffeId), spiffeAuthentication),
    ...alternative('-network', clients.filter(admitsUnauthenticated), networkAuthentication),
  ];
}

function hasSpiffeId(source: Source): source is SpiffeIdSource {
  return source.kind === 'spiffeId';
}

function authorizationPolicy(metadata: Metadata, target: Target, required: Manifest): Manifest {
  const spec: Plain<AuthorizationPolicySpec> = {
    targetRef: { group: GROUP, kind: target.kind, name: target.name },
    requiredAuthenticationRefs: [{ group: GROUP, kind: required.kind, name: required.metadata.name }],
  };
  return { apiVersion: AUTHORIZATION_API_VERSION, kind: 'AuthorizationPolicy', metadata, spec };
}

/** Any of these clients, by the identity that mutual TLS proves. Linkerd fills in its trust domain. */
function meshTlsAuthentication(metadata: Metadata, sources: readonly Source[]): Manifest {
  const spec: Plain<MeshTlsAuthenticationSpec> = sources.some(source => source.kind === 'anyAuthenticated')
    ? { identities: ['*'] }
    : { identityRefs: flatMap(sources, source => identityRef(source)) };
  return { apiVersion: AUTHORIZATION_API_VERSION, kind: 'MeshTLSAuthentication', metadata, spec };
}

const identityRef = byKind<Source, readonly Plain<MeshTlsAuthenticationSpecIdentityRefs>[]>({
  serviceAccount: ({ name, namespace }: SourceFields<'serviceAccount', 'name' | 'namespace'>) => [{ kind: 'ServiceAccount', name, namespace }],
  namespace: ({ name }: SourceFields<'namespace', 'name'>) => [{ kind: 'Namespace', name }],
  // All identities, those by their ids, and addresses stand in other fields and objects.
  anyAuthenticated: nothing,
  spiffeId: nothing,
  ipBlock: nothing,
  anyone: nothing,
  gateway: refused,
  namespaceLabels: refused,
  pods: refused,
  uninitialized: refused,
  trustDomain: refused,
  apiServer: refused,
  nodes: refused,
  nodeLabels: refused,
});

/** Any of these clients, by the whole of their SPIFFE id: the proxy knows no part of one. */
function spiffeAuthentication(metadata: Metadata, sources: readonly Source[]): Manifest {
  const spec: Plain<MeshTlsAuthenticationSpec> = { identities: sources.filter(hasSpiffeId).map(({ id }: SourceFields<'spiffeId', 'id'>) => id) };
  return { apiVersion: AUTHORIZATION_API_VERSION, kind: 'MeshTLSAuthentication', metadata, spec };
}

/** Any of these addresses, with an identity or without. */
function networkAuthentication(metadata: Metadata, sources: readonly Source[]): Manifest {
  const spec: Plain<NetworkAuthenticationSpec> = { networks: flatMap(sources, source => networksOf(source)) };
  return { apiVersion: AUTHORIZATION_API_VERSION, kind: 'NetworkAuthentication', metadata, spec };
}

const networksOf = byKind<Source, readonly Plain<NetworkAuthenticationSpecNetworks>[]>({
  ipBlock: block => [ipBlock(block)],
  anyone: () => [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }],
  serviceAccount: nothing,
  namespace: nothing,
  anyAuthenticated: nothing,
  spiffeId: nothing,
  gateway: refused,
  namespaceLabels: refused,
  pods: refused,
  uninitialized: refused,
  trustDomain: refused,
  apiServer: refused,
  nodes: refused,
  nodeLabels: refused,
});
