import { MeshImplementation } from '../../src';
import { GatewayApiChannel } from '../../src/dialects/gateway-api/extension/channel';
import type { RouteFeature } from '../../src/model/features/route';
import type { Handling, Redirect, Retries } from '../../src/model/handling';
import type { PortRoute, RouteModel, RouteRule } from '../../src/model/route';
import { claimInWords } from '../../src/targets/claim-words';
import { gatewayApi, MESHES } from '../../src/targets/dialects';
import { expectValidIn } from '../schema';

const any = { methods: [], headers: [], query: [] };
const backends = [{ name: 'cart-v1', port: 80, weight: 1 }];
const routes = (mesh: MeshImplementation, channel = GatewayApiChannel.STANDARD) =>
  gatewayApi(channel, MESHES[mesh], {}).routes;
const modelOf = (rule: Partial<RouteRule>, protocol: PortRoute['protocol'] = 'HTTP'): RouteModel => ({
  name: 'cart',
  namespace: 'shop',
  service: { name: 'cart' },
  traffic: {},
  ports: [{ port: 80, protocol, rules: [{ matches: [], backends, handling: {}, ...rule }] }],
});
const redirecting = (value: string): RouteModel => {
  const handling: Handling = { redirect: { path: { type: 'prefix', value }, statusCode: 302 } };
  return modelOf({ matches: [{ ...any, path: { type: 'prefix', value: '/api' } }], backends: [], handling });
};

test.each([MeshImplementation.ISTIO, MeshImplementation.ISTIO_AMBIENT, MeshImplementation.LINKERD, MeshImplementation.CILIUM])(
  '%s refuses a redirect that removes a prefix, which its proxy answers with two slashes', mesh => {
    expect(routes(mesh).render(redirecting('/')).refusals)
      .toMatchObject([{ feature: 'RequestRedirect', reason: expect.stringContaining("writes '/' in place of the prefix") }]);
    expect(routes(mesh).render(redirecting('/v2')).refusals).toEqual([]);
  });

describe('a redirect without a port', () => {
  const redirects = (redirect: Partial<Redirect>, port: number): RouteModel => {
    const model = modelOf({ backends: [], handling: { redirect: { statusCode: 302, ...redirect } } });
    return { ...model, ports: model.ports.map(one => ({ ...one, port })) };
  };
  const refused = (mesh: MeshImplementation, redirect: Partial<Redirect>, port: number) =>
    routes(mesh).render(redirects(redirect, port)).refusals.filter(({ feature }) => feature === 'RequestRedirect').length > 0;

  test.each<[Partial<Redirect>, number, MeshImplementation[]]>([
    [{ scheme: 'https' }, 8080, [MeshImplementation.ISTIO, MeshImplementation.LINKERD]],
    [{ scheme: 'https' }, 80, []],
    [{ scheme: 'https', port: 443 }, 8080, []],
    [{ hostname: 'a.example.com' }, 8080, [MeshImplementation.KUMA]],
    [{ hostname: 'a.example.com' }, 80, []],
    [{ hostname: 'a.example.com', scheme: 'https' }, 8080, [MeshImplementation.LINKERD]],
    [{ path: { type: 'full', value: '/a' } }, 8080, []],
  ])('%j on port %i is refused where the proxy takes another one: %j', (redirect, port, meshes) => {
    const all = [MeshImplementation.ISTIO, MeshImplementation.LINKERD, MeshImplementation.KUMA, MeshImplementation.CILIUM];
    expect(all.filter(mesh => refused(mesh, redirect, port))).toEqual(meshes);
  });
});

test('sidecars of Istio read no TCPRoute on a TLS port, waypoints do', () => {
  const model = modelOf({}, 'TLS');

  expect(routes(MeshImplementation.ISTIO).render(model).refusals)
    .toMatchObject([{ feature: 'TCPRoute', port: 80, remedy: expect.stringContaining('TlsMatch.sni') }]);
  expect(routes(MeshImplementation.ISTIO).render(modelOf({ matches: [{ ...any, hosts: ['a.example.com'] }] }, 'TLS')).refusals).toEqual([]);
  expect(routes(MeshImplementation.ISTIO).render(modelOf({}, 'TCP')).refusals).toEqual([]);
  expect(routes(MeshImplementation.ISTIO_AMBIENT).render(model).refusals).toEqual([]);
  expect(routes(MeshImplementation.ISTIO_AMBIENT).supports.TLSRoute.level).toBe('none');
});

