import { Chart, Duration } from 'cdk8s';
import { HttpMatch, MeshImplementation, MeshProtocol, MeshService, MeshTarget, ServiceRoute } from '../../src';
import { routedByKuma } from '../../src/evaluators/routes/kuma';
import { trafficOf } from '../reading/traffic';
import { reading } from '../reading/world';
import { expectValid } from '../schema';
import { ofKind, portable, refused, shop, synth } from '../setup';

const KIND = { group: 'kuma.io', kind: 'MeshMultiZoneService' };
const store = MeshService.of('store', { port: 8080 });
const everywhere = MeshService.ofKind('store', { ...KIND, port: 8080, namespace: 'kuma-system' });
const reference = { kind: KIND.kind, labels: { 'kuma.io/display-name': 'store', 'k8s.kuma.io/namespace': 'kuma-system' }, port: 8080 };
const kuma = () => MeshTarget.kuma({ trustDomain: 'default.zone-1.mesh.local' });

portable('the Service of a zone and those of all zones share the requests', chart => {
  new ServiceRoute(chart, 'route', { service: store, rules: [{ backends: [{ service: store, weight: 90 }, { service: everywhere, weight: 10 }] }] });
}, {
  smi: refused('backends of other kinds'),
  gatewayApi: ([route]) => expect(route.spec.rules[0].backendRefs[1]).toEqual({ ...KIND, name: 'store', namespace: 'kuma-system', port: 8080, weight: 10 }),
  istio: refused('backends of other kinds', 'Istio answers with 500'),
  linkerd: refused('backends of other kinds', 'Linkerd sends requests to Services'),
});

function routed(props: object, target = kuma(), service = store): any[] {
  const chart = shop(target);
  new ServiceRoute(chart, 'route', { service, rules: [{ backends: [{ service: everywhere }] }], ...props });
  return synth(chart);
}

test('Kuma sends requests there, and copies of them', () => {
  const manifests = routed({
    mirrors: [{ service: everywhere, percent: 5 }],
    rules: [{ matches: [HttpMatch.of({ pathPrefix: '/api' })], backends: [{ service: everywhere }] }, { backends: [{ service: store }] }],
  });
  const [{ spec: { to: [{ rules: [rule] }] } }] = ofKind(manifests, 'MeshHTTPRoute');
  const asked = { client: { namespace: 'web' }, protocol: 'HTTP', host: 'store', method: 'GET', headers: {}, query: {}, response: {} } as const;
  const to = { service: 'store', namespace: 'shop', port: 8080 };

  expectValid(...manifests);
  expect(rule.default).toEqual({
    filters: [{ type: 'RequestMirror', requestMirror: { percentage: 5, backendRef: reference } }], backendRefs: [{ ...reference, weight: 1 }],
  });
  expect(routedByKuma(manifests, { ...asked, to, path: '/api' })).toMatchObject({
    arrivals: [{ service: 'MeshMultiZoneService.kuma.io kuma-system/store:8080' }],
  });
  expect(routedByKuma(manifests, { ...asked, to, path: '/' })).toMatchObject({ arrivals: [{ service: 'shop/store:8080' }] });
});

test('Kuma sends connections there', () => {
  const tcp = { port: 6379, protocol: MeshProtocol.TCP };
  const redis = MeshService.ofKind('redis', { ...KIND, ...tcp, namespace: 'kuma-global' });
  const [route] = routed({ rules: [{ backends: [{ service: redis }] }] }, kuma(), MeshService.of('redis', tcp));

  expectValid(route);
  expect([route.kind, route.spec.to[0].rules[0].default.backendRefs]).toEqual(['MeshTCPRoute', [
    { kind: KIND.kind, labels: { 'kuma.io/display-name': 'redis', 'k8s.kuma.io/namespace': 'kuma-global' }, port: 6379, weight: 1 },
  ]]);
});

test.each<[string, object, RegExp]>([
  ['its namespace', { rules: [{ backends: [{ service: MeshService.ofKind('store', { ...KIND, port: 8080 }) }] }] },
    /backends of other kinds \(rule 1 on port 8080\).*'store' by the namespace of the global control plane, which is unknown\. Give it to MeshService\.ofKind/],
  ['that of a mirror', { mirrors: [{ service: MeshService.ofKind('store', { ...KIND, port: 8080 }) }] }, /the namespace of the global control plane/],
  ['another kind', { rules: [{ backends: [{ service: MeshService.ofKind('bin', { group: 'acme.io', kind: 'Bucket', port: 8080 }) }] }] }, /'bin' is of another kind/],
  ['another group', { rules: [{ backends: [{ service: MeshService.ofKind('store', { ...KIND, group: 'acme.io', port: 8080 }) }] }] }, /'store' is of another kind/],
  ['pods that are watched', { circuitBreaking: { consecutiveErrors: 5 } }, /circuit breaking by errors in a row.*hold only for the clients there/],
  ['a cookie', { stickiness: { name: 'cart', absoluteTimeout: Duration.hours(1) } }, /session stickiness.*hold only for the clients there/],
])('to Kuma, %s is not left open, nor said of all zones', (_, props, error) => {
  expect(() => routed(props)).toThrow(error);
});

