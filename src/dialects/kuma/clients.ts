import type { ClientMatch } from './apis';
import type { Source, SourceFields } from '../../model/access';
import { byKind } from '../../model/by-kind';
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
  apiServer: refused,
  nodes: refused,
  gateway: refused,
  ipBlock: refused,
  anyone: refused,
});

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
