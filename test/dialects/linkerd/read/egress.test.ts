import * as fc from 'fast-check';
import { calls, network, on, route, foreign } from './foreign-egress';
import { Unknown } from '../../../../src/evaluators/unknown';
import type { Client } from '../../../../src/meaning/call';
import { isUndecided } from '../../../../src/meaning/decision';
import { callOutside } from '../../../../src/meaning/journey';
import { pass } from '../../../../src/meaning/passage';
import type { World } from '../../../../src/reading/world';
import { ANY_SENT, type Call as Asked } from '../../../oracle/egress/call';
import { letOutByLinkerd } from '../../../oracle/egress/linkerd';
import { misspelt } from '../../../reading/requests';
import { type Answer, reading } from '../../../reading/world';

const CASES = Number(process.env.ORACLE_CASES ?? 600);

const WEB: Client = { kind: 'pod', namespace: 'shop', meshed: true };

/** Whether a call leaves, as the reader says. */
function answer(world: World, { namespace, ip, port, says }: Asked): Answer {
  const protocol = says.kind === 'http' ? says.isHttp2 ? 'GRPC' : 'HTTP' : says.kind === 'tls' ? 'TLS' : 'TCP';
  const client: Client = { kind: 'pod', namespace, meshed: true };
  const gates = world.readings.flatMap(({ reading: { leaving } }) => leaving?.(client, { isOutside: true, protocol }) ?? []);
  const host = says.kind === 'http' ? says.host : says.kind === 'tls' ? says.serverName : undefined;
  const { passage } = pass(gates, callOutside(client, { address: ip, port, protocol, ...(host !== undefined && { host }) }, says.kind !== 'http' ? undefined
    : { ...says.request ?? ANY_SENT, host: says.host }));
  return isUndecided(passage) ? 'unknown' : passage;
}

/** Whether a connection to an address leaves. */
function leaves(manifests: readonly object[], address: string, client = WEB, protocol: 'TCP' | 'UDP' = 'TCP') {
  const gates = reading(manifests).readings.flatMap(({ reading: { leaving } }) => leaving?.(client, { isOutside: true, protocol }) ?? []);
  const { passage } = pass(gates, callOutside(client, { address, port: 443, protocol }));
  return isUndecided(passage) ? 'unknown' : passage;
}

test('the trafficPolicy of an EgressNetwork holds for its blocks', () => {
  const blocks = fc.constantFrom('1.0.0.0/8', '1.2.0.0/16', '1.2.3.0/24', '9.9.9.9/32', '0.0.0.0/0');
  const except = fc.oneof(fc.constant(undefined), fc.array(blocks, { maxLength: 1 }));
  const networks = fc.array(fc.record({ cidr: blocks, except }), { minLength: 1, maxLength: 2 });
  const addresses = fc.constantFrom('1.2.3.4', '1.2.9.9', '1.9.9.9', '9.9.9.9', '8.8.8.8');
  fc.assert(fc.property(networks, fc.constantFrom('Allow', 'Deny'), addresses, (own, trafficPolicy, ip) => {
    const manifests = JSON.parse(JSON.stringify([network({ trafficPolicy, networks: own })]));
    const wanted = letOutByLinkerd(manifests, { namespace: 'shop', ip, port: 443, says: { kind: 'bytes' } });
    expect(leaves(manifests, ip)).toBe(wanted ? 'allowed' : 'denied');
  }));
});

test('without blocks, a network is for all but the addresses of the cluster, which are not known', () => {
  const closed = network({ trafficPolicy: 'Deny' });

  expect([leaves([closed], '1.2.3.4'), leaves([closed], '10.2.3.4')]).toEqual(['denied', 'unknown']);
});

test('the networks of a namespace stand in place of those for all', () => {
  const [own, all] = [network({ trafficPolicy: 'Allow', networks: [{ cidr: '9.0.0.0/8' }] }), network({ trafficPolicy: 'Deny' }, 'linkerd-egress')];

  expect([leaves([own, all], '1.2.3.4'), leaves([own, all], '1.2.3.4', { ...WEB, namespace: 'other' }), leaves([all], '1.2.3.4')]).toEqual(['allowed', 'denied', 'denied']);
});

