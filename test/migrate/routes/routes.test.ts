import { differenceLine, unsureLine } from '../../../src/cli/diff/report';
import { documentsIn } from '../../../src/manifests/documents';
import { type Moved, movePolicies } from '../../../src/migrate/policies/move';
import type { OldMesh } from '../../../src/migrate/policies/old-meshes';
import { print } from '../../../src/migrate/program';
import type { TargetName } from '../../../src/migrate/targets';

const service = (name: string, selector: object, more: object = {}) => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector, ports: [{ name: 'http', port: 80, appProtocol: 'http', ...more }] },
});
const CLUSTER = [
  service('cart', { app: 'cart' }), service('cart-v1', { app: 'cart', version: 'v1' }), service('cart-v2', { app: 'cart', version: 'v2' }), service('pay', { app: 'pay' }),
];
const object = (apiVersion: string) => (kind: string, name: string, spec: object) => ({ apiVersion, kind, metadata: { name, namespace: 'shop' }, spec });
const istio = object('networking.istio.io/v1');
const gateway = object('gateway.networking.k8s.io/v1');
const kuma = object('kuma.io/v1alpha1');
const consul = object('consul.hashicorp.com/v1alpha1');
const virtualService = (...http: readonly object[]) => istio('VirtualService', 'cart', { hosts: ['cart'], http });
const to = (host: string, more: object = {}) => ({ route: [{ destination: { host } }], ...more });
const httpRoute = (...rules: readonly object[]) => gateway('HTTPRoute', 'cart', { parentRefs: [{ group: '', kind: 'Service', name: 'cart', port: 80 }], rules });
const ref = (name: string, more: object = {}) => ({ name, port: 80, ...more });

function moved(from: OldMesh, target: TargetName, ...manifests: readonly object[]): Moved {
  const documents = [...documentsIn('old.json', [...CLUSTER, ...manifests].map(one => JSON.stringify(one)).join('\n---\n'))];
  return movePolicies(documents, { from, targets: [target], unsaid: 'allowed', trustDomain: 'cluster.local', consulNamespaces: 'SINGLE' }, { difference: differenceLine, unsure: unsureLine });
}

/** The constructs of routes. */
function routesOf(all: Moved): string {
  const blocks = print(all.program).split(/\n\n|(?<=\);)\n {2}\}/).filter(block => block.includes('new ServiceRoute('));
  return blocks.map(block => block.replace(/^ {4}\/\/.*\n/gm, '').replace(/^ {4}/gm, '')).join('\n');
}

function verdicts({ judged }: Moved): Record<string, string> {
  return Object.fromEntries(judged.map(({ document: { kind, name }, verdict, reasons }) => [`${kind} ${name}`, [verdict, ...reasons.slice(0, 1).map(({ message }) => message)].join(': ')]));
}

