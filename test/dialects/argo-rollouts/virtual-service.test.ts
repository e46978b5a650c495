import { canary, DELIVERY, rendered, rolloutIn } from './release';
import type { CanaryRelease } from '../../../src';
import { HttpMatch, MeshImplementation, MeshTarget } from '../../../src';

const istio = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, delivery: DELIVERY });
const faults = { faults: { abort: { percent: 1, statusCode: 503 } } };

test('the rule that moves has a name, by which the Rollout knows it', () => {
  const [virtualService, rollout] = rendered(istio(), chart => canary(chart, { ...faults, matches: [HttpMatch.header('x-beta', '1')] }));

  expect(virtualService.kind).toBe('VirtualService');
  const shares = (route: any) => route.map(({ destination, weight }: any) => [destination.host, weight]);
  expect(virtualService.spec.http.map(({ name, route }: any) => [name, shares(route)])).toEqual([
    [undefined, [['cart-canary', undefined]]],
    ['release-8080', [['cart-stable', 100], ['cart-canary', 0]]],
  ]);
  expect(rollout.spec.strategy.canary.trafficRouting).toEqual({ istio: { virtualService: { name: 'shop-release-c84fe534', routes: ['release-8080'] } } });
});

test('its weights are left to the controller', () => {
  const releases: CanaryRelease[] = [];
  const manifests = rendered(istio(), chart => releases.push(canary(chart, faults)));

  expect(rolloutIn(manifests).spec.strategy.canary.trafficRouting.istio.virtualService.routes).toEqual(['release-8080']);
  expect(releases[0].movingFields().find(({ kind }) => kind === 'VirtualService')).toMatchObject({
    group: 'networking.istio.io', jsonPointers: ['/spec/http/0/route/0/weight', '/spec/http/0/route/1/weight'],
  });
});
