import { sentences } from './models';
import { podsOf, selectionRefusals } from '../../../src/dialects/istio/workload';

test('pods are known by their labels', () => {
  expect(podsOf({ namespace: 'shop', workload: { service: 'cart', podSelector: { b: '2', a: '1' } } })).toBe("the pods 'a=1,b=2' in namespace 'shop'");
  expect(podsOf({ namespace: 'shop' })).toBe("namespace 'shop'");
});

test('a workload needs labels, a namespace does not', () => {
  expect(sentences(selectionRefusals('a Sidecar', { namespace: 'shop', workload: { service: 'cart' } })))
    .toEqual(["a policy for 'cart': a Sidecar selects the pods by their labels, which are unknown. Give the MeshService its `podSelector`"]);
  expect(selectionRefusals('a Sidecar', { namespace: 'shop', workload: { service: 'cart', podSelector: { app: 'cart' } } })).toEqual([]);
  expect(selectionRefusals('a Sidecar', { namespace: 'shop' })).toEqual([]);
});

test('what stands in the root namespace would hold for the whole mesh', () => {
  expect(sentences(selectionRefusals('a Sidecar', { namespace: 'istio-system' }))).toEqual([
    "a policy in namespace 'istio-system': it is the root namespace of Istio, where a policy holds for the whole mesh. Keep workloads in namespaces of their own",
  ]);
});