test('shares, requests and what happens to them', () => {
  const all = moved('istio', 'istio',
    virtualService(
      {
        match: [{ uri: { exact: '/old' }, method: { exact: 'GET' } }, { uri: { prefix: '/old/' }, method: { exact: 'GET' } }],
        headers: { request: { set: { 'x-a': 'b' } } },
        ...to('cart-v2', { timeout: '3s', retries: { attempts: 2, retryOn: 'connect-failure,refused-stream,reset,503' } }),
      },
      { match: [{ queryParams: { v: { exact: '2' } } }, { headers: { 'x-v': { regex: '[12]' } } }], redirect: { authority: 'next.example.com' } },
      { route: [{ destination: { host: 'cart-v1' }, weight: 90 }, { destination: { host: 'cart-v2' }, weight: 10 }] },
    ));

  expect(routesOf(all)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [
    {
      matches: [HttpMatch.of({ methods: ['GET'], pathPrefix: '/old' })],
      backends: [{ service: cartV2 }],
      timeouts: { request: Duration.seconds(3) },
      retries: { attempts: 2, statusCodes: [503] },
      requestHeaders: { set: { 'x-a': 'b' } },
    },
    {
      matches: [
        HttpMatch.of({ query: { v: StringMatch.exact('2') } }),
        HttpMatch.of({ headers: { 'x-v': StringMatch.regex('[12]') } }),
      ],
      redirect: { scheme: 'http', hostname: 'next.example.com', statusCode: 301 },
    },
    { backends: [{ service: cartV1, weight: 90 }, { service: cartV2, weight: 10 }] },
  ],
});"
`);
  expect(verdicts(all)).toEqual({ 'VirtualService cart': 'same' });
});

test('calls, copies and replaced prefixes', () => {
  const api = gateway('GRPCRoute', 'pay', {
    parentRefs: [{ group: '', kind: 'Service', name: 'calls', port: 80 }],
    rules: [{ matches: [{ method: { service: 'shop.Pay', method: 'Take' } }, { method: { service: 'shop.Admin' } }], backendRefs: [ref('pay')] }, { backendRefs: [ref('calls')] }],
  });
  const mirror = { type: 'RequestMirror', requestMirror: { backendRef: ref('cart-v2'), percent: 25 } };
  const all = moved('istio', 'istio', service('calls', { app: 'calls' }, { appProtocol: 'grpc' }), api, httpRoute({
    matches: [{ path: { type: 'PathPrefix', value: '/old' } }],
    filters: [mirror, { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new/' } } }],
    backendRefs: [ref('cart-v1')],
  }));

  expect(routesOf(all)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'calls', {
  service: calls,
  rules: [
    {
      matches: [GrpcMatch.of({ service: 'shop.Pay', method: 'Take' }), GrpcMatch.of({ service: 'shop.Admin' })],
      backends: [{ service: pay }],
    },
    { backends: [{ service: calls }] },
  ],
});
new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [
    {
      matches: [HttpMatch.of({ pathPrefix: '/old' })],
      backends: [{ service: cartV1 }],
      mirrors: [{ service: cartV2, port: 80, percent: 25 }],
      rewrite: { pathPrefix: '/new' },
    },
  ],
});"
`);
  expect(verdicts(all)).toEqual({ 'GRPCRoute pay': 'same', 'HTTPRoute cart': 'same' });
});

test('a prefix that is replaced with what ends as it does is replaced element by element', () => {
  const all = moved('istio', 'gateway-api', virtualService(
    { match: [{ uri: { exact: '/old' } }], rewrite: { uri: '/new' }, ...to('cart-v1') },
    { match: [{ uri: { prefix: '/old/' } }], rewrite: { uri: '/new/' }, ...to('cart-v1') },
  ));

  // An exact path is replaced as a whole.
  expect(verdicts(all)['VirtualService cart']).toContain("it replaces '/old' at the start of paths");
});

test('what holds for a Service stands with the route that sends requests there', () => {
  const limits = (host: string) => istio('DestinationRule', host, { host, trafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } }, outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: '30s' } } });
  const all = moved('istio', 'istio', virtualService(to('cart-v1')), limits('cart-v1'), limits('pay'));

  expect(routesOf(all)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [{ backends: [{ service: cartV1 }] }],
  circuitBreaking: { consecutiveErrors: 5, maxConnections: 10, ejectionTime: Duration.seconds(30) },
});
new ServiceRoute(this, 'pay', {
  service: pay,
  rules: [{ backends: [{ service: pay }] }],
  circuitBreaking: { consecutiveErrors: 5, maxConnections: 10, ejectionTime: Duration.seconds(30) },
});"
`);
  expect(verdicts(all)).toEqual({ 'VirtualService cart': 'same', 'DestinationRule cart-v1': 'same', 'DestinationRule pay': 'same' });
});

test('connections are carried over', () => {
  const connectionPool = {
    tcp: { connectTimeout: '250ms', maxConnectionDuration: '1h', tcpKeepalive: { time: '1m', probes: 3 } },
    http: { idleTimeout: '90s', maxRequestsPerConnection: 1, h2UpgradePolicy: 'UPGRADE' },
  };
  const all = moved('istio', 'istio', virtualService(to('cart-v1')), istio('DestinationRule', 'cart-v1', { host: 'cart-v1', trafficPolicy: { connectionPool } }));

  expect(routesOf(all)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [{ backends: [{ service: cartV1 }] }],
  connections: {
    maxRequestsPerConnection: 1,
    http2: true,
    connectTimeout: Duration.millis(250),
    idleTimeout: Duration.seconds(90),
    maxDuration: Duration.minutes(60),
    keepalive: { time: Duration.minutes(1), probes: 3 },
  },
});"
`);
  expect(verdicts(all)).toEqual({ 'VirtualService cart': 'same', 'DestinationRule cart-v1': 'same' });
});

