import { comparedWith, misspeltIsUnknown } from './foreign';
import { evaluate, isHashed, kumaProgram } from './kuma';
import { readOutcome } from './outcome';
import type { Traffic } from '../../../src/meaning/world';
import { routesAsWritten } from '../../oracle/routes/routes-as-written';
import { IN_THE_MESH } from '../../oracle/routes/targets';
import { trafficOf } from '../traffic';
import { reading } from '../world';

const CASES = Number(process.env.ORACLE_CASES ?? 600);

test('routes and policies of Kuma that somebody else wrote', () => {
  const counts = comparedWith(evaluate, kumaProgram, 'kuma', CASES / 5);

  expect(counts.known / (counts.known + counts.unknown)).toBeGreaterThan(0.7);
});

test('what is misspelt leaves open only what depends on it', () => {
  expect(misspeltIsUnknown(evaluate, kumaProgram, 'kuma', CASES / 3)).toBeGreaterThan(CASES / 20);
});

test('what is rendered for Kuma, read again, is what was written', () => {
  const counts = { known: 0, unknown: 0 };
  const [target, evaluateAs, options] = IN_THE_MESH.Kuma;
  // Kuma looks at the `appProtocol` of ports, and at their names.
  routesAsWritten(CASES, target, (manifests, request) => {
    const { to: { service: name, namespace, port }, portName, protocol } = request;
    const ports = [{ port, ...(portName && { name: portName }), appProtocol: protocol.toLowerCase() }];
    const outcome = readOutcome(reading([...manifests, { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ports } }], 'default', 'kuma'), request);
    counts[outcome === 'unknown' ? 'unknown' : 'known']++;
    return outcome === 'unknown' ? evaluateAs(manifests, request) : outcome;
  }, { ...options, more: route => ({ ...route, rateLimit: undefined, ...(isHashed(route) && { loadBalancing: undefined }) }) });

  expect(counts.unknown / counts.known).toBeLessThan(0.2);
});

const pods = (labels: object) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' }, spec: { template: { metadata: { labels }, spec: { containers: [] } } },
});
const service = (more: object = { appProtocol: 'http' }) => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { app: 'cart' }, ports: [{ port: 80, ...more }] },
});
const limit = (name: string, targetRef: object, local: object, more: object = {}) => ({
  apiVersion: 'kuma.io/v1alpha1', kind: 'MeshRateLimit', metadata: { name, namespace: 'shop' }, spec: { targetRef, rules: [{ default: { local }, ...more }] },
});
const rate = (num: number) => ({ http: { requestRate: { num, interval: '10s' } } });
const held = (...manifests: object[]): Traffic | string | undefined => trafficOf(reading(manifests), { namespace: 'shop', service: 'cart', port: 80 });

describe('rate limits', () => {
  const all = limit('all', { kind: 'Mesh' }, rate(100));

  test('the limit that is closest to the port holds', () => {
    const own = limit('own', { kind: 'Dataplane', labels: { app: 'cart' } }, { http: { ...rate(5).http, onRateLimit: { status: 503 } } });

    expect(held(service(), pods({ app: 'cart' }), all)).toEqual({ rateLimit: { requests: 100, interval: 10_000 }, besides: [] });
    expect(held(service(), pods({ app: 'cart' }), all, own)).toEqual({
      rateLimit: { requests: 5, interval: 10_000, answer: { statusCode: 503, headers: [] } }, besides: [],
    });
    const answering = (onRateLimit: object) => limit('own', { kind: 'Dataplane', labels: { app: 'cart' } }, { http: { ...rate(5).http, onRateLimit } });
    const set = [{ name: 'X-Limited', value: 'a' }, { name: 'retry-after', value: '1' }];
    expect(held(service(), pods({ app: 'cart' }), answering({ status: 200, headers: { set } }))).toMatchObject({
      rateLimit: { answer: { statusCode: 429, headers: [{ name: 'retry-after', value: '1' }, { name: 'x-limited', value: 'a' }] } },
    });
    for (const other of [{ headers: { add: set } }, { headers: { set: [{ name: 'a', value: '1,2' }] } }, { body: 'a' }]) {
      expect(held(service(), pods({ app: 'cart' }), answering(other))).toBe('the answer of a MeshRateLimit is not understood');
    }
    expect(held(service(), pods({ app: 'cart' }), all, limit('off', { kind: 'Dataplane' }, { http: { disabled: true } }))).not.toHaveProperty('rateLimit');
  });

  test('a port without `appProtocol` has connections, which are counted apart', () => {
    expect(held(service({}), pods({ app: 'cart' }), all)).toEqual({ besides: [] });
  });

  test('what is for some clients, for pods that are not here, or of earlier releases is not known', () => {
    expect(held(service(), all)).toMatchObject({ rateLimit: { requests: 100 } });
    expect(held(service(), limit('own', { kind: 'Dataplane', labels: { app: 'cart' } }, rate(5)))).toMatchObject({ rateLimit: { requests: 5 } });
    expect(held(service(), limit('own', { kind: 'Dataplane', labels: { app: 'cart', version: 'v1' } }, rate(5)))).toBe("it is not known whether MeshRateLimit 'own' is for these pods");
    expect(held(service(), pods({ app: 'cart' }), limit('some', { kind: 'Mesh' }, rate(5), { matches: [{}] }))).toBe('which clients it is for is not told apart here');
    expect(held(service(), pods({ app: 'cart' }), limit('odd', { kind: 'Mesh' }, { http: { requestsRate: {} } }))).toBe('it is not known here');
    expect(held(service(), pods({ app: 'cart' }), limit('subset', { kind: 'MeshSubset' }, rate(5)))).toMatch('depends on the release of Kuma');
  });
});
