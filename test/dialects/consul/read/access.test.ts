import * as fc from 'fast-check';
import { manifests, object, request } from './foreign';
import { decidedByConsul } from '../../../../src/evaluators/access/consul';
import type { Request } from '../../../../src/evaluators/access/request';
import { Unknown } from '../../../../src/evaluators/unknown';
import { isUndecided } from '../../../../src/meaning/decision';
import { gatesOut } from '../../../../src/meaning/leaving';
import { pass } from '../../../../src/meaning/passage';
import type { PodPort } from '../../../../src/meaning/world';
import { decidesAsWritten } from '../../../oracle/access/decide';
import { PLAIN } from '../../../oracle/access/targets';
import { asked, readingAs } from '../../../reading/asked';
import { type Answer, entering, reading } from '../../../reading/world';

const CASES = Number(process.env.ORACLE_CASES ?? 1000);

test.each(['mirrored', 'single'] as const)('intentions, whoever wrote them, mean what Consul does with them: namespaces are %s', namespacing => {
  const counts = { allowed: 0, denied: 0, unknown: 0 };
  fc.assert(fc.property(manifests(namespacing === 'mirrored').filter(all => namespacing === 'single' || JSON.stringify(all).includes('ServiceIntentions')), request, (all, one) => {
    const world = reading(all);
    expect(world.findings.filter(({ isUnknown }) => isUnknown)).toEqual([]);
    const read = asked(world, one)!;
    counts[read]++;
    expect(read).toBe(decided(decidedByConsul(namespacing), all, one));
  }), { numRuns: CASES });
  expect(counts.allowed).toBeGreaterThan(CASES / 20);
  expect(counts.denied).toBeGreaterThan(CASES / 5);
  expect(counts.unknown).toBeLessThan(CASES / 2);
});

