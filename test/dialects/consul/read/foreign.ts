import * as fc from 'fast-check';
import type { Client as Sender, Request } from '../../../../src/evaluators/access/request';

export const object = (kind: string, name: string, spec: object, namespace = 'shop') => ({ apiVersion: 'consul.hashicorp.com/v1alpha1', kind, metadata: { name, namespace }, spec });

/** A mesh whose services speak TCP where nothing else is said. */
export const OF_TCP = object('ProxyDefaults', 'global', {});

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1, maxLength: 2 });

/** Consul refuses a permission for nothing, or for several services. */
const condition = fc.oneof(
  fc.constantFrom('/cart', '/cart/items').map(pathExact => ({ pathExact })),
  fc.constantFrom('/', '/cart').map(pathPrefix => ({ pathPrefix })),
  fc.constantFrom('/cart.*', '/[a-z]+').map(pathRegex => ({ pathRegex })),
).chain(path => fc.record({
  methods: optional(some('GET', 'POST')),
  header: optional(fc.tuple(fc.constantFrom('x-team', 'x-version'), fc.constantFrom<object>(
    { present: true }, { exact: '1' }, { prefix: '1' }, { suffix: '2' }, { regex: '[12]' },
  ), fc.constantFrom<object>({}, {}, { invert: true }, { invert: false })).map(([name, is, more]) => [{ name, ...is, ...more }])),
}).map(rest => ({ ...path, ...rest })));

const permission = fc.record({
  action: fc.constantFrom('allow', 'allow', 'deny'),
  http: condition,
  jwt: fc.constantFrom(undefined, undefined, undefined, { providers: [{ name: 'login' }] }, { providers: [{ name: 'login', verifyClaims: [{ path: ['sub'], value: 'ana' }] }] }),
});

const acts = fc.constantFrom('allow', 'deny').map((action): object => ({ action }));
const permits = fc.array(permission, { minLength: 1, maxLength: 3 }).map((permissions): object => ({ permissions }));

const source = (isMirrored: boolean, isOfOne: boolean) => fc.record({
  name: fc.constantFrom('web', 'job', '*'),
  namespace: fc.constantFrom('shop', 'ops', '*'),
  peer: fc.constantFrom(undefined, undefined, undefined, 'east'),
  decides: isOfOne ? fc.oneof(acts, permits) : acts,
}).map(({ name, namespace, peer, decides }) => isMirrored
  ? { name: namespace === '*' ? '*' : name, namespace, peer, ...decides } : { name, peer, ...decides });

const destinations = (isMirrored: boolean) => isMirrored
  ? [{ name: 'cart' }, { name: '*' }, { name: '*', namespace: '*' }, { name: 'basket' }, { name: 'cart', namespace: 'ops' }] : [{ name: 'cart' }, { name: '*' }, { name: 'basket' }];

const defaults = fc.record({
  protocol: fc.constantFrom(undefined, 'http', 'http', 'grpc', 'tcp'),
  mutualTLSMode: fc.constantFrom(undefined, 'strict', 'permissive'),
});

export const manifests = (isMirrored: boolean) => fc.record({
  intentions: fc.subarray(destinations(isMirrored)).chain(all => fc.tuple(...all.map((destination, i) =>
    fc.uniqueArray(source(isMirrored, destination.name !== '*'), { minLength: 1, maxLength: 4, selector: one => JSON.stringify([one.name, one.peer, 'namespace' in one && one.namespace]) })
      .map(sources => object('ServiceIntentions', `i${i}`, { destination, sources }))))),
  own: fc.option(defaults, { freq: 4, nil: undefined }),
  ofAll: fc.option(defaults, { freq: 1, nil: undefined }),
  exported: fc.constantFrom<object[][]>([], [], [], [], [[{ name: 'cart' }]], [[{ name: 'basket' }]], [[{ name: '*', ...(isMirrored && { namespace: 'ops' }) }]]),
}).map(({ intentions, exported, own, ofAll }) => JSON.parse(JSON.stringify([
  ...exported.map(services => object('ExportedServices', 'default', { services: services.map(one => ({ ...one, consumers: [{ peer: 'east' }] })) })),
  ...intentions,
  ...own === undefined ? [] : [object('ServiceDefaults', 'cart', own)],
  ...ofAll === undefined ? [] : [object('ProxyDefaults', 'global', { config: { protocol: ofAll.protocol }, mutualTLSMode: ofAll.mutualTLSMode })],
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

export const request: fc.Arbitrary<Request> = fc.record({
  client,
  port: fc.constantFrom(8080, 8080, 6379, 9443),
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
    ports: [{ port: 8080, protocol: 'HTTP' as const }, { port: 6379, protocol: 'TCP' as const }, { port: 9443, protocol: 'TLS' as const }],
  },
}));
