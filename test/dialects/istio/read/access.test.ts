import * as fc from 'fast-check';
import { manifests, ofWaypoints } from './foreign';
import { inMesh, LABELS, mesh, request } from './foreign-requests';
import { allowedByIstio, mutualTlsModes, selects } from '../../../../src/evaluators/access/istio';
import { allowedByIstioAmbient } from '../../../../src/evaluators/access/istio-ambient';
import type { Request } from '../../../../src/evaluators/access/request';
import { Unknown } from '../../../../src/evaluators/unknown';
import type { Client } from '../../../../src/meaning/call';
import type { PodPort } from '../../../../src/meaning/world';
import { asked } from '../../../reading/asked';
import { type Answer, entering, reading } from '../../../reading/world';

type Judge = (manifests: readonly any[], request: Request) => boolean;

function decided(judge: Judge, all: readonly unknown[], one: Request): Answer {
  try {
    return judge(all, one) ? 'allowed' : 'denied';
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

test('policies of Istio, whoever wrote them, mean what sidecars do with them', () => {
  const counts = { allowed: 0, denied: 0, unknown: 0 };
  fc.assert(fc.property(mesh, manifests, request, (config, all, one) => {
    const world = reading([config, ...all]);
    expect(world.findings.filter(({ isUnknown }) => isUnknown)).toEqual([]);
    const read = asked(world, one)!;
    counts[read]++;
    // Which of several modes is in force decides on each condition alone, and not on what any two of them say together.
    const isOpen = mutualTlsModes(all.filter(manifest => selects(manifest, one)), one.port).length > 1;
    if (read !== 'unknown' || !isOpen) expect(read).toBe(decided(allowedByIstio, [config, ...all], inMesh(config, one)));
  }), { numRuns: Number(process.env.ORACLE_CASES ?? 1000) });
  expect(counts.allowed).toBeGreaterThan(counts.unknown);
  expect(counts.denied).toBeGreaterThan(counts.unknown);
});

const AMBIENT = { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint' };
const IN_AMBIENT = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: AMBIENT } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { app: 'cart' }, ports: [{ port: 80, targetPort: 8080 }] } },
];

test.each([
  ['for anything', manifests, request],
  ['for waypoints, mostly', ofWaypoints, request.map(one => one.client.kind === 'pod' ? { ...one, client: { ...one.client, meshed: true } } : one)],
])('policies of Istio %s, whoever wrote them, mean what ztunnel and waypoints do with them', (_, policies, requests) => {
  const counts = { allowed: 0, denied: 0, unknown: 0 };
  fc.assert(fc.property(mesh, policies, requests, fc.boolean(), (config, all, { client: from, ...rest }, byService) => {
    const sent: Request = {
      ...rest, client: from.kind === 'pod' ? { ...from, labels: {} } : from, ...(byService && rest.port === 8080 && { entrance: { service: 'cart', port: 80 } }),
    };
    const read = asked(reading([config, ...IN_AMBIENT, ...all]), sent, { namespaceLabels: AMBIENT })!;
    counts[read]++;
    const wanted = decided(allowedByIstioAmbient, [config, ...all], inMesh(config, sent));
    if (read !== 'unknown' && wanted !== 'unknown') expect(read).toBe(wanted);
  }), { numRuns: Number(process.env.ORACLE_CASES ?? 1000) });
  expect(counts.allowed).toBeGreaterThan(counts.unknown);
  expect(counts.denied).toBeGreaterThan(counts.unknown);
});

