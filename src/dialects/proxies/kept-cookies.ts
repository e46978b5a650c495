import type { JwtAuthenticationFeature } from '../../model/features/jwt-authentication';
import type { JwtAuthenticationModel } from '../../model/jwt-authentication';
import { flatMap } from '../../model/lists';
import type { Refusal } from '../contract/refusal';

/**
 * Tokens that pods get, though they should not: of what has a token, Envoy takes away headers and parameters, and no cookies
 * (`source/extensions/filters/http/jwt_authn/extractor.cc`).
 */
export function keptCookies({ issuers }: Pick<JwtAuthenticationModel, 'issuers'>): Refusal<JwtAuthenticationFeature>[] {
  const cookies = flatMap(issuers.filter(({ forward }) => !forward), ({ locations }) => locations.filter(({ kind }) => kind === 'cookie'));
  return cookies.map(({ name }) => ({
    what: `the cookie '${name}' with a token that pods do not get`,
    reason: 'the proxy takes no token out of a cookie',
    remedy: 'Say `forwardToken: true` where pods may see it, or have the token in a header',
  }));
}
