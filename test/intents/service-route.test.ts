import { Duration, Testing } from 'cdk8s';
import {
  ConsulNamespaces, Exposure, ExposureGateway, GatewayApiChannel, HttpMatch, Identity, MeshImplementation, MeshProtocol, MeshService, MeshTarget,
  RuleOrder, ServiceAccessPolicy, ServiceRoute, StickinessType, TlsMatch,
} from '../../src';
import { expectValid, expectValidIn } from '../schema';
import { shop, synth, TARGETS } from '../setup';

const cart = MeshService.of('cart', { port: 8080 });
const v1 = { service: cart.variant('cart-v1') };
const CONSUL = MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED });
const KUMA = MeshTarget.kuma({ trustDomain: 'default.zone.mesh.local' });
const onApi = { matches: [HttpMatch.of({ pathPrefix: '/api' })] };

function routeOf(props: object, service = cart, target = TARGETS.gatewayApi()): any[] {
  const chart = shop(target);
  new ServiceRoute(chart, 'route', { service, rules: [{ backends: [v1] }], ...props });
  return synth(chart);
}

test('what holds for all rules is overridden by what a rule says', () => {
  const [{ spec }] = routeOf({
    timeouts: { request: Duration.seconds(10) },
    rules: [{ ...onApi, backends: [v1], timeouts: { request: Duration.seconds(2) } }, { backends: [v1] }],
  });

  expect(spec.rules.map((rule: any) => rule.timeouts)).toEqual([{ request: '2s' }, { request: '10s' }]);
});

test('a redirect is not rewritten', () => {
  const [{ spec }] = routeOf({ rewrite: { hostname: 'a.example.com' }, rules: [{ ...onApi, redirect: { scheme: 'https' } }, { backends: [v1] }] });

  expect(spec.rules.map((rule: any) => rule.filters.map((filter: any) => filter.type))).toEqual([['RequestRedirect'], ['URLRewrite']]);
});

test('rules are sorted for who takes the first match, and told of as they are written', () => {
  const exact = { name: 'exact', matches: [HttpMatch.get('/api')], backends: [v1] };
  const props = { order: RuleOrder.MOST_SPECIFIC, rules: [{ backends: [v1] }, { ...onApi, backends: [v1] }, exact] };

  const manifests = routeOf({ ...props, rules: props.rules.map(({ name, ...rule }: any) => rule) }, cart, CONSUL);
  const { spec: { routes } } = manifests.find(({ kind }) => kind === 'ServiceRouter');
  expect(routes.map(({ match }: any) => match?.http.pathExact ?? match?.http.pathPrefix)).toEqual(['/api', '/api', '/api/', undefined]);
  expect(() => routeOf(props, cart, CONSUL)).toThrow(/names of rules \(rule 3 on port 8080\)/);
  expect(() => routeOf({ ...props, rules: [{ backends: [v1] }, { backends: [v1] }] })).toThrow(/MESH1307: .* so rule 2 is never reached/);
});

test('no two rules have the same name because others come between its matches', () => {
  const prefix = (pathPrefix: string) => HttpMatch.of({ pathPrefix });
  const rules = [{ name: 'ends', matches: [prefix('/api/v1/a'), prefix('/api')], backends: [v1] }, { matches: [prefix('/api/v1')], backends: [v1] }];

  expect(() => routeOf({ rules, order: RuleOrder.MOST_SPECIFIC })).toThrow(/MESH1309: on port 8080, other rules come between the matches of 'ends'/);
});

test('a rule sends its requests nowhere, and nothing else happens to them', () => {
  const gone = (statusCode: number) => ({
    timeouts: { request: Duration.seconds(5) }, requestHeaders: { set: { a: '1' } }, rules: [{ ...onApi, directResponse: { statusCode } }, { backends: [v1] }],
  });
  const [{ spec }] = routeOf(gone(500));

  expect(spec.rules[0]).toEqual({ matches: [{ path: { type: 'PathPrefix', value: '/api' } }] });
  const [{ kind, spec: { http } }] = routeOf(gone(403), cart, TARGETS.istio());
  expect([kind, http[0].directResponse, http[0].timeout, http[0].headers]).toEqual(['VirtualService', { status: 403 }, undefined, undefined]);
  expect(() => routeOf(gone(403))).toThrow(/answers without a backend, with another status than 500 \(rule 1 on port 8080\).*Use 500/);
  expect(() => routeOf(gone(500), cart, TARGETS.linkerd())).toThrow(/rules that send requests nowhere.*Linkerd sends its requests to the Service itself/);
});

