import { App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CanaryRelease, ConsulNamespaces, EndUser, HttpMatch, Identity, JwtAuthentication, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy,
  StringMatch,
  TokenLocation,
} from '../../../src';
import type { JwtAuthenticationProps, ServiceAccessPolicyProps } from '../../../src';
import { permissions } from '../../../src/dialects/consul/permissions';
import { allowedByConsul } from '../../../src/evaluators/access/consul';
import { expectValid } from '../../schema';

const issuer = 'https://login.example.com';
const PROVIDER = 'cart-shop-8922c861';
const JWKS = JSON.stringify({ keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] });
const cart = MeshService.of('cart', { port: 8080 });

interface Written {
  readonly tokens?: Partial<JwtAuthenticationProps['issuers'][number]>;
  readonly allow?: ServiceAccessPolicyProps['allow'];
  readonly deniesByDefault?: boolean;
}

function shop({ tokens = {}, allow = [], deniesByDefault = true }: Written): any[] {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED, deniesByDefault }));
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  new JwtAuthentication(chart, 'tokens', { workload: cart, issuers: [{ issuer, jwks: JWKS, ...tokens }] });
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });
  return Testing.synth(chart);
}

const provider = (written: Written) => shop(written).find(({ kind }) => kind === 'JWTProvider');
const permissionsOf = (written: Written) => shop(written).find(({ kind }) => kind === 'ServiceIntentions').spec.sources[0].permissions;
const byWeb = { sources: [Identity.serviceAccount('web')] };
const ana = EndUser.of({ issuer, subject: 'ana' });
const anyUser = EndUser.of({ issuer });

test('an issuer is a JWTProvider with a name of its own, and the keys as they were written', () => {
  const manifest = provider({ tokens: { audiences: ['shop'] } });

  expectValid(manifest);
  expect(manifest).toEqual({
    apiVersion: 'consul.hashicorp.com/v1alpha1',
    kind: 'JWTProvider',
    metadata: { name: PROVIDER, namespace: 'shop' },
    spec: { issuer, jsonWebKeySet: { local: { jwks: Buffer.from(JWKS).toString('base64') } }, audiences: ['shop'] },
  });
});

test.each<[Written['tokens'], unknown]>([
  [{ locations: [TokenLocation.header('X-Token', 'JWT '), TokenLocation.queryParameter('token')] },
    [{ header: { name: 'x-token', valuePrefix: 'JWT ' } }, { queryParam: { name: 'token' } }]],
  [{ locations: [TokenLocation.header('X-Token'), TokenLocation.cookie('session')], forwardToken: true },
    [{ header: { name: 'x-token', forward: true } }, { cookie: { name: 'session' } }]],
  // Only a header says it, so the usual places are named.
  [{ forwardToken: true }, [{ header: { name: 'authorization', valuePrefix: 'Bearer ', forward: true } }, { queryParam: { name: 'access_token' } }]],
])('tokens in %j', (tokens, locations) => {
  const manifest = provider({ tokens });

  expectValid(manifest);
  expect(manifest.spec.locations).toEqual(locations);
});

test.each<[string, Written, RegExp]>([
  ['keys by URI', { tokens: { jwks: undefined, jwksUri: `${issuer}/keys` } }, /do not look whether the server .* Write the public keys as they are: `jwks`/],
  ['keys by discovery', { tokens: { jwks: undefined } }, /reads no discovery documents.*`jwks`/],
  ['a cookie that pods do not get', { tokens: { locations: [TokenLocation.header('X-Token'), TokenLocation.cookie('session')] } }, /takes no token out of a cookie/],
  ['passing on what is in no header', { tokens: { forwardToken: true, locations: [TokenLocation.cookie('session')] } }, /only a header of a JWTProvider/],
  ['claims that may be lists', {
    allow: [{ ...byWeb, endUsers: [EndUser.of({ issuer, audiences: ['shop'] })] }],
  }, /MESH2002.*one text.*Name the `subject`/],
  ['a subject that begins like this', {
    allow: [{ ...byWeb, endUsers: [EndUser.of({ issuer, claims: [{ path: ['sub'], values: [StringMatch.startsWith('a')] }] })] }],
  }, /compares whole texts/],
  ['end users where the default may be to allow', { allow: [{ ...byWeb, endUsers: [anyUser] }], deniesByDefault: false }, /`consulDeniesByDefault`/],
  ['end users of requests that overlap in part', {
    allow: [
      { ...byWeb, endUsers: [ana], requests: [HttpMatch.of({ methods: ['GET'] })] },
      { ...byWeb, endUsers: [anyUser], requests: [HttpMatch.of({ path: '/items' })] },
    ],
  }, /rules for different end users whose requests overlap/],
])('%s: refused', (_, written, message) => {
  expect(() => shop(written)).toThrow(message);
});

