import { found, named, rollout } from './manifests';

const plugin = (config: any, more: any = {}) => ({
  stableService: 'cart-v1',
  canaryService: 'cart-v2',
  trafficRouting: { managedRoutes: [{ name: 'beta' }], plugins: { 'argoproj-labs/gatewayAPI': config }, ...more },
});
const ADDING = plugin({ httpRoute: 'cart' });
const ISTIO = { ...ADDING, trafficRouting: { managedRoutes: [{ name: 'beta' }], istio: { virtualService: { name: 'cart' } } } };
const stepping = (canary: any, ...steps: any[]) => rollout({ canary: { ...canary, steps } });
const header = (...values: any[]) => ({ setHeaderRoute: { name: 'beta', match: values.map((headerValue, i) => ({ headerName: `x-${i}`, headerValue })) } });
const AT = 'spec.strategy.canary.steps';

test('steps that do what they say', () => {
  expect(found(stepping(ADDING, { setCanaryScale: { replicas: 1 } }, header({ exact: '1' }, { regex: 'a.*' }, { prefix: 'beta-' })))).toEqual([]);
  expect(found(stepping(ISTIO, { setWeight: 1 }, header({ prefix: '2.' }), { setMirrorRoute: { name: 'beta' } }))).toEqual([]);
});

test.each<[string, string, any]>([
  ['mirroring by the plugin', `step Rollout/cart ${AT}[0].setMirrorRoute does nothing`, stepping(ADDING, { setMirrorRoute: { name: 'beta' } })],
  ['a limit that the plugin does not know', 'step Rollout/cart spec.strategy.canary.trafficRouting.maxTrafficWeight', stepping(plugin({ httpRoute: 'cart' }, { maxTrafficWeight: 1000 }))],
  [
    'headers where the plugin adds no rules', `step Rollout/cart ${AT}[1].setHeaderRoute does nothing`,
    stepping(plugin({ httpRoutes: [{ name: 'cart' }] }), { setWeight: 1 }, header({ exact: '1' })),
  ],
  ['headers before there are pods', `warning step Rollout/cart ${AT}[0].setHeaderRoute comes before`, stepping(ADDING, header({ exact: '1' }), { setWeight: 10 })],
  ['headers after a scale of 0', `warning step Rollout/cart ${AT}[1].setHeaderRoute comes before`, stepping(ADDING, { setCanaryScale: { replicas: 0 } }, header({ exact: '1' }))],
  ['several headers in Istio', `warning step Rollout/cart ${AT}[1].setHeaderRoute.match has 2`, stepping(ISTIO, { setWeight: 1 }, header({ exact: '1' }, { exact: '2' }))],
  ['a prefix that is an expression', `warning step Rollout/cart ${AT}[1].setHeaderRoute.match[0].headerValue.prefix`, stepping(ADDING, { setWeight: 1 }, header({ prefix: '2.' }))],
])('%s', (_, start, manifest) => {
  expect(found(manifest)).toEqual([expect.stringContaining(start)]);
});

test('what the plugin does not copy', () => {
  const route = (rule: any) => named('gateway.networking.k8s.io/v1', 'HTTPRoute', 'cart', {
    rules: [{ backendRefs: [{ name: 'cart-v1', weight: 100 }, { name: 'cart-v2', weight: 0 }], ...rule }],
  });
  const released = stepping(ADDING, { setWeight: 1 }, header({ exact: '1' }));

  expect(found(released, route({ timeouts: { request: '1s' } }))).toEqual([expect.stringContaining('warning step HTTPRoute/cart spec.rules[0] has timeouts, ')]);
  expect(found(released, route({}))).toEqual([]);
});
