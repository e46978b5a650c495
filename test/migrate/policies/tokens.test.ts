import { CASES, clusterOf } from './cases';
import type { Old } from './moved';
import { differenceLine, unsureLine } from '../../../src/cli/diff/report';
import { documentsIn } from '../../../src/manifests/documents';
import type { Differences } from '../../../src/meaning/compare/difference';
import { compareWorlds } from '../../../src/meaning/compare/worlds';
import { type Moved, movePolicies } from '../../../src/migrate/policies/move';
import { print } from '../../../src/migrate/program';
import type { TargetName, TargetSettings } from '../../../src/migrate/targets';
import { halfOf } from '../../../src/reading/half';
import { textsOf } from '../../../src/reading/texts';
import { worldOf } from '../../../src/reading/world';

/** End users, by their tokens, in the words of the library. */

/** With one port, which an intention is for. */
const ONE_PORT: readonly object[] = clusterOf(CASES.consul).map(one => JSON.parse(JSON.stringify(one)
  .replace(',{"name":"tcp-admin","port":9090}', '').replace(',{"containerPort":9090}', '')));

function movedFrom(
  from: Old, target: TargetName, settings: TargetSettings, manifests: readonly object[], cluster: readonly object[] = ONE_PORT,
): Moved {
  const documents = [...documentsIn('old.json', [...cluster, ...manifests].map(one => JSON.stringify(one)).join('\n---\n'))];
  const options = { from, targets: [target], unsaid: 'denied', consulNamespaces: 'MIRRORED', ...settings } as const;
  return movePolicies(documents, options, { difference: differenceLine, unsure: unsureLine });
}

const moved = (target: TargetName, ...manifests: readonly object[]): Moved => movedFrom('istio', target, {}, manifests, clusterOf(CASES.istio));

/** What changes from some manifests to others. */
function between(...worlds: readonly [was: readonly object[], is: readonly object[]]): Differences {
  const texts = worlds.map((manifests, i) => [...documentsIn(`${i}.json`, [...clusterOf(CASES.istio), ...manifests].map(one => JSON.stringify(one)).join('\n---\n'))]);
  const [before, after] = texts.map(documents => halfOf(worldOf(documents, 'default', 'istio')));
  return compareWorlds(before, after, textsOf(...texts));
}

const policy = (kind: string, name: string, spec: object) => ({
  apiVersion: 'security.istio.io/v1', kind, metadata: { name, namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'cart' } }, ...spec },
});
const ISSUER = 'https://login.example.com';
const RULE = { issuer: ISSUER, jwksUri: `${ISSUER}/keys.json`, audiences: ['shop'], fromCookies: ['session'], forwardOriginalToken: true };
const tokens = (...jwtRules: readonly object[]) => policy('RequestAuthentication', 'tokens', { jwtRules });
const allowing = (...rules: readonly object[]) => policy('AuthorizationPolicy', 'cart', { rules });
const WEB = { principals: ['cluster.local/ns/shop/sa/web'] };

