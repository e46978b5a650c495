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

  test('of clients, each match counts by itself, in place of the limit of all others', () => {
    const match = (value: string, type = 'Exact') => ({ spiffeID: { type, value: `spiffe://cluster.local/ns/${value}` } });
    const ruled = (...rules: object[]) => held(service(), pods({ app: 'cart' }), {
      apiVersion: 'kuma.io/v1alpha1', kind: 'MeshRateLimit', metadata: { name: 'some', namespace: 'shop' }, spec: { targetRef: { kind: 'Mesh' }, rules },
    });
    const counting = (num: number, matches?: object[], more: object = {}) =>
      ({ ...(matches && { matches }), default: { local: { http: { ...rate(num).http, ...more } } } });
    const rule = (requests: number, ...sources: object[]) => ({ sources, perClient: false, matches: [], requests });
    const [web, ops] = [{ kind: 'serviceAccount', namespace: 'shop', name: 'web' }, { kind: 'namespace', name: 'ops' }];

    expect(ruled(counting(5, [match('ops/sa', 'Prefix'), match('shop/sa/web')]), counting(100))).toEqual({
      rateLimit: { rules: [rule(5, web), rule(5, ops), rule(100)], interval: 10_000 }, besides: [],
    });
    expect(ruled(counting(5, [match('ops/sa/', 'Prefix')]))).toEqual({ rateLimit: { rules: [rule(5, ops)], interval: 10_000 }, besides: [] });
    expect(ruled(counting(5, [match('ops/', 'Prefix')], { onRateLimit: { status: 503 } }), { matches: [match('ops/sa/batch')], default: { local: { http: rate(7).http } } })).toMatchObject({
      rateLimit: { rules: [rule(7, { kind: 'serviceAccount', namespace: 'ops', name: 'batch' }), rule(5, ops)], answer: { statusCode: 503 } },
    });
    expect(ruled({ matches: [{ spiffeID: { type: 'Exact', value: 'spiffe://other/web' } }], default: { local: rate(3) } })).toMatchObject({
      rateLimit: { rules: [rule(3, { kind: 'spiffeId', id: 'spiffe://other/web' })] },
    });
    for (const unclear of [match('op', 'Prefix'), match('ops/sa/w', 'Prefix'), { spiffeID: { type: 'Prefix', value: 'spiffe://other/ns/ops/sa' } }]) {
      expect(ruled(counting(5, [unclear]))).toBe('which clients a MeshRateLimit is for is not told apart here');
    }
    expect(ruled(counting(5, [match('ops/sa', 'Prefix')], { onRateLimit: { status: 503 } }), counting(100))).toBe('the rules of a MeshRateLimit count over several times, or answer in several ways');
    expect(ruled(counting(5, [{ sni: { type: 'Exact', value: 'a' } }]))).toBe('which clients it is for is not told apart here');
    expect(held(service(), pods({ app: 'cart' }), all, limit('own', { kind: 'Dataplane', labels: { app: 'cart' } }, rate(5), { matches: [match('shop/sa/web')] })))
      .toBe('which of several MeshRateLimits counts the requests of a client is not put together here');
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
