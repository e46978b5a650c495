import { ExposureGateway } from '../../src';

test.each<[string, () => unknown, RegExp]>([
  ['a GatewayClass', () => ExposureGateway.own({ className: 'Istio' }), /'Istio' is not a valid name of a GatewayClass/],
  ['a Gateway', () => ExposureGateway.shared('Public'), /'Public' is not a valid name of a Gateway/],
  ['a namespace', () => ExposureGateway.listenerSet('public', 'infra.eu'), /'infra\.eu' is not a valid namespace/],
  ['a listener', () => ExposureGateway.shared('public', 'infra', { sectionName: '-' }), /'-' is not a valid name of a listener/],
  ['a class', () => ExposureGateway.shared('public', 'infra', { className: 'Istio' }), /'Istio' is not a valid name of a GatewayClass/],
  [
    'a ServiceAccount',
    () => ExposureGateway.listenerSet('public', 'infra', { pods: { serviceAccount: 'Nginx' } }),
    /'Nginx' is not a valid ServiceAccount name/,
  ],
  ['a namespace of pods', () => ExposureGateway.own({ className: 'eg', pods: { namespace: '*' } }), /'\*' is not a valid namespace/],
  ['a selector', () => ExposureGateway.own({ className: 'eg', pods: { podSelector: {} } }), /`podSelector` is empty/],
  ['a label', () => ExposureGateway.own({ className: 'eg', pods: { podSelector: { 'app!': 'eg' } } }), /'app!' is not the name of a label/],
  ['an option of pods', () => ExposureGateway.own({ className: 'eg', pods: { account: 'eg' } as any }), /`pods\.account` is unknown/],
  ['an option', () => ExposureGateway.shared('public', 'infra', { section: 'https' } as any), /`section` is unknown\. Did you mean `sectionName`/],
])('refuses what is not %s', (_, make, message) => {
  expect(make).toThrow(message);
});