test('Linkerd reads TCPRoutes and TLSRoutes where v1alpha2 is served', () => {
  expect(routes(MeshImplementation.LINKERD).supports).toMatchObject({ TCPRoute: { level: 'none' }, TLSRoute: { level: 'none' } });
  expect(routes(MeshImplementation.LINKERD, GatewayApiChannel.EXPERIMENTAL).supports)
    .toMatchObject({ TCPRoute: { level: 'full' }, TLSRoute: { level: 'partial' } });
});

test('Linkerd takes a route with a filter that it does not know for invalid', () => {
  const { supports } = routes(MeshImplementation.LINKERD);

  ([
    'HTTPRouteRequestMirror', 'HTTPRoutePathRewrite', 'HTTPRouteHostRewrite', 'HTTPRouteCORS',
  ] as const).forEach(filter => expect(supports[filter].level).toBe('none'));
  expect(supports.RequestHeaderModification.level).toBe('full');
  expect(supports.HTTPRouteRequestTimeout.level).toBe('partial');
});

test('Kuma reads HTTPRoutes only, and no filters of backends', () => {
  const { supports } = routes(MeshImplementation.KUMA);

  ([
    'GRPCRoute', 'TCPRoute', 'HTTPRouteBackendRequestHeaderModification', 'HTTPRouteRequestTimeout',
  ] as const).forEach(feature => expect(supports[feature].level).toBe('none'));
  expect(supports.HTTPRouteRequestMirror.level).toBe('full');
});

describe('Kuma, by Gateway API', () => {
  const { supports, render } = routes(MeshImplementation.KUMA);
  const onApi = [{ ...any, path: { type: 'prefix' as const, value: '/api' } }];
  const withRules = (...rules: RouteRule[]): RouteModel => ({ ...modelOf({}), ports: [{ port: 80, protocol: 'HTTP', rules }] });
  const rest: RouteRule = { matches: [], backends, handling: {} };

  test('sends requests to the Service where no rule matches', () => {
    expect(render(withRules({ matches: onApi, backends, handling: {} })).refusals)
      .toMatchObject([{ feature: 'OrderedRules', ruleIndex: 0, remedy: 'Add a last rule without matches' }]);
    expect(render(withRules({ matches: onApi, backends, handling: {} }, rest)).refusals).toEqual([]);
  });

  test('puts regular expressions below the rule for all other requests', () => {
    expect(supports).toMatchObject({ PathRegexMatching: { level: 'none' }, PathTemplateMatching: { level: 'none' } });
  });

  test.each<[string, Handling, RouteRule['backends'], boolean]>([
    ['/v2', { rewrite: { path: { type: 'prefix', value: '/v2' } } }, backends, true],
    ['/', { rewrite: { path: { type: 'prefix', value: '/' } } }, backends, false],
    ['/v2', { redirect: { path: { type: 'prefix', value: '/v2' }, statusCode: 302 } }, [], true],
    ['/', { redirect: { path: { type: 'prefix', value: '/' }, statusCode: 302 } }, [], false],
    ['/v2 for the whole path', { rewrite: { path: { type: 'full', value: '/v2' } } }, backends, false],
  ])('leaves out the slash after what replaces a prefix: %s', (_, handling, to, isRefused) => {
    const found = render(withRules({ matches: onApi, backends: to, handling }, rest)).refusals;

    expect(found.map(({ ruleIndex, remedy }) => [ruleIndex, remedy])).toEqual(isRefused ? [[0, 'Use `MeshTarget.kuma`, or remove the prefix']] : []);
  });

  test('a prefix that is removed is replaced in a narrower match', () => {
    const found = render(withRules(
      {
        matches: [{ ...onApi[0], headers: [{ name: 'x', type: 'exact', value: '1' }] }],
        backends,
        handling: { rewrite: { path: { type: 'prefix', value: '/' } } },
      },
      { matches: [{ ...any, path: { type: 'prefix', value: '/api/cart' } }], backends: [{ ...backends[0], name: 'cart-v2' }], handling: {} },
      rest,
    )).refusals;

    expect(found).toMatchObject([{ feature: 'HTTPRoutePathRewrite', ruleIndex: 0 }]);
  });
});

