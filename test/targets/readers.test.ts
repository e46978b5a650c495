import { App, Chart, Duration } from 'cdk8s';
import type { ApiObject } from 'cdk8s';
import * as fc from 'fast-check';
import {
  EgressDestination, EgressPolicy, EgressPort, Exposure, ExposureGateway, ExposureTls, GrpcMatch, GrpcStatus, HashKey, HttpMatch, Identity,
  LoadBalancing, MeshProtocol, MeshService, MeshTargets, MutualTls, MutualTlsMode, ServiceAccessPolicy, ServiceRoute, StickinessType, StringMatch,
  Validation,
} from '../../src';
import type { Support } from '../../src/dialects/contract/support';
import type { CatalogueEntry, Title } from '../../src/targets/catalogue';
import { CATALOGUE } from '../../src/targets/catalogue';
import type { MeshTarget } from '../../src/targets/mesh-target';
import { API_SERVER } from '../oracle/readers/api-server';
import { CONSUL } from '../oracle/readers/consul';
import { ISTIOD } from '../oracle/readers/istiod';
import { KUMA } from '../oracle/readers/kuma';
import { LINKERD } from '../oracle/readers/linkerd';
import type { Reader } from '../oracle/readers/reader';
import { violations } from '../schema';
import { targetOf } from '../setup';

/**
 * Any values in the fields that users fill: the library refuses them, or an API server takes them, and so does whoever else reads the
 * manifests. A reader that does not take one value drops the object, and leaves open what it should close.
 */

/** SMI has hardly a value that others have not, and Ingress has no policies. */
type Tried = Exclude<Title, `SMI${string}` | 'Ingress'>;

/** Beside the API server with its CRDs. */
const READERS: Readonly<Record<Tried, Reader>> = {
  'Gateway API': {},
  'Gateway API, experimental channel': {},
  'Gateway API, Istio': ISTIOD,
  'Gateway API, Istio ambient': ISTIOD,
  'Gateway API, Linkerd': LINKERD,
  'Gateway API, Linkerd, experimental channel': LINKERD,
  'Gateway API, Consul': CONSUL,
  'Consul': CONSUL,
  'Gateway API, Kuma': KUMA,
  'Kuma': KUMA,
  'Gateway API, Cilium': {},
  'NetworkPolicy': API_SERVER,
};

const CASES = Math.ceil(Number(process.env.ORACLE_CASES ?? 6000) / 20);

const chars = (alphabet: string, maxLength: number, minLength = 1) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });
const LOWER = 'abz019';
const label = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('web', 'shop', 'a', '0', '7a', 'x'.repeat(63)) }, { weight: 1, arbitrary: chars(`${LOWER}-`, 66) },
);
const name = fc.oneof({ weight: 4, arbitrary: label }, { weight: 1, arbitrary: fc.array(label, { minLength: 2, maxLength: 4 }).map(parts => parts.join('.')) });
const host = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('api.example.com', '*.example.com', 'a.b.example.com') },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom('', '*.'), label, fc.constantFrom('.example.com', '.com', '.1', '.a1', '')).map(parts => parts.join('')) },
  { weight: 1, arbitrary: fc.ipV4() },
  { weight: 1, arbitrary: name },
);
const block = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 33 })) },
  { weight: 1, arbitrary: fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 129 })) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<[string, number]>(
      ['10.0.0.0', 8], ['203.0.113.0', 24], ['203.0.113.0', 32], ['203.0.113.7', 24], ['2001:db8::', 32], ['0.0.0.0', 0], ['10.1.0.0', 16]),
  },
).map(([address, length]) => `${address}/${length}`);
const path = fc.oneof(
  fc.constantFrom('/', '/api', '/api/v1'),
  fc.constantFrom('/', '/api', '/api/', '/api*', '/*', '/a=b', '/a*/b', "/a!$&'()", '/%7Bid%7D', '/a;v=1', `/${'a'.repeat(300)}`),
  fc.array(chars("ab-._~!$&'()*+,;:@=%2{}", 4, 0), { minLength: 1, maxLength: 4 }).map(parts => `/${parts.join('/')}`),
);
const template = fc.array(fc.oneof(fc.constantFrom('{id}', '{x}'), chars("ab-._~!$&'()*+,;:@=", 3)), { minLength: 1, maxLength: 4 })
  .map(parts => `/${parts.join('/')}`);
