import { beside } from './beside';
import type { WantedToken } from './permission';
import { allOf, anyOf, type Condition, type Doubt } from '../../../../meaning/condition';
import { exactly, oneOf, regex } from '../../../../meaning/text';
import type { ReadObject } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';

/** A JWTProvider, as it stands there. */
export interface Provider {
  readonly issuer: string;
  /** With none, any. */
  readonly audiences: readonly string[];
  readonly doubt?: Doubt;
}

/** Whose keys sign a token, where it stands and what becomes of it tells nothing of who has one. */
const BESIDE = ['jsonWebKeySet', 'locations', 'forwarding', 'clockSkewSeconds', 'cacheConfig'];

export function providerOf({ fields }: ReadObject): Provider {
  const spec = fields.field('spec');
  BESIDE.forEach(name => spec.field(name).take());
  const issuer = spec.field('issuer').text() ?? spec.doubt('it says no issuer') ?? '';
  const audiences = spec.field('audiences').items().flatMap(item => item.text() ?? []);
  beside(fields);
  const [finding] = fields.doubts();
  return { issuer, audiences, ...(finding !== undefined && { doubt: doubtOf(finding) }) };
}

/**
 * When a request has a token that one of these asks for; what is not valid is none (hashicorp/consul `agent/xds/jwt_authn.go`). A claim has to be
 * the very text, so one of a list does not do.
 */
export function hasToken(wanted: readonly WantedToken[], providers: ReadonlyMap<string, readonly Provider[]>): Condition {
  return anyOf(...wanted.map(({ provider: name, claims, fields }): Condition => {
    const doubt: Doubt = { type: 'unknown', why: 'it is not known here', place: fields.place };
    const [provider, ...others] = providers.get(name) ?? [];
    if (provider === undefined || others.length > 0) return { ...doubt, why: 'there is no JWTProvider of the name, or more than one' };
    const proven = allOf({ type: 'claim', path: ['iss'], is: exactly(provider.issuer) },
      ...provider.audiences.length === 0 ? [] : [{ type: 'claim' as const, path: ['aud'], is: oneOf(provider.audiences.map(exactly)) }],
      ...claims.map(({ path, value }): Condition => {
        const claim: Condition = { type: 'claim', path, is: exactly(value) };
        return ['iss', 'sub'].includes(path.join()) ? claim : allOf(claim, { ...doubt, why: 'a claim that is a list is not taken, and may be one', about: `lists at ${path.join('.')}` });
      }));
    const perhaps = allOf({ type: 'header', name: 'authorization', is: regex('.*Bearer [\\w-]+\\.[\\w-]+\\.[\\w-]*') },
      { ...doubt, why: 'it is not known whether the token is valid', about: `tokens of ${provider.issuer}` });
    return allOf(anyOf(proven, perhaps), ...provider.doubt === undefined ? [] : [provider.doubt]);
  }));
}
