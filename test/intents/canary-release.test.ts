import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import {
  AbTest, BlueGreen, BlueGreenRelease, CanaryRelease, ConsulNamespaces, GrpcMatch, HttpMatch, MeshProtocol, MeshService, MeshTarget, ServiceRoute,
  SmiImplementation, StringMatch, Unsupported,
} from '../../src';
import { DEFAULTS, ofKind, portable, refused, shares, shop, synth, TARGETS } from '../setup';

const cart = MeshService.of('cart', { port: 8080 });
const versions = { service: cart, stable: cart.variant('cart-v1'), canary: cart.variant('cart-v2') };

const tenPercent = ([route]: any[]) => expect(shares(route)).toEqual({ 'cart-v1': 0.9, 'cart-v2': 0.1 });
portable('sends ten percent to the canary', chart => new CanaryRelease(chart, 'release', { ...versions, weight: 10 }), {
  smi: tenPercent,
  gatewayApi: tenPercent,
  istio: tenPercent,
  linkerd: tenPercent,
});

const matchFirst = ([route]: any[]) => {
  expect(route.spec.rules[0]).toStrictEqual({
    matches: [{ ...DEFAULTS.matches[0], headers: [{ type: 'Exact', name: 'x-canary', value: 'yes' }] }],
    backendRefs: [{ ...DEFAULTS.service, name: 'cart-v2', port: 8080, weight: 100 }],
  });
  expect(shares(route)).toEqual({ 'cart-v1': 0.9, 'cart-v2': 0.1 });
};
portable('sends matches to the canary, and the rest by weight',
  chart => new CanaryRelease(chart, 'release', { ...versions, weight: 10, matches: [HttpMatch.header('X-Canary', 'yes')] }), {
    smi: refused("[shop/release] MESH2001: target 'smi' cannot express", 'Use weight 0 with matches'),
    gatewayApi: matchFirst,
    istio: matchFirst,
    linkerd: matchFirst,
  });

const cookieRoute = ([route]: any[]) => expect(route.spec.rules[0].matches[0].headers[0].name).toBe('cookie');
portable('sends matches alone to the canary', chart => new CanaryRelease(chart, 'release', { ...versions, matches: [HttpMatch.cookie('canary', 'yes')] }), {
  smi: ([split, group]) => {
    expect(split.spec.matches).toEqual([{ kind: 'HTTPRouteGroup', name: group.metadata.name }]);
    expect(split.spec.backends).toEqual([{ service: 'cart-v2', weight: 100 }]);
    const cookie = new RegExp(group.spec.matches[0].headers[0].cookie);
    expect(['canary=yes', 'a=b; canary=yes', 'canary=yes; c=d'].every(c => cookie.test(c))).toBe(true);
    expect(['canary=yess', 'xcanary=yes', 'canary=no', 'a=canary=yes'].some(c => cookie.test(c))).toBe(false);
  },
  gatewayApi: cookieRoute,
  istio: cookieRoute,
  linkerd: cookieRoute,
});

const queryRoute = ([route]: any[]) => expect(route.spec.rules[0].matches[0].queryParams).toEqual([{ type: 'Exact', name: 'v', value: '2' }]);
portable('matches on the query', chart => new CanaryRelease(chart, 'release', {
  ...versions, matches: [HttpMatch.of({ query: { v: StringMatch.exact('2') } })],
}), {
  smi: refused('query parameter matches', 'use Gateway API, Istio or Istio ambient'),
  gatewayApi: queryRoute,
  istio: queryRoute,
  linkerd: queryRoute,
});

const targetPorts = fc.array(fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined }), { minLength: 2, maxLength: 4 });
test.each([
  ['the specification', MeshTarget.smi()],
  ['Open Service Mesh', MeshTarget.smi({ implementation: SmiImplementation.OSM })],
  ['Consul', MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED })],
])('%s splits all ports alike, wherever they lead in the pods', (_, target) => {
  fc.assert(fc.property(targetPorts, ports => {
    const chart = shop(target);
    const service = MeshService.of('cart', { ports: ports.map((targetPort, i) => ({ port: 80 + i, targetPort })) });
    new CanaryRelease(chart, 'release', { service, stable: service.variant('cart-v1'), canary: service.variant('cart-v2'), weight: 10 });

    expect(synth(chart).filter(({ kind }) => ['TrafficSplit', 'ServiceSplitter'].includes(kind))).toHaveLength(1);
  }), { numRuns: 20 });
});

