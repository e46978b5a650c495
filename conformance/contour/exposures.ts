import * as fc from 'fast-check';
import { type Case, world } from './case';
import { gatewayApiExposure } from '../../src/dialects/gateway-api/exposure';
import { GatewayApiChannel } from '../../src/dialects/gateway-api/extension/channel';
import { ANY_GATEWAY } from '../../src/dialects/gateway-api/extension/gateways';
import { routedByGateway } from '../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../src/evaluators/routes/gateway-api-readings';
import type { Outcome } from '../../src/evaluators/routes/outcome';
import type { HttpRequest } from '../../src/evaluators/routes/precedence';
import type { ExposureModel } from '../../src/model/exposure';
import type { Every } from '../../src/model/fields';
import type { Handling } from '../../src/model/handling';
import type { RouteRule } from '../../src/model/route';
import { said } from '../../test/oracle/routes/conformance/gateways/said';
import { stored } from '../harness/case';
import { grpcRequest, grpcRules, request, ruleByModel, rules, shared } from '../harness/rules';
import { readings, wire, type Written, writtenForGateways } from '../harness/wire';

const PORT = 8080;
const HOSTNAMES = [[], ['cart.example.com'], ['*.example.com'], ['cart.example.com', '*.example.org']];
const HOSTS = ['cart.example.com', 'a.b.example.com', 'example.com', 'x.example.org', 'example.net'];
const dialect = gatewayApiExposure(GatewayApiChannel.STANDARD, ANY_GATEWAY);
const evaluate = routedByGateway(READINGS.specification);

const HANDLINGS: readonly Handling[] = [
  {}, {}, {},
  { redirect: { statusCode: 301, scheme: 'https', hostname: 'next.example.com' } },
  { redirect: { statusCode: 302, path: { type: 'full', value: '/elsewhere' } } },
  { rewrite: { path: { type: 'full', value: '/whole' } } },
];

/** Exposures of generated rules, each at a Gateway of its own, and requests to it. */
export function exposureCases(seed: number, count: number): Case[] {
  return [
    ...cases('HTTP', rules, request, seed, count),
    ...cases('GRPC', grpcRules, grpcRequest, seed, Math.ceil(count / 4)),
  ];
}

function cases(protocol: 'HTTP' | 'GRPC', allRules: fc.Arbitrary<RouteRule[]>, one: fc.Arbitrary<HttpRequest>, seed: number, count: number): Case[] {
  const samples = fc.sample(fc.record({
    all: allRules,
    rest: fc.boolean(),
    hostnames: fc.constantFrom(...HOSTNAMES),
    requests: fc.array(fc.tuple(writtenForGateways(one), fc.constantFrom(...HOSTS)), { minLength: 20, maxLength: 20 }),
    handlings: fc.array(protocol === 'GRPC' ? fc.constant({}) : fc.constantFrom(...HANDLINGS), { minLength: 5, maxLength: 5 }),
  }), { seed, numRuns: count });
  return samples.flatMap(({ all, rest, hostnames, requests, handlings }, i) => {
    const some = shared(rest || all.length === 1 ? all : all.slice(0, -1)).map((rule, n) => handled(rule, handlings[n]));
    const model: Every<ExposureModel> = {
      route: { name: 'outside', namespace: 'shop', service: { name: 'cart' }, traffic: {}, ports: [{ port: PORT, protocol, rules: some }] },
      hostnames,
      gateways: [{ kind: 'own', className: 'contour' }],
      tls: undefined,
      redirectHttp: false,
      backendTls: undefined,
    };
    const { refusals, manifests } = dialect.render(model);
    if (refusals.length > 0 || manifests.some(isUnread)) {
      return [];
    }
    const backends = [...new Set(all.flatMap(rule => rule.backends.map(({ name }) => name))), 'other'];
    const applied = manifests.map(stored);
    return [{
      name: `${protocol} exposure ${i}`,
      manifests: [...world(backends.map(name => ({ name, port: 80 }))), ...applied],
      probes: requests.map(([sent, host]) => [sent, host, wire(sent, protocol)] as const).map(([sent, host, over]) => ({
        ...over, port: 80, speaks: 'HTTP' as const, host, answers: answers(model, applied, sent, host, over.target),
      })),
    }];
  });
}

/**
 * Contour passes over rules with an empty list of matches (`computeHTTPRouteForListener`), and over query parameters where it redirects
 * (`redirectRoutes`). It takes a gRPC method with its service alone (`gatewayGRPCMethodMatchCondition`). Of expressions, the one whose text is greater
 * goes first (`internal/sorter/sorter.go`), which the specification leaves open.
 */
function isUnread({ spec = {} }: { readonly spec?: any }): boolean {
  const expressions: readonly string[] = (spec.rules ?? []).flatMap(({ matches = [] }: any) => matches)
    .flatMap(({ path }: any) => path?.type === 'RegularExpression' ? path.value : []);
  const isOrderedOtherwise = expressions.some(one => expressions.some(other => one > other && one.length <= other.length));
  return isOrderedOtherwise || (spec.rules ?? []).some(({ matches, filters = [] }: any) => matches?.length === 0
    || matches?.some(({ queryParams }: any) => queryParams !== undefined && filters.some(({ type }: any) => type === 'RequestRedirect'))
    || matches?.some(({ method }: any) => typeof method === 'object' && (method.service === undefined || method.method === undefined)));
}

/** A redirect is answered in place of a backend. */
function handled(rule: RouteRule, handling: Handling): RouteRule {
  return { ...rule, handling, ...(handling.redirect !== undefined && { backends: [] }) };
}

function answers(
  model: ExposureModel, manifests: readonly object[], sent: Written<HttpRequest>, host: string, target: string,
): Record<string, string> {
  const [seen] = readings(sent);
  const [{ protocol, rules: all }] = model.route.ports;
  const rule = isServed(model, host) ? ruleByModel(all, seen) : undefined;
  const outcome = evaluate(manifests, {
    ...seen, client: { namespace: 'outside' }, to: { service: 'cart', namespace: 'shop', port: 80 }, protocol: protocol as 'HTTP', host, response: {},
  });
  return {
    ...(rule?.handling.redirect === undefined && {
      model: said(rule === undefined ? { kind: 'failed' } : {
        kind: 'forwarded',
        policies: {},
        copies: [],
        arrivals: rule.backends.map(({ name, port, weight }) => ({
          service: `shop/${name}:${port}`,
          share: `${weight}/${rule.backends.reduce((sum, one) => sum + one.weight, 0)}`,
          ...(rule.handling.rewrite?.path && { request: { host, path: rule.handling.rewrite.path.value, headers: {} } }),
        })),
      }, seen.path),
    }),
    evaluator: said(withWholeQuery(outcome, target), seen.path),
  };
}

/** To the evaluator, a parameter has one value; a redirect keeps all that are sent. */
function withWholeQuery(outcome: Outcome, target: string): Outcome {
  return outcome.kind === 'redirected' ? { ...outcome, location: outcome.location.replace(/\?.*/, () => target.replace(/^[^?]*/, '')) } : outcome;
}

function isServed({ hostnames }: ExposureModel, host: string): boolean {
  return hostnames.length === 0 || hostnames.some(name => name.startsWith('*.') ? host.endsWith(name.slice(1)) : name === host);
}