describe('as the documentation of Istio has it', () => {
  const policy = (name: string, spec: object, namespace = 'foo') => ({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name, namespace }, spec });
  const to = (port: Partial<PodPort> = {}): PodPort =>
    ({ pod: { namespace: 'foo', labels: { app: 'httpbin' }, serviceAccount: 'httpbin' }, port: 8000, protocol: 'HTTP', entrances: [], ...port });
  const sleep: Client = { kind: 'pod', namespace: 'default', serviceAccount: 'sleep', meshed: true };
  const get = (path: string, headers: Record<string, string> = {}) => ({ request: { method: 'GET', path, headers, query: {} } });

  test('a ServiceAccount may read what is public, and a denial comes first', () => {
    const world = reading([
      policy('httpbin', {
        selector: { matchLabels: { app: 'httpbin' } },
        action: 'ALLOW',
        rules: [{
          from: [{ source: { principals: ['cluster.local/ns/default/sa/sleep'] } }, { source: { namespaces: ['dev'] } }],
          to: [{ operation: { methods: ['GET'], paths: ['/info*', '/simple-server'] } }],
          when: [{ key: 'request.headers[version]', values: ['v1', 'v2'] }],
        }],
      }),
      policy('deny-old', { action: 'DENY', rules: [{ when: [{ key: 'request.headers[version]', values: ['v1'] }] }] }),
    ]);
    const ask = (path: string, version: string, from: Client = sleep) => entering(world, to(), from, get(path, { version }));

    expect([ask('/info/1', 'v2'), ask('/info', 'v1'), ask('/admin', 'v2'), ask('/info', 'v3')]).toEqual(['allowed', 'denied', 'denied', 'denied']);
    expect(ask('/info', 'v2', { kind: 'outside', meshed: false, address: '192.0.2.1' })).toBe('denied');
    const declared = { protocol: 'TCP' as const, entrances: [{ namespace: 'foo', service: 'httpbin', port: 8000 }] };
    expect(entering(world, to(declared), sleep)).toBe('denied');
  });

  test('what a rule on requests does at a port of no Service is not known, as the proxy looks for HTTP there; one on clients decides', () => {
    const world = (action: string, rule: object) => reading([policy('httpbin', { action, rules: [rule] })]);
    const at = to({ protocol: 'TCP' });
    const from = [{ source: { principals: ['cluster.local/ns/default/sa/sleep'] } }];
    const gets = [{ operation: { methods: ['GET'] } }];

    expect(entering(world('ALLOW', { from, to: gets }), at, sleep)).toBe('unknown');
    expect(entering(world('ALLOW', { from, to: gets }), at, { ...sleep, serviceAccount: 'other' })).toBe('denied');
    expect(entering(world('DENY', { from, to: gets }), at, sleep)).toBe('unknown');
    expect(entering(world('DENY', { from, to: gets }), at, { ...sleep, serviceAccount: 'other' })).toBe('allowed');
    expect([entering(world('ALLOW', { from }), at, sleep), entering(world('DENY', { from }), at, sleep)]).toEqual(['allowed', 'denied']);
  });

  test('nothing is allowed by a policy without rules, in the root namespace anywhere', () => {
    expect(entering(reading([policy('allow-nothing', {}, 'istio-system')]), to(), sleep, get('/'))).toBe('denied');
    expect(entering(reading([policy('allow-nothing', {}, 'other')]), to(), sleep, get('/'))).toBe('allowed');
    const operator = { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { name: 'mesh' }, spec: { meshConfig: { rootNamespace: 'other' } } };
    expect(entering(reading([operator, policy('allow-nothing', {}, 'other')]), to(), sleep, get('/'))).toBe('denied');
  });

  test('a token is demanded on all paths but one', () => {
    const world = reading([
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'RequestAuthentication',
        metadata: { name: 'jwt', namespace: 'foo' },
        spec: { selector: { matchLabels: { app: 'httpbin' } }, jwtRules: [{ issuer: 'issuer-foo', jwksUri: 'https://example.com/.well-known/jwks.json' }] },
      },
      policy('require-jwt', {
        selector: { matchLabels: { app: 'httpbin' } },
        action: 'DENY',
        rules: [{ from: [{ source: { notRequestPrincipals: ['*'] } }], to: [{ operation: { notPaths: ['/healthz'] } }] }],
      }),
    ]);
    const ask = (path: string, token?: Record<string, unknown>, headers = {}) =>
      entering(world, to(), sleep, { request: { ...get(path, headers).request, ...(token !== undefined && { claims: token }) } });

    expect([ask('/'), ask('/healthz'), ask('/', { iss: 'issuer-foo', sub: 'ana' })]).toEqual(['denied', 'allowed', 'allowed']);
    expect([ask('/healthz', { iss: 'other', sub: 'ana' }), ask('/healthz', undefined, { authorization: 'Bearer x' })]).toEqual(['denied', 'denied']);
    expect(ask('/healthz', undefined, { authorization: 'Bearer e30.e30.sig' })).toBe('unknown');
  });

  test('a rule for tokens may refuse what has none of its own', () => {
    const ask = (presence?: string, iss?: string) => entering(reading([{
      apiVersion: 'security.istio.io/v1',
      kind: 'RequestAuthentication',
      metadata: { name: 'jwt', namespace: 'foo' },
      spec: {
        selector: { matchLabels: { app: 'httpbin' } },
        jwtRules: [
          { issuer: 'issuer-foo', jwksUri: 'https://example.com/jwks.json', presence },
          { issuer: 'issuer-bar', jwksUri: 'https://example.org/jwks.json' },
        ],
      },
    }]), to(), sleep, { request: { ...get('/').request, ...(iss !== undefined && { claims: { iss } }) } });
    expect([ask(), ask('OPTIONAL'), ask('REQUIRED'), ask('LATER')]).toEqual(['allowed', 'allowed', 'denied', 'unknown']);
    expect([ask('OPTIONAL', 'issuer-bar'), ask('REQUIRED', 'issuer-bar'), ask('REQUIRED', 'issuer-foo')]).toEqual(['allowed', 'denied', 'allowed']);
    expect(ask('LATER', 'issuer-foo')).toBe('unknown');
  });

  test('a provider decides what a policy asks it', () => {
    const world = reading([policy('ext-authz', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{ to: [{ operation: { paths: ['/admin'] } }] }] })]);
    expect([entering(world, to(), sleep, get('/admin')), entering(world, to(), sleep, get('/'))]).toEqual(['unknown', 'allowed']);
  });

  test('the trust domain of the mesh is not guessed', () => {
    const rules = [{ from: [{ source: { principals: ['prod.example/ns/default/sa/sleep'] } }] }];
    const config = (text: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: text } });
    const ask = (...more: object[]) => entering(reading([policy('one', { rules }), ...more]), to(), sleep, get('/'));
    expect([ask(), ask(config('trustDomain: prod.example')), ask(config('trustDomain: other.example\ntrustDomainAliases: [third.example]'))])
      .toEqual(['unknown', 'allowed', 'denied']);
  });

  test('clients of trust domains that the mesh does not name are turned away, whatever policies say', () => {
    const rules = [{ from: [{ source: { principals: ['*'] } }] }];
    const config = (name: string, text: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'istio-system' }, data: { mesh: text } });
    const ask = (...beside: object[]) => ['a.example', 'b.example', 'c.example', undefined].map(trustDomain =>
      entering(reading([policy('one', { rules }), ...beside]), to(), { ...sleep, ...trustDomain !== undefined && { trustDomain } }, get('/')));
    const named = 'trustDomain: a.example\ntrustDomainAliases: [b.example]\n';

    expect(ask(config('istio', named))).toEqual(['allowed', 'allowed', 'denied', 'allowed']);
    expect(ask(config('istio', `${named}caCertificates: [{ pem: x, trustDomains: [c.example] }]`))).toEqual(['allowed', 'allowed', 'allowed', 'allowed']);
    expect(ask(config('istio', ''))).toEqual(['allowed', 'allowed', 'allowed', 'allowed']);
    expect(ask(config('istio', 'rootNamespace: istio-system'))).toEqual(['denied', 'denied', 'denied', 'allowed']);
    // Which revision a proxy is of is not known: whom only one of them trusts may be turned away, and whom none of them does, is.
    expect(ask(config('istio', named), config('istio-canary', 'trustDomain: c.example'))).toEqual(['unknown', 'unknown', 'unknown', 'allowed']);
    expect(ask(config('istio', named), config('istio-canary', 'trustDomain: b.example'))).toEqual(['unknown', 'allowed', 'denied', 'allowed']);
    expect(ask(config('istio', named), config('istio-canary', 'trustDomain: b.example\ntrustDomainAliases: [a.example]'))).toEqual(['allowed', 'allowed', 'denied', 'allowed']);
    const plain = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'plain', namespace: 'foo' }, spec: { mtls: { mode: 'DISABLE' } } };
    expect(entering(reading([config('istio', named), plain]), to(), { ...sleep, trustDomain: 'c.example' }, get('/'))).toBe('allowed');
    const skipping = {
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      metadata: { name: 'mesh' },
      spec: { meshConfig: { trustDomain: 'a.example' }, values: { pilot: { env: { PILOT_SKIP_VALIDATE_TRUST_DOMAIN: 'true' } } } },
    };
    expect(ask(skipping)).toEqual(['allowed', 'allowed', 'allowed', 'allowed']);
  });

  test('where a pod has no proxy, no policy is in force', () => {
    const world = reading([policy('allow-nothing', {})]);
    const ask = (labels: Record<string, string>, namespaceLabels?: Record<string, string>) =>
      entering(world, to({ pod: { namespace: 'foo', labels, ...(namespaceLabels && { namespaceLabels }) } }), sleep, get('/'));
    expect([ask({}), ask({}, { 'istio-injection': 'disabled' }), ask({ 'sidecar.istio.io/inject': 'false' }), ask({}, { 'istio-injection': 'enabled' })])
      .toEqual(['denied', 'allowed', 'allowed', 'denied']);
  });
});

