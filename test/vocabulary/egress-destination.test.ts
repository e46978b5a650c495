import { App, Chart, Duration, Testing } from 'cdk8s';
import { EgressDestination, EgressPolicy, EgressPort, HttpMatch, MeshProtocol, MeshService, MeshTarget, MeshTargets } from '../../src';

test('a host, with what is spoken on its ports', () => {
  expect(EgressDestination.host('api.example.com', EgressPort.tls(), EgressPort.http(8080))._toModel('shop')).toEqual({
    kind: 'host', host: 'api.example.com', ports: [{ port: 443, protocol: 'TLS' }, { port: 8080, protocol: 'HTTP' }],
  });
});

test('one number over TCP and one for UDP are two ports', () => {
  expect(EgressDestination.cidr('192.0.2.53/32', EgressPort.tcp(53), EgressPort.udp(53))._toModel('shop').ports).toHaveLength(2);
});

test.each<[string, () => unknown, RegExp]>([
  ['a name without dots', () => EgressDestination.host('localhost', EgressPort.tls()), /'localhost' is not the name of a host\. Write the whole name/],
  ['an upper case name', () => EgressDestination.host('API.example.com', EgressPort.tls()), /Write it in lower case/],
  ['an address for a name', () => EgressDestination.host('192.0.2.1', EgressPort.tls()), /not the name of a host/],
  [
    'a name with a part of 64 characters',
    () => EgressDestination.host(`${'a'.repeat(64)}.example.com`, EgressPort.tls()),
    /DNS takes at most 63 characters between two dots/,
  ],
  ['a name that ends in a number', () => EgressDestination.host('example.1', EgressPort.tls()), /'example\.1' is not the name of a host/],
  ['a wildcard for a whole domain of the top', () => EgressDestination.host('*.com', EgressPort.tls()), /Write the whole name/],
  ['a wildcard amid a name', () => EgressDestination.host('api.*.com', EgressPort.tls()), /not the name of a host/],
  ['a wildcard for everything', () => EgressDestination.host('*', EgressPort.tls()), /not the name of a host/],
  ['no ports', () => EgressDestination.host('api.example.com'), /`ports` is an empty list\. Give the ports, like EgressPort\.tls\(443\)/],
  ['a port twice', () => EgressDestination.cidr('192.0.2.0/24', EgressPort.tcp(80), EgressPort.http(80)), /TCP port 80 is given twice/],
  ['echoes twice', () => EgressDestination.cidr('192.0.2.0/24', EgressPort.ping(), EgressPort.ping()), /`EgressPort\.ping\(\)` is given twice/],
  ['echoes of a host', () => EgressDestination.host('api.example.com', EgressPort.ping()), /an echo over ICMP does not say which host is meant/],
  ['port 0', () => EgressPort.tcp(0), /0 is not a port number/],
  ['no block', () => EgressDestination.cidr('192.0.2.0', EgressPort.tls()), /not a block of addresses/],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});

test('timeouts, retries and TLS of requests are for hosts, and say which certificates count', () => {
  const tls = (more: object) => () => EgressPort.http(80, { tls: { port: 443, ...more } });

  expect(EgressPort.http(80, { timeouts: { request: Duration.seconds(2) }, retries: { attempts: 1 }, tls: { port: 443, caConfigMap: 'corp' } })._toModel()).toEqual({
    port: 80,
    protocol: 'HTTP',
    timeouts: { request: 2000 },
    retries: { attempts: 1, statusCodes: [], grpcStatuses: [], connectionFailures: true },
    tls: { port: 443, caConfigMap: 'corp' },
  });
  expect(tls({ caConfigMap: 'corp', clientSecret: 'me' })).toThrow(/MESH1005: `caConfigMap` and `clientSecret` exclude each other/);
  expect(tls({ clientSecret: 'Me' })).toThrow(/MESH1007/);
  expect(tls({ port: 0 })).toThrow(/MESH1010/);
  expect(tls({ insecure: true })).toThrow(/MESH1003/);
  expect(() => EgressDestination.cidr('203.0.113.0/24', EgressPort.http(80, { retries: { attempts: 1 }, tls: { port: 443 } })))
    .toThrow(/MESH1006: `retries` and `tls` of port 80 need the name of a host. Use EgressDestination.host/);
});

