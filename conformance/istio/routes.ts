import * as fc from 'fast-check';
import { address, type Case, service } from './case';
import { GatewayApiChannel } from '../../src/dialects/gateway-api/extension/channel';
import { gatewayApiRoutes } from '../../src/dialects/gateway-api/routes';
import { istioRoutes } from '../../src/dialects/istio/routes';
import { sidecarRoutes } from '../../src/dialects/istio/sidecar-routes';
import { type HttpRequest, winner } from '../../src/evaluators/routes/precedence';
import { routedByVirtualService } from '../../src/evaluators/routes/virtual-service';
import { type ClientPods, includesClients } from '../../src/model/client-pods';
import type { Handling } from '../../src/model/handling';
import type { Protocol } from '../../src/model/protocol';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../../src/model/route';
import { stored } from '../harness/case';
import { grpcRequest, grpcRules, request, ruleByModel, rules, shared } from '../harness/rules';
import { readings, wire, type Written, writtenForRoutes } from '../harness/wire';

const PORT = 8080;

const dialect = sidecarRoutes(gatewayApiRoutes(GatewayApiChannel.STANDARD, istioRoutes));

const RETRIES = { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true };

/** What Gateway API has no word for; faults are for all requests or for none. */
const BEYOND: readonly Handling[] = [
  { faults: { abort: { percent: 100, statusCode: 503 } } },
  { faults: { abort: { percent: 0, statusCode: 503 }, delay: { percent: 100, delay: 1 } } },
  { retries: { ...RETRIES, grpcStatuses: ['internal', 'unavailable'], backoff: 25 }, timeouts: { request: 2000, backendRequest: 500 } },
  { retries: { ...RETRIES, connectionFailures: false } },
];