function decided(manifests: readonly any[], call: Asked): Answer {
  try {
    return letOutByLinkerd(manifests, call) ? 'allowed' : 'denied';
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

test('what routes of an EgressNetwork let out that somebody else wrote', () => {
  const counts = { allowed: 0, denied: 0, unknown: 0 };
  fc.assert(fc.property(foreign, fc.array(calls, { minLength: 8, maxLength: 8 }), (manifests, all) => {
    const world = reading(manifests, 'default', 'linkerd');
    for (const call of all) {
      const [given, wanted] = [answer(world, call), decided(manifests, call)];
      if (given !== 'unknown' && wanted !== 'unknown') expect({ call, given }).toEqual({ call, given: wanted });
      if (wanted !== 'unknown') counts[given]++;
    }
  }), { numRuns: CASES });

  expect(Math.min(counts.allowed, counts.denied)).toBeGreaterThan(CASES / 2);
  expect(counts.unknown / (counts.allowed + counts.denied)).toBeLessThan(0.6);
});

test('what is misspelt leaves open only what depends on it', () => {
  let unknown = 0;
  fc.assert(fc.property(misspelt(foreign), calls, ({ before, after }, call) => {
    const [given, wanted] = [answer(reading(after, 'default', 'linkerd'), call), decided(before, call)];
    if (given === 'unknown') unknown++;
    else if (wanted !== 'unknown') expect({ call, given }).toEqual({ call, given: wanted });
  }), { numRuns: CASES });

  expect(unknown).toBeGreaterThan(CASES / 20);
});

test('what goes past the proxy leaves', () => {
  const closed = network({ trafficPolicy: 'Deny', networks: [{ cidr: '0.0.0.0/0' }] });

  expect(leaves([closed], '1.2.3.4')).toBe('denied');
  expect(leaves([closed], '1.2.3.4', WEB, 'UDP')).toBe('allowed');
  expect(leaves([closed], '1.2.3.4', { ...WEB, meshed: false })).toBe('allowed');
});

test('at a port with GRPCRoutes, only HTTP/2 leaves', () => {
  const world = reading([network({ trafficPolicy: 'Allow', networks: [{ cidr: '1.0.0.0/8' }] }), route('GRPCRoute', { parentRefs: [on(443)], rules: [{}] })]);
  const calling = { namespace: 'shop', ip: '1.2.3.4', port: 443 };

  expect(answer(world, { ...calling, says: { kind: 'bytes' } })).toBe('denied');
  expect(answer(world, { ...calling, says: { kind: 'http', host: 'example.org' } })).toBe('unknown');
  expect(answer(world, { ...calling, says: { kind: 'http', host: 'example.org', isHttp2: true } })).toBe('allowed');
});

test('at a port with TLSRoutes, TLS leaves that names its server, also by a route for every name, and where the policy is Allow', () => {
  const closed = [network({ trafficPolicy: 'Deny', networks: [{ cidr: '1.0.0.0/8' }] }), route('TLSRoute', { parentRefs: [on(443)], rules: [{}] })];
  const open = [network({ trafficPolicy: 'Allow', networks: [{ cidr: '1.0.0.0/8' }] }), route('TLSRoute', { parentRefs: [on(443)], hostnames: ['a.example'], rules: [{}] })];
  const calling = { namespace: 'shop', ip: '1.2.3.4', port: 443 };

  for (const world of [closed, open].map(all => reading(all, 'default', 'linkerd'))) {
    expect(answer(world, { ...calling, says: { kind: 'tls', serverName: 'b.example' } })).toBe('allowed');
    expect(answer(world, { ...calling, says: { kind: 'tls' } })).toBe('unknown');
    expect(answer(world, { ...calling, says: { kind: 'bytes' } })).toBe('denied');
  }
});

test.each<[string, readonly object[]]>([
  ['without blocks, of several', [network({ trafficPolicy: 'Deny' }), network({ trafficPolicy: 'Allow', networks: [{ cidr: '1.2.0.0/16' }] }, 'shop', 'other')]],
  ['with a block of two', [network({ trafficPolicy: 'Deny', networks: [{ cidr: '1.2.0.0/16' }] }), network({ trafficPolicy: 'Allow', networks: [{ cidr: '1.2.0.0/16' }] }, 'shop', 'other')]],
  ['with a route for all ports', [network({ trafficPolicy: 'Deny', networks: [{ cidr: '1.0.0.0/8' }] }), route('TLSRoute', { parentRefs: [on()], rules: [{}] })]],
  ['with a route to another network', [
    network({ trafficPolicy: 'Deny', networks: [{ cidr: '1.0.0.0/8' }] }), route('TCPRoute', { parentRefs: [on(443)], rules: [{ backendRefs: [{ ...on(), name: 'other' }] }] }),
  ]],
  ['with a route to a Service', [
    network({ trafficPolicy: 'Deny', networks: [{ cidr: '1.0.0.0/8' }] }), route('TCPRoute', { parentRefs: [on(443)], rules: [{ backendRefs: [{ name: 'proxy', port: 80 }] }] }),
  ]],
  ['that may have addresses of the cluster', [
    network({ trafficPolicy: 'Deny', networks: [{ cidr: '1.0.0.0/8' }, { cidr: '10.1.0.0/16' }] }), route('TCPRoute', { parentRefs: [on(443)], rules: [{}] }),
  ]],
  ['with a block that is none', [network({ trafficPolicy: 'Deny', networks: [{ cidr: 'all' }] })]],
  ['with a field that is not known', [network({ trafficPolicy: 'Deny', networks: [{ cidr: '1.0.0.0/8' }], ports: [443] })]],
])('%s, what leaves is not known', (_, manifests) => {
  expect(leaves(manifests, '1.2.3.4')).toBe('unknown');
});
