import { Chart } from 'cdk8s';
import { DnsServers, EgressDestination, EgressPolicy, EgressPort, MeshImplementation, MeshTarget } from '../../src';
import { shop, synth } from '../setup';

const database = (chart: Chart) => new EgressPolicy(chart, 'egress', { allow: [EgressDestination.cidr('203.0.113.0/24', EgressPort.tcp(5432))] });
const host = (chart: Chart) => new EgressPolicy(chart, 'egress', { allow: [EgressDestination.host('api.example.com', EgressPort.tls())] });
const egress = (target: MeshTarget, build: (chart: Chart) => unknown): any[] => {
  const chart = shop(target);
  build(chart);
  return synth(chart)[0].spec.egress;
};
const networkPolicy = (...dns: DnsServers[]) => egress(MeshTarget.networkPolicy(dns.length === 0 ? {} : { dns }), database).slice(1, -1);
const cilium = (build: (chart: Chart) => unknown, ...dns: DnsServers[]) =>
  egress(MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM, ...(dns.length > 0 && { dns }) }), build).slice(1, -1);

describe('NetworkPolicy', () => {
  test('leaves pods open anyway, and opens an address', () => {
    const ports = (port: number) => [{ port, protocol: 'UDP' }, { port, protocol: 'TCP' }];

    expect(networkPolicy()).toEqual([]);
    expect(networkPolicy(DnsServers.kubeDns(), DnsServers.openShift())).toEqual([]);
    expect(networkPolicy(DnsServers.kubeDns(), DnsServers.nodeLocal())).toEqual([{ to: [{ ipBlock: { cidr: '169.254.20.10/32' } }], ports: ports(53) }]);
    expect(networkPolicy(DnsServers.nodeLocal('169.254.25.10'))).toEqual([{ to: [{ ipBlock: { cidr: '169.254.25.10/32' } }], ports: ports(53) }]);
    expect(networkPolicy(DnsServers.address('2001:db8::53', 5300))).toEqual([{ to: [{ ipBlock: { cidr: '2001:db8::53/128' } }], ports: ports(5300) }]);
  });
});

describe('Cilium', () => {
  const toPorts = (port: string) => [{ ports: [{ port, protocol: 'ANY' }], rules: { dns: [{ matchPattern: '*' }] } }];
  const pods = (namespace: string, labels: Record<string, string>) => [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': namespace, ...labels } }];

  test('takes note of hosts where they are looked up', () => {
    expect(cilium(host)).toEqual([{ toEndpoints: pods('kube-system', { 'k8s:k8s-app': 'kube-dns' }), toPorts: toPorts('53') }]);
    expect(cilium(host, DnsServers.openShift())).toEqual([
      { toEndpoints: pods('openshift-dns', { 'k8s:dns.operator.openshift.io/daemonset-dns': 'default' }), toPorts: toPorts('5353') },
    ]);
    expect(cilium(host, DnsServers.pods('dns', { app: 'coredns' }), DnsServers.address('10.0.0.10'))).toEqual([
      { toEndpoints: pods('dns', { 'k8s:app': 'coredns' }), toPorts: toPorts('53') },
      { toCIDRSet: [{ cidr: '10.0.0.10/32' }], toPorts: toPorts('53') },
    ]);
  });

  test('leads to a cache on the node, however it is installed', () => {
    expect(cilium(host, DnsServers.nodeLocal())).toEqual([
      { toEndpoints: pods('kube-system', { 'k8s:k8s-app': 'node-local-dns' }), toPorts: toPorts('53') },
      { toEntities: ['host'], toPorts: toPorts('53') },
      { toCIDRSet: [{ cidr: '169.254.20.10/32' }], toPorts: toPorts('53') },
    ]);
  });

  test('opens what is no pod without any host, too', () => {
    expect(cilium(database)).toEqual([]);
    expect(cilium(database, DnsServers.address('10.0.0.10'))).toHaveLength(1);
  });
});

test.each<[string, () => unknown, RegExp]>([
  ['an address', () => DnsServers.address('dns.example.com'), /'dns\.example\.com' is not an address/],
  ['an address, but a block', () => DnsServers.nodeLocal('169.254.20.10/32'), /is not an address/],
  ['a namespace', () => DnsServers.pods('*', { app: 'dns' }), /'\*' is not a valid namespace/],
  ['a selector', () => DnsServers.pods('dns', {}), /would select every pod/],
  ['a port', () => DnsServers.pods('dns', { app: 'dns' }, 0), /0 is not a port number/],
  ['a choice', () => MeshTarget.networkPolicy({ dns: [] }), /MESH1004/],
  ['an option of Istio', () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, dns: [DnsServers.kubeDns()] }), /`dns` is an option of Cilium/],
])('refuses what is not %s', (_, make, message) => {
  expect(make).toThrow(message);
});
