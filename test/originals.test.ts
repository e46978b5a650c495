import { App, Chart, Testing } from 'cdk8s';
import type { AccessAllowance, ClusterAccessPolicyProps, ClusterTrafficRule, GatewayAccessPolicyProps } from '../src';
import {
  ClusterAccessPolicy, ClusterPeer, ClusterPort, ClusterSubject, EgressDestination, EgressPolicy, EgressPort, EndUser, ExposureGateway,
  GatewayAccessPolicy, HttpMatch, Identity, IpProtocol, JwtAuthentication,
  MeshImplementation, MeshProtocol, MeshService, MeshTarget, MeshTargets, NamespaceAccessDefault, ServiceAccessPolicy, SmiImplementation,
  StringMatch,
} from '../src';

/** What policies of others say, said again: a target that their author used renders it. What cannot be said is in docs/not-here.md. */

type Say = (chart: Chart) => unknown;

const http = (name: string, podSelector: { [label: string]: string }, port = 80) =>
  MeshService.of(name, { port, podSelector, serviceAccount: name, namespace: 'default' });
const pods = (labels: { [label: string]: string }) => Identity.pods(labels, { namespace: 'default' });
const access = (destination: MeshService, ...allow: AccessAllowance[]): Say =>
  chart => new ServiceAccessPolicy(chart, 'policy', { destination, allow });
const closed = (workload: MeshService | undefined, ...allow: EgressDestination[]): Say => chart => new EgressPolicy(chart, 'policy', {
  ...(workload && { workload }), allow, closeCluster: true,
});

const backend = http('backend', { role: 'backend' });
const app = http('app', { app: 'myService' });
const dev = http('dev', { env: 'dev' });
const everywhere = (port: EgressPort) => [
  EgressDestination.anyPod(port), EgressDestination.nodes(port), EgressDestination.apiServer(port),
  EgressDestination.cidr('0.0.0.0/0', port), EgressDestination.cidr('::/0', port),
];
const alliance = http('alliance', { org: 'alliance' });
const dns = MeshService.of('kube-dns', { ports: [{ port: 53, protocol: MeshProtocol.UDP }], podSelector: { 'k8s-app': 'kube-dns' }, namespace: 'default' });
const get = (path: string) => HttpMatch.of({ methods: ['GET'], path });

const cluster = (subject: ClusterSubject, props: Omit<ClusterAccessPolicyProps, 'subject'>): Say =>
  chart => new ClusterAccessPolicy(chart, 'policy', { subject, ...props });
const peersOn = (peers: ClusterPeer[], ...ports: ClusterPort[]): ClusterTrafficRule => ({ peers, ...ports.length > 0 && { ports } });
const systemPods = (name: string) => [ClusterPeer.pods({ 'k8s-app': name }, { namespace: 'kube-system' })];
const named = (name: string) => [ClusterPeer.pods({ name })];
const { tcp, udp } = ClusterPort;
const OTHER_NODES = [ClusterPeer.otherNodes()];
const NODES_AND_HEALTH = [ClusterPeer.otherNodes(), ClusterPeer.healthEndpoints()];
const ANYONE = [ClusterPeer.anyone()];
const WORLD = [ClusterPeer.outside()];
const BETWEEN_NODES = [udp(8472), tcp(2379), tcp(2380), tcp(6443)];

