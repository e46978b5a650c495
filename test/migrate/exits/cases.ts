import * as fc from 'fast-check';
import { Unknown } from '../../../src/evaluators/unknown';
import type { OldMesh } from '../../../src/migrate/policies/old-meshes';
import type { TargetName } from '../../../src/migrate/targets';
import { outbound } from '../../dialects/istio/read/foreign-outbound';
import type { Call } from '../../oracle/egress/call';
import { letOutByCilium } from '../../oracle/egress/cilium';
import { letOutByIstio } from '../../oracle/egress/istio';
import { fateByIstio } from '../../oracle/egress/istio-outbound';
import { letOutByKuma } from '../../oracle/egress/kuma';
import { letOutByLinkerd } from '../../oracle/egress/linkerd';
import { letOutByNetworkPolicy } from '../../oracle/egress/network-policy';

/** Whether a call leaves, by some manifests. */
export type Judge = (manifests: readonly any[], call: Call) => boolean;

export type Old = Extract<OldMesh, 'cilium' | 'network-policy' | 'istio' | 'linkerd' | 'kuma'>;

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const optional = <T>(arbitrary: fc.Arbitrary<T>, freq = 2) => fc.option(arbitrary, { nil: undefined, freq });
const few = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 1, maxLength: 2 });
const policies = (apiVersion: string, kind: string, specs: fc.Arbitrary<object>) => fc.array(specs, { maxLength: 3 })
  .map(all => all.map((spec, i) => ({ apiVersion, kind, metadata: { name: `p${i}`, namespace: 'shop' }, spec: plain(spec) })));

const BLOCKS = ['203.0.113.0/24', '203.0.113.7/32', '0.0.0.0/0', '198.51.100.0/24'];
const block = fc.record({ cidr: fc.constantFrom(...BLOCKS), except: optional(fc.constant(['203.0.113.128/25'])) }).map(({ cidr, except }) => ({
  cidr, ...except !== undefined && ['203.0.113.0/24', '0.0.0.0/0'].includes(cidr) && { except },
}));

const NAME = 'kubernetes.io/metadata.name';
const networkPeer = fc.oneof(
  block.map(ipBlock => ({ ipBlock })),
  fc.constantFrom<object>({ namespaceSelector: {} }, { namespaceSelector: { matchLabels: { [NAME]: 'ops' } } },
    { podSelector: {} }, { podSelector: { matchLabels: { app: 'cart' } } },
    { namespaceSelector: { matchLabels: { [NAME]: 'ops' } }, podSelector: { matchLabels: { app: 'job' } } }),
);
const networkPort = fc.oneof(
  fc.record({ port: fc.constantFrom(443, 5432, 8080), protocol: fc.constantFrom('TCP', 'TCP', 'UDP') }),
  fc.constantFrom<object>({ port: 8000, endPort: 8100, protocol: 'TCP' }, { protocol: 'UDP' }),
);
const networkPolicies = policies('networking.k8s.io/v1', 'NetworkPolicy', fc.record({
  podSelector: fc.constantFrom({}, { matchLabels: { app: 'web' } }, { matchLabels: { app: 'web' } }),
  policyTypes: fc.constant(['Egress']),
  egress: fc.array(fc.record({ to: optional(few(networkPeer), 4), ports: optional(few(networkPort)) }), { maxLength: 3 }),
}));

const OF_NAMESPACE = 'k8s:io.kubernetes.pod.namespace';
const ofBlocks = few(block).map(toCIDRSet => ({ toCIDRSet }));
const ciliumPeer = fc.oneof(
  fc.constantFrom<object>({ toEntities: ['cluster'] }, { toEntities: ['world'] }, { toEntities: ['cluster', 'world'] }, {},
    { toEndpoints: [{ matchLabels: { [OF_NAMESPACE]: 'ops' } }] }, { toEndpoints: [{ matchLabels: { [OF_NAMESPACE]: 'shop', 'k8s:app': 'cart' } }] },
    { toFQDNs: [{ matchName: 'api.example.com' }] }),
  ofBlocks,
);
const ciliumPort = fc.record({ port: fc.constantFrom('443', '5432', '8080'), protocol: fc.constantFrom('TCP', 'TCP', 'UDP', 'ANY') });
const ciliumRule = (peers: fc.Arbitrary<object>) => fc.tuple(peers, optional(few(ciliumPort)))
  .map(([peer, ports]) => ({ ...peer, ...ports !== undefined && { toPorts: [{ ports }] } }));
