import { osmEgress } from '../../../src/dialects/smi/egress';
import type { EgressDestination, EgressModel, EgressPort } from '../../../src/model/egress';
import { ANY_REQUEST } from '../../../src/model/match';
import type { Call } from '../../oracle/egress/call';
import { letOutByOsm } from '../../oracle/egress/osm';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const egress = (destinations: EgressDestination[], more: Partial<EgressModel> = {}): EgressModel => ({
  name: 'cart-egress', namespace: 'shop', workload: { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' } }, destinations, ...more,
});
const host = (name: string, ...ports: EgressPort[]): EgressDestination => ({ kind: 'host', host: name, ports });
const cidr = (block: string, ...ports: EgressPort[]): EgressDestination => ({ kind: 'cidr', cidr: block, ports });
const tls = (port = 443): EgressPort => ({ port, protocol: 'TLS' });
const http = (more: Partial<EgressPort> = {}): EgressPort => ({ port: 80, protocol: 'HTTP', ...more });
const tcp = (port: number): EgressPort => ({ port, protocol: 'TCP' });
const first = (port: number): EgressPort => ({ port, protocol: 'ServerFirst' });
const specs = (...destinations: EgressDestination[]) => osmEgress.render(egress(destinations)).manifests.map(({ spec }) => spec as any);
const whats = (...destinations: EgressDestination[]) => osmEgress.render(egress(destinations)).refusals.map(({ what }) => what);
const call = (ip: string, port: number, says: Call['says'], more: Partial<Call> = {}): Call => ({ namespace: 'shop', serviceAccount: 'cart', ip, port, says, ...more });

test('requests to a host have an Egress and an HTTPRouteGroup', () => {
  const requests = [{ ...ANY_REQUEST, methods: ['GET'], path: { type: 'prefix' as const, value: '/v1' } }];
  const { manifests } = osmEgress.render(egress([host('api.example.com', http({ requests }))]));

  expectValid(...manifests);
  expect(inYaml(manifests)).toMatchInlineSnapshot(`
"apiVersion: policy.openservicemesh.io/v1alpha1
kind: Egress
metadata:
  name: cart-egress-http-80-a68e9251
  namespace: shop
spec:
  sources:
    - kind: ServiceAccount
      name: cart
      namespace: shop
  hosts:
    - api.example.com
  ports:
    - number: 80
      protocol: http
  matches:
    - apiGroup: specs.smi-spec.io/v1alpha4
      kind: HTTPRouteGroup
      name: cart-egress-http-80-a68e9251
---
apiVersion: specs.smi-spec.io/v1alpha4
kind: HTTPRouteGroup
metadata:
  name: cart-egress-http-80-a68e9251
  namespace: shop
spec:
  matches:
    - name: match-a7fc4047
      pathRegex: /v1(?:/(?:\\.?(?:[!-$&-\\-/-~]|%(?:[013-9A-Fa-f]|2[0-9a-dfA-DF])))*\\.?)?$
      methods:
        - GET
"
`);
});

test('hosts over TLS are together, and blocks of addresses are apart from them: an Egress is for every host at every address', () => {
  expect(specs(host('b.example.com', tls()), host('*.example.org', tls()), cidr('203.0.113.0/24', tls()), cidr('203.0.113.0/24', tcp(5432)))
    .map(({ sources: _, ...spec }) => spec)).toEqual([
    { hosts: ['*.example.org', 'b.example.com'], ports: [{ number: 443, protocol: 'https' }] },
    { ipAddresses: ['203.0.113.0/24'], ports: [{ number: 443, protocol: 'tcp' }] },
    { ipAddresses: ['203.0.113.0/24'], ports: [{ number: 5432, protocol: 'tcp' }] },
  ]);
});

test('a host is in one Egress for each port, with what all destinations say of it: Envoy takes no domain twice', () => {
  const get = { requests: [{ ...ANY_REQUEST, methods: ['GET'] }] };
  const post = { requests: [{ ...ANY_REQUEST, methods: ['POST'] }] };
  const { manifests } = osmEgress.render(egress([host('a.example.com', http(get)), host('a.example.com', http(post)), host('b.example.com', http(get), http())]));
  const asked = (name: string, method: string) =>
    letOutByOsm(manifests, call('203.0.113.1', 80, { kind: 'http', host: name, request: { method, path: '/', headers: {}, query: {} } }));

  expect(['GET', 'POST', 'PUT'].map(method => asked('a.example.com', method))).toEqual([true, true, false]);
  expect(['GET', 'POST', 'PUT'].map(method => asked('b.example.com', method))).toEqual([true, true, true]);
});

test('a block is written once, however it is spelled, and not at all where nothing is left of it: no addresses are all of them', () => {
  expect(specs(cidr('203.0.113.0/24', tcp(5432)), cidr('203.0.113.9/24', tcp(5432)))[0].ipAddresses).toHaveLength(1);
  expect(specs({ kind: 'cidr', cidr: '203.0.113.0/24', except: ['203.0.113.0/24'], ports: [tcp(5432)] })).toEqual([]);
  expect(specs()).toEqual([]);
});

test('servers that speak first have a protocol of their own, for all blocks on the port', () => {
  expect(specs(cidr('203.0.113.0/24', first(3306)), cidr('198.51.100.0/24', tcp(3306))).map(({ ports }) => ports)).toEqual([[{ number: 3306, protocol: 'tcp-server-first' }]]);
  expect(whats(cidr('203.0.113.0/24', first(443)), host('a.example.com', tls()))).toEqual(["TLS to 'a.example.com' on port 443"]);
});

test('refuses what is not seen, not looked up, or not known', () => {
  expect(whats(host('db.example.com', tcp(5432)))).toEqual(["TCP port 5432 of host 'db.example.com'"]);
  expect(whats(host('*.example.com', http(), tls()))).toEqual(["HTTP to '*.example.com' on port 80"]);
  expect(whats(cidr('2001:db8::/32', tcp(5432)))).toEqual(["the addresses '2001:db8::/32'"]);
  expect(osmEgress.render(egress([], { workload: { service: 'cart' } })).refusals).toMatchObject([{ remedy: 'Give the MeshService its `serviceAccount`' }]);
  expect(whats(host('a.example.com', http({ requests: [{ ...ANY_REQUEST, path: { type: 'regex', value: '/[^b]*' } }] })))).toHaveLength(1);
});

test('two policies for one ServiceAccount or for the same pods claim the same', () => {
  const workload = { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' } };
  const claimed = (other: Partial<typeof workload>) => {
    const own = osmEgress.claims(egress([], { workload })).map(claim => JSON.stringify(claim));
    const claims = osmEgress.claims(egress([host('a.example.com', tls())], { workload: { service: 'other', serviceAccount: 'other', ...other } }));
    return claims.filter(claim => own.includes(JSON.stringify(claim))).length;
  };
  expect([claimed({}), claimed({ serviceAccount: 'cart' }), claimed({ podSelector: { app: 'cart' } })]).toEqual([0, 1, 1]);
});

describe('what Envoy does, as the evaluator reads it', () => {
  const sources = [{ kind: 'ServiceAccount', name: 'cart', namespace: 'shop' }];
  const written = (...all: object[]) => all.map((spec, i) => ({ kind: 'Egress', metadata: { name: `egress-${i}`, namespace: 'shop' }, spec: { sources, ...spec } }));

  test('HTTP that no route takes does not leave by what is for bytes on its port', () => {
    const manifests = written({ hosts: ['a.example.com'], ports: [{ number: 80, protocol: 'http' }] }, { ports: [{ number: 80, protocol: 'tcp' }] });

    expect(letOutByOsm(manifests, call('1.2.3.4', 80, { kind: 'http', host: 'b.example.com' }))).toBe(false);
    expect(letOutByOsm(manifests, call('1.2.3.4', 80, { kind: 'http', host: 'a.example.com' }))).toBe(true);
    expect(letOutByOsm(manifests, call('1.2.3.4', 80, { kind: 'bytes' }))).toBe(true);
  });

  test('addresses beside names of servers take no other names', () => {
    const manifests = written({ hosts: ['a.example.com'], ipAddresses: ['1.2.3.0/24'], ports: [{ number: 443, protocol: 'https' }] });

    expect(letOutByOsm(manifests, call('1.2.3.4', 443, { kind: 'tls', serverName: 'b.example.com' }))).toBe(false);
    expect(letOutByOsm(manifests, call('1.2.3.4', 443, { kind: 'tls', serverName: 'a.example.com' }))).toBe(true);
    expect(letOutByOsm(manifests, call('9.9.9.9', 443, { kind: 'tls', serverName: 'a.example.com' }))).toBe(false);
  });
});
