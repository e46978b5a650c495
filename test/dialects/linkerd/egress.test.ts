import { GatewayApiChannel } from '../../../src/dialects/gateway-api/extension/channel';
import { linkerdEgress } from '../../../src/dialects/linkerd/egress';
import type { EgressDestination, EgressModel, EgressPort } from '../../../src/model/egress';
import type { RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST } from '../../../src/model/match';
import type { PathCondition } from '../../../src/model/path';
import type { Call } from '../../oracle/egress/call';
import { letOutByLinkerd } from '../../oracle/egress/linkerd';
import { expectValidIn } from '../../schema';
import { inYaml, ofKind } from '../../setup';

const dialect = linkerdEgress(GatewayApiChannel.EXPERIMENTAL);
const egress = (destinations: readonly EgressDestination[], more: Partial<EgressModel> = {}): EgressModel =>
  ({ name: 'shop-egress', namespace: 'shop', destinations, ...more });
const host = (name: string, ...ports: EgressPort[]): EgressDestination => ({ kind: 'host', host: name, ports });
const cidr = (block: string, ...ports: EgressPort[]): EgressDestination => ({ kind: 'cidr', cidr: block, ports });
const tls = (port = 443): EgressPort => ({ port, protocol: 'TLS' });
const http = (port = 80): EgressPort => ({ port, protocol: 'HTTP' });
const tcp = (port: number): EgressPort => ({ port, protocol: 'TCP' });
const whats = (...destinations: EgressDestination[]) => dialect.render(egress(destinations)).refusals.map(({ what }) => what);

function render(...destinations: EgressDestination[]): readonly any[] {
  expect(whats(...destinations)).toEqual([]);
  const manifests = dialect.render(egress(destinations)).manifests;
  expectValidIn({ channel: 'experimental' }, ...manifests);
  return manifests;
}

const call = (ip: string, port: number, says: Call['says'], namespace = 'shop'): Call => ({ namespace, ip, port, says });
const bytes = { kind: 'bytes' } as const;

test('pods that may call one host have an EgressNetwork, and a route', () => {
  expect(inYaml(render(host('api.example.com', tls())))).toMatchInlineSnapshot(`
"apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata:
  name: shop-egress
  namespace: shop
spec:
  trafficPolicy: Deny
---
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata:
  name: shop-egress-443
  namespace: shop
spec:
  parentRefs:
    - group: policy.linkerd.io
      kind: EgressNetwork
      name: shop-egress
      port: 443
  hostnames:
    - api.example.com
  rules:
    - backendRefs:
        - group: policy.linkerd.io
          kind: EgressNetwork
          name: shop-egress
"
`);
});

test('hosts are let out by what a connection says it is for, on their ports alone', () => {
  const manifests = render(host('api.example.com', tls()), host('*.example.org', tls(), http()));

  expect(manifests.map(({ kind, metadata, spec }) => [kind, metadata.name, spec.parentRefs, spec.hostnames])).toEqual([
    ['EgressNetwork', 'shop-egress', undefined, undefined],
    ['HTTPRoute', 'shop-egress-80', [{ group: 'policy.linkerd.io', kind: 'EgressNetwork', name: 'shop-egress', port: 80 }], ['*.example.org']],
    ['TLSRoute', 'shop-egress-443', [{ group: 'policy.linkerd.io', kind: 'EgressNetwork', name: 'shop-egress', port: 443 }],
      ['*.example.org', 'api.example.com']],
  ]);
  expect(manifests[0].spec).toEqual({ trafficPolicy: 'Deny' });
});

