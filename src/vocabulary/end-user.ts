import { checkNotEmpty } from './names';
import { StringMatch } from './string-match';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { instanceOf, listOf, optional, record, TEXT } from '../input/shape';
import type { ClaimCondition, EndUser as Model } from '../model/end-user';
import type { Fields } from '../model/fields';

/**
 * A condition on what a token says.
 */
export interface EndUserClaim {
  /**
   * The name of the claim, such as `['groups']`; then those of claims within: `['realm_access', 'roles']`.
   */
  readonly path: string[];

  /**
   * What the claim may be, any of these. Where it is a list, one of the list has to be it; `scope` and `permission` are lists of words.
   * `StringMatch.present` is any text but the empty one; regular expressions are refused. Numbers and booleans are no texts.
   */
  readonly values: StringMatch[];
}

/**
 * Options of `EndUser.of`. All of them hold together.
 */
export interface EndUserOptions {
  /**
   * Who issues the tokens, exactly as they have it in `iss`. A `JwtAuthentication` of the workload says which keys it has.
   */
  readonly issuer: string;

  /**
   * The subject of the tokens: their `sub`.
   *
   * @default - any
   */
  readonly subject?: string;

  /**
   * For whom the tokens are, any of these: their `aud`.
   *
   * @default - any
   */
  readonly audiences?: string[];

  /**
   * What else the tokens say.
   *
   * @default - anything
   */
  readonly claims?: EndUserClaim[];
}

const OPTIONS = record<EndUserOptions>({
  issuer: TEXT,
  subject: optional(TEXT),
  audiences: optional(listOf(TEXT)),
  claims: optional(listOf(record<EndUserClaim>({
    path: listOf(TEXT), values: listOf(instanceOf(StringMatch, "a StringMatch, such as `StringMatch.exact('admin')`")),
  }))),
});

/**
 * Who sends a request, as a token proves it: an end user, whichever client makes the request.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/jwt-authentication.md
 */
export class EndUser {
  /**
   * Whoever has a valid token that says all this.
   *
   * @param options Who issued it, at least.
   */
  public static of(options: EndUserOptions): EndUser {
    const where = 'EndUser.of';
    OPTIONS(where, 'options', options);
    const { issuer, subject, audiences, claims = [] }: Fields<EndUserOptions, 'issuer' | 'subject' | 'audiences' | 'claims'> = options;
    checkNotEmpty(where, 'audiences', audiences, 'Leave it out for tokens for anyone');
    const all = [
      ...(subject === undefined ? [] : [exactly(where, 'sub', [subject])]),
      ...(audiences === undefined ? [] : [exactly(where, 'aud', audiences)]),
      ...claims.map(claim => conditionOf(where, claim)),
    ].map(claim => [JSON.stringify(claim.path), claim] as const).sort(([a], [b]) => a < b ? -1 : 1);
    const twice = all.find(([path], i) => i > 0 && all[i - 1][0] === path);
    if (twice !== undefined) {
      throw misuse('MESH1117', where, `the claim ${twice[0]} has two conditions`, 'Give it all its `values` at once');
    }
    return new EndUser(BY_FACTORY, { issuer: checkTokenText(where, 'issuer', issuer), claims: all.map(([, claim]) => claim) });
  }

  private constructor(key: FactoryKey, private readonly user: Model) {
    checkFactory(key, EndUser);
  }

  /** @internal */
  public _toModel(): Model {
    return this.user;
  }
}

function exactly(where: string, name: string, values: readonly string[]): ClaimCondition {
  return { path: [name], values: values.map(value => ({ type: 'exact', value: checkTokenText(where, `'${name}'`, value) })) };
}

function conditionOf(where: string, { path, values }: Fields<EndUserClaim, 'path' | 'values'>): ClaimCondition {
  checkNotEmpty(where, 'path', path, 'Name the claim');
  checkNotEmpty(where, 'values', values, 'Leave out the claim if any will do');
  path.forEach(name => {
    if (name === '' || /[[\]\s]/.test(name)) {
      throw misuse('MESH1123', where, `'${name}' is not the name of a claim`, 'Use a name without brackets and spaces');
    }
  });
  const all = values.map(value => value._toModel());
  if (all.some(({ type }) => type === 'regex')) {
    throw misuse('MESH1123', where, `the claim '${path.join('.')}' has a regular expression`, 'Use StringMatch.exact, startsWith or endsWith: no target reads expressions of claims');
  }
  const words = path.length === 1 && LISTS_OF_WORDS.includes(path[0]) ? all.find(({ value }) => value.includes(' ')) : undefined;
  if (words !== undefined) {
    throw misuse('MESH1123', where, `'${words.value}' is not one word, and the claim '${path[0]}' is a list of words`, 'Name one of them');
  }
  return { path: [...path], values: all };
}

/** Claims whose texts are lists of words, as those of OAuth are. */
const LISTS_OF_WORDS = ['scope', 'permission'];

/** What a token says of an issuer, a subject or an audience. */
export function checkTokenText(where: string, what: string, text: string): string {
  if (!/^[\x21-\x7e]{1,1024}$/.test(text)) {
    throw misuse('MESH1123', where, `'${text}' is no ${what} of a token`, 'Use 1 to 1024 printable ASCII characters without spaces');
  }
  return text;
}
