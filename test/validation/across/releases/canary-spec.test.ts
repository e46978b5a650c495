import { canary, deployment, found, named } from './manifests';

const AB = { stepWeights: undefined, iterations: 5 };
const match = (...entries: any[]) => ({ ...AB, match: entries });
const header = (name: string, condition: any) => ({ headers: { [name]: condition } });

test('a Canary without traps says nothing', () => {
  expect(found(canary())).toEqual([]);
  expect(found(canary({}, { corsPolicy: { allowOrigin: ['https://example.com'], maxAge: '1m' } }, match(header('x-beta', { exact: '1' }))))).toEqual([]);
  expect(found(canary({ provider: 'istio' }, {}, match({ headers: { a: { prefix: 'x' }, b: { suffix: 'y' } }, sourceLabels: { app: 'web' } })))).toEqual([]);
  expect(found(canary({ provider: undefined }, { gatewayRefs: undefined, corsPolicy: {} }))).toEqual([]);
});

test.each<[string, string, any]>([
  ['decimals in weights', 'whole Canary/cart spec.analysis.stepWeights[1] is 12.5. ', canary({}, {}, { stepWeights: [10, 12.5] })],
  ['decimals in a threshold', 'whole Canary/cart spec.analysis.threshold is 1.5. ', canary({}, {}, { threshold: 1.5 })],
  ['decimals in retries', 'whole Canary/cart spec.analysis.webhooks[0].retries is 0.5. ', canary({}, {}, { webhooks: [{ name: 'load', url: 'http://x', retries: 0.5 }] })],
  ['decimals in the deadline', 'whole Canary/cart spec.progressDeadlineSeconds is 60.5. ', canary({ progressDeadlineSeconds: 60.5 })],
  ['weights that fall', 'steps Canary/cart spec.analysis.stepWeights[2] is 20, after 50. ', canary({}, {}, { stepWeights: [10, 50, 20] })],
  ['a weight twice', 'steps Canary/cart spec.analysis.stepWeights[1] is 10, after 10. ', canary({}, {}, { stepWeights: [10, 10] })],
  ['no weights', 'steps Canary/cart spec.analysis.stepWeights is empty', canary({}, {}, { stepWeights: [] })],
  ['a first weight of 0', 'steps Canary/cart spec.analysis.stepWeights[0] is 0', canary({}, {}, { stepWeights: [0, 10] })],
  ['a step of 0', 'steps Canary/cart spec.analysis.stepWeight is 0', canary({}, {}, { stepWeights: undefined, stepWeight: 0 })],
  ['no iterations', 'steps Canary/cart spec.analysis.iterations is 0', canary({}, {}, { ...AB, iterations: 0 })],
  ['a short interval', "warning interval Canary/cart spec.analysis.interval is '5s', and Flagger waits at least 10 seconds", canary({}, {}, { interval: '5s' })],
  ['an odd interval', "warning interval Canary/cart spec.analysis.interval is '1mm', which is no duration", canary({}, {}, { interval: '1mm' })],
  [
    'two headers in a match', 'conditions Canary/cart spec.analysis.match[0].headers has 2 conditions. ',
    canary({}, {}, match({ headers: { a: { exact: '1' }, b: { exact: '2' } } })),
  ],
  [
    'two parameters in a match of the Service', 'conditions Canary/cart spec.service.match[0].queryParams has 2 conditions. ',
    canary({}, { match: [{ queryParams: { a: { exact: '1' }, b: { regex: '2' } } }] }),
  ],
  [
    'the prefix of a header', 'match Canary/cart spec.analysis.match[0].headers["a"] is neither exact nor regex. For Gateway API Flagger takes no other, and leaves out all',
    canary({}, {}, match(header('a', { prefix: '1' }))),
  ],
  [
    'the same in a match of the Service', 'match Canary/cart spec.service.match[0].headers["a"] is neither exact nor regex. For Gateway API Flagger takes no other, and starts no',
    canary({}, { match: [header('a', { prefix: '1' })] }),
  ],
  ['a match that says nothing', 'match Canary/cart spec.analysis.match[0] has neither headers nor queryParams', canary({}, {}, match({}))],
  ['a condition that only Istio knows', 'match Canary/cart spec.service.match[0].authority is for the provider istio', canary({}, { match: [{ authority: { exact: 'x' } }] })],
  [
    'headers in both matches', 'match Canary/cart spec.analysis.match[0].headers takes the place of those in spec.service.match',
    canary({}, { match: [header('a', { exact: '1' })] }, match(header('b', { exact: '1' }))),
  ],
  ['CORS without maxAge', 'cors Canary/cart spec.service.corsPolicy.maxAge is missing', canary({}, { corsPolicy: { allowOrigin: ['*'] } })],
  ['CORS for a day, as Go does not read it', 'cors Canary/cart spec.service.corsPolicy.maxAge is no whole second', canary({}, { corsPolicy: { maxAge: '1d' } })],
  ['CORS for less than a second', 'cors Canary/cart spec.service.corsPolicy.maxAge is no whole second', canary({}, { corsPolicy: { maxAge: '500ms' } })],
  ['Kuma', "provider Canary/cart spec.provider is 'kuma'", canary({ provider: 'kuma' })],
  ...['linkerd', 'osm', 'smi:v1alpha1', 'smi:v1alpha2'].map((provider): [string, string, any] => [
    `A/B with ${provider}`, `provider Canary/cart spec.provider is '${provider}', which knows no matches`,
    canary({ provider }, {}, match(header('a', { exact: '1' }))),
  ]),
  ['a version of SMI that nobody serves', "warning provider Canary/cart spec.provider is 'smi:v1alpha3'", canary({ provider: 'smi:v1alpha3' })],
  ['weights without a mesh', "provider Canary/cart spec.provider is 'kubernetes', which routes no requests, and leaves out the weights", canary({ provider: 'kubernetes' })],
  ['retries for Gateway API', 'warning provider Canary/cart spec.service.retries is for the provider istio', canary({}, { retries: { attempts: 3 } })],
  ['expressions for origins', 'warning provider Canary/cart spec.service.corsPolicy.allowOrigins', canary({}, { corsPolicy: { allowOrigins: [{ regex: '.*' }], maxAge: '5s' } })],
  ['mirroring with weights', 'steps Canary/cart spec.analysis.mirror is a step before the weights that Gateway API does not take', canary({}, {}, { mirror: true })],
  ['mirroring with a split', 'steps Canary/cart spec.analysis.mirror is a step before the weights that a TrafficSplit', canary({ provider: 'linkerd' }, {}, { mirror: true })],
  ['no gatewayRefs', 'start Canary/cart spec.service.gatewayRefs is missing', canary({}, { gatewayRefs: undefined })],
  ['a Service in the group of Gateways', 'start Canary/cart spec.service.gatewayRefs[0].group is missing, and defaults', canary({}, { gatewayRefs: [{ kind: 'Service', name: 'cart' }] })],
  ['a Service in the group core', "warning start Canary/cart spec.service.gatewayRefs[0].group is 'core'", canary({}, { gatewayRefs: [{ group: 'core', kind: 'Service', name: 'cart' }] })],
  ['nothing that reverts it', 'warning deletion Canary/cart spec.revertOnDeletion is not true', canary({ revertOnDeletion: undefined })],
  ['a name that is too long', 'length Canary/cart spec.service.name has 56 characters. ', canary({}, { name: 'c'.repeat(56) })],
])('%s', (_, start, manifest) => {
  expect(found(manifest)).toEqual([expect.stringContaining(start)]);
});