test('a block of addresses has a network of its own, with routes for the hosts too, whose addresses may be among them', () => {
  const manifests = render(host('api.example.com', tls()), cidr('203.0.113.0/24', tcp(5432)));

  expect(ofKind(manifests, 'EgressNetwork').map(({ spec }) => spec)).toEqual([
    { trafficPolicy: 'Deny' }, { trafficPolicy: 'Deny', networks: [{ cidr: '203.0.113.0/24' }] },
  ]);
  const [, { metadata: { name } }] = ofKind(manifests, 'EgressNetwork');
  expect(ofKind(manifests, 'TLSRoute').map(({ spec }) => spec.parentRefs[0].name)).toEqual(['shop-egress', name]);
  expect(ofKind(manifests, 'TCPRoute').map(({ spec }) => spec)).toEqual([{
    parentRefs: [{ group: 'policy.linkerd.io', kind: 'EgressNetwork', name, port: 5432 }],
    rules: [{ backendRefs: [{ group: 'policy.linkerd.io', kind: 'EgressNetwork', name }] }],
  }]);
});

test('a block in a block has what both have: its network alone is asked', () => {
  const manifests = render(cidr('203.0.113.0/24', tcp(5432)), cidr('203.0.113.7/32', tcp(6379)));

  expect([5432, 6379].map(port => letOutByLinkerd(manifests, call('203.0.113.7', port, bytes)))).toEqual([true, true]);
  expect([5432, 6379].map(port => letOutByLinkerd(manifests, call('203.0.113.8', port, bytes)))).toEqual([true, false]);
});

test('one block that is written in two ways is one', () => {
  expect(ofKind(render(cidr('203.0.113.0/24', tcp(1)), cidr('203.0.113.9/24', tcp(2))), 'EgressNetwork')).toHaveLength(2);
});

test('where the server speaks first, the port is opaque, so that nothing waits for the client', () => {
  const first = (port: number): EgressPort => ({ port, protocol: 'ServerFirst' });
  const opaque = (...ports: EgressPort[]) => ofKind(render(cidr('203.0.113.0/24', ...ports)), 'EgressNetwork')
    .map(({ metadata }) => metadata.annotations?.['config.linkerd.io/opaque-ports']);

  expect(opaque(first(21), tcp(8000))).toEqual([undefined, '21,25,587,3306,4444,5432,6379,9300,11211']);
  expect(opaque(first(3306))).toEqual([undefined, undefined]);
  expect(opaque(tcp(21))).toEqual([undefined, undefined]);
  expect(letOutByLinkerd(render(cidr('203.0.113.0/24', first(21))), call('203.0.113.7', 21, bytes))).toBe(true);
  expect(letOutByLinkerd(render(cidr('203.0.113.0/24', first(21))), call('198.51.100.7', 21, bytes))).toBe(false);
});

test('TLS and HTTP are told apart on ports too that Linkerd takes for opaque', () => {
  const manifests = render(host('db.example.com', tls(5432)), cidr('203.0.113.0/24', tcp(3306)));

  expect(letOutByLinkerd(manifests, call('198.51.100.1', 5432, { kind: 'tls', serverName: 'db.example.com' }))).toBe(true);
  expect(letOutByLinkerd(manifests, call('203.0.113.1', 3306, bytes))).toBe(true);
});

test('nothing is let out where nothing is allowed, from its namespace; calls within the cluster are', () => {
  const manifests = render();

  expect(manifests).toHaveLength(1);
  expect(letOutByLinkerd(manifests, call('203.0.113.1', 443, { kind: 'tls', serverName: 'api.example.com' }))).toBe(false);
  expect(letOutByLinkerd(manifests, call('203.0.113.1', 443, bytes, 'ops'))).toBe(true);
  expect(letOutByLinkerd(manifests, call('10.1.2.3', 443, bytes))).toBe(true);
});

test('more hosts than a route can have go into further routes', () => {
  const many = Array.from({ length: 17 }, (_, i) => host(`h${i}.example.com`, tls()));

  expect(ofKind(render(...many), 'TLSRoute').map(({ metadata, spec }) => [metadata.name, spec.hostnames.length]))
    .toEqual([['shop-egress-443', 16], ['shop-egress-443-2', 1]]);
});

const AGAIN = { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true };

