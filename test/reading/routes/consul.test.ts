import { alike, consulProgram, entry, evaluate } from './consul';
import { comparedWith, misspeltIsUnknown } from './foreign';
import { readOutcome } from './outcome';
import { unsaidOf } from '../../../src/dialects/consul/read/access/speaking';
import type { Call } from '../../../src/meaning/call';
import { decide, isUndecided, valueOf } from '../../../src/meaning/decision';
import { waysOf } from '../../../src/meaning/routing';
import type { Way } from '../../../src/meaning/world';
import { routesAsWritten } from '../../oracle/routes/routes-as-written';
import { IN_THE_MESH } from '../../oracle/routes/targets';
import { trafficOf } from '../traffic';
import { reading } from '../world';

const CASES = Number(process.env.ORACLE_CASES ?? 600);

test('config entries of Consul that somebody else wrote', () => {
  const { known, unknown } = comparedWith(evaluate, consulProgram, 'consul', CASES / 2, alike);

  expect(known / (known + unknown)).toBeGreaterThan(0.8);
});

test('what is misspelt leaves open only what depends on it', () => {
  expect(misspeltIsUnknown(evaluate, consulProgram, 'consul', CASES / 2, alike)).toBeGreaterThan(CASES / 20);
});

/** Where namespaces may share one of Consul, what names others is left open. */
test.each([['Consul, with the namespaces of Kubernetes', 0.2], ['Consul, with one namespace', 6]])('what is rendered for %s, read again, is what was written', (title, most) => {
  const counts = { known: 0, unknown: 0 };
  const [target, evaluateAs, options] = IN_THE_MESH[title];
  routesAsWritten(CASES, target, (manifests, request) => {
    const outcome = readOutcome(reading(manifests, 'default', 'consul'), request);
    counts[outcome === 'unknown' ? 'unknown' : 'known']++;
    return outcome === 'unknown' ? evaluateAs(manifests, request) : outcome;
  }, { ...options, alike: outcome => alike(options.alike?.(outcome) ?? outcome) });

  expect(counts.unknown / counts.known).toBeLessThan(most);
});

const CALL: Call = {
  client: { kind: 'pod', namespace: 'shop', meshed: true }, pod: { namespace: 'shop' }, port: 80, protocol: 'HTTP', request: { method: 'GET', path: '/', headers: {}, query: {} },
};
const TO = { namespace: 'shop', service: 'cart', port: 80 };
const HTTP = ['cart', 'cart-v2'].map(name => entry('ServiceDefaults', name, { protocol: 'http' }));

function way(...manifests: object[]): Way | string {
  const [only] = waysOf(reading(manifests).readings, TO, 'HTTP');
  const value = valueOf(decide(only.ways, CALL));
  return isUndecided(value) ? value.unknown : value;
}
const splitter = entry('ServiceSplitter', 'cart', { splits: [{ weight: 90 }, { weight: 10, service: 'cart-v2' }] });

test('a subset is a part of the pods of its service, which is said', () => {
  const parts = entry('ServiceSplitter', 'cart', { splits: [{ weight: 75, serviceSubset: 'v1' }, { weight: 25, serviceSubset: 'v2' }] });
  const resolver = entry('ServiceResolver', 'cart', { subsets: { v1: { filter: 'Service.Meta.version == 1' }, v2: { filter: 'Service.Meta.version == 2', onlyPassing: true } } });

  expect(way(...HTTP, parts, resolver)).toMatchObject({
    backends: [{ service: 'cart' }, { service: 'cart' }],
    besides: [
      'of the pods of shop/cart, only those with Service.Meta.version == 1 (75 %)', 'of the pods of shop/cart, only those with Service.Meta.version == 2 that are healthy (25 %)',
    ],
  });
  expect(way(...HTTP, parts)).toBe("the service shop/cart has no subset 'v1', which Consul refuses");
});

