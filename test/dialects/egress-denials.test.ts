import { ciliumEgress } from '../../src/dialects/cilium/egress';
import { GatewayApiChannel } from '../../src/dialects/gateway-api/extension/channel';
import { istioEgress } from '../../src/dialects/istio/egress';
import { networkPolicyEgress } from '../../src/dialects/kubernetes/egress';
import { kumaEgress } from '../../src/dialects/kuma/egress';
import { linkerdEgress } from '../../src/dialects/linkerd/egress';
import { KUBE_DNS } from '../../src/model/dns';
import type { DeniedDestination, EgressModel } from '../../src/model/egress';
import { egressOf } from '../models';

const TARGETS = [
  ['Cilium', ciliumEgress([KUBE_DNS])],
  ['NetworkPolicy', networkPolicyEgress([KUBE_DNS])],
  ['Istio', istioEgress],
  ['Kuma', kumaEgress],
  ['Linkerd', linkerdEgress(GatewayApiChannel.EXPERIMENTAL)],
] as const;

test.each(TARGETS)('%s: a policy adds to one that denies something else, and is refused beside it', (_, dialect) => {
  const says = (more: Partial<EgressModel>) => dialect.claims(egressOf(more)).flatMap(claim => claim.by === 'labels' ? claim.says ?? [] : []);
  const [own, none] = [[{ kind: 'cidr' as const, cidr: '203.0.113.64/26', ports: [], anyPort: true as const }], says({})];

  expect(none.filter(one => says({ denials: own }).includes(one))).toEqual([]);
});

const any = { ports: [], anyPort: true as const };

test.each<[string, DeniedDestination, Partial<EgressModel>]>([
  ['a host may have an address of a block', { kind: 'cidr', cidr: '203.0.113.0/24', ...any },
    { destinations: [{ kind: 'host', host: 'api.example.com', ports: [{ port: 443, protocol: 'TLS' }] }] }],
  ['the cluster is open', { kind: 'namespace', name: 'ops', ...any }, {}],
  ['some pods of a namespace', { kind: 'pods', labels: { app: 'a' }, namespace: 'ops', ...any }, { inside: [{ kind: 'namespace', name: 'ops', ...any }] }],
  ['the API server may be among addresses', { kind: 'apiServer', ...any }, { inside: [] }],
  ['all ports but some', { kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 25, protocol: 'TCP' }] }, { destinations: [{ kind: 'cidr', cidr: '203.0.113.0/24', ...any }] }],
  ['the DNS is open', { kind: 'namespace', name: 'kube-system', ...any }, { inside: [] }],
])('where there are allowances only, a denial is refused: %s', (_, denied, more) => {
  const said = networkPolicyEgress([KUBE_DNS]).inAllowances!(egressOf({ ...more, denials: [denied] }));

  expect('destinations' in said).toBe(false);
});

test('a proxy that carries no datagrams denies none', () => {
  const said = istioEgress.inAllowances!(egressOf({ denials: [{ kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 53, protocol: 'UDP' }] }] }));

  expect(said).toEqual([expect.objectContaining({ what: "a denial of UDP to the addresses '203.0.113.0/24'" })]);
});