const kinds = (manifests: any[]) => expect(manifests.map(m => [m.kind, m.spec.parentRefs[0].port])).toEqual([
  ['HTTPRoute', 8080], ['GRPCRoute', 9090], ['TCPRoute', 6379],
]);
const mixed = MeshService.of('cart', { ports: [{ port: 8080 }, { port: 9090, protocol: MeshProtocol.GRPC }, { port: 6379, protocol: MeshProtocol.TCP }] });
portable('routes each port as it speaks', chart => new CanaryRelease(chart, 'release', {
  service: mixed, stable: mixed.variant('cart-v1'), canary: mixed.variant('cart-v2'), weight: 10,
}), {
  smi: manifests => expect(manifests.map(m => m.kind)).toEqual(['TrafficSplit']),
  gatewayApi: kinds,
  istio: kinds,
  linkerd: refused('routing of TCP ports', 'v1alpha2', 'GatewayApiChannel.EXPERIMENTAL'),
});

const elsewhere = (manifests: any[]) => {
  expect(manifests[0].spec.rules[0].backendRefs[1]).toEqual({ ...DEFAULTS.service, name: 'cart-v2', namespace: 'next', port: 8080, weight: 10 });
  expect(manifests[1]).toMatchObject({
    kind: 'ReferenceGrant',
    metadata: { namespace: 'next' },
    spec: { from: [{ kind: 'HTTPRoute', namespace: 'shop' }], to: [{ group: '', kind: 'Service', name: 'cart-v2' }] },
  });
};
portable('sends requests to another namespace', chart => new CanaryRelease(chart, 'release', {
  ...versions, canary: cart.variant('cart-v2', { namespace: 'next' }), weight: 10,
}), {
  smi: refused('backends in another namespace'),
  gatewayApi: elsewhere,
  istio: elsewhere,
  linkerd: elsewhere,
});

const consumer = ([route, ...others]: any[]) => {
  // A ReferenceGrant would open the Service to every route of the namespace.
  expect(others).toEqual([]);
  expect(route.metadata.namespace).toBe('shop');
  expect(route.spec.parentRefs).toEqual([{ group: '', kind: 'Service', name: 'bank', namespace: 'payments', port: 80 }]);
  expect(route.spec.rules[0].backendRefs[0]).toMatchObject({ name: 'bank-v1', namespace: 'payments' });
};
const bank = MeshService.of('bank', { port: 80, namespace: 'payments' });
portable('routes a Service of another namespace for the clients of its own', chart => new CanaryRelease(chart, 'release', {
  service: bank, stable: bank.variant('bank-v1'), canary: bank.variant('bank-v2'), weight: 1,
}), {
  smi: refused('routes outside the namespace of their Service'),
  gatewayApi: consumer,
  istio: consumer,
  linkerd: consumer,
});

const own = ([route]: any[]) => expect(shares(route)).toEqual({ 'cart': 0.9, 'cart-v2': 0.1 });
portable('keeps requests at the Service itself', chart => new CanaryRelease(chart, 'release', { ...versions, stable: cart, weight: 10 }), {
  smi: refused('the Service itself among its backends', 'root of a TrafficSplit'),
  gatewayApi: own,
  istio: own,
  linkerd: own,
});

test('matches gRPC methods', () => {
  const chart = shop(TARGETS.gatewayApi());
  const grpc = MeshService.of('cart', { port: 80, protocol: MeshProtocol.GRPC });
  new CanaryRelease(chart, 'release', {
    service: grpc, stable: grpc.variant('v1'), canary: grpc.variant('v2'), matches: [GrpcMatch.of({ service: 'shop.Cart', method: 'Add' })],
  });

  expect(synth(chart)[0].spec.rules[0].matches).toEqual([{ method: { type: 'Exact', service: 'shop.Cart', method: 'Add' } }]);
});

test.each<[SmiImplementation, string, unknown[]]>([
  [SmiImplementation.SPEC, 'split.smi-spec.io/v1alpha4', [625, 375]],
  [SmiImplementation.OSM, 'split.smi-spec.io/v1alpha2', [625, 375]],
  [SmiImplementation.LINKERD, 'split.smi-spec.io/v1alpha1', ['625', '375']],
])('writes the TrafficSplit that %s reads', (implementation, apiVersion, weights) => {
  const chart = shop(MeshTarget.smi({ implementation }));
  new CanaryRelease(chart, 'release', { ...versions, weight: 37.5 });
  const [split] = synth(chart);

  expect(split.apiVersion).toBe(apiVersion);
  expect(split.spec.backends.map((b: any) => b.weight)).toEqual(weights);
});

