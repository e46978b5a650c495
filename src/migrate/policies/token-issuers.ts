import type { TokenIssuer, TokenLocation } from '../../index';
import type { Fields } from '../../manifests/fields';
import type { Source } from '../../meaning/decision';
import { atomsOf } from '../../meaning/restrict';
import type { Gate } from '../../meaning/world';
import { type ReadObject, sourceOf } from '../../reading/objects';
import { call, type Node, type Written } from '../program';

/** The issuers whose tokens are valid; or why they have no words. What becomes of a token behind the policies is not carried over. */
export type Issuers = { readonly issuers: readonly Written<TokenIssuer>[]; readonly besides: readonly string[] } | { readonly unsaid: string };

/** What an object says of one issuer. */
interface Rule {
  readonly issuer: string | undefined;
  readonly words: (issuer: string) => Written<TokenIssuer> | { readonly unsaid: string };
  /** What is said beside, and is not carried over. */
  readonly besides: readonly string[];
}

const RULES: { readonly [Kind in string]?: (object: ReadObject) => readonly Rule[] } = {
  RequestAuthentication: ({ fields }) => fields.field('spec').field('jwtRules').items().map(rule => ({
    issuer: rule.field('issuer').text(),
    words: issuer => ofIstio(issuer, rule),
    besides: ['outputPayloadToHeader', 'outputClaimToHeaders', 'timeout'].filter(name => rule.field(name).isSaid),
  })),
  JWTProvider: ({ fields }) => {
    const spec = fields.field('spec');
    return [{
      issuer: spec.field('issuer').text(), words: issuer => ofConsul(issuer, spec), besides: ['forwarding', 'clockSkewSeconds'].filter(name => spec.field(name).isSaid),
    }];
  },
};

export function issuersOf(objects: readonly ReadObject[]): Issuers {
  const rules = objects.flatMap(object => RULES[object.kind]?.(object) ?? []);
  const issuers: Written<TokenIssuer>[] = [];
  const names = new Set<string>();
  for (const { issuer, words } of rules) {
    if (issuer === undefined || names.has(issuer)) {
      return { unsaid: issuer === undefined ? 'it says no issuer' : `several rules speak of the issuer '${issuer}', and the library has one` };
    }
    names.add(issuer);
    const own = words(issuer);
    if ('unsaid' in own) return own;
    issuers.push(own);
  }
  return { issuers, besides: [...new Set(rules.flatMap(({ besides }) => besides))].map(name => `${name} is not carried over`) };
}

/** The JWTProviders of Consul whose issuers some gates ask for. */
export function providersAmong(gates: readonly Gate[], objects: readonly ReadObject[]): Source[] {
  const issuers = new Set(gates.flatMap(({ decision }) => [...atomsOf(decision)])
    .flatMap(atom => atom.type === 'claim' && atom.path.join('.') === 'iss' && atom.is.type === 'exact' ? atom.is.value : []));
  return objects.filter(({ kind, fields }) => kind === 'JWTProvider' && issuers.has(fields.field('spec').field('issuer').text() ?? '')).map(object => sourceOf(object));
}

function textsIn(fields: Fields): string[] {
  return fields.items().flatMap(item => item.text() ?? []);
}

function ofIstio(issuer: string, rule: Fields): Written<TokenIssuer> {
  const [jwksUri, jwks] = ['jwksUri', 'jwks'].map(name => rule.field(name).text());
  const texts = (name: string) => textsIn(rule.field(name));
  const headers = rule.field('fromHeaders').items().map((header): Node<TokenLocation> => {
    const [name = '', prefix] = ['name', 'prefix'].map(field => header.field(field).text());
    return call('TokenLocation', 'header', name, ...prefix === undefined ? [] : [prefix]);
  });
  return written(issuer, {
    ...jwksUri !== undefined ? { jwksUri } : jwks !== undefined && { jwks },
    audiences: texts('audiences'),
    locations: [
      ...headers,
      ...texts('fromParams').map(name => call('TokenLocation', 'queryParameter', name)),
      ...texts('fromCookies').map(name => call('TokenLocation', 'cookie', name)),
    ],
    forwardToken: rule.field('forwardOriginalToken').take() === true,
  });
}

function ofConsul(issuer: string, spec: Fields): Written<TokenIssuer> | { readonly unsaid: string } {
  const [local, remote] = ['local', 'remote'].map(name => spec.field('jsonWebKeySet').field(name));
  const [jwks, jwksUri] = [local.field('jwks').text(), remote.field('uri').text()];
  if (jwks === undefined && jwksUri === undefined) return { unsaid: `the keys of '${issuer}' are in a file of the proxies: write them as \`local.jwks\`` };
  const locations = spec.field('locations').items();
  const all = locations.map(location => {
    const [header, query, cookie] = ['header', 'queryParam', 'cookie'].map(name => location.field(name));
    const [name, prefix] = ['name', 'valuePrefix'].map(field => header.field(field).text());
    if (name !== undefined) return call('TokenLocation', 'header', name, ...prefix === undefined ? [] : [prefix]);
    const [parameter, own] = [query, cookie].map(one => one.field('name').text());
    return parameter !== undefined ? call('TokenLocation', 'queryParameter', parameter) : own !== undefined && call('TokenLocation', 'cookie', own);
  });
  if (all.includes(false)) return { unsaid: `the place of the tokens of '${issuer}' cannot be written` };
  return written(issuer, {
    ...jwksUri !== undefined ? { jwksUri } : { jwks: Buffer.from(jwks ?? '', 'base64').toString() },
    audiences: textsIn(spec.field('audiences')),
    locations: all.filter(one => one !== false),
    forwardToken: locations.some(location => location.field('header').field('forward').take() === true),
  });
}

type Words = Pick<TokenIssuer, 'jwks' | 'jwksUri'> & Required<Pick<TokenIssuer, 'audiences' | 'forwardToken'>> & { readonly locations: readonly Node<TokenLocation>[] };

function written(issuer: string, { audiences, locations, forwardToken, ...keys }: Words): Written<TokenIssuer> {
  return {
    issuer,
    ...keys,
    ...audiences.length > 0 && { audiences },
    ...locations.length > 0 && { locations },
    ...forwardToken && { forwardToken },
  };
}
