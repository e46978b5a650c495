import { App, Chart } from 'cdk8s';
import {
  EgressDestination, EgressPolicy, EgressPort, GatewayApiChannel, MeshImplementation, MeshProtocol, MeshService, MeshTarget, MeshTargets,
  MutualTls, MutualTlsMode, NamespaceAccessDefault, ServiceAccessPolicy,
} from '../../../src';
import { ofKind, synth } from '../../setup';

function shop(channel = GatewayApiChannel.STANDARD): Chart {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, channel }));
  return new Chart(app, 'shop', { namespace: 'shop' });
}

test('a default for a namespace is refused, with the annotation to write instead', () => {
  const chart = shop();
  new NamespaceAccessDefault(chart, 'default');

  expect(() => synth(chart)).toThrow("The annotation 'config.linkerd.io/default-inbound-policy: deny' of the namespace says it");
});

const api = EgressDestination.host('api.example.com', EgressPort.tls());

test('a policy on calls to the outside by TLS takes the experimental channel', () => {
  const rendered = (channel: GatewayApiChannel) => {
    const chart = shop(channel);
    new EgressPolicy(chart, 'egress', { allow: [api] });
    return synth(chart).map(({ kind }) => kind);
  };

  expect(rendered(GatewayApiChannel.EXPERIMENTAL)).toEqual(['EgressNetwork', 'TLSRoute']);
  expect(() => rendered(GatewayApiChannel.STANDARD)).toThrow('which needs `channel: GatewayApiChannel.EXPERIMENTAL`');
});

test('a policy on calls to the outside by one workload is refused: it would hold for its whole namespace', () => {
  const chart = shop(GatewayApiChannel.EXPERIMENTAL);
  new EgressPolicy(chart, 'egress', { workload: db, allow: [api] });

  expect(() => synth(chart)).toThrow('Give the workload a namespace of its own, and leave out `workload`');
});

test('a namespace has one policy on calls to the outside: of two, Linkerd would follow the older', () => {
  const chart = shop(GatewayApiChannel.EXPERIMENTAL);
  new EgressPolicy(chart, 'egress', { allow: [api] });
  new EgressPolicy(chart, 'more', { allow: [] });

  expect(() => synth(chart)).toThrow("the policy on calls to the outside of namespace 'shop' is also defined by 'shop/egress'");
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