const header = fc.oneof(
  fc.constantFrom('x-team', 'x-version'),
  fc.constantFrom('x-team', 'X-Team', 'cookie', 'host', 'content-type', 'a', '[x]'),
  chars("a!#$%&'*+-.^_|~[]@: Z", 5),
);
const value = fc.oneof(
  fc.constantFrom('1', 'beta'),
  fc.constantFrom('1', '*', '*a', 'a*', 'a b', ' a', '"', '%', '{}', 'a,b', 'Bearer x'),
  fc.string({ maxLength: 8 }),
);
const regex = fc.oneof(fc.constantFrom('a|b', '[ab]+', '.*', 'a{1,3}', '(a)', 'x'.repeat(1100), '(?i)a', '\\d+'), chars('ab.*+?()[]|\\^$', 6));
const condition = fc.oneof(
  value.map(text => () => StringMatch.exact(text)), regex.map(text => () => StringMatch.regex(text)), fc.constant(() => StringMatch.present()),
);
const milliseconds = fc.oneof(
  fc.constantFrom(0, 1, 10, 49, 50, 51, 999, 1000, 1500, 60_000, 90_061_001, 359_999_999_000), fc.integer({ min: 0, max: 100_000 }),
);
const number = fc.constantFrom(0, 1, 2, 10, 100, 65_535, 65_536, 2_147_483_647, 2_147_483_648, 4_294_967_295, 4_294_967_296);
const percent = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 0.0001, 0.01, 33.3333, 50, 100) },
  { weight: 1, arbitrary: fc.double({ min: -1, max: 101, noNaN: true }) },
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const lazily = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined, freq: 2 });
const time = milliseconds.map(count => Duration.millis(count));

/** Leaves out what is not said. */
function said<T extends object>(props: T): T {
  return Object.fromEntries(Object.entries(props).filter(([, one]) => one !== undefined)) as T;
}

const match = fc.record({
  methods: maybe(fc.subarray(['GET', 'POST', 'PATCH', 'CONNECT'], { minLength: 1 })),
  path: fc.oneof(path.map(one => ({ path: one })), path.map(one => ({ pathPrefix: one })), path.map(one => ({ pathBelow: one })),
    template.map(one => ({ pathTemplate: one })), regex.map(one => ({ pathRegex: `/${one}` })), fc.constant({})),
  headers: lazily(fc.tuple(header, condition)),
  query: lazily(fc.tuple(header, condition)),
}).map(({ methods, path: ofPath, headers, query }) => () => HttpMatch.of(said({
  methods, ...ofPath, headers: headers && { [headers[0]]: headers[1]() }, query: query && { [query[0]]: query[1]() },
})));

const call = fc.record({
  service: fc.oneof(fc.constant('shop.v1.Cart'), chars('aZ_0.', 4)),
  method: maybe(fc.oneof(fc.constant('AddItem'), chars('aZ_0.', 4))),
  headers: lazily(fc.tuple(header, condition)),
}).map(({ headers, ...of }) => () => GrpcMatch.of(said({ ...of, headers: headers && { [headers[0]]: headers[1]() } })));

const identity: fc.Arbitrary<() => Identity> = fc.oneof(
  fc.tuple(name, label).map(([account, namespace]) => () => Identity.serviceAccount(account, namespace)),
  label.map(namespace => () => Identity.namespace(namespace)),
  fc.tuple(host, name).map(([domain, last]) => () => Identity.spiffeId(`spiffe://${domain}/ns/${last}`)),
  fc.tuple(block, fc.array(block, { maxLength: 1 })).map(([cidr, except]) => () => Identity.ipBlock(cidr, except)),
  fc.tuple(label, value).map(([key, text]) => () => Identity.namespaceLabels({ [key]: text })),
  fc.constant(() => Identity.anyAuthenticated()),
  fc.constant(() => Identity.anyone()),
);

