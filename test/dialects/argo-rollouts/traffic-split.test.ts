import { canary, CART, CHECKED, DELIVERY, FRESH, refusedIn, rendered, STABLE, WORKLOAD } from './release';
import { AbTest, CanaryRelease, HttpMatch, MeshProtocol, MeshService, MeshTarget, SmiImplementation } from '../../../src';

const smi = (implementation: SmiImplementation) => MeshTarget.smi({ implementation, delivery: DELIVERY });

test.each([SmiImplementation.LINKERD, SmiImplementation.OSM])('%s: the Rollout makes the TrafficSplit, so none is rendered', implementation => {
  const manifests = rendered(smi(implementation), chart => canary(chart));

  expect(manifests.map(({ kind }) => kind)).toEqual(['Rollout']);
  expect(manifests[0].spec.strategy.canary.trafficRouting).toEqual({ smi: { rootService: 'cart', trafficSplitName: 'shop-release-c84fe534' } });
});

test('no field of it is in Git', () => {
  const releases: CanaryRelease[] = [];
  rendered(smi(SmiImplementation.LINKERD), chart => releases.push(canary(chart)));

  expect(releases[0].movingFields().map(({ kind }) => kind)).toEqual(['Deployment', 'Service', 'Service']);
});

describe('is refused', () => {
  test('by the specification, whose TrafficSplits no controller writes', () => {
    expect(refusedIn(smi(SmiImplementation.SPEC), chart => canary(chart))).toEqual([expect.stringContaining('v1alpha4')]);
  });

  test('with an audience', () => {
    const errors = refusedIn(smi(SmiImplementation.LINKERD), chart =>
      new AbTest(chart, 'release', { service: CART, a: STABLE, b: FRESH, audience: [HttpMatch.header('x-beta', '1')], progression: { workload: WORKLOAD } }));

    expect(errors.join()).toContain('the TrafficSplit of a Rollout has no matches. Use a BlueGreenRelease');
  });

  test('with checks of requests, which are counted by workload', () => {
    for (const implementation of [SmiImplementation.LINKERD, SmiImplementation.OSM]) {
      expect(refusedIn(smi(implementation), chart => canary(chart, { progression: CHECKED }))).toEqual([expect.stringContaining(
        'checks of how many requests succeed: requests are counted by workload there, and both versions are pods of one Rollout. Use `ReleaseCheck.promql`')]);
    }
  });

  test('by Open Service Mesh, with a port of connections, which would have a share of nothing', () => {
    const cart = MeshService.of('cart', { port: 5432, protocol: MeshProtocol.TCP });
    const errorsOf = (implementation: SmiImplementation) => refusedIn(smi(implementation), chart => new CanaryRelease(chart, 'release', {
      service: cart, stable: cart.variant('cart-stable'), canary: cart.variant('cart-canary'), progression: { workload: WORKLOAD },
    }));

    expect(errorsOf(SmiImplementation.OSM)).toEqual([expect.stringContaining('Argo Rollouts writes a backend of weight 0')]);
    expect(errorsOf(SmiImplementation.LINKERD)).toEqual([]);
  });
});
