import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'crypto';
import type { Probe } from './case';
import type { Token, TokenPlace } from '../../src/evaluators/access/request';

/** What may be wrong with a token; none is the text of another one. */
export type Flaw = 'signed by another key' | 'changed after it was signed' | 'expired' | 'not valid yet' | 'signed by nobody'
  | 'signed with the public key' | 'no token'
  | 'signed by a key that is not given';

/** A token as the tests say it. */
export interface Written {
  readonly claims: Token['claims'];
  readonly flaw?: Flaw;
  readonly at?: TokenPlace;
}

/** How a generated token that is not genuine is written. */
export function writtenAs({ genuine, claims, at }: Token): Written {
  return { claims, ...(at && { at }), ...(!genuine && { flaw: 'signed by another key' }) };
}

/** An answer of an evaluator, which does not say whether a token or a policy denies. */
export function verdictOnTokens(allowed: boolean): string | readonly string[] {
  return allowed ? 'allowed' : ['denied', 'rejected'];
}

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

const newPair = (): Pair => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const OTHER = newPair();
const PAIRS = new Map<string, Pair>();
const pairOf = (issuer: string): Pair => PAIRS.get(issuer) ?? PAIRS.set(issuer, newPair()).get(issuer)!;

/** The keys of an issuer in this run. */
export function jwksOf(issuer: string): string {
  return JSON.stringify({ keys: [{ ...pairOf(issuer).publicKey.export({ format: 'jwk' }), kid: 'of-this-run', alg: 'ES256', use: 'sig' }] });
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const HOUR = 3600;

const TEXTS = new WeakMap<Written, string>();

/** The same for the same token: signatures differ. */
export function textOf(token: Written): string {
  const text = TEXTS.get(token) ?? written(token);
  TEXTS.set(token, text);
  return text;
}

function written({ claims, flaw }: Written): string {
  if (flaw === 'no token') {
    return 'none';
  }
  const now = Math.floor(Date.now() / 1000);
  const times = { exp: flaw === 'expired' ? now - HOUR : now + 24 * HOUR, ...(flaw === 'not valid yet' && { nbf: now + HOUR }) };
  const alg = flaw === 'signed by nobody' ? 'none' : flaw === 'signed with the public key' ? 'HS256' : 'ES256';
  const header = encoded({ alg, kid: 'of-this-run', typ: 'JWT' });
  const body = `${header}.${encoded({ ...times, ...claims })}`;
  const issuer = String(claims.iss);
  switch (flaw) {
    case 'signed by nobody': return `${body}.`;
    case 'signed with the public key': return `${body}.${createHmac('sha256', jwksOf(issuer)).update(body).digest('base64url')}`;
    case 'changed after it was signed':
      return `${header}.${encoded({ ...times, ...claims, admin: 'yes' })}.${signature(body, pairOf(issuer))}`;
    default: return `${body}.${signature(body, flaw === 'signed by another key' ? OTHER : pairOf(issuer))}`;
  }
}

function signature(body: string, { privateKey }: Pair): string {
  return sign('sha256', Buffer.from(body), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

/** Token as evaluators see them. */
export function seenAs({ claims, flaw, at }: Written): Token {
  return { genuine: flaw === undefined, claims, ...(at && { at }) };
}

const USUALLY: TokenPlace = { kind: 'header', name: 'authorization', prefix: 'Bearer ' };

/** A request that has these tokens, too. */
export function withTokens<P extends Pick<Probe, 'target' | 'headers'>>(probe: P, tokens: readonly Written[]): P {
  return tokens.reduce((one, token) => {
    const { kind, name, prefix = '' } = token.at ?? USUALLY;
    const text = textOf(token);
    switch (kind) {
      case 'header': return { ...one, headers: [...one.headers, [name, `${prefix}${text}`]] };
      case 'query': return { ...one, target: `${one.target}${one.target.includes('?') ? '&' : '?'}${name}=${text}` };
      case 'cookie': return { ...one, headers: [...one.headers, ['cookie', `theme=dark; ${name}=${text}`]] };
    }
  }, probe);
}
