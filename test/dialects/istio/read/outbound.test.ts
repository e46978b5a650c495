import * as fc from 'fast-check';
import { answer, type ClientLabels, fateOf, type Outsider } from './asked-outbound';
import { clients, outbound, outsiders } from './foreign-outbound';
import { istioEgress } from '../../../../src/dialects/istio/egress';
import type { EgressModel } from '../../../../src/model/egress';
import type { EgressFeature } from '../../../../src/model/features/egress';
import { egressDestination } from '../../../oracle/app/arbitraries/egress';
import type { Call } from '../../../oracle/egress/call';
import { letOutByIstio } from '../../../oracle/egress/istio';
import type { Fate } from '../../../oracle/egress/istio-outbound';
import { misspelt } from '../../../reading/requests';
import { reading } from '../../../reading/world';

const CASES = Number(process.env.ORACLE_CASES ?? 1500);

const PASSAGES: Readonly<Record<Fate, string>> = { known: 'allowed', past: 'past', ends: 'denied', elsewhere: 'unknown' };

function wanted(manifests: readonly any[], client: ClientLabels, asked: Outsider | undefined): string {
  const fate = fateOf(manifests, client, asked);
  return fate === undefined ? 'neither' : fate === 'past' && asked !== undefined ? 'allowed' : PASSAGES[fate];
}

test('what leaves by Sidecars, ServiceEntries and VirtualServices that somebody else wrote is what the evaluator decides, or unknown', () => {
  const counts: Record<string, number> = {};
  const some = fc.array(fc.tuple(clients, fc.option(outsiders, { nil: undefined, freq: 4 })), { minLength: 8, maxLength: 8 });
  fc.assert(fc.property(outbound, some, (manifests, calls) => {
    const world = reading(manifests);
    for (const [client, asked] of calls) {
      const [given, want] = [answer(world, client, asked), wanted(manifests, client, asked)];
      const kind = want === 'neither' || want === 'unknown' ? 'neither' : given === 'unknown' ? 'unknown' : 'known';
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (want === 'neither' ? false : given !== 'unknown' && given !== want) {
        throw new Error(`${given}, and not ${want}: ${JSON.stringify([client, asked])}\n${manifests.map(one => JSON.stringify(one)).join('\n')}`);
      }
    }
  }), { numRuns: CASES / 5 });
  expect(counts.known).toBeGreaterThan(4 * counts.unknown);
});

const MESH = {
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'accessLogFile: /dev/stdout\n' },
};
const WEB: ClientLabels = { namespace: 'shop', labels: { app: 'web' } };
const REGISTRY_ONLY = { ...MESH, data: { mesh: 'outboundTrafficPolicy: { mode: REGISTRY_ONLY }' } };
const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { selector: { app: 'cart' }, ports: [{ name: 'main', port: 80, targetPort: 8080 }] },
};
const HIDDEN = { ...SERVICE, metadata: { ...SERVICE.metadata, annotations: { 'networking.istio.io/exportTo': '~' } } };

const ofIstio = (kind: string, spec: object, name = kind.toLowerCase()) =>
  ({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace: 'shop' }, spec });
const entryFor = (host: string, protocol: string | undefined, more: object = {}) =>
  ofIstio('ServiceEntry', { hosts: [host], ports: [{ number: 443, name: 'p', protocol }], resolution: 'NONE', ...more }, host.replace('*', 'any').replace(/\./g, '-'));
const importing = (...egress: object[]) => ofIstio('Sidecar', { egress, outboundTrafficPolicy: { mode: 'ALLOW_ANY' } });
const asking = (kind: Outsider['kind'], name = 'evil.example'): Outsider => ({ name, ip: '192.0.2.7', port: 443, kind, path: '/', method: 'GET' });
const renamed = (name: string, manifest: any) => ({ ...manifest, metadata: { name, namespace: 'shop' } });
const LISTENING = { port: { number: 80, protocol: 'HTTP', name: 'own' } };
const AT_80 = { ports: [{ number: 80, name: 'p', protocol: 'TCP' }] };
const NAMING = (host: string, server: string) => ofIstio('VirtualService', { hosts: [host], tls: [{ match: [{ sniHosts: [server] }], route: [{ destination: { host: server } }] }] });
const REFUSING = ofIstio('VirtualService', { hosts: ['api.example.com'], http: [{ directResponse: { status: 403 } }] });

