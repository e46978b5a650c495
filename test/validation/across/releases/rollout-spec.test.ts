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
  expect(found(stepping(SMI, { pause: { duration: '90' } }, { pause: { duration: '1h30m' } }, { pause: { duration: 0 } }, {
    analysis: { templates: [], args: ["metadata.labels['app']", 'metadata.name', 'status.stableRS'].map(fieldPath => ({ name: 'a', valueFrom: { fieldRef: { fieldPath } } })) },
  }))).toEqual([]);
  expect(found(rollout({ canary: { maxSurge: 0, antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } } }))).toEqual([]);
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
  ['a number below 0', 'spec.revisionHistoryLimit is -1', rollout({ canary: {} }, { revisionHistoryLimit: -1 })],
  ['more revisions than are kept', 'spec.strategy.blueGreen.scaleDownDelayRevisionLimit is 11, and', rollout({ blueGreen: { activeService: 'a', scaleDownDelayRevisionLimit: 11 } })],
  ['no room for pods', `${AT}.maxSurge is 0, and`, rollout({ canary: { maxSurge: 0, maxUnavailable: '0%' } })],
  ['no place for pods', `${AT}.antiAffinity has no ways`, rollout({ canary: { antiAffinity: {} } })],
  ['a weight of a place', `${AT}.antiAffinity.preferredDuringSchedulingIgnoredDuringExecution.weight is 101`, rollout({
    canary: { antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 101 } } },
  })],
  ['pods that end', 'spec.template.spec.restartPolicy is', rollout({ canary: {} }, { template: { metadata: { labels: { app: 'cart' } }, spec: { restartPolicy: 'Never' } } })],
  ['a workload of another kind', "spec.workloadRef.kind is 'StatefulSet'", rollout({ canary: {} }, { workloadRef: { kind: 'StatefulSet', name: 'cart' }, template: undefined })],
  ['a template beside a workload', 'spec.template stands beside', rollout({ canary: {} }, { workloadRef: { kind: 'Deployment', name: 'cart' } })],
  ['ping without pong', `${AT}.pingPong.pongService is missing`, rollout({ canary: { pingPong: { pingService: 'a' } } })],
  ['ping as pong', `${AT}.pingPong.pingService is 'a', and`, rollout({ canary: { pingPong: { pingService: 'a', pongService: 'a' } } })],
  ['ping and pong in SMI', `${AT}.pingPong is for`, rollout({ canary: { ...SMI, pingPong: { pingService: 'a', pongService: 'b' } } })],
  ['no VirtualService', `${AT}.trafficRouting.istio has neither`, rollout({ canary: { ...SMI, trafficRouting: { istio: {} } } })],
  ['VirtualServices in two ways', `${AT}.trafficRouting.istio has both`, rollout({
    canary: { ...SMI, trafficRouting: { istio: { virtualService: { name: 'a' }, virtualServices: [{ name: 'b' }] } } },
  })],
  ['a pause without end', `${AT}.steps[0].pause.duration is '1d'`, stepping(SMI, { pause: { duration: '1d' } })],
  ['a pause before now', `${AT}.steps[0].pause.duration is '-1'`, stepping(SMI, { pause: { duration: -1 } })],
  ['a weight of an experiment', `${AT}.steps[0].experiment.templates[0].weight is for`, stepping({}, { experiment: { templates: [{ name: 'a', weight: 5 }] } })],
  ['a field of no Rollout', `${AT}.steps[0] takes 'a' from metadata.generation`, stepping(SMI, {
    analysis: { templates: [], args: [{ name: 'a', valueFrom: { fieldRef: { fieldPath: 'metadata.generation' } } }] },
  })],
  ['a path with two values', `${AT}.steps[1].setMirrorRoute.match[0].path has several`, stepping(ISTIO, { setWeight: 1 }, {
    setMirrorRoute: { name: 'beta', match: [{ method: { exact: 'GET' }, path: { exact: '/', prefix: '/' } }] },
  })],
])('%s', (_, start, manifest) => {
  expect(found(manifest)).toEqual([expect.stringContaining(`rollout Rollout/cart ${start}`)]);
});
