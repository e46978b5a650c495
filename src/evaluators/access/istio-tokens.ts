import { tokensAt, USUAL } from './envoy-tokens';
import type { Request, Token, TokenPlace } from './request';
import { isHttp } from './request';
import { only } from '../fields';

/**
 * The request as policies see it: with no token, or with one that a rule has proven. All RequestAuthentications add up. A token in a place that
 * a rule names, and that no rule proves, is rejected before policies are asked; a request without one is not. Of several rules, the first one
 * counts that proves all tokens in its places, in the order of their issuers (istio/istio `pilot/pkg/security/authn/policy_applier.go`).
 */
export function withProvenToken(selecting: readonly any[], request: Request): Request | 'rejected' {
  const { tokens, ...rest } = request;
  const rules = rulesFor(selecting, request);
  const proving = rules.find(isProving);
  if (proving === undefined) {
    return rules.every(({ found }) => found.length === 0) ? rest : 'rejected';
  }
  const [token] = proving.found;
  return { ...rest, headers: headersWithout(proving, request), tokens: [{ ...token, claims: asSeen(token.claims) }] };
}

/** The tokens that are left behind the proxy: those that a rule has proven are taken away, unless it passes them on. */
export function tokensBehind(selecting: readonly any[], request: Request): Request['tokens'] {
  const proving = rulesFor(selecting, request).find(isProving);
  return proving === undefined || proving.rule.forwardOriginalToken === true ? request.tokens
    : request.tokens?.filter(token => !proving.found.includes(token));
}

interface RuleFor {
  readonly rule: any;
  /** What of the request is in its places. */
  readonly found: readonly Token[];
}

function rulesFor(selecting: readonly any[], request: Request): readonly RuleFor[] {
  return !isHttp(request) || isPreflight(request) ? []
    : selecting.filter(({ kind }) => kind === 'RequestAuthentication').flatMap(({ spec }) => spec.jwtRules)
      .sort((a, b) => a.issuer < b.issuer ? -1 : 1)
      .map(rule => ({ rule, found: placesOf(rule).flatMap(place => tokensAt(place, request.tokens ?? [], request)) }));
}

function isProving({ rule, found }: RuleFor): boolean {
  return found.length > 0 && found.every(token => proves(rule, token));
}

/** A header that had a token is taken away, unless it is passed on. */
function headersWithout({ rule, found }: RuleFor, { headers }: Request): Request['headers'] {
  const taken = rule.forwardOriginalToken === true ? [] : found.map(({ at = USUAL[0] }) => at.kind === 'header' ? at.name.toLowerCase() : '');
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !taken.includes(name)));
}

/** Whether a proven token says one of these at a path. What is within a list has no path. */
export function tokenSays({ tokens = [] }: Request, path: readonly string[], isMeant: (text: string) => boolean): boolean {
  const within = (object: any, name: string) => isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
  return tokens.some(({ claims }) => textsOf(path.reduce<any>(within, claims)).some(isMeant));
}

/** Browsers ask so, without a token, whether they may ask; the filter for tokens lets it pass (`BypassCorsPreflight`). */
function isPreflight({ method, headers }: Request): boolean {
  return method === 'OPTIONS' && (headers.origin ?? '') !== '' && (headers['access-control-request-method'] ?? '') !== '';
}

/** Headers first, then parameters, then cookies, each by name. */
function placesOf(rule: any): readonly TokenPlace[] {
  const { fromHeaders = [], fromParams = [], fromCookies = [] } =
    only(rule, 'issuer', 'jwks', 'jwksUri', 'audiences', 'forwardOriginalToken', 'fromHeaders', 'fromParams', 'fromCookies');
  const named = (kind: 'query' | 'cookie', names: readonly string[]) => [...names].sort().map((name): TokenPlace => ({ kind, name }));
  const headers = fromHeaders.map(({ name, prefix }: any): TokenPlace => ({ kind: 'header', name: name.toLowerCase(), prefix }))
    .sort((a: TokenPlace, b: TokenPlace) => a.name + (a.prefix ?? '') < b.name + (b.prefix ?? '') ? -1 : 1);
  const given = [...headers, ...named('query', fromParams), ...named('cookie', fromCookies)];
  return given.length > 0 ? given : USUAL;
}

function proves({ issuer, audiences = [] }: any, token: Token): boolean {
  return token.genuine && token.claims.iss === issuer
    && (audiences.length === 0 || audiences.some((audience: string) => textsOf(token.claims.aud).some(one => bare(one) === bare(audience))));
}

/** Audiences are compared without the scheme of a URL, and without a slash at their end. */
function bare(audience: string): string {
  return audience.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/** A claim of these names that is a text is a list of its words (Envoy, `normalize_payload_in_metadata`). */
const LISTS_OF_WORDS = ['scope', 'permission'];

function asSeen(claims: Token['claims']): Token['claims'] {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) =>
    [name, LISTS_OF_WORDS.includes(name) && typeof value === 'string' ? value.split(' ').filter(word => word !== '') : value]));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text, or the texts of a list. */
function textsOf(claim: unknown): string[] {
  return (Array.isArray(claim) ? claim : [claim]).filter(one => typeof one === 'string');
}
