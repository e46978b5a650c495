import * as fc from 'fast-check';
import { address, type Case, service, stored } from './case';
import { readings, wire, type Written, writtenForRoutes } from './wire';
import { gatewayApiRoutes, NO_EXTENSION } from '../../src/dialects/gateway-api/routes';
import type { RequestMatch } from '../../src/model/match';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../../src/model/route';
import { request, rules } from '../../test/oracle/arbitraries';
import { type HttpRequest, winner } from '../../test/oracle/http-route';
import { routedByModel } from '../../test/oracle/routed-by-model';

const PORT = 8080;
const SERVICES = ['shop.Cart', 'shop.Carts', 'shop'];
const METHODS = ['Add', 'AddAll'];

const dialect = gatewayApiRoutes('standard', NO_EXTENSION);

/** Routes of a Service, and requests to it. */
export function routeCases(seed: number, count: number): Case[] {
  return [
    ...cases('HTTP', rules, request([PORT]), seed, count),
    ...cases('GRPC', grpcRules, grpcRequest, seed, Math.ceil(count / 4)),
  ];
}

const grpcRules: fc.Arbitrary<RouteRule[]> = fc.tuple(rules, fc.array(fc.record({
  service: fc.constantFrom(...SERVICES), method: fc.option(fc.constantFrom(...METHODS), { nil: undefined }),
}), { minLength: 12, maxLength: 12 })).map(([all, names]) => all.map((rule, i) => ({
  ...rule,
  matches: rule.matches.map(({ headers }, k): RequestMatch => {
    const grpc = names[3 * i + k];
    return {
      methods: [],
      ...(grpc && { path: grpc.method ? { type: 'exact', value: `/${grpc.service}/${grpc.method}` } : { type: 'prefix', value: `/${grpc.service}` }, grpc }),
      headers,
      query: [],
    };
  }),
})));

const grpcRequest: fc.Arbitrary<HttpRequest> = fc.record({
  one: request([PORT]), service: fc.constantFrom(...SERVICES), method: fc.constantFrom(...METHODS),
}).map(({ one, service: name, method }) => ({ ...one, method: 'POST', path: `/${name}/${method}`, query: {} }));

function cases(protocol: 'HTTP' | 'GRPC', allRules: fc.Arbitrary<RouteRule[]>, one: fc.Arbitrary<HttpRequest>, seed: number, count: number): Case[] {
  const samples = fc.sample(fc.record({
    all: allRules,
    rest: fc.integer({ min: 0, max: 4 }).map(n => n > 0),
    requests: fc.array(writtenForRoutes(one), { minLength: 20, maxLength: 20 }),
  }), { seed, numRuns: count });
  return samples.flatMap(({ all, rest, requests }, i) => {
    const port: PortRoute = { port: PORT, protocol, rules: shared(rest || all.length === 1 ? all : all.slice(0, -1)) };
    const model: RouteModel = { name: 'cart', namespace: 'shop', service: { name: 'cart' }, traffic: {}, ports: [port] };
    if (dialect.refusals(model).length > 0) {
      return [];
    }
    const routes = dialect.render(model);
    const backends = [...new Set(port.rules.flatMap(rule => rule.backends.map(backend => backend.name)))];
    return [{
      name: `${protocol} route ${i}`,
      manifests: [
        service('cart', address(0, i), [port]),
        ...backends.map((name, n) => service(name, address(1 + n, i), [{ port: 80, protocol }])),
        ...routes.map(stored),
      ],
      probes: requests.map(sent => ({
        ...wire(sent, protocol),
        namespace: 'shop',
        port: PORT,
        address: address(0, i),
        host: `cart.shop.svc.cluster.local:${PORT}`,
        answers: answers(port, routes, sent),
      })),
    }];
  });
}

/** Backends of all kinds: one; two; one without a share. */
function shared(all: readonly RouteRule[]): RouteRule[] {
  return all.map((rule, i) => ({
    ...rule,
    backends: [
      ...rule.backends.map(backend => ({ ...backend, weight: 3 })),
      ...(i % 3 === 0 ? [] : [{ name: 'other', port: 80, weight: i % 3 - 1 }]),
    ],
  }));
}

/** The evaluator reads HTTPRoutes. */
function answers({ protocol, rules: all }: PortRoute, routes: readonly object[], one: Written<HttpRequest>): Record<string, string> {
  const [seen] = readings(one);
  return {
    model: shares(routedByModel(all, seen)),
    ...(protocol === 'HTTP' && { evaluator: shares(winner(routes, seen, 'specification')?.rule.backendRefs) }),
  };
}

/** The share of each backend, as in `{"shop/v1:80":0.9,"shop/v2:80":0.1}`. */
function shares(backends: readonly WeightedBackend[] | undefined): string {
  if (backends === undefined) {
    return 'no route';
  }
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  const parts = backends.filter(({ weight }) => weight > 0)
    .map(({ name, port, weight }): [string, number] => [`shop/${name}:${port}`, Math.round(weight / total * 1e6) / 1e6]);
  return JSON.stringify(Object.fromEntries(parts.sort(([a], [b]) => a < b ? -1 : 1)));
}
