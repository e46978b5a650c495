import { networkPolicyNamespaceDefault } from '../../../src/dialects/kubernetes/namespace-default';
import { allowedByNetworkPolicy } from '../../../src/evaluators/access/network-policy';
import { inYaml } from '../../setup';
import { letsInBy, pod } from '../requests';

const letsIn = letsInBy(allowedByNetworkPolicy('everyone'));

test('selects every pod of the namespace, lets nobody in, and says nothing of their calls', () => {
  const [manifest, ...others] = networkPolicyNamespaceDefault.render({ name: 'deny', namespace: 'shop', rules: [] }).manifests;

  expect(others).toEqual([]);
  expect(inYaml(manifest)).toMatchInlineSnapshot(`
"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: shop
spec:
  podSelector: {}
  policyTypes:
    - Ingress
"
`);
  expect(letsIn(manifest, pod('shop'), 8080)).toBe(false);
});