const podSelector = fc.oneof({ weight: 4, arbitrary: fc.constant({ app: 'cart' }) }, { weight: 1, arbitrary: fc.dictionary(label, value, { maxKeys: 2 }) });
const protocols = fc.constantFrom(MeshProtocol.HTTP, MeshProtocol.HTTP, MeshProtocol.GRPC);
const service = fc.record({ port: fc.constantFrom(80, 8080), protocol: protocols, podSelector })
  .map(({ port, protocol, podSelector: labels }) => () =>
    MeshService.of('cart', { namespace: 'shop', serviceAccount: 'cart', podSelector: labels, ports: [{ port, protocol }] }));

type Make = (chart: Chart) => { readonly apiObjects: ApiObject[] };

const POLICIES: Readonly<Record<string, fc.Arbitrary<Make>>> = {
  access: fc.record({
    service, sources: fc.array(identity, { minLength: 1, maxLength: 3 }), requests: lazily(fc.array(match, { minLength: 1, maxLength: 2 })),
  }).map(({ service: to, sources, requests }) => chart => new ServiceAccessPolicy(chart, 'policy', {
    destination: to(), allow: [said({ sources: sources.map(one => one()), requests: requests?.map(one => one()) })],
  })),
  authentication: fc.record({ service, port: lazily(number) }).map(({ service: of, port }) => chart => new MutualTls(chart, 'policy', said({
    workload: of(), mode: MutualTlsMode.STRICT, ports: port === undefined ? undefined : [{ port, mode: MutualTlsMode.PERMISSIVE }],
  }))),
  egress: fc.record({
    destinations: fc.array(fc.tuple(
      fc.oneof(host, block),
      fc.constantFrom('http', 'tls', 'tcp', 'serverFirst'),
      fc.constantFrom(80, 443, 3306, 65_535, 70_000),
    ), {
      minLength: 1, maxLength: 3,
    }),
  }).map(({ destinations }) => chart => new EgressPolicy(chart, 'policy', {
    allow: destinations.map(([to, protocol, port]) => {
      const spoken = EgressPort[protocol as 'http'](port);
      return to.includes('/') ? EgressDestination.cidr(to, spoken) : EgressDestination.host(to, spoken);
    }),
  })),
};

