import * as fc from 'fast-check';
import { calls, foreign, passthroughs } from './foreign-egress';
import { Unknown } from '../../../../src/evaluators/unknown';
import type { Client } from '../../../../src/meaning/call';
import { isUndecided } from '../../../../src/meaning/decision';
import { callOutside } from '../../../../src/meaning/journey';
import { pass } from '../../../../src/meaning/passage';
import type { PodPort } from '../../../../src/meaning/world';
import type { World } from '../../../../src/reading/world';
import type { Call } from '../../../oracle/egress/call';
import { letOutByKuma } from '../../../oracle/egress/kuma';
import { misspelt } from '../../../reading/requests';
import { type Answer, reading } from '../../../reading/world';

const CASES = Number(process.env.ORACLE_CASES ?? 800);

const WEB: Client = { kind: 'pod', namespace: 'shop', labels: { app: 'web' }, meshed: true };

/** Whether a call leaves, as the reader says. */
function answer({ readings }: World, { namespace, labels, ip, port, says }: Call): Answer {
  const protocol = says.kind === 'http' ? 'HTTP' : says.kind === 'tls' ? 'TLS' : says.kind === 'datagram' ? 'UDP' : 'TCP';
  const client: Client = { kind: 'pod', namespace, labels, meshed: true };
  const gates = readings.flatMap(({ reading: { leaving } }) => leaving?.(client, { isOutside: true, protocol }) ?? []);
  const host = says.kind === 'http' ? says.host : says.kind === 'tls' ? says.serverName : undefined;
  const request = says.kind === 'http' ? { method: 'GET', path: '/', headers: {}, query: {}, host: says.host } : undefined;
  const { passage } = pass(gates, callOutside(client, { address: ip, port, protocol, ...(host !== undefined && { host }) }, request));
  return isUndecided(passage) ? 'unknown' : passage;
}

