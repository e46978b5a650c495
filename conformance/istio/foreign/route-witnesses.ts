import * as fc from 'fast-check';
import { endsOf, type Script } from './ends';
import { ofGatewayApi, ofIstio, type Routed, servicesOf } from './routed';
import { answersTo } from './routes';
import { sentAs } from './sent';
import { HANDLED, triedBy } from './tries';
import { enoughWitnesses, type Witnessed } from './witnessed';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import type { ServicePort } from '../../../src/meaning/call';
import type { Difference, Differences, Target } from '../../../src/meaning/compare/difference';
import type { Way } from '../../../src/meaning/world';
import { hasRequests, type Protocol } from '../../../src/model/protocol';
import { changedBy, compared, HOW } from '../../../test/oracle/differences/pairs';
import { requests } from '../../../test/reading/routes/gateway-api';
import { outcomeOf } from '../../../test/reading/routes/outcome';
import { address, type Case, type Probe } from '../case';
import { waypoint } from '../waypoints';

const ANY: readonly Protocol[] = ['HTTP', 'GRPC', 'TCP', 'TLS'];

const ALL: readonly Routed[] = (['istio', 'istio-ambient'] as const).flatMap(mesh => {
  const at = mesh === 'istio' ? 'sidecars' : 'waypoints';
  return [
    ofIstio(`witnesses of VirtualServices at ${at}`, mesh, ANY, HANDLED.ofIstio),
    ofGatewayApi(`witnesses of routes of Gateway API at ${at}`, mesh, ANY, HANDLED.ofGatewayApi),
  ];
});

/** Where Services of a case are. */
const SERVICES = servicesOf('HTTP', {}, 0).map(({ metadata: { name, namespace } }) => `${namespace}/${name}`);
const CALLED: ServicePort = { namespace: 'shop', service: 'cart', port: 80 };

/** How many differences of a pair are asked about. */
const MOST = 6;

/** By which of these two ways of a request end otherwise is tried out. */
const SCRIPTS: readonly Script[] = [
  [503], [500], [409], ['reset'], ['absent'], [{ slow: 300 }], [{ slow: 1500 }], ...[14, 1, 13, 8, 4].map((grpc): Script => [{ grpc }]), ['reset', 503],
];

/**
 * Routes that somebody else wrote, as they were and as they are now. For each difference that `diff` tells, its witness is answered as it says by
 * proxies that have the old ones and by those that have the new ones; what it says is the same, both answer alike.
 */
export function routeWitnesses(seed: number, count: number): Case[] {
  return ALL.flatMap(routed => enoughWitnesses(routed.about, seed, count, (own, some) => witnessesOf(routed, own, some)));
}

function witnessesOf({ about, mesh, programs, admitted }: Routed, seed: number, count: number): Witnessed {
  const pairs = fc.sample(programs.chain(old => fc.tuple(
    fc.constant(old), programs, HOW, fc.array(requests(old), { minLength: 6, maxLength: 6 }),
  )), { seed, numRuns: count });
  const counts = { told: 0, hidden: 0, alike: 0 };
  const cases = pairs.flatMap(([{ protocol, manifests: [{ metadata: { labels } }, ...own] }, { manifests: [, ...others] }, how, some], i): Case[] => {
    const old = own.flatMap(admitted);
    const sides = [old, changedBy(old, others.flatMap((one, n) => admitted(one, n + 5)), how)]
      .map(routes => JSON.parse(JSON.stringify([...servicesOf(protocol, labels, i), ...routes])) as object[]);
    const [before, after] = sides.map(manifests => ({ manifests, mesh }));
    const found = compared(before, after);
    const sent = (request: RouteRequest, { service, namespace, port }: ServicePort, from: Readonly<Record<string, string>> | undefined): Omit<Probe, 'answers'> => ({
      ...sentAs(request, protocol),
      ...mesh === 'istio-ambient' && {
        client: `spiffe://cluster.local/ns/${request.client.namespace}/sa/web`, waypoint: labels?.['istio.io/use-waypoint-namespace'] ?? 'shop',
      },
      ...from && { labels: from },
      namespace: request.client.namespace,
      port,
      address: address(SERVICES.indexOf(`${namespace}/${service}`), i),
      // Clients write the port, unless it goes without saying.
      host: protocol === 'TLS' || port === 80 ? request.host : `${request.host}:${port}`,
    });
    const differing = found.differences.filter(({ to }) => to.type === 'service' && isThere(to.port, mesh)).slice(0, MOST);
    const told = differing.map(one => witness(one, protocol, mesh, sent)).filter(one => one !== undefined);
    const alike = isSame(found) ? some.flatMap((request, n) => alikeProbes(sent(request, CALLED, undefined), protocol, `${about} ${seed}/${i}, ${n}`)) : [];
    counts.told += told.length;
    counts.hidden += differing.length - told.length;
    counts.alike += alike.length;
    return told.length + alike.length === 0 ? [] : sides.map((manifests, n): Case => ({
      name: `${about} ${i}, ${n === 0 ? 'old' : 'new'}`,
      manifests: [...manifests, ...mesh === 'istio' ? [] : ['shop', 'web'].flatMap((namespace, k) => waypoint(namespace, k, i))],
      probes: [...told.map(([was, is]) => n === 0 ? was : is), ...alike],
    }));
  });
  return { cases, ...counts };
}

