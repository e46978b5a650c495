import {
  ConsulNamespaces, EgressPolicy, Identity, MeshImplementation, MeshService, MeshTarget, NamespaceAccessDefault, ServiceAccessPolicy,
} from '../../../src';
import { shop, synth } from '../../setup';

const target = (consulNamespaces?: ConsulNamespaces) => MeshTarget.gatewayApi({ mesh: MeshImplementation.CONSUL, consulNamespaces });
const cart = MeshService.of('cart', { port: 8080 });

test('refuses access policies while it is unknown whether a name is one of its namespace', () => {
  const chart = shop(target());
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [Identity.serviceAccount('web')] }] });

  expect(() => synth(chart)).toThrow('a name stands in Consul for the services of all namespaces of Kubernetes or of one');
  expect(() => synth(chart)).toThrow('Give the target its `consulNamespaces`, such as ConsulNamespaces.MIRRORED');
});

test('denies by default in a namespace, behind the policies of its services', () => {
  const chart = shop(target(ConsulNamespaces.MIRRORED));
  new NamespaceAccessDefault(chart, 'deny');

  expect(synth(chart)).toMatchObject([{
    kind: 'ServiceIntentions', spec: { destination: { name: '*', namespace: 'shop' }, sources: [{ name: '*', namespace: '*', action: 'deny' }] },
  }]);
});

test('refuses the default of one namespace where all share one', () => {
  const chart = shop(target(ConsulNamespaces.SINGLE));
  new NamespaceAccessDefault(chart, 'deny');

  expect(() => synth(chart)).toThrow('the namespaces of Kubernetes share one namespace of Consul here');
});

test('refuses whole namespaces as sources where all share one', () => {
  const chart = shop(target(ConsulNamespaces.SINGLE));
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [Identity.namespace('ops')] }] });

  expect(() => synth(chart)).toThrow('whole namespaces as sources');
});

test('refuses policies on calls to the outside: Consul has a switch for all', () => {
  const chart = shop(target(ConsulNamespaces.MIRRORED));
  new EgressPolicy(chart, 'egress', { workload: cart, allow: [] });

  expect(() => synth(chart)).toThrow('`meshDestinationsOnly`');
});

test('the options are those of Consul', () => {
  expect(() => MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, consulNamespaces: ConsulNamespaces.SINGLE }))
    .toThrow('`consulNamespaces` is an option of Consul');
  expect(() => target('some' as ConsulNamespaces)).toThrow("`consulNamespaces` is 'some'");
  expect(() => MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, consulDeniesByDefault: true })).toThrow('`consulDeniesByDefault` is an option of Consul');
});
