import { blockEntries, hostEntry, type Outside } from '../../../src/dialects/istio/service-entry';
import type { EgressPort } from '../../../src/model/egress';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const render = ({ host, manifest: { shared, ...manifest } }: Outside) => {
  expectValid(manifest);
  return { host, shared, ...manifest, spec: manifest.spec as any };
};
const api = (...ports: EgressPort[]) => render(hostEntry({ host: 'api.example.com', ports }, 'shop'));
type Block = [cidr: string, ...ports: EgressPort[]];
const blocks = (...all: Block[]) =>
  blockEntries(all.map(([cidr, ...ports]) => ({ cidr, ports })), { name: 'cart-egress', namespace: 'shop' }).map(render);
const http: EgressPort = { port: 80, protocol: 'HTTP' };
const tls: EgressPort = { port: 443, protocol: 'TLS' };

test('a host is one ServiceEntry, which policies share', () => {
  const one = hostEntry({ host: 'api.example.com', ports: [tls] }, 'shop').manifest;

  expect(one.shared).toBe(true);
  expect(inYaml(one)).toMatchInlineSnapshot(`
"apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: egress-api.example.com
  namespace: shop
spec:
  hosts:
    - api.example.com
  ports:
    - number: 443
      name: tls-443
      protocol: TLS
  resolution: DNS
  location: MESH_EXTERNAL
  exportTo:
    - "."
"
`);
});

test('the proxy looks up hosts, and tells them apart by what the client says', () => {
  const { host, metadata, spec } = api(tls, http);

  expect(host).toBe('api.example.com');
  expect(metadata).toEqual({ name: 'egress-api.example.com', namespace: 'shop' });
  expect(spec).toEqual({
    hosts: ['api.example.com'],
    ports: [{ number: 80, name: 'http-80', protocol: 'HTTP' }, { number: 443, name: 'tls-443', protocol: 'TLS' }],
    resolution: 'DNS',
    location: 'MESH_EXTERNAL',
    exportTo: ['.'],
  });
});

test('all blocks of a policy with the same ports are one ServiceEntry, with a name that says whose it is and what is open', () => {
  expect(inYaml(blockEntries([
    { cidr: '203.0.113.0/24', ports: [tls, http] }, { cidr: '198.51.100.7/32', ports: [http, tls] },
  ],
  { name: 'cart-egress', namespace: 'shop' }).map(({ manifest }) => manifest))).toMatchInlineSnapshot(`
"apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: cart-egress-tcp-80-443
  namespace: shop
spec:
  hosts:
    - tcp-80-443.cart-egress.invalid
  addresses:
    - 198.51.100.7/32
    - 203.0.113.0/24
  ports:
    - number: 80
      name: tcp-80
      protocol: TCP
    - number: 443
      name: tcp-443
      protocol: TCP
  resolution: NONE
  location: MESH_EXTERNAL
  exportTo:
    - "."
"
`);
  expect(blocks(['203.0.113.0/24', tls], ['198.51.100.7/32', http], ['192.0.2.0/24', tls]).map(({ metadata: { name }, spec: { addresses } }) => [name, addresses]))
    .toEqual([['cart-egress-tcp-443', ['192.0.2.0/24', '203.0.113.0/24']], ['cart-egress-tcp-80', ['198.51.100.7/32']]]);
});

test('addresses are reached as they are, whatever is spoken, by a host of their own', () => {
  const [{ host, shared, spec }] = blocks(['2001:db8::/32', tls, http]);

  expect([host, shared]).toEqual(['tcp-80-443.cart-egress.invalid', undefined]);
  expect(spec).toEqual({
    hosts: [host],
    addresses: ['2001:db8::/32'],
    ports: [{ number: 80, name: 'tcp-80', protocol: 'TCP' }, { number: 443, name: 'tcp-443', protocol: 'TCP' }],
    resolution: 'NONE',
    location: 'MESH_EXTERNAL',
    exportTo: ['.'],
  });
});

test('one more block does not rename the ServiceEntries of others', () => {
  const names = (...all: Block[]) => blocks(...all).map(({ metadata: { name } }) => name);

  expect(names(['203.0.113.0/24', tls], ['192.0.2.0/24', http])).toEqual(expect.arrayContaining(names(['203.0.113.0/24', tls])));
});

test('many addresses, many ports and long names fit into what the API takes', () => {
  const ports = Array.from({ length: 30 }, (_, i): EgressPort => ({ port: 10_000 + i, protocol: 'TCP' }));
  const many = Array.from({ length: 300 }, (_, i) => ({ cidr: `203.0.${i % 250}.${Math.floor(i / 250)}/32`, ports }));
  const entries = blockEntries(many, { name: `${'a'.repeat(70)}-egress`, namespace: 'shop' }).map(render);

  expect(entries.map(({ spec }) => spec.addresses.length)).toEqual([256, 44]);
  expect(new Set(entries.map(({ host }) => host)).size).toBe(2);
  entries.forEach(({ host }) => expect(Math.max(...host.split('.').map(part => part.length))).toBeLessThanOrEqual(63));
});

test('other ports of the same host are another object of the same name', () => {
  expect(api(tls).metadata).toEqual(api(http).metadata);
  expect(api(tls).spec).not.toEqual(api(http).spec);
});

test('where the proxy begins TLS, the port that the workload calls leads to that of the host', () => {
  expect(api({ ...http, tls: { port: 8443 } }).spec.ports).toEqual([{ number: 80, name: 'http-80', protocol: 'HTTP', targetPort: 8443 }]);
});
