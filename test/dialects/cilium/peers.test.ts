import * as fc from 'fast-check';
import { ciliumAccess } from '../../../src/dialects/cilium/access';
import { peers } from '../../../src/dialects/cilium/peers';
import { allowedByCilium } from '../../../src/evaluators/access/cilium';
import type { AccessRule, IdentitySource, Source } from '../../../src/model/access';
import { policyOf } from '../../models';
import { letsInBy, outside, pod } from '../requests';

const rule = (sources: readonly Source[], exceptSources: readonly IdentitySource[] = []): AccessRule =>
  ({ sources, exceptSources, exceptRequests: [], endUsers: [], ports: [{ port: 8080, protocol: 'HTTP' }], requests: [] });

const letsIn = letsInBy(allowedByCilium);

test('pods and addresses stand in rules of their own, since Cilium takes no rule with both', () => {
  expect(peers(rule([
    { kind: 'ipBlock', cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] },
    { kind: 'ipBlock', cidr: '192.0.2.0/24', except: [] },
    { kind: 'namespace', name: 'ops' },
  ]))).toEqual([
    { fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'ops' } }] },
    { fromCIDRSet: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }, { cidr: '192.0.2.0/24' }] },
  ]);
});

test('anyone makes other sources moot', () => {
  expect(peers(rule([{ kind: 'anyone' }, { kind: 'namespace', name: 'ops' }]))).toEqual([{ fromEntities: ['all'] }]);
});

test('labels of namespaces are those that Cilium copies to pods, so that the namespace of the policy is not implied', () => {
  const [{ fromEndpoints }] = peers(rule([{ kind: 'namespaceLabels', labels: { 'team': 'ops', 'example.com/tier': 'back' } }]));

  expect(fromEndpoints).toEqual([{
    matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.team': 'ops', 'k8s:io.cilium.k8s.namespace.labels.example.com/tier': 'back' },
  }]);
});

test('where some pods are excepted, their namespaces have selectors of their own, in the order of their names', () => {
  const except = (name: string, namespace: string) => ({ kind: 'serviceAccount' as const, name, namespace });

  expect(peers(
    rule([{ kind: 'namespaceLabels', labels: { team: 'a' } }], [except('web', 'shop'), { kind: 'namespace', name: 'lab' }, except('job', 'ops')]),
  )).toEqual([{
    fromEndpoints: [
      {
        matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.team': 'a' },
        matchExpressions: [
          { key: 'k8s:io.kubernetes.pod.namespace', operator: 'Exists' },
          { key: 'k8s:io.kubernetes.pod.namespace', operator: 'NotIn', values: ['lab', 'ops', 'shop'] },
        ],
      },
      ...[['ops', 'job'], ['shop', 'web']].map(([namespace, name]) => ({
        matchLabels: { 'k8s:io.kubernetes.pod.namespace': namespace, 'k8s:io.cilium.k8s.namespace.labels.team': 'a' },
        matchExpressions: [{ key: 'k8s:io.cilium.k8s.policy.serviceaccount', operator: 'NotIn', values: [name] }],
      })),
    ],
  }]);
});

test('pods are known by their labels and those of their namespace, both in one selector', () => {
  const labels = { 'app': 'web', 'example.com/tier': 'front' };
  const own = { 'k8s:app': 'web', 'k8s:example.com/tier': 'front' };

  expect(peers(rule([{ kind: 'pods', labels, namespace: 'ops' }]))).toEqual([
    { fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'ops', ...own } }] },
  ]);
  expect(peers(rule([{ kind: 'pods', labels, namespaceLabels: { team: 'a' } }]))).toEqual([{
    fromEndpoints: [{
      matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.team': 'a', ...own },
      matchExpressions: [{ key: 'k8s:io.kubernetes.pod.namespace', operator: 'Exists' }],
    }],
  }]);
});