function decided(judge: ReturnType<typeof decidedByConsul>, all: readonly unknown[], one: Request): Answer {
  try {
    const decision = judge(all, one);
    return decision === 'as installed' ? 'unknown' : decision ? 'allowed' : 'denied';
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

test.each(['Consul, with the namespaces of Kubernetes', 'Consul, with one namespace', 'Consul, which denies by default'])(
  'what is written for %s means, when it is read, what the model means', title => {
    const [target, evaluate, options] = PLAIN[title];
    const counts = { known: 0, unknown: 0 };
    decidesAsWritten(CASES, target, readingAs(reading, evaluate, counts), options);
    expect(counts.known).toBeGreaterThan(10 * counts.unknown);
  },
);

test('a source of a peer is nobody of this mesh', () => {
  const to = { pod: { namespace: 'shop', serviceAccount: 'cart' }, port: 8080, protocol: 'HTTP' as const, entrances: [] };
  const web = { kind: 'pod' as const, namespace: 'shop', serviceAccount: 'web', meshed: true };
  const intentions = (...sources: object[]) => reading([object('ServiceIntentions', 'cart', { destination: { name: 'cart' }, sources: [...sources, { name: '*', action: 'deny' }] })]);
  const opened = intentions({ name: 'web', peer: 'east', action: 'allow' });

  expect([entering(opened, to, web), entering(opened, to, { ...web, trustDomain: 'east.consul' })]).toEqual(['denied', 'unknown']);
  expect(entering(intentions(), to, { ...web, trustDomain: 'east.consul' })).toBe('denied');
  expect(entering(intentions({ name: 'web', action: 'allow' }, { name: 'web', peer: 'east', action: 'deny' }), to, web)).toBe('allowed');
});

test('a sameness group may be of any mesh, and so may consumers of a service that is exported', () => {
  const to = { pod: { namespace: 'shop', serviceAccount: 'cart' }, port: 8080, protocol: 'HTTP' as const, entrances: [] };
  const web = { kind: 'pod' as const, namespace: 'shop', serviceAccount: 'web', meshed: true };
  const sources = (...some: object[]) => object('ServiceIntentions', 'cart', { destination: { name: 'cart' }, sources: [...some, { name: '*', action: 'deny' }] });
  const exporting = (name: string, more = {}) => object('ExportedServices', 'default', { services: [{ name, consumers: [{ peer: 'east' }] }], ...more });
  const answers = (...all: object[]) => [web, { ...web, trustDomain: 'east.consul' }].map(client => entering(reading(all), to, client)).join(' ');

  expect(answers(sources({ name: 'web', samenessGroup: 'twins', action: 'allow' }))).toBe('unknown unknown');
  const twins = (spec: object) => object('SamenessGroup', 'twins', spec);
  const allowed = sources({ name: 'web', samenessGroup: 'twins', action: 'allow' });
  expect(answers(allowed, twins({ includeLocal: true }))).toBe('allowed denied');
  expect(answers(allowed, twins({ includeLocal: true, members: [{ peer: 'east' }] }))).toBe('allowed unknown');
  expect(answers(allowed, twins({ members: [{ peer: 'east' }] }))).toBe('denied unknown');
  // Which partition the cluster is stands in no manifest.
  expect(answers(allowed, twins({ members: [{ partition: 'default' }] }))).toBe('unknown unknown');
  expect(answers(allowed, twins({ includeLocal: true, members: [{ partition: 'a', peer: 'b' }] }))).toBe('unknown unknown');
  expect(answers(allowed, twins({ includeLocal: true }), { ...twins({}), metadata: { name: 'twins', namespace: 'other' } })).toBe('unknown unknown');
  expect(answers(sources({ name: 'web', partition: 'east', action: 'allow' }))).toBe('unknown denied');
  expect(answers(sources(), exporting('cart'))).toBe('denied unknown');
  expect(answers(sources(), exporting('*'))).toBe('denied unknown');
  expect(answers(sources(), exporting('job'))).toBe('denied denied');
  expect(answers(sources(), exporting('job', { more: true }))).toBe('denied unknown');
});

test('the Mesh says whether others may take plain text, and whether proxies let out what is not in the mesh', () => {
  const pod = { namespace: 'shop', serviceAccount: 'cart' };
  const client = { kind: 'pod' as const, namespace: 'shop', serviceAccount: 'web', labels: {}, annotations: {}, meshed: true };
  const mesh = (spec: object) => object('Mesh', 'mesh', spec);
  const permissive = object('ServiceDefaults', 'cart', { protocol: 'http', mutualTLSMode: 'permissive' });
  const plain = (...all: object[]) => entering(reading(all), { pod, port: 8080, protocol: 'HTTP', entrances: [] }, { kind: 'outside', meshed: false });
  const leaving = (spec: object, from: object = {}, to: Partial<PodPort> = {}) => {
    const world = reading([mesh(spec)], 'default', 'consul');
    const [caller, outside] = [{ ...client, ...from }, { isOutside: true, protocol: 'TLS' } as const];
    const called = to.pod === undefined ? { ...outside, ...to } : { pod: to.pod, port: 80, protocol: 'HTTP' as const, entrances: [] };
    const { passage } = pass(gatesOut(world.readings, caller, called), { client: caller, pod: { namespace: '' }, port: 443, protocol: 'TLS', ...to.pod === undefined && { outside: {} } });
    return isUndecided(passage) ? 'unknown' : passage;
  };
  const closed = { transparentProxy: { meshDestinationsOnly: true } };

  expect(plain(permissive)).toBe('allowed');
  expect(plain(permissive, mesh({ allowEnablingPermissiveMutualTLS: true }))).toBe('allowed');
  expect(plain(permissive, mesh({}))).toBe('unknown');
  expect([leaving({}), leaving(closed)]).toEqual(['allowed', 'denied']);
  expect([leaving(closed, {}, { pod }), leaving(closed, {}, { protocol: 'UDP' })]).toEqual(['allowed', 'allowed']);
  expect(leaving(closed, {}, { pod: { ...pod, annotations: { 'consul.hashicorp.com/connect-inject': 'false' } } })).toBe('unknown');
  expect(leaving(closed, { meshed: false })).toBe('allowed');
  expect(leaving(closed, { annotations: { 'consul.hashicorp.com/transparent-proxy': 'false' } })).toBe('allowed');
  expect(leaving(closed, { annotations: { 'consul.hashicorp.com/transparent-proxy-exclude-outbound-ports': '443' } })).toBe('allowed');
  expect(leaving(closed, { annotations: { 'consul.hashicorp.com/transparent-proxy-exclude-outbound-ports': '80' } })).toBe('denied');
  expect(leaving(closed, { annotations: { 'consul.hashicorp.com/transparent-proxy-exclude-uids': '1000' } })).toBe('unknown');
  expect(reading([mesh({ http: { incoming: { requestNormalization: { mergeSlashes: true } } } })]).unread).toHaveLength(1);
  expect(reading([{ ...mesh({}), metadata: { name: 'other', namespace: 'shop' } }]).unread).toHaveLength(1);
});

test('what no intention says is up to the default of the ACLs, and so is what is not understood', () => {
  const to = { pod: { namespace: 'shop', serviceAccount: 'cart' }, port: 8080, protocol: 'HTTP' as const, entrances: [] };
  const web = { kind: 'pod' as const, namespace: 'shop', serviceAccount: 'web', meshed: true };
  const ask = (...all: object[]) => entering(reading(all), to, web, { request: { method: 'GET', path: '/', headers: {}, query: {} } });
  const intentions = (destination: object, ...sources: object[]) => object('ServiceIntentions', 'cart', { destination, sources });
  const denyAll = intentions({ name: '*' }, { name: '*', action: 'deny' });

  expect(ask(intentions({ name: 'cart' }, { name: 'job', action: 'allow' }))).toBe('unknown');
  expect(ask(denyAll)).toBe('denied');
  expect(ask(denyAll, object('ServiceIntentions', 'web', { destination: { name: 'cart' }, sources: [{ name: 'web', action: 'allow' }] }))).toBe('allowed');
  expect(ask(denyAll, object('ServiceIntentions', 'web', { destination: { name: 'cart' }, sources: [{ name: 'web', action: 'allow', samenessGroup: 'all' }] }))).toBe('unknown');
});

/** Whether a request of web gets in, and a connection. */
function asWeb(...all: object[]): string {
  const web = { kind: 'pod' as const, namespace: 'shop', serviceAccount: 'web', meshed: true };
  const to = { pod: { namespace: 'shop', serviceAccount: 'cart' }, port: 8080, entrances: [] };
  const world = reading(all);
  const sent = { request: { method: 'GET', path: '/', headers: {}, query: {} } };
  return [entering(world, { ...to, protocol: 'HTTP' }, web, sent), entering(world, { ...to, protocol: 'TCP' }, web)].join(' ');
}

describe('what a service speaks decides on permissions, and on connections', () => {
  const intentions = (source: object) => object('ServiceIntentions', 'cart', { destination: { name: 'cart' }, sources: [{ name: 'web', ...source }, { name: '*', action: 'deny' }] });
  const permissions = (action: string) => ({ permissions: [{ action, http: { pathPrefix: '/' } }] });
  const own = (protocol?: string) => object('ServiceDefaults', 'cart', { protocol });
  const ofAll = (protocol?: string) => object('ProxyDefaults', 'global', { config: { protocol } });

  test.each<[string, object[], allowed: string, permitted: string, refused: string]>([
    ['nobody says it', [], 'allowed unknown', 'unknown unknown', 'unknown unknown'],
    ['its ServiceDefaults say HTTP', [own('http')], 'allowed denied', 'allowed denied', 'denied denied'],
    ['they say it in capitals', [own('HTTP')], 'allowed denied', 'allowed denied', 'denied denied'],
    ['they say TCP', [own('tcp')], 'allowed allowed', 'unknown unknown', 'unknown unknown'],
    ['ProxyDefaults say HTTP', [ofAll('http')], 'allowed denied', 'allowed denied', 'denied denied'],
    ['ProxyDefaults say nothing of it', [ofAll()], 'allowed allowed', 'unknown unknown', 'unknown unknown'],
    ['ServiceDefaults go before them', [own('http'), ofAll('tcp')], 'allowed denied', 'allowed denied', 'denied denied'],
    ['ServiceDefaults say nothing of it', [own()], 'allowed unknown', 'unknown unknown', 'unknown unknown'],
    // Its proxy takes HTTP, and routes and permissions are for TCP.
    ['only ProxyDefaults say it of the two', [own(), ofAll('http')], 'allowed denied', 'unknown denied', 'unknown denied'],
  ])('%s', (_, defaults, allowed, permitted, refused) => {
    const answers = [{ action: 'allow' }, permissions('allow'), permissions('deny')].map(source => asWeb(...defaults, intentions(source)));
    expect(answers).toEqual([allowed, permitted, refused]);
    expect(asWeb(...defaults, intentions({ action: 'deny' }))).toBe('denied denied');
  });

  test('beside permissions that Consul refuses, nothing of their object is in force', () => {
    const beside = (action: string) => [
      object('ServiceIntentions', 'cart', { destination: { name: 'cart' }, sources: [{ name: 'web', action }, { name: 'job', ...permissions('allow') }] }),
      object('ServiceIntentions', 'all', { destination: { name: '*' }, sources: [{ name: '*', action: 'deny' }] }),
    ];
    expect([asWeb(own('tcp'), ...beside('allow')), asWeb(own('tcp'), ...beside('deny'))]).toEqual(['unknown denied', 'denied denied']);
  });

  test('beside permissions that name no provider, nothing of their object is in force', () => {
    const beside = (...more: object[]) => asWeb(own('http'), ...more, object('ServiceIntentions', 'cart', {
      destination: { name: 'cart' },
      sources: [{ name: 'web', action: 'allow' }, { name: 'job', permissions: [{ action: 'allow', http: { pathPrefix: '/' }, jwt: { providers: [{ name: 'login' }] } }] }],
    }));
    const login = object('JWTProvider', 'login', { issuer: 'https://login.example.com', jsonWebKeySet: { local: { jwks: 'e30=' } } });
    expect([beside(), beside(login), beside(login, { ...login, metadata: { name: 'login', namespace: 'ops' } })]).toEqual(['unknown denied', 'allowed denied', 'unknown denied']);
  });

  test('it is said what to add', () => {
    const { readings: [{ reading: { entering: gates } }] } = reading([intentions(permissions('allow'))]);
    const said = JSON.stringify(gates?.({ pod: { namespace: 'shop', serviceAccount: 'cart' }, port: 8080, protocol: 'HTTP', entrances: [] }));
    expect(said).toContain('nobody says what the service speaks to Consul: give its ServiceDefaults with a `protocol`, or the ProxyDefaults of the mesh');
  });

  test.each<[string, object[]]>([
    ['permissions for several services', [object('ServiceIntentions', 'all', { destination: { name: '*' }, sources: [{ name: 'web', ...permissions('allow') }] })]],
    ['a permission for nothing', [object('ServiceIntentions', 'cart', { destination: { name: 'cart' }, sources: [{ name: 'web', permissions: [{ action: 'allow', http: {} }] }] })]],
    ['ProxyDefaults of another name', [{ ...ofAll('http'), metadata: { name: 'other', namespace: 'shop' } }, intentions({ action: 'allow' })]],
  ])('Consul refuses %s', (_, all) => expect(asWeb(own('http'), ...all)).toMatch(/^unknown/));
});
