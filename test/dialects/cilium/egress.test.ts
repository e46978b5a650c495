import { RE2JS } from 're2js';
import { ciliumEgress } from '../../../src/dialects/cilium/egress';
import { KUBE_DNS } from '../../../src/model/dns';
import type { EgressDestination, EgressModel, EgressPort } from '../../../src/model/egress';
import { ANY_REQUEST } from '../../../src/model/match';
import { claimInWords } from '../../../src/targets/claim-words';
import { egressOf } from '../../models';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const model = (...destinations: EgressDestination[]): EgressModel => ({
  name: 'cart-egress',
  namespace: 'shop',
  workload: { service: 'cart', podSelector: { app: 'cart' } },
  destinations,
});

function egress(...destinations: EgressDestination[]): any[] {
  const [manifest, ...others]: readonly any[] = ciliumEgress([KUBE_DNS]).render(model(...destinations)).manifests;
  expectValid(manifest);
  expect(others).toEqual([]);
  expect(Object.keys(manifest.spec)).toEqual(['endpointSelector', 'egress']);
  return manifest.spec.egress;
}

const host = (name: string, ...ports: EgressDestination['ports']): EgressDestination => ({ kind: 'host', host: name, ports });

test('a workload that may call one host has a CiliumNetworkPolicy', () => {
  expect(inYaml(ciliumEgress([KUBE_DNS]).render(model({
    kind: 'host', host: 'api.example.com', ports: [{ port: 443, protocol: 'TLS' }],
  })).manifests)).toMatchInlineSnapshot(`
"apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart-egress
  namespace: shop
spec:
  endpointSelector:
    matchLabels:
      k8s:app: cart
  egress:
    - toEntities:
        - cluster
    - toEndpoints:
        - matchLabels:
            k8s:io.kubernetes.pod.namespace: kube-system
            k8s:k8s-app: kube-dns
      toPorts:
        - ports:
            - port: "53"
              protocol: ANY
          rules:
            dns:
              - matchPattern: "*"
    - toFQDNs:
        - matchName: api.example.com
      toPorts:
        - ports:
            - port: "443"
              protocol: TCP
          serverNames:
            - api.example.com
"
`);
});

test('the cluster stays open on all ports, and nothing outside is', () => {
  expect(egress()).toEqual([{ toEntities: ['cluster'] }]);
});

test('a whole namespace is every pod of it', () => {
  const [manifest]: readonly any[] = ciliumEgress([KUBE_DNS]).render({ ...model(), workload: undefined }).manifests;

  expect(manifest.spec.endpointSelector).toEqual({});
});

test('addresses are let through on their ports, whatever is spoken there', () => {
  expect(egress({
    kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 443, protocol: 'TLS' }, { port: 80, protocol: 'HTTP' }, { port: 53, protocol: 'UDP' }],
  })[1]).toEqual({
    toCIDRSet: [{ cidr: '203.0.113.0/24' }],
    toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }, { port: '80', protocol: 'TCP' }, { port: '53', protocol: 'UDP' }] }],
  });
});

test('a host comes with lookups through the proxy, which lets all names pass', () => {
  const [, dns, rule] = egress(host('api.example.com', { port: 5432, protocol: 'TCP' }, { port: 123, protocol: 'UDP' }));

  expect(dns).toEqual({
    toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s:k8s-app': 'kube-dns' } }],
    toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }], rules: { dns: [{ matchPattern: '*' }] } }],
  });
  expect(rule).toEqual({
    toFQDNs: [{ matchName: 'api.example.com' }],
    toPorts: [{ ports: [{ port: '5432', protocol: 'TCP' }, { port: '123', protocol: 'UDP' }] }],
  });
});

test('over TLS and HTTP the client has to say the name', () => {
  const [, , { toPorts }] = egress(host('api.example.com', { port: 443, protocol: 'TLS' }, { port: 80, protocol: 'HTTP' }));
  const [tls, http] = toPorts;

  expect(tls).toEqual({ ports: [{ port: '443', protocol: 'TCP' }], serverNames: ['api.example.com'] });
  expect(http.ports).toEqual([{ port: '80', protocol: 'TCP' }]);
  const isHost = (name: string) => RE2JS.compile(http.rules.http[0].host).matches(name);
  expect(['api.example.com', 'api.example.com:80'].filter(name => !isHost(name))).toEqual([]);
  expect(['apixexample.com', 'x.api.example.com', 'api.example.com.evil.org', 'api.example.com:'].filter(isHost)).toEqual([]);
});