test('pods of all namespaces are not those of the namespace of the policy alone', () => {
  const { manifests } = ciliumAccess(true).render(policyOf([rule([{ kind: 'pods', labels: { app: 'web' }, namespaceLabels: {} }])]));

  expect(letsIn(manifests, pod('shop', 'web'), 8080)).toBe(true);
  expect(letsIn(manifests, pod('ops', 'web'), 8080)).toBe(true);
  expect(letsIn(manifests, pod('ops', 'job'), 8080)).toBe(false);
  expect(letsIn(manifests, outside('203.0.113.7'), 8080)).toBe(false);
});

test.each([
  ['pod-template-hash', 'Cilium leaves the label out of the identities of pods, so a selector with it would select none'],
  ['topology.kubernetes.io/zone', 'Cilium leaves the label out of the identities of pods, so a selector with it would select none'],
  ['io.cilium.k8s.policy.serviceaccount', 'only Cilium gives pods this label'],
  ['io.kubernetes.pod.namespace', 'only Cilium gives pods this label'],
])('refuses clients by the label %s', (key, reason) => {
  expect(ciliumAccess(true).render(policyOf([rule([{ kind: 'pods', labels: { app: 'web', [key]: 'x' }, namespace: 'ops' }])])).refusals)
    .toEqual([expect.objectContaining({ what: `pods with the label '${key}' as a source`, reason })]);
});

test('refuses pods of namespaces by a label for which the agent would drop the policy', () => {
  expect(ciliumAccess(true).render(policyOf([rule([{ kind: 'pods', labels: { app: 'web' }, namespaceLabels: { ['a'.repeat(63)]: 'x' } }])])).refusals)
    .toEqual([expect.objectContaining({ what: `the label '${'a'.repeat(63)}' of a namespace` })]);
});

test('nodes and the API server are entities, in one rule', () => {
  const sources: Source[] = [{ kind: 'apiServer' }, { kind: 'namespace', name: 'ops' }, { kind: 'nodes' }];

  expect(peers(rule(sources))).toEqual([
    { fromEntities: ['kube-apiserver', 'host', 'remote-node'] },
    { fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'ops' } }] },
  ]);
  const [nodes, apiServer] = sources.filter(({ kind }) => kind !== 'namespace').reverse()
    .map(one => ciliumAccess(true).render(policyOf([rule([one])])).manifests);
  const from = (kind: 'node' | 'apiServer') => ({ kind, ip: '10.9.0.2', meshed: false });
  expect([letsIn(nodes, from('node'), 8080), letsIn(nodes, from('apiServer'), 8080), letsIn(nodes, pod('ops'), 8080)]).toEqual([true, false, false]);
  expect([letsIn(apiServer, from('node'), 8080), letsIn(apiServer, from('apiServer'), 8080), letsIn(apiServer, pod('ops'), 8080)]).toEqual([false, true, false]);
});

describe('nodes by their labels', () => {
  const labels = { 'pool': 'edge', 'node-role.kubernetes.io/control-plane': '' };
  const sources: Source[] = [{ kind: 'nodeLabels', labels }, { kind: 'namespace', name: 'ops' }];

  test('stand in a rule of their own', () => {
    expect(peers(rule(sources))).toEqual([
      { fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'ops' } }] }, { fromNodes: [{ matchLabels: labels }] },
    ]);
  });

  test('are those with all of the labels, and the node of the pod', () => {
    const { manifests, refusals } = ciliumAccess(true).render(policyOf([rule(sources.slice(0, 1))]));
    const node = (own: Record<string, string>) => ({ kind: 'node' as const, ip: '10.9.0.2', meshed: false, labels: own });

    expect(refusals).toEqual([]);
    expect([node({ ...labels, zone: 'a' }), node({ pool: 'edge' }), node({}), { ...node(labels), kind: 'kubelet' as const }, pod('ops'), outside('192.0.2.1')]
      .map(client => letsIn(manifests, client, 8080))).toEqual([true, false, false, true, false, false]);
  });

  test('are refused where the agents may drop the policy, which leaves the pods open', () => {
    expect(ciliumAccess(false).render(policyOf([rule(sources)])).refusals.map(({ what, remedy }) => `${what}: ${remedy}`)).toEqual([
      "nodes with the labels 'pool=edge,node-role.kubernetes.io/control-plane=': Start them so (`nodeSelectorLabels: true` in the values of the Helm chart), "
      + 'and say `nodeSelectorLabels: true` to MeshTarget.gatewayApi',
    ]);
  });
});

