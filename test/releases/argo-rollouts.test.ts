import { backend, deployment, httpRoute, named, request, rollout, service } from './manifests';
import { routedByGatewayApi } from '../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../src/evaluators/routes/gateway-api-readings';
import { sharesBy } from '../../src/evaluators/smi/shares';
import { argoRollouts } from '../oracle/releases/argo-rollouts';
import { find, podsBehind, type ReleaseStep } from '../oracle/releases/release';
import { partsOf, sharesByPods } from '../oracle/releases/shares';

const route = routedByGatewayApi(READINGS.specification);
const shares = (step: ReleaseStep, headers = {}) => sharesByPods(step, partsOf(route(step.manifests, request(headers))));
const SERVICES = [service('cart'), service('cart-v1'), service('cart-v2')];
const SHARED = { backendRefs: [backend('cart-v1', 100), backend('cart-v2', 0)] };
const BETA = { matches: [{ headers: [{ name: 'x-beta', value: '1' }] }], backendRefs: [backend('cart-v2')] };
const plugin = (config: any) => ({ plugins: { 'argoproj-labs/gatewayAPI': config } });
const canary = (trafficRouting: any, ...steps: any[]) => rollout({ canary: { stableService: 'cart-v1', canaryService: 'cart-v2', trafficRouting, steps } });
const KEPT = plugin({ httpRoutes: [{ name: 'cart', useHeaderRoutes: false }] });
const STEPS = [{ setWeight: 10 }, { pause: {} }, { setWeight: 50 }, { pause: { duration: '1m' } }];
const rules = (step: ReleaseStep) => find(step.manifests, 'HTTPRoute', 'shop', 'cart').spec.rules;

test('weights rise, and at the end both Services lead to the new version', () => {
  const { steps, rolledBack } = argoRollouts([...SERVICES, deployment(), httpRoute(SHARED), canary(KEPT, ...STEPS)]);

  expect(steps.map(step => [step.phase, Object.values(step.weights), shares(step)])).toEqual([
    ['Healthy', [100, 0], { stable: 1 }],
    ['Progressing: setWeight', [90, 10], { stable: 0.9, new: 0.1 }],
    ['Progressing: pause', [90, 10], { stable: 0.9, new: 0.1 }],
    ['Progressing: setWeight', [50, 50], { stable: 0.5, new: 0.5 }],
    ['Progressing: pause', [50, 50], { stable: 0.5, new: 0.5 }],
    ['Progressing: all steps taken', [0, 100], { new: 1 }],
    ['Healthy', [100, 0], { new: 1 }],
  ]);
  expect([rolledBack!.phase, shares(rolledBack!)]).toEqual(['Degraded', { stable: 1 }]);
});

test('the Service that clients call leads to either version', () => {
  const { steps: [, during] } = argoRollouts([...SERVICES, deployment(), httpRoute(SHARED), canary(KEPT, ...STEPS)]);

  expect(podsBehind(during, 'shop', 'cart').map(({ version }) => version)).toEqual(['stable', 'new']);
  expect(during.pods.map(({ labels, serviceAccount }) => [labels.app, labels.team, serviceAccount])).toEqual([['cart', 'shop', 'cart'], ['cart', 'shop', 'cart']]);
  expect(find(during.manifests, 'Deployment', 'shop', 'cart').spec.replicas).toBe(0);
});

