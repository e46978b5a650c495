import { App, Chart } from 'cdk8s';
import { CanaryRelease, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy, ServiceRoute } from '../../src';

type Make = (chart: Chart) => unknown;

const cart = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart', version: 'v1' } });
const next = MeshService.of('cart-v2', { port: 8080, podSelector: { app: 'cart', version: 'v2' } });
const release: Make = chart => new CanaryRelease(chart, 'release', {
  service: cart, stable: cart.variant('cart-v1', { podSelector: cart.podSelector }), canary: next,
});
const policy = (destination: MeshService, ...names: string[]): Make => chart => new ServiceAccessPolicy(chart, `${destination.name}-access`, {
  destination, allow: names.map(name => ({ sources: [Identity.serviceAccount(name)] })),
});

function overruled(mesh: MeshImplementation, ...made: Make[]): number {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh }));
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  made.forEach(make => make(chart));
  return chart.node.root.node.findAll().flatMap(({ node }) => node.validate()).filter(error => error.includes('MESH3008')).length;
}

const { ISTIO_AMBIENT, ISTIO } = MeshImplementation;

test.each<[string, Make[], number]>([
  ['another policy for the pods of a version', [policy(cart, 'web'), policy(next, 'tester'), release], 1],
  ['a policy that closes the Service, and one that opens a version', [policy(cart), policy(next, 'tester'), release], 1],
  ['the same in both', [policy(cart, 'web'), policy(next, 'web'), release], 0],
  ['a version that is closed is closed to the waypoint too', [policy(cart, 'web'), policy(next), release], 0],
  ['no route between the two', [policy(cart, 'web'), policy(next, 'tester')], 0],
  ['copies of requests', [policy(cart, 'web'), policy(next, 'tester'), chart => new ServiceRoute(chart, 'route', {
    service: cart, rules: [{ backends: [{ service: cart }], mirrors: [{ service: next }] }],
  })], 1],
])('behind a waypoint: %s', (_, made, expected) => {
  expect(overruled(ISTIO_AMBIENT, ...made)).toBe(expected);
  expect(overruled(ISTIO_AMBIENT, ...[...made].reverse())).toBe(expected);
});

const elsewhere = MeshService.of('cart-v3', { port: 8080, namespace: 'next', podSelector: { app: 'cart', version: 'v3' } });
const toElsewhere: Make = chart => new ServiceRoute(chart, 'route', { service: cart, rules: [{ backends: [{ service: elsewhere }] }] });
const policyElsewhere = (...names: string[]): Make => chart => {
  new ServiceAccessPolicy(new Chart(chart, 'next', { namespace: 'next' }), 'access', {
    destination: elsewhere, allow: names.map(name => ({ sources: [Identity.serviceAccount(name, 'shop')] })),
  });
};

test.each<[string, Make[], number]>([
  ['a policy there, whose pods take the waypoint for their client', [toElsewhere, policyElsewhere('web')], 1],
  ['a policy there, and one of the Service', [toElsewhere, policyElsewhere('web'), policy(cart, 'web')], 1],
  ['a policy there that lets nobody in', [toElsewhere, policyElsewhere()], 0],
  ['copies', [chart => new ServiceRoute(chart, 'route', {
    service: cart, rules: [{ backends: [{ service: cart }], mirrors: [{ service: elsewhere }] }],
  }), policyElsewhere('web')], 1],
])('a backend in another namespace than the waypoint: %s', (_, made, expected) => {
  expect(overruled(ISTIO_AMBIENT, ...made)).toBe(expected);
  expect(overruled(ISTIO_AMBIENT, ...[...made].reverse())).toBe(expected);
  expect(overruled(ISTIO, ...made)).toBe(0);
});

test('sidecars ask the policy of the pods', () => {
  expect(overruled(ISTIO, policy(cart, 'web'), policy(next, 'tester'), release)).toBe(0);
});
