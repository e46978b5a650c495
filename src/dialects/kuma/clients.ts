import type { ClientMatch } from './apis';
import type { Source } from '../../model/access';

/**
 * The clients of a source, by their SPIFFE ids. Kuma takes a prefix only if it is an id itself, which does not end in a
 * slash: `…/ns/ops` would be `ops-lab` too, while `…/ns/ops/sa` is the namespace and no other.
 */
export function clientsOf(source: Source, trustDomain: string): ClientMatch {
  switch (source.kind) {
    case 'serviceAccount': return match('Exact', `spiffe://${trustDomain}/ns/${source.namespace}/sa/${source.name}`);
    case 'namespace': return match('Prefix', `spiffe://${trustDomain}/ns/${source.name}/sa`);
    case 'spiffeId': return match('Exact', source.id);
    case 'anyAuthenticated': return everyone(trustDomain);
    default: throw new Error(`unreachable: ${source.kind} is refused`);
  }
}

/** Every client of the trust domain. */
export function everyone(trustDomain: string): ClientMatch {
  return match('Prefix', `spiffe://${trustDomain}`);
}

/** Whether all clients of `b` are among those of `a`. */
export function covers({ spiffeID: a }: ClientMatch, { spiffeID: b }: ClientMatch): boolean {
  return a.type === 'Prefix' ? b.value.startsWith(a.value) : b.type === 'Exact' && a.value === b.value;
}

/** The clients of both; one of the two, since ids nest. */
export function common(a: ClientMatch, b: ClientMatch): ClientMatch | undefined {
  return covers(a, b) ? b : covers(b, a) ? a : undefined;
}

function match(type: 'Exact' | 'Prefix', value: string): ClientMatch {
  return { spiffeID: { type, value } };
}
