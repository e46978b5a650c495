import { canary, found, named } from './manifests';

const template = (query: string, name = 'errors', namespace?: string) =>
  named('flagger.app/v1beta1', 'MetricTemplate', name, { provider: { type: 'prometheus', address: 'http://prometheus:9090' }, query }, namespace);
const measured = (metric: any, spec: any = {}) => canary(spec, {}, { metrics: [{ name: 'errors', thresholdRange: { max: 1 }, ...metric }] });
const ERRORS = { templateRef: { name: 'errors' } };

test('a metric of a template', () => {
  expect(found(measured(ERRORS), template('sum(rate(errors{ns="{{ namespace }}"}[{{ interval }}]))'))).toEqual([]);
  expect(found(measured(ERRORS))).toEqual([]);
  expect(found(measured(ERRORS), template('1', 'other')))
    .toEqual(["warning metric Canary/cart spec.analysis.metrics[0] refers to MetricTemplate 'errors', which the app does not have in namespace 'shop'"]);
  expect(found(measured({ templateRef: { name: 'errors', namespace: 'flagger' } }), template('1', 'other'))).toEqual([]);
});

test('variables that a template asks for', () => {
  const asking = template('sum(errors{a="{{ variables.a }}", b="{{ variables.b }}"})');

  expect(found(measured({ ...ERRORS, templateVariables: { a: '1', b: '2' } }), asking)).toEqual([]);
  expect(found(measured({ ...ERRORS, templateVariables: { a: '1' } }), asking)).toEqual([expect.stringMatching(/^metric .* has no templateVariables for 'b', /)]);
});

test('a word that templates do not have', () => {
  expect(found(template('{{ pod }} {{ target }}'))).toEqual([expect.stringMatching(/^metric MetricTemplate\/errors spec\.query has \{\{ pod \}\}, /)]);
});

test('a metric without bounds', () => {
  expect(found(measured({ ...ERRORS, thresholdRange: undefined }))).toEqual([expect.stringContaining('metric Canary/cart spec.analysis.metrics[0] has no thresholdRange')]);
  expect(found(measured({ ...ERRORS, thresholdRange: undefined, threshold: 1 }))).toEqual([]);
});

test('a metric that Flagger does not have', () => {
  expect(found(measured({}))).toEqual([expect.stringMatching(/^metric .* is 'errors', which Flagger does not know: every check fails/)]);
});

test('what is built in asks the app, or Istio', () => {
  const rate = { name: 'request-success-rate' };

  expect(found(measured(rate))).toEqual([expect.stringMatching(/^warning metric .* asks the app itself/)]);
  expect(found(measured(rate, { provider: 'smi:v1alpha1' }))).toEqual([expect.stringMatching(/^warning metric .* asks of Istio with provider 'smi:v1alpha1'/)]);
  expect(found(measured(rate, { provider: 'istio' }), measured(rate, { provider: 'linkerd', targetRef: { name: 'web' } }))).toEqual([]);
});
