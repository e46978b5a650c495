import { App, Chart, Testing } from 'cdk8s';
import { address, type Case, podObject, type Probe, service } from './case';
import { GATEWAY_LABELS } from './gateways';
import {
  Exposure, GatewayAccessPolicy, GatewayListener, GatewayNamespaces, GrpcMatch, HttpMatch, Identity, MeshImplementation, MeshProtocol, MeshService,
  MeshTarget, MeshTargets, SharedGateway, SharedListenerSet,
} from '../../src';
import type { Manifest } from '../../src/dialects/contract/manifest';
import { stored } from '../harness/case';

const cart = MeshService.of('cart', { namespace: 'shop', port: 80 });
const orders = MeshService.of('orders', { namespace: 'shop', port: 80, protocol: MeshProtocol.GRPC });
const all = GatewayNamespaces.all();

interface Charts {
  readonly infra: Chart;
  readonly shop: Chart;
}

type Sent = Partial<Pick<Probe, 'port' | 'protocol' | 'host' | 'method' | 'target' | 'headers'>>;
type Asked = readonly [sent: Sent, answer: string];

const CART = '{"shop/cart:80":1}';
const ORDERS = '{"shop/orders:80":1}';
const CALL: Sent = { protocol: 'GRPC', method: 'POST', target: '/shop.Orders/Add' };

/** The gateway, with listeners on two ports for HTTP. */
function gatewayIn({ infra }: Charts): SharedGateway {
  return new SharedGateway(infra, 'public', {
    className: 'istio',
    listeners: [GatewayListener.http('http', { namespaces: all }), GatewayListener.http('other', { port: 8080, namespaces: all })],
    allowedListeners: all,
    metadata: { name: 'public' },
  });
}

/** What is said of a gateway and what it lets through, and what becomes of requests. */
const SAID: readonly (readonly [says: string, build: (charts: Charts) => void, asked: readonly Asked[]])[] = [
  ['all listeners of a gateway', charts => {
    const gateway = gatewayIn(charts);
    new Exposure(charts.shop, 'cart', { service: cart, gateway: gateway.gateway });
  }, [[{ port: 80 }, CART], [{ port: 8080 }, CART]]],
  ['one listener by its name', charts => {
    const gateway = gatewayIn(charts);
    new Exposure(charts.shop, 'cart', { service: cart, gateway: gateway.listener('other') });
  }, [[{ port: 80 }, 'no route'], [{ port: 8080 }, CART]]],
  ['listeners that another namespace adds', charts => {
    const gateway = gatewayIn(charts);
    const added = new SharedListenerSet(charts.shop, 'team', { gateway: gateway.gateway, listeners: [GatewayListener.http('team', { port: 9090 })] });
    new Exposure(charts.shop, 'cart', { service: cart, gateway: added.gateway });
  }, [[{ port: 9090 }, CART], [{ port: 80 }, 'no route']]],
  ['a policy of the gateway holds at all of its listeners', charts => {
    const gateway = gatewayIn(charts);
    new Exposure(charts.shop, 'cart', { service: cart, gateways: [gateway.listener('http'), gateway.listener('other')] });
    new GatewayAccessPolicy(charts.infra, 'edge', {
      gateway: gateway.gateway, allow: [{ sources: [Identity.anyone()], requests: [HttpMatch.of({ pathPrefix: '/cart' })] }],
    });
  }, [
    [{ target: '/cart/7' }, CART], [{ target: '/admin' }, 'denied'], [{ port: 8080, target: '/cart/7' }, CART], [{ port: 8080, target: '/admin' }, 'denied'],
    [{ port: 8080, target: '/cart/../admin' }, 'denied'],
  ]],
  ['methods of gRPC are told apart', charts => {
    const gateway = gatewayIn(charts);
    new Exposure(charts.shop, 'orders', { service: orders, gateway: gateway.gateway });
    new GatewayAccessPolicy(charts.infra, 'edge', {
      gateway: gateway.gateway, allow: [{ sources: [Identity.anyone()], requests: [GrpcMatch.of({ service: 'shop.Orders', method: 'Add' })] }],
    });
  }, [
    [CALL, ORDERS], [{ ...CALL, port: 8080 }, ORDERS], [{ ...CALL, target: '/shop.Orders/Del' }, 'denied'], [{ ...CALL, target: '/shop.OrdersX/Add' }, 'denied'],
  ]],
  ['a service of gRPC is denied', charts => {
    const gateway = gatewayIn(charts);
    new Exposure(charts.shop, 'orders', { service: orders, gateway: gateway.gateway });
    new GatewayAccessPolicy(charts.infra, 'edge', {
      gateway: gateway.gateway, deny: [{ sources: [Identity.anyone()], requests: [GrpcMatch.of({ service: 'shop.Admin' })] }],
    });
  }, [[CALL, ORDERS], [{ ...CALL, target: '/shop.Admin/Del' }, 'denied'], [{ ...CALL, target: '/shop.Admin' }, 'denied']]],
];

/** Listeners of gateways, and gRPC at gateways with policies, as the constructs write them. */
export function exposureCases(): Case[] {
  return SAID.map(([says, build, asked], i) => ({
    name: `exposure ${i}: ${says}`,
    manifests: [...world(i), ...manifestsOf(build).map(stored)],
    probes: asked.map(([sent, documentation]): Probe => ({
      ...{ namespace: 'infra', address: address(110, i), gateway: true, port: 80, protocol: 'HTTP' },
      ...{ host: 'any.example.org', method: 'GET', target: '/', headers: [] },
      ...sent,
      answers: { documentation },
    })),
  }));
}

const PORTS = [80, 8080, 9090];

/** The pods that Istio makes of the gateway, and the Services behind it. */
function world(i: number): object[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'public-istio', namespace: 'infra', labels: GATEWAY_LABELS },
      spec: { clusterIP: address(111, i), selector: GATEWAY_LABELS, ports: PORTS.map(port => ({ name: `http-${port}`, port, targetPort: port, appProtocol: 'http' })) },
    },
    podObject({ name: 'public', namespace: 'infra', serviceAccount: 'public-istio', labels: GATEWAY_LABELS }, address(110, i)),
    service('cart', address(112, i), [{ port: 80, protocol: 'HTTP' }]),
    service('orders', address(113, i), [{ port: 80, protocol: 'GRPC' }]),
  ];
}

function manifestsOf(build: (charts: Charts) => void): Manifest[] {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));
  const [infra, shop] = ['infra', 'shop'].map(namespace => new Chart(app, namespace, { namespace }));
  build({ infra, shop });
  return [infra, shop].flatMap(chart => Testing.synth(chart) as Manifest[]);
}
