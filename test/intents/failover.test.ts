import { Duration } from 'cdk8s';
import { ConsulNamespaces, MeshProtocol, MeshService, MeshTarget, ServiceRoute } from '../../src';
import { routedByConsul } from '../../src/evaluators/routes/consul';
import { ofKind, portable, refused, shop, synth } from '../setup';

const cart = MeshService.of('cart', { port: 8080 });
const [v1, v2, spare] = ['cart-v1', 'cart-v2', 'spare'].map(name => cart.variant(name));
const services = (...all: MeshService[]) => all.map(service => ({ service }));
const rules = [{ backends: [{ service: v1, weight: 90 }, { service: v2, weight: 10 }] }];

portable('another Service stands in for backends without healthy pods', chart => {
  new ServiceRoute(chart, 'route', { service: cart, rules, failover: services(spare) });
}, {
  smi: refused('failover to another Service', 'a TrafficSplit only says where requests go'),
  gatewayApi: refused('failover to another Service', 'Gateway API cannot express it'),
  istio: refused('failover to another Service', 'among the pods of one Service'),
  linkerd: refused('failover to another Service', 'the weights of a TrafficSplit'),
});

function resolversOf(props: object, namespaces = ConsulNamespaces.SINGLE): any[] {
  const chart = shop(MeshTarget.consul({ namespaces }));
  new ServiceRoute(chart, 'route', { service: cart, rules, ...props });
  return synth(chart);
}

const failovers = (manifests: readonly any[]) =>
  Object.fromEntries(ofKind(manifests, 'ServiceResolver').map(({ metadata: { name }, spec }) => [name, spec.failover['*'].targets]));

test('in Consul, a ServiceResolver of each backend says so, and ServiceDefaults what the other speaks', () => {
  const manifests = resolversOf({ failover: services(spare) });

  expect(failovers(manifests)).toEqual({ 'cart-v1': [{ service: 'spare' }], 'cart-v2': [{ service: 'spare' }] });
  expect(ofKind(manifests, 'ServiceDefaults').map(({ metadata: { name }, spec: { protocol } }) => [name, protocol]))
    .toEqual(['cart', 'cart-v1', 'cart-v2', 'spare'].map(name => [name, 'http']));
});

test('a backend does not stand in for itself', () => {
  expect(failovers(resolversOf({ failover: services(v1) }))).toEqual({ 'cart-v2': [{ service: 'cart-v1' }] });
  expect(failovers(resolversOf({ failover: services(v2, v1) }))).toEqual({ 'cart-v1': [{ service: 'cart-v2' }], 'cart-v2': [{ service: 'cart-v1' }] });
});

test('a Service of another namespace is named with it, and one beside the route of a backend elsewhere too', () => {
  const next = (name: string) => MeshService.of(name, { port: 8080, namespace: 'next' });
  const elsewhere = { rules: [{ backends: [{ service: next('cart-v1') }] }], failover: services(next('spare'), spare) };

  expect(failovers(resolversOf({ failover: services(next('spare')) }, ConsulNamespaces.MIRRORED))['cart-v1']).toEqual([{ service: 'spare', namespace: 'next' }]);
  expect(failovers(resolversOf(elsewhere, ConsulNamespaces.MIRRORED))).toEqual({ 'cart-v1': [{ service: 'spare' }, { service: 'spare', namespace: 'shop' }] });
  expect(() => resolversOf(elsewhere)).toThrow("'spare' in several namespaces");
});