const CILIUM: Readonly<Record<string, Say>> = {
  'host/demo-host-policy': cluster(ClusterSubject.nodes({ 'node-access': 'ssh' }), {
    ingress: { allow: [peersOn([ClusterPeer.cluster()]), peersOn(ANYONE, tcp(22), ClusterPort.ping())] },
  }),
  'host/lock-down-ingress': cluster(ClusterSubject.nodes({ type: 'ingress-worker' }), {
    ingress: { allow: [peersOn(NODES_AND_HEALTH), peersOn(ANYONE, tcp(22), tcp(6443), tcp(2379), tcp(4240), udp(8472))] },
  }),
  'host/allow-extended-protocols': cluster(ClusterSubject.nodes({ type: 'ingress-worker' }), {
    egress: {
      allow: [peersOn(ANYONE, tcp(6443), tcp(443), tcp(2379), tcp(4240), udp(8472),
        ...[IpProtocol.VRRP, IpProtocol.GRE, IpProtocol.IPIP, IpProtocol.IPV6, IpProtocol.ESP, IpProtocol.AH].map(one => ClusterPort.protocol(one)))],
    },
  }),
  'host/lock-down-dev-vms-remote-node': cluster(ClusterSubject.nodes({}), {
    ingress: {
      allow: [
        peersOn(NODES_AND_HEALTH), peersOn(WORLD, tcp(22)), peersOn(OTHER_NODES, ...BETWEEN_NODES), peersOn(systemPods('kube-dns'), tcp(6443)),
        peersOn(NODES_AND_HEALTH, tcp(4240)), peersOn(named('pod-to-b-intra-node-nodeport'), tcp(31414)), peersOn(named('pod-to-b-multi-node-nodeport'), tcp(31414)),
      ],
    },
    egress: {
      allow: [
        peersOn(NODES_AND_HEALTH), peersOn(systemPods('kube-dns'), tcp(8080), tcp(8181), udp(53)), peersOn(OTHER_NODES, ...BETWEEN_NODES),
        peersOn(NODES_AND_HEALTH, tcp(4240)), peersOn(WORLD, udp(123)), peersOn(['8.8.8.8/32', '8.8.4.4/32'].map(cidr => ClusterPeer.cidr(cidr)), udp(53)),
        peersOn(named('echo-b'), tcp(8080)),
      ],
    },
  }),
  'host/lock-down-gke': cluster(ClusterSubject.nodes({ type: 'worker' }), {
    ingress: {
      allow: [
        peersOn(NODES_AND_HEALTH), peersOn(WORLD, tcp(22), tcp(3389)), peersOn(OTHER_NODES, udp(8472), tcp(2379), tcp(2380), tcp(10250)),
        peersOn(systemPods('metrics-server'), tcp(10255)), peersOn(NODES_AND_HEALTH, tcp(4240)), peersOn(systemPods('heapster'), tcp(10255)),
        peersOn(named('pod-to-b-intra-node-nodeport'), tcp(31414)), peersOn(named('pod-to-b-multi-node-nodeport'), tcp(31414)),
      ],
    },
    egress: {
      allow: [
        peersOn(NODES_AND_HEALTH), peersOn(WORLD, tcp(443)), peersOn([ClusterPeer.cidr('169.254.169.254/32')], udp(53), tcp(80), udp(123), udp(67)),
        peersOn(systemPods('glbc'), tcp(8080)), peersOn(systemPods('konnectivity-agent'), tcp(8093)),
        peersOn(systemPods('kube-dns'), tcp(8080), udp(53), tcp(10054), tcp(10055), tcp(8081)), peersOn(systemPods('metrics-server'), tcp(443)),
        peersOn(systemPods('heapster'), tcp(8082)), peersOn(OTHER_NODES, ...BETWEEN_NODES, tcp(10250)), peersOn(NODES_AND_HEALTH, tcp(4240)),
        peersOn(named('echo-b'), tcp(8080)),
      ],
    },
  }),
  'kubernetes/clusterwide/clusterscope-policy': cluster(ClusterSubject.pods({ name: 'leia' }), { ingress: { allow: [peersOn(named('luke'))] } }),
  'kubernetes/clusterwide/health': cluster(ClusterSubject.healthEndpoints(), { ingress: { allow: [peersOn(OTHER_NODES)] }, egress: { allow: [peersOn(OTHER_NODES)] } }),
  'l3/entities/from_world_deny': cluster(ClusterSubject.anyPod(), { ingress: { allow: [peersOn(ANYONE)], deny: [peersOn(WORLD)] } }),
  'l4/init': cluster(ClusterSubject.uninitializedPods(), {
    ingress: { allow: [peersOn([ClusterPeer.ownNode()])] }, egress: { allow: [peersOn(ANYONE, udp(53))] },
  }),
  'l4/from_init': access(MeshService.of('app', {
    ports: [{ port: 80 }, { port: 53, name: 'udp-dns', protocol: MeshProtocol.UDP }], podSelector: { app: 'myService' }, namespace: 'default',
  }), { sources: [Identity.uninitializedPods()] }, { sources: [Identity.anyone()], ports: [53] }),
  'kubernetes/clustermesh/cross-cluster-policy': closed(http('x-wing', { name: 'x-wing' }),
    EgressDestination.pods({ labels: { name: 'rebel-base' }, namespace: 'default', cluster: 'cluster2' }, EgressPort.any())),
  'kubernetes/clustermesh/cross-cluster-any-namespace-policy': closed(http('x-wing', { name: 'x-wing' }),
    EgressDestination.pods({ labels: { name: 'rebel-base' }, namespaceLabels: {}, cluster: 'cluster2' }, EgressPort.any())),
  'l3/entities/host': closed(dev, EgressDestination.ownNode(EgressPort.any())),
  'l3/requires, with the policy beside it': access(http('prod', { env: 'prod' }), { sources: [pods({ role: 'frontend', env: 'prod' })] }),

  'getting-started/l3-l4-policy': access(http('web', { id: 'web-server' }, 8181), { sources: [pods({ id: 'goodclient' })] }),
  'getting-started/l7-policy': access(http('web', { id: 'web-server' }, 8181), { sources: [pods({ id: 'goodclient' })], requests: [get('/public')] }),
  'kubernetes/clusterwide/wildcard-from-endpoints': access(dns, { sources: [Identity.anyAuthenticated()] }),
  'kubernetes/namespace/kubedns-policy': closed(undefined),
  'kubernetes/namespace/isolate-namespaces': chart => new NamespaceAccessDefault(chart, 'policy', { allow: [{ sources: [Identity.namespace('default')] }] }),
  'kubernetes/namespace/namespace-labels-policy': chart => {
    const base = http('rebel-base', { name: 'rebel-base' });
    access(base, { sources: [Identity.namespaceLabels({ faction: 'alliance' })] })(chart);
    new EgressPolicy(chart, 'calls', {
      workload: base, allow: [EgressDestination.namespaceLabels({ faction: 'alliance' }, EgressPort.any())], closeCluster: true,
    });
  },
  'kubernetes/namespace/namespace-policy': access(http('leia', { name: 'leia' }), { sources: [Identity.pods({ name: 'luke' }, { namespace: 'ns2' })] }),
  'kubernetes/serviceaccount/serviceaccount-policy': access(http('leia', { name: 'leia' }), {
    sources: [Identity.serviceAccount('luke', 'default')], requests: [get('/public')],
  }),
  'l3/cidr': closed(app, EgressDestination.cidr('20.1.1.1/32', EgressPort.any()),
    EgressDestination.cidrExcept('10.0.0.0/8', ['10.96.0.0/12'], EgressPort.any())),
  'l3/egress-allow-all': closed(http('frontend', { role: 'frontend' }), EgressDestination.namespace('default', EgressPort.any())),
  'l3/egress-deny': chart => new EgressPolicy(chart, 'policy', {
    workload: http('frontend', { role: 'frontend' }),
    allow: [EgressDestination.cidr('0.0.0.0/0', EgressPort.any()), EgressDestination.cidr('::/0', EgressPort.any())],
    deny: [EgressDestination.pods({ labels: { role: 'backend' } }, EgressPort.any())],
  }),
  'l3/entities/apiserver': closed(dev, EgressDestination.apiServer(EgressPort.any())),
  'l3/entities/customnodes': access(http('prod', { env: 'prod' }), { sources: [Identity.nodes({ 'node-role.kubernetes.io/control-plane': '' })] }),
  'l3/entities/nodes': access(dev, { sources: [Identity.nodes()] }),
  'l3/entities/world': access(http('public', { role: 'public' }), { sources: [Identity.ipBlock('0.0.0.0/0'), Identity.ipBlock('::/0')] }),
  'l3/fqdn': closed(app, EgressDestination.host('my-remote-service.com', EgressPort.any())),
  'l3/ingress-allow-all': access(http('victim', { role: 'victim' }), { sources: [Identity.namespace('default')] }),
  'l3/match-expressions/and-statement': chart => new NamespaceAccessDefault(chart, 'policy', {
    allow: [{ sources: [Identity.pods({ 'cilium.example.com/policy': 'strict' }, { namespace: 'production' })] }],
  }),
  'l3/match-expressions/or-statement': chart => new NamespaceAccessDefault(chart, 'policy', {
    allow: [{ sources: [Identity.namespace('production'), Identity.pods({ 'cilium.example.com/policy': 'strict' })] }],
  }),
  'l3/simple/l3': access(backend, { sources: [pods({ role: 'frontend' })] }),
  'l3/simple/l3_egress': closed(http('frontend', { role: 'frontend' }), EgressDestination.service(backend)),
  'l4/cidr_l4_combined': closed(http('crawler', { role: 'crawler' }), EgressDestination.cidr('192.0.2.0/24', EgressPort.tcp(80))),
  'l4/icmp': closed(app, ...everywhere(EgressPort.ping())),
  'l4/l4': closed(app, ...everywhere(EgressPort.tcp(80))),
  'l4/l4_port_range': closed(app, ...everywhere(EgressPort.tcpRange(80, 444))),
  'l4/l4_sni': closed(app, EgressDestination.host('one.one.one.one', EgressPort.tls(443))),
  'l4/multi_rule': access(backend, { sources: [pods({ role: 'frontend' })] }, { sources: [Identity.anyone()], ports: [80] }),
  'l7/dns/dns-visibility': closed(alliance, ...['cilium.io', 'sub.cilium.io', '*.sub.cilium.io'].map(host => EgressDestination.host(host, EgressPort.any()))),
  'l7/http/http': access(app, {
    sources: [Identity.anyone()],
    requests: [
      get('/path1'), HttpMatch.of({ methods: ['PUT'], path: '/path2', headers: { 'x-my-header': StringMatch.exact('true') } }),
    ],
  }),
  'l7/http/simple/l7': access(http('service', { app: 'service' }), { sources: [pods({ env: 'prod' })], requests: [get('/public')] }),
};