const headerChanges = fc.tuple(header, value).map(([key, text]) => ({ set: { [key]: text }, remove: ['x-gone'] }));
const HANDLING: readonly fc.Arbitrary<object>[] = [
  fc.record({ request: maybe(time), backendRequest: maybe(time) }).map(times => ({ timeouts: said(times) })),
  fc.record({
    attempts: fc.constantFrom(0, 1, 3, 100),
    statusCodes: maybe(fc.array(fc.integer({ min: 399, max: 600 }), { maxLength: 3 })),
    grpcStatuses: maybe(fc.subarray(Object.values(GrpcStatus))),
    backoff: maybe(time),
  }).map(retries => ({ retries: said(retries) })),
  headerChanges.map(requestHeaders => ({ requestHeaders })),
  headerChanges.map(responseHeaders => ({ responseHeaders })),
  fc.record({ hostname: maybe(host), path: maybe(path) }).map(rewrite => ({ rewrite: said(rewrite) })),
  fc.record({ type: fc.constantFrom(...Object.values(StickinessType)), name: maybe(header), absoluteTimeout: maybe(time) })
    .map(stickiness => ({ stickiness: said(stickiness) })),
  fc.record({ percent, delay: time, statusCode: fc.integer({ min: 199, max: 601 }) })
    .map(({ percent: of, delay, statusCode }) => ({ faults: { delay: { percent: of, delay }, abort: { percent: of, statusCode } } })),
  fc.record({ host, allowHeaders: maybe(header), maxAge: maybe(time) }).map(({ host: of, allowHeaders, maxAge }) =>
    ({ cors: said({ allowOrigins: [`https://${of}`], allowHeaders: allowHeaders === undefined ? undefined : [allowHeaders], maxAge }) })),
];
const TRAFFIC: readonly fc.Arbitrary<object>[] = [
  maybe(fc.integer({ min: 1, max: 359_999_999_000 }).map(count => Duration.millis(count)))
    .map(warmUp => ({ loadBalancing: LoadBalancing.roundRobin(said({ warmUp })) })),
  maybe(fc.constantFrom(2, 3, 65_536, 2_147_483_647)).map(choices => ({ loadBalancing: LoadBalancing.leastRequest(said({ choices })) })),
  fc.record({
    key: fc.constantFrom(HashKey.header('x-user'), HashKey.cookie('cart'), HashKey.queryParameter('page'), HashKey.sourceAddress()),
    minimumRingSize: maybe(fc.integer({ min: 1, max: 8_000_000 })),
  }).map(({ key, minimumRingSize }) => ({ loadBalancing: LoadBalancing.ringHash(key, said({ minimumRingSize })) })),
  fc.constant({ loadBalancing: LoadBalancing.maglev(HashKey.sourceAddress()) }),
  fc.record({
    consecutiveErrors: lazily(number),
    consecutiveGatewayErrors: lazily(number),
    consecutiveConnectionFailures: lazily(number),
    maxEjectionPercent: lazily(number),
    minHealthPercent: lazily(number),
    ejectionTime: lazily(time),
    interval: lazily(time),
    maxConnections: lazily(number),
    maxRequests: lazily(number),
    maxRetries: lazily(number),
  }).map(circuitBreaking => ({ circuitBreaking: said(circuitBreaking) })),
  fc.record({
    connectTimeout: lazily(time),
    idleTimeout: lazily(time),
    maxDuration: lazily(time),
    keepalive: maybe(fc.record({ time: lazily(time), interval: lazily(time), probes: lazily(number) }).map(said)),
    maxRequestsPerConnection: lazily(number),
    maxConcurrentStreams: lazily(number),
    http2: maybe(fc.boolean()),
  }).map(connections => ({ connections: said(connections) })),
  fc.record({ requests: number, interval: maybe(time) }).map(rateLimit => ({ rateLimit: said(rateLimit) })),
  fc.record({ percent: number, interval: maybe(time) }).map(retryBudget => ({ retryBudget: said(retryBudget) })),
];
const weights = fc.array(fc.constantFrom(0, 1, 3, 7, 50, 99, 100, 999, 9999), { minLength: 1, maxLength: 3 });
const ROUTES: fc.Arbitrary<Make> = fc.record({
  service,
  match: lazily(fc.oneof<fc.MaybeWeightedArbitrary<() => HttpMatch | GrpcMatch>[]>({ weight: 3, arbitrary: match }, { weight: 1, arbitrary: call })),
  handling: lazily(fc.oneof(...HANDLING)),
  everywhere: fc.boolean(),
  traffic: lazily(fc.oneof(...TRAFFIC)),
  weights,
}).map(({ service: of, match: one, handling, everywhere, traffic, weights: shares }) => chart => {
  const cart = of();
  const backends = shares.map((weight, i) => ({ service: i === 0 ? cart : cart.variant(`v${i}`), weight }));
  const first = one === undefined ? [] : [said({ matches: [one()], backends, ...handling })];
  return new ServiceRoute(chart, 'route', {
    service: cart, rules: [...first, { backends: [{ service: cart }], ...everywhere ? handling : undefined }], ...traffic,
  });
});

/** One thing at a time, so that no other is what is refused. */
const TREATMENTS: fc.Arbitrary<Make> = fc.record({
  protocol: protocols,
  of: fc.oneof(...HANDLING.map(of => of.map(rule => ({ rule, route: {} }))), ...TRAFFIC.map(of => of.map(route => ({ rule: {}, route })))),
}).map(({ protocol, of: { rule, route } }) => chart => {
  const cart = MeshService.of('cart', { namespace: 'shop', ports: [{ port: 80, protocol }] });
  return new ServiceRoute(chart, 'route', { service: cart, rules: [{ backends: [{ service: cart }], ...rule }], ...route });
});

const REDIRECTS: fc.Arbitrary<Make> = fc.record({ service, match, hostname: maybe(host), path: maybe(path), port: maybe(number) })
  .map(({ service: of, match: one, ...redirect }) => chart => new ServiceRoute(chart, 'route', {
    service: of(), rules: [{ matches: [one()], redirect: said(redirect) }, { backends: [{ service: of() }] }],
  }));

/** What Gateway API has no word for. */
const FAULTS: fc.Arbitrary<Make> = fc.record({ match, percent, delay: time, statusCode: fc.integer({ min: 199, max: 601 }), weights }).map(
  ({ match: one, percent: of, delay, statusCode, weights: shares }) => chart => {
    const cart = MeshService.of('cart', { namespace: 'shop', port: 80 });
    const backends = shares.map((weight, i) => ({ service: i === 0 ? cart : cart.variant(`v${i}`), weight }));
    const faults = { delay: { percent: of, delay }, abort: { percent: of, statusCode } };
    return new ServiceRoute(chart, 'route', { service: cart, rules: [{ matches: [one()], backends, faults }, { backends: [{ service: cart }], faults }] });
  });

