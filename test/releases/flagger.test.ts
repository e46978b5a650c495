import { backend, canary, deployment, httpRoute, PODS, request, service } from './manifests';
import { routedByGatewayApi } from '../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../src/evaluators/routes/gateway-api-readings';
import { sharesBy } from '../../src/evaluators/smi/shares';
import { flagger } from '../oracle/releases/flagger';
import { find, podsBehind, type ReleaseStep } from '../oracle/releases/release';
import { partsOf, sharesByPods } from '../oracle/releases/shares';

const GATEWAY_API = 'gatewayapi:v1';
const route = routedByGatewayApi(READINGS.specification);
const shares = (step: ReleaseStep, headers = {}) => sharesByPods(step, partsOf(route(step.manifests, request(headers))));
const told = ({ phase, weights }: ReleaseStep) => `${phase} ${Object.values(weights).join('/')}`;
const spec = (step: ReleaseStep, kind: string, name = 'cart') => find(step.manifests, kind, 'shop', name).spec;

test('weights rise, and at the end the stable pods are those of the new version', () => {
  const { steps, rolledBack } = flagger([deployment(), canary(GATEWAY_API, { stepWeights: [10, 50] })]);

  expect(steps.map(step => [told(step), shares(step), step.pods.length])).toEqual([
    ['Initialized 100/0', { stable: 1 }, 1],
    ['Progressing 100/0', { stable: 1 }, 2],
    ['Progressing 90/10', { stable: 0.9, new: 0.1 }, 2],
    ['Progressing 50/50', { stable: 0.5, new: 0.5 }, 2],
    ['Promoting 50/50', { new: 1 }, 2],
    ['Finalising 100/0', { new: 1 }, 2],
    ['Succeeded 100/0', { new: 1 }, 1],
  ]);
  expect([told(rolledBack!), shares(rolledBack!)]).toEqual(['Failed 100/0', { stable: 1 }]);
});

test.each<[string, any, string[]]>([
  ['one weight again and again', { stepWeight: 30, maxWeight: 60 }, ['100/0', '100/0', '70/30', '40/60', '40/60', '100/0', '100/0']],
  ['up to all', { stepWeight: 60 }, ['100/0', '100/0', '40/60', '0/100', '0/100', '100/0', '100/0']],
  ['back in steps', { stepWeights: [50], stepWeightPromotion: 30 }, ['100/0', '100/0', '50/50', '50/50', '80/20', '100/0', '100/0']],
  ['weights that fall', { stepWeights: [50, 20, 60] }, ['100/0', '100/0', '50/50']],
  ['a weight without an end', { stepWeight: 0 }, ['100/0', '100/0']],
])('%s', (_, analysis, weights) => {
  const { steps } = flagger([deployment(), canary('linkerd', analysis)]);

  expect(steps.map(step => Object.values(step.weights).join('/'))).toEqual(weights);
});

test('an A/B test sends everyone who matches, and then everyone', () => {
  const { steps } = flagger([deployment(), canary(GATEWAY_API, { iterations: 2, match: [{ headers: { 'x-beta': { exact: '1' } } }] })]);

  expect(steps.map(step => [step.phase, shares(step), shares(step, { 'x-beta': '1' })])).toEqual([
    ['Initialized', { stable: 1 }, { stable: 1 }],
    ['Progressing', { stable: 1 }, { stable: 1 }],
    ['Progressing', { stable: 1 }, { new: 1 }],
    ['Progressing', { stable: 1 }, { new: 1 }],
    ['Promoting', { new: 1 }, { new: 1 }],
    ['Finalising', { new: 1 }, { new: 1 }],
    ['Succeeded', { new: 1 }, { new: 1 }],
  ]);
});

test('blue and green: all at once, and mirrored before', () => {
  const { steps } = flagger([deployment(), canary(GATEWAY_API, { iterations: 1, mirror: true })]);
  const copies = (step: ReleaseStep) => route(step.manifests, request());

  expect(steps.map(told)).toEqual([
    'Initialized 100/0', 'Progressing 100/0', 'Progressing 100/0', 'Progressing 0/100', 'Promoting 0/100', 'Finalising 100/0', 'Succeeded 100/0',
  ]);
  expect(steps.map(step => (copies(step) as any).copies.length)).toEqual([0, 0, 1, 0, 0, 0, 0]);
});

test('without a router the Service leads to the stable pods all along', () => {
  const { steps } = flagger([deployment(), canary('kubernetes', { iterations: 1 })]);

  expect(steps.map(step => [step.phase, step.weights, podsBehind(step, 'shop', 'cart').map(({ version }) => version)])).toEqual([
    ['Initialized', {}, ['stable']],
    ['Progressing', {}, ['stable']],
    ['Progressing', {}, ['stable']],
    ['Progressing', {}, ['stable']],
    ['Promoting', {}, ['new']],
    ['Finalising', {}, ['new']],
    ['Succeeded', {}, ['new']],
  ]);
});