test.each<[string, object, RegExp]>([
  ['has no such status', { directResponse: { statusCode: 199 } }, /MESH1011: `statusCode` is 199/],
  ['has no other handling', { directResponse: { statusCode: 500 }, cors: { allowOrigins: ['*'] } }, /MESH1005: `cors` and `directResponse` exclude each other/],
  ['has no backends', { directResponse: { statusCode: 500 }, backends: [v1] }, /MESH1005: .*exclude each other/],
])('an answer at once %s', (_, rule, error) => {
  expect(() => routeOf({ rules: [rule] })).toThrow(error);
});

test.each(['directResponse', 'redirect'])('a rule with a %s is for requests, whatever other ports speak', answer => {
  const service = MeshService.of('cart', { ports: [{ port: 8080 }, { port: 6379, name: 'redis', protocol: MeshProtocol.TCP }] });
  const rule = { [answer]: answer === 'redirect' ? { scheme: 'https' } : { statusCode: 500 } };

  expect(() => routeOf({ rules: [rule] }, service)).toThrow(`MESH1313: \`${answer}\` is for requests, and port 6379 speaks TCP`);
  expect(routeOf({ rules: [{ ...rule, ports: [8080] }] }, service)).toHaveLength(1);
});

test('the experimental channel is chosen with the target', () => {
  const stickiness = { type: StickinessType.COOKIE, name: 'cart' };
  const chart = shop(MeshTarget.gatewayApi({ channel: GatewayApiChannel.EXPERIMENTAL }));
  new ServiceRoute(chart, 'route', { service: cart, stickiness, rules: [{ backends: [v1] }] });
  const manifests = Testing.synth(chart);

  expectValidIn({ channel: 'experimental' }, ...manifests);
  expect(manifests[0].spec.rules[0].sessionPersistence).toEqual({ type: 'Cookie', cookie: { name: 'cart', lifetimeType: 'Session', path: '/' } });
  expect(() => routeOf({ stickiness })).toThrow(/session stickiness.*only the experimental channel.*or use the experimental channel of Gateway API/);
});

test('a target that has a feature in part is named where none has all of it', () => {
  expect(() => routeOf({ timeouts: { backendRequest: Duration.seconds(2) } }, cart, TARGETS.smi()))
    .toThrow(/timeouts of single tries.*or use Gateway API, Istio or Istio ambient: each can express this/);
});

const postgres = MeshService.of('postgres', { port: 5432, protocol: MeshProtocol.TLS });

test('connections go by the name of their server', () => {
  const rules = [
    { matches: [TlsMatch.sni('a.example.com')], backends: [{ service: postgres.variant('postgres-a') }] },
    { matches: [TlsMatch.sni('*.example.com')], backends: [{ service: postgres.variant('postgres-b') }] },
  ];

  expect(routeOf({ rules }, postgres).map(({ kind, spec }) => [kind, spec.hostnames, spec.rules[0].backendRefs[0].name])).toEqual([
    ['TLSRoute', ['a.example.com'], 'postgres-a'], ['TLSRoute', ['*.example.com'], 'postgres-b'],
  ]);
});

test('hosts of requests belong to gateways', () => {
  expect(() => routeOf({ rules: [{ matches: [HttpMatch.of({ hosts: ['a.example.com'] })], backends: [v1] }] }))
    .toThrow(/matches on the host of a request.*Gateway API says that meshes read no hostnames/);
});