const lookups = {
  toEndpoints: [{ matchLabels: { [OF_NAMESPACE]: 'kube-system' } }],
  toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }], rules: { dns: [{ matchPattern: '*' }] } }],
};
const ciliumPolicies = policies('cilium.io/v2', 'CiliumNetworkPolicy', fc.record({
  endpointSelector: fc.constantFrom({}, { matchLabels: { 'k8s:app': 'web' } }, { matchLabels: { 'k8s:app': 'web' } }),
  rules: fc.array(ciliumRule(ciliumPeer), { maxLength: 3 }),
  egressDeny: optional(few(ciliumRule(ofBlocks)), 1),
}).map(({ rules, ...spec }) => ({ ...spec, egress: [...rules, ...JSON.stringify(rules).includes('toFQDNs') ? [lookups] : []] })));

const ofNetwork = (port?: number) => ({ group: 'policy.linkerd.io', kind: 'EgressNetwork', name: 'out', ...port !== undefined && { port } });
const egressRoute = fc.record({
  kind: fc.constantFrom('TLSRoute', 'HTTPRoute', 'TCPRoute'),
  port: fc.constantFrom(443, 443, 5432, 8080, 80),
  hostnames: optional(fc.constantFrom(['api.example.com'], ['*.example.com'], ['db.example.com'])),
  backendRefs: optional(fc.constant([ofNetwork()])),
}).map(({ kind, port, hostnames, backendRefs }) => ({
  apiVersion: 'gateway.networking.k8s.io/v1', kind, spec: { parentRefs: [ofNetwork(port)], ...kind !== 'TCPRoute' && { hostnames }, rules: [{ backendRefs }] },
}));
const egressNetworks = fc.tuple(
  fc.record({
    trafficPolicy: fc.constantFrom('Deny', 'Deny', 'Allow'),
    networks: optional(fc.subarray([{ cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] }, { cidr: '198.51.100.0/24' }], { minLength: 1 }), 3),
  }).map(spec => ({ apiVersion: 'policy.linkerd.io/v1alpha1', kind: 'EgressNetwork', metadata: { name: 'out', namespace: 'shop' }, spec })),
  fc.array(egressRoute, { maxLength: 2 }),
).map(([network, routes]) => plain([network, ...routes.map((one, i) => ({ ...one, metadata: { name: `r${i}`, namespace: 'shop' } }))]));

const passedHost = fc.record({
  type: fc.constant('Domain'),
  value: fc.constantFrom('api.example.com', '*.example.com', 'db.example.com'),
  port: fc.constantFrom(443, 8080, 80),
  protocol: fc.constantFrom('tls', 'http'),
});
const passedBlock = fc.record({
  type: fc.constant('CIDR'),
  value: fc.constantFrom('203.0.113.0/24', '198.51.100.0/24', '203.0.113.7/32'),
  port: fc.constantFrom(443, 5432, 8080),
  protocol: fc.constantFrom(['tcp', 'tls'], ['tcp', 'tls'], ['tls'], ['http'], ['mysql'], ['tcp']),
});
/** Kuma wants requests first. */
const passedOn = fc.tuple(fc.array(passedHost, { maxLength: 2 }), fc.array(passedBlock, { maxLength: 2 })).map(([hosts, blocks]) => {
  const all = [...hosts, ...blocks.flatMap(({ protocol, ...one }) => protocol.map(spoken => ({ ...one, protocol: spoken })))];
  return [...all.filter(({ protocol }) => protocol === 'http'), ...all.filter(({ protocol }) => protocol !== 'http')];
});
const passthroughs = policies('kuma.io/v1alpha1', 'MeshPassthrough', fc.record({
  targetRef: fc.constantFrom<object | undefined>(undefined, { kind: 'Mesh' }, { kind: 'Dataplane' }, { kind: 'Dataplane', labels: { app: 'web' } }),
  default: fc.record({ passthroughMode: fc.constantFrom('Matched', 'Matched', 'Matched', 'Matched', undefined, 'None', 'All'), appendMatch: passedOn }),
}));

