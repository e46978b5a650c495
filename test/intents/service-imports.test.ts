import { Duration } from 'cdk8s';
import {
  CanaryRelease, EgressDestination, Exposure, ExposureGateway, GatewayApiChannel, HttpMatch, MeshImplementation, MeshProtocol, MeshService,
  MeshTarget, MutualTls, MutualTlsMode, ServiceAccessPolicy, ServiceRoute,
} from '../../src';
import { routedByGatewayApi } from '../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../src/evaluators/routes/gateway-api-readings';
import { portable, refused, shop, synth } from '../setup';

const IMPORT = { group: 'multicluster.x-k8s.io', kind: 'ServiceImport' };
const store = MeshService.of('store', { port: 8080 });
const everywhere = MeshService.serviceImport('store', { port: 8080 });
const pool = MeshService.ofKind('models', { group: 'inference.networking.k8s.io', kind: 'InferencePool', port: 8080 });
const backendsOf = (manifests: any[]) => manifests[0].spec.rules[0].backendRefs;

portable('a Service and its ServiceImport share the requests', chart => {
  new ServiceRoute(chart, 'route', { service: store, rules: [{ backends: [{ service: store, weight: 90 }, { service: everywhere, weight: 10 }] }] });
}, {
  smi: refused('ServiceImports as backends', 'a TrafficSplit only says where requests go'),
  gatewayApi: manifests => expect(backendsOf(manifests)).toEqual([
    { group: '', kind: 'Service', name: 'store', port: 8080, weight: 90 }, { ...IMPORT, name: 'store', port: 8080, weight: 10 },
  ]),
  istio: manifests => expect(backendsOf(manifests)).toContainEqual({ ...IMPORT, name: 'store', port: 8080, weight: 10 }),
  linkerd: refused('Linkerd sends requests to Services', "MeshService.of('cart-west', …)"),
});

portable('a ServiceImport has a route of its own, and versions that are ServiceImports', chart => {
  new CanaryRelease(chart, 'release', { service: everywhere, stable: everywhere.variant('store-v1'), canary: everywhere.variant('store-v2'), weight: 10 });
}, {
  smi: refused('routes of a ServiceImport'),
  gatewayApi: ([route]) => expect([route.spec.parentRefs, route.spec.rules[0].backendRefs.map(({ kind }: any) => kind)])
    .toEqual([[{ ...IMPORT, name: 'store', port: 8080 }], ['ServiceImport', 'ServiceImport']]),
  istio: refused('routes of a ServiceImport', 'Istio reads the routes of Services'),
  linkerd: refused('routes of a ServiceImport', 'Linkerd reads the routes of Services'),
});

portable('requests go to an object of another kind, and copies of them', chart => {
  new ServiceRoute(chart, 'route', { service: store, mirrors: [{ service: pool, percent: 5 }], rules: [{ backends: [{ service: pool }] }] });
}, {
  smi: refused('backends of other kinds'),
  gatewayApi: manifests => {
    const ref = { group: 'inference.networking.k8s.io', kind: 'InferencePool', name: 'models', port: 8080 };
    expect(backendsOf(manifests)).toEqual([{ ...ref, weight: 1 }]);
    expect(manifests[0].spec.rules[0].filters[0].requestMirror.backendRef).toEqual(ref);
  },
  istio: refused('backends of other kinds', 'Istio answers with 500'),
  linkerd: refused('backends of other kinds'),
});

function routed(props: object, target = MeshTarget.gatewayApi(), service = store): any[] {
  const chart = shop(target);
  new ServiceRoute(chart, 'route', { service, rules: [{ backends: [{ service: everywhere }] }], ...props });
  return synth(chart);
}

function exposed(service: MeshService, target = MeshTarget.gatewayApi(), props: object = {}): any[] {
  const chart = shop(target);
  new Exposure(chart, 'outside', { service, gateway: ExposureGateway.shared('public'), ...props });
  return synth(chart);
}

const istio = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO });
const cilium = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM });

test('a ServiceImport in another namespace comes with a ReferenceGrant of its kind', () => {
  const [, grant] = routed({ rules: [{ backends: [{ service: MeshService.serviceImport('bar', { port: 8080, namespace: 'bar' }) }] }] });

  expect([grant.metadata.namespace, grant.spec]).toEqual(['bar', {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }], to: [{ ...IMPORT, name: 'bar' }],
  }]);
});

test('the budget of retries is for the ServiceImport', () => {
  const [, policy] = routed({ retryBudget: { percent: 10 } }, MeshTarget.gatewayApi({ channel: GatewayApiChannel.EXPERIMENTAL }));

  expect([policy.kind, policy.spec.targetRefs]).toEqual(['XBackendTrafficPolicy', [{ ...IMPORT, name: 'store' }]]);
});

