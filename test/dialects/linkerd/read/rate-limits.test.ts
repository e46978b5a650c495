import type { RouteFeature } from '../../../../src/model/features/route';
import { routesAsWritten } from '../../../oracle/routes/routes-as-written';
import { IN_THE_MESH } from '../../../oracle/routes/targets';
import type { WrittenLimit } from '../../../oracle/routes/written';
import { limitOf } from '../../../reading/routes/outcome';
import { trafficOf } from '../../../reading/traffic';
import { reading } from '../../../reading/world';

const object = (kind: string, name: string, spec: object, apiVersion = 'policy.linkerd.io/v1alpha1') => ({ apiVersion, kind, metadata: { name, namespace: 'shop' }, spec });
const server = (name: string, more: object = {}, labels: object = { app: 'cart' }) =>
  object('Server', name, { podSelector: { matchLabels: labels }, port: 80, ...more }, 'policy.linkerd.io/v1beta1');
const limit = (name: string, spec: object, of = 'cart') => object('HTTPLocalRateLimitPolicy', name, { targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: of }, ...spec });
const total = (requestsPerSecond: number) => ({ total: { requestsPerSecond } });

const service = object('Service', 'cart', { selector: { app: 'cart' }, ports: [{ port: 80 }] }, 'v1');
const pods = (version: string) =>
  object('Deployment', version, { template: { metadata: { labels: { app: 'cart', version } }, spec: { containers: [] } } }, 'apps/v1');

const held = (...manifests: object[]) => trafficOf(reading([service, ...manifests]), { namespace: 'shop', service: 'cart', port: 80 });

test('a limit holds for the pods of its Server', () => {
  expect(held(pods('v1'), server('cart'), limit('a', total(10)))).toEqual({ rateLimit: { requests: 10, interval: 1000 }, besides: [] });
  expect(held(pods('v1'), server('cart'), server('basket', {}, { app: 'basket' }), limit('a', total(10), 'basket'))).toEqual({ besides: [] });
  expect(held(pods('v1'), server('cart'))).toBeUndefined();
});

test('the clients of an override count together, in place of by themselves, and the last override that names one is for it', () => {
  const account = (name: string, namespace?: string) => ({ kind: 'ServiceAccount', name, ...(namespace && { namespace }) });
  const overrides = [
    { requestsPerSecond: 9, clientRefs: [account('web'), account('batch', 'ops'), account('old')] }, { requestsPerSecond: 7, clientRefs: [account('old', 'shop')] },
    { requestsPerSecond: 2, clientRefs: [] },
  ];
  const rule = { perClient: false, matches: [] };
  const source = (name: string, namespace = 'shop') => ({ kind: 'serviceAccount', name, namespace });

  expect(held(pods('v1'), server('cart'), limit('a', { identity: { requestsPerSecond: 5 }, overrides }))).toEqual({
    rateLimit: {
      rules: [
        { ...rule, sources: [source('batch', 'ops'), source('web')], requests: 9 }, { ...rule, sources: [source('old')], requests: 7 },
        { ...rule, sources: [], perClient: true, requests: 5 },
      ],
      interval: 1000,
    },
    besides: [],
  });
  expect(held(pods('v1'), server('cart'), limit('a', {}))).toEqual({ besides: [] });
  expect(held(pods('v1'), server('cart'), limit('a', { overrides: [{ requestsPerSecond: 1, clientRefs: [{ kind: 'Namespace', name: 'web' }] }] }))).toBe('it is not a ServiceAccount');
});

test('connections are not counted', () => {
  expect(held(pods('v1'), server('cart', { proxyProtocol: 'opaque' }), limit('a', total(10)))).toEqual({ besides: [] });
});

test.each<[string, object[]]>([
  ['which of several HTTPLocalRateLimitPolicies is the oldest', [pods('v1'), server('cart'), limit('a', total(10)), limit('b', total(10))]],
  ['which Server is that of the port', [pods('v1'), server('cart'), server('other'), limit('a', total(10))]],
  ['which Server is that of the port', [server('cart', {}, { app: 'cart', version: 'v1' }), limit('a', total(10))]],
])('it is not known %s', (what, manifests) => {
  expect(held(...manifests)).toBe(`it is not known ${what}`);
});

test('pods with different limits, and what is misspelt, are not known', () => {
  expect(held(pods('v1'), pods('v2'), server('cart', {}, { version: 'v1' }), limit('a', total(10)))).toBe('the pods behind it have different limits');
  expect(held(pods('v1'), server('cart'), limit('a', { totals: { requestsPerSecond: 1 } }))).toBe('it is not known here');
  expect(held(pods('v1'), server('cart'), object('HTTPLocalRateLimitPolicy', 'a', { targetRef: { kind: 'Namespace', name: 'shop' }, ...total(1) }))).toBe('Linkerd limits rates at Servers');
});

/** A limit is for one port of the pods of one Service, of which backends are versions. */
const BEYOND_LIMITS: readonly RouteFeature[] = [
  'PerPortRules', 'MeshConsumerRoute', 'BackendPort', 'ReferenceGrant', 'TCPRoute', 'TLSRoute', 'ServiceImportRoute', 'ServiceImportBackend', 'OtherBackend',
];

const LIMITS: readonly WrittenLimit[] = [
  { requests: 10 },
  { requests: 10, rules: [{ sources: [{ namespace: 'shop', serviceAccount: 'web' }, { namespace: 'ops', serviceAccount: 'batch' }], requests: 5 }, { perClient: true, requests: 3 }] },
  { rules: [{ sources: [{ namespace: 'shop', serviceAccount: 'web' }, { namespace: 'shop', serviceAccount: 'batch' }], perClient: true, requests: 5 }] },
];

test('what is rendered for Linkerd, read again, is what was written', () => {
  let limits = 0;
  const [target, evaluate, options] = IN_THE_MESH['Linkerd, standard channel'];
  routesAsWritten(500, target, (manifests, request) => {
    const outcome = evaluate(manifests, request);
    if (outcome.kind !== 'forwarded') return outcome;
    const arrivals = outcome.arrivals.map(({ traffic: _, ...arrival }) => {
      const [namespace, name, port] = arrival.service.split(/[/:]/);
      const app = { app: request.to.service };
      // Its Server has the name of the Service that is called, and of the port of the pods.
      const read = trafficOf(reading([...manifests, ...[
        { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector: app, ports: [{ port: Number(port) }] } },
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec: { template: { metadata: { labels: app }, spec: { containers: [] } } } },
        { ...server(`${request.to.service}-${port}`, { port: Number(port) }, app), metadata: { name: `${request.to.service}-${port}`, namespace } },
      ]], 'default', 'linkerd'), { namespace, service: name, port: Number(port) });
      if (typeof read === 'string') throw new Error(read);
      if (read?.rateLimit === undefined || (request.protocol !== 'HTTP' && request.protocol !== 'GRPC')) return arrival;
      limits++;
      const traffic = limitOf(read.rateLimit, request);
      return { ...arrival, ...(Object.keys(traffic).length > 0 && { traffic }) };
    });
    return { ...outcome, arrivals };
  }, { ...options, without: BEYOND_LIMITS, more: route => ({ ...route, rateLimit: LIMITS[JSON.stringify(route).length % LIMITS.length] }) });

  expect(limits).toBeGreaterThan(100);
});
