import type { Gateway, Server, ServerHost } from './gateway';
import type { Pod } from '../../../../meaning/call';
import { allOf, ALWAYS, type Condition, type Doubt, isTrue, NEVER, noneOf } from '../../../../meaning/condition';
import type { Branch, Decision, Verdict } from '../../../../meaning/decision';
import { hasLabels } from '../../../../meaning/selector';
import { ANYTHING } from '../../../../meaning/text';
import { CLOSED } from '../../../../meaning/way';
import type { Entry, Way } from '../../../../meaning/world';
import { grouped } from '../../../../model/lists';
import type { Cluster } from '../../../../reading/cluster/cluster';
import { keyOf } from '../../../../reading/cluster/object';
import { type Candidate, ranked } from '../../../../reading/ranking';
import { coversName, meetsName } from '../outbound/scopes';
import { gatewayNamed, nameOfService } from '../routes/hosts';
import type { Place, ReadRoute } from '../routes/http-route';
import { hostText, type Match } from '../routes/match';
import { serverNames } from '../routes/server-names';
import { branchOf, type VirtualService } from '../routes/virtual-service';

/** Of pods that are not in the files, neither the namespace nor the labels are known. */
const UNKNOWN_POD: Pod = { namespace: '', isGateway: true };

/**
 * The ways in, at each host of each server: the VirtualServices decide that are for the Gateway and for the host (`buildGatewayHTTPRouteConfig`
 * in `pilot/pkg/networking/core/gateway.go` of istio/istio).
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/
 */
export function entriesOf(
  gateways: readonly Gateway[], virtualServices: readonly VirtualService[], placeAt: (port: number) => Place, cluster: Cluster,
): Entry[] {
  const named = virtualServices.flatMap(one => [...new Set(one.gateways.map(name => gatewayNamed(name, one.namespace)))].map(key => ({ key, one })));
  const byGateway = grouped(named, ({ key }) => key);
  return gateways.flatMap(gateway => {
    const key = keyOf(gateway.namespace, gateway.name);
    const pod = podOf(gateway, cluster);
    const own = (byGateway.get(key) ?? []).map(({ one }) => one);
    return gateway.servers.flatMap(server => {
      const standing: Standing = { gateway, server, key, pod, own, gateways, place: placeAt(server.port) };
      const entry = (host: Entry['host'], ways: Decision<Way>): Entry => ({
        gateway: key,
        listener: server.name,
        port: server.port,
        protocol: server.protocol,
        host,
        ...tlsOf(server, pod),
        pods: pod === undefined ? UNKNOWN_POD : { ...pod, isGateway: true },
        ways: doubted(ways, standing),
      });
      if (server.protocol === 'TCP') return [entry(ANYTHING, byConnection(server.hosts, standing))];
      return server.hosts.map(host => entry(hostText(host.host), waysFor(host, standing)));
    });
  });
}

interface Standing {
  readonly gateway: Gateway;
  readonly server: Server;
  /** `namespace/name` of the Gateway. */
  readonly key: string;
  /** One of its pods, where they are known. */
  readonly pod: Pod | undefined;
  /** The VirtualServices that name it. */
  readonly own: readonly VirtualService[];
  readonly gateways: readonly Gateway[];
  readonly place: Place;
}

/** The pods of a Gateway, where it is known which these are. */
function podOf({ selector }: Gateway, cluster: Cluster): Pod | undefined {
  if (Object.keys(selector).length === 0) return undefined;
  const [pod, ...others] = cluster.workloads.filter(({ labels }) => hasLabels(labels, selector)).map(one => cluster.podOf(one));
  return pod !== undefined && others.every(other => JSON.stringify(other) === JSON.stringify(pod)) ? pod : undefined;
}

/** Secrets are in the namespace of the pods. */
function tlsOf({ protocol, passesTls, secret }: Server, pod: Pod | undefined): Pick<Entry, 'tls'> {
  if (passesTls) return { tls: 'passed' };
  if ((protocol !== 'HTTPS' && protocol !== 'TLS') || secret === undefined || pod === undefined) return {};
  return { tls: { secrets: [{ namespace: pod.namespace, name: secret }] } };
}

function doubted({ branches, otherwise }: Decision<Way>, { gateway, server }: Standing): Decision<Way> {
  const doubts = [gateway.doubt, server.doubt].filter(one => one !== undefined)
    .map((doubt): Branch<Way> => ({ when: doubt, then: { value: { unknown: doubt.why }, why: doubt.why }, source: server.source }));
  return { branches: [...doubts, ...branches], otherwise };
}

