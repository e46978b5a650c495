import type { ClientMatch } from './apis';
import type { Source, SourceFields } from '../../model/access';
import { byKind } from '../../model/by-kind';
import type { SOURCE_FEATURES } from '../../model/features/access';
import type { Support } from '../contract/support';
import { full, none } from '../contract/support';
import { refused } from '../contract/unwritten';

/**
 * The clients of a source, by their SPIFFE ids. Kuma accepts a prefix only if it is an id itself, which does not end in a slash,
 * and compares it as a plain string: `spiffe://prod` would match `spiffe://prod-eu` too, and `…/ns/ops` would match `ops-lab`. So
 * a prefix includes what comes next in every id of Kuma: `spiffe://prod/ns`, `…/ns/ops/sa`.
 */
export const clientsOf = byKind<Source, ClientMatch, [string]>({
  serviceAccount: ({ namespace, name }: SourceFields<'serviceAccount', 'namespace' | 'name'>, trustDomain) =>
    match('Exact', `spiffe://${trustDomain}/ns/${namespace}/sa/${name}`),
  namespace: ({ name }: SourceFields<'namespace', 'name'>, trustDomain) => match('Prefix', `spiffe://${trustDomain}/ns/${name}/sa`),
  spiffeId: ({ id }: SourceFields<'spiffeId', 'id'>) => match('Exact', id),
  anyAuthenticated: (_, trustDomain) => match('Prefix', `spiffe://${trustDomain}/ns`),
  namespaceLabels: refused,
  pods: refused,
  uninitialized: refused,
  trustDomain: refused,
  apiServer: refused,
  nodes: refused,
  nodeLabels: refused,
  gateway: refused,
  ipBlock: refused,
  anyone: refused,
});

const NO_IDENTITY: Support = none('a MeshTrafficPermission knows clients by their SPIFFE ids, and holds for no client without one');

/** How it is written who is meant. */
export const SOURCE_SUPPORTS: Readonly<Record<Exclude<keyof typeof SOURCE_FEATURES, 'GatewaySource' | 'ExceptSources'>, Support>> = {
  ServiceAccountSource: full('the exact SPIFFE id `spiffe://<trust domain>/ns/<namespace>/sa/<name>`'),
  NamespaceSource: full('the prefix `spiffe://<trust domain>/ns/<name>/sa` of SPIFFE ids'),
  NamespaceLabelsSource: none('a SPIFFE id holds the name of its namespace, not the labels'),
  PodsSource: none('a MeshTrafficPermission does not know clients by their labels'),
  OtherClusterSource: none('a MeshTrafficPermission does not know clients by their labels'),
  UninitializedSource: none('a MeshTrafficPermission does not know clients by their labels'),
  TrustDomainSource: none('Kuma compares the prefix of a SPIFFE id as a plain string, so trust domains that begin alike would be meant too', 'Name the SPIFFE ids of the clients'),
  ApiServerSource: none('a MeshTrafficPermission does not know the API server'),
  NodesSource: none('a MeshTrafficPermission does not know the nodes'),
  NodeLabelsSource: none('a MeshTrafficPermission does not know the nodes'),
  SpiffeIdSource: full('the exact SPIFFE id'),
  IpBlockSource: NO_IDENTITY,
  AnyAuthenticatedSource: full('the prefix `spiffe://<trust domain>/ns`, which every pod of the trust domain has'),
  AnyoneSource: NO_IDENTITY,
};

/** Every client of the trust domain, whatever its path; and those of trust domains that begin alike. To be denied only. */
export function everyone(trustDomain: string): ClientMatch {
  return match('Prefix', `spiffe://${trustDomain}`);
}

/** Whether all clients of `b` are among those of `a`. */
export function includesClients({ spiffeID: a }: ClientMatch, { spiffeID: b }: ClientMatch): boolean {
  return a.type === 'Prefix' ? b.value.startsWith(a.value) : b.type === 'Exact' && a.value === b.value;
}

/** The clients of both; one of the two, since ids nest. */
export function common(a: ClientMatch, b: ClientMatch): ClientMatch | undefined {
  return includesClients(a, b) ? b : includesClients(b, a) ? a : undefined;
}

function match(type: 'Exact' | 'Prefix', value: string): ClientMatch {
  return { spiffeID: { type, value } };
}
