import type { ClientMatch } from './apis';
import type { Source } from '../../model/access';
import { refused } from '../contract/unwritten';

/**
 * The clients of a source, by their SPIFFE ids. Kuma accepts a prefix only if it is an id itself, which does not end in a slash,
 * and compares it as a plain string: `spiffe://prod` would match `spiffe://prod-eu` too, and `…/ns/ops` would match `ops-lab`. So
 * a prefix includes what comes next in every id of Kuma: `spiffe://prod/ns`, `…/ns/ops/sa`.
 */
export function clientsOf(source: Source, trustDomain: string): ClientMatch {
  switch (source.kind) {
    case 'serviceAccount': return match('Exact', `spiffe://${trustDomain}/ns/${source.namespace}/sa/${source.name}`);
    case 'namespace': return match('Prefix', `spiffe://${trustDomain}/ns/${source.name}/sa`);
    case 'spiffeId': return match('Exact', source.id);
    case 'anyAuthenticated': return match('Prefix', `spiffe://${trustDomain}/ns`);
    case 'namespaceLabels':
    case 'gateway':
    case 'ipBlock':
    case 'anyone': return refused();
  }
}

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