test('requests that are let out are for hosts, and say no hosts themselves', () => {
  const requests = [HttpMatch.of({ methods: ['GET'], pathPrefix: '/v1' })];

  expect(EgressPort.http(80, { requests })._toModel()).toEqual({
    port: 80, protocol: 'HTTP', requests: [{ methods: ['GET'], path: { type: 'prefix', value: '/v1' }, headers: [], query: [] }],
  });
  expect(() => EgressPort.http(80, { requests: [] })).toThrow(/`requests` is an empty list. Leave it out for every request/);
  expect(() => EgressPort.http(80, { requests: [HttpMatch.of({ hosts: ['a.example.com'] })] }))
    .toThrow(/MESH1503: only routes and policies of gateways can match on hosts. Leave out `hosts`: the host is that of the destination/);
  expect(() => EgressPort.http(80, { requests: ['/v1' as never] })).toThrow(/MESH1001/);
  expect(() => EgressDestination.cidr('203.0.113.0/24', EgressPort.http(80, { requests }))).toThrow(/MESH1006: `requests` of port 80 need the name of a host/);
});

test('every port, and exceptions of a block', () => {
  expect(EgressDestination.cidrExcept('0.0.0.0/0', ['169.254.169.254/32', '10.0.0.0/8'], EgressPort.any())._toModel('shop')).toEqual({
    kind: 'cidr', cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '169.254.169.254/32'], ports: [], anyPort: true,
  });
});

test.each<[string, () => unknown, RegExp]>([
  ['every port beside one of them', () => EgressDestination.host('api.example.com', EgressPort.tls(), EgressPort.any()), /`EgressPort\.any\(\)` has all other ports too/],
  ['no exceptions', () => EgressDestination.cidrExcept('0.0.0.0/0', [], EgressPort.tls()), /For all of the block there is EgressDestination\.cidr/],
  ['exceptions outside of the block', () => EgressDestination.cidrExcept('10.0.0.0/8', ['192.0.2.0/24'], EgressPort.tls()), /not a smaller block within/],
])('also refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});

test('ports in a row', () => {
  expect(EgressPort.tcpRange(8000, 9000)._toModel()).toEqual({ port: 8000, endPort: 9000, protocol: 'TCP' });
  expect(EgressPort.udpRange(100, 200)._toModel()).toEqual({ port: 100, endPort: 200, protocol: 'UDP' });
  expect(() => EgressPort.tcpRange(8000, 8000)).toThrow(/8000 to 8000 is no range of ports/);
  expect(() => EgressPort.udpRange(1, 65536)).toThrow(/65536 is not a port number/);
  const on = (...ports: EgressPort[]) => () => EgressDestination.cidr('203.0.113.0/24', ...ports);
  expect(on(EgressPort.tcp(8443), EgressPort.tcpRange(8000, 9000))).toThrow(/some of the TCP ports 8000 to 9000 are given twice/);
  expect(on(EgressPort.tcpRange(8000, 9000), EgressPort.tls(8443))).toThrow(/TCP port 8443 is given twice/);
  expect(on(EgressPort.tcpRange(8000, 9000), EgressPort.udp(8443), EgressPort.tcp(9001))).not.toThrow();
});

test('what may be called in a closed cluster', () => {
  const port = { ports: [{ port: 5432, protocol: 'TCP' }], anyPort: undefined };
  const tcp = EgressPort.tcp(5432);

  expect(EgressDestination.pods({ labels: { app: 'db' } }, tcp)._toModel('shop')).toEqual({ kind: 'pods', labels: { app: 'db' }, namespace: 'shop', ...port });
  expect(EgressDestination.pods({ labels: { app: 'db' }, namespace: 'data' }, tcp)._toModel('shop')).toMatchObject({ namespace: 'data' });
  expect(EgressDestination.pods({ labels: { app: 'db' }, namespaceLabels: {} }, tcp)._toModel('shop'))
    .toEqual({ kind: 'pods', labels: { app: 'db' }, namespaceLabels: {}, ...port });
  expect(EgressDestination.namespace('data', tcp)._toModel('shop')).toEqual({ kind: 'namespace', name: 'data', ...port });
  expect(EgressDestination.namespaceLabels({ team: 'ops' }, tcp)._toModel('shop')).toEqual({ kind: 'namespaceLabels', labels: { team: 'ops' }, ...port });
  expect(EgressDestination.anyPod(tcp)._toModel('shop')).toEqual({ kind: 'anyPod', ...port });
  expect(EgressDestination.apiServer(EgressPort.any())._toModel('shop')).toEqual({ kind: 'apiServer', ports: [], anyPort: true });
  expect(EgressDestination.nodes(EgressPort.any())._toModel('shop')).toEqual({ kind: 'nodes', ports: [], anyPort: true });
});

test.each([
  ['pods without labels', () => EgressDestination.pods({ labels: {} }, EgressPort.any()), /there is no label, so every pod would be meant/],
  ['namespaces without labels', () => EgressDestination.namespaceLabels({}, EgressPort.any()), /every namespace would be meant.*anyPod/],
  ['both a namespace and labels of some', () => EgressDestination.pods({ labels: { app: 'db' }, namespace: 'data', namespaceLabels: {} }, EgressPort.any()),
    /exclude each other/],
  ['no ports', () => EgressDestination.namespace('data'), /`ports` is an empty list/],
  ['requests', () => EgressDestination.anyPod(EgressPort.http(80, { requests: [HttpMatch.of({ path: '/' })] })), /`requests` of port 80 need the name of a host/],
  ['a value that is no label', () => EgressDestination.pods({ labels: { app: '-' } }, EgressPort.any()), /'-'/],
])('%s are a misuse in a closed cluster', (_, say, message) => expect(say).toThrow(message));

test.each([
  ["the pods 'app=db'", EgressDestination.pods({ labels: { app: 'db' } }, EgressPort.any())],
  ["the namespace 'data'", EgressDestination.namespace('data', EgressPort.any())],
  ["the namespaces 'team=ops'", EgressDestination.namespaceLabels({ team: 'ops' }, EgressPort.any())],
  ['pods', EgressDestination.anyPod(EgressPort.any())],
  ['the API server', EgressDestination.apiServer(EgressPort.any())],
  ['nodes', EgressDestination.nodes(EgressPort.any())],
])('calls to %s need a policy that closes the cluster', (words, destination) => {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.networkPolicy());

  expect(() => new EgressPolicy(new Chart(app, 'shop', { namespace: 'shop' }), 'egress', { allow: [destination] }))
    .toThrow(`calls to ${words} are not denied, so that allowing them says nothing`);
});

