import { reading } from './world';
import type { ServicePort } from '../../src/meaning/call';
import { isUndecided } from '../../src/meaning/decision';
import { journey } from '../../src/meaning/journey';
import { landOf } from '../../src/reading/land';
import type { ReadMesh } from '../../src/reading/mesh';

const VERSIONS = { stableService: 'cart-v1', canaryService: 'cart-v2' };

const rollout = (trafficRouting: object | undefined, versions: object = VERSIONS) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: {
    strategy: { canary: { ...versions, trafficRouting } },
    template: { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'cart', ports: [{ containerPort: 8080 }] }] } },
  },
});

const SERVICES = ['cart', 'cart-v1', 'cart-v2', 'other'].map(name => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080, appProtocol: 'http' }] },
}));

const httpRoute = (name: string, parent: object, ...backends: string[]) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace: 'shop' },
  spec: { parentRefs: [parent], rules: [{ backendRefs: backends.map(backend => ({ name: backend, port: 80 })) }] },
});

const CALLED = { group: '', kind: 'Service', name: 'cart', port: 80 };
const GATEWAY = {
  apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'public', namespace: 'shop' }, spec: { gatewayClassName: 'any', listeners: [{ name: 'web', port: 80, protocol: 'HTTP' }] },
};
const virtualService = (...hosts: string[]) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { hosts: ['cart'], http: [{ name: 'main', route: hosts.map(host => ({ destination: { host } })) }] },
});
const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { ingressClassName: 'other', defaultBackend: { service: { name: 'cart-v1', port: { number: 80 } } } },
};
const plugin = (conf: object) => ({ plugins: { 'argoproj-labs/gatewayAPI': { namespace: 'shop', ...conf } } });

const TO: ServicePort = { namespace: 'shop', service: 'cart', port: 80 };

/** Whether it is known where a request goes. */
function isKnown(manifests: readonly object[], mesh: ReadMesh, gateway?: string): boolean {
  const world = reading([...SERVICES, ...manifests], 'default', mesh);
  const client = { kind: 'pod', namespace: 'shop', labels: {}, serviceAccount: 'web', meshed: true } as const;
  const { route: { way } } = journey(landOf(world), { client, to: TO, protocol: 'HTTP', request: { method: 'GET', path: '/', headers: {}, query: {} }, ...gateway !== undefined && { gateway } });
  return !isUndecided(way);
}

test.each<[what: string, isMoved: boolean, trafficRouting: object, manifests: readonly object[], mesh: ReadMesh, gateway?: string]>([
  ['an HTTPRoute that the plugin names', true, plugin({ httpRoute: 'cart' }), [httpRoute('cart', CALLED, 'other')], 'linkerd'],
  ['one of several', true, plugin({ httpRoutes: [{ name: 'a' }, { name: 'cart' }] }), [httpRoute('cart', CALLED, 'other')], 'kuma'],
  ['another HTTPRoute', false, plugin({ httpRoute: 'another' }), [httpRoute('cart', CALLED, 'other')], 'linkerd'],
  ['one that leads to a version', true, plugin({ httpRouteSelector: {} }), [httpRoute('cart', CALLED, 'cart-v1')], 'linkerd'],
  ['one for a gateway', true, plugin({ httpRoute: 'cart' }), [GATEWAY, httpRoute('cart', { name: 'public' }, 'cart')], 'linkerd', 'shop/public'],
  ['a VirtualService', true, { istio: { virtualService: { name: 'cart', routes: ['main'] } } }, [virtualService('other')], 'istio'],
  ['one named with its namespace', true, { istio: { virtualServices: [{ name: 'cart.shop' }] } }, [virtualService('other')], 'istio'],
  ['one of another namespace', false, { istio: { virtualService: { name: 'cart.other' } } }, [virtualService('other')], 'istio'],
  ['subsets of one Service', true, { istio: { virtualService: { name: 'cart' }, destinationRule: { name: 'cart', canarySubsetName: 'b', stableSubsetName: 'a' } } }, [virtualService('cart')], 'istio'],
  ['a TrafficSplit that the Rollout makes', true, { smi: { rootService: 'cart' } }, [], 'osm'],
  ['a TrafficSplit for another Service', false, { smi: { rootService: 'other' } }, [], 'osm'],
  ['an Ingress', true, { nginx: { stableIngress: 'cart' } }, [ingress], 'linkerd', 'IngressClass/other'],
])('%s: it is moved: %j', (...[, isMoved, trafficRouting, manifests, mesh, gateway]) => {
  expect(isKnown([...manifests, rollout(undefined)], mesh, gateway)).toBe(true);
  expect(isKnown([...manifests, rollout(trafficRouting)], mesh, gateway)).toBe(!isMoved);
});