describe('what is said of one port', () => {
  const ports = [{ name: 'http', port: 80 }, { name: 'http-admin', port: 81 }, { name: 'tcp-db', port: 82 }, { name: 'dns', port: 53, protocol: 'UDP' }];
  const shop = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop', namespace: 'shop' }, spec: { selector: { app: 'shop' }, ports } };
  const pool = (maxConnections: number) => ({ connectionPool: { tcp: { maxConnections } } });
  const rule = (host: string, trafficPolicy: object) => istio('DestinationRule', host, { host, trafficPolicy });
  const ofPort = (number: number, more: object) => ({ port: { number }, ...more });
  const route = (target: TargetName, trafficPolicy: object, ...more: readonly object[]) => moved('istio', target, shop, rule('shop', trafficPolicy), ...more);
  const changes = (all: Moved) => all.compared.flatMap(({ differences }) => differences.filter(({ to: { type } }) => type === 'service').map(differenceLine));

  test('circuit breaking and connections are carried over by port', () => {
    const loadBalancer = { simple: 'RANDOM' };
    const all = route('istio', {
      ...pool(5),
      loadBalancer,
      portLevelSettings: [
        ofPort(81, { ...pool(2), loadBalancer, outlierDetection: { consecutive5xxErrors: 3 } }),
        ofPort(82, { loadBalancer, connectionPool: { tcp: { connectTimeout: '1s' } } }),
      ],
    });

    expect(routesOf(all)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'shop', {
  service: shop,
  ports: [80, 81],
  rules: [{ backends: [{ service: shop }] }],
  loadBalancing: LoadBalancing.random(),
  portTraffic: [
    { ports: [80], circuitBreaking: { maxConnections: 5 } },
    { ports: [81], circuitBreaking: { consecutiveErrors: 3, maxConnections: 2 } },
    { ports: [82], connections: { connectTimeout: Duration.seconds(1) } },
  ],
});"
`);
    expect([verdicts(all), changes(all)]).toEqual([{ 'DestinationRule shop': 'same' }, []]);
  });

  test('a cookie stands with the rules of its port', () => {
    const loadBalancer = { consistentHash: { httpCookie: { name: 'user', path: '/', ttl: '0s' } } };
    const all = route('istio', { portLevelSettings: [ofPort(81, { loadBalancer })] });

    expect(routesOf(all)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'shop', {
  service: shop,
  ports: [81],
  rules: [{ backends: [{ service: shop }], stickiness: { name: 'user' } }],
});"
`);
    expect([verdicts(all), changes(all)]).toEqual([{ 'DestinationRule shop': 'same' }, []]);
  });

  test('what a route says of all ports is told of where ports differ in it, and the rest is carried over', () => {
    const all = route('istio', { ...pool(5), portLevelSettings: [ofPort(81, { loadBalancer: { simple: 'RANDOM' } })] });

    expect(routesOf(all)).toContain('portTraffic: [{ ports: [80, 82], circuitBreaking: { maxConnections: 5 } }]');
    expect(routesOf(all)).not.toContain('loadBalancing');
    expect(verdicts(all)).toEqual({
      'DestinationRule shop': 'narrower: it is not carried over that load balancing differs between port 80, 82 and port 81: a route says it of all ports',
    });
  });

  test('a route to several Services says what holds where each port leads', () => {
    const other = { ...shop, metadata: { name: 'shop-v1', namespace: 'shop' }, spec: { selector: { app: 'shop', version: 'v1' }, ports } };
    const http = [{ match: [{ port: 80 }], ...to('shop-v1') }, { match: [{ port: 81 }], ...to('shop') }];
    const all = route('istio', { portLevelSettings: [ofPort(82, pool(2))] }, other,
      rule('shop-v1', { portLevelSettings: [ofPort(80, pool(7))] }), istio('VirtualService', 'shop', { hosts: ['shop'], http }));

    expect(routesOf(all)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'shop', {
  service: shop,
  ports: [80, 81],
  rules: [{ backends: [{ service: shopV1 }], ports: [80] }, { backends: [{ service: shop }], ports: [81] }],
  portTraffic: [{ ports: [80], circuitBreaking: { maxConnections: 7 } }, { ports: [82], circuitBreaking: { maxConnections: 2 } }],
});"
`);
    expect(changes(all)).toEqual([]);
  });

  test('a mesh that knows no ports is told of', () => {
    const all = route('linkerd', { portLevelSettings: [ofPort(81, pool(2))] });

    expect(routesOf(all)).not.toContain('portTraffic');
    expect(verdicts(all)['DestinationRule shop']).toMatch(/^narrower: .*cannot express circuit breaking or connections of one port/);
  });
});

test('rate limits are carried over with their rules, and are left out where a mesh has none like them', () => {
  const counting = (num: number) => ({ default: { local: { http: { requestRate: { num, interval: '1s' } } } } });
  const matches = [['Exact', 'ns/shop/sa/web'], ['Prefix', 'ns/ops/sa']].map(([type, value]) => ({ spiffeID: { type, value: `spiffe://cluster.local/${value}` } }));
  const limit = kuma('MeshRateLimit', 'pay', { targetRef: { kind: 'Dataplane', labels: { app: 'pay' } }, rules: [{ matches, ...counting(5) }, counting(100)] });
  const all = moved('kuma', 'kuma', limit);

  expect(routesOf(all)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'pay', {
  service: pay,
  rules: [{ backends: [{ service: pay }] }],
  rateLimit: {
    rules: [
      { sources: [Identity.serviceAccount('web', 'shop')], requests: 5 },
      { sources: [Identity.namespace('ops')], requests: 5 },
      { requests: 100 },
    ],
    interval: Duration.seconds(1),
  },
});"
`);
  expect(verdicts(all)).toEqual({ 'MeshRateLimit pay': 'same' });
  const less = moved('kuma', 'linkerd', limit);
  expect(routesOf(less)).not.toContain('rateLimit');
  expect(verdicts(less)['MeshRateLimit pay']).toMatch(/^narrower: .*an HTTPLocalRateLimitPolicy/);
});

test('a limit for the pods of several Services is in the route of the one in front, which is also carried over where nobody reads the limit', () => {
  const limit = kuma('MeshRateLimit', 'cart', {
    targetRef: { kind: 'Dataplane', labels: { app: 'cart' } }, rules: [{ default: { local: { http: { requestRate: { num: 10, interval: '1s' } } } } }],
  });
  const named = (name: string) => ({ kind: 'MeshService', labels: { 'kuma.io/display-name': name, 'k8s.kuma.io/namespace': 'shop' } });
  const backendRefs = [{ ...named('cart-v1'), port: 80, weight: 90 }, { ...named('cart-v2'), port: 80, weight: 10 }];
  const route = kuma('MeshHTTPRoute', 'cart', { to: [{ targetRef: named('cart'), rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], default: { backendRefs } }] }] });
  const [same, other] = (['kuma', 'istio'] as const).map(target => moved('kuma', target, limit, route));

  expect(routesOf(same)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [{ backends: [{ service: cartV1, weight: 90 }, { service: cartV2, weight: 10 }] }],
  rateLimit: { requests: 10, interval: Duration.seconds(1) },
});"
`);
  expect(routesOf(other)).toBe(routesOf(same));
  expect(verdicts(same)).toEqual({ 'MeshRateLimit cart': 'same', 'MeshHTTPRoute cart': 'same' });
  expect(verdicts(other)).toEqual({ 'MeshRateLimit cart': expect.stringMatching(/^narrower: /), 'MeshHTTPRoute cart': 'same' });
});

