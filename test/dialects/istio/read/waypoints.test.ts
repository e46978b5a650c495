import type { Client } from '../../../../src/meaning/call';
import { entering, reading } from '../../../reading/world';

/** Which calls pass a waypoint, and so its policies. */

const named = (apiVersion: string, kind: string, name: string, more: object, namespace = 'shop', labels: object = {}) =>
  ({ apiVersion, kind, metadata: { name, namespace, labels }, ...more });
const shop = (labels: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });
const service = (labels: object = {}) => named('v1', 'Service', 'cart', { spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } }, 'shop', labels);
const gateway = (labels: object = {}, { namespace = 'shop', allowedRoutes }: { namespace?: string; allowedRoutes?: object } = {}) => named('gateway.networking.k8s.io/v1', 'Gateway', 'way', {
  spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE', ...(allowedRoutes && { allowedRoutes }) }] },
}, namespace, labels);
const DENIAL = { action: 'DENY', rules: [{ to: [{ operation: { methods: ['GET'] } }] }] };
const closed = (namespace = 'shop') => named('security.istio.io/v1', 'AuthorizationPolicy', 'closed', {
  spec: { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'way' }], ...DENIAL },
}, namespace);
const USE = { 'istio.io/use-waypoint': 'way' };
const forTraffic = (traffic: string) => ({ 'istio.io/waypoint-for': traffic });

const CLIENT: Client = { kind: 'pod', namespace: 'web', labels: { app: 'web' }, serviceAccount: 'web', meshed: true };

/** Whether a call passes, which the waypoint would deny. */
function comes(by: 'service' | 'address', ...manifests: readonly object[]) {
  const world = reading(manifests, 'default', 'istio-ambient');
  const entrance = { namespace: 'shop', service: 'cart', port: 80 };
  const pod = { namespace: 'shop', labels: { app: 'cart' }, namespaceLabels: world.cluster.namespaceLabels('shop') };
  return entering(world, { pod, port: 8080, protocol: 'HTTP', entrances: [entrance] }, CLIENT, {
    request: { method: 'GET', path: '/', headers: {}, query: {} }, ...(by === 'service' && { entrance }),
  });
}

test.each<[string, 'service' | 'address', object]>([
  ['nothing is said', 'service', gateway()], ['it is for Services', 'service', gateway(forTraffic('service'))], ['it is for all', 'service', gateway(forTraffic('all'))],
  ['it is for pods', 'address', gateway(forTraffic('workload'))], ['it is for all', 'address', gateway(forTraffic('all'))],
])('where %s, calls by %s pass it', (_, by, way) => {
  expect(comes(by, shop(USE), service(), way, closed())).toBe('denied');
});

test.each<[string, 'service' | 'address', object]>([
  ['nothing is said', 'address', gateway()], ['it is for Services', 'address', gateway(forTraffic('service'))], ['it is for pods', 'service', gateway(forTraffic('workload'))],
  ['it is for nothing', 'service', gateway(forTraffic('none'))], ['it is for nothing', 'address', gateway(forTraffic('none'))],
])('where %s, calls by %s go past it', (_, by, way) => {
  expect(comes(by, shop(USE), service(), way, closed())).toBe('allowed');
});

test('its class says what it is for, where it does not', () => {
  const ofClass = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'istio-waypoint', labels: forTraffic('workload') }, spec: { controllerName: 'istio.io/mesh-controller' } };

  expect(comes('address', shop(USE), service(), gateway(), ofClass, closed())).toBe('denied');
  expect(comes('address', shop(USE), service(), gateway(forTraffic('service')), ofClass, closed())).toBe('allowed');
});

test('a Service may have none, where its namespace has one', () => {
  expect(comes('service', shop(USE), service({ 'istio.io/use-waypoint': 'none' }), gateway(), closed())).toBe('allowed');
});

test('of another namespace, it takes those that its listener takes', () => {
  const use = { ...USE, 'istio.io/use-waypoint-namespace': 'ways' };
  const from = (namespaces: object) => gateway({}, { namespace: 'ways', allowedRoutes: { namespaces } });
  const comesBy = (way: object) => comes('service', shop(use), service(), way, closed('ways'));

  expect(comesBy(gateway({}, { namespace: 'ways' }))).toBe('allowed');
  expect(comesBy(from({ from: 'All' }))).toBe('denied');
  expect(comesBy(from({ from: 'Selector', selector: { matchLabels: { 'istio.io/use-waypoint': 'way' } } }))).toBe('denied');
  expect(comesBy(from({ from: 'Selector', selector: { matchLabels: { team: 'a' } } }))).toBe('allowed');
});

test('where a part of the calls goes by another one, nobody knows', () => {
  expect(comes('service', shop({ ...USE, 'istio.io/use-waypoint-canary': 'next' }), service(), gateway(), closed())).toBe('unknown');
});
