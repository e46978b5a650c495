import { type Attachment, attachmentOf } from './attachment';
import { HEALTH_CHECKS } from './gates';
import type { Fields } from '../../../../manifests/fields';
import { allOf, ALWAYS, anyOf, type Condition, NEVER, noneOf } from '../../../../meaning/condition';
import type { Branch } from '../../../../meaning/decision';
import { ANYTHING, exactly, oneOf, regex, type Text } from '../../../../meaning/text';
import type { Truth } from '../../../../meaning/truth';
import { isListOfWords, wordText } from '../../../../meaning/words';
import type { Gate, Passage } from '../../../../meaning/world';
import { distinctBy } from '../../../../model/lists';
import { escapeRegex } from '../../../../model/regex';
import type { ReadObject } from '../../../../reading/objects';
import { perhapsFor } from '../../../../reading/understood';

/** A RequestAuthentication, as it stands there. */
export interface RequestAuthentication extends Attachment {
  readonly rules: readonly JwtRule[];
}

interface JwtRule {
  readonly issuer: string;
  /** With none, any. */
  readonly audiences: readonly string[];
  readonly forwards: boolean;
  /** Whether a request without such a token is refused, whatever other rules say. */
  readonly isRequired: boolean;
  readonly places: readonly Place[];
}

/** Where a token may be; in a header, behind a prefix. */
interface Place {
  readonly type: 'header' | 'query' | 'cookie';
  readonly name: string;
  readonly prefix: string;
}

const USUAL: readonly Place[] = [{ type: 'header', name: 'authorization', prefix: 'Bearer ' }, { type: 'query', name: 'access_token', prefix: '' }];

export function requestAuthenticationOf(object: ReadObject): RequestAuthentication {
  const rules = object.fields.field('spec').field('jwtRules').items().map(jwtRuleOf);
  return { ...attachmentOf(object), rules: rules.filter(rule => rule !== undefined) };
}

/** Whose keys sign a token, and what becomes of it behind the policies, tells nothing of who gets in. */
const BESIDE = ['jwks', 'jwksUri', 'outputPayloadToHeader', 'outputClaimToHeaders', 'timeout'];

function jwtRuleOf(fields: Fields): JwtRule | undefined {
  BESIDE.forEach(name => fields.field(name).take());
  const issuer = fields.field('issuer').text();
  const presence = fields.field('presence').text() ?? 'OPTIONAL';
  if (!['OPTIONAL', 'REQUIRED'].includes(presence)) fields.field('presence').doubt('it is not known here');
  const forwards = fields.field('forwardOriginalToken').take() === true;
  const audiences = texts(fields.field('audiences'));
  const headers = fields.field('fromHeaders').items().map(header => ({
    type: 'header' as const, name: header.field('name').text()?.toLowerCase() ?? '', prefix: header.field('prefix').text() ?? '',
  }));
  const [query, cookies] = ['fromParams', 'fromCookies'].map(name => texts(fields.field(name)));
  const places: Place[] = [
    ...headers, ...query.map(name => ({ type: 'query' as const, name, prefix: '' })), ...cookies.map(name => ({ type: 'cookie' as const, name, prefix: '' })),
  ];
  const isRequired = presence !== 'OPTIONAL';
  return issuer === undefined ? fields.doubt('it says no issuer') : { issuer, audiences, forwards, isRequired, places: places.length > 0 ? places : USUAL };
}

function texts(fields: Fields): string[] {
  return fields.items().flatMap(item => item.text() ?? []);
}

/** What a proxy sees of the token of a request, by the RequestAuthentications that it reads. */
export interface Tokens {
  readonly gates: readonly Gate[];
  /** What it sees before tokens are proven and taken out: no claim is seen then, and all of them are where they came. */
  readonly unproven: Pick<Tokens, 'claim' | 'standIn'>;
  /** Whether it sees a claim, and this holds for it. */
  claim(path: readonly string[], is: Text): Condition;
  /** When the request has a token where a header of this name is. */
  standIn(name: string): Condition;
}

type Own = readonly One[];

interface One {
  readonly policy: RequestAuthentication;
  readonly truth: Truth;
}

/** What has to be true for a policy to be in force. */
function inForce({ policy: { doubt, source }, truth }: One): Condition[] {
  return truth === 'yes' ? [] : [doubt ?? perhapsFor(source)];
}

/**
 * All of them add up. A valid token stands where a rule of its issuer looks for it; one of an issuer that no rule names, in the usual
 * place (istio/istio `pilot/pkg/security/authn/policy_applier.go`).
 */