test('shares are in percent, those of the same are one, and nothing else stands beside them', () => {
  const resolver = entry('ServiceResolver', 'cart-v1', { redirect: { service: 'cart-v2' } });
  const parts = [{ weight: 50 }, { weight: 20, service: 'cart-v1' }, { weight: 30, service: 'cart-v2' }];
  const all = ['cart', 'cart-v1', 'cart-v2'].map(name => entry('ServiceDefaults', name, { protocol: 'http' }));
  const backends = (splits: readonly object[]) => way(...all, resolver, entry('ServiceSplitter', 'cart', { splits }));

  expect(backends(parts)).toMatchObject({
    backends: [
      { namespace: 'shop', service: 'cart', port: 80, weight: 50 }, { namespace: 'shop', service: 'cart-v2', port: 80, weight: 50 },
    ],
  });
  expect(backends([{ weight: 99.99 }, { weight: 0.01, service: 'cart-v2' }])).toEqual({
    backends: [{ namespace: 'shop', service: 'cart', port: 80, weight: 9999 }, { namespace: 'shop', service: 'cart-v2', port: 80, weight: 1 }],
    handling: {},
    besides: [],
  });
});

test('what splits change of headers is put together with nothing', () => {
  const nested = [entry('ServiceSplitter', 'cart', { splits: [{ weight: 100, service: 'cart-v2' }] }),
    entry('ServiceSplitter', 'cart-v2', { splits: [{ weight: 100, requestHeaders: { set: { 'x-team': '1' } } }] })];
  expect(way(...HTTP, ...nested)).toMatchObject({ backends: [{ service: 'cart-v2', weight: 100 }] });
});

test('what no route of a router takes, the splitter divides, and it is the one that is named', () => {
  const router = entry('ServiceRouter', 'cart', { routes: [{ match: { http: { pathExact: '/a' } }, destination: { service: 'cart-v2' } }] });
  const [{ ways: { branches, otherwise } }] = waysOf(reading([...HTTP, router, splitter]).readings, TO, 'HTTP');

  expect([...branches.map(({ source }) => source), otherwise.source].map(source => `${source?.kind} ${source?.place.line} ${source?.place.path}`))
    .toEqual(['ServiceRouter 5 spec.routes[0]', 'ServiceSplitter 7 ']);
});

test('what a resolver says of pods holds for all that is sent to its service', () => {
  const resolver = entry('ServiceResolver', 'cart', { connectTimeout: '1s', loadBalancer: { policy: 'random' } });

  expect(trafficOf(reading([...HTTP, resolver]), TO)).toEqual({
    connections: { connectTimeout: 1000 }, besides: ['ServiceResolver: loadBalancer is {"policy":"random"}'],
  });
});

