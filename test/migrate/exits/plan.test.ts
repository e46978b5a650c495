import { moved } from './moved';
import type { Moved } from '../../../src/migrate/policies/move';
import { print } from '../../../src/migrate/program';

/** What pods may call, in the words of the library. */

const policy = (egress: readonly object[], podSelector: object = { matchLabels: { app: 'web' } }, name = 'web') => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'shop' }, spec: { podSelector, policyTypes: ['Egress'], egress },
});
const EVERY_POD = { to: [{ namespaceSelector: {} }] };
const BANK = { to: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.9/32'] } }], ports: [{ port: 443 }, { port: 8000, endPort: 8100 }] };
const DNS = {
  to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
  ports: [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }],
};
const OPS = { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ops' } } }] };
const CART = { to: [{ podSelector: { matchLabels: { app: 'cart' } } }], ports: [{ port: 8080 }] };

const cilium = (name: string, spec: object) => ({ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name, namespace: 'shop' }, spec });

const istio = (kind: string, spec: object, name = 'bank') => ({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace: 'shop' }, spec });
const meshConfig = (mode: string) =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: `outboundTrafficPolicy:\n  mode: ${mode}\n` } });
const bank = istio('ServiceEntry', { hosts: ['api.example.com'], ports: [{ number: 8080, name: 'http', protocol: 'HTTP' }], resolution: 'DNS', location: 'MESH_EXTERNAL' });
/** What pods look up names by, as a cluster has it. */
const LOOKUPS = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: {
      selector: { 'k8s-app': 'kube-dns' },
      ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 }, { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 }],
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: 'kube-system' },
    spec: {
      selector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      template: { metadata: { labels: { 'k8s-app': 'kube-dns' } }, spec: { containers: [{ name: 'coredns', ports: [{ containerPort: 53, protocol: 'UDP' }, { containerPort: 53 }] }] } },
    },
  },
];
const NETWORK = { group: 'policy.linkerd.io', kind: 'EgressNetwork', name: 'all' };
const egressNetwork = (spec: object) => ({ apiVersion: 'policy.linkerd.io/v1alpha1', kind: 'EgressNetwork', metadata: { name: 'all', namespace: 'shop' }, spec });
const tlsRoute = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'TLSRoute',
  metadata: { name: 'bank', namespace: 'shop' },
  spec: { parentRefs: [{ ...NETWORK, port: 443 }], hostnames: ['api.example.com'], rules: [{ backendRefs: [NETWORK] }] },
};

/** The constructs of policies on what pods may call. */
function exitsOf({ program }: Moved): string {
  const blocks = print(program).split(/\n\n|(?<=\);)\n {2}\}/).filter(block => block.includes('new EgressPolicy('));
  return blocks.map(block => block.replace(/^ {4}\/\/ [A-Z][A-Za-z]*Policy .*\n/gm, '').replace(/^ {4}/gm, '')).join('\n');
}

function verdicts({ judged }: Moved): Record<string, string> {
  return Object.fromEntries(judged.map(({ document: { name }, verdict, reasons }) => [name, [verdict, ...reasons.map(({ message }) => message)].join(': ')]));
}

test('addresses and ports outside; the cluster stays open', () => {
  const { all } = moved('network-policy', 'cilium', [policy([EVERY_POD, BANK])]);

  expect(exitsOf(all)).toMatchInlineSnapshot(`
"new EgressPolicy(this, 'web', {
  workload: web,
  allow: [EgressDestination.cidrExcept('203.0.113.0/24', ['203.0.113.9/32'], EgressPort.tcp(443), EgressPort.tcpRange(8000, 8100))],
});"
`);
  expect(verdicts(all)).toEqual({ web: 'assumed: the workloads and namespaces in the files are taken to be all that pods call in the cluster' });
});

