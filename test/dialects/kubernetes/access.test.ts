import { HTTP, policy } from './models';
import { networkPolicyAccess } from '../../../src/dialects/kubernetes/access';
import { allowedByNetworkPolicy } from '../../../src/evaluators/access/network-policy';
import type { AccessRule } from '../../../src/model/access';
import { inYaml } from '../../setup';
import { letsInBy, outside, pod } from '../requests';

const letsIn = letsInBy(allowedByNetworkPolicy('everyone'));

const ops: AccessRule = { sources: [{ kind: 'namespace', name: 'ops' }], exceptSources: [], exceptRequests: [], endUsers: [], ports: [HTTP], requests: [] };

function render(...rules: AccessRule[]): any {
  const [manifest, ...others] = networkPolicyAccess.render(policy(rules)).manifests;
  expect(others).toEqual([]);
  return manifest;
}

test('a namespace is let in by one NetworkPolicy', () => {
  expect(inYaml(render(ops))).toMatchInlineSnapshot(`
"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: cart-access
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: cart
  policyTypes:
    - Ingress
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ops
      ports:
        - port: 8080
          protocol: TCP
"
`);
});

test('selects the pods, and denies what comes in only', () => {
  const { metadata, spec } = render(ops);

  expect(metadata).toEqual({ name: 'cart-access', namespace: 'shop' });
  expect(spec.podSelector).toEqual({ matchLabels: { app: 'cart' } });
  expect(spec.policyTypes).toEqual(['Ingress']);
});

test('lets in the pods of a namespace on the port, and nobody else', () => {
  const manifest = render(ops);

  expect(letsIn(manifest, pod('ops'), 8080)).toBe(true);
  expect(letsIn(manifest, pod('ops'), 8080, { protocol: 'UDP' })).toBe(false);
  expect(letsIn(manifest, pod('ops'), 9090)).toBe(false);
  expect(letsIn(manifest, pod('shop'), 8080)).toBe(false);
  expect(letsIn(manifest, outside('203.0.113.7'), 8080)).toBe(false);
});

test('lets in namespaces by labels, and addresses but for some', () => {
  const manifest = render(
    { ...ops, sources: [{ kind: 'namespaceLabels', labels: { team: 'a', tier: 'b' } }, { kind: 'ipBlock', cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }] });

  expect(letsIn(manifest, pod('x', 'web', { team: 'a', tier: 'b' }), 8080)).toBe(true);
  expect(letsIn(manifest, pod('x', 'web', { team: 'a' }), 8080)).toBe(false);
  expect(letsIn(manifest, outside('10.2.0.1'), 8080)).toBe(true);
  expect(letsIn(manifest, outside('10.1.0.1'), 8080)).toBe(false);
});

test('pods are known by their labels and those of their namespace, both in one peer', () => {
  const peerOf = (where: object): any => render({ ...ops, sources: [{ kind: 'pods', labels: { app: 'web' }, ...where }] }).spec.ingress[0].from;
  const podSelector = { matchLabels: { app: 'web' } };

  expect(peerOf({ namespace: 'ops' })).toEqual([{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ops' } }, podSelector }]);
  expect(peerOf({ namespaceLabels: { team: 'a' } })).toEqual([{ namespaceSelector: { matchLabels: { team: 'a' } }, podSelector }]);
  // Without a selector of namespaces, the pods would be those of the namespace of the policy.
  expect(peerOf({ namespaceLabels: {} })).toEqual([{ namespaceSelector: {}, podSelector }]);
});

test('lets in the pods with the labels, in the namespaces that are meant', () => {
  const manifest = render({ ...ops, sources: [{ kind: 'pods', labels: { app: 'web' }, namespaceLabels: { team: 'a' } }] });

  expect(letsIn(manifest, pod('x', 'web', { team: 'a' }), 8080)).toBe(true);
  expect(letsIn(manifest, pod('x', 'job', { team: 'a' }), 8080)).toBe(false);
  expect(letsIn(manifest, pod('shop', 'web'), 8080)).toBe(false);
  expect(letsIn(manifest, outside('203.0.113.7'), 8080)).toBe(false);
});

test('lets in anyone, whatever the other sources', () => {
  const manifest = render({ ...ops, sources: [{ kind: 'anyone' }, { kind: 'namespace', name: 'ops' }] });

  expect(letsIn(manifest, outside('203.0.113.7'), 8080)).toBe(true);
  expect(letsIn(manifest, outside('203.0.113.7'), 9090)).toBe(false);
});

test('tells UDP from TCP, and takes a port without a protocol for TCP', () => {
  const manifest = render({ ...ops, ports: [{ port: 53, protocol: 'UDP' }, { port: 9999 }] });

  expect(letsIn(manifest, pod('ops'), 53, { protocol: 'UDP' })).toBe(true);
  expect(letsIn(manifest, pod('ops'), 53)).toBe(false);
  expect(letsIn(manifest, pod('ops'), 9999)).toBe(true);
});

test('an empty policy has no rules, since an empty rule would let everyone in', () => {
  const manifest = render();

  expect(manifest.spec).toEqual({ podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'] });
  expect(letsIn(manifest, pod('ops'), 8080)).toBe(false);
});

test('refuses pods whose labels are unknown', () => {
  expect(networkPolicyAccess.render({ ...policy([ops]), destination: { service: 'cart', ports: [HTTP] } }).refusals).toEqual([{
    what: "a policy for 'cart'",
    reason: 'a NetworkPolicy selects the pods by their labels, which are unknown',
    remedy: 'Give the MeshService its `podSelector`',
  }]);
  expect(networkPolicyAccess.render(policy([ops])).refusals).toEqual([]);
});