describe('failover', () => {
  const ALL = ['cart', 'cart-v1', 'cart-v2', 'other'].map(name => entry('ServiceDefaults', name, { protocol: 'http' }));
  const said = (failover: object, more: object = {}, ...others: readonly object[]) => trafficOf(reading([...ALL, entry('ServiceResolver', 'cart', { failover, ...more }), ...others]), TO);
  const standing = (...names: readonly string[]) => ({ failover: names.map(name => ({ service: { name, namespace: 'shop' } })), besides: [] });

  test('names who stands in, in this order, each once, and not for itself', () => {
    expect(said({ '*': { targets: [{ service: 'cart' }, { service: 'cart-v2' }, { service: 'other' }, { service: 'cart-v2' }] } })).toEqual(standing('cart-v2', 'other'));
    expect(said({ '*': { service: 'other' } })).toEqual(standing('other'));
    expect(said({ '*': { service: 'cart' } })).toEqual({ besides: [] });
  });

  test('leads where the resolver of the other one does, and not to those that stand in for it', () => {
    const other = entry('ServiceResolver', 'other', { redirect: { service: 'cart-v2' } });
    expect(said({ '*': { service: 'other' } }, {}, other, entry('ServiceResolver', 'cart-v2', { failover: { '*': { service: 'cart-v1' } } }))).toEqual(standing('cart-v2'));
  });

  test('names the peers that have the service, or another one', () => {
    const targets = [{ service: 'other' }, { peer: 'west' }, { service: 'cart', peer: 'east' }, { service: 'gone', peer: 'west' }];
    const here = (name: string) => ({ name, namespace: 'shop' });

    expect(said({ '*': { targets } })).toEqual({
      failover: [
        { service: here('other') }, { service: here('cart'), cluster: 'west' }, { service: here('cart'), cluster: 'east' }, { service: here('gone'), cluster: 'west' },
      ],
      besides: [],
    });
    expect(said({ '*': { targets: [{ peer: 'west', namespace: 'next' }] } })).toEqual({ failover: [{ service: { name: 'cart', namespace: 'next' }, cluster: 'west' }], besides: [] });
  });

  test('at a peer leads where the resolver of this cluster for that service does', () => {
    const other = entry('ServiceResolver', 'other', { redirect: { service: 'cart-v2' } });
    expect(said({ '*': { targets: [{ service: 'other', peer: 'west' }] } }, {}, other)).toEqual(standing('cart-v2'));
  });

  test('of some subset is that of all pods where each is in one that says the same, and text otherwise', () => {
    const subsets = { v1: {}, v2: {} };
    expect(said({ 'v1': { service: 'other' }, '*': { targets: [{ service: 'other' }] } }, { subsets })).toEqual(standing('other'));
    expect(said({ v1: { service: 'other' } }, { subsets, defaultSubset: 'v1' })).toEqual({ besides: ['ServiceResolver: failover is {"v1":{"service":"other"}}'] });
    expect(said({ '': { service: 'other' } })).toEqual(standing('other'));
  });

  test.each<[string, object]>([
    ['another datacenter', { datacenters: ['dc2'] }], ['a datacenter', { targets: [{ service: 'other' }, { datacenter: 'dc2' }] }], ['an order', { service: 'other', policy: { mode: 'order-by-locality' } }],
    ['some pods', { service: 'other', serviceSubset: 'v1' }],
  ])('with %s is kept as text', (_, section) => {
    expect(said({ '*': section })).toEqual({ besides: [`ServiceResolver: failover is ${JSON.stringify({ '*': section })}`] });
  });

  test.each<[string, object, object, string]>([
    ['of no subset', { v1: { service: 'other' } }, {}, "there is no subset 'v1', and Consul refuses it"],
    ['of nobody', { '*': {} }, {}, 'Consul wants `targets`, or one of the other fields'],
    ['said twice', { '*': { service: 'other', targets: [{ service: 'other' }] } }, {}, 'Consul wants `targets`, or one of the other fields'],
    ['with pods of a peer', { '*': { targets: [{ peer: 'west', serviceSubset: 'v1' }] } }, {}, 'Consul wants `peer` or `serviceSubset`, and not both'],
    ['beside a redirect', { '*': { service: 'other' } }, { redirect: { service: 'cart-v2' } }, 'Consul wants `redirect` or `failover`, and not both'],
  ])('%s is what Consul refuses', (_, failover, more, why) => expect(said(failover, more)).toBe(why));

  test('to some pods of another service, or to what speaks something else, is not known', () => {
    expect(said({ '*': { service: 'other' } }, {}, entry('ServiceResolver', 'other', { subsets: { v1: {} }, defaultSubset: 'v1' }))).toBe('only some of the pods of shop/other stand in for shop/cart');
    expect(said({ '*': { service: 'old' } })).toBe(unsaidOf('old'));
    expect(said({ '*': { service: 'old' } }, {}, entry('ServiceDefaults', 'old', { protocol: 'tcp' }))).toBe('to Consul, old speaks something else than cart, which it refuses');
  });
});

const proxies = (protocol?: string) => entry('ProxyDefaults', 'global', { config: { protocol } });
const NO_ROUTES = 'to Consul, the service speaks tcp, for which it refuses a ServiceRouter or a ServiceSplitter';
const MIXED = 'to Consul, cart-v2 speaks something else than cart, which it refuses';
const splitter90 = entry('ServiceSplitter', 'cart', { splits: [{ weight: 100 }] });

