import { ciliumNamespaceDefault } from '../../../src/dialects/cilium/namespace-default';
import { allowedByCilium } from '../../../src/evaluators/access/cilium';
import { inYaml } from '../../setup';
import { letsInBy, pod } from '../requests';

const letsIn = letsInBy(allowedByCilium);

test('selects every pod of the namespace, lets nobody in, and says nothing of their calls', () => {
  const [manifest, ...others] = ciliumNamespaceDefault.render({ name: 'deny', namespace: 'shop', rules: [] }).manifests;

  expect(others).toEqual([]);
  expect(inYaml(manifest)).toMatchInlineSnapshot(`
"apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: deny
  namespace: shop
spec:
  endpointSelector: {}
  ingress:
    - {}
"
`);
  expect(letsIn(manifest, pod('shop', 'web'), 8080)).toBe(false);
});