test('what Istio knows by hosts is not said of a ServiceImport', () => {
  const reason = /ServiceImports as backends \(rule 1 on port 8080\).*the host of a ServiceImport depends on how Istio was installed/;

  expect(() => routed({ circuitBreaking: { consecutiveErrors: 5 } }, istio())).toThrow(reason);
  expect(() => routed({ faults: { abort: { percent: 1, statusCode: 503 } } }, istio())).toThrow(reason);
  expect(routed({ timeouts: { request: Duration.seconds(1) } }, istio())).toHaveLength(1);
});

test('gateways know a ServiceImport, as far as they read grants for it', () => {
  const elsewhere = MeshService.serviceImport('store', { port: 8080, namespace: 'next' });

  for (const target of [MeshTarget.gatewayApi(), istio(), cilium()]) expect(backendsOf(exposed(everywhere, target))).toEqual([{ ...IMPORT, name: 'store', port: 8080, weight: 1 }]);
  expect(exposed(elsewhere, cilium()).map(({ kind }) => kind)).toEqual(['HTTPRoute', 'ReferenceGrant']);
  expect(() => exposed(elsewhere, istio())).toThrow(/Istio reads no ReferenceGrant for a ServiceImport/);
  expect(() => exposed(pool, cilium())).toThrow(/backends of other kinds.*Cilium does not know it/);
  expect(() => routed({}, cilium())).toThrow(/ServiceImports as backends.*in the routes of its gateways only/);
  expect(() => exposed(everywhere, MeshTarget.gatewayApi(), { backendTls: { hostname: 'store.example.com' } })).toThrow(/whether a BackendTLSPolicy may be for ServiceImport 'store'/);
});

test('connections go to a ServiceImport too', () => {
  const tcp = { port: 6379, protocol: MeshProtocol.TCP };
  const [route] = routed({ rules: [{ backends: [{ service: MeshService.serviceImport('redis', tcp) }] }] }, istio(), MeshService.of('redis', tcp));

  expect([route.kind, backendsOf([route])]).toEqual(['TCPRoute', [{ ...IMPORT, name: 'redis', port: 6379, weight: 1 }]]);
});

test.each<[string, () => unknown, RegExp]>([
  ['an access policy', () => new ServiceAccessPolicy(shop(istio()), 'a', { destination: everywhere, allow: [] }), /MESH1124: `destination` is ServiceImport 'store'/],
  ['mutual TLS', () => new MutualTls(shop(istio()), 'a', { workload: everywhere, mode: MutualTlsMode.STRICT }), /MESH1124: `workload` is ServiceImport 'store'/],
  ['a destination of calls', () => EgressDestination.service(pool), /MESH1124: `service` is InferencePool\.inference\.networking\.k8s\.io 'models'/],
  ['a client', () => store.allowFrom(everywhere), /MESH1124: `client` is ServiceImport/],
  ['labels of pods', () => everywhere.variant('store-v2', { podSelector: { app: 'store' } }), /MESH1124/],
  ['a route', () => routed({}, MeshTarget.gatewayApi(), pool), /MESH1124: `service` is InferencePool.* clients call a Service, or a ServiceImport\. Name it as a backend/],
  ['a factory of its own', () => MeshService.ofKind('store', { ...IMPORT, port: 80 }), /MESH1005: a ServiceImport has a factory of its own/],
  ['a kind', () => MeshService.ofKind('store', { group: 'acme.io', kind: 'no kind', port: 80 }), /MESH1007: 'no kind' is not a valid kind/],
])('only a Service has %s', (_, make, error) => {
  expect(make).toThrow(error);
});

test('a Service and a ServiceImport of one name are two backends, and neither is named twice', () => {
  const twice = { service: everywhere, weight: 1 };

  expect(() => routed({ rules: [{ backends: [twice, twice] }] })).toThrow(/MESH1310: ServiceImport 'store' on port 8080 is named twice/);
});

test('a route of a Service and one of its ServiceImport stand beside each other, and of each there is one', () => {
  const chart = shop(MeshTarget.gatewayApi());
  const rules = [{ matches: [HttpMatch.of({ pathPrefix: '/cart' })], backends: [{ service: MeshService.serviceImport('cart', { port: 8080 }) }] }];
  new ServiceRoute(chart, 'one', { service: store, rules });
  new ServiceRoute(chart, 'all', { service: everywhere, rules });
  const manifests = synth(chart);
  const asked = { client: { namespace: 'web' }, protocol: 'HTTP', host: 'store', method: 'GET', path: '/cart', headers: {}, query: {}, response: {} } as const;
  const to = (groupKind?: typeof IMPORT) => routedByGatewayApi(READINGS.specification)(manifests, { ...asked, to: { service: 'store', namespace: 'shop', port: 8080, groupKind } });

  expect(manifests.map(({ spec }) => spec.parentRefs[0].kind)).toEqual(['Service', 'ServiceImport']);
  for (const kind of [undefined, IMPORT]) expect(to(kind)).toMatchObject({ kind: 'forwarded', arrivals: [{ service: 'ServiceImport.multicluster.x-k8s.io shop/cart:8080' }] });
  new ServiceRoute(chart, 'again', { service: everywhere, rules });
  expect(() => synth(chart)).toThrow(/MESH3001.*the route of ServiceImport 'shop\/store'/);
});