function waysFor(host: ServerHost, standing: Standing): Decision<Way> {
  const { gateway, server } = standing;
  const { protocol, passesTls, port } = server;
  // Servers for HTTP at one port have their hosts in common.
  const together = protocol === 'HTTP' ? gateway.servers.filter(one => one.port === port && one.protocol === protocol) : [server];
  const { branches, otherwise } = passesTls ? byServerName(host, standing) : protocol === 'TLS' ? byConnection([host], standing) : byHost(together, standing);
  return { branches: [...rivals(host, standing), ...branches], otherwise };
}

/** Other Gateways for the same pods, whose routes are merged with those for a host. */
function rivals({ host }: ServerHost, { gateway, server: { port, passesTls }, gateways }: Standing): Branch<Way>[] {
  return gateways.filter(other => other !== gateway && (hasLabels(other.selector, gateway.selector) || hasLabels(gateway.selector, other.selector)))
    .flatMap(({ namespace, name, source, servers }) => servers.filter(server => server.port === port).flatMap(({ hosts }) => hosts)
      .filter(other => meetsName(other.host, host)).map((other): Branch<Way> => {
        const why = `Gateway '${namespace}/${name}' is for the same pods, port and host, and its routes count, too`;
        const isTheirs: Condition = other.host === '*' ? ALWAYS : { type: passesTls ? 'serverName' : 'host', is: hostText(other.host) };
        return { when: allOf(isTheirs, { type: 'unknown', why, place: source.place }), then: { value: { unknown: why }, why, source }, source };
      }));
}

/** Of hosts of a VirtualService, those that a server takes: of two, the one that is named more closely. */
function hostsAt({ host, namespace }: ServerHost, one: VirtualService): string[] {
  if (namespace !== undefined && namespace !== one.namespace) return [];
  return hostsOf(one).filter(name => meetsName(host, name)).map(name => coversName(host, name) ? name : host);
}

function hostsOf({ services, otherHosts }: VirtualService): readonly string[] {
  return [...services.map(nameOfService), ...otherHosts];
}

function closeness(host: string): number {
  return host === '*' ? 0 : host.startsWith('*') ? host.length : Infinity;
}

const NOTHING: Verdict<Way> = { value: { backends: [], status: 404, handling: {}, besides: [] }, why: 'no route is for it' };

function byHost(servers: readonly Server[], standing: Standing): Decision<Way> {
  // A VirtualService without routes here takes no host from the others.
  const own = standing.own.map(one => ({ one, candidates: candidatesOf(one, one.http, standing) })).filter(({ candidates }) => candidates.length > 0);
  const named = servers.flatMap(({ hosts, redirectsToHttps }, at) => [
    ...own.flatMap(one => [...new Set(hosts.flatMap(host => hostsAt(host, one.one)))].map(name => ({ name, one, at, redirectsToHttps }))),
    ...hosts.filter(({ namespace }) => redirectsToHttps && namespace === undefined)
      .map(({ host }) => ({ name: host, one: undefined, at, redirectsToHttps })),
  ]);
  const byName = [...grouped(named, ({ name }) => name)].sort(([a], [b]) => closeness(b) - closeness(a));
  return {
    branches: byName.map(([name, all]): Branch<Way> => {
      // The servers of a port add their routes for a host one after the other (`buildGatewayHTTPRouteConfig` in `networking/core/gateway.go`).
      const candidates = all.flatMap(({ one, at }, i) => one === undefined || all.findIndex(other => other.one === one) < i ? []
        : one.candidates.map(({ rank: [first, ...rest], ...its }) => ({ ...its, rank: [first, -at, ...rest] })));
      return {
        when: name === '*' ? ALWAYS : { type: 'host', is: hostText(name) },
        then: all.some(({ redirectsToHttps }) => redirectsToHttps) ? toHttps(standing)
          : ranked(candidates, NOTHING),
        source: candidates[0]?.source ?? standing.server.source,
      };
    }),
    otherwise: NOTHING,
  };
}

function toHttps({ server: { source } }: Standing): Verdict<Way> {
  return { value: { backends: [], handling: { redirect: { scheme: 'https', statusCode: 301 } }, besides: [] }, why: 'the server redirects to HTTPS', source };
}

/** Connections are told apart by the names that clients ask for. */
function byServerName(host: ServerHost, standing: Standing): Decision<Way> {
  const taking = standing.own.filter(one => takes(host, one) && rankOf(one, standing) > 0).flatMap(one => routesAt(one.tls, standing)
    .flatMap(({ route, matches }) => matches.flatMap((match): Candidate<Way>[] => serverNames(match)
      .map(({ closest, request }) => candidate(one, route, match, request, [closest], standing)))));
  return ranked([...doubtful(standing.own), ...taking], NO_CONNECTION);
}

