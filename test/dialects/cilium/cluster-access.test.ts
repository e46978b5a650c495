import { ciliumClusterAccess } from '../../../src/dialects/cilium/cluster-access';
import type { ClusterAccessModel, ClusterRule } from '../../../src/model/cluster-access';
import { inYaml } from '../../setup';

const dialect = ciliumClusterAccess(false);
const model = (more: Partial<ClusterAccessModel> = {}): ClusterAccessModel => ({ name: 'workers', subject: { kind: 'nodes', labels: { type: 'worker' } }, ...more });
const only = (...rules: ClusterRule[]) => ({ leavesRest: false, rules, denials: [] });
const refusals = (one: ClusterAccessModel) => dialect.render(one).refusals.map(({ what }) => what);
const OUTSIDE: ClusterRule = { peers: [{ kind: 'outside' }], ports: [] };

test('nodes, and who may reach them', () => {
  const { manifests } = dialect.render(model({
    ingress: only(
      { peers: [{ kind: 'otherNodes' }, { kind: 'health' }], ports: [] },
      { peers: [{ kind: 'outside' }, { kind: 'pods', labels: { app: 'scraper' }, namespace: 'ops' }], ports: [{ kind: 'transport', protocol: 'TCP', port: 22 }, { kind: 'ping' }] },
    ),
    egress: { leavesRest: true, rules: [], denials: [{ peers: [{ kind: 'cidr', cidr: '192.0.2.0/24', except: ['192.0.2.1/32'] }], ports: [] }] },
  }));

  expect(inYaml(manifests)).toBe(`apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata:
  name: workers
spec:
  nodeSelector:
    matchLabels:
      type: worker
  enableDefaultDeny:
    egress: false
  ingress:
    - fromEntities:
        - remote-node
        - health
    - fromEntities:
        - world
      toPorts:
        - ports:
            - port: "22"
              protocol: TCP
    - fromEntities:
        - world
      icmps:
        - fields:
            - family: IPv4
              type: EchoRequest
            - family: IPv6
              type: EchoRequest
    - fromEndpoints:
        - matchLabels:
            k8s:io.kubernetes.pod.namespace: ops
            k8s:app: scraper
      toPorts:
        - ports:
            - port: "22"
              protocol: TCP
    - fromEndpoints:
        - matchLabels:
            k8s:io.kubernetes.pod.namespace: ops
            k8s:app: scraper
      icmps:
        - fields:
            - family: IPv4
              type: EchoRequest
            - family: IPv6
              type: EchoRequest
  egressDeny:
    - toCIDRSet:
        - cidr: 192.0.2.0/24
          except:
            - 192.0.2.1/32
`);
});

test.each<[string, Partial<ClusterAccessModel>, object]>([
  ['every node', { subject: { kind: 'nodes', labels: {} } }, { nodeSelector: {} }],
  ['every pod', { subject: { kind: 'pods', labels: {} } }, { endpointSelector: { matchExpressions: [{ key: 'k8s:io.kubernetes.pod.namespace', operator: 'Exists' }] } }],
  ['pods of some namespaces', { subject: { kind: 'pods', labels: { app: 'web' }, namespaceLabels: { team: 'shop' } } }, {
    endpointSelector: {
      matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.team': 'shop', 'k8s:app': 'web' },
      matchExpressions: [{ key: 'k8s:io.kubernetes.pod.namespace', operator: 'Exists' }],
    },
  }],
  ['pods without an identity', { subject: { kind: 'uninitialized' } }, { endpointSelector: { matchLabels: { 'reserved:init': '' } } }],
  ['health endpoints', { subject: { kind: 'health' } }, { endpointSelector: { matchLabels: { 'reserved:health': '' } } }],
])('what it is for: %s', (_, more, selector) => {
  expect(dialect.render(model({ ...more, ingress: only() })).manifests).toEqual([expect.objectContaining({ spec: { ...selector, ingress: [{}] } })]);
});

test('pods of another cluster are those of every namespace there', () => {
  const [{ spec }] = dialect.render(model({ ingress: only({ peers: [{ kind: 'pods', labels: {}, cluster: 'west' }], ports: [] }) })).manifests as any[];

  expect(spec.ingress).toEqual([{
    fromEndpoints: [{
      matchLabels: { 'k8s:io.cilium.k8s.policy.cluster': 'west' }, matchExpressions: [{ key: 'k8s:io.kubernetes.pod.namespace', operator: 'Exists' }],
    }],
  }]);
});

test('refuses what would keep a node from what runs on it', () => {
  const denying = (...kinds: ('ownNode' | 'apiServer' | 'cluster' | 'anyone' | 'otherNodes')[]) =>
    refusals(model({ ingress: { leavesRest: true, rules: [], denials: [{ peers: kinds.map(kind => ({ kind })), ports: [] }] } }));

  expect(denying('ownNode', 'apiServer', 'cluster', 'anyone')).toEqual(
    ['ownNode', 'apiServer', 'cluster', 'anyone'].map(kind => `a denial of \`ClusterPeer.${kind}\` for nodes type=worker`),
  );
  expect(denying('otherNodes')).toEqual([]);
});

test('refuses labels that no identity has: a policy with them would be for nobody', () => {
  expect(refusals(model({ subject: { kind: 'nodes', labels: { 'kubernetes.io/hostname': 'a' } }, ingress: only() }))).toEqual(["nodes with the label 'kubernetes.io/hostname'"]);
  expect(refusals(model({ subject: { kind: 'nodes', labels: { 'node-role.kubernetes.io/control-plane': '' } }, ingress: only() }))).toEqual([]);
  expect(refusals(model({ subject: { kind: 'pods', labels: { 'pod-template-hash': 'a' } }, ingress: only() })))
    .toEqual(["pods with the label 'pod-template-hash' as what is protected"]);
  expect(refusals(model({ ingress: only({ peers: [{ kind: 'pods', labels: { 'pod-template-hash': 'a' } }], ports: [] }) })))
    .toEqual(["pods with the label 'pod-template-hash' as a peer"]);
});

test('refuses protocols without ports, unless the agents know them', () => {
  const routing = model({ egress: only({ ...OUTSIDE, ports: [{ kind: 'protocol', protocol: 'VRRP' }] }) });

  expect(refusals(routing)).toEqual(['the protocol VRRP']);
  expect(ciliumClusterAccess(true).render(routing).manifests).toEqual([expect.objectContaining({
    spec: expect.objectContaining({ egress: [{ toEntities: ['world'], toPorts: [{ ports: [{ protocol: 'VRRP' }] }] }] }),
  })]);
});

test('claims what it is for', () => {
  expect(dialect.claims(model({ ingress: only() }))).toEqual([{ by: 'subject', on: 'policy', of: { type: 'ofCluster', what: 'nodes type=worker' } }]);
});
