import * as fc from 'fast-check';
import { ciliumEgress } from '../../src/dialects/cilium/egress';
import { networkPolicyEgress } from '../../src/dialects/kubernetes/egress';
import { KUBE_DNS } from '../../src/model/dns';
import type { EgressModel, InsideDestination, ServiceDestination } from '../../src/model/egress';
import type { EgressFeature } from '../../src/model/features/egress';
import { egressOf } from '../models';
import { insideDestination } from '../oracle/app/arbitraries/egress';
import type { Call } from '../oracle/egress/call';
import { letOutByCilium } from '../oracle/egress/cilium';
import { letOutByIntent } from '../oracle/egress/intent';
import { letOutByNetworkPolicy } from '../oracle/egress/network-policy';
import { expectValid } from '../schema';

const TARGETS = [
  ['Cilium', ciliumEgress([KUBE_DNS]), letOutByCilium],
  ['NetworkPolicy', networkPolicyEgress([KUBE_DNS]), letOutByNetworkPolicy],
] as const;

const CASES = Number(process.env.ORACLE_CASES ?? 4000);

const PODS: readonly Readonly<Record<string, string>>[] = [{ app: 'a' }, { app: 'b' }, { app: 'a', version: 'v1' }];

const service: fc.Arbitrary<ServiceDestination> = fc.record({
  kind: fc.constant('service'),
  service: fc.constant('called'),
  namespace: fc.constantFrom('shop', 'data'),
  podSelector: fc.constantFrom(...PODS),
  ports: fc.subarray([{ port: 80, protocol: 'HTTP' as const }, { port: 53, protocol: 'UDP' as const }, { port: 5432, protocol: 'TCP' as const }], { minLength: 1 }),
});

const TEAMS: Readonly<Record<string, string>> = { shop: 'shop', data: 'ops' };

/** What is called: a pod; or where a target knows them, the API server or a node. */
const call = (entities: readonly NonNullable<Call['to']>[], clusters: readonly string[], echoes: boolean): fc.Arbitrary<Call> => fc.record({
  namespace: fc.constant('shop'),
  labels: fc.constantFrom({ app: 'cart' }, { app: 'other' }),
  ip: fc.constant('10.1.0.5'),
  port: fc.constantFrom(80, 53, 123, 5432, 8080, 9000),
  says: fc.constantFrom({ kind: 'bytes' as const }, { kind: 'datagram' as const }, ...echoes ? [{ kind: 'echo' as const }] : []),
  inside: fc.constant(true),
  pod: fc.record({
    namespace: fc.constantFrom('shop', 'data', 'kube-system'), labels: fc.constantFrom(...PODS), cluster: fc.constantFrom(undefined, ...clusters),
  })
    .map(pod => ({ ...pod, ...(TEAMS[pod.namespace] !== undefined && { namespaceLabels: { team: TEAMS[pod.namespace] } }) })),
  to: entities.length === 0 ? fc.constant(undefined) : fc.option(fc.constantFrom(...entities), { nil: undefined, freq: 3 }),
}).map(({ pod, to, ...one }) => ({ ...one, ...(to === undefined ? { pod } : { to }) }));

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

  const can = (feature: string) => dialect.supports[feature as EgressFeature].level !== 'none';
  const called: fc.Arbitrary<InsideDestination> = fc.oneof(service, insideDestination(can, PODS, ['shop', 'data']));
  // To a NetworkPolicy, what is no pod is outside.
  const entities = (['apiServer', 'node', 'ownNode'] as const).filter(() => can('EgressNodes'));
  const clusters = can('EgressOtherCluster') ? ['west'] : [];

  test('calls inside are let out as written', () => {
    fc.assert(fc.property(fc.option(fc.array(called, { maxLength: 3 }), { nil: undefined }), fc.boolean(), call(entities, clusters, can('EgressPing')), (
      inside, whole, asked,
    ) => {
      const model = egressOf({ inside, ...(!whole && { workload: WORKLOAD }) });
      const holds = whole || asked.labels!.app === 'cart';
      expect(letOut(rendered(model), asked)).toBe(!holds || letOutByIntent(model, asked));
    }), { numRuns: CASES / 4 });
  });

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
