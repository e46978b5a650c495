import { CanaryRelease, ConsulNamespaces, HttpMatch, Identity, MeshService, MeshTarget, MutualTls, ServiceAccessPolicy, ServiceRoute } from '../../../src';
import { consulNativeRoutes } from '../../../src/dialects/consul/native-routes';
import type { RouteModel } from '../../../src/model/route';
import { claimInWords } from '../../../src/targets/claim-words';
import { expectValid } from '../../schema';
import { ofKind, shop, synth, applied } from '../../setup';
import { backend, match, routeModel, rule } from '../route-models';

const dialect = consulNativeRoutes(ConsulNamespaces.MIRRORED);
const target = (namespaces = ConsulNamespaces.MIRRORED) => MeshTarget.consul({ namespaces });
const cart = MeshService.of('cart', { port: 80 });
const [v1, v2] = ['cart-v1', 'cart-v2'].map(name => cart.variant(name));

function rendered(model: RouteModel): any[] {
  expect(dialect.render(model).refusals).toEqual([]);
  const manifests = applied(dialect.render(model).manifests);
  expectValid(...manifests);
  return manifests;
}

test('a canary is a ServiceSplitter, and what the services speak comes first', () => {
  const chart = shop(target());
  new CanaryRelease(chart, 'release', { service: cart, stable: v1, canary: v2, weight: 12.5 });
  const manifests = synth(chart);

  expect(manifests.map(m => [m.kind, m.metadata.name])).toEqual([
    ['ServiceDefaults', 'cart'], ['ServiceDefaults', 'cart-v1'], ['ServiceDefaults', 'cart-v2'], ['ServiceSplitter', 'cart'],
  ]);
  expect(manifests[3].spec).toEqual({ splits: [{ weight: 87.5, service: 'cart-v1' }, { weight: 12.5, service: 'cart-v2' }] });
  expect(manifests[0].spec).toEqual({ protocol: 'http', mutualTLSMode: 'strict' });
});

test('requests that always go to the canary add a ServiceRouter, and rename nothing', () => {
  const names = (matches?: HttpMatch[]) => {
    const chart = shop(target());
    new CanaryRelease(chart, 'release', { service: cart, stable: v1, canary: v2, weight: 10, matches });
    return synth(chart).map(m => `${m.kind} ${m.metadata.name}`);
  };

  expect(names([HttpMatch.header('x-canary', '1')])).toEqual([...names(), 'ServiceRouter cart']);
});

test('shares ServiceDefaults with the access policy of the service', () => {
  const chart = shop(target());
  new CanaryRelease(chart, 'release', { service: cart, stable: v1, canary: v2, weight: 10 });
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [Identity.serviceAccount('web')] }] });

  expect(ofKind(synth(chart), 'ServiceDefaults').filter(m => m.metadata.name === 'cart')).toHaveLength(1);
});

test('conflicts with MutualTls that takes plain text: there is one ServiceDefaults', () => {
  const chart = shop(target());
  new CanaryRelease(chart, 'release', { service: cart, stable: v1, canary: v2, weight: 10 });
  new MutualTls(chart, 'tls', { workload: cart, mode: 'permissive' as any });

  expect(() => synth(chart)).toThrow("ServiceDefaults 'shop/cart'");
});

test('connections go to one backend, by a ServiceResolver', () => {
  const [resolver] = ofKind(rendered(routeModel([rule({ backends: [backend('blue', 0), backend('green', 100)] })], 'TCP')), 'ServiceResolver');

  expect(resolver).toMatchObject({ metadata: { name: 'cart', namespace: 'shop' }, spec: { redirect: { service: 'green' } } });
  expect(rendered(routeModel([rule({ backends: [backend('cart')] })], 'TCP')).map(m => m.kind)).toEqual(['ServiceDefaults']);
});

test('a backend elsewhere is named with its namespace, where Consul has namespaces', () => {
  const model = routeModel([rule({ backends: [backend('cart-v1', 1, { namespace: 'next' })] })]);
  const single = applied(consulNativeRoutes(ConsulNamespaces.SINGLE).render(model).manifests);

  expect(ofKind(rendered(model), 'ServiceSplitter')[0].spec.splits).toEqual([{ weight: 100, service: 'cart-v1', namespace: 'next' }]);
  expect(ofKind(single, 'ServiceSplitter')[0].spec.splits).toEqual([{ weight: 100, service: 'cart-v1' }]);
  expect(ofKind(rendered(model), 'ServiceDefaults').map(m => m.metadata.namespace)).toEqual(['next', 'shop']);
});

test('one service has one route, in whichever namespace where they share one', () => {
  expect(dialect.claims(routeModel([rule()])).map(claimInWords)).toEqual([
    "the route of Consul's service 'shop/cart'", "who answers in place of Consul's service 'shop/cart-v1'", "who answers in place of Consul's service 'shop/cart'",
  ]);
  expect(consulNativeRoutes(ConsulNamespaces.SINGLE).claims(routeModel([rule()])).map(claimInWords)).toEqual([
    "the route of Consul's service 'cart'", "the ServiceDefaults of Consul's service 'cart'", "the ServiceDefaults of Consul's service 'cart-v1'",
    "who answers in place of Consul's service 'cart-v1'", "who answers in place of Consul's service 'cart'",
  ]);
});

test('the services in between, which only split, have a name of their own that holds while weights change', () => {
  const model = (weight: number) => routeModel([
    rule({ matches: [match({ methods: ['GET'] })], backends: [backend('cart-v1', 100 - weight), backend('cart-v2', weight)] }), rule(),
  ]);
  const names = (weight: number) => ofKind(rendered(model(weight)), 'ServiceSplitter').map(m => m.metadata.name);

  expect(names(10)).toEqual([expect.stringMatching(/^cart-[0-9a-f]{8}$/)]);
  expect(names(20)).toEqual(names(10));
});

test('refuses what Consul has no word for, and names the targets that can', () => {
  const chart = shop(target());
  new ServiceRoute(chart, 'route', { service: cart, mirrors: [{ service: v2 }], rules: [{ backends: [{ service: v1 }] }] });

  expect(() => synth(chart)).toThrow(/mirroring .*Consul copies no requests.*or use Gateway API, Istio or Istio ambient: each can express this/);
});