function decided(manifests: readonly any[], call: Call): Answer {
  try {
    return letOutByKuma(manifests, call) ? 'allowed' : 'denied';
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

test('what a MeshPassthrough lets out that somebody else wrote', () => {
  const counts = { allowed: 0, denied: 0, unknown: 0 };
  fc.assert(fc.property(passthroughs, fc.array(calls, { minLength: 8, maxLength: 8 }), (manifests, all) => {
    const world = reading(manifests, 'default', 'kuma');
    for (const call of all) {
      const [given, wanted] = [answer(world, call), decided(manifests, call)];
      if (given !== 'unknown' && wanted !== 'unknown') expect({ call, given }).toEqual({ call, given: wanted });
      if (wanted !== 'unknown') counts[given]++;
    }
  }), { numRuns: 2 * CASES });

  expect(Math.min(counts.allowed, counts.denied)).toBeGreaterThan(CASES / 2);
  expect(counts.unknown / (counts.allowed + counts.denied)).toBeLessThan(0.05);
});

test('what is misspelt leaves open only what depends on it', () => {
  let unknown = 0;
  fc.assert(fc.property(misspelt(foreign), calls, ({ before, after }, call) => {
    const [given, wanted] = [answer(reading(after, 'default', 'kuma'), call), decided(before, call)];
    if (given === 'unknown') unknown++;
    else if (wanted !== 'unknown') expect({ call, given }).toEqual({ call, given: wanted });
  }), { numRuns: CASES });

  expect(unknown).toBeGreaterThan(CASES / 10);
});

const passthrough = (conf: object, more: object = {}) => ({
  apiVersion: 'kuma.io/v1alpha1', kind: 'MeshPassthrough', metadata: { name: 'out', namespace: 'shop' }, spec: { ...more, default: conf },
});
const matching = (...appendMatch: readonly object[]) => passthrough({ appendMatch });
const API = { type: 'Domain', value: 'api.example.com', port: 443 };
const NONE = passthrough({ passthroughMode: 'None' });

test('what goes past the proxy leaves', () => {
  const call: Call = { namespace: 'shop', labels: { app: 'web' }, ip: '8.8.8.8', port: 53, says: { kind: 'datagram' } };
  const unmeshed = reading([NONE]).readings.flatMap(({ reading: { leaving } }) =>
    leaving?.({ ...WEB, meshed: false }, { isOutside: true, protocol: 'TCP' }) ?? []);

  expect(answer(reading([NONE]), call)).toBe('allowed');
  expect(answer(reading([NONE]), { ...call, says: { kind: 'bytes' } })).toBe('denied');
  expect(unmeshed).toEqual([]);
});

test('what is in the mesh is called by its Service; addresses of pods are not known', () => {
  const to: PodPort = { pod: { namespace: 'shop', labels: { app: 'cart' } }, port: 8080, protocol: 'HTTP', entrances: [] };
  const entrance = { namespace: 'shop', service: 'cart', port: 80 };
  const called = (manifest: object, by: object, pod = to.pod) => {
    const gates = reading([manifest]).readings.flatMap(({ reading: { leaving } }) => leaving?.(WEB, { ...to, pod }) ?? []);
    const { passage } = pass(gates, { client: WEB, pod, port: 8080, protocol: 'HTTP', ...by });
    return isUndecided(passage) ? 'unknown' : passage;
  };

  expect([called(NONE, { entrance }), called(NONE, {})]).toEqual(['allowed', 'unknown']);
  expect(called(passthrough({ passthroughMode: 'All' }), {})).toBe('allowed');
  expect(called(NONE, { entrance }, { ...to.pod, labels: { ...to.pod.labels, 'kuma.io/sidecar-injection': 'disabled' } })).toBe('unknown');
});

test('what leaves by no MeshPassthrough is not known where a Mesh lets nothing leave, as 3.0 does not follow it', () => {
  const call: Call = { namespace: 'shop', labels: { app: 'web' }, ip: '1.2.3.4', port: 443, says: { kind: 'bytes' } };
  const mesh = (isOpen: boolean) => ({ apiVersion: 'kuma.io/v1alpha1', kind: 'Mesh', metadata: { name: 'default' }, spec: { meshServices: { mode: 'Exclusive' }, networking: { outbound: { passthrough: isOpen } } } });
  const ask = (...all: object[]) => answer(reading(all, 'default', 'kuma'), call);

  expect([ask(mesh(true)), ask(mesh(false)), ask(mesh(false), NONE)]).toEqual(['allowed', 'unknown', 'denied']);
  expect(ask(mesh(false), passthrough({ passthroughMode: 'All' }))).toBe('allowed');
  expect(ask(mesh(false), passthrough({ passthroughMode: 'None' }, { targetRef: { kind: 'Dataplane', labels: { app: 'cart' } } }))).toBe('unknown');
  expect(answer(reading([mesh(false)], 'default', 'kuma'), { ...call, says: { kind: 'datagram' } })).toBe('allowed');
});

test.each<[string, object]>([
  ['for proxies as other releases know them', passthrough({ passthroughMode: 'None' }, { targetRef: { kind: 'MeshSubset', tags: { app: 'web' } } })],
  ['for a port of the pods', passthrough({ passthroughMode: 'None' }, { targetRef: { kind: 'Dataplane', sectionName: 'http' } })],
  ['with a host for bytes', matching({ ...API, protocol: 'tcp' })],
  ['with a match twice', matching({ ...API, protocol: 'tls' }, { ...API, protocol: 'tls' })],
  ['with requests behind bytes', matching(...['tcp', 'http'].map(protocol => ({ type: 'CIDR', value: '1.0.0.0/8', port: 80, protocol })))],
  ['with an address that is none', matching({ type: 'IP', value: '1.0.0.0/8' })],
  ['with a mode that there is not', passthrough({ passthroughMode: 'Some' })],
  ['with a field that is not known', passthrough({ passthroughMode: 'None', until: 'now' })],
])('of one %s, what leaves is not known', (_, manifest) => {
  const call: Call = { namespace: 'shop', labels: { app: 'web' }, ip: '1.2.3.4', port: 443, says: { kind: 'bytes' } };

  expect(answer(reading([manifest]), call)).toBe('unknown');
});
