import { ciliumNamespaceDefault } from '../../../src/dialects/cilium/namespace-default';
import { allowedByCilium } from '../../../src/evaluators/access/cilium';
import { inYaml } from '../../setup';
import { letsInBy, pod } from '../requests';

const letsIn = letsInBy(allowedByCilium);

test('selects every pod of the namespace, lets nobody in, and says nothing of their calls', () => {
  const [manifest, ...others] = ciliumNamespaceDefault(true).render({ name: 'deny', namespace: 'shop', rules: [] }).manifests;

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

test('allowances are rules of their clients, on every port or over both transports', () => {
  const [manifest]: readonly any[] = ciliumNamespaceDefault(true).render({
    name: 'default',
    namespace: 'shop',
    rules: [
      { sources: [{ kind: 'serviceAccount', name: 'prometheus', namespace: 'monitoring' }], exceptSources: [], ports: [9090] },
      { sources: [{ kind: 'namespace', name: 'ops' }], exceptSources: [], ports: [] },
    ],
  }).manifests;

  expect(manifest.spec).toEqual({
    endpointSelector: {},
    ingress: [
      {
        fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'monitoring', 'k8s:io.cilium.k8s.policy.serviceaccount': 'prometheus' } }],
        toPorts: [{ ports: [{ port: '9090', protocol: 'ANY' }] }],
      },
      { fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'ops' } }] },
    ],
  });
});

test('an allowance that excepts all of its clients leaves an empty rule: no rule would let everyone in', () => {
  const ops = { kind: 'namespace' as const, name: 'ops' };
  const [manifest]: readonly any[] = ciliumNamespaceDefault(true).render({
    name: 'default', namespace: 'shop', rules: [{ sources: [ops], exceptSources: [ops], ports: [] }],
  }).manifests;

  expect(manifest.spec.ingress).toEqual([{}]);
});
