import type { Fields } from '../../../manifests/fields';
import { allOf, anyOf, type Condition, NEVER, TRUST_DOMAIN } from '../../../meaning/condition';
import { exactly, prefix } from '../../../meaning/text';

/** Clients that any of these matches names. */
export function clientsOf(matches: Fields): Condition {
  return anyOf(...matches.items().map(match => clientOf(match.field('spiffeID'), match)));
}

/** By their SPIFFE ids. A prefix is one of the plain text. */
function clientOf(id: Fields, match: Fields): Condition {
  const [type, value] = ['type', 'value'].map(name => id.field(name).text());
  if (!id.isSaid || (type !== 'Exact' && type !== 'Prefix')) return match.doubt('it is no match that is known here') ?? NEVER;
  if (value === undefined || !/^spiffe:\/\/[a-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(value)) return id.doubt('Kuma takes it for no SPIFFE id') ?? NEVER;
  const text = type === 'Exact' ? exactly : prefix;
  const named: Condition = { type: 'spiffeId', is: text(value) };
  const [, domain, path = ''] = /^spiffe:\/\/([^/]+)(\/.*)?$/.exec(value) ?? [];
  if (domain === TRUST_DOMAIN) return named;
  // The trust domain of a mesh has the names of the mesh and its zone: clients of which nothing else is said may be of this one.
  return anyOf(named, allOf({ type: 'spiffeId', is: text(`spiffe://${TRUST_DOMAIN}${path}`) }, {
    type: 'unknown', why: 'it is not known whether this is the trust domain of the mesh', place: id.place,
  }));
}