test.each<[string, object, RegExp, MeshService?]>([
  [
    'a prefix to replace where there is none',
    { rewrite: { pathPrefix: '/v2' } },
    /\[shop\/route\] MESH1314: on port 8080, rule 1 replaces a path prefix, and also takes requests without a matched prefix/,
  ],
  ['a rewrite of a redirect', { rules: [{ redirect: { scheme: 'https' }, rewrite: { hostname: 'a' } }] }, /`rewrite` and `redirect` exclude each other/],
  ['a header that a rule and a backend change', {
    requestHeaders: { set: { 'X-Team': 'a' } }, rules: [{ backends: [{ ...v1, requestHeaders: { remove: ['x-team'] } }] }],
  },
  /\[shop\/route: requestHeaders\] MESH1404: 'x-team' is changed for all backends, and again for 'cart-v1'/],
  ['the host as a header', { requestHeaders: { set: { Host: 'a.example.com' } } }, /proxies reject a change of the header 'host'.*`rewrite\.hostname`/],
  [
    'a value that proxies fill in',
    { responseHeaders: { add: { 'x-load': '100%' } } },
    /responseHeaders\] MESH1116: '100%' is not a value of 'x-load': proxies read the text after '%' as a command/,
  ],
  [
    'headers of connections',
    { rules: [{ backends: [{ service: postgres, requestHeaders: { remove: ['a'] } }] }] },
    /`requestHeaders` is for requests/,
    postgres,
  ],
  ['a match on requests for connections', { rules: [{ ...onApi, backends: [{ service: postgres }] }] }, /TLS ports TlsMatch/, postgres],
  ['a method that browsers do not know', { cors: { allowOrigins: ['*'], allowMethods: ['get'] } }, /cors\] MESH1114: 'get' is not an HTTP method/],
  ['half a second of memory', { cors: { allowOrigins: ['*'], maxAge: Duration.millis(500) } }, /`maxAge` is not a whole number of seconds/],
])('refuses %s', (_, props, message, service = cart) => {
  expect(() => routeOf(props, service)).toThrow(message);
});

test('`*` stands for all, and so alone', () => {
  const [{ spec }] = routeOf({ cors: { allowOrigins: ['https://a.example.com', '*'], allowHeaders: ['x', 'x'] } });

  expect(spec.rules[0].filters[0].cors).toEqual({ allowOrigins: ['*'], allowHeaders: ['x'], maxAge: 5 });
});

test('some pods of a Service are a backend for the mesh that knows labels, and have the policies of the Service', () => {
  const chart = shop(TARGETS.istio());
  const all = MeshService.of('cart', { port: 8080, namespace: 'shop', podSelector: { app: 'cart' } });
  const pods = (version: string) => ({ service: all.subset({ version }) });
  new ServiceRoute(chart, 'route', { service: all, rules: [{ backends: [{ ...pods('v1'), weight: 9 }, pods('v2')], mirrors: [pods('v3')] }] });
  new ServiceAccessPolicy(chart, 'access', { destination: all, allow: [{ sources: [Identity.serviceAccount('web')] }] });

  expect(synth(chart).map(({ kind }) => kind)).toEqual(['VirtualService', 'DestinationRule', 'AuthorizationPolicy', 'PeerAuthentication']);
  expect(() => routeOf({ rules: [{ backends: [pods('v1'), pods('v1')] }] }, all)).toThrow(/MESH1310: Service 'shop\/cart' with version=v1 on port 8080 is named twice/);
  expect(() => routeOf({ rules: [{ backends: [pods('v1')] }] }, all, TARGETS.linkerd())).toThrow(/MESH2001: target 'linkerd' cannot express some of the pods of a Service as a backend/);
  expect(() => routeOf({ rules: [{ backends: [v1], mirrors: [pods('v1')] }] }, all)).toThrow(/cannot express some of the pods of a Service as a backend/);
});

test('an access policy holds whatever name the client used', () => {
  expect(() => new ServiceAccessPolicy(shop(TARGETS.istio()), 'access', {
    destination: cart, allow: [{ sources: [Identity.serviceAccount('web')], requests: [HttpMatch.of({ hosts: ['a.example.com'] })] }],
  })).toThrow(/\[shop\/access: allowance 1\] MESH1503: only routes and policies of gateways can match on hosts/);
});

