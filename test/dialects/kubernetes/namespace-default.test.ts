import { networkPolicyNamespaceDefault } from '../../../src/dialects/kubernetes/namespace-default';
import { allowedByNetworkPolicy } from '../../../src/evaluators/access/network-policy';
import { letsInBy, pod } from '../requests';

const letsIn = letsInBy(allowedByNetworkPolicy('everyone'));

test('selects every pod of the namespace, lets nobody in, and says nothing of their calls', () => {
  const [manifest, ...others] = networkPolicyNamespaceDefault.render({ name: 'deny', namespace: 'shop' }).manifests;

  expect(others).toEqual([]);
  expect(manifest.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
  expect(letsIn(manifest, pod('shop'), 8080)).toBe(false);
});