const bookstore = http('bookstore', { app: 'bookstore' }, 14001);
const from = (...names: string[]) => names.map(name => Identity.serviceAccount(name, name));

const calls = (...allow: EgressDestination[]): Say => chart => new EgressPolicy(chart, 'policy', { workload: http('curl', { app: 'curl' }), allow });

const OSM: Readonly<Record<string, Say>> = {
  'manifests/access/traffic-access-v1': access(bookstore, {
    sources: from('bookbuyer'),
    requests: [HttpMatch.of({ methods: ['GET'], pathRegex: '.*a-book.*new' }), HttpMatch.of({ methods: ['GET'], pathRegex: '/books-bought' })],
  }),
  'demo/deploy-mysql': access(MeshService.of('mysql', { ports: [{ port: 3306, protocol: MeshProtocol.TCP }], serviceAccount: 'mysql', namespace: 'default' }),
    { sources: from('bookwarehouse') }),
  'demos/statefulsets': access(MeshService.of('zookeeper', {
    ports: [2181, 2888, 3888].map(port => ({ port, name: `tcp-${port}`, protocol: MeshProtocol.TCP })), serviceAccount: 'zookeeper', namespace: 'default',
  }), { sources: from('kafka') }),
  'demos/egress_policy, http with a match': calls(EgressDestination.host('httpbin.org', EgressPort.http(80, { requests: [HttpMatch.of({ path: '/get' })] }))),
  'demos/egress_policy, https': calls(EgressDestination.host('httpbin.org', EgressPort.tls())),
};