test.each<[object, string]>([
  [{ simple: 'RANDOM' }, 'LoadBalancing.random()'],
  [{ simple: 'LEAST_CONN', warmupDurationSecs: '90s' }, 'LoadBalancing.leastRequest({ warmUp: Duration.seconds(90) })'],
  [{ consistentHash: { httpHeaderName: 'X-User', minimumRingSize: 0 } }, "LoadBalancing.ringHash(HashKey.header('x-user'))"],
  [{ consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 9 } } }, 'LoadBalancing.ringHash(HashKey.sourceAddress(), { minimumRingSize: 9 })'],
  [{ consistentHash: { httpCookie: { name: 'cart' }, maglev: { tableSize: 65537 } } }, "LoadBalancing.maglev(HashKey.cookie('cart'))"],
])('the load balancing %j is carried over', (loadBalancer, words) => {
  const all = moved('istio', 'istio', virtualService(to('cart-v1')), istio('DestinationRule', 'cart-v1', { host: 'cart-v1', trafficPolicy: { loadBalancer } }));

  expect(routesOf(all)).toContain(`loadBalancing: ${words}`);
  expect(verdicts(all)['DestinationRule cart-v1']).toBe('same');
});

test('rules for some clients are carried over, and so is what becomes of the requests of others', () => {
  const all = (target: 'istio' | 'kuma') => moved('istio', target, virtualService(
    { match: [{ sourceLabels: { app: 'web' }, uri: { exact: '/a' } }, { sourceNamespace: 'qa' }], ...to('cart-v2') }, to('cart-v1')));

  expect(routesOf(all('istio'))).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [
    { matches: [HttpMatch.of({ path: '/a' })], clients: [{ labels: { app: 'web' } }], backends: [{ service: cartV2 }] },
    { clients: [{ namespace: 'qa' }], backends: [{ service: cartV2 }] },
    { backends: [{ service: cartV1 }] },
  ],
});"
`);
  expect(verdicts(all('istio'))).toEqual({ 'VirtualService cart': 'same' });
  expect(routesOf(moved('istio', 'istio', virtualService({ match: [{ sourceLabels: { app: 'web' } }], ...to('cart-v1') })))).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [{ clients: [{ labels: { app: 'web' } }], backends: [{ service: cartV1 }] }, { backends: [{ service: cart }] }],
});"
`);
  expect(verdicts(all('kuma'))['VirtualService cart']).toContain('cannot express rules for some clients');
});