test('a name of 55 characters is short enough', () => {
  expect(found(canary({}, { name: 'c'.repeat(55) }))).toEqual([]);
});

test('a workload without a label that Flagger takes', () => {
  const unlabelled = { ...deployment(), spec: { selector: { matchLabels: { team: 'shop' } }, template: { metadata: { labels: { team: 'shop' } } } } };

  expect(found(canary(), unlabelled)).toEqual([expect.stringMatching(/^warning start Canary\/cart spec\.targetRef .*none of the labels app, name/)]);
});

test('a value of the label that is too long', () => {
  const labels = { app: 'c'.repeat(56), team: 'shop' };

  expect(found(canary(), deployment('cart', labels))).toEqual([expect.stringMatching(/^length Canary\/cart spec\.targetRef leads to pods with 'app: c+'/)]);
  expect(found(canary(), deployment('cart', { app: 'c'.repeat(55) }))).toEqual([]);
});

describe('the version of a TrafficSplit', () => {
  const crd = (...versions: string[]) => ({
    ...named('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'trafficsplits.split.smi-spec.io', { versions: versions.map(name => ({ name, served: true })) }),
    metadata: { name: 'trafficsplits.split.smi-spec.io' },
  });

  test.each([['linkerd', 'v1alpha1'], ['osm', 'v1alpha2'], ['smi:v1alpha2', 'v1alpha2'], ['smi:v1alpha3', 'v1alpha3']])('of %s', (provider, version) => {
    expect(found(canary({ provider }), crd('v1alpha4'))).toEqual([
      expect.stringContaining(`provider Canary/cart spec.provider is '${provider}', which writes TrafficSplits of ${version}. The CRD that stands beside it serves v1alpha4: `),
    ]);
    expect(found(canary({ provider }), crd('v1alpha4', version))).toEqual([]);
  });

  test('is no matter to others', () => {
    expect(found(canary(), crd('v1alpha4'))).toEqual([]);
  });
});
