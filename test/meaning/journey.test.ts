import type { Request } from '../../src/meaning/call';
import type { Condition } from '../../src/meaning/condition';
import type { Source } from '../../src/meaning/decision';
import { type Errand, journey, type Land } from '../../src/meaning/journey';
import { exactly, suffix, type Text } from '../../src/meaning/text';
import type { TitledReading, Entry, PodPort, Way } from '../../src/meaning/world';

const SOURCE: Source = { kind: 'Route', namespace: 'shop', name: 'cart', place: { file: 'a.yaml', line: 1, path: '' } };
const to = { namespace: 'shop', service: 'cart', port: 80 };
const port = (service: string): PodPort => ({ pod: { namespace: 'shop', labels: { app: service } }, port: 8080, protocol: 'HTTP', entrances: [] });
const request = (path: string, more: Partial<Request> = {}): Request => ({ method: 'GET', path, headers: {}, query: {}, ...more });
const errand = (more: Partial<Errand> = {}): Errand =>
  ({ client: { kind: 'pod', namespace: 'shop', serviceAccount: 'web', meshed: true }, to, protocol: 'HTTP', request: request('/'), ...more });
const land = (...readings: readonly TitledReading['reading'][]): Land =>
  ({ readings: readings.map((reading, i) => ({ title: `API ${i}`, reading })), portsBehind: ({ service }) => service === 'nowhere' ? [] : [port(service)] });
const way = (weights: Readonly<Record<string, number>>, more: Partial<Way> = {}): Way =>
  ({ backends: Object.entries(weights).map(([service, weight]) => ({ namespace: 'shop', service, port: 80, weight })), handling: {}, besides: [], ...more });
const always = (one: Way) => ({ branches: [], otherwise: { value: one, why: 'it is so' } });
const only = (condition: Condition, service?: string) => ({
  entering: ({ pod }: PodPort) => service !== undefined && pod.labels?.app !== service ? [] : [{
    title: 'policy',
    decision: {
      branches: [{ when: condition, then: { value: 'allowed' as const, why: 'a rule' }, source: SOURCE }],
      otherwise: { value: 'denied' as const, why: 'no rule' },
    },
  }],
});
const path = (is: Text): Condition => ({ type: 'path', is });

test('each backend is asked, and one that denies it is enough', () => {
  const split = { ways: () => always(way({ a: 9, b: 1 })) };

  const { outcome, legs } = journey(land(split, only(path(exactly('/x')), 'b')), errand());

  expect(legs.map(({ share, outcome: own }) => [share, own])).toEqual([[0.9, 'allowed'], [0.1, 'denied']]);
  expect(outcome).toBe('denied');
  expect(journey(land(split, only(path(exactly('/')), 'b')), errand()).outcome).toBe('allowed');
});

test.each([
  ['all of it', { type: 'full', value: '/new' }, undefined, '/a', '/new'],
  ['a prefix', { type: 'prefix', value: '/new' }, '/a', '/a/b', '/new/b'],
  ['a prefix by nothing', { type: 'prefix', value: '' }, '/a', '/a', '/'],
  ['nothing', { type: 'prefix', value: '/new' }, '', '/a', '/new/a'],
] as const)('the path arrives as the route rewrites it: %s', (_, change, replaced, asked, arrives) => {
  const rewriting = way({ a: 1 }, { handling: { rewrite: { path: change } }, ...(replaced !== undefined && { replaced }) });
  const { legs: [leg], outcome } = journey(
    land({ ways: () => always(rewriting) }, only(path(exactly(arrives)))), errand({ request: request(asked) }),
  );

  expect([leg.request?.path, outcome]).toEqual([arrives, 'allowed']);
});

test('where it is not known what of the path is replaced, it is not known what arrives', () => {
  const rewriting = way({ a: 1 }, { handling: { rewrite: { path: { type: 'prefix', value: '/' } } } });

  expect(journey(land({ ways: () => always(rewriting) }), errand()).outcome).toBe('unknown');
});

test('a share that is answered is denied, and a subset is asked for its own pods', () => {
  const [backend] = way({ a: 1 }).backends;

  expect(journey(land({ ways: () => always({ ...way({}), backends: [{ ...backend, status: 500 }] }) }), errand()))
    .toMatchObject({ outcome: 'denied', legs: [{ because: 'the proxy answers with 500' }] });
  expect(journey(land({ ways: () => always({ ...way({}), backends: [{ ...backend, subset: { app: 'a' } }] }) }), errand()).outcome).toBe('allowed');
  expect(journey(land({ ways: () => always({ ...way({}), backends: [{ ...backend, subset: { app: 'b' } }] }) }), errand()).outcome).toBe('unknown');
});

test('headers arrive as the route, and then its backend, change them', () => {
  const routed: Way = {
    backends: [{ ...to, weight: 1, requestHeaders: { set: [{ name: 'a', value: '2' }], add: [], remove: ['c'] } }],
    handling: { requestHeaders: { set: [{ name: 'a', value: '1' }], add: [{ name: 'b', value: '1' }], remove: [] }, rewrite: { hostname: 'other' } },
    besides: [],
  };
  const { legs: [leg] } = journey(land({ ways: () => always(routed) }), errand({ request: request('/', { headers: { b: '0', c: '0' } }) }));

  expect([leg.request?.headers, leg.request?.host]).toEqual([{ a: '2', b: '0,1' }, 'other']);
});

test('what the proxy answers goes nowhere', () => {
  expect(journey(land({ ways: () => always(way({}, { handling: { redirect: { statusCode: 301 } } })) }), errand())).toMatchObject({ outcome: 'allowed', legs: [] });
  expect(journey(land({ ways: () => always(way({})) }), errand())).toMatchObject({ outcome: 'denied', legs: [] });
});

test('two APIs with a route for the same are not known', () => {
  const routes = { ways: () => always(way({ a: 1 })) };

  expect(journey(land(routes, routes), errand())).toMatchObject({ outcome: 'unknown', because: expect.stringContaining('API 0 and API 1 have routes') });
});

test('pods that are not there are not known', () => {
  expect(journey(land({ ways: () => always(way({ a: 1, nowhere: 1 })) }), errand()).outcome).toBe('unknown');
});

describe('a gateway', () => {
  const entry = (host: Text, ways: Entry['ways'], more: Partial<Entry> = {}): Entry => ({ gateway: 'edge/public', port: 443, protocol: 'HTTPS', host, ways, ...more });
  const by = (entries: readonly Entry[], host?: string) => journey(land({ entries: () => entries }), errand({ gateway: 'edge/public', request: request('/', { ...(host !== undefined && { host }) }) }));

  test('takes the entry that names the host most closely', () => {
    const entries = [entry(suffix('.example'), always(way({ other: 1 }))), entry(exactly('shop.example'), always(way({ cart: 1 })))];

    expect(by(entries, 'shop.example').outcome).toBe('allowed');
    expect(by(entries, 'x.example')).toMatchObject({ outcome: 'denied', because: 'the gateway sends it elsewhere' });
    expect(by(entries, 'x.test')).toMatchObject({ outcome: 'denied', because: 'the proxy answers with 404' });
    expect(by(entries).outcome).toBe('unknown');
  });

  test('is known, or its way is not', () => {
    expect(by([entry({ type: 'anything' }, always(way({ cart: 1 })), { gateway: 'edge/other' })]).outcome).toBe('unknown');
    expect(by([entry({ type: 'anything' }, always(way({ cart: 1 })))]).outcome).toBe('allowed');
  });
});
