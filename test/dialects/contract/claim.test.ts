import { claimOn, egressClaims, podClaims } from '../../../src/dialects/contract/claim';
import { claimInWords } from '../../../src/targets/claim-words';

const cart = { service: 'cart', podSelector: { b: '2', a: '1' } };

test('pods are known by their labels, whatever their order; a namespace by its name', () => {
  expect(claimInWords(claimOn('Sidecar', { namespace: 'shop', workload: cart }))).toBe("the Sidecar of the pods 'a=1,b=2' in namespace 'shop'");
  expect(claimInWords(claimOn('Sidecar', { namespace: 'shop' }))).toBe("the Sidecar of namespace 'shop'");
});

test('a policy is one of a Service and of its pods', () => {
  expect(podClaims({ namespace: 'shop', destination: cart }).map(claimInWords)).toEqual([
    "the policy of Service 'shop/cart'", "the policy of the pods 'a=1,b=2' in namespace 'shop'",
  ]);
  expect(podClaims({ namespace: 'shop', destination: { service: 'cart' } }))
    .toEqual([{ by: 'subject', on: 'policy', of: { type: 'service', name: 'cart', namespace: 'shop' } }]);
});

test('calls to the outside have one policy for a workload, and one for a namespace', () => {
  const egress = { name: 'egress', namespace: 'shop', destinations: [] };

  expect(egressClaims(egress).map(claimInWords)).toEqual([
    "the policy on calls to the outside of namespace 'shop'", "the egress of all pods in namespace 'shop'",
  ]);
  expect(egressClaims({ ...egress, workload: cart })).toHaveLength(3);
});
