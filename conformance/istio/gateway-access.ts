import * as fc from 'fast-check';
import { ofThisRun } from './access';
import { address, type Case, pod, podObject, type Probe, service } from './case';
import { verdictOnTokens, withTokens, writtenAs } from './signers';
import { waypoint } from './waypoints';
import { istioAmbientGatewayAccess, istioGatewayAccess } from '../../src/dialects/istio/gateway-access';
import { istioAmbientJwtAuthentication, istioJwtAuthentication } from '../../src/dialects/istio/jwt-authentication';
import { istioNamespaceDefault } from '../../src/dialects/istio/namespace-default';
import { type Request, spiffeIdOf } from '../../src/evaluators/access/request';
import type { GatewayAccessModel } from '../../src/model/gateway-access';
import { isWrong } from '../../test/oracle/access/decide';
import { asOfWorkload, canBeSaid, GATEWAY, isOddlySpelled, letThrough, model, type Place, requestTo, tokensAt, WAYPOINT } from '../../test/oracle/access/gateways';
import { resolved } from '../../test/oracle/access/intent';
import { deniesSpellings } from '../../test/oracle/access/promises';
import { stored } from '../harness/case';
import { readings, wire, type Written, writtenForRoutes } from '../harness/wire';

const OPTIONS = { trustDomain: 'cluster.local' };
const PORTS = [8080, 9090];
/** What the PROXY protocol says of every client. */
const PROXIED = '10.255.255.1';

interface Asked {
  readonly place: Place;
  readonly access: ReturnType<typeof istioGatewayAccess>;
  readonly tokens: typeof istioJwtAuthentication;
  readonly cluster: (i: number) => object[];
  readonly to: (i: number, one: Request) => Pick<Probe, 'address' | 'namespace' | 'host'> & Partial<Probe>;
  /** How it says that a request may pass. */
  readonly passes: (port: number) => string;
}

const AT_GATEWAY: Asked = {
  place: GATEWAY,
  access: istioGatewayAccess(OPTIONS),
  tokens: istioJwtAuthentication,
  cluster: world,
  to: (i, { host = '', client: { remoteIp } }) => ({
    address: address(100, i), namespace: 'shop', gateway: true, host, ...remoteIp !== PROXIED && { trustedProxies: 1 },
  }),
  passes: () => '{"shop/cart:80":1}',
};

const AT_WAYPOINT: Asked = {
  place: WAYPOINT,
  access: istioAmbientGatewayAccess(OPTIONS),
  tokens: istioAmbientJwtAuthentication(OPTIONS),
  cluster: i => [
    ...waypoint('shop', 0, i), pod('cart', address(0, i), WAYPOINT.pod.labels), service('cart', address(1, i), PORTS.map(port => ({ port, protocol: 'HTTP' as const }))),
  ],
  to: (i, { client }) => ({ address: address(1, i), namespace: client.namespace!, waypoint: 'shop', host: 'cart.shop', client: spiffeIdOf(client) }),
  passes: port => `{"shop/cart:${port}":1}`,
};

/** Policies of a gateway, in a namespace that may deny by default, and of a waypoint; and requests that come there. */
export function gatewayAccessCases(seed: number, count: number): Case[] {
  return [...casesOf('gateway access', AT_GATEWAY, seed, count), ...casesOf('waypoint access', AT_WAYPOINT, seed, count)];
}

function casesOf(name: string, asked: Asked, seed: number, count: number): Case[] {
  const { place, access, tokens, cluster } = asked;
  const samples = fc.sample(model(canBeSaid(access, place), place).chain(one => fc.record({
    one: fc.constant(one),
    closed: place === GATEWAY ? fc.boolean() : fc.constant(false),
    all: fc.array(writtenForRoutes(requestTo(one, place, false).map(fromOneAddress(place))), { minLength: 20, maxLength: 20 }),
  })), { seed, numRuns: count });
  return samples.flatMap(({ one, closed, all }, i) => {
    const rendered = [
      access.render(one),
      ...tokensAt(one).map(issuers => tokens.render(ofThisRun(issuers))),
      ...closed ? [istioNamespaceDefault(OPTIONS).render({ name: 'default', namespace: 'shop', rules: [] })] : [],
    ];
    const manifests = rendered.flatMap(({ manifests: some }) => some);
    return rendered.some(({ refusals }) => refusals.length > 0) ? [] : [{
      name: `${name} ${i}`,
      manifests: [...cluster(i), ...manifests.map(stored)],
      probes: all.map(each => probe(asked, { ...one, leavesRest: one.leavesRest && !closed }, manifests, i, each)),
    }];
  });
}

