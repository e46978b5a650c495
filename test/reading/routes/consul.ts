import * as fc from 'fast-check';
import { maybe, merged } from './gateway-api';
import { routedByConsul } from '../../../src/evaluators/routes/consul';
import type { Outcome } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { HEADERS, METHODS, QUERY, VALUES } from '../../oracle/routes/arbitraries/matches';

/** Config entries of Consul as somebody writes them who does not use this library. */

const SERVICES = ['cart', 'cart-v1', 'cart-v2', 'other'];

export const entry = (kind: string, name: string, spec: object, namespace = 'shop') => ({ apiVersion: 'consul.hashicorp.com/v1alpha1', kind, metadata: { name, namespace }, spec });

const path = fc.oneof(
  fc.constant({}), fc.constantFrom('/api', '/api/v1', '/API/v1', '/carts/7').map(pathExact => ({ pathExact })), fc.constantFrom('/', '/api', '/API', '/carts/').map(pathPrefix => ({ pathPrefix })),
  fc.constantFrom('/api.*', '/carts/[0-9]+', '/shop\\.Cart/.*').map(pathRegex => ({ pathRegex })),
);
const value = fc.oneof(fc.constantFrom(...VALUES).map(exact => ({ exact })), fc.constant({ regex: '[12]' }), fc.constant({ present: true }));
const header = merged(fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom({ prefix: '1' }, { suffix: '2' }) }), maybe(25, 'invert', fc.constant(true)));
const named = (names: readonly string[], is: fc.Arbitrary<object>) =>
  fc.tuple(fc.constantFrom(...names), is).map(([name, one]) => [{ name: name.toLowerCase(), ...one }]);
const methods = fc.subarray([...METHODS], { minLength: 1, maxLength: 2 });
const match = merged(path, maybe(20, 'caseInsensitive', fc.constant(true)), maybe(20, 'methods', methods), maybe(25, 'header', named(HEADERS, header)), maybe(15, 'queryParam', named(QUERY, value)));

const changes = fc.constantFrom<object>({ set: { 'x-team': '1' } }, { add: { 'X-Old': '2' } }, { remove: ['x-old'] }, { set: { 'x-version': '2' }, remove: ['x-user'] });
const headers = merged(maybe(20, 'requestHeaders', changes), maybe(20, 'responseHeaders', changes));
const reference = merged(maybe(70, 'service', fc.constantFrom(...SERVICES)), maybe(20, 'serviceSubset', fc.constantFrom('v1', 'v2')));

const route = fc.tuple(maybe(80, 'match', match.map(http => ({ http }))), merged(
  reference, headers, maybe(20, 'requestTimeout', fc.constantFrom('5s', '-1s', '0s', '250ms')), maybe(10, 'idleTimeout', fc.constant('5s')),
  maybe(20, 'numRetries', fc.constantFrom(0, 3)), maybe(20, 'retryOn', fc.subarray(['connect-failure', 'reset', 'unavailable', '5xx', 'gateway-error'], { minLength: 1 })),
  maybe(10, 'retryOnConnectFailure', fc.boolean()), maybe(15, 'retryOnStatusCodes', fc.constantFrom([503, 500], [502])),
), fc.constantFrom('/v2', '/v2/')).map(([matched, destination, prefixRewrite]) => {
  const { pathExact, pathPrefix } = matched.match?.http ?? {};
  return { ...matched, destination: { ...destination, ...((pathExact ?? pathPrefix) === '/api' && { prefixRewrite }) } };
});

const shares = fc.constantFrom([100], [90, 10], [33.34, 33.33, 33.33], [100, 0], [99.99, 0.01], [50, 49]);
const splits = shares.chain(weights => fc.tuple(...weights.map(weight => merged(fc.constant({ weight }), reference, headers))));

const target = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...SERVICES).map(service => ({ service })) },
  { weight: 1, arbitrary: fc.constantFrom<object>({ peer: 'west' }, { datacenter: 'dc2' }, { service: 'cart', serviceSubset: 'v1' }) });