test('a closed cluster, a whole namespace, and a workload with more', () => {
  const { all } = moved('network-policy', 'network-policy', [policy([DNS, OPS], {}, 'all'), policy([CART])]);

  expect(exitsOf(all)).toMatchInlineSnapshot(`
"new EgressPolicy(this, 'egress', { allow: [EgressDestination.namespace('ops', EgressPort.any())], closeCluster: true });
new EgressPolicy(this, 'web', {
  workload: web,
  allow: [
    EgressDestination.namespace('ops', EgressPort.any()),
    EgressDestination.pods({ labels: { app: 'cart' } }, EgressPort.tcp(8080)),
  ],
  closeCluster: true,
});"
`);
  expect(all.compared.flatMap(({ differences }) => differences)).toEqual([]);
});

test('hosts, and denials of addresses', () => {
  const lookups = {
    toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s:k8s-app': 'kube-dns' } }],
    toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }], rules: { dns: [{ matchPattern: '*' }] } }],
  };
  const { all } = moved('cilium', 'cilium', [cilium('web', {
    endpointSelector: { matchLabels: { app: 'web' } },
    egress: [
      { toEntities: ['cluster'] }, lookups, { toCIDR: ['203.0.113.0/24'] },
      { toFQDNs: [{ matchName: 'api.example.com' }], toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] },
    ],
    egressDeny: [{ toCIDR: ['203.0.113.9'] }],
  })]);

  expect(exitsOf(all)).toMatchInlineSnapshot(`
"new EgressPolicy(this, 'web', {
  workload: web,
  allow: [EgressDestination.cidr('203.0.113.0/24', EgressPort.any()), EgressDestination.host('api.example.com', EgressPort.tcp(443))],
  deny: [EgressDestination.cidr('203.0.113.9/32', EgressPort.any())],
});"
`);
});

test.each<[what: string, why: string, Parameters<typeof moved>]>([
  ['a mesh that sees no datagrams', 'by Istio: a datagram', ['network-policy', 'istio', [policy([EVERY_POD, BANK])]]],
  ['a mesh that knows namespaces only', "target 'linkerd' cannot express calls to the outside by one workload", ['network-policy', 'linkerd', [policy([EVERY_POD, BANK])]]],
  ['a denial of a host by its pattern', 'the names of hosts are a pattern', ['cilium', 'cilium', [cilium('web', {
    endpointSelector: { matchLabels: { app: 'web' } }, egress: [{ toEntities: ['all'] }], egressDeny: [{ toFQDNs: [{ matchPattern: '*.example.com' }] }],
  })]]],
  ['a DNS that was closed', 'to pods of kube-system with k8s-app=kube-dns, port 53: denied before, allowed afterwards', ['network-policy', 'network-policy', [policy([OPS])]]],
])('the old policy is to be kept: %s', (_, why, given) => {
  const { all } = moved(...given);

  expect(exitsOf(all)).not.toMatch(/^new EgressPolicy/m);
  expect(verdicts(all).web).toMatch(/^notSaid: /);
  expect(verdicts(all).web).toContain(why);
  expect(verdicts(all).web).toContain('keep this part of it, or write an EgressPolicy');
});