test.each<[props: object, words: string]>([
  [{ circuitBreaking: { minHealthPercent: 30, maxConnections: 1 } }, '`minHealthPercent` needs `consecutiveErrors`, `consecutiveGatewayErrors` or `consecutiveConnectionFailures`'],
  [{ circuitBreaking: { interval: Duration.seconds(5), ejectionTime: Duration.seconds(5) } }, '`ejectionTime` and `interval` need `consecutiveErrors`'],
  [{ circuitBreaking: { consecutiveErrors: 1, minHealthPercent: 101 } }, '`minHealthPercent` is 101'],
  [{ circuitBreaking: { consecutiveGatewayErrors: 0 } }, '`consecutiveGatewayErrors` is 0'],
  [{ circuitBreaking: {} }, 'no limit is given'],
  [{ connections: {} }, 'nothing is said of connections'],
  [{ connections: { connectTimeout: Duration.millis(0) } }, 'a time is 0 milliseconds'],
  [{ connections: { keepalive: { time: Duration.millis(1500) } } }, '`time` is not a whole number of seconds from 1 to 32767'],
  [{ connections: { keepalive: { interval: Duration.seconds(32768) } } }, '`interval` is not a whole number of seconds from 1 to 32767'],
  [{ connections: { keepalive: { probes: 128 } } }, '`probes` is 128'],
  [{ connections: { maxRequestsPerConnection: 0 } }, '`maxRequestsPerConnection` is 0'],
  [{ connections: { maxConcurrentStreams: 5 } }, '`connections.maxConcurrentStreams` needs HTTP/2, and no port speaks gRPC'],
  [{ portTraffic: [] }, '`portTraffic` is an empty list'],
  [{ portTraffic: [{ ports: [], connections: { http2: true } }] }, '`ports` is an empty list'],
  [{ portTraffic: [{ ports: [8080] }] }, 'nothing is said of the ports'],
  [{ portTraffic: [{ ports: [1], connections: { http2: true } }] }, 'has no port 1'],
  [{ portTraffic: [{ ports: [8080, 8080], connections: { http2: true } }] }, 'port 8080 is named twice'],
  [{ portTraffic: [{ ports: [8080], circuitBreaking: { maxRetries: 3 } }], retryBudget: {} }, '`circuitBreaking.maxRetries` and `retryBudget` both limit retries'],
  [{ portTraffic: [{ ports: [8080], connections: { http2: true } }], rules: [{ redirect: { scheme: 'https' } }] }, 'all requests to port 8080 are answered at once'],
  [{ circuitBreaking: { maxRetries: 3 }, retryBudget: {} }, '`circuitBreaking.maxRetries` and `retryBudget` both limit retries'],
])('refuses %j', (props, words) => {
  expect(() => routeOf(props)).toThrow(words);
});

test('what is said of a port stands in place of what is said of all, whose other settings it keeps, and two ports that lead to one say the same', () => {
  const both = (name: string) => MeshService.of(name, { ports: [{ port: 80, name: 'web' }, { port: 81, name: 'admin' }] });
  const istio = MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO });
  const portTraffic = [{ ports: [81], connections: { maxRequestsPerConnection: 1 } }];
  const said = { connections: { connectTimeout: Duration.seconds(1) }, circuitBreaking: { maxConnections: 7 }, portTraffic };
  const [rule] = routeOf({ ...said, rules: [{ backends: [{ service: both('cart-v1') }] }] }, both('cart'), istio).filter(({ kind }) => kind === 'DestinationRule');

  expect(rule.spec.trafficPolicy).toEqual({
    connectionPool: { tcp: { connectTimeout: '1s', maxConnections: 7 } },
    portLevelSettings: [{ port: { number: 81 }, connectionPool: { tcp: { connectTimeout: '1s', maxConnections: 7 }, http: { maxRequestsPerConnection: 1 } } }],
  });
  expect(() => routeOf({ portTraffic, rules: [{ backends: [{ service: both('cart-v1'), port: 80 }] }] }, both('cart'), istio))
    .toThrow("what is said holds for all traffic to port 80 of 'cart-v1', and port 80 leads there, too");
});