test.each([0, 100])('names both versions at weight %d, so that the next step changes weights only', weight => {
  for (const target of [TARGETS.smi(), TARGETS.gatewayApi()]) {
    const chart = shop(target);
    new CanaryRelease(chart, 'release', { ...versions, weight });

    expect(shares(synth(chart)[0])).toEqual({ 'cart-v1': 1 - weight / 100, 'cart-v2': weight / 100 });
  }
});

test('the shares of any split are exact', () => {
  const tenths = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 4 }).filter(all => all.reduce((a, b) => a + b, 0) <= 1000);
  fc.assert(fc.property(tenths, fc.constantFrom(...Object.values(TARGETS)), (weights, target) => {
    const chart = shop(target());
    new CanaryRelease(chart, 'release', {
      service: cart,
      stable: cart.variant('stable'),
      variants: weights.map((w, i) => ({ service: cart.variant(`v${i}`), weight: w / 10 })),
    });
    const [route] = synth(chart);
    const backends = route.spec.backends ?? route.spec.rules[0].backendRefs;
    const total = backends.reduce((sum: number, b: any) => sum + b.weight, 0);
    // In whole numbers, since decimal fractions do not compare exactly.
    backends.slice(1).forEach((b: any, i: number) => expect(b.weight * 1000).toBe(weights[i] * total));
  }));
});

test.each<[string, object, RegExp]>([
  ['a weight over 100', { weight: 120 }, /\[shop\/release\] MESH1302: the weight of 'cart-v2' is 120\. Give the percent of requests, from 0 to 100/],
  ['a weight under 0', { weight: -1 }, /is -1\. Give the percent/],
  ['no number', { weight: NaN }, /is NaN\. Give the percent/],
  ['two decimals', { weight: 12.34 }, /more than one decimal\. Round it: `weight: 12\.3`/],
  ['no canary', { canary: undefined }, /the canary is missing\. Write `canary` and `weight`/],
  ['empty variants', { canary: undefined, variants: [] }, /`variants` is an empty list/],
  ['empty matches', { matches: [] }, /`matches` is an empty list/],
  ['too many percent', { canary: undefined, variants: [60, 50].map(weight => ({ service: cart.variant(`v${weight}`), weight })) }, /add up to 110 percent/],
  ['the same version twice', { canary: versions.stable, weight: 10 }, /Service 'cart-v1' on port 8080 is named twice among the backends/],
  ['a port that is not there', { ports: [9090] }, /Service 'cart' has no port 9090\. It has 8080/],
  [
    'a canary without the port',
    { canary: MeshService.of('cart-v2', { ports: [{ port: 1 }, { port: 2 }] }) },
    /'cart-v2' has no port for the traffic of port 8080/,
  ],
  ['a match that no port takes', { matches: [GrpcMatch.of({ service: 'Cart' })] }, /no port takes a GrpcMatch/],
])('refuses %s', (_, props, message) => {
  expect(() => new CanaryRelease(shop(TARGETS.gatewayApi()), 'release', { ...versions, ...props })).toThrow(message);
});

test('refuses a second route of the same Service, and names both', () => {
  for (const target of [TARGETS.smi(), TARGETS.gatewayApi()]) {
    const chart = shop(target);
    new CanaryRelease(chart, 'first', { ...versions, weight: 10 });
    new ServiceRoute(chart, 'second', { service: cart, rules: [{ backends: [{ service: cart.variant('v3') }] }] });

    expect(() => synth(chart)).toThrow(/\[shop\/second\] MESH3001: the route of Service 'shop\/cart' is also defined by 'shop\/first'/);
  }
});

test('reports all that a target cannot express in one synth', () => {
  const chart = shop(TARGETS.smi());
  new CanaryRelease(chart, 'one', { ...versions, weight: 10, matches: [HttpMatch.header('a', 'b')] });
  new CanaryRelease(chart, 'two', { service: bank, stable: bank, canary: bank.variant('bank-v2') });

  expect(() => synth(chart)).toThrow(/\[shop\/one\][^]*\[shop\/two\]/);
});

test('leaves out what SMI cannot express where the target says to warn, and says so', () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  const chart = shop(MeshTarget.smi({ unsupported: Unsupported.WARN }));
  new CanaryRelease(chart, 'release', { ...versions, weight: 10, matches: [HttpMatch.header('a', 'b')] });
  const [split] = synth(chart);

  expect(shares(split)).toEqual({ 'cart-v1': 0.9, 'cart-v2': 0.1 });
  expect(split.metadata.annotations['cdk8s-mesh/unsupported']).toMatch(/cannot express rules that send some requests elsewhere/);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('[shop/release] warning'));
  warn.mockRestore();
});