/** The constructs that say who may call cart, and with which tokens. */
function policiesOf({ program }: Moved): string {
  const blocks = print(program).split(/\n\n|(?<=\);)\n {2}\}/).filter(block => /new (?:ServiceAccessPolicy|JwtAuthentication)\(this, 'cart/.test(block));
  return blocks.map(block => block.replace(/^ {4}\/\/ .*, old\.json:.*\n/gm, '').replace(/^ {4}/gm, '')).join('\n');
}

function verdicts({ judged }: Moved): Record<string, string> {
  return Object.fromEntries(judged.map(({ document: { name }, verdict, reasons }) => [name, [verdict, ...reasons.slice(0, 1).map(({ message }) => message)].join(': ')]));
}

const GUARDED = [
  tokens(RULE), allowing({ from: [{ source: { ...WEB, requestPrincipals: [`${ISSUER}/ana`] } }], to: [{ operation: { methods: ['GET'] } }] },
    { from: [{ source: WEB }], when: [{ key: 'request.auth.claims[groups]', values: ['admin', 'dev-*'] }] }),
];

test('whose tokens are valid, and what they have to say', () => {
  const all = moved('istio', ...GUARDED);

  expect(policiesOf(all)).toMatchInlineSnapshot(`
"new ServiceAccessPolicy(this, 'cart', {
  destination: cart,
  allow: [
    {
      sources: [web],
      requests: [HttpMatch.of({ methods: ['GET'] })],
      endUsers: [EndUser.of({ issuer: 'https://login.example.com', claims: [{ path: ['sub'], values: [StringMatch.exact('ana')] }] })],
    },
    {
      sources: [web],
      endUsers: [
        EndUser.of({ issuer: 'https://login.example.com', claims: [{ path: ['groups'], values: [StringMatch.exact('admin')] }] }),
        EndUser.of({ issuer: 'https://login.example.com', claims: [{ path: ['groups'], values: [StringMatch.startsWith('dev-')] }] }),
      ],
    },
  ],
});
new JwtAuthentication(this, 'cart-tokens', {
  workload: cart,
  issuers: [
    {
      issuer: 'https://login.example.com',
      jwksUri: 'https://login.example.com/keys.json',
      audiences: ['shop'],
      locations: [TokenLocation.cookie('session')],
      forwardToken: true,
    },
  ],
});"
`);
  expect(verdicts(all)).toEqual({ tokens: 'same', cart: 'same' });
  expect(all.compared.flatMap(({ differences }) => differences)).toEqual([]);
});

test('a denial of requests without a token is an allowance of those with one', () => {
  const all = moved('istio', tokens({ issuer: ISSUER }), policy('AuthorizationPolicy', 'cart', {
    action: 'DENY', rules: [{ from: [{ source: { notRequestPrincipals: ['*'] } }] }],
  }));

  expect(policiesOf(all)).toMatchInlineSnapshot(`
"new ServiceAccessPolicy(this, 'cart', {
  destination: cart,
  allow: [
    {
      sources: [Identity.anyone()],
      endUsers: [EndUser.of({ issuer: 'https://login.example.com', claims: [{ path: ['sub'], values: [StringMatch.present()] }] })],
    },
  ],
});
new JwtAuthentication(this, 'cart-tokens', { workload: cart, issuers: [{ issuer: 'https://login.example.com' }] });"
`);
  expect(all.isWider).toBe(false);
});

test('a token that has to be there is one of whoever gets in', () => {
  const all = moved('istio', tokens({ issuer: ISSUER, presence: 'REQUIRED' }), allowing({ from: [{ source: WEB }] }));

  expect(policiesOf(all)).toContain("allow: [{ sources: [web], endUsers: [EndUser.of({ issuer: 'https://login.example.com' })] }, { sources: [web], ports: [9090] }]");
  // Browsers ask without a token whether they may ask.
  expect(all.compared.flatMap(({ differences }) => differences.map(differenceLine))).toEqual([expect.stringMatching(/^OPTIONS .*: allowed before, denied afterwards$/)]);
});

test.each<[TargetName]>([['linkerd'], ['cilium']])('where proxies read no tokens, whoever needs one is shut out: %s', target => {
  const all = moved(target, ...GUARDED);

  expect(verdicts(all)).toEqual({
    tokens: expect.stringMatching(/^notSaid: .*cannot express tokens of end users/), cart: expect.stringMatching(/^narrower: .*cannot express end users/),
  });
  expect(all.isWider).toBe(false);
});

test('where proxies read no tokens, nobody gets in whose token is not valid', () => {
  const all = moved('linkerd', tokens(RULE), allowing({ from: [{ source: WEB }] }));

  expect(policiesOf(all)).toMatch(/allow: \[\s+\{ sources: \[[^\]]*\], ports: \[9090\] \},\s+\/\/ TODO .*: who has a token that is not valid would get in: /);
  expect(all.isWider).toBe(false);
});

test.each<[what: string, why: string, ...manifests: object[]]>([
  ['two rules for one issuer', `tokens notSaid: several rules speak of the issuer '${ISSUER}'`, tokens(RULE, { issuer: ISSUER }), allowing({ from: [{ source: WEB }] })],
  ['what a token becomes', 'tokens narrower: outputPayloadToHeader is not carried over', tokens({ ...RULE, outputPayloadToHeader: 'x-token' }), allowing({ from: [{ source: WEB }] })],
  ['two words of a list', "cart narrower: there are two conditions on the claim 'scope'", tokens(RULE), allowing({
    when: ['write', 'read'].map(word => ({ key: 'request.auth.claims[scope]', values: [word] })),
  })],
])('%s is named', (_, why, ...manifests) => {
  expect(Object.entries(verdicts(moved('istio', ...manifests))).map(([name, verdict]) => `${name} ${verdict}`).join('\n')).toContain(why);
});

test('words of a list, lists within a claim, several issuers, and where their tokens are', () => {
  const rules = [
    { issuer: ISSUER, fromHeaders: [{ name: 'x-token', prefix: 'Token ' }], fromParams: ['token'] },
    { issuer: 'https://other.example.com', jwksUri: 'https://other.example.com/keys' },
  ];
  const all = moved('istio', tokens(...rules), allowing({
    from: [{ source: WEB }],
    when: [
      { key: 'request.auth.claims[scope]', values: ['read:*', '*:all', 'a.b'] },
      { key: 'request.auth.claims[realm_access][roles]', values: ['admin'] },
      { key: 'request.auth.claims[iss]', values: [ISSUER] },
    ],
  }, { from: [{ source: { requestPrincipals: ['https://other.example.com/ana'] } }], when: [{ key: 'request.auth.claims[permission]', values: ['*'] }] }));
  const said = policiesOf(all);

  for (const word of ["startsWith('read:')", "endsWith(':all')", "exact('a.b')"]) {
    expect(said).toContain(`{ path: ['scope'], values: [StringMatch.${word}] },`);
  }
  expect(said).toContain("{ path: ['realm_access', 'roles'], values: [StringMatch.exact('admin')] }");
  expect(said).toContain("{ path: ['permission'], values: [StringMatch.present()] }");
  expect(said).toContain("locations: [TokenLocation.header('x-token', 'Token '), TokenLocation.queryParameter('token')]");
  expect(said).toContain("{ issuer: 'https://other.example.com', jwksUri: 'https://other.example.com/keys' }");
  expect(verdicts(all)).toEqual({ tokens: 'same', cart: 'same' });
  expect(all.compared.flatMap(({ differences }) => differences)).toEqual([]);
});

const JWKS = JSON.stringify({ keys: [{ kty: 'RSA', e: 'AQAB', n: 'x', kid: 'a' }] });
const consul = (kind: string, name: string, spec: object) => ({ apiVersion: 'consul.hashicorp.com/v1alpha1', kind, metadata: { name, namespace: 'shop' }, spec });
const provider = (more: object = {}) => consul('JWTProvider', 'login', {
  issuer: ISSUER, audiences: ['shop'], jsonWebKeySet: { local: { jwks: Buffer.from(JWKS).toString('base64') } }, ...more,
});
const intentions = (...verifyClaims: readonly object[]) => [consul('ServiceDefaults', 'cart', { protocol: 'http' }), consul('ServiceIntentions', 'cart', {
  destination: { name: 'cart', namespace: 'shop' },
  sources: [{
    name: 'web',
    namespace: 'shop',
    permissions: [
      { action: 'allow', http: { pathPrefix: '/orders/' }, jwt: { providers: [{ name: 'login', verifyClaims }] } },
      { action: 'allow', http: { pathExact: '/' } },
    ],
  }],
})];
const ANA = { path: ['sub'], value: 'ana' };
const ONLY_ANA = "EndUser.of({ issuer: 'https://login.example.com', claims: [{ path: ['sub'], values: [StringMatch.exact('ana')] }] })";
const DENIES = { consulDefault: 'deny' } as const;

test('providers of tokens in Consul are issuers, and what they ask of tokens is of end users', () => {
  const all = movedFrom('consul', 'istio', {}, [
    provider({ locations: [{ header: { name: 'x-token', valuePrefix: 'Token ', forward: true } }, { cookie: { name: 't' } }] }), ...intentions(ANA),
  ]);

  expect(policiesOf(all)).toMatchInlineSnapshot(`
"new ServiceAccessPolicy(this, 'cart', {
  destination: cart,
  allow: [
    {
      sources: [web],
      requests: [HttpMatch.of({ pathStartsWith: '/orders/' })],
      endUsers: [
        EndUser.of({
          issuer: 'https://login.example.com',
          audiences: ['shop'],
          claims: [{ path: ['sub'], values: [StringMatch.exact('ana')] }],
        }),
      ],
    },
    { sources: [web], requests: [HttpMatch.of({ path: '/' })] },
  ],
});
new JwtAuthentication(this, 'cart-tokens', {
  workload: cart,
  issuers: [
    {
      issuer: 'https://login.example.com',
      jwks: '{"keys":[{"kty":"RSA","e":"AQAB","n":"x","kid":"a"}]}',
      audiences: ['shop'],
      locations: [TokenLocation.header('x-token', 'Token '), TokenLocation.cookie('t')],
      forwardToken: true,
    },
  ],
});"
`);
  expect(all.isWider).toBe(false);
});

test('they stay what they were in Consul, where it denies what no intention names', () => {
  const all = movedFrom('consul', 'consul', DENIES, [provider(), ...intentions(ANA)]);

  expect(policiesOf(all)).toContain(ONLY_ANA);
  expect(policiesOf(all)).toContain("audiences: ['shop']");
  expect(all.compared.flatMap(({ differences }) => differences)).toEqual([]);
  expect(verdicts(movedFrom('consul', 'consul', {}, [provider(), ...intentions(ANA)])).cart)
    .toMatch(/^narrower: .*a permission asks for a token only where Consul denies by default/);
});

test('a token that is not valid keeps out in Istio, and not in Consul beside one that is: nobody gets in there', () => {
  const all = movedFrom('istio', 'consul', DENIES, [
    tokens({ issuer: ISSUER, jwks: JWKS }), allowing({ from: [{ source: { ...WEB, requestPrincipals: [`${ISSUER}/ana`] } }] }),
  ]);

  expect(policiesOf(all)).toContain("new ServiceAccessPolicy(this, 'cart', { destination: cart, allow: [] });");
  expect(verdicts(all).tokens).toMatch(/^notSaid: GET \/\?access_token=x with a token that says .*: denied before, allowed afterwards$/);
  expect(all.isWider).toBe(false);
});

test.each<[what: string, why: RegExp, ...manifests: object[]]>([
  ['a claim that may be a list, which Consul does not take', /^cart narrower: a claim that is a list is not taken, and may be one$/m,
    provider(), ...intentions({ path: ['role'], value: 'admin' })],
  ['keys in a file of the proxies', /^login notSaid: the keys of 'https:\/\/login.example.com' are in a file/m,
    provider({ jsonWebKeySet: { local: { filename: '/keys' } } }), ...intentions(ANA)],
  ['what a provider says of tokens for the pods', /^login narrower: forwarding is not carried over/m,
    provider({ forwarding: { headerName: 'x-claims' } }), ...intentions(ANA)],
])('of Consul, %s is named', (_, why, ...manifests) => {
  const all = movedFrom('consul', 'istio', {}, manifests);
  expect(all.judged.flatMap(({ document: { name }, verdict, reasons }) => reasons.map(({ message }) => `${name} ${verdict}: ${message}`)).join('\n')).toMatch(why);
  expect(all.isWider).toBe(false);
});

test('addresses of clients that nobody knows hide no token with which nobody got in', () => {
  const [was, is] = [[tokens({ issuer: ISSUER, jwks: '{"keys":[]}' })], []].map(beside => [...beside, allowing({ from: [{ source: { ipBlocks: ['10.1.0.0/16', '192.0.2.0/24'] } }] })]);
  const all = moved('istio', ...was);
  const lost = '.*`jwks` is not a JSON Web Key Set';

  expect(verdicts(all)).toEqual({
    tokens: expect.stringMatching(`^notSaid: ${lost}`), cart: expect.stringMatching(`^narrower: who has a token that is not valid would get in: ${lost}`),
  });
  expect(policiesOf(all)).toMatch(/allow: \[\s+\{ sources: \[[^\]]*\], ports: \[9090\] \},\s+\/\/ TODO/);
  expect(all.isWider).toBe(false);

  const { differences, perhaps, unsure } = between(was, is);
  expect([differences.filter(({ kind }) => kind !== 'wider'), perhaps.filter(({ kind }) => kind !== 'wider')]).toEqual([[], []]);
  expect(perhaps.map(({ crowd: { clients: [{ kind }] }, contrast: { call: { client: { address }, request } } }) => `${kind} ${address} ${JSON.stringify(request?.claims)}`))
    .toContain('pod 10.1.0.0 {"iss":"x"}');
  expect(unsure).not.toEqual([]);
});