test('routes of Kuma for some pods are rules for some clients', () => {
  const route = (name: string, backend: string, targetRef?: object) => kuma('MeshHTTPRoute', name, {
    ...targetRef && { targetRef },
    to: [{
      targetRef: { kind: 'MeshService', name: 'cart' },
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], default: { backendRefs: [{ kind: 'MeshService', name: backend, port: 80 }] } }],
    }],
  });
  const all = moved('kuma', 'istio', route('all', 'cart-v1'), route('web', 'cart-v2', { kind: 'Dataplane', labels: { app: 'web' } }));

  expect(routesOf(all)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [{ clients: [{ labels: { app: 'web' } }], backends: [{ service: cartV2 }] }, { backends: [{ service: cartV1 }] }],
});"
`);
});

test('load balancing that no hash key or no name is for is told of', () => {
  const all = moved('istio', 'istio', virtualService(to('cart-v1')), istio('DestinationRule', 'cart-v1', { host: 'cart-v1', trafficPolicy: { loadBalancer: { simple: 'PASSTHROUGH' } } }));

  expect(routesOf(all)).not.toContain('loadBalancing');
  expect(verdicts(all)['DestinationRule cart-v1']).toContain('loadBalancer.simple is "PASSTHROUGH" before, nothing is said of it afterwards');
});

test('a subset is the Service that leads to its pods alone, and otherwise one of the library, where the target has them', () => {
  const subsets = (version: string) => istio('DestinationRule', 'cart', { host: 'cart', subsets: [{ name: 'a', labels: { version } }] });
  const route = virtualService({ route: [{ destination: { host: 'cart', subset: 'a' } }] });

  expect(routesOf(moved('istio', 'linkerd', route, subsets('v2')))).toContain('backends: [{ service: cartV2 }]');
  expect(verdicts(moved('istio', 'linkerd', route, subsets('v3')))).toMatchObject({
    'VirtualService cart': expect.stringContaining("notSaid: MESH2001: target 'linkerd' cannot express some of the pods of a Service as a backend"),
  });
  expect(routesOf(moved('istio', 'istio', route, subsets('v3')))).toContain("backends: [{ service: cart.subset({ version: 'v3' }) }]");
});

test('what a target cannot do without changing where requests go is left out, and named', () => {
  const all = moved('istio', 'linkerd', virtualService({ match: [{ method: { exact: 'GET' } }], ...to('cart-v1', { timeout: '3s' }) }, to('cart-v2')));

  expect(routesOf(all)).toContain("rules: [{ matches: [HttpMatch.of({ methods: ['GET'] })], backends: [{ service: cartV1 }] }, { backends: [{ service: cartV2 }] }]");
  expect(verdicts(all)['VirtualService cart']).toMatch(/^narrower: .*cannot express timeouts of requests/);
  expect(verdicts(moved('istio', 'linkerd', httpRoute({
    filters: [{ type: 'URLRewrite', urlRewrite: { hostname: 'a.example.com' } }], backendRefs: [ref('cart-v1')],
  })))['HTTPRoute cart']).toMatch(/^notSaid: .*cannot express rewriting/);
});

test.each<[what: string, why: string, ...manifests: object[]]>([
  ['conditions of Envoy', 'the library cannot write this: it tries again on retriable-4xx', virtualService(to('cart-v1', { retries: { attempts: 2, retryOn: 'retriable-4xx' } }))],
  ['prefixes of characters', "it replaces '/old' at the start of paths", virtualService({ match: [{ uri: { prefix: '/old' } }], rewrite: { uri: '/new' }, ...to('cart-v1') })],
  ['what is not there', 'a route has no condition that must not hold', virtualService({ match: [{ withoutHeaders: { 'x-a': { exact: '1' } } }], ...to('cart-v1') }, to('cart'))],
  ['two APIs', 'several APIs speak of its Service', virtualService(to('cart-v1')), httpRoute({ backendRefs: [ref('cart-v2')] })],
  ['a Service that is not there', "the ports of Service 'other' are not known", virtualService(to('other'))],
  ['a port that is not there', "Service 'cart-v1' has no port 81", virtualService({ route: [{ destination: { host: 'cart-v1', port: { number: 81 } } }] })],
])('%s have no words: the route is not written, and it is said why', (_, why, ...manifests) => {
  const all = moved('istio', 'istio', ...manifests);

  expect(routesOf(all)).toBe('');
  expect(Object.values(verdicts(all))[0]).toContain(`notSaid: ${why}`);
});

test('routes and policies of Kuma', () => {
  const all = moved('kuma', 'istio',
    kuma('MeshHTTPRoute', 'cart', {
      to: [{
        targetRef: { kind: 'MeshService', name: 'cart' },
        rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/v2' } }], default: { backendRefs: [{ kind: 'MeshService', name: 'cart-v2', port: 80 }] } }],
      }],
    }),
    kuma('MeshTimeout', 'cart', { to: [{ targetRef: { kind: 'MeshService', name: 'cart' }, default: { http: { requestTimeout: '4s' } } }] }));

  expect(routesOf(all)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [
    { matches: [HttpMatch.of({ pathPrefix: '/v2' })], backends: [{ service: cartV2 }], timeouts: { request: Duration.seconds(4) } },
    { backends: [{ service: cart }], timeouts: { request: Duration.seconds(4) } },
  ],
});"
`);
  expect(verdicts(all)).toEqual({ 'MeshHTTPRoute cart': 'same', 'MeshTimeout cart': 'assumed: the Services in the files are taken to be all that it is for' });
});