test('a wildcard holds for every name below, at any depth, and not for the name itself', () => {
  const [, , { toFQDNs, toPorts: [tls, http] }] = egress(host('*.example.com', { port: 443, protocol: 'TLS' }, { port: 80, protocol: 'HTTP' }));

  expect(toFQDNs).toEqual([{ matchPattern: '**.example.com' }]);
  expect(tls.serverNames).toEqual(['**.example.com']);
  const isHost = (name: string) => RE2JS.compile(http.rules.http[0].host).matches(name);
  expect(['a.example.com', 'a.b.example.com:80'].filter(name => !isHost(name))).toEqual([]);
  expect(['example.com', '.example.com', 'aexample.com', 'a.example.org'].filter(isHost)).toEqual([]);
});

test('requests to a host stand beside its name, each port with its own', () => {
  const get = { ...ANY_REQUEST, methods: ['GET'] };
  const below = { ...ANY_REQUEST, path: { type: 'below' as const, value: '/v1' } };
  const [, , { toPorts }] = egress(host('api.example.com',
    { port: 80, protocol: 'HTTP' }, { port: 8080, protocol: 'HTTP', requests: [get, below] }, { port: 8081, protocol: 'HTTP', requests: [get] }));

  const name = 'api\\.example\\.com(:[0-9]+)?';
  expect(toPorts).toEqual([
    { ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{ host: name }] } },
    { ports: [{ port: '8080', protocol: 'TCP' }], rules: { http: [{ host: name, method: 'GET' }, { host: name, path: '/v1/.*' }] } },
    { ports: [{ port: '8081', protocol: 'TCP' }], rules: { http: [{ host: name, method: 'GET' }] } },
  ]);
});