interface Caller {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** For whom a rule may be, and who calls. */
const CLIENTS: readonly (readonly ClientPods[])[] = [
  [{ labels: { track: 'canary' } }], [{ namespace: 'web' }], [{ namespace: 'web', labels: { app: 'web' } }], [{ labels: { app: 'web', track: 'canary' } }, { namespace: 'web' }],
];
const CALLERS: readonly Caller[] = ['shop', 'web'].flatMap(namespace =>
  [{}, { app: 'web' }, { track: 'canary' }, { app: 'web', track: 'canary' }].map(labels => ({ namespace, labels: labels as Caller['labels'] })));

/** Routes of a Service, and requests to it. */
export function routeCases(seed: number, count: number): Case[] {
  return [
    ...cases('HTTP', rules, request, seed, count),
    ...cases('GRPC', grpcRules, grpcRequest, seed, Math.ceil(count / 4)),
  ];
}

function cases(protocol: 'HTTP' | 'GRPC', allRules: fc.Arbitrary<RouteRule[]>, one: fc.Arbitrary<HttpRequest>, seed: number, count: number): Case[] {
  const samples = fc.sample(fc.record({
    all: allRules,
    rest: fc.integer({ min: 0, max: 4 }).map(n => n > 0),
    requests: fc.array(writtenForRoutes(one), { minLength: 20, maxLength: 20 }),
    // Half of the routes are VirtualServices.
    // Of some, the requests go to some pods of each backend.
    versions: fc.boolean(),
    handlings: fc.oneof(fc.constant([]), fc.array(fc.constantFrom({}, ...BEYOND), { minLength: 5, maxLength: 5 })),
    clients: fc.oneof(fc.constant([]), fc.array(fc.constantFrom([], ...CLIENTS), { minLength: 5, maxLength: 5 })),
    callers: fc.array(fc.constantFrom(...CALLERS), { minLength: 20, maxLength: 20 }),
  }), { seed, numRuns: count });
  return samples.flatMap(({ all, rest, requests, handlings, versions, clients, callers }, i) => {
    const some = shared(rest || all.length === 1 ? all : all.slice(0, -1)).map((rule, n, { length }) => ({
      ...rule,
      handling: handlings[n] ?? {},
      // A route where all rules are for some clients is refused: a sidecar of others would pass it over.
      ...(n < length - 1 && clients[n]?.length > 0 && { clients: clients[n] }),
      backends: versions ? rule.backends.map((to, k) => ({ ...to, subset: { version: `v${(n + k) % 2}` } })) : rule.backends,
    }));
    const port: PortRoute = { port: PORT, protocol, rules: some };
    const model: RouteModel = { name: 'cart', namespace: 'shop', service: { name: 'cart' }, traffic: {}, ports: [port] };
    if (dialect.render(model).refusals.length > 0) {
      return [];
    }
    const routes = dialect.render(model).manifests;
    const backends = [...new Set(port.rules.flatMap(rule => rule.backends.map(backend => backend.name)))];
    return [{
      name: `${protocol} route ${i}`,
      manifests: [
        service('cart', address(0, i), [port]),
        ...backends.map((name, n) => service(name, address(1 + n, i), [{ port: 80, protocol }])),
        ...routes.map(stored),
      ],
      probes: requests.map((sent, n) => ({
        ...wire(sent, protocol),
        ...callers[n],
        port: PORT,
        address: address(0, i),
        host: `cart.shop.svc.cluster.local:${PORT}`,
        answers: answers(port, routes, sent, callers[n]),
      })),
    }];
  });
}

/** The evaluators read HTTPRoutes and VirtualServices. */
function answers({ protocol, rules: all }: PortRoute, routes: readonly any[], one: Written<HttpRequest>, caller: Caller): Record<string, string> {
  const [seen] = readings(one);
  const rule = ruleByModel(all.filter(({ clients }) => clients === undefined || clients.some(some => includesClients(some, caller))), seen);
  return {
    model: aborted(protocol, rule?.handling.faults)
      ?? shares(rule?.backends.map(({ subset, ...to }) => ({ ...to, version: subset?.version })), routes),
    ...(routes.some(({ kind }) => kind === 'VirtualService')
      ? { evaluator: byVirtualService(protocol, routes, seen, caller) }
      : protocol === 'HTTP' && { evaluator: shares(winner(routes, seen, 'specification')?.rule.backendRefs, routes) }),
  };
}

function byVirtualService(protocol: Protocol, manifests: readonly any[], seen: HttpRequest, client: Caller): string {
  const outcome = routedByVirtualService(manifests, {
    ...seen, client, to: { service: 'cart', namespace: 'shop', port: PORT }, protocol: protocol as 'HTTP', host: 'cart', response: {},
  });
  if (outcome.kind !== 'forwarded') {
    return shares(undefined, manifests);
  }
  return aborted(protocol, outcome.policies.faults as Handling['faults']) ?? shares(outcome.arrivals.map(({ service: to, share }) => {
    const [, name, port, version] = /^shop\/([^:]+):(\d+)(?: version=(.*))?$/.exec(to) ?? [];
    const [numerator, denominator] = share.split('/').map(Number);
    return { name, port: Number(port), version, weight: numerator / denominator };
  }), manifests);
}

/** The answer where all requests fail on purpose: to a call of gRPC, the status that stands for the code of HTTP. */
function aborted(protocol: Protocol, faults: Handling['faults']): string | undefined {
  return faults?.abort?.percent !== 100 ? undefined : protocol === 'GRPC' ? 'HTTP 200, gRPC "14"' : 'HTTP 503, gRPC ""';
}

interface Share extends Pick<WeightedBackend, 'name' | 'port' | 'weight'> {
  readonly version?: string;
}

/** The share of each backend, as in `{"shop/v1:80":0.9,"shop/v2:80 subset":0.1}`. */
function shares(backends: readonly Share[] | undefined, manifests: readonly any[]): string {
  if (backends === undefined) {
    return 'no route';
  }
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  const parts = backends.filter(({ weight }) => weight > 0)
    .map(({ name, port, weight, version }): [string, number] =>
      [[`shop/${name}:${port}`, ...version === undefined ? [] : [subsetOf(manifests, name, version)]].join(' '), Math.round(weight / total * 1e6) / 1e6]);
  return JSON.stringify(Object.fromEntries(parts.sort(([a], [b]) => a < b ? -1 : 1)));
}

/** The name that a DestinationRule gives to the pods of a version. */
function subsetOf(manifests: readonly any[], host: string, version: string): string {
  return manifests.find(({ kind, spec }) => kind === 'DestinationRule' && spec.host === host).spec.subsets.find(({ labels }: any) => labels.version === version).name;
}