test('refuses labels of namespaces for which the agent would drop the policy, and leave the pods open', () => {
  const refused = (key: string) => ciliumAccess(true).render(policyOf([rule([{ kind: 'namespaceLabels', labels: { [key]: 'x' } }])])).refusals;

  expect(refused('team')).toEqual([]);
  expect(refused('a'.repeat(63)).map(({ what }) => what)).toEqual([`the label '${'a'.repeat(63)}' of a namespace`]);
});

test('any authenticated client is any pod with an identity, in every namespace', () => {
  const { manifests } = ciliumAccess(true).render(policyOf([rule([{ kind: 'anyAuthenticated' }])]));

  expect(letsIn(manifests, pod('shop'), 8080)).toBe(true);
  expect(letsIn(manifests, pod('ops', 'job'), 8080)).toBe(true);
  expect(letsIn(manifests, outside('203.0.113.7'), 8080)).toBe(false);
});

test('a list of peers is never empty, since an empty list is dropped on its way and means everyone', () => {
  expect(peers(rule([{ kind: 'namespace', name: 'ops' }], [{ kind: 'namespace', name: 'ops' }]))).toEqual([]);
});

const namespaces = ['shop', 'ops', 'lab'];
const accounts = ['web', 'job'];
const labels: Record<string, Record<string, string>> = { shop: { team: 'a' }, ops: { team: 'a' }, lab: {} };
const account = fc.record({ kind: fc.constant('serviceAccount' as const), name: fc.constantFrom(...accounts), namespace: fc.constantFrom(...namespaces) });
const namespace = fc.constantFrom(...namespaces).map(name => ({ kind: 'namespace' as const, name }));
const source: fc.Arbitrary<Source> = fc.oneof(
  account, namespace, fc.constant({ kind: 'anyAuthenticated' as const }), fc.constant({ kind: 'namespaceLabels' as const, labels: { team: 'a' } }));

function holds(one: Source, ns: string, sa: string): boolean {
  switch (one.kind) {
    case 'serviceAccount': return one.namespace === ns && one.name === sa;
    case 'namespace': return one.name === ns;
    case 'namespaceLabels': return Object.entries(one.labels).every(([key, value]) => labels[ns][key] === value);
    default: return true;
  }
}

test('selects the pods of the sources but for the exceptions, and no others', () => {
  const some = fc.array(source, { minLength: 1, maxLength: 3 });
  fc.assert(fc.property(some, fc.array(fc.oneof(account, namespace), { maxLength: 3 }), (sources, exceptions) => {
    const { manifests } = ciliumAccess(true).render(policyOf([rule(sources, exceptions)]));
    for (const ns of namespaces) {
      for (const sa of accounts) {
        expect(letsIn(manifests, pod(ns, sa, labels[ns]), 8080))
          .toBe(sources.some(one => holds(one, ns, sa)) && !exceptions.some(one => holds(one, ns, sa)));
      }
    }
  }), { numRuns: 200 });
});

test('pods of another cluster, and pods without an identity', () => {
  const west: Source = { kind: 'pods', labels: { app: 'web' }, namespace: 'shop', cluster: 'west' };

  expect(peers({ sources: [west, { kind: 'uninitialized' }], exceptSources: [] })).toEqual([
    { fromEntities: ['init'] },
    { fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'shop', 'k8s:io.cilium.k8s.policy.cluster': 'west', 'k8s:app': 'web' } }] },
  ]);
});
