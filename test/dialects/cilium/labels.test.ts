import { endpointSelector, namespaceLabelRefusals, selectorRefusals } from '../../../src/dialects/cilium/labels';

test('labels are those that come from Kubernetes; none at all are all pods of the namespace', () => {
  expect(endpointSelector({ 'app.kubernetes.io/name': 'cart' })).toEqual({ matchLabels: { 'k8s:app.kubernetes.io/name': 'cart' } });
  expect(endpointSelector({})).toEqual({});
});

test.each([
  'pod-template-hash', 'controller-revision-hash', 'statefulset.kubernetes.io/pod-name', 'apps.kubernetes.io/pod-index', 'kubernetes.io/os',
  'topology.kubernetes.io/zone', 'beta.kubernetes.io/arch', 'node.beta.kubernetes.io/x', 'k8s.io/x', 'io.kubernetes.x', 'io.cilium.k8s.x',
  'io.cilium.k8s.policy.name',
])('refuses %s, which is no part of an identity: the policy would select no pods, and protect none', key => {
  expect(selectorRefusals('shop', { service: 'cart', podSelector: { app: 'cart', [key]: 'x' } })).toEqual([{
    what: "a policy for 'cart'",
    reason: `Cilium leaves the label '${key}' out of the identities of pods, so a policy with it would select none`,
    remedy: 'Select the pods by other labels',
  }]);
});

test.each(['app', 'app.kubernetes.io/name', 'k8s-app', 'example.com/kubernetes.io', 'version'])('takes %s', key => {
  expect(selectorRefusals('shop', { service: 'cart', podSelector: { [key]: 'x' } })).toEqual([]);
});

test.each([
  'io.cilium.k8s.policy.serviceaccount', 'io.cilium.k8s.policy.cluster', 'io.cilium.k8s.namespace.labels.team', 'io.kubernetes.pod.namespace',
])('takes %s, which Cilium itself gives to every pod', key => {
  expect(selectorRefusals('shop', { service: 'cart', podSelector: { [key]: 'shop' } })).toEqual([]);
});

test('refuses pods of another namespace, which Cilium would take for those of the namespace of the policy', () => {
  expect(selectorRefusals('shop', { service: 'cart', podSelector: { 'io.kubernetes.pod.namespace': 'ops' } })).toEqual([expect.objectContaining({
    reason: "Cilium puts the namespace of the policy in place of 'io.kubernetes.pod.namespace: ops', and so would select other pods",
  })]);
});

test('refuses labels of namespaces that are too long a key behind that of Cilium, which then drops the policy', () => {
  const refused = (key: string) => namespaceLabelRefusals({ [key]: 'x' }).length > 0;
  expect(namespaceLabelRefusals({ [`${'a'.repeat(250)}/team`]: 'x' })).toEqual([{
    what: `the domain of the label '${'a'.repeat(250)}/team' of a namespace`,
    reason: 'the Cilium agent takes 222 characters there, and drops the whole policy for more, which leaves the pods open',
    remedy: 'Select the namespaces by another label, such as `kubernetes.io/metadata.name`',
  }]);
  // As cilium/cilium `pkg/labels/validation.go` has it, of what is rendered: a name of 63 characters after a domain of 253.
  const dropped = (key: string) => {
    const [name, domain = ''] = `io.cilium.k8s.namespace.labels.${key}`.split('/').reverse();
    return name.length > 63 || domain.length > 253;
  };
  for (let length = 1; length <= 253; length++) {
    for (const key of [...length <= 63 ? ['a'.repeat(length)] : [], `${'a'.repeat(length)}/team`, `${'a'.repeat(length)}/${'b'.repeat(63)}`]) {
      expect([key, refused(key)]).toEqual([key, dropped(key)]);
    }
  }
});
