import type { ClusterAccessPolicyProps } from '../../src';
import { ClusterAccessPolicy, ClusterPeer, ClusterPort, ClusterSubject, MeshImplementation, MeshTarget } from '../../src';
import { portable, refused, shop, synth } from '../setup';

const NODES = ClusterSubject.nodes({ type: 'worker' });
const cilium = () => shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM }));
const policy = (props: ClusterAccessPolicyProps) => new ClusterAccessPolicy(cilium(), 'nodes', props);

portable('nodes that other nodes may call', chart => new ClusterAccessPolicy(chart, 'nodes', {
  subject: NODES, ingress: { allow: [{ peers: [ClusterPeer.otherNodes()] }] },
}), {
  smi: refused('MESH2013', 'policies for nodes'),
  gatewayApi: refused('MESH2013', 'policies for nodes'),
  istio: refused('MESH2013', 'the policies of Istio are for its proxies', 'use Cilium'),
  linkerd: refused('MESH2013', 'the policies of Linkerd are for the pods of one namespace'),
});

test('it has no namespace', () => {
  const chart = cilium();
  new ClusterAccessPolicy(chart, 'nodes', { subject: NODES, ingress: { allow: [] } });

  expect(synth(chart)).toEqual([expect.objectContaining({ kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: expect.any(String) } })]);
  expect(() => policy({ subject: NODES, ingress: { allow: [] }, metadata: { namespace: 'shop' } })).toThrow('it is for the whole cluster');
});

test('only one is for the same nodes', () => {
  const chart = cilium();
  ['a', 'b'].forEach(id => new ClusterAccessPolicy(chart, id, { subject: NODES, ingress: { allow: [] } }));
  new ClusterAccessPolicy(chart, 'other', { subject: ClusterSubject.nodes({ type: 'ingress' }), ingress: { allow: [] } });

  expect(chart.node.findAll().flatMap(({ node }) => node.validate())).toEqual([expect.stringContaining('the policy of all nodes type=worker')]);
});

test.each<[string, ClusterAccessPolicyProps, string]>([
  ['no direction', { subject: NODES }, 'Write `ingress`, `egress` or both'],
  ['no word in it', { subject: NODES, egress: {} }, 'it allows nothing and denies nothing'],
  ['nobody', { subject: NODES, ingress: { allow: [{ peers: [] }] } }, 'Name who is meant'],
  ['no port', { subject: NODES, ingress: { allow: [{ peers: [ClusterPeer.anyone()], ports: [] }] } }, 'Leave it out for every port'],
  ['nothing denied', { subject: NODES, ingress: { deny: [] } }, 'Leave it out if nothing is denied'],
  ['calls of pods', { subject: ClusterSubject.anyPod(), egress: { allow: [{ peers: [ClusterPeer.outside()] }] } }, 'Write an EgressPolicy in each namespace'],
])('refuses %s', (_, props, words) => {
  expect(() => policy(props)).toThrow(words);
});

test('pods may be denied calls', () => {
  expect(policy({ subject: ClusterSubject.anyPod(), egress: { deny: [{ peers: [ClusterPeer.cidr('169.254.169.254/32')] }] } }).apiObjects).toHaveLength(1);
});

test.each<[string, () => unknown, string]>([
  ['pods without a label', () => ClusterSubject.pods({}), 'ClusterSubject.anyPod'],
  ['peers without a label', () => ClusterPeer.pods({}), 'ClusterPeer.namespace or ClusterPeer.anyPod'],
  ['two words for namespaces', () => ClusterPeer.pods({ app: 'web' }, { namespace: 'shop', namespaceLabels: {} }), 'exclude each other'],
  ['no name of a cluster', () => ClusterPeer.pods({ app: 'web' }, { cluster: 'West' }), 'name of a cluster'],
  ['a range the wrong way round', () => ClusterPort.udpRange(20, 10), 'is no range of ports'],
  ['a protocol that is none', () => ClusterPort.protocol('TCP' as any), 'a member of IpProtocol'],
])('refuses %s', (_, say, words) => {
  expect(say).toThrow(words);
});
