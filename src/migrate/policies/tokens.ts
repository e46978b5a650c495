import type { RequestPart } from './request-parts';
import type { EndUser, EndUserClaim, StringMatch } from '../../index';
import type { Source } from '../../meaning/decision';
import { atomsOf, type Knowledge, restricted } from '../../meaning/restrict';
import type { Text } from '../../meaning/text';
import { isListOfWords, wordIn } from '../../meaning/words';
import type { Gate } from '../../meaning/world';
import { call, type Node, type Written } from '../program';

/** What gates say beside the tokens that they take. */
export interface Apart {
  readonly gates: readonly Gate[];
  /** The objects that say which tokens are valid. */
  readonly tokens: readonly Source[];
}

const KIND = 'RequestAuthentication';

/** Whether a token that is not valid keeps out who gets in without one. */
export function keepsOutUnproven(tokens: readonly Source[]): boolean {
  return tokens.some(({ kind }) => kind === KIND);
}

/**
 * Tells apart which tokens are valid, and what gets in with them; that a token has to be there is among that. For whom a valid token is goes without
 * saying then.
 */
export function apartFromTokens(all: readonly Gate[]): Apart {
  const ofTokens = all.filter(({ decision: { branches } }) => branches.length > 0 && branches.every(({ source }) => source.kind === KIND));
  if (ofTokens.length === 0) return { gates: all, tokens: [] };
  const atoms = ofTokens.flatMap(({ decision }) => [...atomsOf(decision)]);
  const known = new Set(atoms.filter(atom => atom.type === 'claim' && atom.path[0] === 'aud').map(atom => JSON.stringify(atom)));
  const knows: Knowledge = atom => known.has(JSON.stringify(atom)) ? 'yes' : 'unknown';
  return {
    gates: all.flatMap(gate => ofTokens.includes(gate) ? demanding(gate) : [gate])
      .map(gate => ({ ...gate, decision: restricted(gate.decision, knows) })),
    tokens: [...new Map(ofTokens.flatMap(({ decision }) => decision.branches).map(({ source }) => [`${source.namespace}/${source.name}`, source])).values()],
  };
}

/** What gates say beside for whom tokens are, where the issuers of the new tokens say that. */
export function withoutAudiences(gates: readonly Gate[]): readonly Gate[] {
  const knows: Knowledge = atom => atom.type === 'claim' && atom.path.join('.') === 'aud' ? 'yes' : 'unknown';
  return gates.map(gate => ({ ...gate, decision: restricted(gate.decision, knows) }));
}

/** What is said of requests that have no token, which is all that does not ask for one. */
function demanding({ decision: { branches, otherwise }, ...gate }: Gate): readonly Gate[] {
  const missing = branches.filter(({ when }) => when.type === 'not');
  return missing.length === 0 ? [] : [{ ...gate, decision: { branches: missing, otherwise } }];
}

/** What is said of a request, and of the end user who sends it; or why there are no words for the user. */
export interface ByUser {
  readonly requests: readonly RequestPart[];
  readonly except: readonly (readonly RequestPart[])[];
  readonly endUsers: readonly Node<EndUser>[];
}

/** Takes what a token says out of what is said of a request. A preflight has no token, so that none of them is meant. */
export function endUsersIn(requests: readonly RequestPart[], except: ByUser['except']): ByUser | { readonly unsaid: string } {
  const claims = requests.filter(part => part.type === 'claim');
  if (claims.length === 0) return { requests, except, endUsers: [] };
  const user = endUserOf(claims);
  if ('unsaid' in user) return user;
  return { requests: requests.filter(part => part.type !== 'claim'), except: except.filter(parts => !isPreflight(parts)), endUsers: [user.node] };
}

type Claim = Extract<RequestPart, { readonly type: 'claim' }>;

function endUserOf(claims: readonly Claim[]): { readonly node: Node<EndUser> } | { readonly unsaid: string } {
  const byPath = new Map<string, Claim>();
  for (const claim of claims) {
    const key = JSON.stringify(claim.path);
    if (byPath.has(key)) return { unsaid: `there are two conditions on the claim '${claim.path.join('.')}', and the library has one` };
    byPath.set(key, claim);
  }
  const issuer = byPath.get('["iss"]')?.is;
  if (issuer?.type !== 'exact') return { unsaid: 'end users are those of one issuer, which is not named' };
  byPath.delete('["iss"]');
  const audience = byPath.get('["aud"]')?.is;
  if (audience?.type === 'exact') byPath.delete('["aud"]');
  const own: EndUserClaimWords[] = [];
  for (const { path, is } of byPath.values()) {
    const value = claimWords(path, is);
    if (value === undefined) return { unsaid: `the condition on the claim '${path.join('.')}' cannot be written` };
    own.push({ path: [...path], values: [value] });
  }
  return {
    node: call('EndUser', 'of', {
      issuer: issuer.value,
      ...audience?.type === 'exact' && { audiences: [audience.value] },
      ...own.length > 0 && { claims: own },
    }),
  };
}

type EndUserClaimWords = Written<EndUserClaim>;

/** Of a list of words, one has to be it. */
function claimWords(path: readonly string[], text: Text): Node<StringMatch> | undefined {
  const is = isListOfWords(path) ? wordIn(text) : text;
  switch (is?.type) {
    case 'exact': return is.value === '' ? undefined : call('StringMatch', 'exact', is.value);
    case 'prefix': return call('StringMatch', 'startsWith', is.value);
    case 'suffix': return call('StringMatch', 'endsWith', is.value);
    case 'regex': return is.value === '.+' ? call('StringMatch', 'present') : undefined;
    default: return undefined;
  }
}

const OF_PREFLIGHT = ['origin', 'access-control-request-method'];

function isPreflight(parts: readonly RequestPart[]): boolean {
  return parts.length === 3 && parts.every(part => (part.type === 'method' && part.is.type === 'exact' && part.is.value === 'OPTIONS')
    || (part.type === 'header' && OF_PREFLIGHT.includes(part.name) && part.is.type === 'regex' && part.is.value === '(?s:.+)'));
}
