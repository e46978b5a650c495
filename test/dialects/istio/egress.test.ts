import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { sentences } from './models';
import { EgressDestination, EgressPolicy, EgressPort, MeshImplementation, MeshService, MeshTarget } from '../../../src';
import { istioEgress } from '../../../src/dialects/istio/egress';
import { istioAmbientPolicies } from '../../../src/dialects/istio/policies';
import { PARENT_SEGMENTS } from '../../../src/dialects/proxies/dot-segments';
import type { EgressModel, EgressPort as Port } from '../../../src/model/egress';
import type { RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST } from '../../../src/model/match';
import { pathRegex } from '../../../src/model/path';
import { matchesRegex } from '../../../src/model/regex';
import { claimInWords } from '../../../src/targets/claim-words';
import { resolved } from '../../oracle/access/intent';
import type { Call } from '../../oracle/egress/call';
import { letOutByIstio } from '../../oracle/egress/istio';
import { expectValid } from '../../schema';
import { inYaml, ofKind, shop, synth } from '../../setup';

const tls = { port: 443, protocol: 'TLS' as const };
const model = (...destinations: EgressModel['destinations']): EgressModel => ({
  name: 'cart-egress', namespace: 'shop', workload: { service: 'cart', podSelector: { app: 'cart' } }, destinations,
});

/** Host, or addresses, with the ports that the pods of the Sidecar reach there. */
function reach(manifests: readonly any[]): Record<string, string[]> {
  expectValid(...manifests.map(({ shared, ...manifest }) => manifest));
  const hosts: string[] = manifests[0].spec.egress[0].hosts;
  return Object.fromEntries(manifests.slice(1).filter(({ spec }) => hosts.includes(`./${spec.hosts[0]}`)).map(({ spec }) =>
    [(spec.addresses ?? spec.hosts).join(), spec.ports.map((p: any) => `${p.protocol} ${p.number}`)]));
}