describe('rules for the new version alone', () => {
  const manifests = (config: any) => [...SERVICES, deployment(), httpRoute(BETA, SHARED), canary(plugin(config), ...STEPS)];

  test('stay where no header routes are asked for, and lead to whatever the Service leads to', () => {
    const { steps } = argoRollouts(manifests({ httpRoutes: [{ name: 'cart' }] }));

    expect(steps.map(step => shares(step, { 'x-beta': '1' }))).toEqual([
      { stable: 1 }, { new: 1 }, { new: 1 }, { new: 1 }, { new: 1 }, { new: 1 }, { new: 1 },
    ]);
  });

  test('are gone where they are', () => {
    const { steps } = argoRollouts(manifests({ httpRoute: 'cart' }));

    expect(steps.map(step => rules(step).length)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });
});

test('rules for headers hold from their step to the end, in which all headers have to be there', () => {
  const both = { setHeaderRoute: { name: 'beta', match: [{ headerName: 'a', headerValue: { exact: '1' } }, { headerName: 'b', headerValue: { prefix: '2' } }] } };
  const managed = { managedRoutes: [{ name: 'beta' }], ...plugin({ httpRoute: 'cart' }) };
  const { steps } = argoRollouts([...SERVICES, deployment(), httpRoute({ ...SHARED, timeouts: { request: '5s' } }), canary(managed, { setCanaryScale: { weight: 10 } }, both, { setWeight: 10 })]);

  expect(steps.map(step => [shares(step, { a: '1', b: '23' }), shares(step, { a: '1' })])).toEqual([
    [{ stable: 1 }, { stable: 1 }],
    [{ stable: 1 }, { stable: 1 }],
    [{ new: 1 }, { stable: 1 }],
    [{ new: 1 }, { stable: 0.9, new: 0.1 }],
    [{ new: 1 }, { new: 1 }],
    [{ new: 1 }, { new: 1 }],
  ]);
  expect(rules(steps[2])[1]).toEqual({
    name: 'beta',
    matches: [{ headers: [{ name: 'a', type: 'Exact', value: '1' }, { name: 'b', type: 'RegularExpression', value: '2.*' }] }],
    backendRefs: [{ group: '', kind: 'Service', name: 'cart-v2', port: 8080 }],
  });
  expect(rules(steps[5])).toHaveLength(1);
});

test('a rule for headers is removed while there are no pods of the new version', () => {
  const header = { setHeaderRoute: { name: 'beta', match: [{ headerName: 'a', headerValue: { exact: '1' } }] } };
  const { steps } = argoRollouts([
    ...SERVICES, deployment(), httpRoute(SHARED), canary({ managedRoutes: [{ name: 'beta' }], ...plugin({ httpRoute: 'cart' }) }, header, { pause: {} }, { setWeight: 10 }),
  ]);

  expect(steps.map(step => rules(step).length)).toEqual([1, 2, 1, 1, 1, 1]);
});

test('a weight is for every rule that has a backend of either version', () => {
  const { steps } = argoRollouts([...SERVICES, deployment(), httpRoute({ ...SHARED, matches: [{ path: { type: 'PathPrefix', value: '/a' } }] }, { backendRefs: [backend('cart-v1')] }), canary(KEPT, ...STEPS)]);

  expect(rules(steps[1]).map(({ backendRefs }: any) => backendRefs.map(({ weight }: any) => weight))).toEqual([[90, 10], [90]]);
  // While all requests go to the new version, the other rule has nobody to send them to.
  expect(rules(steps[5])[1].backendRefs).toEqual([backend('cart-v1', 0)]);
  expect(() => shares(steps[5])).toThrow('responded');
});

test('a route bears a label while it is shared out', () => {
  const { steps } = argoRollouts([...SERVICES, deployment(), httpRoute(SHARED), canary(KEPT, { setWeight: 10 })]);

  expect(steps.map(step => find(step.manifests, 'HTTPRoute', 'shop', 'cart').metadata.labels)).toEqual([
    undefined, { 'rollouts.argoproj.io/gatewayapi-canary': 'in-progress' }, { 'rollouts.argoproj.io/gatewayapi-canary': 'in-progress' }, undefined,
  ]);
});

test.each([['v1alpha1', '10'], ['v1alpha2', 10], ['v1alpha3', 10]] as const)('the TrafficSplit is made in %s', (splitVersion, weight) => {
  const { steps } = argoRollouts([...SERVICES, deployment(), canary({ smi: { rootService: 'cart', trafficSplitName: 'cart-split' } }, { setWeight: 10 })], { splitVersion });

  expect(find(steps[1].manifests, 'TrafficSplit', 'shop', 'cart-split')).toMatchObject({
    apiVersion: `split.smi-spec.io/${splitVersion}`, spec: { service: 'cart', backends: [{ service: 'cart-v2', weight }, { service: 'cart-v1' }] },
  });
  expect(steps.map(step => sharesByPods(step, Object.entries(sharesBy('linkerd', step.manifests, { namespace: 'shop', service: 'cart' }))
    .map(([name, part]) => ['shop', name, part])))).toEqual([{ stable: 1 }, { new: 0.1, stable: 0.9 }, { new: 1 }, { new: 1 }]);
});

test('a VirtualService: the routes that are named, and those for headers before them, in which any is enough', () => {
  const destination = (host: string) => ({ host, port: { number: 8080 } });
  const http = [
    { name: 'images', route: [{ destination: destination('images') }] },
    { name: 'all', route: [{ destination: destination('cart-v1'), weight: 100 }, { destination: destination('cart-v2.shop.svc.cluster.local'), weight: 0 }] },
  ];
  const beta = { setHeaderRoute: { name: 'beta', match: [{ headerName: 'a', headerValue: { exact: '1' } }, { headerName: 'b', headerValue: { regex: '2' } }] } };
  const { steps } = argoRollouts([
    ...SERVICES, deployment(), named('networking.istio.io/v1', 'VirtualService', 'cart', { hosts: ['cart'], http }),
    canary({ managedRoutes: [{ name: 'beta' }], istio: { virtualService: { name: 'cart', routes: ['all'] } } }, { setWeight: 10 }, beta),
  ]);
  const routes = (step: ReleaseStep) => find(step.manifests, 'VirtualService', 'shop', 'cart').spec.http;

  expect(routes(steps[1]).map(({ name, route: to }: any) => [name, ...to.map(({ weight }: any) => weight)])).toEqual([['images', undefined], ['all', 90, 10]]);
  expect(routes(steps[2])[0]).toEqual({
    name: 'beta', match: [{ headers: { a: { exact: '1' } } }, { headers: { b: { regex: '2' } } }], route: [{ destination: destination('cart-v2'), weight: 100 }],
  });
  expect(routes(steps[4])).toEqual(http);
});

test('blue and green: nothing is routed, and the Services change over', () => {
  const { steps, rolledBack } = argoRollouts([service('cart'), service('cart-preview'), deployment(), rollout({ blueGreen: { activeService: 'cart', previewService: 'cart-preview' } })]);
  const behind = (step: ReleaseStep) => ['cart', 'cart-preview'].map(name => podsBehind(step, 'shop', name).map(({ version }) => version).join());

  expect([...steps, rolledBack!].map(step => [step.phase, step.weights, ...behind(step)])).toEqual([
    ['Healthy', {}, 'stable', 'stable'],
    ['Progressing: preview', {}, 'stable', 'new'],
    ['Progressing: switched', {}, 'new', 'new'],
    ['Healthy', {}, 'new', 'new'],
    ['Degraded', {}, 'stable', ''],
  ]);
});

test('a Rollout may have pods of its own, with labels for each version', () => {
  const { spec: { template, selector } } = deployment();
  const labelled = { stableService: 'cart-v1', canaryService: 'cart-v2', stableMetadata: { labels: { role: 'stable' } }, canaryMetadata: { labels: { role: 'canary' } }, steps: [{ setWeight: 10 }] };
  const { steps } = argoRollouts([...SERVICES, rollout({ canary: labelled }, { selector, template })]);

  expect(steps.map(({ weights, pods }) => [weights, pods.map(({ version, labels }) => `${version} ${labels.role}`)])).toEqual([
    [{}, ['stable stable']], [{}, ['stable stable', 'new canary']], [{}, ['stable stable', 'new canary']], [{}, ['new stable']],
  ]);
});