test('no host is denied by its name', () => {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.networkPolicy());
  const deny = [EgressDestination.host('api.example.com', EgressPort.tls())];

  expect(() => new EgressPolicy(new Chart(app, 'shop', { namespace: 'shop' }), 'egress', { allow: [], deny }))
    .toThrow(/MESH1006: calls to 'api\.example\.com' are denied by its name, which no target does/);
});

test.each<[string, { allow: EgressDestination[]; deny?: EgressDestination[] }, RegExp]>([
  ['beside something outside', { allow: [EgressDestination.cidr('203.0.113.0/24', EgressPort.tls()), EgressDestination.outside()] },
    /MESH1006: everything outside the cluster is allowed, so that allowing the addresses '203\.0\.113\.0\/24' says nothing/],
  ['denied', { allow: [], deny: [EgressDestination.outside()] }, /MESH1006: everything outside the cluster is in `deny`.*Leave it out: with an empty `allow`/],
])('everything outside is a misuse %s', (_, props, message) => {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.networkPolicy());

  expect(() => new EgressPolicy(new Chart(app, 'shop', { namespace: 'shop' }), 'egress', props)).toThrow(message);
});

describe('Services', () => {
  const cart = MeshService.of('cart', { podSelector: { app: 'cart' }, ports: [{ port: 80, targetPort: 8080 }, { port: 53, protocol: MeshProtocol.UDP }] });
  const rules = (...allow: EgressDestination[]) => {
    const app = new App();
    MeshTargets.of(app).add(MeshTarget.networkPolicy());
    new EgressPolicy(new Chart(app, 'shop', { namespace: 'shop' }), 'egress', { allow, closeCluster: true });
    const [manifest] = Testing.synth(app.charts[0]);
    return manifest.spec.egress;
  };
  const to = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }, podSelector: { matchLabels: { app: 'cart' } } }];

  test('are called on the ports of their pods: all, or some', () => {
    expect(rules(EgressDestination.service(cart))[0]).toEqual({ to, ports: [{ port: 8080, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }] });
    expect(rules(EgressDestination.service(cart, 80))[0]).toEqual({ to, ports: [{ port: 8080, protocol: 'TCP' }] });
    expect(() => rules(EgressDestination.service(cart, 81))).toThrow(/Service 'cart' has no port 81/);
  });

  test('need a policy that closes the cluster', () => {
    const app = new App();
    MeshTargets.of(app).add(MeshTarget.networkPolicy());
    const chart = new Chart(app, 'shop', { namespace: 'shop' });

    expect(() => new EgressPolicy(chart, 'egress', { allow: [EgressDestination.service(cart)] })).toThrow(/MESH1006.*Write `closeCluster: true`/s);
  });
});