test('of Istio, what ServiceEntries name where nothing else is known', () => {
  const { all } = moved('istio', 'cilium', [meshConfig('REGISTRY_ONLY'), bank, ...LOOKUPS]);

  expect(exitsOf(all)).toMatchInlineSnapshot(`
"// ServiceEntry bank, old.json:15
new EgressPolicy(this, 'egress', {
  allow: [
    EgressDestination.host('api.example.com', EgressPort.http(8080)),
    EgressDestination.cidr('0.0.0.0/0', EgressPort.udpRange(1, 65535)),
    EgressDestination.cidr('::/0', EgressPort.udpRange(1, 65535)),
    EgressDestination.pods({ labels: { 'k8s-app': 'kube-dns' } }, EgressPort.udp(53)),
    EgressDestination.pods({ labels: { app: 'cart' }, namespace: 'shop' }, EgressPort.tcp(8080)),
  ],
  closeCluster: true,
});
// ServiceEntry bank, old.json:15
new EgressPolicy(this, 'egress', {
  allow: [
    EgressDestination.host('api.example.com', EgressPort.http(8080)),
    EgressDestination.cidr('0.0.0.0/0', EgressPort.udpRange(1, 65535)),
    EgressDestination.cidr('::/0', EgressPort.udpRange(1, 65535)),
    EgressDestination.pods({ labels: { 'k8s-app': 'kube-dns' }, namespace: 'kube-system' }, EgressPort.udp(53)),
    EgressDestination.pods({ labels: { app: 'cart' }, namespace: 'shop' }, EgressPort.tcp(8080)),
  ],
  closeCluster: true,
});
// ServiceEntry bank, old.json:15
new EgressPolicy(this, 'egress', {
  allow: [
    EgressDestination.host('api.example.com', EgressPort.http(8080)),
    EgressDestination.cidr('0.0.0.0/0', EgressPort.udpRange(1, 65535)),
    EgressDestination.cidr('::/0', EgressPort.udpRange(1, 65535)),
    EgressDestination.pods({ labels: { 'k8s-app': 'kube-dns' }, namespace: 'kube-system' }, EgressPort.udp(53)),
    EgressDestination.pods({ labels: { app: 'cart' } }, EgressPort.tcp(8080)),
  ],
  closeCluster: true,
});"
`);
  expect(verdicts(all)).toMatchInlineSnapshot(`
{
  "bank": "narrower: GET / to host api.example.com, port 8080 from kube-system/default to outside the cluster: allowed before, denied afterwards: the workloads and namespaces in the files are taken to be all that pods call in the cluster",
}
`);
});

test('of Istio, nothing where more may leave than before: lookups of names, of which the files say nothing', () => {
  const { all } = moved('istio', 'cilium', [meshConfig('REGISTRY_ONLY'), bank]);
  expect(exitsOf(all)).toBe('');
  expect(verdicts(all).bank).toMatch(/^notSaid: .* to pods of kube-system with k8s-app=kube-dns, port 53: it is not known .* before, allowed afterwards/);
});

test('of Istio, nothing where the rest goes on as it is, or where nobody knows what becomes of it', () => {
  for (const own of [[meshConfig('ALLOW_ANY')], []]) {
    const { all } = moved('istio', 'cilium', [...own, bank]);
    expect(exitsOf(all)).toBe('');
    expect(verdicts(all)).toEqual({ bank: 'notSaid: what pods may call is not carried over: keep this part of it, or write an EgressPolicy' });
  }
});

test('of Istio, what nothing but the installation says is told, if it is not carried over', () => {
  const { all } = moved('istio', 'linkerd', [meshConfig('REGISTRY_ONLY')]);
  expect(exitsOf(all)).toBe('');
  expect(all.notices).toContainEqual(expect.objectContaining({ about: 'lost', message: expect.stringMatching(/^what pods of namespace 'shop' may call is not carried over: /) }));
});

test('of Linkerd, EgressNetworks and the routes on them', () => {
  const { all } = moved('linkerd', 'istio', [egressNetwork({ trafficPolicy: 'Deny' }), tlsRoute]);

  expect(exitsOf(all)).toMatchInlineSnapshot(`
"// EgressNetwork all, old.json:13
// TLSRoute bank, old.json:15
new EgressPolicy(this, 'egress', { allow: [EgressDestination.host('api.example.com', EgressPort.tls(443))] });"
`);
  expect(verdicts(all)).toMatchInlineSnapshot(`
{
  "all": "assumed: the workloads and namespaces in the files are taken to be all that pods call in the cluster",
  "bank": "assumed: the workloads and namespaces in the files are taken to be all that pods call in the cluster",
}
`);
  expect(all.compared.flatMap(({ differences }) => differences).filter(({ kind }) => kind === 'wider')).toEqual([]);
});

