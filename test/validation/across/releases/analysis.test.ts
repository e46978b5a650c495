import { found, named, rollout } from './manifests';

const PROVIDER = { prometheus: { address: 'http://prometheus:9090', query: '1' } };
const template = (spec: any, name = 'errors', kind = 'AnalysisTemplate', namespace = 'shop') => named('argoproj.io/v1alpha1', kind, name, spec, namespace);
const asking = (analysis: any) => rollout({ canary: { steps: [{ analysis }] } });
const ERRORS = { metrics: [{ name: 'errors', provider: PROVIDER }] };

test('an analysis that runs', () => {
  expect(found(asking({ templates: [{ templateName: 'errors' }] }), template(ERRORS))).toEqual([]);
  expect(found(asking({ templates: [{ templateName: 'errors' }] }))).toEqual([]);
  expect(found(template({ templates: [{ templateName: 'other' }] }))).toEqual([]);
});

test('a template that is not there', () => {
  expect(found(asking({ templates: [{ templateName: 'latency' }] }), template(ERRORS)))
    .toEqual([expect.stringContaining("warning metric Rollout/cart spec.strategy.canary.steps[0].analysis.templates[0] refers to AnalysisTemplate 'latency'")]);
  expect(found(asking({ templates: [{ templateName: 'errors', clusterScope: true }] }), template(ERRORS))).toEqual([]);
});

test('arguments that nobody gives', () => {
  const args = [{ name: 'service' }, { name: 'most', value: '1' }];
  const ask = (given: any) => asking({ templates: [{ templateName: 'errors' }], args: given });

  expect(found(ask([]), template({ ...ERRORS, args }))).toEqual([expect.stringMatching(/^metric Rollout\/cart .* gets no 'service', which 'errors' asks for/)]);
  expect(found(ask([{ name: 'service', value: 'cart' }]), template({ ...ERRORS, args }))).toEqual([]);
});

test('a metric that never ends, but beside the steps', () => {
  const endless = template({ metrics: [{ ...ERRORS.metrics[0], interval: '1m' }] });
  const ask = { templates: [{ templateName: 'errors' }] };

  expect(found(asking(ask), endless)).toEqual([expect.stringMatching(/^metric Rollout\/cart spec\.strategy\.canary\.steps\[0\]\.analysis\.templates\[0\] .* never ends/)]);
  expect(found(rollout({ blueGreen: { activeService: 'cart', prePromotionAnalysis: ask } }), endless)).toHaveLength(1);
  expect(found(rollout({ canary: { analysis: ask } }), endless)).toEqual([]);
  expect(found(asking(ask), template({ metrics: [{ ...ERRORS.metrics[0], interval: '1m', count: 3 }] }))).toEqual([]);
});

test('one metric in two templates of an analysis', () => {
  const ask = asking({ templates: [{ templateName: 'errors' }, { templateName: 'latency' }] });

  expect(found(ask, template(ERRORS), template(ERRORS, 'latency'))).toEqual([expect.stringMatching(/^metric Rollout\/cart .*templates\[1\] has metric 'errors'/)]);
  expect(found(ask, template(ERRORS), template({ metrics: [{ name: 'latency', provider: PROVIDER }] }, 'latency'))).toEqual([]);
});

test('arguments that a metric names', () => {
  const query = (text: string, args?: any) => template({ args, metrics: [{ name: 'errors', provider: { prometheus: { query: text } } }] });

  expect(found(query('errors{app="{{args.app}}"}'))).toEqual([expect.stringMatching(/^metric AnalysisTemplate\/errors spec\.metrics\[0\] has \{\{args\.app\}\}/)]);
  expect(found(query('errors{app="{{ args.app }}"}', [{ name: 'app' }]))).toEqual([]);
});

test.each<[string, string, any]>([
  ['no metric', 'spec.metrics is empty', { metrics: [] }],
  ['no provider', 'spec.metrics[0].provider has none', { metrics: [{ name: 'errors', provider: {} }] }],
  ['two providers', 'spec.metrics[0].provider has prometheus and web', { metrics: [{ name: 'errors', provider: { ...PROVIDER, web: {} } }] }],
  ['a count without an interval', 'spec.metrics[0].interval is missing, and count is 5', { metrics: [{ name: 'errors', provider: PROVIDER, count: 5 }] }],
  ['two values of an argument', 'spec.args[0] has value and valueFrom', { ...ERRORS, args: [{ name: 'a', value: '1', valueFrom: {} }] }],
  ['a name twice', "spec.metrics[1].name is 'errors'", { metrics: [...ERRORS.metrics, ...ERRORS.metrics] }],
])('a metric that ends every run: %s', (_, start, spec) => {
  for (const kind of ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun']) {
    expect(found(template(spec, 'errors', kind))).toEqual([expect.stringContaining(`metric ${kind}/errors ${start}`)]);
  }
});