test('what needs no token comes first, then a request before those that include it, for the end users of all', () => {
  expect(permissionsOf({
    allow: [
      { ...byWeb, endUsers: [ana] },
      { ...byWeb, endUsers: [anyUser], requests: [HttpMatch.of({ methods: ['GET'] })] },
      { ...byWeb, requests: [HttpMatch.of({ path: '/healthz' })] },
    ],
  })).toEqual([
    { action: 'allow', http: { pathExact: '/healthz' } },
    {
      action: 'allow',
      http: { methods: ['GET'] },
      jwt: { providers: [{ name: PROVIDER }, { name: PROVIDER, verifyClaims: [{ path: ['sub'], value: 'ana' }] }] },
    },
    { action: 'allow', http: { pathPrefix: '/' }, jwt: { providers: [{ name: PROVIDER, verifyClaims: [{ path: ['sub'], value: 'ana' }] }] } },
    { action: 'deny', http: { pathPrefix: '/' } },
  ]);
});

test('what everyone may send needs no token, whatever else is allowed', () => {
  expect(permissionsOf({ allow: [{ ...byWeb, endUsers: [anyUser] }, byWeb, { ...byWeb, endUsers: [ana] }] })).toBeUndefined();
});

test('what everyone may send, but for exceptions, needs no token', () => {
  const get = HttpMatch.of({ methods: ['GET'] });

  expect(permissionsOf({
    allow: [{ ...byWeb, endUsers: [anyUser], requests: [HttpMatch.of({ methods: ['PUT'] })] }, { ...byWeb, exceptRequests: [get] }],
  })).toEqual([{ action: 'deny', http: { methods: ['GET'] } }, { action: 'allow', http: { pathPrefix: '/' } }]);
});

test('the order of rules changes nothing', () => {
  const requests = [[], ['GET'], ['GET', 'PUT'], ['DELETE']].map(methods => ({ methods, headers: [], query: [] }));
  const users = ['ana', 'bo'].map(value => ({ issuer, claims: [{ path: ['sub'], values: [{ type: 'exact' as const, value }] }] }));
  const rule = fc.record({
    requests: fc.subarray(requests, { minLength: 1, maxLength: 1 }), exceptRequests: fc.constant([]), endUsers: fc.subarray(users, { minLength: 1 }),
  });
  const usersOf = (rules: any) => new Map(permissions([], rules, name => name).map(({ http, jwt }) => [JSON.stringify(http), jwt]));

  fc.assert(fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), rules => {
    expect(usersOf([...rules].reverse())).toEqual(usersOf(rules));
  }));
});

describe('a request', () => {
  const manifests = shop({ allow: [{ ...byWeb, endUsers: [anyUser] }, { ...byWeb, requests: [HttpMatch.of({ path: '/open' })] }] });
  const request = (path: string, claims?: Readonly<Record<string, unknown>>, genuine = true): any => ({
    client: { kind: 'pod', ip: '10.0.0.1', namespace: 'shop', serviceAccount: 'web', meshed: true },
    pod: { service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: {}, ports: [{ port: 8080, protocol: 'HTTP' }] },
    port: 8080,
    method: 'GET',
    path,
    headers: {},
    query: {},
    tokens: claims && [{ genuine, claims }],
  });
  const denying = allowedByConsul('mirrored', { deniesByDefault: true });

  test.each<[string, any, boolean]>([
    ['without a token', request('/items'), false],
    ['with a token', request('/items', { iss: issuer }), true],
    ['with a forged token', request('/items', { iss: issuer }, false), false],
    ['with a token of another issuer', request('/items', { iss: 'https://evil.example.com' }), false],
    ['without a token where none is needed', request('/open'), true],
    ['with a forged token where none is needed', request('/open', { iss: issuer }, false), true],
  ])('%s', (_, one, allowed) => {
    expect(denying(manifests, one)).toBe(allowed);
  });

  test('without a token gets in where the default is to allow', () => {
    expect(() => allowedByConsul('mirrored')(manifests, request('/items'))).toThrow('the default of the ACLs decides');
  });

  test('is not decided on without the JWTProvider', () => {
    expect(() => denying(manifests.filter(({ kind }) => kind !== 'JWTProvider'), request('/items'))).toThrow("0 JWTProviders 'cart-shop-");
  });
});

test('the backends of a route have the JWTProvider of the Service that is called', () => {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED, deniesByDefault: true }));
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  new JwtAuthentication(chart, 'tokens', { workload: cart, issuers: [{ issuer, jwks: JWKS }] });
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ ...byWeb, endUsers: [anyUser] }] });
  new CanaryRelease(chart, 'release', { service: cart, stable: cart.variant('cart-v1'), canary: cart.variant('cart-v2'), weight: 10 });
  const intentions = Testing.synth(chart).filter(({ kind }) => kind === 'ServiceIntentions');

  expect(intentions.map(({ spec }) => spec.destination.name)).toEqual(['cart', 'cart-v1', 'cart-v2']);
  expect(intentions.map(({ spec }) => spec.sources[0].permissions[0].jwt.providers[0].name)).toEqual([PROVIDER, PROVIDER, PROVIDER]);
});