test('a blue/green release sends everything to the active version, and previews the other', () => {
  const chart = shop(TARGETS.gatewayApi());
  new BlueGreenRelease(chart, 'release', {
    service: cart, blue: cart.variant('blue'), green: cart.variant('green'), active: BlueGreen.GREEN, preview: [HttpMatch.header('x-preview', '1')],
  });
  const [route] = synth(chart);

  expect(shares(route)).toEqual({ blue: 0, green: 1 });
  expect(route.spec.rules[0].backendRefs).toEqual([{ ...DEFAULTS.service, name: 'blue', port: 8080, weight: 100 }]);
});

test('an A/B test sends the audience to B and everyone else to A', () => {
  const chart = shop(TARGETS.gatewayApi());
  new AbTest(chart, 'test', { service: cart, a: cart.variant('cart-a'), b: cart.variant('cart-b'), audience: [HttpMatch.cookie('group', 'b')] });
  const [route] = synth(chart);

  expect(shares(route)).toEqual({ 'cart-a': 1 });
  expect(route.spec.rules[0].backendRefs[0].name).toBe('cart-b');
});

test.each<[string, object, RegExp]>([
  ['no rules', { rules: [] }, /`rules` is an empty list/],
  ['no backends', { rules: [{ backends: [] }] }, /rule 1\] MESH1004: `backends` is an empty list/],
  ['fractions', { rules: [{ backends: [{ service: versions.canary, weight: 0.5 }] }] }, /the weight of 'cart-v2' is 0\.5/],
  ['no weight at all', { rules: [{ backends: [{ service: versions.canary, weight: 0 }] }] }, /all weights are 0/],
  [
    'a rule that is never reached',
    { rules: [{ backends: [{ service: versions.canary }] }, { backends: [{ service: versions.stable }] }] },
    /rule 2 is never reached/,
  ],
])('ServiceRoute refuses %s', (_, props, message) => {
  expect(() => new ServiceRoute(shop(TARGETS.gatewayApi()), 'route', { service: cart, rules: [], ...props })).toThrow(message);
});

test('without a target, the error shows the line to write', () => {
  const chart = new Chart(new App(), 'shop');

  expect(() => new CanaryRelease(chart, 'release', versions))
    .toThrow(/\[shop\/release\] MESH1201: there is no target.*MeshTargets\.of\(app\)\.add\(MeshTarget\.gatewayApi\(\)\)/);
});

test('its objects exist when the constructor returns', () => {
  const release = new CanaryRelease(shop(TARGETS.gatewayApi()), 'release', { ...versions, weight: 10 });

  expect(ofKind(release.apiObjects.map(o => o.toJson()), 'HTTPRoute')).toHaveLength(1);
  expect(release.apiObjectsFor('gateway')).toEqual(release.apiObjects);
  expect(release.apiObjectsFor('smi')).toEqual([]);
});

test('a negative zero is a zero', () => {
  const chart = shop(TARGETS.smi());
  new CanaryRelease(chart, 'release', { service: cart, stable: cart.variant('cart-v1'), canary: cart.variant('cart-v2'), weight: -0 });

  expect(synth(chart)[0].spec.backends[1].weight).toBe(0);
});

test('refuses names of which objects would get too long ones', () => {
  const chart = shop(TARGETS.gatewayApi());
  const service = MeshService.of('cart', { ports: [{ port: 8080 }, { port: 9090 }] });
  const metadata = { name: 'n'.repeat(250) };

  expect(() => new CanaryRelease(chart, 'release', { service, stable: service.variant('cart-v1'), canary: service.variant('cart-v2'), metadata }))
    .toThrow(/^\[shop\/release\] MESH1007: 'n+-9090' is not a valid name of HTTPRoute/);
});

test('refuses the same match in two rules', () => {
  const variant = (name: string) => ({ service: cart.variant(name), weight: 0, matches: [HttpMatch.header('x', 'y')] });

  expect(() => new CanaryRelease(shop(TARGETS.gatewayApi()), 'release', {
    service: cart, stable: cart.variant('cart-v1'), variants: [variant('cart-v2'), variant('cart-v3')],
  })).toThrow('[shop/release] MESH1308: on port 8080, rule 2 has the same match as rule 1, which comes first. Leave the match out of one of them.');
});
