import type { Differences } from '../../../src/meaning/compare/difference';
import type { Half } from '../../../src/meaning/compare/half';
import { compareWorlds } from '../../../src/meaning/compare/worlds';
import type { Condition } from '../../../src/meaning/condition';
import type { Decision, Source } from '../../../src/meaning/decision';
import { exactly, prefix } from '../../../src/meaning/text';
import type { Entry, PodPort, Reading, Way } from '../../../src/meaning/world';

const SOURCE: Source = { kind: 'Policy', name: 'cart', place: { file: 'a.yaml', line: 1, path: '' } };
const CART = { namespace: 'shop', service: 'cart', port: 80 };
const PORT: PodPort = { pod: { namespace: 'shop', labels: { app: 'cart' } }, port: 8080, protocol: 'HTTP', entrances: [CART] };

const half = (...readings: readonly Reading[]): Half => ({
  readings: readings.map((reading, i) => ({ title: `API ${i}`, reading })),
  podPorts: new Map([['shop/cart', PORT]]),
  openPorts: new Map(),
  policies: () => [],
  servicePorts: new Map([['shop/cart:80', { ...CART, protocol: 'HTTP' as const, place: SOURCE.place, leadsTo: { said: '', pods: [] } }]]),
  workloads: new Map(),
  namespaces: new Map(),
});
const compared = (before: Half, after: Half) => compareWorlds(before, after, ({ file }) => file);
const shown = ({ differences, unsure }: Differences) => ({
  differences: differences.map(({ kind, crowd, to, contrast: { call } }) => [
    kind, to.type, `${call.request?.method} ${call.request?.path}`,
    ...crowd.clients.slice(0, 1).map(client => client.kind === 'pod' ? `${client.namespace}/${client.serviceAccount}${client.meshed === false ? ' unmeshed' : ''}` : client.kind),
  ].join(' ')),
  unsure: unsure.map(({ why }) => why),
});

const allowing = (...conditions: readonly Condition[]): Reading => ({
  entering: () => [{
    title: 'policy',
    decision: {
      branches: conditions.map(when => ({ when, then: { value: 'allowed' as const, why: 'a rule' }, source: SOURCE })),
      otherwise: { value: 'denied', why: 'no rule' },
    },
  }],
});
const certificate = (serviceAccount: string): Condition => ({ type: 'certificate', namespace: exactly('shop'), serviceAccount: exactly(serviceAccount) });
const way = (weights: Readonly<Record<string, number>>, more: Partial<Way> = {}): Way =>
  ({ backends: Object.entries(weights).map(([service, weight]) => ({ namespace: 'shop', service, port: 80, weight })), handling: {}, besides: [], ...more });
const always = (one: Way): Decision<Way> => ({ branches: [], otherwise: { value: one, why: 'it is so' } });
const routed = (one: Way): Reading => ({ ways: () => always(one) });

test('a client that only a policy knows of is told', () => {
  expect(shown(compared(half(allowing(certificate('web'))), half(allowing(certificate('web'), certificate('reports')))))).toEqual({ differences: ['wider pods GET / shop/reports'], unsure: [] });
});

test('whole identities are taken apart', () => {
  const id = (serviceAccount: string): Condition => ({ type: 'spiffeId', is: prefix(`spiffe://cluster.local/ns/shop/sa/${serviceAccount}`) });

  const shop = { ...certificate('web'), trustDomain: exactly('cluster.local') } as Condition;

  expect(shown(compared(half(allowing(id('web'))), half(allowing(shop)))).differences).toEqual(['narrower pods GET / shop/weba']);
  expect(shown(compared(half(allowing(shop)), half(allowing(certificate('web'))))).differences).toEqual(['wider pods GET / shop/web']);
  expect(shown(compared(half(allowing({ type: 'spiffeId', is: exactly('spiffe://cluster.local/ns/shop/sa/web') })),
    half(allowing(shop))))).toEqual({ differences: [], unsure: [] });
});

test('clients without the mesh are told apart from those in it', () => {
  const [inMesh, all]: Condition[] = [{ type: 'certificate' }, { type: 'client', kinds: ['pod'] }];

  expect(shown(compared(half(allowing(inMesh)), half(allowing(all)))).differences).toEqual(['wider pods GET / another/another unmeshed']);
});

