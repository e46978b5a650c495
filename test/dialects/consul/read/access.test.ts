import * as fc from 'fast-check';
import { decidedByConsul } from '../../../../src/evaluators/access/consul';
import type { Client as Sender, Request } from '../../../../src/evaluators/access/request';
import { Unknown } from '../../../../src/evaluators/unknown';
import { decidesAsWritten } from '../../../oracle/access/decide';
import { PLAIN } from '../../../oracle/access/targets';
import { asked, readingAs } from '../../../reading/asked';
import { type Answer, entering, reading } from '../../../reading/world';

const CASES = Number(process.env.ORACLE_CASES ?? 1000);

const object = (kind: string, name: string, spec: object, namespace = 'shop') => ({ apiVersion: 'consul.hashicorp.com/v1alpha1', kind, metadata: { name, namespace }, spec });

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1, maxLength: 2 });

const condition = fc.oneof(
  fc.constant({}),
  fc.constantFrom('/cart', '/cart/items').map(pathExact => ({ pathExact })),
  fc.constantFrom('/', '/cart').map(pathPrefix => ({ pathPrefix })),
  fc.constantFrom('/cart.*', '/[a-z]+').map(pathRegex => ({ pathRegex })),
).chain(path => fc.record({
  methods: optional(some('GET', 'POST')),
  header: optional(fc.tuple(fc.constantFrom('x-team', 'x-version'), fc.constantFrom<object>(
    { present: true }, { exact: '1' }, { prefix: '1' }, { suffix: '2' }, { regex: '[12]' },
  )).map(([name, is]) => [{ name, ...is }])),
}).map(rest => ({ ...path, ...rest })));

const permission = fc.record({
  action: fc.constantFrom('allow', 'allow', 'deny'),
  http: condition,
  jwt: fc.constantFrom(undefined, undefined, undefined, { providers: [{ name: 'login' }] }, { providers: [{ name: 'login', verifyClaims: [{ path: ['sub'], value: 'ana' }] }] }),
});

const source = (isMirrored: boolean) => fc.record({
  name: fc.constantFrom('web', 'job', '*'),
  namespace: fc.constantFrom('shop', 'ops', '*'),
  decides: fc.oneof(fc.constantFrom('allow', 'deny').map(action => ({ action })), fc.array(permission, { minLength: 1, maxLength: 3 }).map(permissions => ({ permissions }))),
}).map(({ name, namespace, decides }) => isMirrored
  ? { name: namespace === '*' ? '*' : name, namespace, ...decides } : { name, ...decides });

const destinations = (isMirrored: boolean) => isMirrored
  ? [{ name: 'cart' }, { name: '*' }, { name: '*', namespace: '*' }, { name: 'basket' }, { name: 'cart', namespace: 'ops' }] : [{ name: 'cart' }, { name: '*' }, { name: 'basket' }];

const manifests = (isMirrored: boolean) => fc.record({
  intentions: fc.subarray(destinations(isMirrored)).chain(all => fc.tuple(...all.map((destination, i) =>
    fc.uniqueArray(source(isMirrored), { minLength: 1, maxLength: 4, selector: one => JSON.stringify([one.name, 'namespace' in one && one.namespace]) })
      .map(sources => object('ServiceIntentions', `i${i}`, { destination, sources }))))),
  protocol: fc.constantFrom(undefined, 'http', 'http', 'grpc', 'tcp'),
  mutualTLSMode: fc.constantFrom(undefined, 'strict', 'permissive'),
}).map(({ intentions, ...defaults }) => JSON.parse(JSON.stringify([
  ...intentions, object('ServiceDefaults', 'cart', defaults),
  object('JWTProvider', 'login', { issuer: 'https://login.example.com', jsonWebKeySet: { local: { jwks: 'e30=' } }, audiences: ['shop'] }),
])) as object[]);

const client: fc.Arbitrary<Sender> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('pod' as const),
      ip: fc.constant('10.1.0.5'),
      namespace: fc.constantFrom('shop', 'ops'),
      serviceAccount: fc.constantFrom('web', 'job', 'other'),
      meshed: fc.constantFrom(true, true, true, false),
      trustDomain: fc.constantFrom(undefined, undefined, undefined, 'partner.example'),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom('outside' as const, 'kubelet' as const).map(kind => ({ kind, ip: '192.0.2.7', meshed: false })) },
);

const request: fc.Arbitrary<Request> = fc.record({
  client,
  port: fc.constantFrom(8080, 8080, 6379),
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  path: fc.constantFrom('/', '/cart', '/cart/items', '/carts'),
  headers: fc.dictionary(fc.constantFrom('x-team', 'x-version'), fc.constantFrom('1', '12', '2')),
  tokens: fc.constantFrom(undefined, ...['https://login.example.com', 'https://evil.example.com'].flatMap(iss => ['ana', 'bo'].map(sub => [{ genuine: true, claims: { iss, sub, aud: 'shop' } }]))),
}).map(one => ({
  ...one,
  query: {},
  pod: {
    service: 'cart',
    namespace: 'shop',
    serviceAccount: 'cart',
    labels: { app: 'cart' },
    ports: [{ port: 8080, protocol: 'HTTP' as const }, { port: 6379, protocol: 'TCP' as const }],
  },
}));

test.each(['mirrored', 'single'] as const)('intentions, whoever wrote them, mean what Consul does with them: namespaces are %s', namespacing => {
  const counts = { allowed: 0, denied: 0, unknown: 0 };
  fc.assert(fc.property(manifests(namespacing === 'mirrored').filter(all => namespacing === 'single' || JSON.stringify(all).includes('"name":"*","namespace"')), request, (all, one) => {
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

test('what no intention says is up to the default of the ACLs, and so is what is not understood', () => {
  const to = { pod: { namespace: 'shop', serviceAccount: 'cart' }, port: 8080, protocol: 'HTTP' as const, entrances: [] };
  const web = { kind: 'pod' as const, namespace: 'shop', serviceAccount: 'web', meshed: true };
  const ask = (...all: object[]) => entering(reading(all), to, web, { request: { method: 'GET', path: '/', headers: {}, query: {} } });
  const intentions = (destination: object, ...sources: object[]) => object('ServiceIntentions', 'cart', { destination, sources });
  const denyAll = intentions({ name: '*' }, { name: '*', action: 'deny' });

  expect(ask(intentions({ name: 'cart' }, { name: 'job', action: 'allow' }))).toBe('unknown');
  expect(ask(denyAll)).toBe('denied');
  expect(ask(denyAll, object('ServiceIntentions', 'web', { destination: { name: 'cart' }, sources: [{ name: 'web', action: 'allow' }] }))).toBe('allowed');
  expect(ask(denyAll, object('ServiceIntentions', 'web', { destination: { name: 'cart' }, sources: [{ name: 'web', action: 'allow', peer: 'east' }] }))).toBe('unknown');
});