/** Of the tests of Istio, at workloads. */
const ISTIO_WORKLOADS: Readonly<Record<string, Say>> = {
  'authz/path-templating': access(http('b', { app: 'b' }), {
    sources: [Identity.anyone()],
    requests: ['/allow/admin/{**}', '/foo/{any}/bar/{**}', '/store/{**}/cart'].map(pathTemplate => HttpMatch.of({ pathTemplate })),
  }),
  'authz/allow-trust-domain': access(http('b', { app: 'b' }), { sources: [Identity.trustDomain('cluster.local'), Identity.trustDomain('another.domain')] }),
};

/** Of Otterize, with Istio as who enforces them; said where the server is. */
const OTTERIZE: Readonly<Record<string, Say>> = {
  'ibac-for-istio/intents/frontend': access(http('checkoutservice', { app: 'checkoutservice' }), {
    sources: [Identity.serviceAccount('frontend', 'default')], requests: [HttpMatch.of({ methods: ['POST'], pathPrefix: '/hipstershop.CheckoutService' })],
  }),
};

/** Of the documentation of Kuma. */
const KUMA: Readonly<Record<string, Say>> = {
  'MeshPassthrough, enable everything for a subset of proxies': chart => new EgressPolicy(chart, 'policy', { workload: app, allow: [EgressDestination.outside()] }),
};

