import { Duration } from 'cdk8s';
import { canary, CART, DELIVERY, FRESH, refusedIn, rendered, rolloutIn, STABLE, WORKLOAD } from './release';
import { BlueGreen, BlueGreenRelease, CanaryRelease, Exposure, ExposureGateway, ExposureTls, MeshImplementation, MeshTarget } from '../../../src';

const istio = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, delivery: DELIVERY });
const gateway = ExposureGateway.shared('public', 'infra');

test('the route of the gateway moves with that of the mesh', () => {
  const releases: CanaryRelease[] = [];
  const manifests = rendered(istio(), chart => {
    releases.push(canary(chart));
    ['one', 'two'].forEach(id => new Exposure(chart, id, { route: releases[0], gateway, hostnames: [`${id}.example.com`] }));
  });
  const routes = manifests.filter(({ kind }) => kind === 'HTTPRoute');

  expect(routes.map(({ spec }) => spec.rules[0].backendRefs.map(({ name, weight }: any) => [name, weight])))
    .toEqual(Array(3).fill([['cart-stable', 100], ['cart-canary', 0]]));
  expect(rolloutIn(manifests).spec.strategy.canary.trafficRouting.plugins['argoproj-labs/gatewayAPI'])
    .toEqual({ httpRoutes: routes.map(({ metadata: { name } }) => ({ name, useHeaderRoutes: false })) });
  expect(releases[0].movingFields().filter(({ kind }) => kind === 'HTTPRoute').map(({ name }) => name)).toEqual(routes.map(({ metadata: { name } }) => name));
});

test('a route that redirects to HTTPS leads to no version, and does not move', () => {
  const manifests = rendered(istio(), chart => new Exposure(chart, 'exposure', {
    route: canary(chart), gateway: ExposureGateway.own({ className: 'istio' }), hostnames: ['cart.example.com'], tls: ExposureTls.secret('cart-tls'), redirectHttp: true,
  }));

  expect(manifests.filter(({ kind }) => kind === 'HTTPRoute')).toHaveLength(3);
  expect(rolloutIn(manifests).spec.strategy.canary.trafficRouting.plugins['argoproj-labs/gatewayAPI'].httpRoutes).toHaveLength(2);
});

test('of a release that is switched at once, the gateway leads to the Service itself', () => {
  const manifests = rendered(istio(), chart => new Exposure(chart, 'exposure', {
    gateway,
    hostnames: ['cart.example.com'],
    route: new BlueGreenRelease(chart, 'release', {
      service: CART, blue: STABLE, green: FRESH, active: BlueGreen.BLUE, progression: { workload: WORKLOAD },
    }),
  }));

  expect(manifests.map(({ kind }) => kind)).toEqual(['Rollout', 'HTTPRoute']);
  expect(manifests[1].spec.rules).toMatchObject([{ backendRefs: [expect.objectContaining({ name: 'cart', port: 8080 })] }]);
});

describe('is refused', () => {
  test('beside a VirtualService', () => {
    const errors = refusedIn(istio(), chart => new Exposure(chart, 'exposure', {
      route: canary(chart, { faults: { delay: { percent: 1, delay: Duration.seconds(1) } } }), gateway, hostnames: ['cart.example.com'],
    }));

    expect(errors).toContainEqual(expect.stringContaining('Leave out of the release what only a VirtualService can say'));
  });
});
