import * as fc from 'fast-check';
import { reading } from './world';
import type { Labels } from '../../src/meaning/selector';
import { unseenElsewhere, unseenPods } from '../../src/reading/unseen';

type Selector = { readonly matchLabels?: Labels; readonly matchExpressions?: readonly object[] };

const object = (apiVersion: string, kind: string, spec: object) => ({ apiVersion, kind, metadata: { name: 'p', namespace: 'shop' }, spec });

const POLICIES: Readonly<Record<string, (pods: Selector) => object>> = {
  NetworkPolicy: podSelector => object('networking.k8s.io/v1', 'NetworkPolicy', { podSelector, ingress: [{}] }),
  peer: podSelector => object('networking.k8s.io/v1', 'NetworkPolicy', { podSelector: {}, ingress: [{ from: [{ podSelector }] }] }),
  elsewhere: podSelector => object('networking.k8s.io/v1', 'NetworkPolicy', { podSelector: {}, ingress: [{ from: [{ podSelector, namespaceSelector: podSelector }] }] }),
  Cilium: endpointSelector => object('cilium.io/v2', 'CiliumNetworkPolicy', { endpointSelector, ingress: [{}] }),
  Linkerd: podSelector => object('policy.linkerd.io/v1beta3', 'Server', { podSelector, port: 8080 }),
};

function unseenBy(policy: object): unknown {
  const { objects, cluster: { workloads } } = reading([policy]);
  const pods = [...unseenPods(objects, workloads, () => undefined), ...unseenElsewhere(objects, workloads, () => undefined)];
  return pods.map(pod => JSON.stringify(pod)).sort();
}

const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'team'), fc.constantFrom('a', 'b', 'c'), { minKeys: 1 });

test.each(Object.keys(POLICIES))('%s: pods that a policy names are the same, in whichever form it names them', name => {
  const policy = POLICIES[name];
  fc.assert(fc.property(labels, fc.integer({ min: 0, max: 3 }), (all, count) => {
    const [some, others] = [Object.entries(all).slice(0, count), Object.entries(all).slice(count)];
    const inParts = { matchLabels: Object.fromEntries(some), matchExpressions: others.map(([key, value]) => ({ key, operator: 'In', values: [value] })) };
    expect(unseenBy(policy(inParts))).toEqual(unseenBy(policy({ matchLabels: all })));
    expect(unseenBy(policy({ matchLabels: all }))).not.toEqual([]);
  }), { numRuns: 50 });
});

test.each(Object.keys(POLICIES))('%s: each of several values is that of some pods', name => {
  const policy = POLICIES[name];
  const both = unseenBy(policy({ matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }] })) as string[];

  for (const app of ['a', 'b']) expect(both).toEqual(expect.arrayContaining(unseenBy(policy({ matchLabels: { app } })) as string[]));
  expect(unseenBy(policy({ matchExpressions: [{ key: 'app', operator: 'Exists' }] }))).not.toEqual([]);
});