const registryOnly = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'outboundTrafficPolicy:\n  mode: REGISTRY_ONLY\n' } };
const serviceEntry = fc.record({
  hosts: fc.constantFrom(['api.example.com'], ['db.example.com'], ['*.example.com']),
  ports: few(fc.record({ number: fc.constantFrom(443, 5432, 8080), protocol: fc.constantFrom('HTTP', 'TLS', 'TCP') })),
  addresses: optional(fc.constantFrom(['203.0.113.0/24'], ['198.51.100.9'])),
  resolution: fc.constantFrom('DNS', 'NONE'),
}).map(({ ports, ...spec }) => ({ ...spec, location: 'MESH_EXTERNAL', ports: ports.map(one => ({ ...one, name: `p-${one.number}` })) }));
const closedIstio = fc.array(serviceEntry, { maxLength: 3 }).map(all => plain([registryOnly, ...all.map((spec, i) => (
  { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: `o${i}`, namespace: 'shop' }, spec }))]));
const istioManifests = fc.oneof({ weight: 3, arbitrary: closedIstio }, { weight: 1, arbitrary: outbound.map(all => all.filter(({ kind }) => kind !== 'Service')) });

/** Of calls in the cluster, those to a Service are decided by its name. */
const byIstio: Judge = (manifests, { inside: isInside = false, pod, ...call }) => {
  if (call.says.kind === 'datagram') return true;
  const isCart = pod?.labels.app === 'cart' && call.port === 8080;
  if (isInside && !isCart) throw new Unknown('the proxy may know the address of the pod');
  const fate = fateByIstio([...CLUSTER, ...manifests], call, isInside ? { service: 'cart', namespace: 'shop', port: 80 } : call);
  if (fate === 'elsewhere') throw new Unknown('it goes to another host');
  return fate !== 'ends';
};

export const CASES: { readonly [Mesh in Old]: { readonly manifests: fc.Arbitrary<readonly any[]>; readonly judge: Judge } } = {
  'network-policy': { manifests: networkPolicies, judge: letOutByNetworkPolicy },
  'cilium': { manifests: ciliumPolicies, judge: letOutByCilium },
  'istio': { manifests: istioManifests, judge: byIstio },
  'linkerd': { manifests: egressNetworks, judge: letOutByLinkerd },
  'kuma': { manifests: passthroughs, judge: letOutByKuma },
};

export const JUDGES: { readonly [Name in TargetName]?: Judge } = {
  'cilium': letOutByCilium,
  'network-policy': letOutByNetworkPolicy,
  'istio': letOutByIstio,
  'linkerd': letOutByLinkerd,
  'kuma': letOutByKuma,
};

/** The pods of the files. */
const PODS = [{ namespace: 'shop', app: 'web' }, { namespace: 'shop', app: 'cart' }, { namespace: 'ops', app: 'job' }] as const;

const inside: fc.Arbitrary<Pick<Call, 'inside' | 'pod' | 'ip' | 'says' | 'port'>> = fc.record({
  pod: fc.constantFrom(...PODS), port: fc.constantFrom(8080, 8080, 443, 5432), says: fc.constant({ kind: 'bytes' as const }),
}).map(({ pod: { namespace, app }, ...rest }) => ({ ...rest, inside: true, ip: '10.1.0.5', pod: { namespace, labels: { app } } }));

const outside: fc.Arbitrary<Pick<Call, 'name' | 'ip' | 'says' | 'port'>> = fc.record({
  name: fc.constantFrom(undefined, 'api.example.com', 'db.example.com'),
  ip: fc.constantFrom('203.0.113.7', '203.0.113.200', '198.51.100.9', '192.0.2.1'),
  port: fc.constantFrom(443, 5432, 8080, 80),
  kind: fc.constantFrom('bytes', 'datagram', 'tls', 'http'),
  // A client may say another name than that by which it found the address.
  other: fc.constantFrom(undefined, undefined, 'db.example.com', 'other.example.com'),
}).map(({ kind, name, other = name, ...rest }) => ({
  ...rest,
  name,
  says: kind === 'tls' ? { kind, serverName: other } : kind === 'http' ? { kind, host: other ?? rest.ip } : { kind: kind as 'bytes' | 'datagram' },
}));

export const calls: fc.Arbitrary<Call> = fc.tuple(fc.constantFrom(PODS[0], PODS[0], PODS[1]), fc.oneof(outside, inside))
  .map(([{ namespace, app }, call]) => ({ namespace, labels: { app }, serviceAccount: app, ...call }));

const deployment = ({ namespace, app }: typeof PODS[number]) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: app, namespace },
  spec: {
    selector: { matchLabels: { app } },
    template: { metadata: { labels: { app } }, spec: { serviceAccountName: app, containers: [{ name: app, ports: [{ containerPort: 8080 }] }] } },
  },
});

export const CLUSTER: readonly object[] = [
  ...['shop', 'ops'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { [NAME]: name } } })),
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
  ...PODS.map(deployment),
];
