import { Duration } from 'cdk8s';
import { BlueGreen, BlueGreenRelease, CanaryRelease, MeshProtocol, MeshService, MeshTarget, ServiceRoute } from '../../../src';
import { claim } from '../../../src/dialects/contract/claim';
import { kumaNativeRoutes } from '../../../src/dialects/kuma/native-routes';
import type { Handling, ServiceTraffic } from '../../../src/model/handling';
import type { PortRoute, RouteModel } from '../../../src/model/route';
import { expectValid } from '../../schema';
import { applied, inYaml, ofKind, shop, synth } from '../../setup';
import { backend, retries, routeModel, rule } from '../route-models';

const target = () => MeshTarget.kuma({ trustDomain: 'default.zone.mesh.local' });
const cart = MeshService.of('cart', { port: 80 });
const [v1, v2] = ['cart-v1', 'cart-v2'].map(name => cart.variant(name));

function rendered(model: RouteModel): any[] {
  expect(kumaNativeRoutes('default.zone.mesh.local').render(model).refusals).toEqual([]);
  const manifests = applied(kumaNativeRoutes('default.zone.mesh.local').render(model).manifests);
  expectValid(...manifests);
  expect(manifests.every(({ metadata }) => metadata.name === 'cart-route' && metadata.namespace === model.namespace)).toBe(true);
  return manifests;
}

const handled = (handling: Handling, protocol: PortRoute['protocol'] = 'HTTP') => rendered(routeModel([rule({ handling })], protocol));
const defaultOf = (manifests: any[], kind: string) =>
  ofKind(manifests, kind)[0].spec.to.map((to: any) => [to.targetRef.labels['kuma.io/display-name'], to.default]);
const trafficked = (traffic: ServiceTraffic, ...names: string[]) => routeModel([rule({ backends: names.map(name => backend(name)) })], 'HTTP', { traffic });

test('retries and a timeout are objects beside the route', () => {
  expect(inYaml(handled({ retries, timeouts: { request: 1500 } }))).toMatchInlineSnapshot(`
"apiVersion: kuma.io/v1alpha1
kind: MeshHTTPRoute
metadata:
  name: cart-route
  namespace: shop
spec:
  to:
    - targetRef:
        kind: MeshService
        labels:
          kuma.io/display-name: cart
          k8s.kuma.io/namespace: shop
      rules:
        - matches:
            - {}
          default:
            backendRefs:
              - kind: MeshService
                labels:
                  kuma.io/display-name: cart-v1
                  k8s.kuma.io/namespace: shop
                port: 80
                weight: 1
---
apiVersion: kuma.io/v1alpha1
kind: MeshTimeout
metadata:
  name: cart-route
  namespace: shop
spec:
  to:
    - targetRef:
        kind: MeshService
        labels:
          kuma.io/display-name: cart
          k8s.kuma.io/namespace: shop
      default:
        http:
          requestTimeout: 1s500ms
---
apiVersion: kuma.io/v1alpha1
kind: MeshRetry
metadata:
  name: cart-route
  namespace: shop
spec:
  to:
    - targetRef:
        kind: MeshService
        labels:
          kuma.io/display-name: cart
          k8s.kuma.io/namespace: shop
      default:
        http:
          numRetries: 2
          retryOn:
            - ConnectFailure
            - Reset
            - "503"
"
`);
});

test('a canary is a MeshHTTPRoute', () => {
  const chart = shop(target());
  new CanaryRelease(chart, 'release', { service: cart, stable: v1, canary: v2, weight: 12.5 });
  const [route] = synth(chart);

  expect(route.kind).toBe('MeshHTTPRoute');
  expect(route.spec.to[0].rules[0].default.backendRefs.map((ref: any) => ref.weight)).toEqual([875, 125]);
});

test('connections are split by a MeshTCPRoute, beside the MeshHTTPRoute of other ports', () => {
  const db = MeshService.of('db', { ports: [{ port: 80, name: 'web' }, { port: 5432, name: 'sql', protocol: MeshProtocol.TCP }] });
  const chart = shop(target());
  new BlueGreenRelease(chart, 'release', { service: db, blue: db.variant('blue'), green: db.variant('green'), active: BlueGreen.GREEN });
  const manifests = synth(chart);

  expect(manifests.map(({ kind, spec }) => [kind, spec.to.map((to: any) => to.targetRef.sectionName)]))
    .toEqual([['MeshHTTPRoute', ['web']], ['MeshTCPRoute', ['sql']]]);
  expect(manifests[1].spec.to[0].rules).toMatchObject([{ default: { backendRefs: [{ port: 5432, weight: 0 }, { port: 5432, weight: 100 }] } }]);
});

test('a time for the request is a MeshTimeout, one for each try stands in a MeshRetry', () => {
  const manifests = handled({ timeouts: { request: 5000, backendRequest: 500 } });

  expect(defaultOf(manifests, 'MeshTimeout')).toEqual([['cart', { http: { requestTimeout: '5s' } }]]);
  expect(defaultOf(manifests, 'MeshRetry')).toEqual([['cart', { http: { perTryTimeout: '500ms' } }]]);
});