test('what is not understood of a policy leaves unknown what depends on it', () => {
  const world = reading([{
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec: {
      selectors: {},
      rules: [
        { form: [], to: [{ operation: { path: ['/a'], ports: ['http'] } }] }, { from: [], when: [{ key: 'source.labels', values: ['a'] }, { key: 'source.ip', values: ['10.1.2.3/33'] }] },
      ],
    },
  }]);
  expect(world.findings.map(({ place, message }) => `${place.path}: ${message}`)).toMatchInlineSnapshot(`
[
  "spec.rules[0].to[0].operation.ports[0]: Istio refuses such a value",
  "spec.rules[1].from: Istio refuses an empty list here",
  "spec.rules[1].when[0].key: it is not known here",
  "spec.rules[1].when[1].values[0]: Istio refuses such a value",
  "spec.selectors: it is not known here",
  "spec.rules[0].form: it is not known here",
  "spec.rules[0].to[0].operation.path: it is not known here",
]
`);
  const to: PodPort = { pod: { namespace: 'shop', labels: LABELS }, port: 8080, protocol: 'HTTP', entrances: [] };
  expect(entering(world, to, { kind: 'outside', meshed: false }, { request: { method: 'GET', path: '/', headers: {}, query: {} } })).toBe('unknown');
});
