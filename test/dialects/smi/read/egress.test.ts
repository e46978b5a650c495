import * as fc from 'fast-check';
import { osmEgress } from '../../../../src/dialects/smi/egress';
import type { Client } from '../../../../src/meaning/call';
import { isUndecided } from '../../../../src/meaning/decision';
import { callOutside } from '../../../../src/meaning/journey';
import { pass } from '../../../../src/meaning/passage';
import type { Outside } from '../../../../src/meaning/world';
import type { EgressFeature } from '../../../../src/model/features/egress';
import type { ReadMesh } from '../../../../src/reading/mesh';
import { egressDestination } from '../../../oracle/app/arbitraries/egress';
import { calls, foreignEgresses, osmEgressOf as egress, READS, readsOf as group, SOURCE } from '../../../oracle/egress/arbitraries';
import { ANY_SENT, type Call } from '../../../oracle/egress/call';
import { letOutByOsm } from '../../../oracle/egress/osm';
import { reading } from '../../../reading/world';

const CART = { kind: 'pod', namespace: 'shop', serviceAccount: 'cart', meshed: true } as const;

const PROTOCOLS: { readonly [Kind in Call['says']['kind']]?: Outside['protocol'] } = { http: 'HTTP', tls: 'TLS', bytes: 'TCP', datagram: 'UDP' };

/** Whether a call leaves, as the reader has it. */
function leaves(
  manifests: readonly object[], { ip, port, name, says, serviceAccount }: Call, client: Client = { ...CART, serviceAccount }, mesh?: ReadMesh,
) {
  const to = { address: ip, port, protocol: PROTOCOLS[says.kind] ?? 'TCP', ...(name !== undefined && { host: name }) };
  const gates = reading(manifests, 'shop', mesh).readings
    .flatMap(({ reading: { leaving } }) => leaving?.(client, { isOutside: true, protocol: to.protocol }) ?? []);
  const request = says.kind === 'http' ? { ...ANY_SENT, ...says.request, host: says.host } : undefined;
  const { passage } = pass(gates, callOutside(client, to, request));
  return isUndecided(passage) ? 'unknown' : passage;
}

const asked = fc.array(calls, { minLength: 12, maxLength: 12 });
const copied = (manifests: readonly object[]) => JSON.parse(JSON.stringify(manifests));

test('what the library writes lets out what it lets out in Open Service Mesh', () => {
  const can = (feature: string) => osmEgress.supports[feature as EgressFeature].level !== 'none';
  const counts = { allowed: 0, denied: 0, unknown: 0 };
  fc.assert(fc.property(fc.array(egressDestination(can), { maxLength: 4 }), asked, (destinations, some) => {
    const { manifests, refusals } = osmEgress.render({
      name: 'cart-egress', namespace: 'shop', workload: { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' } }, destinations,
    });
    fc.pre(refusals.length === 0 && manifests.length > 0);
    for (const call of some) {
      const said = leaves(copied(manifests), call);
      counts[said]++;
      expect(said).toBe(letOutByOsm(copied(manifests), call) ? 'allowed' : 'denied');
    }
  }), { numRuns: 100 });
  expect(counts.allowed).toBeGreaterThan(50);
  expect(counts.denied).toBeGreaterThan(50);
});

test('whatever others write, it says what Open Service Mesh does, or that it is not known', () => {
  const counts = { allowed: 0, denied: 0, unknown: 0 };
  fc.assert(fc.property(foreignEgresses, asked, (written, some) => {
    const manifests = copied(written);
    for (const call of some) {
      const said = leaves(manifests, call);
      counts[said]++;
      if (said !== 'unknown') expect(said).toBe(letOutByOsm(manifests, call) ? 'allowed' : 'denied');
    }
  }), { numRuns: 200 });
  expect(counts.allowed).toBeGreaterThan(100);
  expect(counts.denied).toBeGreaterThan(100);
  expect(counts.unknown).toBeLessThan(counts.allowed + counts.denied);
});

const TLS: Call = { namespace: 'shop', serviceAccount: 'cart', name: 'api.example.com', ip: '203.0.113.10', port: 443, says: { kind: 'tls', serverName: 'api.example.com' } };
const GET: Call = { ...TLS, port: 80, says: { kind: 'http', host: 'api.example.com' } };
const OTHER = egress({ hosts: ['pay.example.org'], ports: [{ number: 443, protocol: 'https' }] });

test('what goes past the proxy leaves, and so does all of it in a mesh that does not know an Egress', () => {
  expect(leaves([OTHER], TLS)).toBe('denied');
  expect(leaves([OTHER], { ...TLS, says: { kind: 'datagram' } })).toBe('allowed');
  expect(leaves([OTHER], TLS, { ...CART, meshed: false })).toBe('allowed');
  expect(leaves([OTHER], TLS, CART, 'linkerd')).toBe('allowed');
});

test.each<[string, readonly object[], Call]>([
  ['a host for two ports of one number', [egress({ hosts: ['api.example.com'], ports: [{ number: 443, protocol: 'https' }, { number: 443, protocol: 'https' }] })], TLS],
  ['a block twice', [egress({ ipAddresses: ['203.0.113.0/24', '203.0.113.9/24'], ports: [{ number: 443, protocol: 'tcp' }] })], TLS],
  ['hosts at addresses', [egress({ hosts: ['api.example.com'], ipAddresses: ['203.0.113.0/24'], ports: [{ number: 443, protocol: 'https' }] })], TLS],
  ['an address without the length of its block', [egress({ ipAddresses: ['203.0.113.10'], ports: [{ number: 443, protocol: 'tcp' }] })], TLS],
  ['everything beside a host, over HTTP', [
    egress({ hosts: ['pay.example.org'], ports: [{ number: 80, protocol: 'http' }] }), egress({ ports: [{ number: 80, protocol: 'tcp' }] }, 'all'),
  ], GET],
  ['a protocol in other letters', [egress({ hosts: ['api.example.com'], ports: [{ number: 80, protocol: 'HTTP' }] })], GET],
  ['a source that is no ServiceAccount', [egress({ sources: [{ ...SOURCE, kind: 'Service' }], ports: [{ number: 80, protocol: 'tcp' }] })], GET],
  ['a match that is no HTTPRouteGroup', [egress({ hosts: ['api.example.com'], ports: [{ number: 80, protocol: 'http' }], matches: [{ ...READS, kind: 'TCPRoute' }] })], GET],
  ['an expression that is none', [
    egress({ hosts: ['api.example.com'], ports: [{ number: 80, protocol: 'http' }], matches: [READS] }), group({ name: 'a', pathRegex: '/(' }),
  ], GET],
  ['a field that is not known', [egress({ hosts: ['api.example.com'], ports: [{ number: 443, protocol: 'https' }], tls: true })], TLS],
  ['a client whose ServiceAccount is not known', [OTHER], { ...TLS, serviceAccount: undefined }],
])('of %s, it is not known what leaves', (_, manifests, call) => {
  expect(leaves(manifests, call)).toBe('unknown');
});
