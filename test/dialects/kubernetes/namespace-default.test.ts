import { letsIn, pod } from './reader';
import { networkPolicyNamespaceDefault } from '../../../src/dialects/kubernetes/namespace-default';

test('selects every pod of the namespace, lets nobody in, and says nothing of their calls', () => {
  const [manifest, ...others] = networkPolicyNamespaceDefault.render({ name: 'deny', namespace: 'shop' }).manifests;

  expect(others).toEqual([]);
  expect(manifest.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
  expect(letsIn(manifest, pod('shop'), 8080)).toBe(false);
});
