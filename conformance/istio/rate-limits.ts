import { address, type Case, pod, type Probe, service } from './case';
import type { Manifest } from '../../src/dialects/contract/manifest';
import { GatewayApiChannel } from '../../src/dialects/gateway-api/extension/channel';
import { gatewayApiRoutes } from '../../src/dialects/gateway-api/routes';
import { istioAccess } from '../../src/dialects/istio/access';
import { istioRoutes } from '../../src/dialects/istio/routes';
import type { AccessModel } from '../../src/model/access';
import type { RateLimit } from '../../src/model/handling';
import { ANY_REQUEST } from '../../src/model/match';
import type { RouteModel } from '../../src/model/route';

const routes = gatewayApiRoutes(GatewayApiChannel.STANDARD, istioRoutes);
const access = istioAccess({ strictMutualTls: false });

/** So many requests, one after the other, and what becomes of them; a limit with an answer of its own is told with that. */
export type Sent = { readonly answer: string; readonly times: number } & Partial<Probe>;

export const WEB = 'spiffe://cluster.local/ns/shop/sa/web';
const OTHER = 'spiffe://cluster.local/ns/shop/sa/other';

/** So many in a minute: while the probes of a case are sent, none is added. */
function limitedTo(requests: number, protocol: 'HTTP' | 'GRPC'): RouteModel {
  return limitedBy({ requests }, protocol);
}

export function limitedBy(rateLimit: Omit<RateLimit, 'interval'>, protocol: 'HTTP' | 'GRPC'): RouteModel {
  return {
    name: 'cart',
    namespace: 'shop',
    service: { name: 'cart', podSelector: { app: 'cart' } },
    traffic: { rateLimit: { ...rateLimit, interval: 60_000 } },
    ports: [
      {
        port: 80,
        podPort: { port: 8080 },
        protocol,
        rules: [{
          matches: [],
          backends: [{ name: 'cart', port: 80, podPort: { port: 8080 }, weight: 1 }],
          handling: {},
        }],
      },
      { port: 6379, protocol: 'TCP', rules: [] },
    ],
  };
}

const ONLY_WEB: AccessModel = {
  name: 'cart',
  namespace: 'shop',
  destination: { service: 'cart', podSelector: { app: 'cart' }, ports: [{ port: 8080, protocol: 'HTTP' }] },
  rules: [{
    sources: [{ kind: 'serviceAccount', name: 'web', namespace: 'shop' }],
    exceptSources: [],
    exceptRequests: [],
    ports: [{ port: 8080, protocol: 'HTTP' }],
    requests: [{ ...ANY_REQUEST, methods: ['GET'] }],
    endUsers: [],
  }],
  denials: [],
  leavesRest: false,
  healthProbes: [],
  audit: false,
};

/** Requests to one pod, one after the other; each number is that of the pod's requests in a minute. */
export type Sequence = readonly [says: string, model: RouteModel, others: readonly Manifest[], sent: readonly Sent[]];

const SEQUENCES: readonly Sequence[] = [
  ['no more than the limit', limitedTo(3, 'HTTP'), [], [{ answer: 'allowed', times: 3 }, { answer: 'limited', times: 2 }]],
  ['one', limitedTo(1, 'HTTP'), [], [{ answer: 'allowed', times: 1 }, { answer: 'limited', times: 1 }]],
  ['all clients count together', limitedTo(2, 'HTTP'), [], [
    { answer: 'allowed', times: 1, client: WEB }, { answer: 'allowed', times: 1, client: OTHER },
    { answer: 'limited', times: 1, client: WEB }, { answer: 'limited', times: 1, client: OTHER },
  ]],
  ['all requests count together', limitedTo(2, 'HTTP'), [], [
    { answer: 'allowed', times: 1, target: '/a' }, { answer: 'allowed', times: 1, method: 'POST', host: 'cart' }, { answer: 'limited', times: 1, target: '/b' },
  ]],
  ['gRPC', limitedTo(2, 'GRPC'), [], [
    { answer: 'allowed', times: 2, protocol: 'GRPC', method: 'POST', target: '/shop.Cart/Add' },
    { answer: 'limited', times: 1, protocol: 'GRPC', method: 'POST', target: '/shop.Cart/Add' },
  ]],
  ['connections do not count', limitedTo(1, 'HTTP'), [], [
    { answer: 'allowed', times: 3, port: 6379, protocol: 'TCP' }, { answer: 'allowed', times: 1 }, { answer: 'limited', times: 1 },
    { answer: 'allowed', times: 1, port: 6379, protocol: 'TCP' },
  ]],
  ['what a policy denies does not count', limitedTo(1, 'HTTP'), access.render(ONLY_WEB).manifests, [
    { answer: 'denied', times: 2, client: OTHER }, { answer: 'denied', times: 2, method: 'POST' },
    { answer: 'allowed', times: 1 }, { answer: 'limited', times: 1 },
  ]],
  ['plain text counts by itself', limitedTo(1, 'HTTP'), [], [
    { answer: 'allowed', times: 1 }, { answer: 'limited', times: 1 },
    { answer: 'allowed', times: 1, client: undefined }, { answer: 'limited', times: 1, client: undefined },
  ]],
  ['where plain text is refused, there is one limit', limitedTo(1, 'HTTP'), access.render(ONLY_WEB).manifests, [
    { answer: 'denied', times: 1, client: undefined }, { answer: 'allowed', times: 1 }, { answer: 'limited', times: 1 },
  ]],
];

export function rateLimitCases(): Case[] {
  return SEQUENCES.map((sequence, i) => sequenceCase('rate limit', sequence, i));
}

export function sequenceCase(title: string, [says, model, others, sent]: Sequence, i: number): Case {
  return {
    name: `${title} ${i}: ${says}`,
    manifests: [pod('cart', address(0, i)), service('cart', address(1, i), model.ports), ...routes.render(model).manifests, ...others],
    probes: sent.flatMap(({ answer, times, ...more }): Probe[] => Array(times).fill({
      client: WEB,
      namespace: 'shop',
      port: 8080,
      protocol: 'HTTP',
      host: 'cart.shop',
      method: 'GET',
      target: '/a',
      headers: [],
      ...more,
      address: address(0, i),
      answers: { model: answer },
    })),
  };
}
