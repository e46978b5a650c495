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
])('%j is refused', (props, error) => {
  expect(() => policyOf(props)).toThrow(error);
});

test.each<[string, { readonly more?: object; readonly outlierDetection?: undefined }, object]>([
  ['is read', {}, { failoverPriority: PLACE, besides: [] }],
  ['is nothing where no pod is watched', { outlierDetection: undefined }, { besides: [expect.stringContaining('localityLbSetting')] }],
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
