import type { GatewayAsk, GatewayScenario } from './scenario';
import { ask, expose, GATEWAY, gatewayOf, only } from './scenario';
import type { ServiceRouteRule } from '../../../../../src';
import { GatewayListener, HttpMatch, MeshService } from '../../../../../src';

const imported = (name: string, namespace = 'shop') => MeshService.serviceImport(name, { namespace, port: 8080 });
const store = MeshService.of('store', { namespace: 'shop', port: 8080 });
const under = (pathPrefix: string) => [HttpMatch.of({ pathPrefix })];

const exposing = (service: MeshService, rules: ServiceRouteRule[] | undefined, asks: readonly GatewayAsk[]): GatewayScenario => ({
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.http('http'));
    expose(chart, 'store', { service, rules });
  },
  asks,
});

/** By the names of kubernetes-sigs/gateway-api, `examples/standard/multicluster`, as of August 2026 (1.7); what they mean, GEP-1748 says. */
export const MULTICLUSTER_EXAMPLES = {
  'httproute-simple': exposing(imported('store'), undefined, [ask('/', imported('store'))]),
  'httproute-hybrid': exposing(store, [{ backends: [{ service: store, weight: 90 }, { service: imported('store-global'), weight: 10 }] }], [
    ask('/', JSON.stringify({ 'ServiceImport.multicluster.x-k8s.io shop/store-global:8080': 0.1, 'shop/store:8080': 0.9 })),
  ]),
  'httproute-location': exposing(imported('store'), [
    { matches: under('/west'), backends: [{ service: imported('store-west') }] },
    { matches: under('/east'), backends: [{ service: imported('store-east') }] },
    { backends: [{ service: imported('store') }] },
  ], [ask('/west/1', imported('store-west')), ask('/east', imported('store-east')), ask('/', imported('store')), ask('/western', imported('store'))]),
  'httproute-method': exposing(imported('api-replicas'), [
    { matches: [HttpMatch.of({ methods: ['POST', 'PUT', 'DELETE'] })], backends: [{ service: imported('api-primary') }] },
    { backends: [{ service: imported('api-replicas') }] },
  ], [
    ...['POST', 'PUT', 'DELETE'].map(method => ask('/', imported('api-primary'), { method })), ask('/', imported('api-replicas')),
  ]),
  'httproute-referencegrant': {
    build: chart => {
      gatewayOf(chart, GATEWAY, GatewayListener.http('http'));
      expose(chart, 'bar', { service: store, rules: [{ matches: under('/bar'), backends: [{ service: imported('bar', 'web') }] }] });
    },
    asks: [ask('/bar', only(imported('bar', 'web'))), ask('/', 'no route')],
  },
} satisfies Record<string, GatewayScenario>;
