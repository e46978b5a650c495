import { CART, DELIVERY, FRESH, refusedIn, rendered, STABLE, WORKLOAD } from './release';
import { AbTest, HttpMatch, MeshImplementation, MeshProtocol, MeshService, MeshTarget, ReleaseCheck } from '../../../src';

const target = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, delivery: DELIVERY });
const props = { service: CART, a: STABLE, b: FRESH, audience: [HttpMatch.header('x-beta', '1')] };

test('the rule for all other requests has both versions, so that B gets all of them at the end', () => {
  const [route, rollout] = rendered(target(), chart => new AbTest(chart, 'release', { ...props, progression: { workload: WORKLOAD, rounds: 3 } }));

  expect(route.spec.rules.map(({ backendRefs }: any) => backendRefs)).toMatchObject([
    [{ name: 'cart-canary', port: 8080, weight: 100 }],
    [{ name: 'cart-stable', port: 8080, weight: 100 }, { name: 'cart-canary', port: 8080, weight: 0 }],
  ]);
  expect(rollout.spec.strategy.canary).toEqual({
    stableService: 'cart-stable',
    canaryService: 'cart-canary',
    trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoutes: [{ name: route.metadata.name, useHeaderRoutes: false }] } } },
    abortScaleDownDelaySeconds: 1,
    steps: [{ setCanaryScale: { weight: 100 } }, { pause: { duration: '180s' } }],
  });
});

test('its checks are made for all rounds at one step', () => {
  const manifests = rendered(target(), chart => new AbTest(chart, 'release', {
    ...props, progression: { workload: WORKLOAD, rounds: 3, tolerance: 4, checks: [ReleaseCheck.successRate({ atLeast: 99 })] },
  }));

  expect(manifests[1].spec.strategy.canary.steps).toEqual([{ setCanaryScale: { weight: 100 } }, { analysis: { templates: [{ templateName: 'cart' }] } }]);
  expect(manifests[2].spec.metrics).toMatchObject([{ count: 12, consecutiveSuccessLimit: 3, failureLimit: 3 }]);
});

test('a port without requests of the audience is refused, unless it is left out', () => {
  const cart = MeshService.of('cart', { ports: [{ port: 8080, name: 'http' }, { port: 9090, name: 'grpc', protocol: MeshProtocol.GRPC }] });
  const errors = (ports?: number[]) => refusedIn(target(), chart => new AbTest(chart, 'release', {
    service: cart, a: cart.variant('cart-stable'), b: cart.variant('cart-canary'), audience: [HttpMatch.get('/beta')], ports, progression: { workload: WORKLOAD },
  }));

  expect(errors()).toEqual([expect.stringContaining('port 9090, where nothing tells the requests of the audience apart: the Rollout would find no backend')]);
  expect(errors([8080])).toEqual([]);
});
