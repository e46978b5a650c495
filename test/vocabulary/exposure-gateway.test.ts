import { ExposureGateway } from '../../src';

test.each<[string, () => unknown, RegExp]>([
  ['a GatewayClass', () => ExposureGateway.own({ className: 'Istio' }), /'Istio' is not a valid name of a GatewayClass/],
  ['a Gateway', () => ExposureGateway.shared('Public'), /'Public' is not a valid name of a Gateway/],
  ['a namespace', () => ExposureGateway.listenerSet('public', 'infra.eu'), /'infra\.eu' is not a valid namespace/],
  ['a listener', () => ExposureGateway.shared('public', 'infra', { sectionName: '-' }), /'-' is not a valid name of a listener/],
  ['an option', () => ExposureGateway.shared('public', 'infra', { section: 'https' } as any), /`section` is unknown\. Did you mean `sectionName`/],
])('refuses what is not %s', (_, make, message) => {
  expect(make).toThrow(message);
});
