import { CLUSTER, type EgressNetwork, networkOf } from './network';
import { candidatesOf, type EgressRoute, egressRouteOf, NAMED, ROUTE_KINDS } from './routes';
import type { Client } from '../../../../meaning/call';
import { allOf, ALWAYS, anyOf, type Doubt } from '../../../../meaning/condition';
import { type Branch, type Decision, unknownBy, type Verdict } from '../../../../meaning/decision';
import type { Gate, Outside, Passage, PodPort } from '../../../../meaning/world';
import { isOutside } from '../../../../meaning/world';
import { grouped } from '../../../../model/lists';
import { hasRequests, type Protocol } from '../../../../model/protocol';
import type { ReadObject } from '../../../../reading/objects';
import { type Candidate, ranked } from '../../../../reading/ranking';
import { EVERY_CALL, LAST } from '../matches';

/** Where an EgressNetwork is for every namespace without one of its own, unless Linkerd is installed with another one. */
const GLOBAL = 'linkerd-egress';

/** Ports on which Linkerd looks for no protocol, unless it is installed with others. */
const OPAQUE = [25, 587, 3306, 4444, 5432, 6379, 9300, 11211];

/**
 * What leaves for outside, by the EgressNetworks of the namespace of the client: of those that have the address, the one with the smallest block
 * decides, by the routes of one kind that are on it for the port, and else by its policy (`policy-controller/k8s/index/src/outbound/` of linkerd2).
 *
 * @see https://linkerd.io/2/reference/egress-network/
 */
export function leavingBy(all: readonly ReadObject[]): (client: Client, to: PodPort | Outside) => readonly Gate[] {
  const networks = grouped(all.filter(({ kind }) => kind === 'EgressNetwork').map(networkOf), ({ namespace }) => namespace);
  const isRoute = ({ kind }: ReadObject) => ROUTE_KINDS.some(one => one === kind);
  const routes = networks.size === 0 ? [] : all.filter(isRoute).flatMap(object => egressRouteOf(object) ?? []);
  const lost = routes.find(({ parents }) => parents === undefined);
  const attached = routes.flatMap(route => [...new Set(route.parents?.map(({ key }) => key))].map(key => ({ key, route })));
  const byNetwork = grouped(attached, ({ key }) => key);
  const routesOn = ({ key }: EgressNetwork) => (byNetwork.get(key) ?? []).map(({ route }) => route);
  return (client, to) => {
    // Datagrams, and clients without a proxy, go past it.
    if (client.kind !== 'pod' || client.meshed === false || !isOutside(to) || to.protocol === 'UDP') return [];
    const own = networks.get(client.namespace) ?? networks.get(GLOBAL) ?? [];
    // Then any of them may decide.
    const open = (why: string, ...beside: readonly Said[]) => [...own, ...own.flatMap(routesOn), ...beside].map(one => ({ title: 'Linkerd', decision: unknown(why, one) }));
    if (own.length > 0 && lost !== undefined) return open('it is not known on which EgressNetwork a route is', lost);
    if (own.every(network => network.passage === 'allowed' && routesOn(network).length === 0)) return [];
    const isLost = ({ passage, blocks }: EgressNetwork) => passage === undefined || (blocks.length === 0 && own.length > 1);
    if (own.some(isLost)) return open('it is not known here which EgressNetwork has the address, or what it says');
    return [{ title: 'Linkerd', decision: decisionOf(own.map(network => ({ network, routes: routesOn(network) })), to.protocol) }];
  };
}

type Said = Pick<EgressNetwork, 'source'>;

interface Routed {
  readonly network: EgressNetwork;
  readonly routes: readonly EgressRoute[];
}

function decisionOf(all: readonly Routed[], protocol: Protocol): Decision<Passage> {
  const candidates = all.flatMap(({ network, routes }): Candidate<Passage>[] => {
    const then = byPorts(network, routes, protocol);
    const { source } = network;
    return network.blocks.length === 0 ? [{ rank: [], when: ALWAYS, then: outsideOf(network, then), source, owner: network }]
      : network.blocks.map(({ is, size }) => ({ rank: [-size], when: is, then, source, owner: network }));
  });
  return ranked(candidates, { value: 'allowed', why: 'no EgressNetwork has the address' });
}

/** Without blocks, it is for all but the addresses of the cluster, which the files do not say. */
function outsideOf({ source }: EgressNetwork, then: Decision<Passage>): Decision<Passage> {
  const why = 'it is not known which addresses are those of the cluster';
  const isInside: Doubt = { type: 'unknown', why, place: source.place, about: 'addresses of the cluster' };
  const inside = allOf(anyOf(...CLUSTER.map(within => ({ type: 'toAddress', within, except: [] }) as const)), isInside);
  const past: Verdict<Passage> = { value: 'allowed', why: 'no EgressNetwork has addresses of the cluster' };
  return { branches: [{ when: inside, then: past, source }, { when: ALWAYS, then, source }], otherwise: then.otherwise };
}

