import { ciliumEgress } from '../../src/dialects/cilium/egress';
import { networkPolicyEgress } from '../../src/dialects/kubernetes/egress';
import { KUBE_DNS } from '../../src/model/dns';
import type { EgressModel, InsideDestination } from '../../src/model/egress';
import { egressOf } from '../models';
import type { Call } from '../oracle/egress/call';
import { letOutByCilium } from '../oracle/egress/cilium';
import { letOutByNetworkPolicy } from '../oracle/egress/network-policy';
import { expectValid } from '../schema';

const TARGETS = [
  ['Cilium', ciliumEgress([KUBE_DNS]), letOutByCilium],
  ['NetworkPolicy', networkPolicyEgress([KUBE_DNS]), letOutByNetworkPolicy],
] as const;

const WORKLOAD = { service: 'cart', podSelector: { app: 'cart' } };
const DNS_CALL: Call = {
  namespace: 'shop',
  labels: { app: 'cart' },
  ip: '10.1.0.9',
  port: 53,
  says: { kind: 'datagram' },
  inside: true,
  pod: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
};

describe.each(TARGETS)('%s', (_, dialect, letOut) => {
  const rendered = (more: Partial<EgressModel>) => {
    const { manifests, refusals } = dialect.render(egressOf(more));
    expect(refusals).toEqual([]);
    expectValid(...manifests);
    return manifests;
  };

  test('names are looked up, though nothing inside may be called', () => {
    const manifests = rendered({ inside: [], destinations: [] });

    expect(letOut(manifests, DNS_CALL)).toBe(true);
    expect(letOut(manifests, { ...DNS_CALL, port: 54 })).toBe(false);
    expect(letOut(manifests, { ...DNS_CALL, pod: { namespace: 'shop', labels: { 'k8s-app': 'kube-dns' } } })).toBe(false);
  });

  test('pods whose labels are unknown are refused', () => {
    const inside = [{ kind: 'service' as const, service: 'db', namespace: 'data', ports: [{ port: 5432 }] }];

    expect(dialect.render(egressOf({ inside })).refusals.map(({ what }) => what)).toEqual(["calls to 'db'"]);
  });

  test('a policy of the namespace that leaves the cluster open would add to that of a workload that closes it', () => {
    const says = (more: Partial<EgressModel>) => dialect.claims(egressOf(more)).flatMap(claim => claim.by === 'labels' ? claim.says ?? [] : []);

    expect(says({})).toContain('the cluster');
    expect(says({ inside: [], workload: WORKLOAD })).not.toContain('the cluster');
    expect(says({ destinations: [{ kind: 'cidr', cidr: '203.0.113.0/24', ports: [], anyPort: true }] })).toHaveLength(2);
  });
});

test('Cilium refuses pods and namespaces that it cannot know by their labels', () => {
  const whats = (inside: InsideDestination) => ciliumEgress([KUBE_DNS]).render(egressOf({ inside: [inside] })).refusals.map(({ what }) => what);
  const any = { ports: [], anyPort: true as const };

  expect(whats({ kind: 'pods', labels: { 'pod-template-hash': 'x' }, namespace: 'shop', ...any })).toEqual(["pods with the label 'pod-template-hash' as a destination"]);
  expect(whats({ kind: 'pods', labels: { app: 'x' }, namespaceLabels: { ['l'.repeat(63)]: 'x' }, ...any })).toHaveLength(1);
  expect(whats({ kind: 'namespaceLabels', labels: { ['l'.repeat(63)]: 'x' }, ...any })).toHaveLength(1);
});

test('to Cilium, a port without a number is its name at the pods that are called', () => {
  const inside = (more: object) => [{ kind: 'service' as const, service: 'db', namespace: 'data', podSelector: { app: 'db' }, ports: [{ port: 'sql', ...more }] }];
  const ports = (more: object) => (ciliumEgress([KUBE_DNS]).render(egressOf({ inside: inside(more), destinations: [] })).manifests as readonly any[])
    .flatMap(({ spec }) => spec.egress).flatMap(({ toPorts }: any) => toPorts).flatMap((opening: any) => opening.ports).map(({ port }: any) => port);

  expect(ports({})).toEqual(['sql', '53']);
  expect(ports({ number: 5432 })).toEqual(['5432', '53']);
});

test('a block that may have all pods does not open a closed cluster to a NetworkPolicy', () => {
  const whats = (except: string[] | undefined, inside: [] | undefined, cidr = '0.0.0.0/0') => networkPolicyEgress([KUBE_DNS])
    .render(egressOf({ inside, destinations: [{ kind: 'cidr', cidr, except, ports: [], anyPort: true }] })).refusals.map(({ what }) => what);
  const networks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

  expect(whats(undefined, [])).toEqual(["the addresses '0.0.0.0/0' in a policy that closes the cluster"]);
  expect(whats(networks.slice(1), [])).toHaveLength(1);
  expect(whats(networks, [])).toEqual([]);
  expect(whats(['10.244.0.0/16', ...networks.slice(1)], [])).toEqual([]);
  expect(whats(undefined, undefined)).toEqual([]);
  expect(whats(undefined, [], '10.50.0.0/16')).toEqual([]);
});
