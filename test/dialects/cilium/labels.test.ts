import { endpointSelector, selectorRefusals } from '../../../src/dialects/cilium/labels';

test('labels are those that come from Kubernetes; none at all are all pods of the namespace', () => {
  expect(endpointSelector({ 'app.kubernetes.io/name': 'cart' })).toEqual({ matchLabels: { 'k8s:app.kubernetes.io/name': 'cart' } });
  expect(endpointSelector({})).toEqual({});
});

test.each([
  'pod-template-hash', 'controller-revision-hash', 'statefulset.kubernetes.io/pod-name', 'apps.kubernetes.io/pod-index', 'kubernetes.io/os',
  'topology.kubernetes.io/zone', 'beta.kubernetes.io/arch', 'node.beta.kubernetes.io/x', 'k8s.io/x', 'io.kubernetes.x', 'io.cilium.k8s.policy.serviceaccount',
])('refuses %s, which is no part of an identity: the policy would select no pods, and protect none', key => {
  expect(selectorRefusals({ service: 'cart', podSelector: { app: 'cart', [key]: 'x' } })).toEqual([{
    what: "a policy for 'cart'",
    reason: `Cilium leaves the label '${key}' out of the identities of pods, so a policy with it would select none`,
    remedy: 'Select the pods by other labels',
  }]);
});

test.each(['app', 'app.kubernetes.io/name', 'k8s-app', 'example.com/kubernetes.io', 'version'])('takes %s', key => {
  expect(selectorRefusals({ service: 'cart', podSelector: { [key]: 'x' } })).toEqual([]);
});
