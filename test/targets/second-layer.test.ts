import { ConsulNamespaces, Identity, MeshImplementation, MeshService, MeshTarget, ServiceAccessPolicy, SmiImplementation } from '../../src';
import { allowedByNetworkPolicy } from '../../src/evaluators/access/network-policy';
import { letsInBy, pod } from '../dialects/requests';
import { ofKind, shop, synth } from '../setup';

const letsIn = letsInBy(allowedByNetworkPolicy('everyone'));
const cart = MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { app: 'cart' } });

function synthesize(target: MeshTarget, service = cart): any[] {
  const chart = shop(target);
  new ServiceAccessPolicy(chart, 'cart-access', {
    metadata: { name: 'cart-access' }, destination: service, allow: [{ sources: [Identity.serviceAccount('web', 'front')] }],
  });
  return synth(chart);
}

test.each<[string, (networkPolicy: boolean) => MeshTarget, number[]]>([
  ['Istio', networkPolicy => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, networkPolicy }), [8080, 15008]],
  ['Istio ambient', networkPolicy => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT, networkPolicy }), [8080, 15008]],
  ['Linkerd', networkPolicy => MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, networkPolicy }), [8080, 4143]],
  ['Consul', networkPolicy => MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED, networkPolicy }), [8080, 20000]],
  ['Kuma', networkPolicy => MeshTarget.kuma({ trustDomain: 'a', networkPolicy }), [8080]],
  ['SMI', networkPolicy => MeshTarget.smi({ networkPolicy }), [8080, 4143, 15008]],
  ['Open Service Mesh', networkPolicy => MeshTarget.smi({ implementation: SmiImplementation.OSM, networkPolicy }), [8080]],
])('%s: the policy stays as it is, and gets a NetworkPolicy beside it', (_, target, ports) => {
  const alone = synthesize(target(false));
  const layered = synthesize(target(true));

  expect(ofKind(alone, 'NetworkPolicy')).toEqual([]);
  expect(layered.filter(({ kind }) => kind !== 'NetworkPolicy')).toEqual(alone);
  const [policy, ...others] = ofKind(layered, 'NetworkPolicy');
  expect(others).toEqual([]);
  expect(policy.metadata).toMatchObject({ name: 'cart-access', namespace: 'shop' });
  expect(ports.filter(port => !letsIn(policy, pod('front'), port))).toEqual([]);
  expect(letsIn(policy, pod('shop'), 8080)).toBe(false);
});

test('what the mesh refuses stays refused, in its own words', () => {
  const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, networkPolicy: true }));
  new ServiceAccessPolicy(chart, 'cart-access', { destination: cart, allow: [{ sources: [Identity.namespaceLabels({ team: 'ops' })] }] });

  expect(() => synth(chart)).toThrow('an identity holds the name of its namespace, not the labels');
});

test('the labels of the pods are needed, also where the mesh does without', () => {
  const unlabelled = MeshService.of('cart', { port: 8080, serviceAccount: 'cart' });

  expect(() => synthesize(MeshTarget.smi({ networkPolicy: true }), unlabelled)).toThrow('a NetworkPolicy selects the pods by their labels');
  expect(() => synthesize(MeshTarget.smi(), unlabelled)).not.toThrow();
});

test('Cilium adds up what its policies and NetworkPolicies allow, so it has no second layer', () => {
  expect(() => MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM, networkPolicy: true })).toThrow(
    "[MeshTarget.gatewayApi] MESH1208: `networkPolicy` would add to the policies of 'cilium', which lets in what either allows. Leave it out.");
});

test('there must be policies for it to lie below', () => {
  expect(() => MeshTarget.gatewayApi({ networkPolicy: true })).toThrow('Give the `mesh`, or use MeshTarget.networkPolicy()');
  expect(() => MeshTarget.smi({ implementation: SmiImplementation.LINKERD, networkPolicy: true })).toThrow(
    "[MeshTarget.smi] MESH1207: `networkPolicy` needs access policies above it, and 'linkerd' reads none. Leave it out, or use MeshTarget.networkPolicy().");
});