test('pods that are watched for one kind of failure may say how', () => {
  const [, rule] = routeOf({
    circuitBreaking: { consecutiveConnectionFailures: 2, minHealthPercent: 0, interval: Duration.millis(1500) },
  }, cart, MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));

  expect(rule.spec.trafficPolicy.outlierDetection).toEqual({
    consecutive5xxErrors: 0, splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 2, interval: '1.5s', minHealthPercent: 0,
  });
});

test('what is said of requests on connections needs ports that carry them', () => {
  const of = (connections: object, ...protocols: MeshProtocol[]) => () => {
    const service = MeshService.of('cart', { ports: protocols.map((protocol, i) => ({ port: 8080 + i, name: `port-${i}`, protocol })) });
    return routeOf({ connections, rules: [{ backends: [{ service }] }] }, service, MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));
  };
  const { HTTP, GRPC, TCP } = MeshProtocol;

  expect(of({ maxRequestsPerConnection: 1 }, TCP)).toThrow('MESH1313: `connections.maxRequestsPerConnection` is for requests, and no port speaks HTTP or gRPC');
  expect(of({ http2: true }, HTTP, TCP)).toThrow('MESH1313: `connections.http2` is for ports that speak HTTP, and port 8081 speaks TCP');
  expect(of({ http2: false }, GRPC)).toThrow('MESH1313: `connections.http2` is for ports that speak HTTP, and port 8080 speaks GRPC');
  expect(of({ http2: true, maxConcurrentStreams: 5, maxRequestsPerConnection: 1 }, HTTP)).not.toThrow();
  expect(of({ maxConcurrentStreams: 5 }, GRPC)).not.toThrow();
  expect(of({ idleTimeout: Duration.millis(0), keepalive: {} }, TCP)).not.toThrow();
});

test('in ambient mode, the limit of requests on a connection is for gRPC', () => {
  const ambient = MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT });

  expect(() => routeOf({ connections: { http2: true, maxConcurrentStreams: 5 } }, cart, ambient))
    .toThrow('a waypoint keeps to the limit on ports that speak gRPC, and not where `http2` makes HTTP/2 of HTTP/1.1');
});