test('timeouts and retries are annotations, of a route for the hosts that have the same', () => {
  const timed: EgressPort = { ...http(), timeouts: { request: 2000 }, retries: AGAIN };
  const routes = ofKind(render(host('a.example.com', http()), host('b.example.com', timed), host('c.example.com', timed)), 'HTTPRoute');

  expect(routes.map(({ metadata: { annotations }, spec: { hostnames } }) => [hostnames, annotations])).toEqual([
    [['b.example.com', 'c.example.com'], { 'retry.linkerd.io/limit': '2', 'retry.linkerd.io/http': '503', 'timeout.linkerd.io/request': '2s' }],
    [['a.example.com'], undefined],
  ]);
  expect(new Set(routes.map(({ metadata: { name } }) => name)).size).toBe(2);
  expect(letOutByLinkerd(render(host('a.example.com', http()), host('b.example.com', timed)), call('198.51.100.1', 80, { kind: 'http', host: 'b.example.com' }))).toBe(true);
});

const GET: RequestMatch = { ...ANY_REQUEST, methods: ['GET', 'HEAD'], path: { type: 'prefix', value: '/v1' } };

test('requests are matches of a route for the hosts that have the same, whose other requests are denied', () => {
  const some: EgressPort = { ...http(), requests: [GET] };
  const manifests = render(host('a.example.com', some), host('*.example.org', http()), host('b.example.com', some));

  expect(ofKind(manifests, 'HTTPRoute').map(({ spec: { hostnames, rules } }) => [hostnames, rules])).toEqual([
    [['*.example.org'], [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }]],
    [['a.example.com', 'b.example.com'], [{ matches: ['GET', 'HEAD'].map(method => ({ method, path: { type: 'RegularExpression', value: expect.stringMatching(/^\^\(\?:\/v1/) } })) }]],
  ]);
  const out = (name: string, method: string, path: string) =>
    letOutByLinkerd(manifests, call('198.51.100.1', 80, { kind: 'http', host: name, request: { method, path, headers: {}, query: {} } }));
  expect(out('a.example.com', 'GET', '/v1/x')).toBe(true);
  expect(out('a.example.com', 'POST', '/v1/x')).toBe(false);
  expect(out('a.example.com', 'GET', '/v1/../admin')).toBe(false);
  expect(out('a.example.com', 'GET', '/v1/%2e%2e/admin')).toBe(false);
  expect(out('x.example.org', 'POST', '/admin')).toBe(true);
});

test('what is let out of one host adds up, and more requests than a route can have go into further routes', () => {
  const matches = (n: number): RequestMatch[] => Array.from({ length: n }, (_, i) => ({ ...ANY_REQUEST, path: { type: 'exact', value: `/${i}` } }));
  const routes = ofKind(render(host('a.example.com', { ...http(), requests: matches(130) }), host('a.example.com', http())), 'HTTPRoute');

  expect(routes.map(({ spec: { rules } }) => rules.flatMap((rule: any) => rule.matches).length)).toEqual([1, 128, 2]);
  expect(new Set(routes.map(({ metadata: { name } }) => name)).size).toBe(3);
});

test('refuses requests that Linkerd would read otherwise', () => {
  const asking = (path: PathCondition) => host('a.example.com', { ...http(), requests: [{ ...ANY_REQUEST, path }] });

  expect(whats(asking({ type: 'regex', value: '/a\\b' }))).toEqual(["the expression '/a\\b' for the path"]);
  expect(whats(asking({ type: 'regex', value: '/a.*z' }))).toEqual(["the path expression '/a.*z'"]);
  expect(whats(asking({ type: 'prefix', value: `/${'a'.repeat(1000)}` }))).toEqual([`the path '/${'a'.repeat(1000)}'`]);
});

