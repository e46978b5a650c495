import { address, type Case, podObject, type Probe, serviceObject } from './case';
import { istioEgressByGateway } from '../../src/dialects/istio/egress';
import type { EgressModel, EgressPort } from '../../src/model/egress';
import { ANY_REQUEST } from '../../src/model/match';
import { stored } from '../harness/case';

const NAME = 'egress-istio';
const LABELS = { 'gateway.networking.k8s.io/gateway-name': 'egress' };
const BLOCKED = 'HTTP 502, gRPC ""';

function policy(client: string, host: string, port: Partial<EgressPort>): EgressModel {
  return {
    name: `${client}-egress`,
    namespace: 'shop',
    workload: { service: client, serviceAccount: client, podSelector: { app: client } },
    destinations: [{ kind: 'host', host, ports: [{ port: 80, protocol: 'HTTP', ...port }] }],
    gateway: { name: 'egress', namespace: 'infra' },
  };
}

/** Two clients of one gateway, of which each may call one host; the other one is as near as it can be. */
const CLIENTS = [
  policy('cart', 'api.example.com', { requests: [{ ...ANY_REQUEST, methods: ['GET'], path: { type: 'exact', value: '/v1' } }, { ...ANY_REQUEST, methods: ['PUT'] }] }),
  policy('checkout', 'pay.example.org', { tls: { port: 443 } }),
];

type Asked = readonly [client: string | undefined, host: string, method: string, target: string];

const CART = 'spiffe://cluster.local/ns/shop/sa/cart';
const CHECKOUT = 'spiffe://cluster.local/ns/shop/sa/checkout';

/** What gets through the gateway, and where to. */
const PASSED: readonly (readonly [...Asked, to: string])[] = [
  [CART, 'api.example.com', 'GET', '/v1', 'api.example.com'],
  [CART, 'api.example.com', 'GET', '/v1?q=1', 'api.example.com'],
  [CART, 'api.example.com:80', 'PUT', '/any', 'api.example.com'],
  [CART, 'API.example.com', 'GET', '/v2/../v1', 'api.example.com'],
  [CHECKOUT, 'pay.example.org', 'POST', '/', 'pay.example.org'],
];

/** What does not, as if a client spoke to it past its sidecar. */
const KEPT: readonly Asked[] = [
  [CART, 'pay.example.org', 'GET', '/v1'],
  [CHECKOUT, 'api.example.com', 'GET', '/v1'],
  [CART, 'api.example.com', 'GET', '/v1/'],
  [CART, 'api.example.com', 'GET', '/v1/../admin'],
  [CART, 'api.example.com', 'POST', '/v1'],
  [CART, 'api.example.com:443', 'GET', '/v1'],
  [CART, 'api.example.com.', 'GET', '/v1'],
  [CART, 'api.example.com:x.pay.example.org:80', 'GET', '/v1'],
  [CART, 'evil.example.net', 'GET', '/v1'],
  ['spiffe://cluster.local/ns/ops/sa/cart', 'api.example.com', 'GET', '/v1'],
  ['spiffe://cluster.local/ns/shop/sa/cart2', 'api.example.com', 'GET', '/v1'],
  ['spiffe://example.org/ns/shop/sa/cart', 'api.example.com', 'GET', '/v1'],
  // Without a certificate.
  [undefined, 'api.example.com', 'GET', '/v1'],
];

/** How sidecars lead requests to a gateway by which they leave, and what the gateway makes of whatever comes to it. */
export function egressGatewayCases(): Case[] {
  return [CLIENTS, [...CLIENTS].reverse()].map((models, i) => {
    const bySidecar = (app: string, host: string, method: string, answer: string): Probe => ({
      namespace: 'shop', labels: { app }, address: address(app === 'cart' ? 0 : 1, i), port: 80, protocol: 'HTTP', host, method, target: '/v1', headers: [], answers: { model: answer },
    });
    const atGateway = ([client, host, method, target]: Asked, answer: string): Probe => ({
      ...(client !== undefined && { client }),
      namespace: 'infra',
      gateway: true,
      address: address(100, i),
      port: 443,
      protocol: 'HTTP',
      host,
      method,
      target,
      headers: [],
      answers: { model: answer },
    });
    const led = JSON.stringify({ 'infra/egress-istio:443': 1 });
    return {
      name: `egress by a gateway ${i}`,
      manifests: [...pods(i), ...objects(models)],
      probes: [
        bySidecar('cart', 'api.example.com', 'GET', led),
        bySidecar('cart', 'api.example.com', 'POST', 'denied'),
        bySidecar('cart', 'pay.example.org', 'GET', BLOCKED),
        bySidecar('checkout', 'pay.example.org', 'GET', led),
        bySidecar('checkout', 'api.example.com', 'GET', BLOCKED),
        bySidecar('cart', 'evil.example.net', 'GET', BLOCKED),
        ...PASSED.map(([client, host, method, target, to]) => atGateway([client, host, method, target], JSON.stringify({ [`outbound|80||${to}`]: 1 }))),
        ...KEPT.map(one => atGateway(one, 'denied')),
      ],
    };
  });
}

/** Each object once, whoever of the policies renders it. */
function objects(models: readonly EgressModel[]): object[] {
  const all = models.flatMap(model => istioEgressByGateway({}).render(model).manifests);
  return [...new Map(all.map(one => [`${one.kind}/${one.metadata.namespace}/${one.metadata.name}`, one])).values()].map(stored);
}

/** As Istio makes them of the Gateway. */
function pods(i: number): object[] {
  return [
    podObject({ name: NAME, namespace: 'infra', serviceAccount: NAME, labels: LABELS }, address(100, i)),
    serviceObject({ name: NAME, namespace: 'infra', selector: LABELS, ports: [{ port: 443, protocol: 'HTTP' }] }, address(101, i)),
  ];
}