function byPorts(network: EgressNetwork, routes: readonly EgressRoute[], protocol: Protocol): Decision<Passage> {
  const { source } = network;
  const refs = routes.flatMap(({ parents = [] }) => parents.filter(({ key }) => key === network.key));
  const ports = [...new Set(refs.flatMap(({ port }) => port ?? []))].sort((a, b) => a - b);
  const isForAll = refs.some(({ port }) => port === undefined);
  const [doubt] = routes.flatMap(route => route.doubt ?? (isForAll ? doubtOn(route, 'Linkerd takes routes of an EgressNetwork for a port') : []));
  if (doubt !== undefined) return unknown(doubt.why, { source: { ...source, place: doubt.place } }, [network, ...routes]);
  return {
    branches: ports.map((port): Branch<Passage> => {
      const own = routes.filter(({ parents = [] }) => parents.some(one => one.key === network.key && one.port === port));
      return { when: { type: 'toPort', first: port, last: port }, then: atPort(network, own, port, protocol), source: own[0].source };
    }),
    otherwise: policyOf(network),
  };
}

/** Routes of one kind decide. */
function atPort(network: EgressNetwork, routes: readonly EgressRoute[], port: number, protocol: Protocol): Decision<Passage> {
  const { opaquePorts, mayOverlap, source } = network;
  const of = (kind: EgressRoute['kind']) => routes.filter(route => route.kind === kind);
  const [http, grpc, tls, tcp] = [of('HTTPRoute'), of('GRPCRoute'), of('TLSRoute'), of('TCPRoute')];
  if (mayOverlap) return unknown('it may have addresses of the cluster, and then Linkerd follows no routes on it', network, routes);
  const isOpaque = opaquePorts === undefined ? OPAQUE.includes(port) : opaquePorts.some(([first, last]) => first <= port && port <= last);
  const byTcp = (): Decision<Passage> => tcp.length === 0 ? { branches: [], otherwise: policyOf(network) }
    : ranked(tcp.flatMap(route => candidatesOf(route, network)), policyOf(network));
  if (isOpaque) return byTcp();
  if (grpc.length > 0) return byCalls(network, grpc, protocol);
  if (http.length > 0) {
    if (!hasRequests(protocol)) return { branches: [], otherwise: policyOf(network) };
    // The policy stands there as the last of the routes (`default_outbound_egress_route`).
    const rest = LAST.map(({ when, rank }): Candidate<Passage> => ({ rank: [-1, ...rank], when, then: policyOf(network), source, owner: network }));
    return ranked([...http.flatMap(route => candidatesOf(route, network)), ...rest], policyOf(network));
  }
  if (tls.length === 0) return byTcp();
  if (protocol !== 'TLS') {
    return { branches: [], otherwise: { value: 'denied', why: 'at a port with TLSRoutes, only TLS leaves', source: tls[0].source } };
  }
  const unnamed: Verdict<Passage> = { value: 'denied', why: 'at a port with TLSRoutes, TLS leaves that names its server', source: tls[0].source };
  const rest: Candidate<Passage>[] = policyOf(network).value === 'denied' ? []
    : [{ rank: [-2], when: NAMED, then: policyOf(network), source, owner: network }];
  return ranked([...tls.flatMap(route => candidatesOf(route, network)), ...rest], rest.length === 0 ? policyOf(network) : unnamed);
}


/** All that comes is taken for HTTP/2; the policy stands there as the last of the routes (`grpc::protocol` in `policy-controller/grpc/`). */
function byCalls(network: EgressNetwork, routes: readonly EgressRoute[], protocol: Protocol): Decision<Passage> {
  const { source } = network;
  const closed: Verdict<Passage> = { value: 'denied', why: 'at a port with GRPCRoutes, only HTTP/2 leaves', source: routes[0].source };
  if (!hasRequests(protocol)) return { branches: [], otherwise: closed };
  const { when, rank } = EVERY_CALL;
  const rest: Candidate<Passage> = { rank: [-1, ...rank, -1], when, then: policyOf(network), source, owner: network };
  const calls = ranked([...routes.flatMap(route => candidatesOf(route, network)), rest], policyOf(network));
  if (protocol === 'GRPC') return calls;
  const isHttp2: Doubt = { type: 'unknown', why: 'it is not known whether it is HTTP/2', place: source.place, about: 'HTTP/2' };
  return { branches: [{ when: isHttp2, then: calls, source }], otherwise: closed };
}

function policyOf({ passage = 'denied', source }: EgressNetwork): Verdict<Passage> {
  return { value: passage, why: `its trafficPolicy is ${passage === 'denied' ? 'Deny' : 'Allow'}`, source };
}

function unknown(why: string, { source }: Said, besides: readonly Said[] = []): Decision<Passage> {
  return { branches: [], otherwise: { value: unknownBy(why, besides), why, source } };
}

function doubtOn({ source: { place } }: EgressRoute, why: string): Doubt {
  return { type: 'unknown', why, place };
}