test('a workload that may call one host has a Sidecar, and the host a ServiceEntry', () => {
  expect(inYaml(istioEgress.render(model({ kind: 'host', host: 'api.example.com', ports: [tls] })).manifests)).toMatchInlineSnapshot(`
"apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: cart-egress
  namespace: shop
spec:
  workloadSelector:
    labels:
      app: cart
  egress:
    - hosts:
        - "*/*.svc.cluster.local"
        - ./api.example.com
  outboundTrafficPolicy:
    mode: REGISTRY_ONLY
---
apiVersion: networking.istio.io/v1
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

test('hosts and addresses are reached on their ports', () => {
  const manifests = istioEgress.render(model(
    { kind: 'host', host: 'api.example.com', ports: [tls] },
    { kind: 'host', host: 'api.example.com', ports: [tls, { port: 80, protocol: 'HTTP' }] },
    { kind: 'cidr', cidr: '203.0.113.0/24', ports: [tls] },
    { kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 443, protocol: 'TCP' }, { port: 5432, protocol: 'TCP' }] },
  )).manifests;

  expect(manifests.map(({ kind }) => kind)).toEqual(['Sidecar', 'ServiceEntry', 'ServiceEntry']);
  expect(reach(manifests)).toEqual({ 'api.example.com': ['HTTP 80', 'TLS 443'], '203.0.113.0/24': ['TCP 443', 'TCP 5432'] });
});

test('nothing outside is reached where nothing is allowed', () => {
  const [sidecar, ...rest]: readonly any[] = istioEgress.render(model()).manifests;

  expect(rest).toEqual([]);
  expect(sidecar.spec.egress).toEqual([{ hosts: ['*/*.svc.cluster.local'] }]);
  expect(sidecar.spec.outboundTrafficPolicy.mode).toBe('REGISTRY_ONLY');
});

test('the order in which destinations were written makes no difference', () => {
  const [a, b]: EgressModel['destinations'] = [
    { kind: 'host', host: 'a.example.com', ports: [tls] }, { kind: 'cidr', cidr: '203.0.113.0/24', ports: [tls] },
  ];

  expect(istioEgress.render(model(a, b)).manifests).toEqual(istioEgress.render(model(b, a)).manifests);
});

test('refuses names where the protocol does not say them, and two protocols on one port', () => {
  expect(sentences(istioEgress.render(model({ kind: 'host', host: 'db.example.com', ports: [{ port: 5432, protocol: 'TCP' }] })).refusals)).toEqual([
    "TCP port 5432 of host 'db.example.com': plain TCP does not say which host is meant, so the sidecar goes by addresses. Use EgressDestination.cidr for it",
  ]);
  expect(sentences(istioEgress.render(model(
    { kind: 'host', host: 'api.example.com', ports: [tls] }, { kind: 'host', host: 'api.example.com', ports: [{ port: 443, protocol: 'HTTP' }] },
  )).refusals)).toEqual([
    "port 443 of host 'api.example.com' in more than one way: a ServiceEntry names each port once. "
    + 'Use one protocol for this port of the host, and say the rest once',
  ]);
  expect(istioEgress.render(model({ kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 5432, protocol: 'TCP' }] })).refusals).toEqual([]);
});

test('refuses pods without labels, and the root namespace', () => {
  expect(sentences(istioEgress.render({ ...model(), namespace: 'istio-system', workload: { service: 'cart' } }).refusals)).toEqual([
    expect.stringContaining("a policy for 'cart': a Sidecar selects the pods by their labels"),
    expect.stringContaining("a policy in namespace 'istio-system'"),
  ]);
});

test('pods have one Sidecar', () => {
  expect(istioEgress.claims(model()).map(claimInWords)).toEqual(["the Sidecar of the pods 'app=cart' in namespace 'shop'"]);
  expect(istioEgress.claims({ ...model(), workload: undefined }).map(claimInWords)).toEqual(["the Sidecar of namespace 'shop'"]);
});

function policies(...hosts: readonly [host: string, port: EgressPort][]) {
  const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));
  hosts.forEach(([host, port], i) => new EgressPolicy(chart, `egress-${i}`, {
    workload: MeshService.of(`app-${i}`, { port: 80, podSelector: { app: `app-${i}` } }), allow: [EgressDestination.host(host, port)],
  }));
  return () => synth(chart);
}

test('workloads that call the same host share its ServiceEntry', () => {
  const manifests = policies(['api.example.com', EgressPort.tls()], ['api.example.com', EgressPort.tls()])();

  expect(ofKind(manifests, 'ServiceEntry')).toHaveLength(1);
  expect(ofKind(manifests, 'Sidecar').map(({ spec }) => spec.egress[0].hosts[1])).toEqual(['./api.example.com', './api.example.com']);
});

test('a workload cannot widen the ports of a host for another', () => {
  expect(policies(['api.example.com', EgressPort.tls()], ['api.example.com', EgressPort.http()]))
    .toThrow(/\[shop\/egress-1\] MESH3003: ServiceEntry 'shop\/egress-api.example.com' of networking.istio.io\/v1 is also defined by 'shop\/egress-0'/);
});

test('a wildcard would take in what is meant for other workloads', () => {
  expect(policies(['*.example.com', EgressPort.tls()])).toThrow(/hosts outside by a wildcard name: a Sidecar with a wildcard/);
});

test('ambient mode has nothing that holds calls to the outside back', () => {
  expect(istioAmbientPolicies({ strictMutualTls: false }).egress.supports.EgressHost).toMatchObject({ level: 'none' });
});

const http = (more: Partial<Port> = {}): Port => ({ port: 80, protocol: 'HTTP', ...more });
const toApi = (...ports: Port[]): EgressModel => model({ kind: 'host', host: 'api.example.com', ports });
const AGAIN = { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true };

function rendered(written: EgressModel, kind: string): readonly any[] {
  const { manifests, refusals } = istioEgress.render(written);
  expect(refusals).toEqual([]);
  expectValid(...manifests.map(({ shared, ...manifest }) => manifest));
  return ofKind(manifests, kind);
}

test('timeouts and retries of a host are a VirtualService, on their port alone', () => {
  expect(rendered(toApi(http(), tls), 'VirtualService')).toEqual([]);
  expect(inYaml(rendered(toApi(http({ timeouts: { request: 2500, backendRequest: 500 }, retries: AGAIN }), tls), 'VirtualService'))).toMatchInlineSnapshot(`
"apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: egress-api.example.com
  namespace: shop
spec:
  hosts:
    - api.example.com
  exportTo:
    - "."
  http:
    - match:
        - port: 80
      timeout: 2.5s
      retries:
        attempts: 2
        retryOn: connect-failure,refused-stream,reset,retriable-status-codes,503
        perTryTimeout: 0.5s
      route:
        - destination:
            host: api.example.com
            port:
              number: 80
"
`);
  expect(rendered(toApi(http({ retries: { ...AGAIN, attempts: 0 } })), 'VirtualService')[0].spec.http[0].retries).toEqual({ attempts: 0 });
});

test('TLS that the proxy begins has the name of the host as SNI, and is verified by it', () => {
  const rule = (of: Port['tls']) => rendered(toApi(http({ tls: of }), tls), 'DestinationRule')[0];
  const settings = (of: Port['tls']) => rule(of).spec.trafficPolicy.portLevelSettings;
  const named = { sni: 'api.example.com', subjectAltNames: ['api.example.com'] };

  expect(settings({ port: 443 })).toEqual([{ port: { number: 80 }, tls: { mode: 'SIMPLE', caCertificates: 'system', ...named } }]);
  expect(settings({ port: 443, caConfigMap: 'corp' })).toEqual([{ port: { number: 80 }, tls: { mode: 'SIMPLE', credentialName: 'configmap://shop/corp', ...named } }]);
  expect(settings({ port: 443, clientSecret: 'me' })).toEqual([{ port: { number: 80 }, tls: { mode: 'MUTUAL', credentialName: 'me', ...named } }]);
  expect([rule({ port: 443 }).spec.workloadSelector, rule({ port: 443, clientSecret: 'me' }).spec.workloadSelector])
    .toEqual([undefined, { matchLabels: { app: 'cart' } }]);
});

test('refuses what Istio would drop of timeouts, retries and certificates', () => {
  const whats = (written: EgressModel) => istioEgress.render(written).refusals.map(({ what }) => what);
  const of = "of requests to 'api.example.com' on port 80";

  expect(whats(toApi(http({ timeouts: { backendRequest: 5 }, retries: { ...AGAIN, attempts: 0 } })))).toEqual([`timeouts of single tries ${of}`]);
  expect(whats(toApi(http({ retries: { ...AGAIN, statusCodes: [599] } })))).toEqual([`retries ${of}`]);
  expect(whats({ ...toApi(http({ tls: { port: 443, clientSecret: 'me' } })), workload: undefined })).toEqual([`the client certificate 'me' ${of}`]);
  expect(whats(toApi(http(), http({ timeouts: { request: 5 } })))).toEqual(["port 80 of host 'api.example.com' in more than one way"]);
});

test('one workload cannot give the requests of another to the same host a timeout, nor send them in plain text to a port that speaks TLS', () => {
  const plain = EgressPort.http();
  const timed = EgressPort.http(80, { timeouts: { request: Duration.seconds(1) } });

  expect(policies(['api.example.com', timed], ['api.example.com', timed])).not.toThrow();
  expect(policies(['api.example.com', timed], ['api.example.com', plain])).toThrow(/MESH3001: what happens to requests to the outside of 'api.example.com' in namespace 'shop'/);
  expect(policies(['api.example.com', EgressPort.http(80, { tls: { port: 443 } })], ['api.example.com', plain])).toThrow(/MESH30/);
});

test('requests that are let out are a route of their own, and the others are denied', () => {
  const GET: RequestMatch = { ...ANY_REQUEST, methods: ['GET'], path: { type: 'prefix', value: '/v1' } };
  const port: Port = { port: 80, protocol: 'HTTP', requests: [GET] };
  const host = (...ports: Port[]): EgressModel['destinations'][0] => ({ kind: 'host', host: 'api.example.com', ports });
  const manifests = istioEgress.render(model(host(port, tls))).manifests;
  const out = (method: string, path: string, says: Partial<Call['says']> = {}) => letOutByIstio(manifests, {
    namespace: 'shop', labels: { app: 'cart' }, ip: '203.0.113.7', port: 80, says: { kind: 'http', host: 'api.example.com', request: { method, path, headers: {}, query: {} }, ...says } as Call['says'],
  });

  expectValid(...manifests.map(({ shared, ...manifest }) => manifest));
  expect(ofKind(manifests, 'VirtualService')[0].spec.http).toEqual([
    { match: [{ port: 80, uri: { regex: PARENT_SEGMENTS } }], directResponse: { status: 403 } },
    { match: [{ port: 80, method: { exact: 'GET' }, uri: { exact: '/v1' } }, { port: 80, method: { exact: 'GET' }, uri: { prefix: '/v1/' } }], route: [{ destination: { host: 'api.example.com', port: { number: 80 } } }] },
    { match: [{ port: 80 }], directResponse: { status: 403 } },
  ]);
  expect([out('GET', '/v1/a'), out('POST', '/v1/a'), out('GET', '/v1/../admin'), out('GET', '/v12')]).toEqual([true, false, false, false]);
});

test('no path that a server resolves gets out of what is let out, and all else does', () => {
  const part = fc.constantFrom('a', '/', '/v1', '..', '.', '%2e', '%2F', '%5c', '\\', ';x', 'admin');
  const path = fc.tuple(fc.constantFrom('/', '/v1/', '/v1'), fc.array(part, { maxLength: 8 })).map(([start, parts]) => `${start}${parts.join('')}`);
  const below = fc.constantFrom<RequestMatch['path']>(
    { type: 'prefix', value: '/v1' }, { type: 'below', value: '/v1' }, { type: 'start', value: '/v1/' }, { type: 'template', value: '/v1/{*}' }, { type: 'regex', value: '/v1/.*' });
  const elements = (sent: string) => sent.replace(/%2e/gi, '.').split(/[/\\]|%2f|%5c/i).map(element => element.replace(/;.*/, ''));
  let climbing = 0;
  fc.assert(fc.property(below, fc.array(path, { minLength: 20, maxLength: 20 }), (allowed, paths) => {
    const requests = [{ ...ANY_REQUEST, path: allowed }, { ...ANY_REQUEST, methods: ['HEAD'] }, { ...ANY_REQUEST, methods: ['PUT'], path: { type: 'exact' as const, value: '/v1' } }];
    const { manifests } = istioEgress.render(model({ kind: 'host', host: 'api.example.com', ports: [{ port: 80, protocol: 'HTTP', requests }] }));
    const out = (method: string, sent: string) => letOutByIstio(manifests, {
      namespace: 'shop', labels: { app: 'cart' }, ip: '203.0.113.7', port: 80, says: { kind: 'http', host: 'api.example.com', request: { method, path: sent, headers: {}, query: {} } },
    });
    for (const sent of paths) {
      const left = resolved(sent);
      const climbs = elements(left).includes('..');
      climbing += climbs && matchesRegex(pathRegex(allowed!), left) ? 1 : 0;
      expect(out('GET', sent)).toBe(matchesRegex(pathRegex(allowed!), left) && !climbs);
      expect(out('HEAD', sent)).toBe(true);
    }
  }));
  expect(climbing).toBeGreaterThan(10);
});

test('requests to one host add up, and so do all requests and some', () => {
  const match = (method: string): RequestMatch => ({ ...ANY_REQUEST, methods: [method] });
  const host = (requests?: readonly RequestMatch[]): EgressModel['destinations'][0] => ({ kind: 'host', host: 'api.example.com', ports: [{ port: 80, protocol: 'HTTP', ...(requests && { requests }) }] });
  const routes = (...destinations: EgressModel['destinations']) => ofKind(istioEgress.render(model(...destinations)).manifests, 'VirtualService').map(({ spec }) => spec.http.length);

  expect(ofKind(istioEgress.render(model(host([match('GET')]), host([match('PUT'), match('GET')]))).manifests, 'VirtualService')[0].spec.http[0].match)
    .toEqual([{ port: 80, method: { exact: 'GET' } }, { port: 80, method: { exact: 'PUT' } }]);
  expect(routes(host([match('GET')]), host())).toEqual([]);
  expect(sentences(istioEgress.render(model(host([{ ...ANY_REQUEST, path: { type: 'regex', value: 'a'.repeat(1025) } }]))).refusals))
    .toEqual([expect.stringContaining("an expression of 1025 characters of requests to 'api.example.com' on port 80")]);
});

test('exceptions are left out of the addresses that remain', () => {
  const block = (cidr: string, except?: string[]): EgressModel['destinations'][0] => ({ kind: 'cidr', cidr, except, ports: [{ port: 443, protocol: 'TCP' }] });

  expect(reach(istioEgress.render(model(block('203.0.113.0/24', ['203.0.113.64/26', '203.0.113.0/26']))).manifests)).toEqual({ '203.0.113.128/25': ['TCP 443'] });
  // Another destination may still have them.
  expect(reach(istioEgress.render(model(block('203.0.113.0/24', ['203.0.113.0/25']), block('203.0.113.0/24'))).manifests))
    .toEqual({ '203.0.113.0/24,203.0.113.128/25': ['TCP 443'] });
});