/** The first route for the port takes all connections. */
function byConnection(hosts: readonly ServerHost[], standing: Standing): Decision<Way> {
  const own = standing.own.filter(one => hosts.some(host => takes(host, one)) && rankOf(one, standing) > 0);
  const taking = own.flatMap((one): Candidate<Way>[] => {
    const [first] = routesAt(one.tcp, standing);
    if (first === undefined) return [];
    const { route, matches: [match] } = first;
    return [candidate(one, route, match, match.request, [rankOf(one, standing)], standing)];
  });
  return ranked([...doubtful(own), ...taking], NO_CONNECTION);
}

const NO_CONNECTION: Verdict<Way> = { value: CLOSED, why: 'no route is for the connection' };

/** For connections, a host of the VirtualService has to be one that the server has. */
function takes({ host, namespace }: ServerHost, one: VirtualService): boolean {
  return (namespace === undefined || namespace === one.namespace) && hostsOf(one).some(name => meetsName(host, name));
}

interface RouteHere {
  readonly route: ReadRoute;
  readonly matches: readonly Match[];
}

function routesAt(routes: readonly ReadRoute[], { key, server: { port } }: Standing): RouteHere[] {
  const isHere = (match: Match) => (match.port === undefined || match.port === port)
    && (match.gateways === undefined || match.gateways.includes(key));
  return routes.map(route => ({ route, matches: route.matches.filter(isHere) })).filter(({ matches }) => matches.length > 0);
}

/**
 * A route for everything comes last, whichever VirtualService it is of (`SortVHostRoutes` in `route/route.go`). Of its own, no other
 * stands behind it (`BuildHTTPRoutesForVirtualService`).
 */
function candidatesOf(one: VirtualService, routes: readonly ReadRoute[], standing: Standing): Candidate<Way>[] {
  const { pod } = standing;
  const rank = rankOf(one, standing);
  if (rank === 0) return [];
  if (one.doubt !== undefined) return doubtful([one]);
  const candidates: Candidate<Way>[] = [];
  const ended: Condition[] = [];
  const matches = routesAt(routes, standing).flatMap(here => here.matches.map(match => ({ route: here.route, match })));
  for (const { route, match } of matches) {
    const client = asSeenFrom(match.client, pod, one);
    if (client === NEVER) continue;
    const isLast = isForAll(match);
    candidates.push(candidate(one, route, match, allOf(client, ...ended, match.request), [isLast ? 0 : 1, rank], standing));
    if (isLast && client === ALWAYS) break;
    if (isLast) ended.push(noneOf(client));
  }
  return candidates;
}

function candidate(
  one: VirtualService, route: ReadRoute, match: Match, when: Condition, rank: readonly number[], standing: Standing,
): Candidate<Way> {
  return { ...branchOf(route, match, one, standing.place, allOf(isSeen(one, standing), when)), rank, owner: one };
}

function doubtful(all: readonly VirtualService[]): Candidate<Way>[] {
  return all.flatMap((one): Candidate<Way>[] => {
    const { doubt, source } = one;
    if (doubt === undefined) return [];
    const then = { value: { unknown: doubt.why }, why: doubt.why, source };
    return [{ rank: [Infinity, Infinity], when: doubt, then, source, owner: one }];
  });
}

/** Those that only the namespace of the pods sees come first, then those that are exported to it; 0 for those that it does not see. */
function rankOf({ visibleTo, namespace }: VirtualService, { pod }: Standing): number {
  if (visibleTo === 'all') return 1;
  if (pod === undefined) return 2;
  return !visibleTo.includes(pod.namespace) ? 0 : namespace === pod.namespace ? 3 : 2;
}

/** Whether the pods see a VirtualService that is not for all. */
function isSeen({ visibleTo, source }: VirtualService, { pod }: Standing): Condition {
  return visibleTo === 'all' || pod !== undefined ? ALWAYS : { type: 'unknown', why: 'it is not known in which namespace the pods of the gateway are', place: source.place };
}

/** What is said of clients of sidecars is asked of the pods of the gateway. */
function asSeenFrom(client: Condition, pod: Pod | undefined, { source }: VirtualService): Condition {
  if (client === ALWAYS) return client;
  const doubt: Doubt = { type: 'unknown', why: 'it is not known which pods the gateway has', place: source.place };
  const truth = pod === undefined ? 'unknown' : isTrue(client, { client: { kind: 'pod', ...pod }, pod, port: 0, protocol: 'HTTP' });
  return truth === 'yes' ? ALWAYS : truth === 'no' ? NEVER : doubt;
}

function isForAll({ request }: Match): boolean {
  if (request.type !== 'path') return request.type === 'all' && request.of.length === 0;
  const { is } = request;
  return is.type === 'anything' || (is.type === 'prefix' && is.value === '/') || (is.type === 'regex' && is.value === '.*');
}