test('of clients that are in the mesh here, those without it are told, too', () => {
  const inMesh: Condition = { type: 'all', of: [{ type: 'certificate' }, { type: 'pod', labels: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'old', operator: 'DoesNotExist' }] } }] };
  const labelled: Condition = { type: 'pod', labels: { matchLabels: { app: 'web', tier: 'front' }, matchExpressions: [] } };
  const web = { kind: 'pod', namespace: 'shop', serviceAccount: 'web', labels: { app: 'web', tier: 'front', more: 'x' }, meshed: true } as const;
  const withWeb = (one: Half): Half => ({ ...one, workloads: new Map([['shop/web', { client: web, ports: [] }]]) });

  const { differences } = shown(compared(withWeb(half(allowing(inMesh))), withWeb(half(allowing({ type: 'any', of: [inMesh, labelled] })))));

  const atOtherPorts = 'wider pods undefined undefined another/another unmeshed';
  expect(differences).toEqual([expect.stringMatching(/^wider pods GET \/ .* unmeshed$/), atOtherPorts, atOtherPorts]);
});

test('of several APIs, and of none, the same is the same', () => {
  expect(shown(compared(half(allowing(certificate('web'))), half(allowing(certificate('web')), {})))).toEqual({ differences: [], unsure: [] });
  expect(shown(compared(half(), half(routed(way({ cart: 7 })))))).toEqual({ differences: [], unsure: [] });
  expect(shown(compared(half(routed(way({ a: 9, b: 1 }))), half(routed(way({ b: 10, a: 90 })))))).toEqual({ differences: [], unsure: [] });
});

test('shares of the same add up', () => {
  const twice = { backends: [{ service: 'a', namespace: 'shop', port: 80, weight: 5 }, { service: 'a', namespace: 'shop', port: 80, weight: 5 }], handling: {}, besides: [] };
  expect(shown(compared(half(routed(twice)), half(routed(way({ a: 9 }))))).differences).toEqual([]);
  expect(shown(compared(half(routed(twice)), half(routed(way({ a: 9, b: 1 }))))).differences).toEqual(['shares service GET / another/another']);
});

test('other shares, and another handling', () => {
  expect(shown(compared(half(routed(way({ a: 9, b: 1 }))), half(routed(way({ a: 5, b: 5 }))))).differences).toEqual(['shares service GET / another/another']);
  expect(shown(compared(half(routed(way({ a: 1 }))), half(routed(way({ a: 1 }, { handling: { timeouts: { request: 1 } } }))))).differences)
    .toEqual(['handling service GET / another/another']);
  expect(shown(compared(half(), half({ traffic: () => ({ branches: [], otherwise: { value: { rateLimit: { requests: 1, interval: 1 }, besides: [] }, why: '' } }) }))).differences)
    .toEqual(['handling service GET / another/another']);
});

test('two APIs that route the same are not known', () => {
  expect(shown(compared(half(), half(routed(way({ a: 1 })), routed(way({ a: 1 })))))).toMatchObject({ differences: [], unsure: [expect.stringContaining('several APIs speak of it')] });
});

test('an entrance that opens lets in more, and one that closes less', () => {
  const entry = (path: string): Entry => ({
    gateway: 'edge/public',
    port: 80,
    protocol: 'HTTP',
    host: { type: 'anything' },
    ways: { branches: [{ when: { type: 'path', is: prefix(path) }, then: { value: way({ cart: 1 }), why: 'a route' }, source: SOURCE }], otherwise: { value: way({}, { status: 404 }), why: 'no route' } },
  });
  const open = half({ entries: () => [entry('/')] });

  expect(shown(compared(half(), open)).differences).toEqual(['wider gateway GET / outside']);
  expect(shown(compared(open, half())).differences).toEqual(['narrower gateway GET / outside']);
  expect(shown(compared(half({ entries: () => [entry('/a')] }), half({ entries: () => [entry('/b')] }))).differences.sort())
    .toEqual(['narrower gateway GET /a outside', 'wider gateway GET /b outside']);
});