describe('in another cluster', () => {
  const there = [{ cluster: 'west' }, { service: spare, cluster: 'east' }];

  portable('a Service stands in', chart => {
    new ServiceRoute(chart, 'route', { service: cart, rules, failover: there });
  }, {
    smi: refused('failover to another cluster', 'a TrafficSplit only says where requests go'),
    gatewayApi: refused('failover to another cluster', 'Gateway API cannot express it'),
    istio: refused('failover to another cluster', 'Put `topology.istio.io/cluster` into `failoverPriority`'),
    linkerd: refused('failover to another cluster', 'Linkerd has the Services of other clusters as Services of this one'),
  });

  test('the peers of Consul have that of a backend, or another Service', () => {
    const manifests = resolversOf({ failover: [...there, { service: spare }] });

    expect(failovers(manifests)).toEqual(Object.fromEntries(['cart-v1', 'cart-v2'].map(name => [name, [
      { service: name, peer: 'west' }, { service: 'spare', peer: 'east' }, { service: 'spare' },
    ]])));
    expect(ofKind(resolversOf({ failover: there }), 'ServiceDefaults').map(({ metadata: { name } }) => name)).toEqual(['cart', 'cart-v1', 'cart-v2']);
  });

  test('a peer is told the namespace, which it would take for the one called `default`', () => {
    expect(failovers(resolversOf({ failover: there }, ConsulNamespaces.MIRRORED))['cart-v1']).toEqual([
      { service: 'cart-v1', namespace: 'shop', peer: 'west' }, { service: 'spare', namespace: 'shop', peer: 'east' },
    ]);
  });

  test('where connections are redirected here, Consul would redirect those to the peer, too', () => {
    const tcp = MeshService.of('db', { port: 5432, protocol: MeshProtocol.TCP });
    const route = (failover: object[]) => () => resolversOf({ service: tcp, rules: [{ backends: [{ service: tcp.variant('db-v2') }] }], failover });

    expect(route([{ service: tcp, cluster: 'west' }])).toThrow(/failover to another cluster.*connections to 'db' are redirected here.*Name the cluster alone/);
    expect(failovers(route([{ cluster: 'west' }])().filter(({ spec }) => spec.failover))).toEqual({ 'db-v2': [{ service: 'db-v2', peer: 'west' }] });
  });
});

test('stickiness, connections and failover are one ServiceResolver', () => {
  const said = { stickiness: { name: 'cart' }, connections: { connectTimeout: Duration.seconds(1) }, failover: services(spare) };
  const [{ spec }, ...others] = ofKind(resolversOf({ rules: [{ backends: [{ service: v1 }] }], ...said }), 'ServiceResolver');

  expect([others, Object.keys(spec).sort()]).toEqual([[], ['connectTimeout', 'failover', 'loadBalancer']]);
});

test('who stands in is not called by its own failover', () => {
  const resolver = (name: string, to: string) => ({
    kind: 'ServiceResolver', metadata: { name, namespace: 'shop' }, spec: { failover: { '*': { targets: [{ service: to }] } } },
  });
  const request = {
    client: { namespace: 'shop' }, to: { service: 'cart', namespace: 'shop', port: 8080 }, protocol: 'TCP' as const, host: 'cart', method: '', path: '', headers: {}, query: {}, response: {},
  };

  expect(routedByConsul('mirrored')([resolver('cart', 'spare'), resolver('spare', 'last')], request)).toMatchObject({
    arrivals: [{ service: 'shop/cart:8080', traffic: { failover: ['shop/spare'] } }],
  });
});

test.each<[string, object, RegExp]>([
  ['nobody', { failover: [] }, /MESH1004/],
  ['one Service twice', { failover: services(spare, spare) }, /MESH1310: Service 'spare' is named twice in `failover`/],
  ['the only backend', { failover: services(v1), rules: [{ backends: [{ service: v1 }] }] }, /MESH1310: 'cart-v1' is the only backend, and `failover` names it again/],
  ['nothing', { failover: [{}] }, /MESH1401: it names nothing that stands in\. Give `service`, `cluster` or both/],
  ['one cluster twice', { failover: [{ cluster: 'west' }, { cluster: 'west' }] }, /MESH1310: cluster 'west' is named twice in `failover`/],
  ['what is no cluster', { failover: [{ cluster: 'the west' }] }, /MESH1007/],
  ['some pods of a Service', { failover: services(MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } }).subset({ version: 'v2' })) }, /MESH1320.*only a Service stands in/],
  ['what has no pods here', { failover: services(MeshService.serviceImport('cart', { port: 8080 })) }, /MESH1124/],
  ['a Service without a port for the traffic', { failover: services(MeshService.of('spare', { ports: [{ port: 1 }, { port: 2 }] })) }, /MESH1311/],
])('%s cannot stand in', (_, props, error) => {
  expect(() => resolversOf(props)).toThrow(error);
});
