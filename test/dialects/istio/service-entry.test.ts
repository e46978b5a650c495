import { serviceEntry } from '../../../src/dialects/istio/service-entry';
import type { EgressDestination, EgressPort } from '../../../src/model/egress';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const render = (destination: EgressDestination) => {
  const { host, manifest: { shared, ...manifest } } = serviceEntry(destination, 'shop');
  expectValid(manifest);
  expect(shared).toBe(true);
  return { host, ...manifest, spec: manifest.spec as any };
};
const http: EgressPort = { port: 80, protocol: 'HTTP' };
const tls: EgressPort = { port: 443, protocol: 'TLS' };

test('a host is one ServiceEntry', () => {
  expect(inYaml(serviceEntry({ kind: 'host', host: 'api.example.com', ports: [tls] }, 'shop').manifest)).toMatchInlineSnapshot(`
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
  const { host, metadata, spec } = render({ kind: 'host', host: 'api.example.com', ports: [tls, http] });

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

test('addresses are reached as they are, whatever is spoken', () => {
  const { host, spec } = render({ kind: 'cidr', cidr: '2001:db8::/32', ports: [tls, http] });

  expect(spec).toEqual({
    hosts: [host],
    addresses: ['2001:db8::/32'],
    ports: [{ number: 80, name: 'tcp-80', protocol: 'TCP' }, { number: 443, name: 'tcp-443', protocol: 'TCP' }],
    resolution: 'NONE',
    location: 'MESH_EXTERNAL',
    exportTo: ['.'],
  });
});

test('other ports of the same addresses have another host, other ports of the same host another object of the same name', () => {
  const cidr = (...ports: EgressPort[]) => render({ kind: 'cidr', cidr: '203.0.113.0/24', ports });
  const api = (...ports: EgressPort[]) => render({ kind: 'host', host: 'api.example.com', ports });

  expect(cidr(tls).host).not.toBe(cidr(tls, http).host);
  expect(cidr(tls, http)).toEqual(cidr(http, tls));
  expect(api(tls).metadata).toEqual(api(http).metadata);
  expect(api(tls).spec).not.toEqual(api(http).spec);
});
