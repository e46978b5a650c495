import { comparedWith, misspeltIsUnknown } from './foreign';
import { byAge } from './gateway-api';
import { alone, NAME, profileProgram } from './service-profiles';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import type { Call } from '../../../src/meaning/call';
import { decide, isUndecided, valueOf } from '../../../src/meaning/decision';
import { waysOf } from '../../../src/meaning/routing';
import type { Way } from '../../../src/meaning/world';
import type { ReadMesh } from '../../../src/reading/mesh';
import { routedByProfiles } from '../../oracle/routes/service-profiles';
import { reading } from '../world';

const CASES = Number(process.env.ORACLE_CASES ?? 600);

const evaluate = (manifests: readonly any[], request: RouteRequest) => routedByProfiles(byAge(manifests), request);

test('ServiceProfiles, beside routes of Gateway API', () => {
  const { known, unknown } = comparedWith(evaluate, profileProgram, 'linkerd', CASES / 3);

  expect(known / (known + unknown)).toBeGreaterThan(0.8);
});

test('what is misspelt leaves open only what depends on it', () => {
  expect(misspeltIsUnknown(evaluate, alone, 'linkerd', CASES / 3)).toBeGreaterThan(CASES / 20);
});

const written = (own: object, { name = NAME, namespace = 'shop' } = {}) => ({ apiVersion: 'linkerd.io/v1alpha2', kind: 'ServiceProfile', metadata: { name, namespace }, spec: own });
const OTHER_ROUTE = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'route', namespace: 'shop' },
  spec: { parentRefs: [{ group: '', kind: 'Service', name: 'cart' }], rules: [{ backendRefs: [{ name: 'cart-v2', port: 80 }] }] },
};
const CALL: Call = {
  client: { kind: 'pod', namespace: 'shop', meshed: true }, pod: { namespace: 'shop' }, port: 80, protocol: 'HTTP', request: { method: 'GET', path: '/', headers: {}, query: {} },
};

function way(manifests: readonly object[], mesh?: ReadMesh, namespace = 'shop'): Way | string {
  const [only] = waysOf(reading(manifests, 'default', mesh).readings, { namespace: 'shop', service: 'cart', port: 80 }, 'HTTP');
  const value = valueOf(decide(only.ways, { ...CALL, client: { kind: 'pod', namespace, meshed: true } }));
  return isUndecided(value) ? value.unknown : value;
}
const everything = { name: 'all', condition: { pathRegex: '/.*' } };

test('a route that is tried again says the budget, and which responses are failures', () => {
  const failures = { any: [{ status: { min: 500, max: 599 } }, { not: { status: { min: 400 } } }] };
  const retried = { ...everything, isRetryable: true, responseClasses: [{ condition: failures, isFailure: true }] };
  const BUDGET = 'what fails is tried again: 10 times a second, and for 20 % of the requests of the last 10000 ms';
  const besides = (own: object) => {
    const said = way([written(own)]);
    return typeof said === 'string' ? said : said.besides;
  };

  expect(besides({ routes: [{ ...everything, isRetryable: true }] })).toEqual([BUDGET]);
  expect(besides({ routes: [retried] })).toEqual(['(a response with 500 to 599 or not a response with 400 to 0) is a failure', BUDGET]);
  expect(besides({ routes: [{ ...retried, isRetryable: false }] })).toEqual([]);
  expect(besides({ routes: [{ ...everything, isRetryable: true }], retryBudget: { retryRatio: 0.255, minRetriesPerSecond: 0, ttl: '5s' } }))
    .toEqual(['what fails is tried again: 0 times a second, and for 25.5 % of the requests of the last 5000 ms']);
});

test('a budget that the proxy does not take is none, and nothing is tried again', () => {
  const routes = [{ ...everything, isRetryable: true }];

  expect(way([written({ routes, retryBudget: { retryRatio: 0.2, minRetriesPerSecond: 10, ttl: '500ms' } })])).toMatchObject({ besides: [] });
  expect(way([written({ routes, retryBudget: { retryRatio: 0.2, minRetriesPerSecond: 10, ttl: 'soon' } })])).toBe('it is not a duration');
});

test('without a word of the mesh, other routes may be those of another one', () => {
  expect(way([written({ routes: [everything] }), OTHER_ROUTE])).toBe('it is not known whether the mesh is Linkerd, which passes over the other routes');
  expect(way([written({ routes: [everything] }), OTHER_ROUTE], 'linkerd')).toMatchObject({ backends: [{ service: 'cart' }] });
  expect(way([written({ routes: [everything] }), OTHER_ROUTE], 'istio')).toMatchObject({ backends: [{ service: 'cart-v2' }] });
});

test('one of the clients leaves other clients to the routes', () => {
  const manifests = [written({ routes: [everything] }, { namespace: 'web' }), OTHER_ROUTE];

  expect([way(manifests, 'linkerd', 'web'), way(manifests, 'linkerd')]).toMatchObject([{ backends: [{ service: 'cart' }] }, { backends: [{ service: 'cart-v2' }] }]);
});

test.each<[string, object, string]>([
  ['a condition that asks for nothing', { routes: [{ name: 'a', condition: {} }] }, 'it asks for nothing, which Linkerd does not take'],
  ['an expression that is none', { routes: [{ name: 'a', condition: { pathRegex: '(' } }] }, 'RE2 takes no such expression'],
  ['a Service without its whole name', { dstOverrides: [{ authority: 'cart-v2.shop', weight: 1 }] }, 'Linkerd finds Services by their whole name, such as cart.shop.svc.cluster.local'],
  ['a weight that cannot be counted', { dstOverrides: [{ authority: 'cart-v2.shop.svc.cluster.local', weight: '1u' }] }, 'it is not a weight that Linkerd takes'],
])('%s leaves all of it open', (_, own, why) => expect(way([written(own)])).toBe(why));

test('a cluster of another domain leaves it open, and a name of no Service is for nobody', () => {
  const other = reading([written({ routes: [everything] }, { name: 'cart' })], 'default', 'linkerd');

  expect(way([written({ routes: [everything] }, { name: 'cart.shop.svc.example.org' })])).toBe('it is for clusters whose domain is example.org');
  expect(waysOf(other.readings, { namespace: 'shop', service: 'cart', port: 80 }, 'HTTP')).toEqual([]);
  expect(other.findings.map(({ message }) => message)).toEqual(['Linkerd looks for it by the name of a Service, such as cart.shop.svc.cluster.local']);
});