describe('refuses', () => {
  const reasons = (of: EgressModel) => ciliumEgress([KUBE_DNS]).render(of).refusals.map(({ what }) => what);

  test('hosts that speak differently on one port', () => {
    expect(reasons(model(host('a.example.com', { port: 443, protocol: 'TLS' }), host('b.example.com', { port: 443, protocol: 'TCP' })))).toEqual([
      'hosts with different protocols on port 443',
    ]);
    expect(reasons(model(host('a.example.com', { port: 443, protocol: 'TLS' }), host('b.example.com', { port: 443, protocol: 'UDP' })))).toEqual([]);
  });

  test('addresses beside hosts that speak HTTP on one port', () => {
    const block = (...ports: EgressDestination['ports']): EgressDestination => ({ kind: 'cidr', cidr: '203.0.113.0/24', ports });
    const http = host('a.example.com', { port: 80, protocol: 'HTTP' });
    const refused = ['addresses that speak no HTTP on port 80, where hosts do'];

    expect(reasons(model(http, block({ port: 80, protocol: 'TCP' })))).toEqual(refused);
    expect(reasons(model(block({ port: 80, protocol: 'TLS' }), http))).toEqual(refused);
    expect(reasons(model(http, block({ port: 80, protocol: 'HTTP' }), block({ port: 80, protocol: 'UDP' })))).toEqual([]);
    expect(reasons(model(http, block({ port: 443, protocol: 'TCP' })))).toEqual([]);
    expect(reasons(model(host('a.example.com', { port: 443, protocol: 'TLS' }), block({ port: 443, protocol: 'TCP' })))).toEqual([]);
  });

  test('addresses where the server speaks first, beside hosts that speak TLS on one port', () => {
    const block = (...ports: EgressDestination['ports']): EgressDestination => ({ kind: 'cidr', cidr: '203.0.113.0/24', ports });
    const tls = host('a.example.com', { port: 443, protocol: 'TLS' });

    expect(reasons(model(tls, block({ port: 443, protocol: 'ServerFirst' })))).toEqual([
      'addresses where the server speaks first on port 443, where hosts speak TLS',
    ]);
    expect(reasons(model(tls, block({ port: 25, protocol: 'ServerFirst' })))).toEqual([]);
    expect(reasons(model(host('a.example.com', { port: 25, protocol: 'ServerFirst' }), block({ port: 25, protocol: 'ServerFirst' })))).toEqual([]);
  });

  test('ranges of ports with one on which hosts speak otherwise', () => {
    const range = { port: 80, endPort: 444, protocol: 'TCP' as const };
    const block: EgressDestination = { kind: 'cidr', cidr: '203.0.113.0/24', ports: [range] };

    expect(reasons(model(host('a.example.com', { port: 443, protocol: 'TLS' }), host('b.example.com', range)))).toEqual(['hosts with different protocols on port 443']);
    expect(reasons(model(host('a.example.com', { port: 445, protocol: 'TLS' }), host('b.example.com', range)))).toEqual([]);
    expect(reasons(model(host('a.example.com', { port: 80, protocol: 'HTTP' }), block))).toEqual(['addresses that speak no HTTP on port 80, where hosts do']);
    expect(reasons(model(host('a.example.com', { port: 443, protocol: 'TLS' }), block))).toEqual([]);
  });

  test('requests to a host that the proxy cannot tell apart', () => {
    const requests = [{ ...ANY_REQUEST, path: { type: 'regex' as const, value: '/a[?]' } }];

    expect(reasons(model(host('a.example.com', { port: 80, protocol: 'HTTP', requests })))).toEqual(["the path '/a[?]'"]);
  });

  test('names too long for the proxy, where it makes an expression of them', () => {
    const long = `${'a'.repeat(60)}.${'b'.repeat(40)}.example.com`;

    expect(reasons(model(host(long, { port: 80, protocol: 'HTTP' })))).toEqual([`the host '${long}'`]);
    expect(reasons(model(host(`*.${long}`, { port: 443, protocol: 'TLS' })))).toEqual([`the host '*.${long}'`]);
    expect(reasons(model(host(long, { port: 443, protocol: 'TLS' })))).toEqual([]);
    expect(reasons(model(host(`*.${long}`, { port: 5432, protocol: 'TCP' })))).toEqual([]);
    expect(reasons(model(host('*.api.eu-central-1.example.com', { port: 443, protocol: 'TLS' }, { port: 80, protocol: 'HTTP' })))).toEqual([]);
  });

  test('pods whose labels are unknown', () => {
    expect(reasons({ ...model(), workload: { service: 'cart' } })).toEqual(["a policy for 'cart'"]);
    expect(reasons({ ...model(), workload: undefined })).toEqual([]);
  });
});

test('a workload, or a namespace, has one policy', () => {
  expect(ciliumEgress([KUBE_DNS]).claims(model()).map(claimInWords)).toEqual([
    "the policy on calls to the outside of Service 'shop/cart'",
    "the policy on calls to the outside of the pods 'app=cart' in namespace 'shop'",
    "the egress of the pods 'app=cart' in namespace 'shop'",
  ]);
  expect(ciliumEgress([KUBE_DNS]).claims({ ...model(), workload: undefined }).map(claimInWords)).toEqual([
    "the policy on calls to the outside of namespace 'shop'", "the egress of all pods in namespace 'shop'",
  ]);
});

test('echoes are in a rule of their own, allowed or denied', () => {
  const ports: EgressPort[] = [{ port: 443, protocol: 'TCP' }];
  const [{ spec }] = ciliumEgress([KUBE_DNS]).render(egressOf({
    destinations: [{ kind: 'cidr', cidr: '203.0.113.0/24', ports, ping: true }], denials: [{ kind: 'nodes', ports: [], ping: true }],
  })).manifests as any[];
  const icmps = [{ fields: [{ family: 'IPv4', type: 'EchoRequest' }, { family: 'IPv6', type: 'EchoRequest' }] }];
  const toCIDRSet = [{ cidr: '203.0.113.0/24' }];

  expect(spec.egress.slice(1)).toEqual([{ toCIDRSet, toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] }, { toCIDRSet, icmps }]);
  expect(spec.egressDeny).toEqual([{ toEntities: ['host', 'remote-node'], icmps }]);
});