function probe({ place, to, passes }: Asked, one: GatewayAccessModel, manifests: readonly object[], i: number, each: Written<Request>): Probe {
  const [seen] = readings(each);
  const { port, client: { remoteIp }, tokens = [] } = each.request;
  const sent = wire(each, 'HTTP');
  const answers = (...all: boolean[]) => all.map(passed => passed ? passes(port) : 'denied');
  return withTokens({
    ...sent,
    ...to(i, each.request),
    port,
    headers: [...sent.headers, ...remoteIp === undefined || remoteIp === PROXIED ? [] : [['x-forwarded-for', `203.0.113.99, ${remoteIp}`] as const]],
    answers: {
      ...!isWrong(seen) && { model: answers(...saidOf(one, seen)) },
      evaluator: place.evaluate(manifests, { ...seen, path: resolved(seen.path) }) ? passes(port) : verdictOnTokens(false),
    },
  }, tokens.map(writtenAs));
}

/** What a policy says; where a spelling is odd, a gateway may let through less. */
function saidOf(one: GatewayAccessModel, seen: Request): boolean[] {
  const passes = letThrough(one, seen);
  const workload = asOfWorkload(one);
  const slashes = deniesSpellings(workload, seen);
  const inNoTemplate = !/^[\w\-.~%!$&'()+,;:@=/]*$/.test(seen.path) && workload.rules.some(({ requests }) => requests.some(({ path }) => path?.type === 'template'));
  if (!passes || (slashes && isKept(one, seen))) return [false];
  return slashes || inNoTemplate || isOddlySpelled(seen) ? [true, false] : [true];
}

/** Whether a denial, or an exception of each rule that lets the request through, means it with its slashes spelled as ever. */
function isKept(one: GatewayAccessModel, seen: Request): boolean {
  const spelled = { ...seen, path: seen.path.replace(/%2f/gi, '/').replace(/\/+/g, '/') };
  const isMeant = (rule: GatewayAccessModel['rules'][0], asked: Request) => letThrough({ ...one, denials: [], leavesRest: false, rules: [rule] }, asked);
  const isExcepted = (rule: GatewayAccessModel['rules'][0]) =>
    rule.exceptRequests.length > 0 && isMeant({ ...rule, requests: rule.exceptRequests, exceptRequests: [] }, spelled);
  return one.denials.some(rule => isMeant(rule, spelled)) || !(one.leavesRest || one.rules.some(rule => isMeant(rule, seen) && !isExcepted(rule)));
}

/** Clients reach Envoy from one address, and by the PROXY protocol they have another one. */
function fromOneAddress({ gateway: { kind } }: Place): (request: Request) => Request {
  return ({ client, ...request }) => kind === 'waypoint' ? { ...request, client } : { ...request, client: { remoteIp: PROXIED, ...client, ip: '127.0.0.1' } };
}

/** A gateway as Istio makes it, in the namespace of the Service that it exposes, whatever host is asked for. */
function world(i: number): object[] {
  const { labels } = GATEWAY.pod;
  return [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'public', namespace: 'shop' },
      spec: { gatewayClassName: 'istio', listeners: PORTS.map(port => ({ name: `http-${port}`, port, protocol: 'HTTP' })) },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'public-istio', namespace: 'shop', labels },
      spec: { clusterIP: address(101, i), selector: labels, ports: PORTS.map(port => ({ name: `http-${port}`, port, targetPort: port, appProtocol: 'http' })) },
    },
    podObject({ name: 'public', namespace: 'shop', serviceAccount: 'public-istio', labels }, address(100, i)),
    service('cart', address(102, i), [{ port: 80, protocol: 'HTTP' }]),
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { parentRefs: [{ name: 'public' }], rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] },
    },
  ];
}