/** In Linkerd a limit is for the Server of a policy, so there is one. */
const RATE_LIMITS: fc.Arbitrary<Make> = fc.record({
  port: fc.constantFrom(80, 8080), requests: number, interval: fc.oneof(fc.constant(Duration.seconds(1)), time),
}).map(({ port, ...rateLimit }) => chart => {
  const of = MeshService.of('cart', { namespace: 'shop', podSelector: { app: 'cart' }, port });
  const made = [
    new MutualTls(chart, 'policy', { workload: of, mode: MutualTlsMode.STRICT }),
    new ServiceRoute(chart, 'route', { service: of, rules: [{ backends: [{ service: of }] }], rateLimit }),
  ];
  return { apiObjects: made.flatMap(({ apiObjects }) => apiObjects) };
});

const EXPOSURES: fc.Arbitrary<Make> = fc.record({
  hostnames: maybe(fc.array(host, { minLength: 1, maxLength: 2 })),
  gateway: fc.constantFrom(() => ExposureGateway.own({ className: 'one' }), () => ExposureGateway.shared('one'), () => ExposureGateway.listenerSet('one')),
  tls: lazily(fc.constant(() => ExposureTls.secret('one'))),
  match: lazily(match),
  handling: lazily(fc.oneof(...HANDLING)),
  weights,
}).map(({ hostnames, gateway, tls, match: one, handling, weights: shares }) => chart => {
  const cart = MeshService.of('cart', { namespace: 'shop', port: 80 });
  const backends = shares.map((weight, i) => ({ service: i === 0 ? cart : cart.variant(`v${i}`), weight }));
  return new Exposure(chart, 'exposure', said({
    service: cart, hostnames, gateway: gateway(), tls: tls?.(), rules: [said({ matches: one && [one()], backends, ...handling })],
  }));
});

const MAKES: Readonly<Record<string, fc.Arbitrary<Make>>> = {
  ...POLICIES, routes: ROUTES, treatments: TREATMENTS, exposures: EXPOSURES, redirects: REDIRECTS, faults: FAULTS, rateLimits: RATE_LIMITS,
};

/** How many objects of each kind a reader has been shown. */
const SHOWN = new Map<Reader, Map<string, number>>();

/** What is rendered; nothing where the values are refused, when they are given or at synth. */
function rendered(target: MeshTarget, make: Make): any[] | undefined {
  const app = new App();
  MeshTargets.of(app).add(target).validation(Validation.OFF);
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  try {
    const { apiObjects } = make(chart);
    return app.node.findAll().some(({ node }) => node.validate().length > 0) ? undefined : apiObjects.map(object => object.toJson());
  } catch (error) {
    expect(String(error)).toMatch(/MESH1\d{3}/);
    return undefined;
  }
}

const isTried = (entry: CatalogueEntry): entry is CatalogueEntry & { readonly title: Tried } => entry.title in READERS;

describe.each(CATALOGUE.filter(isTried))('$title', ({ title, dialects }) => {
  const target = targetOf(dialects);
  const channel = title.includes('experimental') ? 'experimental' : 'standard';
  const supported: Readonly<Record<string, Support>> = {
    access: dialects.access.supports.DenyAll,
    authentication: dialects.authentication.supports.WorkloadAuthentication,
    egress: dialects.egress.supports.NamespaceEgress,
    routes: dialects.routes.supports.HTTPRoute,
    treatments: dialects.routes.supports.HTTPRoute,
    exposures: dialects.exposure.supports.Gateway,
    redirects: dialects.routes.supports.RequestRedirect,
    faults: dialects.routes.supports.FaultInjection,
    rateLimits: dialects.routes.supports.LocalRateLimit,
  };
  const shown = SHOWN.get(READERS[title]) ?? new Map<string, number>();
  SHOWN.set(READERS[title], shown);

  test.each(Object.keys(MAKES).filter(what => supported[what].level !== 'none'))('%s', what => {
    let taken = 0;
    // One treatment at a time makes few objects of each kind.
    const numRuns = what === 'treatments' ? 4 * CASES : CASES;
    fc.assert(fc.property(MAKES[what], make => {
      const manifests = rendered(target, make);
      taken += manifests === undefined ? 0 : 1;
      manifests?.forEach(({ kind }) => shown.set(kind, (shown.get(kind) ?? 0) + 1));
      const complaints = (manifests ?? []).flatMap(manifest => [
        ...violations(manifest, { channel }), ...READERS[title][manifest.kind]?.(manifest) ?? [],
      ].filter(complaint => complaint !== false).map(complaint => `${manifest.kind}: ${complaint}`));
      expect(complaints).toEqual([]);
    }), { numRuns });
    // Where nothing is taken, nothing is tried.
    expect(taken).toBeGreaterThan(0);
  });
});

