import { Chart } from 'cdk8s';
import { canary, CART, DELIVERY, FRESH, refusedIn, STABLE, WORKLOAD } from './release';
import {
  CanaryRelease, ConsulNamespaces, HttpMatch, MeshImplementation, MeshProtocol, MeshService, MeshTarget, Workload, WorkloadAutoscaler,
} from '../../../src';

const istio = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, delivery: DELIVERY });
const says = (words: string) => [expect.stringContaining(words)];
const of = (workload: Workload) => (chart: Chart) => canary(chart, { progression: { workload } });

test('a Deployment of unknown size, of which the Rollout would run one pod', () => {
  expect(refusedIn(istio(), of(Workload.deployment('cart')))).toEqual(says('the Rollout that takes its pods over would have one pod. Give the Workload its `replicas`, or its `autoscaler`'));
  expect(refusedIn(istio(), of(Workload.deployment('cart', { autoscaler: WorkloadAutoscaler.horizontal('cart') })))).toEqual([]);
});

test('a name that leaves no room for those of AnalysisRuns', () => {
  expect(refusedIn(istio(), of(Workload.deployment('c'.repeat(225), { replicas: 1 })))).toEqual([]);
  expect(refusedIn(istio(), of(Workload.deployment('c'.repeat(226), { replicas: 1 })))).toEqual(says('the name may have 225 characters. Give the Deployment a shorter name'));
});

test('pods selected by a label that they do not have', () => {
  const labelled = (podLabels: Record<string, string>) => (chart: Chart) => canary(chart, {
    stable: CART.variant('cart-stable', { podSelector: { part: 'cart' } }), progression: { workload: Workload.deployment('cart', { replicas: 1, podLabels }) },
  });

  expect(refusedIn(istio(), labelled({ app: 'cart' }))).toEqual(says("pods selected by the label 'part: cart': the pods of Deployment 'cart' do not have it"));
  expect(refusedIn(istio(), labelled({ app: 'cart', part: 'cart' }))).toEqual([]);
});

describe('Services that the controller would refuse', () => {
  const withSelectors = (stable: Record<string, string>, fresh: Record<string, string>) => (chart: Chart) => canary(chart, {
    stable: CART.variant('cart-stable', { podSelector: stable }), canary: CART.variant('cart-canary', { podSelector: fresh }),
  });

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ["Service 'cart-stable' and Service 'cart-canary'", { app: 'cart', version: '1' }, { app: 'cart', version: '2' }],
    ["Service 'cart-stable' and Deployment 'cart'", { app: 'cart-stable' }, { part: 'cart' }],
    ["Service 'cart-canary' and Deployment 'cart'", { part: 'cart' }, { app: 'cart-canary' }],
  ])('%s select different pods', (which, stable, fresh) => {
    expect(refusedIn(istio(), withSelectors(stable, fresh))).toEqual(says(`${which}, which select different pods: the pods of both versions have the same labels`));
  });

  test('others are none', () => {
    expect(refusedIn(istio(), withSelectors({ app: 'cart' }, { app: 'cart', part: 'cart' }))).toEqual([]);
  });

  test('a version in another namespace', () => {
    const elsewhere = MeshService.of('cart-canary', { port: 8080, namespace: 'next' });

    expect(refusedIn(istio(), chart => canary(chart, { canary: elsewhere }))).toEqual(says("Service 'cart-canary' of namespace 'next': a Rollout names its Services without a namespace"));
  });
});

test('a release for the clients of one namespace', () => {
  const cart = MeshService.of('cart', { port: 8080, namespace: 'elsewhere' });
  const errors = refusedIn(istio(), chart => new CanaryRelease(chart, 'release', {
    service: cart, stable: cart.variant('cart-stable'), canary: cart.variant('cart-canary'), progression: { workload: WORKLOAD },
  }));

  expect(errors.join()).toContain('a Rollout releases to the clients of all namespaces. Write the release in the namespace of its Service');
});

test.each([MeshProtocol.TCP, MeshProtocol.TLS])('ports for %s, whose routes the plugin reads in a version that the standard channel does not serve', protocol => {
  const cart = MeshService.of('cart', { port: 5432, protocol });
  const errors = refusedIn(MeshTarget.gatewayApi({ delivery: DELIVERY }), chart => new CanaryRelease(chart, 'release', {
    service: cart, stable: cart.variant('cart-stable'), canary: cart.variant('cart-canary'), progression: { workload: WORKLOAD },
  }));

  expect(errors).toEqual(says('which the standard channel of Gateway API does not serve. Give the target `channel: GatewayApiChannel.EXPERIMENTAL` if the cluster has it'));
});

test('paths by regular expressions, which may rank below all other requests once the plugin has written the route', () => {
  const released = (matches: HttpMatch[]) => refusedIn(istio(), chart => canary(chart, { matches }));

  expect(released([HttpMatch.of({ pathRegex: '/v[0-9]+' })])).toEqual(says('without the empty list of matches of the rule for all other requests'));
  expect(released([HttpMatch.of({ pathPrefix: '/v1' })])).toEqual([]);
});

test.each([
  ['Consul', MeshTarget.gatewayApi({ mesh: MeshImplementation.CONSUL, consulNamespaces: ConsulNamespaces.MIRRORED, delivery: DELIVERY }), 'no controller moves the objects of Consul'],
  ['SMI', MeshTarget.smi({ delivery: DELIVERY }), 'serves TrafficSplits of v1alpha4'],
])('a target in which nothing moves: %s', (_, target, reason) => {
  const errors = refusedIn(target, chart => new CanaryRelease(chart, 'release', { service: CART, stable: STABLE, canary: FRESH, progression: { workload: WORKLOAD } }));

  expect(errors).toEqual(says(reason));
});