// What Envoy does of it, `npm run conformance:istio` asks.
test.each<readonly [what: string, manifests: readonly object[], asked: Outsider | undefined, wanted: string]>([
  ['a Service that a listener for its port may not import', [
    SERVICE, importing({ ...LISTENING, hosts: ['~/*'] }, { hosts: ['*/*'] }),
  ], undefined, 'unknown'],
  ['a Service that is imported, and by some releases left out', [SERVICE, importing({ hosts: ['*/*', '~/*'] })], undefined, 'unknown'],
  ['a Service that is left out by its namespace', [SERVICE, importing({ hosts: ['*/*', '~shop/*'] })], undefined, 'past'],
  ['a Service of which nothing is imported', [SERVICE, importing({ hosts: ['~/*'] })], undefined, 'past'],
  ['a Service that only its annotation hides', [HIDDEN], undefined, 'unknown'],
  ['a hidden Service at a port that a ServiceEntry takes', [REGISTRY_ONLY, HIDDEN, entryFor('db.example.com', 'TCP', AT_80)], undefined, 'unknown'],
  ['a hidden Service at another port', [REGISTRY_ONLY, HIDDEN, entryFor('db.example.com', 'TCP')], undefined, 'denied'],
  ['a port where it is not said what is spoken', [REGISTRY_ONLY, entryFor('db.example.com', undefined)], asking('http'), 'unknown'],
  ['such a port beside one that takes everything', [
    REGISTRY_ONLY, entryFor('db.example.com', undefined), entryFor('api.example.com', 'TCP'),
  ], asking('bytes'), 'unknown'],
  ['requests where another takes everything', [
    REGISTRY_ONLY, entryFor('db.example.com', 'HTTP'), entryFor('api.example.com', 'TCP'),
  ], asking('http'), 'unknown'],
  ['the address of TLS, by another name', [REGISTRY_ONLY, entryFor('db.example.com', 'TLS', { addresses: ['192.0.2.7'] })], asking('tls'), 'unknown'],
  ['the address of TLS, without TLS', [REGISTRY_ONLY, entryFor('db.example.com', 'TLS', { addresses: ['192.0.2.7'] })], asking('bytes'), 'unknown'],
  ['TLS by its name, at its address', [REGISTRY_ONLY, entryFor('evil.example', 'TLS', { addresses: ['192.0.2.7'] })], asking('tls'), 'allowed'],
  ['TLS by its name, at another address', [REGISTRY_ONLY, entryFor('evil.example', 'TLS', { addresses: ['192.0.2.8'] })], asking('tls'), 'denied'],
  ['TLS by a name below a host with a star, of which a VirtualService names another one', [
    REGISTRY_ONLY, entryFor('*.example.com', 'HTTPS'), NAMING('api.example.com', 'api.example.com'),
  ], asking('tls', 'a.example.com'), 'unknown'],
  ['TLS by the name that it names', [REGISTRY_ONLY, entryFor('*.example.com', 'HTTPS'), NAMING('a.example.com', 'a.example.com')], asking('tls', 'a.example.com'), 'unknown'],
  ['TLS by a host that another one of several VirtualServices is for', [
    REGISTRY_ONLY, entryFor('*.example.com', 'HTTPS'), NAMING('api.test', 'api.test'), renamed('second', NAMING('api.example.com', 'api.example.com')),
  ], asking('tls', 'a.example.com'), 'unknown'],
  ['TLS by a name that the matches of its VirtualService leave out', [
    REGISTRY_ONLY, entryFor('a.example.com', 'HTTPS'), NAMING('*.example.com', 'api.example.com'),
  ], asking('tls', 'a.example.com'), 'unknown'],
  ['TLS by a name that a VirtualService has for itself', [
    REGISTRY_ONLY, entryFor('a.example.com', 'HTTPS'), NAMING('a.example.com', 'a.example.com'),
  ], asking('tls', 'a.example.com'), 'allowed'],
  ['TLS beside a VirtualService for other hosts', [REGISTRY_ONLY, entryFor('*.example.com', 'HTTPS'), NAMING('api.test', 'api.test')], asking('tls', 'a.example.com'), 'allowed'],
  ['an address as a host', [REGISTRY_ONLY, entryFor('db.example.com', 'HTTP', { addresses: ['192.0.2.7'] })], asking('http', '192.0.2.7'), 'unknown'],
  ['a host that two ServiceEntries say differently', [
    REGISTRY_ONLY, entryFor('evil.example', 'HTTP'), renamed('other', entryFor('evil.example', 'HTTP', { resolution: 'DNS' })),
  ], asking('http'), 'unknown'],
  ['a host that two ServiceEntries say alike', [
    REGISTRY_ONLY, entryFor('evil.example', 'HTTP'), renamed('other', entryFor('evil.example', 'HTTP')),
  ], asking('http'), 'allowed'],
  ['what a route refuses, where a ServiceEntry is not understood', [
    entryFor('api.example.com', 'HTTP'), entryFor('db.example.com', 'TCP', { resolution: 'ELSEWHERE' }), REFUSING,
  ], asking('http', 'api.example.com'), 'unknown'],
  ['what a route refuses', [entryFor('api.example.com', 'HTTP'), REFUSING], asking('http', 'api.example.com'), 'denied'],
])('what leaves for %s', (_, manifests, asked, wants) => {
  expect(answer(reading(manifests, 'default', 'istio'), WEB, asked)).toEqual(wants);
});