export function tokensOf(own: Own): Tokens {
  const rules = own.flatMap(one => one.policy.rules.map(rule => ({ rule, inForce: inForce(one) })));
  const proven = anyOf(...rules.map(({ rule, inForce: holds }) => allOf(proves(rule), ...holds)));
  const at = (name: string) => rules.filter(({ rule }) => rule.places.some(place => isThere(place, name)));
  const standIn = (name: string) => name === 'authorization' ? HAS_TOKEN : anyOf(...at(name).map(({ inForce: holds }) => allOf(HAS_TOKEN, ...holds)));
  return {
    claim: (path, is) => rules.length === 0 ? NEVER : allOf(noneOf(PREFLIGHT), proven, claimCondition(path, is)),
    standIn: name => allOf(standIn(name), ...at(name).filter(({ rule }) => !rule.forwards).map(({ inForce: holds }) => noneOf(allOf(...holds)))),
    unproven: { claim: () => NEVER, standIn },
    gates: rules.length === 0 ? [] : [gateOf(own, proven)],
  };
}

function isThere({ type, name }: Place, header: string): boolean {
  return type === 'header' && name === header;
}

const HAS_TOKEN: Condition = { type: 'claim', path: ['iss'], is: ANYTHING };

/** Browsers ask so, without a token, whether they may ask; the filter for tokens lets it pass. */
const PREFLIGHT = allOf({ type: 'method', is: exactly('OPTIONS') }, ...['origin', 'access-control-request-method'].map((name): Condition =>
  ({ type: 'header', name, is: regex('(?s:.+)') })));

function proves({ issuer, audiences }: JwtRule): Condition {
  return allOf({ type: 'claim', path: ['iss'], is: exactly(issuer) },
    ...audiences.length === 0 ? [] : [{ type: 'claim' as const, path: ['aud'], is: oneOf(audiences.map(audienceText)) }]);
}

/** Without the scheme of a URL, and without a slash at its end. */
function audienceText(audience: string): Text {
  return regex(`(?:https?://)?${escapeRegex(audience.replace(/^https?:\/\//, '').replace(/\/$/, ''))}/?`);
}

function claimCondition(path: readonly string[], is: Text): Condition {
  return { type: 'claim', path, is: isListOfWords(path) ? wordText(is) : is };
}

function gateOf(own: Own, proven: Condition): Gate {
  const [{ policy: { source } }] = own;
  const looking = anyOf(...own.map(one => allOf(looksFor(one.policy), ...inForce(one))));
  const denied = { value: 'denied' as const, why: 'the token is not one that the rules take', source };
  const branches: Branch<Passage>[] = [
    { when: HEALTH_CHECKS, then: { value: 'allowed', why: 'the proxy lets health checks pass' }, source },
    { when: PREFLIGHT, then: { value: 'allowed', why: 'a preflight needs no token' }, source },
    { when: allOf(HAS_TOKEN, noneOf(proven), looking), then: denied, source },
    ...own.flatMap(one => distinctBy(one.policy.rules.flatMap(({ places }) => places), place => JSON.stringify(place))
      .flatMap(place => unproven(place, one))),
    ...own.flatMap(one => one.policy.rules.filter(({ isRequired }) => isRequired).map(rule => missing(rule, one))),
  ];
  return { title: 'RequestAuthentication of Istio', decision: { branches, otherwise: { value: 'allowed', why: 'there is no token that is not valid' } } };
}

/** The tokens that a policy looks for: in the usual place, those of all issuers. */
function looksFor({ rules }: RequestAuthentication): Condition {
  return rules.some(({ places }) => places === USUAL) ? ALWAYS : { type: 'claim', path: ['iss'], is: oneOf(rules.map(({ issuer }) => exactly(issuer))) };
}

/** What stands where a token should, and is said to be none: what looks like one may be one. */
function unproven({ type, name, prefix }: Place, one: One): Branch<Passage>[] {
  if (type === 'cookie') return [];
  const { source } = one.policy;
  const unless = inForce(one);
  const there = (rest: string): Condition => ({ type, name, is: regex(`(?s:.*)${escapeRegex(prefix)}${rest}`) });
  return [
    {
      when: allOf(there('[\\w-]+\\.[\\w-]+\\.[\\w-]*'), ...unless),
      then: { value: { unknown: 'it is not known whether the token is valid' }, why: 'it is not known whether the token is valid', source },
      source,
    },
    { when: allOf(there('(?s:.*)'), ...unless), then: { value: 'denied', why: 'it is not a valid token', source }, source },
  ];
}

function missing(rule: JwtRule, one: One): Branch<Passage> {
  const { source } = one.policy;
  const why = `a token of ${rule.issuer} has to be there`;
  return { when: allOf(noneOf(proves(rule)), ...inForce(one)), then: { value: 'denied', why, source }, source };
}