test.each<[string, Handling, RouteFeature[]]>([
  [
    'a mirror of half a percent',
    { mirrors: [{ name: 'shadow', port: 80, fraction: { numerator: 50, denominator: 10_000 } }] },
    ['HTTPRouteRequestPercentageMirror'],
  ],
  ['a mirror of five percent', { mirrors: [{ name: 'shadow', port: 80, fraction: { numerator: 5, denominator: 100 } }] }, []],
  ['a timeout of a try, with retries', {
    timeouts: { backendRequest: 100 }, retries: { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true },
  },
  ['HTTPRouteBackendTimeout']],
  ['a timeout of a try, without retries', { timeouts: { request: 500, backendRequest: 100 } }, []],
  ['a redirect to HTTP', { redirect: { scheme: 'http', hostname: 'a.example.com', statusCode: 302 } }, ['RequestRedirect']],
  ['a redirect to HTTPS', { redirect: { scheme: 'https', statusCode: 302 } }, []],
])('Cilium is refused what it reads otherwise: %s', (_, handling, expected) => {
  const model = modelOf({ handling, ...(handling.redirect && { backends: [] }) });

  expect(routes(MeshImplementation.CILIUM).render(model).refusals.map(({ feature }) => feature)).toEqual(expected);
});

test('Cilium reads no routes of other namespaces, and no filters of the backends of a GRPCRoute', () => {
  const { supports, render } = routes(MeshImplementation.CILIUM);
  const changed = { set: [{ name: 'a', value: '1' }], add: [], remove: [] };
  const rule = { backends: [{ ...backends[0], requestHeaders: changed, responseHeaders: changed }] };

  expect(supports.MeshConsumerRoute.level).toBe('none');
  expect(render(modelOf(rule, 'GRPC')).refusals.map(({ feature }) => feature))
    .toEqual(['HTTPRouteBackendRequestHeaderModification', 'BackendResponseHeaderModification']);
  expect(render(modelOf(rule)).refusals).toEqual([]);
});

test('Consul reads no routes of a Service', () => {
  expect(Object.values(routes(MeshImplementation.CONSUL).supports).every(({ level }) => level === 'none')).toBe(true);
});

describe('what a mesh says in words of its own', () => {
  const rendered = (mesh: MeshImplementation, model: RouteModel, channel = GatewayApiChannel.EXPERIMENTAL): readonly any[] => {
    const dialect = routes(mesh, channel);
    expect(dialect.render(model).refusals).toEqual([]);
    const manifests = dialect.render(model).manifests;
    expectValidIn({ channel: 'experimental' }, ...manifests);
    return manifests;
  };
  const retries: Retries = { attempts: 3, statusCodes: [], grpcStatuses: [], connectionFailures: true };
  const timeouts = { request: 5000 };
  const retryBudget = { percent: 20, interval: 10_000, minRetriesPerSecond: 10 };

  test.each(['HTTP', 'GRPC'] as const)('is in annotations of a route of Linkerd, and not in its fields, on %s ports', protocol => {
    const [{ metadata, spec: { rules } }] = rendered(MeshImplementation.LINKERD, modelOf({ handling: { retries, timeouts } }, protocol));

    expect(metadata.annotations).toEqual({ 'retry.linkerd.io/limit': '3', 'timeout.linkerd.io/request': '5s' });
    expect(rules).toEqual([{ backendRefs: [expect.anything()] }]);
  });

  test.each([MeshImplementation.ISTIO, MeshImplementation.ISTIO_AMBIENT])('is in a DestinationRule for %s, on either channel', mesh => {
    const model = { ...modelOf({ handling: { stickiness: { type: 'cookie', name: 'cart' }, timeouts } }), traffic: { retryBudget } };

    for (const channel of [GatewayApiChannel.STANDARD, GatewayApiChannel.EXPERIMENTAL]) {
      const [route, rule, ...others] = rendered(mesh, model as RouteModel, channel);
      expect(others).toEqual([]);
      expect(route.spec.rules).toEqual([{ backendRefs: [expect.anything()], timeouts: { request: '5s' } }]);
      expect(rule).toMatchObject({ kind: 'DestinationRule', spec: { host: 'cart-v1', trafficPolicy: { retryBudget: { percent: 20 }, loadBalancer: {} } } });
    }
    expect(routes(mesh).claims(model as RouteModel).map(claimInWords))
      .toEqual(["the route of Service 'shop/cart'", "the DestinationRule of 'cart-v1' in namespace 'shop'"]);
  });
});

test('a waypoint reads no routes of the clients', () => {
  expect(routes(MeshImplementation.ISTIO_AMBIENT).supports.MeshConsumerRoute.level).toBe('none');
  expect(routes(MeshImplementation.ISTIO).supports.MeshConsumerRoute.level).toBe('partial');
});