test('what pods say to their sidecars is read where nothing else is of Istio', () => {
  const deployment = (annotations: object) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { template: { metadata: { annotations }, spec: { containers: [] } } },
  });
  const titles = (annotations: object) => reading([deployment(annotations)], 'default', 'istio').readings.map(({ title }) => title);
  expect(titles({ 'traffic.sidecar.istio.io/excludeOutboundPorts': '80' })).toEqual(['Routes of Istio']);
  expect(titles({ 'sidecar.istio.io/inject': 'true' })).toEqual([]);
});

test('what is misspelt is unknown, where it matters', () => {
  fc.assert(fc.property(misspelt(outbound), clients, fc.option(outsiders, { nil: undefined, freq: 4 }), ({ before, after }, client, asked) => {
    const [was, is] = [answer(reading(before), client, asked), answer(reading(after), client, asked)];
    if (is !== 'unknown' && is !== was) throw new Error(`${is}, and not ${was}: ${JSON.stringify([client, asked])}\n${after.map(one => JSON.stringify(one)).join('\n')}`);
  }), { numRuns: CASES / 5 });
});

const can = (feature: string) => istioEgress.supports[feature as EgressFeature].level !== 'none';

const named: fc.Arbitrary<Outsider> = fc.record({
  at: fc.constantFrom<readonly [string | undefined, string]>(
    ['api.example.com', '203.0.113.10'], ['a.api.example.com', '203.0.113.20'], ['pay.example.org', '198.51.100.7'], [undefined, '203.0.113.20'], [undefined, '192.0.2.1'],
  ),
  said: fc.constantFrom<readonly [number, Outsider['kind']]>([80, 'http'], [443, 'tls'], [9000, 'bytes'], [443, 'http']),
  path: fc.constantFrom('/', '/v1', '/v1/a.json'),
  method: fc.constantFrom('GET', 'POST'),
}).map(({ at: [name, ip], said: [port, kind], ...rest }) => ({ name, ip, port, kind, ...rest }));

test('what is written for Istio means, when it is read, what the model means', () => {
  const counts = { known: 0, unknown: 0 };
  const policies = fc.tuple(fc.array(egressDestination(can), { maxLength: 3 }), fc.boolean())
    .map(([destinations, isOfAll]): EgressModel => ({ name: 'p', namespace: 'shop', destinations, ...!isOfAll && { workload: { service: 'cart', podSelector: { app: 'cart' } } } }));
  fc.assert(fc.property(policies, fc.array(fc.tuple(named, fc.constantFrom('cart', 'cart', 'web')), { minLength: 5, maxLength: 5 }), (policy, calls) => {
    const { manifests, refusals } = istioEgress.render(policy);
    fc.pre(refusals.length === 0);
    // Whether policies share an object is said to those who render.
    const world = reading([MESH, ...manifests.map(({ shared: _, ...manifest }) => manifest)]);
    for (const [asked, other] of calls) {
      const client = { namespace: 'shop', labels: { app: policy.workload === undefined ? other : 'cart' } };
      const given = answer(world, client, asked);
      const { name, kind, path, method, ip, port } = asked;
      const says: Call['says'] = kind === 'http' ? { kind, host: name ?? ip, request: { method, path, headers: {}, query: {} } } : kind === 'tls' ? { kind, ...(name !== undefined && { serverName: name }) } : { kind };
      const isLetOut = letOutByIstio(manifests, { ...client, name, ip, port, says });
      counts[given === 'unknown' ? 'unknown' : 'known']++;
      if (given !== 'unknown') expect([given, policy, client, asked]).toEqual([isLetOut ? 'allowed' : 'denied', policy, client, asked]);
    }
  }), { numRuns: CASES / 10 });
  expect(counts.known).toBeGreaterThan(10 * counts.unknown);
});