test.each<[string, readonly object[], string]>([
  ['without a protocol', [splitter], unsaidOf()],
  ['with ServiceDefaults that say none, whatever ProxyDefaults say', [entry('ServiceDefaults', 'cart', {}), proxies('http'), splitter], NO_ROUTES],
  ['with ProxyDefaults that say none', [proxies(), splitter], NO_ROUTES],
  ['with gRPC', [proxies('grpc'), splitter], 'to Consul, the service speaks grpc, which is not what is sent there'],
  ['with a service that speaks something else', [HTTP[0], entry('ServiceDefaults', 'cart-v2', { protocol: 'tcp' }), splitter], MIXED],
  ['with a service of which nobody says what it speaks', [HTTP[0], splitter], unsaidOf('cart-v2')],
  ['with a service that speaks something else and gets nothing', [HTTP[0], entry('ServiceDefaults', 'cart-v2', {}), entry('ServiceSplitter', 'cart', { splits: [{ weight: 100 }, { weight: 0, service: 'cart-v2' }] })], MIXED],
  ['with another route that leads to one', [HTTP[0], entry('ServiceDefaults', 'cart-v2', {}), entry('ServiceRouter', 'cart', { routes: [{ match: { http: { pathExact: '/other' } }, destination: { service: 'cart-v2' } }] })], MIXED],
  ['with one that stands in, in an order', [HTTP[0], entry('ServiceDefaults', 'cart-v2', {}), splitter90, entry('ServiceResolver', 'cart', { failover: { '*': { service: 'cart-v2', policy: { mode: 'sequential' } } } })], MIXED],
  ['with a limit of a resolver', [entry('ServiceResolver', 'cart', { requestTimeout: '5s' })], unsaidOf()],
  ['with shares that are not 100', [...HTTP, entry('ServiceSplitter', 'cart', { splits: [{ weight: 90 }] })], 'Consul wants shares of 100 together'],
  ['in another cluster', [...HTTP, entry('ServiceResolver', 'cart', { redirect: { service: 'cart', datacenter: 'dc2' } })], 'what is in other clusters is not known here'],
  ['in a circle', [...HTTP, ...['cart', 'cart-v2'].map((name, i, all) => entry('ServiceResolver', name, { redirect: { service: all[1 - i] } }))], 'ServiceResolvers lead from shop/cart to itself'],
  ['of another namespace', [...HTTP, { ...splitter, metadata: { name: 'cart', namespace: 'ops' } }], "it is not known whether ServiceSplitter 'cart' of the namespace ops is for the service"],
  ['with a prefix of any case that is replaced', [
    ...HTTP, entry('ServiceRouter', 'cart', { routes: [{ match: { http: { pathPrefix: '/', caseInsensitive: true } }, destination: { prefixRewrite: '/v2' } }] }),
  ], 'a prefix of any case is replaced'],
])('%s, it is not known where requests go', (_, manifests, why) => expect(way(...manifests)).toBe(why));

test('where namespaces are those of Consul, too, each has its own entries', () => {
  const other = { ...splitter, metadata: { name: 'cart', namespace: 'ops' } };
  const own = entry('ServiceSplitter', 'cart', { splits: [{ weight: 100, service: 'cart-v2', namespace: 'ops' }] });

  expect(way(...HTTP, entry('ServiceDefaults', 'cart-v2', { protocol: 'http' }, 'ops'), other, own)).toMatchObject({ backends: [{ namespace: 'ops', service: 'cart-v2' }] });
});

test('what ProxyDefaults say holds for services without ServiceDefaults', () => {
  expect(way(proxies('http'), splitter)).toMatchObject({ backends: [{ service: 'cart', weight: 90 }, { service: 'cart-v2', weight: 10 }] });
  expect(way(proxies('http'), HTTP[0], splitter)).toMatchObject({ backends: [{ service: 'cart' }, { service: 'cart-v2' }] });
});

test('where nobody says what they speak, a redirect leads there all the same', () => {
  expect(way(entry('ServiceResolver', 'cart', { redirect: { service: 'cart-v2' } }))).toMatchObject({ backends: [{ service: 'cart-v2' }], handling: {} });
  expect(way(proxies(), entry('ServiceResolver', 'cart', { requestTimeout: '5s' }))).toMatchObject({ backends: [{ service: 'cart' }], handling: {} });
});