test('of the routes of Gateway API, Kuma sends nothing there', () => {
  const target = MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain: 'default.zone-1.mesh.local' });

  expect(() => routed({}, target)).toThrow(/backends of other kinds.*none of anything else that a route names/);
});

describe('zones that stand in for each other', () => {
  const there = [{ cluster: 'zone-2' }, { cluster: 'zone-3' }];

  function failingOver(props: object, namespace = 'web'): any[] {
    const chart = new Chart(shop(kuma()).node.root, namespace, { namespace });
    new ServiceRoute(chart, 'route', {
      service: MeshService.of('store', { port: 8080, namespace: 'shop' }), rules: [{ backends: [{ service: everywhere }] }], failover: there, ...props,
    });
    return synth(chart);
  }

  test('are named one after the other, for the clients of the route, where no pod of their own is healthy', () => {
    const manifests = failingOver({});
    const [strategy] = ofKind(manifests, 'MeshLoadBalancingStrategy');
    const { port: _, ...targetRef } = reference;

    expectValid(...manifests);
    expect([strategy.metadata.namespace, strategy.spec]).toEqual(['web', {
      to: [{
        targetRef,
        default: {
          localityAwareness: {
            crossZone: { failover: ['zone-2', 'zone-3'].map(zone => ({ to: { type: 'Only', zones: [zone] } })), failoverThreshold: { percentage: '0.1' } },
          },
        },
      }],
    }]);
  });

  test('are read so, and what else is said of zones is kept as it stands', () => {
    const held = (manifests: readonly object[]) => trafficOf(reading(manifests, 'default', 'kuma'), {
      namespace: 'kuma-system', service: 'store', port: 8080, groupKind: KIND,
    }, { kind: 'pod', namespace: 'web', meshed: true });
    const [strategy] = ofKind(failingOver({}), 'MeshLoadBalancingStrategy');
    const saying = (more: object) => {
      const other = JSON.parse(JSON.stringify(strategy));
      Object.assign(other.spec.to[0].default.localityAwareness, more);
      return other;
    };
    const service = { name: 'store', namespace: 'kuma-system' };

    expect(held([strategy])).toEqual({ failover: [{ service, cluster: 'zone-2' }, { service, cluster: 'zone-3' }], besides: [] });
    expect(held([saying({ disabled: true })])).toMatchObject({ besides: [expect.stringContaining('localityAwareness is')] });
    expect(held([saying({ crossZone: { failover: [{ to: { type: 'Any' } }] } })])).not.toHaveProperty('failover');
    const mesh = (routing: object) => ({ apiVersion: 'kuma.io/v1alpha1', kind: 'Mesh', metadata: { name: 'default' }, spec: { meshServices: { mode: 'Exclusive' }, routing } });
    expect(held([strategy, mesh({})])).toHaveProperty('failover');
    expect(held([strategy, mesh({ localityAwareLoadBalancing: true })])).toContain('which of its zones gets a call depends on the release of Kuma');
    expect(held([strategy, { ...saying({}), metadata: { name: 'another', namespace: 'kuma-system' } }])).toBe('several policies say which zones stand in');
  });

  test.each<[string, () => unknown, RegExp]>([
    ['a Service of one zone', () => failingOver({ rules: [{ backends: [{ service: everywhere }, { service: MeshService.of('store-v1', { port: 8080 }) }] }] }),
      /failover to another cluster.*a MeshService has the pods of one zone\. Let all rules lead to MeshMultiZoneServices/],
    ['another Service there', () => failingOver({ failover: [{ service: MeshService.of('spare', { port: 8080 }), cluster: 'zone-2' }] }),
      /failover to another cluster.*Name the cluster alone/],
    ['another Service here', () => failingOver({ failover: [{ service: MeshService.of('spare', { port: 8080 }) }] }), /failover to another Service/],
    ['the clients of all namespaces', () => routed({ failover: there }), /failover to another cluster.*a chart with the namespace of its clients/],
    ['two routes', () => {
      const app = shop(kuma()).node.root;
      const charts = ['a', 'b'].map(id => new Chart(app, id, { namespace: 'web' }));
      charts.forEach((chart, i) => new ServiceRoute(chart, 'route', {
        service: MeshService.of(`store-${i}`, { port: 8080, namespace: 'shop' }), rules: [{ backends: [{ service: everywhere }] }], failover: there,
      }));
      return synth(charts[1]);
    }, /MESH3001/],
  ])('are not named for %s', (_, make, error) => {
    expect(make).toThrow(error);
  });
});