test('routes of Consul: its router, its splitters, and its resolvers', () => {
  const http = ['cart', 'cart-v1', 'cart-v2'].map(name => consul('ServiceDefaults', name, { protocol: 'http' }));
  const all = moved('consul', 'istio', ...http,
    consul('ServiceRouter', 'cart', {
      routes: [
        { match: { http: { pathPrefix: '/api/', methods: ['GET'] } }, destination: { service: 'cart-v2', requestTimeout: '3s' } },
        { match: { http: { header: [{ name: 'x-v', exact: '2' }] } }, destination: { service: 'cart-v2', numRetries: 2, retryOnStatusCodes: [503] } },
      ],
    }),
    consul('ServiceSplitter', 'cart', { splits: [{ weight: 33.34 }, { weight: 33.33, service: 'cart-v1' }, { weight: 33.33, service: 'cart-v2' }] }));

  expect(routesOf(all)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'cart-route', {
  service: cart,
  rules: [
    {
      matches: [HttpMatch.of({ methods: ['GET'], pathStartsWith: '/api/' })],
      backends: [{ service: cartV2 }],
      timeouts: { request: Duration.seconds(3) },
    },
    {
      matches: [HttpMatch.of({ headers: { 'x-v': StringMatch.exact('2') } })],
      backends: [{ service: cartV2 }],
      retries: { attempts: 2, statusCodes: [503], connectionFailures: false },
    },
    { backends: [{ service: cart, weight: 3334 }, { service: cartV1, weight: 3333 }, { service: cartV2, weight: 3333 }] },
  ],
});"
`);
  expect(verdicts(all)).toMatchInlineSnapshot(`
{
  "ServiceDefaults cart": "narrower: it is not known which service of Consul the pods are",
  "ServiceDefaults cart-v1": "same",
  "ServiceDefaults cart-v2": "same",
  "ServiceRouter cart": "same",
  "ServiceSplitter cart": "same",
}
`);
});

describe('failover of Consul', () => {
  const http = ['cart', 'cart-v1', 'pay'].map(name => consul('ServiceDefaults', name, { protocol: 'http' }));
  const failing = (from: string, ...targets: readonly object[]) => consul('ServiceResolver', from, { failover: { '*': { targets } } });

  test('stays in Consul', () => {
    const all = moved('consul', 'consul', ...http, failing('cart', { service: 'cart' }, { service: 'pay' }, { service: 'cart-v1' }));

    expect(routesOf(all)).toContain('failover: [{ service: pay }, { service: cartV1 }],');
    expect(verdicts(all)['ServiceResolver cart']).toBe('same');
    expect(all.compared.flatMap(({ differences, unsure }) => [...differences, ...unsure]).filter(one => one.to?.type === 'service')).toEqual([]);
  });

  test('to peers stays in Consul', () => {
    const all = moved('consul', 'consul', ...http, failing('cart', { peer: 'west' }, { service: 'pay', peer: 'west' }));

    expect(routesOf(all)).toContain("failover: [{ cluster: 'west' }, { service: pay, cluster: 'west' }]");
    expect(verdicts(all)['ServiceResolver cart']).toBe('same');
  });

  test('is left out where another mesh has no such thing, and that is said', () => {
    const all = moved('consul', 'istio', ...http, failing('cart', { service: 'pay' }));

    expect(routesOf(all)).not.toContain('failover');
    expect(verdicts(all)['ServiceResolver cart']).toMatchInlineSnapshot('"narrower: MESH2001: target \'istio\' cannot express failover to another Service: a DestinationRule fails over among the pods of one Service, by their labels."');
  });

  test('to a Service that is not in the files is left out, and that is said', () => {
    const all = moved('consul', 'consul', ...http, consul('ServiceDefaults', 'gone', { protocol: 'http' }), failing('cart', { service: 'gone' }));

    expect(routesOf(all)).not.toContain('failover');
    expect(verdicts(all)['ServiceResolver cart']).toMatchInlineSnapshot('"narrower: it is not carried over that Service \'shop/gone\' stands in: its ports are not known: give the Service"');
  });
});

test('what a router of Consul replaces is a text', () => {
  const routes = [{ match: { http: { pathPrefix: '/api/' } }, destination: { prefixRewrite: '/' } }];
  const all = moved('consul', 'istio', consul('ServiceDefaults', 'cart', { protocol: 'http' }), consul('ServiceRouter', 'cart', { routes }));
  expect(verdicts(all)['ServiceRouter cart']).toMatch(/^notSaid: it replaces '.api' at the start of paths/);
});

test('a Service of several clusters takes its share of a route in the mesh', () => {
  const imported = { group: 'multicluster.x-k8s.io', kind: 'ServiceImport', name: 'pay' };
  const all = moved('istio', 'gateway-api',
    object('multicluster.x-k8s.io/v1alpha1')('ServiceImport', 'pay', { type: 'ClusterSetIP', ports: [{ name: 'http', port: 80, protocol: 'TCP', appProtocol: 'http' }] }),
    httpRoute({ backendRefs: [ref('pay', { weight: 3 }), ref('pay', { ...imported, weight: 1 })] }));
  expect(routesOf(all)).toMatchInlineSnapshot(`
"new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [{ backends: [{ service: pay, weight: 3 }, { service: payImport, weight: 1 }] }],
});"
`);
  expect(verdicts(all)).toMatchInlineSnapshot(`
{
  "HTTPRoute cart": "same",
}
`);
  expect(all.compared[0].differences).toEqual([]);
});

describe('what is tried again', () => {
  const retrying = (target: TargetName, retryOn: string) => {
    const all = moved('istio', target, virtualService(to('cart', { retries: { attempts: 2, retryOn } })));
    return [routesOf(all), verdicts(all)['VirtualService cart'], all.compared[0].differences.map(differenceLine)];
  };

  test('errors of gateways are three status codes, and no answer at all', () => {
    expect(retrying('istio', 'gateway-error,connect-failure,refused-stream')).toMatchInlineSnapshot(`