const section = fc.oneof(
  { weight: 3, arbitrary: fc.array(target, { minLength: 1, maxLength: 3 }).map((targets): object => ({ targets })) },
  { weight: 2, arbitrary: target },
  {
    weight: 1,
    arbitrary: fc.constantFrom<object>(
      { datacenters: ['dc2'] }, { service: 'other', policy: { mode: 'sequential' } }, { service: 'other', targets: [{ service: 'cart' }] },
    ),
  },
);
const failovers = fc.oneof(
  { weight: 4, arbitrary: section.map(one => ({ '*': one })) }, { weight: 1, arbitrary: section.map(v1 => ({ v1 })) },
  { weight: 1, arbitrary: fc.tuple(section, section).map(([v1, all]) => ({ v1, '*': all })) },
);

const resolver = merged(
  maybe(25, 'redirect', merged(maybe(80, 'service', fc.constantFrom(...SERVICES)), maybe(15, 'serviceSubset', fc.constant('v1')))),
  maybe(15, 'defaultSubset', fc.constantFrom('v1', 'v2')), maybe(60, 'subsets', fc.constantFrom<object>({ v1: { filter: 'Service.Meta.version == v1' } }, { v1: {}, v2: { onlyPassing: true } })),
  maybe(15, 'requestTimeout', fc.constantFrom('5s', '-1s')), maybe(15, 'connectTimeout', fc.constant('1s')), maybe(25, 'failover', failovers),
);

const some = <T>(kind: string, names: readonly string[], spec: fc.Arbitrary<T>) => fc.subarray([...names], { maxLength: Math.min(names.length, 3) })
  .chain(all => fc.tuple(...all.map(name => spec.map(one => entry(kind, name, one as object)))));

const service = (name: string) => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector: { app: name }, ports: [{ name: 'main', port: 80 }] },
});

/** A service of Consul has one port. */
export const OF_ONE_PORT = SERVICES.map(service);

/** The config entries of a few services that speak the same. */
export const consulProgram = fc.record({
  protocol: fc.constantFrom<RouteRequest['protocol']>('HTTP', 'HTTP', 'HTTP', 'GRPC', 'TCP'),
  router: some('ServiceRouter', ['cart'], fc.array(route, { maxLength: 3 }).map(routes => ({ routes }))),
  splitters: some('ServiceSplitter', ['cart', 'cart-v1'], splits.map(all => ({ splits: all }))),
  resolvers: some('ServiceResolver', SERVICES, resolver),
  // Of one service, or of all, it may be said otherwise, or by nobody.
  odd: fc.constantFrom<object | 'absent' | undefined>(...Array(10).fill(undefined), { protocol: 'http2' }, { protocol: 'tcp' }, {}, 'absent'),
  isBare: fc.constantFrom(...Array(9).fill(false), true),
  ofAll: fc.constantFrom<string | undefined>(undefined, undefined, 'same', 'tcp', ''),
  isOfConnections: fc.constantFrom(...Array(9).fill(false), true),
}).map(({ protocol, router, splitters, resolvers, odd, isBare, ofAll, isOfConnections }) => ({
  protocol,
  manifests: JSON.parse(JSON.stringify([
    ...OF_ONE_PORT,
    ...isBare ? [] : SERVICES.filter(name => name !== 'other' || odd !== 'absent')
      .map(name => entry('ServiceDefaults', name, name === 'other' && typeof odd === 'object' ? odd : { protocol: protocol.toLowerCase() })),
    ...ofAll === undefined ? [] : [entry('ProxyDefaults', 'global', { config: { protocol: ofAll === 'same' ? protocol.toLowerCase() : ofAll || undefined } })],
    ...protocol === 'TCP' && !isOfConnections ? [] : [...router, ...splitters], ...resolvers,
  ])) as any[],
}));

export const evaluate = routedByConsul('single');

/** How pods are picked is kept as text. */
export function alike(outcome: Outcome): Outcome {
  if (outcome.kind !== 'forwarded') return outcome;
  const { stickiness: _, ...policies } = outcome.policies;
  return {
    ...outcome,
    policies,
    arrivals: outcome.arrivals.map(({ traffic: { loadBalancing: __, ...traffic } = {}, ...arrival }) => ({ ...arrival, traffic })),
  };
}
