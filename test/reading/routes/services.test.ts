import { isUndecided } from '../../../src/meaning/decision';
import { journey } from '../../../src/meaning/journey';
import { landOf } from '../../../src/reading/land';
import type { ReadMesh } from '../../../src/reading/mesh';
import { entering, reading } from '../world';

const PODS = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { template: { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'cart', ports: [{ containerPort: 8080 }] }] } } },
};

/** Of the Service. */
interface Said {
  readonly clusterIP?: 'None';
  readonly annotations?: object;
  readonly appProtocol?: string;
  readonly port?: number;
  readonly labels?: object;
}

const service = (name: string, { clusterIP, annotations, appProtocol, port = 80, labels }: Said) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop', annotations, labels },
  spec: { clusterIP, selector: { app: 'cart' }, ports: [{ name: 'http', port, targetPort: 8080, appProtocol }] },
});

const ROUTES = {
  HTTPRoute: ({ port = 80 }: Said) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { parentRefs: [{ group: '', kind: 'Service', name: 'cart', port }], rules: [{ backendRefs: [{ name: 'other', port: 80 }] }] },
  }),
  MeshHTTPRoute: () => ({
    apiVersion: 'kuma.io/v1alpha1',
    kind: 'MeshHTTPRoute',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { to: [{ targetRef: { kind: 'MeshService', name: 'cart' }, rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], default: { backendRefs: [{ kind: 'MeshService', name: 'other', port: 80 }] } }] }] },
  }),
  VirtualService: () => ({
    apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'cart', namespace: 'shop' }, spec: { hosts: ['cart'], http: [{ route: [{ destination: { host: 'other' } }] }] },
  }),
  ServiceProfile: () => ({
    apiVersion: 'linkerd.io/v1alpha2',
    kind: 'ServiceProfile',
    metadata: { name: 'cart.shop.svc.cluster.local', namespace: 'shop' },
    spec: { dstOverrides: [{ authority: 'other.shop.svc.cluster.local:80', weight: '1' }] },
  }),
} as const;

/** Where a request goes: by the route, to the Service itself, or nobody knows. */
function takes(mesh: ReadMesh, kind: keyof typeof ROUTES, said: Said, ofOther: Said = {}): 'the route' | 'no route' | 'unknown' {
  const route = ROUTES[kind];
  const { port = 80 } = said;
  const world = reading([PODS, service('cart', said), service('other', { appProtocol: 'http', ...ofOther }), route(said)], 'default', mesh);
  const { route: { way } } = journey(landOf(world), {
    client: { kind: 'pod', namespace: 'shop', labels: {}, serviceAccount: 'web', meshed: true },
    to: { namespace: 'shop', service: 'cart', port },
    protocol: 'HTTP',
    request: { method: 'GET', path: '/', headers: {}, query: {} },
  });
  return isUndecided(way) ? 'unknown' : way.backends.some(one => one.service === 'other') ? 'the route' : 'no route';
}

const OPAQUE = 'config.linkerd.io/opaque-ports';
const HTTP = { appProtocol: 'http' };

test.each<[ReadMesh, keyof typeof ROUTES, Said, ReturnType<typeof takes>]>([
  ['linkerd', 'HTTPRoute', {}, 'the route'],
  ['linkerd', 'HTTPRoute', { clusterIP: 'None' }, 'no route'],
  ['linkerd', 'HTTPRoute', { annotations: { [OPAQUE]: '79-81' } }, 'no route'],
  ['linkerd', 'HTTPRoute', { annotations: { [OPAQUE]: '8080' } }, 'the route'],
  ['linkerd', 'HTTPRoute', { annotations: { [OPAQUE]: '80' }, ...HTTP }, 'the route'],
  ['linkerd', 'HTTPRoute', { port: 3306 }, 'unknown'],
  ['linkerd', 'HTTPRoute', { port: 3306, annotations: { [OPAQUE]: '' } }, 'the route'],
  ['linkerd', 'ServiceProfile', {}, 'the route'],
  ['linkerd', 'ServiceProfile', { clusterIP: 'None' }, 'no route'],
  ['kuma', 'HTTPRoute', HTTP, 'the route'],
  ['kuma', 'HTTPRoute', {}, 'unknown'],
  ['kuma', 'HTTPRoute', { ...HTTP, clusterIP: 'None' }, 'unknown'],
  ['kuma', 'MeshHTTPRoute', HTTP, 'the route'],
  ['kuma', 'MeshHTTPRoute', {}, 'unknown'],
  ['kuma', 'MeshHTTPRoute', { ...HTTP, clusterIP: 'None' }, 'unknown'],
  ['cilium', 'HTTPRoute', {}, 'the route'],
  ['cilium', 'HTTPRoute', { clusterIP: 'None' }, 'no route'],
  ['istio', 'HTTPRoute', { clusterIP: 'None' }, 'the route'],
  ['istio-ambient', 'HTTPRoute', { labels: { 'istio.io/use-waypoint': 'waypoint' } }, 'the route'],
  ['istio-ambient', 'HTTPRoute', { labels: { 'istio.io/use-waypoint': 'waypoint' }, clusterIP: 'None' }, 'no route'],
])('%s, %s: whether calls to a Service that says %j take it', (mesh, kind, said, wanted) => {
  expect(takes(mesh, kind, said)).toBe(wanted);
});

test.each<[ReadMesh, 'HTTPRoute' | 'VirtualService', ReturnType<typeof takes>]>([
  ['istio', 'HTTPRoute', 'unknown'],
  ['istio', 'VirtualService', 'unknown'],
  ['linkerd', 'HTTPRoute', 'the route'],
  ['cilium', 'HTTPRoute', 'the route'],
])('%s, %s: whether requests go to a Service without an address', (mesh, kind, wanted) => {
  expect(takes(mesh, kind, HTTP, { clusterIP: 'None' })).toBe(wanted);
  expect(takes(mesh, kind, HTTP)).toBe('the route');
});

test.each([[undefined, 'denied'], ['None', 'unknown']] as const)('what a waypoint denies of calls to a Service with the clusterIP %j is %s', (clusterIP, wanted) => {
  const world = reading([PODS, service('cart', { labels: { 'istio.io/use-waypoint': 'waypoint' }, clusterIP }), {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { action: 'DENY', targetRefs: [{ group: '', kind: 'Service', name: 'cart' }], rules: [{}] },
  }], 'default', 'istio-ambient');
  const [workload] = world.cluster.workloads;
  const [to] = world.cluster.portsOf(workload);
  expect(entering(world, to, { kind: 'pod', namespace: 'shop', labels: {}, serviceAccount: 'web', meshed: true }, {
    entrance: { namespace: 'shop', service: 'cart', port: 80 }, request: { method: 'GET', path: '/', headers: {}, query: {} },
  })).toBe(wanted);
});