[
  "new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [{ backends: [{ service: cart }], retries: { attempts: 2, statusCodes: [502, 503, 504] } }],
});",
  "same",
  [],
]
`);
    expect(retrying('istio', 'gateway-error,connect-failure,refused-stream')).toEqual(retrying('istio', 'connect-failure,refused-stream,reset,502,503,504'));
    expect(retrying('istio', 'gateway-error')[1]).toBe('same');
    expect(retrying('istio', 'connect-failure,503')[1]).toBe('notSaid: the library cannot write this: it tries again on connect-failure');
  });

  test('all errors of servers are a hundred, of which some targets know only those with a name', () => {
    expect(retrying('consul', '5xx')).toMatchInlineSnapshot(`
[
  "new ServiceRoute(this, 'cart-route', {
  service: cart,
  rules: [
    {
      backends: [{ service: cart }],
      retries: {
        attempts: 2,
        statusCodes: [
          500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511, 512, 513, 514, 515, 516, 517, 518, 519, 520, 521, 522, 523, 524,
          525, 526, 527, 528, 529, 530, 531, 532, 533, 534, 535, 536, 537, 538, 539, 540, 541, 542, 543, 544, 545, 546, 547, 548, 549,
          550, 551, 552, 553, 554, 555, 556, 557, 558, 559, 560, 561, 562, 563, 564, 565, 566, 567, 568, 569, 570, 571, 572, 573, 574,
          575, 576, 577, 578, 579, 580, 581, 582, 583, 584, 585, 586, 587, 588, 589, 590, 591, 592, 593, 594, 595, 596, 597, 598, 599,
        ],
      },
    },
  ],
});",
  "same",
  [],
]
`);
    expect(retrying('istio', '5xx')[1]).toMatch(/^narrower: .*Istio does not know the status codes 509, 512 to 599/);
    expect(retrying('kuma', '5xx')[1]).toMatch(/^narrower: .*Kuma takes status codes that have a name, and 509, 512 to 599 have none/);
    expect(retrying('linkerd', '5xx')[1]).toMatch(/^same$/);
  });
});