const INGRESS = ExposureGateway.shared('ingress', 'istio-ingress', { className: 'istio' });
const USER = EndUser.of({ issuer: 'https://test-issuer-1@istio.io' });
const anyone = { sources: [Identity.anyone()] };
const at = (host: string) => [HttpMatch.of({ hosts: [host] })];
const edge = (props: Omit<GatewayAccessPolicyProps, 'gateway' | 'waypoint'>): Say => chart => new GatewayAccessPolicy(chart, 'policy', { gateway: INGRESS, ...props });
const remote = (...blocks: string[]) => blocks.map(cidr => Identity.remoteIpBlock(cidr));

/** Of the tests and tasks of Istio, at gateways; said of a Gateway of Gateway API. */
const ISTIO: Readonly<Record<string, Say>> = {
  'authz/ingress-gateway, without its wildcards': edge({
    deny: [
      { ...anyone, requests: [...at('deny.a.com'), ...at('internal.a.com'), HttpMatch.of({ path: '/private' })] },
      { sources: remote('172.17.72.46/32', '192.168.4.0/23'), requests: at('remoteipblocks.a.com') },
      { sources: [Identity.remoteIpBlock('0.0.0.0/0', ['172.23.240.0/22']), ...remote('::/0')], requests: at('notremoteipblocks.a.com') },
      { sources: remote('10.242.5.7/32', '10.124.99.0/24'), requests: at('remoteipattr.a.com') },
    ],
  }),
  'tasks/security/authorization/authz-ingress, allowed addresses of connections': edge({
    allow: [{ sources: ['1.2.3.4/32', '5.6.7.0/24'].map(cidr => Identity.ipBlock(cidr)) }],
  }),
  'tasks/security/authorization/authz-ingress, denied original addresses': edge({ deny: [{ sources: remote('1.2.3.4/32', '5.6.7.0/24') }] }),
  'tasks/security/authentication/authn-policy, tokens at the ingress gateway': chart => {
    new JwtAuthentication(chart, 'tokens', { gateway: INGRESS, issuers: [{ issuer: 'https://test-issuer-1@istio.io', jwksUri: 'https://example.com/jwks.json' }] });
    edge({ allow: [{ ...anyone, endUsers: [USER] }] })(chart);
  },
  'tasks/security/authentication/authn-policy, tokens by host and path': chart => {
    new JwtAuthentication(chart, 'tokens', { gateway: INGRESS, issuers: [{ issuer: 'https://test-issuer-1@istio.io', jwksUri: 'https://example.com/jwks.json' }] });
    const headers = HttpMatch.of({ hosts: ['httpbin.example.com'], path: '/headers' });
    edge({ allow: [{ ...anyone, exceptRequests: [headers] }, { ...anyone, requests: [headers], endUsers: [USER] }] })(chart);
  },
};

const TARGETS: readonly [string, MeshTarget, Readonly<Record<string, Say>>][] = [
  ['Cilium', MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM, ipProtocols: true, nodeSelectorLabels: true }), CILIUM],
  ['Open Service Mesh', MeshTarget.smi({ implementation: SmiImplementation.OSM }), OSM],
  ['Kuma', MeshTarget.kuma({ trustDomain: 'default.zone.mesh.local' }), KUMA],
  ['Istio', MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }), { ...OTTERIZE, ...ISTIO_WORKLOADS }],
  ['Istio, gateways', MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }), ISTIO],
  ['Istio ambient, gateways', MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT }), ISTIO],
];

describe.each(TARGETS)('%s', (_, target, originals) => {
  test.each(Object.entries(originals))('renders what %s says', (__, say) => {
    const chart = new Chart(new App(), 'chart', { namespace: 'default' });
    MeshTargets.of(chart).add(target);
    say(chart);

    expect(Testing.synth(chart).length).toBeGreaterThan(0);
  });
});
