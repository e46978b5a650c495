import type { Identities } from './identities';
import type { Fields } from '../../../manifests/fields';
import { allOf, anyOf, type Condition, type Doubt, NEVER, TRUST_DOMAIN } from '../../../meaning/condition';
import { exactly, prefix } from '../../../meaning/text';
import type { Truth } from '../../../meaning/truth';

/** Clients that any of these matches names. */
export function clientsOf(matches: Fields, identities: Identities): Condition {
  return anyOf(...matches.items().map(match => clientOf(match.field('spiffeID'), match, identities)));
}

/** By their SPIFFE ids. A prefix is one of the plain text. */
function clientOf(id: Fields, match: Fields, identities: Identities): Condition {
  const [type, value] = ['type', 'value'].map(name => id.field(name).text());
  if (!id.isSaid || (type !== 'Exact' && type !== 'Prefix')) return match.doubt('it is not a match that is known here') ?? NEVER;
  if (value === undefined || !/^spiffe:\/\/[a-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(value)) return id.doubt('Kuma takes it for no SPIFFE id') ?? NEVER;
  const [, domain, path = ''] = /^spiffe:\/\/([^/]+)(\/.*)?$/.exec(value) ?? [];
  const isWhole = type === 'Exact' || path !== '';
  const is = (of: string): Condition => ({ type: 'spiffeId', is: (type === 'Exact' ? exactly : prefix)(`spiffe://${of}${path}`) });
  const isOwn = identities.isOwn(domain, isWhole);
  const own = holding(isOwn, is(TRUST_DOMAIN), doubt(id, 'it is not known whether this is the trust domain of the mesh'));
  if (domain === TRUST_DOMAIN) return own;
  const isTrusted = isOwn === 'yes' && isWhole ? 'yes' : identities.isTrusted(domain, isWhole);
  return anyOf(holding(isTrusted, is(domain), doubt(id, 'no MeshTrust here is for its trust domain')), own);
}

function holding(truth: Truth, condition: Condition, perhaps: Doubt): Condition {
  return truth === 'yes' ? condition : truth === 'no' ? NEVER : allOf(condition, perhaps);
}

function doubt({ place }: Fields, why: string): Doubt {
  return { type: 'unknown', why, place };
}