describe('rules for some clients', () => {
  const v2 = { service: cart.variant('cart-v2') };
  const web = { labels: { tier: 'a', app: 'web' }, namespace: 'web' };
  const some = (...clients: object[]) => ({ clients, backends: [v2] });
  const all = { backends: [v1] };

  test('are matches of a VirtualService, each for each of the clients', () => {
    const [{ spec }] = routeOf({ rules: [{ ...some(web, { namespace: 'qa' }), ...onApi }, some({ labels: { app: 'web' } }), all] }, cart, TARGETS.istio());

    const uris = [{ exact: '/api' }, { prefix: '/api/' }];
    expect(spec.http.map(({ match }: any) => match)).toEqual([
      uris.flatMap(uri => [
        { port: 8080, uri, sourceNamespace: 'web', sourceLabels: { app: 'web', tier: 'a' } }, { port: 8080, uri, sourceNamespace: 'qa' },
      ]),
      [{ port: 8080, sourceLabels: { app: 'web' } }],
      [{ port: 8080 }],
    ]);
  });

  test('tell connections apart that are otherwise alike', () => {
    const redis = MeshService.of('redis', { port: 6379, protocol: MeshProtocol.TCP });
    const to = (name: string) => [{ service: redis.variant(name) }];
    const [{ spec }] = routeOf({ rules: [{ clients: [web], backends: to('redis-v2') }, { backends: to('redis-v1') }] }, redis, TARGETS.istio());

    expect(spec.tcp.map(({ match, route }: any) => [match, route[0].destination.host])).toEqual([
      [[{ port: 6379, sourceNamespace: 'web', sourceLabels: { app: 'web', tier: 'a' } }], 'redis-v2'], [[{ port: 6379 }], 'redis-v1'],
    ]);
  });

  test('are routes of Kuma of their own, which go before that for everybody wherever they overlap', () => {
    const rules = [some(web), { ...onApi, backends: [v1] }, { backends: [{ service: cart }] }];
    const [everybody, ofWeb] = routeOf({ rules }, cart, KUMA);

    const written = ({ spec }: any) => spec.to[0].rules.flatMap(({ matches, default: { backendRefs: [{ labels }] } }: any) =>
      matches.map(({ path }: any) => [path?.value, labels['kuma.io/display-name']]));
    expect(everybody.spec.targetRef).toBeUndefined();
    expect(written(everybody)).toEqual([['/api', 'cart-v1'], [undefined, 'cart']]);
    expect(ofWeb.spec.targetRef).toEqual({ kind: 'Dataplane', labels: { 'app': 'web', 'tier': 'a', 'k8s.kuma.io/namespace': 'web' } });
    expect(written(ofWeb)).toEqual([[undefined, 'cart-v2'], ['/api', 'cart-v2']]);
    expectValid(everybody, ofWeb);
  });

  test.each<[string, object[], RegExp]>([
    ['a pod may be of two sorts', [some(web), { ...some({ labels: { team: 'a' } }), ...onApi }, all], /\(rule 1 on port 8080 and rule 2 on port 8080\): a pod may be among several of the clients/],
    ['some rules alone change requests', [{ ...some(web), requestHeaders: { set: { a: '1' } } }, all], /gives a rule for some clients what it leaves out/],
  ])('are refused by Kuma where %s', (_, rules, message) => expect(() => routeOf({ rules }, cart, KUMA)).toThrow(message));

  test.each<[string, object, RegExp]>([
    ['nobody else has one', { rules: [some(web)] }, /MESH1322: on port 8080, all rules are for some clients, and none says .* of others/],
    ['they are everybody', { rules: [some({}), all] }, /MESH1322: `clients` has an entry that every pod is among/],
    ['they are nobody', { rules: [some(), all] }, /MESH1004: `clients` is an empty list/],
    ['the most specific rule decides', { rules: [some(web), all], order: RuleOrder.MOST_SPECIFIC }, /MESH1005: `clients` and `order` exclude each other/],
    ['an earlier rule takes all of theirs', { rules: [some(web, { namespace: 'qa' }), { ...some({ namespace: 'qa', labels: { app: 'a' } }), ...onApi }, all] },
      /MESH1307: the rule takes every request of its clients, so rule 2 is never reached/],
    ['an earlier rule takes the same ones', { rules: [{ ...some(web), ...onApi }, { ...some({ namespace: 'qa' }, web), ...onApi }, all] },
      /MESH1308: on port 8080, rule 2 has the same match as rule 1/],
    ['a label is none', { rules: [some({ labels: { 'a b': 'c' } }), all] }, /MESH1008/],
    ['a namespace is none', { rules: [some({ namespace: 'A' }), all] }, /MESH1007/],
  ])('are refused where %s', (_, props, message) => expect(() => routeOf(props)).toThrow(message));

  test('are not for requests from outside', () => {
    const chart = shop(TARGETS.istio());
    const rules = [{ clients: [web], backends: [v2] }, all];
    const gateway = ExposureGateway.own({ className: 'istio' });
    const route = new ServiceRoute(chart, 'route', { service: cart, rules });

    expect(() => new Exposure(chart, 'a', { service: cart, rules, gateway })).toThrow(/MESH1322: a rule is for some clients, and those outside are no pods/);
    expect(() => new Exposure(chart, 'b', { route, gateway })).toThrow(/MESH1322/);
  });

  test.each([
    TARGETS.gatewayApi(), TARGETS.linkerd(), TARGETS.smi(), CONSUL, MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT, waypoint: 'waypoint' }),
  ])('are refused by $id, and it is said what to write instead', target => {
    expect(() => routeOf({ rules: [some(web), all] }, cart, target)).toThrow(
      /cannot express rules for some clients, by their namespace or labels \(rule 1 on port 8080\).* Make another Service for the same pods/);
  });
});
