import { found, rollout } from './manifests';

const SMI = { stableService: 'cart-v1', canaryService: 'cart-v2', trafficRouting: { smi: {} } };
const ISTIO = { ...SMI, trafficRouting: { managedRoutes: [{ name: 'beta' }], istio: { virtualService: { name: 'cart' } } } };
const stepping = (canary: any, ...steps: any[]) => rollout({ canary: { ...canary, steps } });
const header = (headerValue: any, name = 'beta') => ({ setHeaderRoute: { name, match: [{ headerName: 'x-beta', headerValue }] } });
const AT = 'spec.strategy.canary';

test('a Rollout that its controller takes says nothing', () => {
  expect(found(stepping(SMI, { setWeight: 10 }, { pause: {} }))).toEqual([]);
  expect(found(stepping(ISTIO, { setCanaryScale: { weight: 10 } }, header({ exact: '1' }), { setWeight: 100 }))).toEqual([]);
  expect(found(rollout({ blueGreen: { activeService: 'cart', previewService: 'cart-preview' } }))).toEqual([]);
  expect(found(rollout({ canary: {} }, { workloadRef: { kind: 'Deployment', name: 'cart' }, selector: undefined, template: undefined }))).toEqual([]);
});

test.each<[string, string, any]>([
  ['no strategy', 'spec.strategy has neither', rollout({})],
  ['two strategies', 'spec.strategy has both', rollout({ canary: {}, blueGreen: { activeService: 'a' } })],
  ['no selector', 'spec.selector is missing or empty', rollout({ canary: {} }, { selector: undefined })],
  ['a selector of other pods', 'spec.selector does not match the labels', rollout({ canary: {} }, { selector: { matchLabels: { app: 'web' } } })],
  ['a deadline that is always over', 'spec.progressDeadlineSeconds is 600, and', rollout({ canary: {} }, { minReadySeconds: 600 })],
  ['one Service twice', `${AT}.stableService is 'a', and so is canaryService`, rollout({ canary: { stableService: 'a', canaryService: 'a' } })],
  ['one Service twice, blue and green', "spec.strategy.blueGreen.activeService is 'a', and", rollout({ blueGreen: { activeService: 'a', previewService: 'a' } })],
  ['a delay without a router', `${AT}.scaleDownDelaySeconds is for`, rollout({ canary: { scaleDownDelaySeconds: 30 } })],
  ['a scale without a router', `${AT}.dynamicStableScale is for`, rollout({ canary: { dynamicStableScale: true } })],
  ['a delay and a scale', `${AT}.dynamicStableScale excludes`, rollout({ canary: { ...SMI, scaleDownDelaySeconds: 30, dynamicStableScale: true } })],
  ['a router without a Service', `${AT}.canaryService is missing, and smi needs it`, rollout({ canary: { ...SMI, canaryService: undefined } })],
  ['a limit of weights', `${AT}.trafficRouting.maxTrafficWeight is for`, rollout({ canary: { ...SMI, trafficRouting: { smi: {}, maxTrafficWeight: 50 } } })],
  ['an empty step', `${AT}.steps[0] has none of`, stepping(SMI, {})],
  ['two steps in one', `${AT}.steps[0] has setWeight and pause`, stepping(SMI, { setWeight: 10, pause: {} })],
  ['too much weight', `${AT}.steps[0].setWeight is 101`, stepping(SMI, { setWeight: 101 })],
  ['a step for routers', `${AT}.steps[0].setCanaryScale is for`, stepping({}, { setCanaryScale: { weight: 10 } })],
  ['a mirror in SMI', `${AT}.steps[0].setMirrorRoute is for`, stepping({ ...SMI, trafficRouting: { smi: {}, managedRoutes: [{ name: 'm' }] } }, { setMirrorRoute: { name: 'm' } })],
  ['a route that is not managed', `${AT}.steps[1].setHeaderRoute.name is 'other'`, stepping(ISTIO, { setWeight: 1 }, header({ exact: '1' }, 'other'))],
  ['a header with two values', `${AT}.steps[1].setHeaderRoute.match[0].headerValue has several`, stepping(ISTIO, { setWeight: 1 }, header({ exact: '1', prefix: '1' }))],
  ['a header without a value', `${AT}.steps[1].setHeaderRoute.match[0].headerValue has none`, stepping(ISTIO, { setWeight: 1 }, header({}))],
])('%s', (_, start, manifest) => {
  expect(found(manifest)).toEqual([expect.stringContaining(`rollout Rollout/cart ${start}`)]);
});
