import { sentences } from './models';
import { selectionRefusals } from '../../../src/dialects/istio/workload';

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