test('a reader is shown each kind that it reads, and more than a few of it', () => {
  for (const [reader, shown] of [...SHOWN].filter(([, kinds]) => kinds.size > 0)) {
    expect(Object.keys(reader).filter(kind => (shown.get(kind) ?? 0) < CASES / 60)).toEqual([]);
  }
});

test.each<[Reader, any, string]>([
  [ISTIOD, { kind: 'ServiceEntry', spec: { hosts: ['example.1'], ports: [] } }, 'the host example.1'],
  [
    ISTIOD,
    { kind: 'AuthorizationPolicy', spec: { action: 'ALLOW', selector: {}, rules: [{ when: [{ key: 'request.headers[x]', values: [''] }] }] } },
    'no values',
  ],
  [ISTIOD, { kind: 'VirtualService', spec: { hosts: ['cart'], http: [{ route: [{}], retries: { attempts: 1, retryOn: '599' } }] } }, 'retries on 599'],
  [LINKERD, { kind: 'NetworkAuthentication', spec: { networks: [{ cidr: '10.0.0.0/8', except: ['10.0.0.0/7'] }] } }, 'is no part of'],
  [LINKERD, { kind: 'MeshTLSAuthentication', spec: { identities: ['spiffe://a/b/../c'] } }, 'the identity'],
  [KUMA, {
    kind: 'MeshTrafficPermission',
    spec: { targetRef: { kind: 'Mesh' }, rules: [{ default: { allow: [{ spiffeID: { type: 'Prefix', value: 'spiffe://a/b/' } }] } }] },
  }, 'the id'],
  [
    KUMA,
    { kind: 'MeshRateLimit', spec: { targetRef: { kind: 'Mesh' }, rules: [{ default: { local: { http: { requestRate: { num: 1, interval: '50ms' } } } } }] } },
    'the interval',
  ],
  [CONSUL, { kind: 'ServiceSplitter', spec: { splits: [{ weight: 0.001 }, { weight: 99.999 }] } }, 'the weight 0.001'],
  [
    CONSUL,
    { kind: 'ServiceIntentions', spec: { destination: { name: 'a' }, sources: [{ name: 'b', permissions: [{ action: 'allow', http: {} }] }] } },
    'a permission for nothing',
  ],
  [
    CONSUL,
    { kind: 'Gateway', spec: { listeners: [{ name: 'a', port: 80, protocol: 'HTTP' }, { name: 'b', port: 80, protocol: 'HTTP' }] } },
    'two listeners on a port',
  ],
  [CONSUL, { kind: 'HTTPRoute', spec: { hostnames: ['*.example.com'], rules: [] } }, 'the host *.example.com'],
  [CONSUL, { kind: 'ServiceSplitter', spec: { splits: [{ service: 'a', weight: 50 }, { service: 'a', weight: 50 }] } }, 'a service twice'],
  [CONSUL, { kind: 'ServiceResolver', spec: { loadBalancer: { policy: 'maglev', hashPolicies: [{ field: 'cookie', fieldValue: '' }] } } }, 'no cookie'],
  [API_SERVER, { kind: 'NetworkPolicy', spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.1/8' } }] }] } }, 'bits behind the prefix'],
])('a reader complains of %#', (reader, manifest, complaint) => {
  expect(reader[manifest.kind](manifest).filter(one => one !== false).join()).toContain(complaint);
});
