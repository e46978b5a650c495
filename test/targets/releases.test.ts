import { ApiObject, JsonPatch } from 'cdk8s';
import { MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceRoute, Validation } from '../../src';
import type { GatewayApiTargetOptions, ServiceRouteRule } from '../../src';
import { shop, synth } from '../setup';

/** A target may say which releases the cluster has: what came later is an error. */

const cart = MeshService.of('cart', { port: 8080 });

function routed(options: GatewayApiTargetOptions, rule: Partial<ServiceRouteRule> = {}, patch?: JsonPatch, validation = Validation.ERROR): any[] {
  const chart = shop(MeshTarget.gatewayApi(options));
  MeshTargets.of(chart).validation(validation);
  const route = new ServiceRoute(chart, 'route', { service: cart, rules: [{ backends: [{ service: cart.variant('cart-v1') }], ...rule }] });
  if (patch !== undefined) ApiObject.of(route).addJsonPatch(patch);
  return synth(chart);
}

test('a field that the release lacks', () => {
  expect(() => routed({ release: '1.6' }, { retries: { attempts: 2 } }))
    .toThrow(/MESH4105: HTTPRoute 'shop-route-\w+': spec\.rules\[0\]\.retry needs Gateway API 1\.7, and the cluster has 1\.6/);
  expect(routed({ release: '1.7' }, { retries: { attempts: 2 } })).toHaveLength(1);
  expect(routed({ release: '1.1' })).toHaveLength(1);
});

test('it is an error however little is validated, and in a patch', () => {
  expect(() => routed({ release: '1.6' }, { retries: { attempts: 2 } }, undefined, Validation.OFF)).toThrow(/MESH4105/);
  expect(() => routed({ release: '1.3' }, {}, JsonPatch.add('/spec/rules/0/name', 'all'))).toThrow(/MESH4105.*rules\[0\]\.name needs Gateway API 1\.4/);
});

test('what a mesh does not read yet', () => {
  const options = { mesh: MeshImplementation.LINKERD };

  expect(() => routed({ ...options, meshRelease: '2.15' }, { retries: { attempts: 2 } })).toThrow(/MESH4105.*metadata\.annotations needs Linkerd 2\.16/);
  expect(routed({ ...options, meshRelease: '2.16' }, { retries: { attempts: 2 } })).not.toEqual([]);
});

test.each<[string, GatewayApiTargetOptions, RegExp]>([
  ['a release that is not known', { release: '1.4.1' }, /MESH1212: `release: '1\.4\.1'` is no release of Gateway API that is known\. Known are '1\.0'/],
  ['a release of a mesh that is not known', { mesh: MeshImplementation.ISTIO, meshRelease: '0.8' }, /MESH1212: `meshRelease: '0\.8'` is no release of Istio/],
  ['a release of no mesh', { meshRelease: '1.28' }, /MESH1205: `meshRelease` is an option of Istio, Istio ambient and Linkerd/],
  ['a release of a mesh whose releases are not known', { mesh: MeshImplementation.KUMA, meshRelease: '2.14' }, /MESH1205/],
])('%s', (_, options, message) => {
  expect(() => MeshTarget.gatewayApi(options)).toThrow(message);
});
