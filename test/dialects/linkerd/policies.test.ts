import { App, Chart } from 'cdk8s';
import { EgressDestination, EgressPolicy, EgressPort, MeshImplementation, MeshTarget, MeshTargets, NamespaceAccessDefault } from '../../../src';
import { synth } from '../../setup';

function shop(): Chart {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }));
  return new Chart(app, 'shop', { namespace: 'shop' });
}

test('a default for a namespace is refused, with the annotation to write instead', () => {
  const chart = shop();
  new NamespaceAccessDefault(chart, 'default');

  expect(() => synth(chart)).toThrow("The annotation 'config.linkerd.io/default-inbound-policy: deny' of the namespace says it");
});

test('policies on calls to the outside are refused', () => {
  const chart = shop();
  new EgressPolicy(chart, 'egress', { allow: [EgressDestination.host('api.example.com', EgressPort.tls())] });

  expect(() => synth(chart)).toThrow('Linkerd 2.14 has no policies on calls to the outside');
});
