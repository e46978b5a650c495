import { App, Chart } from 'cdk8s';
import {
  EgressDestination, EgressPolicy, EgressPort, MeshImplementation, MeshProtocol, MeshService, MeshTarget, MeshTargets, MutualTls, MutualTlsMode,
  NamespaceAccessDefault, ServiceAccessPolicy,
} from '../../../src';
import { ofKind, synth } from '../../setup';

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

const db = MeshService.of('db', { port: 3306, protocol: MeshProtocol.TCP, podSelector: { app: 'db' } });

test('mutual TLS of a TCP port detects no protocol', () => {
  const chart = shop();
  new MutualTls(chart, 'mtls', { workload: db, mode: MutualTlsMode.STRICT });

  expect(ofKind(synth(chart), 'Server').map(({ spec }) => [spec.port, spec.proxyProtocol])).toEqual([[3306, 'opaque']]);
});

test('a workload has an access policy or mutual TLS, since a port has one Server', () => {
  const chart = shop();
  new ServiceAccessPolicy(chart, 'access', { destination: db, allow: [] });
  new MutualTls(chart, 'mtls', { workload: db, mode: MutualTlsMode.STRICT });

  expect(() => synth(chart)).toThrow("the policy of Service 'shop/db' is also defined by 'shop/access'");
});
