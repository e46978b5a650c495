import type { Request, Token, TokenPlace } from './request';
import { Unknown } from '../unknown';

/** Where Envoy looks for a token unless told otherwise. */
export const USUAL: readonly TokenPlace[] = [{ kind: 'header', name: 'authorization', prefix: 'Bearer ' }, { kind: 'query', name: 'access_token' }];

/** The token of the request that is there; and whatever else is there, which is taken for one. */
export function tokensAt(place: TokenPlace, tokens: readonly Token[], { headers, query }: Request): readonly Token[] {
  const there = tokens.filter(({ at = USUAL[0] }) => at.kind === place.kind && at.name.toLowerCase() === place.name.toLowerCase());
  if (there.length > 1 || there.some(({ at = USUAL[0] }) => (at.prefix ?? '') !== (place.prefix ?? ''))) {
    throw new Unknown('several tokens in one place, or one behind other words');
  }
  const text = place.kind === 'header' ? headers[place.name] : place.kind === 'query' ? query[place.name] : undefined;
  return [...there, ...text?.includes(place.prefix ?? '') ? [{ genuine: false, claims: {} }] : []];
}