describe('a release that does not go on', () => {
  test('as nothing says that requests are mirrored', () => {
    for (const provider of [GATEWAY_API, 'linkerd']) {
      expect(flagger([deployment(), canary(provider, { stepWeights: [50], mirror: true })]).steps.map(told)).toEqual(['Initialized 100/0', 'Progressing 100/0']);
    }
    expect(flagger([deployment(), canary('istio', { stepWeights: [50], mirror: true })]).steps.map(told)).toEqual([
      'Initialized 100/0', 'Progressing 100/0', 'Progressing 100/0', 'Progressing 50/50', 'Promoting 50/50', 'Finalising 100/0', 'Succeeded 100/0',
    ]);
  });

  test('as CORS has no time', () => {
    const weights = (maxAge?: string) => flagger([deployment(), canary(GATEWAY_API, { stepWeights: [20, 50] }, { corsPolicy: { allowOrigin: ['https://a'], maxAge } })]).steps.map(told);

    expect(weights()).toEqual(['Initialized 100/0', 'Progressing 100/0', 'Progressing 80/20']);
    expect(weights('5s')).toContain('Progressing 50/50');
  });

  test('nor begins, without a label, a parent, or words for a match', () => {
    expect(flagger([deployment({ team: 'shop' }, { team: 'shop' }), canary(GATEWAY_API, { stepWeights: [50] })]).steps).toEqual([]);
    expect(flagger([deployment(), canary(GATEWAY_API, { stepWeights: [50] }, { gatewayRefs: [] })]).steps).toEqual([]);
    expect(flagger([deployment(), canary(GATEWAY_API, { stepWeights: [50] }, { match: [{ headers: { a: { prefix: '1' } } }] })]).steps).toEqual([]);
  });
});

test('a match that Gateway API has no words for takes everyone', () => {
  const { steps } = flagger([deployment(), canary(GATEWAY_API, { iterations: 1, match: [{ headers: { 'x-beta': { prefix: '1' } } }] })]);

  expect(shares(steps[2])).toEqual({ new: 1 });
});

test('a TrafficSplit knows no matches, and takes everyone', () => {
  const { steps } = flagger([deployment(), canary('linkerd', { iterations: 1, match: [{ headers: { 'x-beta': { exact: '1' } } }] })]);

  expect(sharesBy('linkerd', steps[2].manifests, { namespace: 'shop', service: 'cart' })).toEqual({ 'cart-canary': 1 });
});

test.each([['linkerd', 'v1alpha1', '10'], ['smi:v1alpha1', 'v1alpha1', '10'], ['osm', 'v1alpha2', 10], ['smi:v1alpha2', 'v1alpha2', 10], ['smi:v1alpha3', 'v1alpha3', 10]])(
  'the TrafficSplit of %s', (provider, version, weight) => {
    const [, , step] = flagger([deployment(), canary(provider, { stepWeights: [10] })]).steps;

    expect(find(step.manifests, 'TrafficSplit', 'shop', 'cart')).toMatchObject({
      apiVersion: `split.smi-spec.io/${version}`, spec: { service: 'cart', backends: [{ service: 'cart-canary', weight }, { service: 'cart-primary' }] },
    });
    expect(sharesByPods(step, [['shop', 'cart-canary', 0.1], ['shop', 'cart-primary', 0.9]])).toEqual({ new: 0.1, stable: 0.9 });
  });

test('the VirtualService and the DestinationRules of Istio', () => {
  const [, , step] = flagger([deployment(), canary('istio', { stepWeights: [10] }, { timeout: '5s' })]).steps;

  expect(spec(step, 'VirtualService')).toEqual({
    hosts: ['cart'],
    gateways: ['mesh'],
    http: [{ timeout: '5s', route: [{ destination: { host: 'cart-primary' }, weight: 90 }, { destination: { host: 'cart-canary' }, weight: 10 }] }],
  });
  expect(spec(step, 'DestinationRule', 'cart-canary')).toEqual({ host: 'cart-canary' });
});

test('what is there is written over', () => {
  const labelled = { ...service('cart', { team: 'shop' }), metadata: { name: 'cart', namespace: 'shop', labels: { mine: 'yes' } } };
  const [step] = flagger([deployment(), canary(GATEWAY_API, { stepWeights: [10] }, { portDiscovery: true }), labelled, httpRoute({ backendRefs: [backend('cart')] })]).steps;

  expect(find(step.manifests, 'Service', 'shop', 'cart')).toMatchObject({ metadata: { labels: { mine: 'yes' } }, spec: { selector: { app: 'cart-primary' } } });
  expect(spec(step, 'Service').ports.map(({ name, port }: any) => [name, port])).toEqual([['http', 8080], ['metrics', 9090]]);
  expect(spec(step, 'HTTPRoute').rules[0].backendRefs.map(({ name }: any) => name)).toEqual(['cart-primary', 'cart-canary']);
});

test('pods keep their other labels and their ServiceAccount, and workloads are scaled', () => {
  const [before, during] = flagger([deployment({ ...PODS, 'kustomize.toolkit.fluxcd.io/name': 'apps' }), canary(GATEWAY_API, { stepWeights: [10] })]).steps;

  expect(during.pods).toEqual([
    { version: 'stable', namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart-primary', team: 'shop' } },
    { version: 'new', namespace: 'shop', serviceAccount: 'cart', labels: { ...PODS, 'kustomize.toolkit.fluxcd.io/name': 'apps' } },
  ]);
  expect([before, during].map(step => spec(step, 'Deployment').replicas)).toEqual([0, 1]);
  expect(spec(before, 'Deployment', 'cart-primary').selector).toEqual({ matchLabels: { app: 'cart-primary' } });
});