test.each<[string, Handling['retries'], PortRoute['protocol'], object]>([
  ['status and failed connection', { ...retries, backoff: 25 }, 'HTTP',
    { http: { numRetries: 2, backOff: { baseInterval: '25ms' }, retryOn: ['ConnectFailure', 'Reset', '503'] } }],
  [
    'status alone, with a condition beside that never holds',
    { ...retries, connectionFailures: false },
    'HTTP',
    { http: { numRetries: 2, retryOn: ['Http3PostConnectFailure', '503'] } },
  ],
  [
    'gRPC status',
    { ...retries, statusCodes: [], grpcStatuses: ['unavailable'], connectionFailures: false },
    'GRPC',
    { grpc: { numRetries: 2, retryOn: ['Unavailable'] } },
  ],
])('retries by %s', (_, given, protocol, expected) => {
  expect(defaultOf(handled({ retries: given }, protocol), 'MeshRetry')).toEqual([['cart', expected]]);
});

test('clients are told apart on the way to the Service, and the backend picks its pods by that', () => {
  expect(defaultOf(handled({ stickiness: { type: 'cookie', name: 'cart', absoluteTimeout: 3_600_000 } }), 'MeshLoadBalancingStrategy')).toEqual([
    ['cart', { hashPolicies: [{ type: 'Cookie', cookie: { name: 'cart', path: '/', ttl: '1h' } }] }],
    ['cart-v1', { loadBalancer: { type: 'Maglev' } }],
  ]);
  expect(defaultOf(handled({ stickiness: { type: 'cookie' } }), 'MeshLoadBalancingStrategy')[0][1].hashPolicies[0].cookie)
    .toEqual({ name: 'cart-session', path: '/', ttl: '0s' });
});

test('a cookie of one port leaves the other ports of the backends alone', () => {
  const both = MeshService.of('shop', { ports: [{ port: 80, name: 'web' }, { port: 81, name: 'admin' }] });
  const chart = shop(target());
  const sticky = { name: 'cart' };
  new ServiceRoute(chart, 'route', {
    service: both,
    rules: [
      { ports: [80], backends: [{ service: both, port: 81 }], stickiness: sticky },
      { ports: [81], backends: [{ service: both.variant('shop-v1') }] },
    ],
  });
  const [policy] = ofKind(synth(chart), 'MeshLoadBalancingStrategy');

  expect(policy.spec.to.map((to: any) => [to.targetRef.sectionName, Object.keys(to.default)])).toEqual([['web', ['hashPolicies']], ['admin', ['loadBalancer']]]);
});

test('circuits break at the backends', () => {
  const conf = { outlierDetection: { baseEjectionTime: '30s', maxEjectionPercent: 50, detectors: { totalFailures: { consecutive: 5 } } } };
  const watched = rendered(trafficked({ circuitBreaking: { consecutiveErrors: 5, ejectionTime: 30_000, maxEjectionPercent: 50 } }, 'cart-v1', 'cart-v2'));

  expect(defaultOf(watched, 'MeshCircuitBreaker')).toEqual([['cart-v1', conf], ['cart-v2', conf]]);
  expect(defaultOf(rendered(trafficked({ circuitBreaking: { maxConnections: 10, maxRequests: 20 } }, 'cart-v1')), 'MeshCircuitBreaker'))
    .toEqual([['cart-v1', { connectionLimits: { maxConnections: 10, maxRequests: 20 } }]]);
});

test('times of connections are for the Services that get something, beside those of requests', () => {
  const model = routeModel([rule({ handling: { timeouts: { request: 2000 } } })], 'HTTP', { traffic: { connections: { connectTimeout: 1000, idleTimeout: 0, maxDuration: 3_600_000 } } });

  expect(defaultOf(rendered(model), 'MeshTimeout')).toEqual([
    ['cart', { http: { requestTimeout: '2s' } }], ['cart-v1', { connectionTimeout: '1s', idleTimeout: '0s', http: { maxConnectionDuration: '1h' } }],
  ]);
  expect(kumaNativeRoutes('default.zone.mesh.local').claims(model)).toContainEqual(claim('connections', { type: 'service', name: 'cart-v1', namespace: 'shop' }));
});

test('what is said of a port is for the ports to which it leads, by their names, and beside what is said of all', () => {
  const both = (name: string) => MeshService.of(name, { ports: [{ port: 80, name: 'web' }, { port: 81, name: 'admin' }] });
  const chart = shop(target());
  new ServiceRoute(chart, 'route', {
    service: both('shop'),
    rules: [{ backends: [{ service: both('shop-v1') }] }],
    connections: { connectTimeout: Duration.seconds(1) },
    portTraffic: [{ ports: [81], connections: { idleTimeout: Duration.seconds(9) }, circuitBreaking: { maxConnections: 7 } }],
  });
  const said = (kind: string) => ofKind(synth(chart), kind)[0].spec.to.map((to: any) => [to.targetRef.sectionName, to.default]);

  expect(said('MeshTimeout')).toEqual([[undefined, { connectionTimeout: '1s' }], ['admin', { connectionTimeout: '1s', idleTimeout: '9s' }]]);
  expect(said('MeshCircuitBreaker')).toEqual([['admin', { connectionLimits: { maxConnections: 7 } }]]);
});