/** Only the Service that is called has a waypoint. */
function isThere({ namespace, service, port, groupKind }: ServicePort, mesh: Routed['mesh']): boolean {
  const n = groupKind === undefined ? SERVICES.indexOf(`${namespace}/${service}`) : -1;
  return mesh === 'istio' ? n >= 0 : n === 0 && port === CALLED.port;
}

/** Whether it is known that nothing differs of what is called. */
function isSame({ differences, perhaps, unsure }: Differences): boolean {
  const isOfIt = (to: Target | undefined) => to === undefined || (to.type === 'service' && to.port.namespace === CALLED.namespace && to.port.service === CALLED.service
    && to.port.port === CALLED.port);
  return ![...differences, ...perhaps, ...unsure].some(({ to }) => isOfIt(to));
}

/** The witness of a difference, as it is answered by both sides; undefined where no answer shows it. */
function witness(
  { to, contrast: { call, before, after } }: Difference, protocol: Protocol, mesh: Routed['mesh'],
  sent: (request: RouteRequest, to: ServicePort, labels: Readonly<Record<string, string>> | undefined) => Omit<Probe, 'answers'>,
): readonly [was: Probe, is: Probe] | undefined {
  if (to.type !== 'service' || call.client.kind !== 'pod' || call.protocol !== protocol) return undefined;
  const { host = `${to.port.service}.${to.port.namespace}`, ...said } = call.request ?? { method: 'GET', path: '/', headers: {}, query: {} };
  const { namespace = '', labels } = call.client;
  const request: RouteRequest = { client: { namespace: namespace || 'other' }, to: to.port, protocol, ...said, host: call.serverName ?? host, response: {} };
  const ways = [before, after].map(({ value }) => value as Way);
  if (!ways.every(way => 'handling' in way)) return undefined;
  const outcomes = ways.map(value => outcomeOf({ branches: [], otherwise: { value, why: '' } }, request));
  const known = outcomes.flatMap(outcome => outcome === 'unknown' ? [] : [answersTo(mesh, outcome, request)]);
  const probe = sent(request, to.port, labels);
  const [was, is] = known;
  if (known.length === 2 && areApart(was, is)) return [{ ...probe, answers: { diff: was } }, { ...probe, answers: { diff: is } }];
  if (!hasRequests(protocol) || ways.some(({ backends, handling }) => backends.length === 0 || handling.faults !== undefined)) return undefined;
  for (const script of SCRIPTS) {
    const ends = ways.map(way => endsOf(way, script, protocol as 'HTTP' | 'GRPC'));
    if (!areApart(ends[0], ends[1])) continue;
    const tried = triedBy(script);
    const again = { ...probe, ...tried, headers: [...probe.headers, ...tried.headers] };
    return [{ ...again, answers: { diff: ends[0] } }, { ...again, answers: { diff: ends[1] } }];
  }
  return undefined;
}

function areApart(some: readonly string[], others: readonly string[]): boolean {
  return !some.some(one => others.includes(one));
}

/** A request, and where there are tries, the same with a backend that fails at once. */
function alikeProbes(probe: Omit<Probe, 'answers'>, protocol: Protocol, alike: string): Probe[] {
  const tried = triedBy([503, 'reset', 500, { grpc: 14 }]);
  return [
    { ...probe, alike, answers: {} },
    ...hasRequests(protocol) ? [{ ...probe, ...tried, headers: [...probe.headers, ...tried.headers], alike: `${alike}, tried`, answers: {} }] : [],
  ];
}