test('exceptions are left out of the blocks that remain', () => {
  const manifests = render({ kind: 'cidr', cidr: '203.0.113.0/24', except: ['203.0.113.64/26'], ports: [tcp(5432)] });

  expect(ofKind(manifests, 'EgressNetwork').map(({ spec: { networks } }) => networks)).toEqual([undefined, [{ cidr: '203.0.113.0/26' }], [{ cidr: '203.0.113.128/25' }]]);
  expect(['203.0.113.63', '203.0.113.64', '203.0.113.127', '203.0.113.128'].map(ip => letOutByLinkerd(manifests, call(ip, 5432, bytes)))).toEqual([true, false, false, true]);
});

test('refuses timeouts and retries that another route would hide, or that Linkerd cannot say', () => {
  const timed = (more: Partial<EgressPort>): EgressPort => ({ ...http(), ...more });
  const of = "of requests to 'a.example.com' on port 80";
  const a = (more: Partial<EgressPort>) => host('a.example.com', timed(more));

  expect(whats(a({ timeouts: { request: 5 } }), cidr('203.0.113.0/24', http()))).toEqual([`timeouts and retries ${of}`]);
  expect(whats(a({ timeouts: { request: 5 } }), a({}))).toEqual([`timeouts and retries ${of}`]);
  expect(whats(a({ retries: { ...AGAIN, backoff: 25 } }))).toEqual([`a time between retries ${of}`]);
  expect(whats(a({ retries: { ...AGAIN, grpcStatuses: ['unavailable'] } }))).toEqual([`retries by gRPC status ${of}`]);
  expect(whats(a({ retries: { ...AGAIN, connectionFailures: false } }))).toEqual([`retries that leave out failed connections ${of}`]);
});

test('the order in which destinations were written makes no difference', () => {
  const [a, b, c] = [host('a.example.com', tls()), cidr('203.0.113.0/24', tcp(5432)), cidr('198.51.100.0/24', http(8080))];

  expect(render(a, b, c)).toEqual(render(c, b, a));
});

test('what is spoken on a port has to be one kind, which the routes for it are of', () => {
  expect(whats(host('a.example.com', tls(8443)), host('b.example.com', http(8443)))).toEqual(['HTTP to some hosts and TLS to others on port 8443']);
  expect(whats(host('a.example.com', tls(443)), cidr('203.0.113.0/24', http(443)))).toEqual(["HTTP to '203.0.113.0/24' and TLS to hosts on port 443"]);
  expect(whats(host('a.example.com', tls(443)), cidr('203.0.113.0/24', tcp(443)))).toEqual([]);
});

test('refuses what no route says', () => {
  expect(whats(host('db.example.com', tcp(5432)))).toEqual(["TCP port 5432 of host 'db.example.com'"]);
  expect(whats(cidr('203.0.113.0/24', tls()))).toEqual(["TLS to '203.0.113.0/24' on port 443"]);
});

test('refuses blocks that Linkerd does not pick, or does not accept', () => {
  expect(whats(cidr('2001:db8::/32', tcp(443)))).toEqual(["the addresses '2001:db8::/32'"]);
  expect(whats(cidr('0.0.0.0/0', tcp(443)))).toEqual(["the addresses '0.0.0.0/0'"]);
  expect(whats(cidr('10.20.0.7/32', tcp(443)))).toEqual(["the addresses '10.20.0.7/32'"]);
});

test('refuses the namespace whose policy would hold for others', () => {
  expect(dialect.render(egress([], { namespace: 'linkerd-egress' })).refusals).toMatchObject([{ what: "a policy in namespace 'linkerd-egress'" }]);
});

test('a policy for one workload is refused, with what to write instead', () => {
  expect(dialect.supports.WorkloadEgress).toMatchObject({ level: 'none', reason: expect.stringContaining('Give the workload a namespace of its own') });
});

test('Linkerd reads TLSRoutes and TCPRoutes of the experimental channel only', () => {
  const { supports } = linkerdEgress(GatewayApiChannel.STANDARD);

  expect([supports.EgressTLS, supports.EgressTCP].map(({ level }) => level)).toEqual(['none', 'none']);
  expect(supports.EgressHTTP.level).toBe('full');
});
