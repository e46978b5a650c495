import { LoadBalancing, MeshImplementation, MeshService, MeshTarget, ServiceRoute, StickinessType } from '../../src';
import { reading } from '../reading/world';
import { portable, refused, shop, synth, TARGETS } from '../setup';

const cart = MeshService.of('cart', { port: 8080 });
const PLACE = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'];
const nearFirst = { failoverPriority: PLACE, circuitBreaking: { consecutiveErrors: 5 }, rules: [{ backends: [{ service: cart }] }] };

portable('requests stay near, and leave for other zones as pods fail', chart => {
  new ServiceRoute(chart, 'route', { service: cart, ...nearFirst });
}, {
  smi: refused('near pods first, and failover to others'),
  gatewayApi: refused('near pods first', 'Gateway API cannot express it'),
  istio: manifests => expect(manifests.find(({ kind }) => kind === 'DestinationRule').spec.trafficPolicy).toEqual({
    outlierDetection: { consecutive5xxErrors: 5 }, loadBalancer: { localityLbSetting: { enabled: true, failoverPriority: PLACE } },
  }),
  linkerd: refused('near pods first', '`trafficDistribution`'),
});

function policyOf(props: object, target = TARGETS.istio()): any {
  const chart = shop(target);
  new ServiceRoute(chart, 'route', { service: cart, ...nearFirst, ...props });
  return synth(chart).find(({ kind }) => kind === 'DestinationRule').spec.trafficPolicy;
}

test('it stands beside how a pod is picked', () => {
  const localityLbSetting = { enabled: true, failoverPriority: PLACE };

  expect(policyOf({ loadBalancing: LoadBalancing.random() }).loadBalancer).toEqual({ simple: 'RANDOM', localityLbSetting });
  expect(policyOf({ stickiness: { type: StickinessType.COOKIE, name: 'cart' } }).loadBalancer)
    .toEqual({ consistentHash: { httpCookie: { name: 'cart', path: '/', ttl: '0s' } }, localityLbSetting });
});

portable('requests leave a region for the one that is named for it, before all others', chart => {
  new ServiceRoute(chart, 'route', { service: cart, ...nearFirst, failoverPriority: undefined, failoverRegions: { west: 'north', east: 'north' } });
}, {
  smi: refused('failover from region to region'),
  gatewayApi: refused('failover from region to region', 'Gateway API cannot express it'),
  istio: manifests => expect(manifests.find(({ kind }) => kind === 'DestinationRule').spec.trafficPolicy.loadBalancer).toEqual({
    localityLbSetting: { enabled: true, failover: [{ from: 'east', to: 'north' }, { from: 'west', to: 'north' }] },
  }),
  linkerd: refused('failover from region to region'),
});

test('regions stand beside labels of other things than places', () => {
  const failoverPriority = ['topology.istio.io/cluster'];

  expect(policyOf({ failoverPriority, failoverRegions: { east: 'west' } }).loadBalancer.localityLbSetting)
    .toEqual({ enabled: true, failoverPriority, failover: [{ from: 'east', to: 'west' }] });
});

test('a waypoint is not where its clients are', () => {
  expect(() => policyOf({}, MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT, waypoint: 'waypoint' })))
    .toThrow(/near pods first.*a waypoint compares pods with its own place/);
});

test.each<[object, RegExp]>([
  [{ circuitBreaking: undefined }, /MESH1006: `failoverPriority` needs `circuitBreaking` that watches pods/],
  [{ circuitBreaking: { maxConnections: 10 } }, /MESH1006: `failoverPriority` needs/],
  [{ failoverPriority: [] }, /MESH1004/],
  [{ failoverPriority: ['zone', 'zone'] }, /MESH1404: 'zone' is named twice/],
  [{ failoverPriority: ['a zone'] }, /MESH1008/],
  [{ failoverPriority: undefined, failoverRegions: { east: 'west' }, circuitBreaking: undefined }, /MESH1006: `failoverRegions` needs/],
  [{ failoverRegions: { east: 'west' } }, /MESH1005: `failoverRegions` compares regions.*names 'topology.kubernetes.io\/region'/],
  [{ failoverPriority: undefined, failoverRegions: {} }, /MESH1401: no region is named/],
  [{ failoverPriority: undefined, failoverRegions: { east: 'east' } }, /MESH1404: 'east' stands in for itself/],
  [{ failoverPriority: undefined, failoverRegions: { east: '' } }, /MESH1401: the region after 'east' has no name/],
  [{ failoverPriority: undefined, failoverRegions: { 'east/a': 'west' } }, /MESH1008/],
])('%j is refused', (props, error) => {
  expect(() => policyOf(props)).toThrow(error);
});

test.each<[string, { readonly more?: object; readonly outlierDetection?: undefined }, object]>([
  ['is read', {}, { failoverPriority: PLACE, besides: [] }],
  ['is nothing where no pod is watched', { outlierDetection: undefined }, { besides: [expect.stringContaining('localityLbSetting')] }],
  ['is read with its regions, of which the first counts', {
    more: { failoverPriority: ['team'], failover: [{ from: 'east', to: 'west' }, { from: 'east', to: 'north' }, { from: 'a', to: 'b' }] },
  }, { failoverPriority: ['team'], failoverRegions: { a: 'b', east: 'west' }, besides: [] }],
  ['is read with regions alone', { more: { failoverPriority: undefined, failover: [{ from: 'east', to: 'west' }] } }, { failoverRegions: { east: 'west' }, besides: [] }],
  ['is text where Istio refuses labels of places beside regions', { more: { failover: [{ from: 'east', to: 'west' }] } }, { besides: [expect.stringContaining('localityLbSetting')] }],
  ['is text where a region stands in for itself', { more: { failoverPriority: undefined, failover: [{ from: 'a', to: 'a' }] } }, { besides: [expect.stringContaining('localityLbSetting')] }],
  ['is text where it says more', { more: { distribute: [] } }, { besides: [expect.stringContaining('localityLbSetting')] }],
])('in a DestinationRule it %s', (_, { more = {}, ...others }, said) => {
  const loadBalancer = { localityLbSetting: { enabled: true, failoverPriority: PLACE, ...more } };
  const trafficPolicy = { outlierDetection: { consecutive5xxErrors: 5 }, loadBalancer, ...others };
  const world = reading([{
    apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'cart', namespace: 'shop' }, spec: { host: 'cart', trafficPolicy },
  }], 'shop', 'istio');
  const traffic = world.readings.flatMap(({ reading: { traffic: of } }) => of?.({ namespace: 'shop', service: 'cart', port: 8080 }) ?? []);
  const [{ then }] = traffic[0].branches;

  expect('value' in then && then.value).toMatchObject(said);
});