test('a port whose idle time the listener counts is led to by no port that has another one', () => {
  const refused = (idleTimeout: number | undefined, to = 81) => {
    const raw: PortRoute = {
      port: 81, name: 'raw', protocol: 'TCP', rules: [rule({ backends: [backend('cart-v1')] })], traffic: { connections: { idleTimeout: 9000 } },
    };
    const web: PortRoute = {
      port: 80,
      name: 'web',
      protocol: 'HTTP',
      rules: [rule({ backends: [{ ...backend('cart'), port: to, portName: to === 81 ? 'raw' : 'web', isOneOfSeveral: true }] })],
      ...idleTimeout !== undefined && { traffic: { connections: { idleTimeout } } },
    };
    return kumaNativeRoutes('default.zone.mesh.local').render(routeModel([], 'HTTP', { ports: [web, raw] })).refusals.map(({ reason, remedy }) => `${reason}. ${remedy}`);
  };

  expect(refused(undefined)).toEqual([
    'the listener of port 81 counts its idle time, so that Kuma says it of that port, and port 80 leads there. '
    + 'Say the same `idleTimeout` of both ports, or let port 80 lead elsewhere',
  ]);
  expect([refused(1000).length, refused(9000), refused(undefined, 80)]).toEqual([1, [], []]);
});

test('connections without requests are idle to the Service that is called', () => {
  const model = (connections: ServiceTraffic['connections']) => routeModel([rule()], 'TCP', { traffic: { connections } });
  const services = (connections: ServiceTraffic['connections']) => defaultOf(rendered(model(connections)), 'MeshTimeout').map(([name]: any) => name);

  expect(services({ idleTimeout: 60_000 })).toEqual(['cart-v1', 'cart']);
  expect(services({ connectTimeout: 1000 })).toEqual(['cart-v1']);
});

test('pods are watched for each kind of failure by itself', () => {
  const conf = (circuitBreaking: ServiceTraffic['circuitBreaking']) =>
    defaultOf(rendered(trafficked({ circuitBreaking }, 'cart-v1')), 'MeshCircuitBreaker')[0][1];

  expect(conf({ consecutiveGatewayErrors: 4, interval: 5000, minHealthPercent: 30 }))
    .toEqual({ outlierDetection: { interval: '5s', healthyPanicThreshold: 30, detectors: { gatewayFailures: { consecutive: 4 } } } });
  expect(conf({ consecutiveErrors: 3, consecutiveConnectionFailures: 2, maxRetries: 7 })).toEqual({
    connectionLimits: { maxRetries: 7 },
    outlierDetection: {
      splitExternalAndLocalErrors: true, detectors: { totalFailures: { consecutive: 3 }, localOriginFailures: { consecutive: 2 } },
    },
  });
});

test('circuits break at the Service itself where one of its ports is not routed', () => {
  const model = routeModel([], 'HTTP', {
    traffic: { circuitBreaking: { consecutiveErrors: 5 } },
    ports: [{ port: 80, name: 'web', protocol: 'HTTP', rules: [rule()] }, { port: 81, protocol: 'TCP', rules: [] }],
  });

  expect(defaultOf(rendered(model), 'MeshCircuitBreaker').map(([name]: any) => name)).toEqual(['cart-v1', 'cart']);
  expect(kumaNativeRoutes('default.zone.mesh.local').claims(model)).toContainEqual(claim('circuitBreaking', { type: 'service', name: 'cart', namespace: 'shop' }));
});

test('no circuit breaks where all requests are redirected', () => {
  const redirected = rule({ backends: [], handling: { redirect: { scheme: 'https', statusCode: 302 } } });

  expect(rendered(routeModel([redirected], 'HTTP', { traffic: { circuitBreaking: { consecutiveErrors: 5 } } })).map(({ kind }) => kind))
    .toEqual(['MeshHTTPRoute']);
});

test('two routes that break the circuit of one backend conflict', () => {
  const chart = shop(target());
  [cart, MeshService.of('other', { port: 80 })].forEach(service => new ServiceRoute(chart, service.name, {
    service, circuitBreaking: { consecutiveErrors: 5 }, rules: [{ backends: [{ service: v1 }] }],
  }));

  expect(() => synth(chart)).toThrow("the circuit breaking of Service 'shop/cart-v1'");
});

test('a route in another namespace is for the clients there', () => {
  const model = routeModel([rule()], 'HTTP', { namespace: 'web', service: { name: 'cart', namespace: 'shop' } });

  expect(rendered(model)[0].spec.to[0].targetRef.labels['k8s.kuma.io/namespace']).toBe('shop');
  expect(kumaNativeRoutes('default.zone.mesh.local').claims(model)).toEqual([claim('route', { type: 'service', name: 'cart', namespace: 'shop', clients: 'web' })]);
});