const passthrough = (conf: object, targetRef: object = { kind: 'Mesh' }) => ({
  apiVersion: 'kuma.io/v1alpha1', kind: 'MeshPassthrough', metadata: { name: 'out', namespace: 'shop' }, spec: { targetRef, default: conf },
});
const MATCHED = passthrough({
  passthroughMode: 'Matched',
  appendMatch: [
    { type: 'Domain', value: '*.example.org', port: 80, protocol: 'http' },
    { type: 'Domain', value: 'api.example.com', port: 443, protocol: 'tls' },
    { type: 'CIDR', value: '203.0.113.0/24', port: 5432, protocol: 'tcp' },
    { type: 'CIDR', value: '203.0.113.0/24', port: 5432, protocol: 'tls' },
    { type: 'IP', value: '198.51.100.7', port: 3307, protocol: 'mysql' },
  ],
});

test('of Kuma, what a MeshPassthrough lets out; datagrams go on where proxies do not see them', () => {
  const { all, written } = moved('kuma', 'kuma', [MATCHED]);
  expect(exitsOf(all)).toMatchInlineSnapshot(`
"// MeshPassthrough out, old.json:13
new EgressPolicy(this, 'egress', {
  allow: [
    EgressDestination.cidr('198.51.100.7/32', EgressPort.tcp(3307)),
    EgressDestination.cidr('203.0.113.0/24', EgressPort.tcp(5432)),
    EgressDestination.host('api.example.com', EgressPort.tls(443)),
    EgressDestination.host('*.example.org', EgressPort.http(80)),
  ],
});"
`);
  expect(written.find(({ kind }) => kind === 'MeshPassthrough').spec.default.passthroughMode).toBe('Matched');
  expect(all.compared.flatMap(({ differences }) => differences)).toEqual([]);
});

test('of Kuma, nothing goes out in the mode None, and everything in the mode All', () => {
  expect(exitsOf(moved('kuma', 'kuma', [passthrough({ passthroughMode: 'None' })]).all)).toContain("new EgressPolicy(this, 'egress', { allow: [] });");
  expect(exitsOf(moved('kuma', 'istio', [passthrough({ passthroughMode: 'All' })]).all)).toBe('');
});

test('of Kuma, what a Mesh keeps in before 3.0, and lets out since, is not said, and that is told', () => {
  const mesh = (isOpen: boolean) => ({
    apiVersion: 'kuma.io/v1alpha1', kind: 'Mesh', metadata: { name: 'default' }, spec: { meshServices: { mode: 'Exclusive' }, networking: { outbound: { passthrough: isOpen } } },
  });
  const said = (...objects: readonly object[]) => verdicts(moved('kuma', 'istio', objects).all).default;

  expect(said(mesh(false))).toMatch(/^notSaid: .*nothing leaves by default before Kuma 3\.0, and everything does in 3\.0: write a MeshPassthrough/);
  expect(said(mesh(true))).not.toContain('3.0');
});

test('of Kuma, what is open for TCP and closed for TLS stays closed, as elsewhere nobody tells them apart', () => {
  const bytes = { type: 'CIDR', value: '203.0.113.0/24', port: 5432, protocol: 'tcp' };
  const api = { type: 'Domain', value: 'api.example.com', port: 443, protocol: 'tls' };
  const { all } = moved('kuma', 'kuma', [passthrough({ appendMatch: [api, bytes] })]);

  expect(exitsOf(all)).toMatchInlineSnapshot(`
"// MeshPassthrough out, old.json:13
new EgressPolicy(this, 'egress', { allow: [EgressDestination.host('api.example.com', EgressPort.tls(443))] });"
`);
  expect(verdicts(all)).toMatchInlineSnapshot(`
{
  "out": "narrower: TCP to port 5432 went out, and TLS did not: where both may, write EgressPort.tcp(5432): the workloads and namespaces in the files are taken to be all that pods call in the cluster",
}
`);
  expect(all.compared.flatMap(({ differences }) => differences).filter(({ kind }) => kind === 'wider')).toEqual([]);
});

test('of Kuma, nothing is said where lookups of names would get out', () => {
  expect(verdicts(moved('kuma', 'cilium', [MATCHED]).all).out).toMatch(/^notSaid: by Cilium: .*kube-dns, port 53/);
});
