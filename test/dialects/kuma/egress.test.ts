import { kumaEgress } from '../../../src/dialects/kuma/egress';
import type { EgressDestination, EgressModel, EgressPort } from '../../../src/model/egress';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const egress = (destinations: EgressDestination[], more: Partial<EgressModel> = {}): EgressModel => ({
  name: 'cart-egress', namespace: 'shop', workload: { service: 'cart', podSelector: { app: 'cart' } }, destinations, ...more,
});
const host = (name: string, ...ports: EgressPort[]): EgressDestination => ({ kind: 'host', host: name, ports });
const cidr = (block: string, ...ports: EgressPort[]): EgressDestination => ({ kind: 'cidr', cidr: block, ports });
const tls = (port = 443): EgressPort => ({ port, protocol: 'TLS' });
const http = (port = 80): EgressPort => ({ port, protocol: 'HTTP' });
const tcp = (port: number): EgressPort => ({ port, protocol: 'TCP' });
const whats = (...destinations: EgressDestination[]) => kumaEgress.render(egress(destinations)).refusals.map(({ what }) => what);

function matches(...destinations: EgressDestination[]) {
  const manifests = kumaEgress.render(egress(destinations)).manifests as any[];
  expectValid(...manifests);
  return manifests[0].spec.default.appendMatch;
}

test('a workload that may call one host has a MeshPassthrough', () => {
  expect(inYaml(kumaEgress.render(egress([host('api.example.com', tls())])).manifests)).toMatchInlineSnapshot(`
"apiVersion: kuma.io/v1alpha1
kind: MeshPassthrough
metadata:
  name: cart-egress
  namespace: shop
spec:
  targetRef:
    kind: Dataplane
    labels:
      app: cart
  default:
    passthroughMode: Matched
    appendMatch:
      - type: Domain
        value: api.example.com
        port: 443
        protocol: tls
"
`);
});

test('lets out to hosts by what they say they are, on their ports alone', () => {
  expect(matches(host('api.example.com', tls()), host('*.example.org', http()))).toEqual([
    { type: 'Domain', value: '*.example.org', port: 80, protocol: 'http' },
    { type: 'Domain', value: 'api.example.com', port: 443, protocol: 'tls' },
  ]);
});

test('lets out to addresses whatever is spoken, if TCP is: Kuma takes what begins with TLS for something else', () => {
  expect(matches(cidr('203.0.113.0/24', tcp(5432))).map((match: any) => match.protocol)).toEqual(['tcp', 'tls']);
});

describe('where the server speaks first', () => {
  const first = (port: number): EgressPort => ({ port, protocol: 'ServerFirst' });

  test('the proxy does not wait for the client', () => {
    expect(matches(cidr('203.0.113.0/24', first(3306)))).toEqual([{ type: 'CIDR', value: '203.0.113.0/24', port: 3306, protocol: 'mysql' }]);
  });

  test('TCP on a port of such servers is refused, with what to write', () => {
    [21, 22, 25, 110, 143, 587, 3306].forEach(port => {
      const [refusal, ...others] = kumaEgress.render(egress([cidr('203.0.113.0/24', tcp(port))])).refusals;
      expect(refusal.remedy).toBe(`Use EgressPort.serverFirst(${port})`);
      expect(others).toEqual([]);
    });
    expect(whats(cidr('203.0.113.0/24', tcp(5432)))).toEqual([]);
  });

  test('nothing else is told apart on that port, whatever the address', () => {
    expect(whats(cidr('203.0.113.0/24', first(9000)), cidr('198.51.100.0/24', tcp(9000)))).toEqual([
      "TCP to '198.51.100.0/24' on port 9000", "TLS to '198.51.100.0/24' on port 9000",
    ]);
    expect(whats(cidr('203.0.113.0/24', first(9000)), host('api.example.com', tls(9000)))).toEqual(["TLS to 'api.example.com' on port 9000"]);
    expect(whats(cidr('203.0.113.0/24', first(9000)), cidr('203.0.113.0/28', first(9000)), host('api.example.com', tls()))).toEqual([]);
  });

  test('a host is not known, as over all TCP', () => {
    expect(whats(host('db.example.com', first(3306)))).toEqual(["TCP port 3306 of host 'db.example.com'"]);
  });
});

test('closes the outside', () => {
  const [{ spec }] = kumaEgress.render(egress([])).manifests as any[];

  expect(spec).toEqual({ targetRef: { kind: 'Dataplane', labels: { app: 'cart' } }, default: { passthroughMode: 'None' } });
});

test('holds for a whole namespace', () => {
  const [{ metadata, spec }] = kumaEgress.render(egress([], { workload: undefined })).manifests as any[];

  expect(metadata.namespace).toBe('shop');
  expect(spec.targetRef).toEqual({ kind: 'Mesh' });
});

test('says HTTP on a port before anything else on it: the webhook refuses it the other way round', () => {
  expect(matches(host('a.example.com', tls(8443)), host('b.example.com', http(8443))).map((match: any) => match.protocol)).toEqual(['http', 'tls']);
});

test('says one block once, however it is written: two filter chains of the same match are refused by Envoy', () => {
  expect(matches(cidr('2001:db8::/32', tls()), cidr('2001:0db8::/32', tls()))).toHaveLength(1);
  expect(matches(cidr('203.0.113.0/24', tls()), cidr('203.0.113.0/25', tls()))).toHaveLength(2);
});

test('refuses blocks in blocks that speak something else, where the smaller alone would be asked', () => {
  const refused = ["TLS to '203.0.113.0/24' on port 443"];

  expect(whats(cidr('203.0.113.0/24', tls()), cidr('203.0.113.7/32', http(443)))).toEqual(refused);
  expect(whats(cidr('203.0.113.0/24', tls()), cidr('203.0.113.7/32', tls()))).toEqual([]);
  expect(whats(cidr('203.0.113.0/24', tls()), cidr('203.0.113.7/32', tcp(443)))).toEqual([]);
  expect(whats(cidr('203.0.113.0/24', tls()), cidr('203.0.113.7/32', http(80)))).toEqual([]);
  expect(whats(cidr('203.0.113.0/24', tls()), cidr('198.51.100.7/32', http(443)))).toEqual([]);
  expect(whats(cidr('203.0.113.0/24', tcp(443)), cidr('203.0.113.7/32', tls())).length).toBeGreaterThan(0);
});

test('refuses a host beside addresses that speak something else on its port: it may have one of them', () => {
  expect(whats(host('api.example.com', tls()), cidr('203.0.113.0/24', http(443)))).toEqual(["TLS to 'api.example.com' on port 443"]);
  expect(whats(host('api.example.com', http(443)), cidr('203.0.113.0/24', tcp(443)))).toEqual([]);
});

test('refuses hosts where nothing says which host it is', () => {
  expect(whats(host('db.example.com', tcp(5432)))).toEqual(["TCP port 5432 of host 'db.example.com'"]);
});

test('refuses a workload whose labels are unknown', () => {
  expect(kumaEgress.render(egress([], { workload: { service: 'cart' } })).refusals).toMatchObject([{ remedy: 'Give the MeshService its `podSelector`' }]);
});

test('exceptions are left out of the blocks that are written', () => {
  const [block, ...others] = matches({ kind: 'cidr', cidr: '203.0.113.0/24', except: ['203.0.113.128/25'], ports: [tls()] });

  expect(block).toEqual({ type: 'CIDR', value: '203.0.113.0/25', port: 443, protocol: 'tls' });
  expect(others).toEqual([]);
});
