import { type DestinationRule, destinationRuleOf, fromNamespace, type MutualTlsTaken, rulesFor, speechBy, tlsModesIn, trafficBy } from './destination-rule';
import type { Destination } from './destinations';
import { nameOfService, serviceOfHost } from './hosts';
import type { Place } from './http-route';
import { hostText } from './match';
import { OTHER_NAMES, passageBy, type PortOutside, routesFor } from './named-hosts';
import { isDelegate, isFor, isForSidecars, isOn, mayBeFor, type VirtualService, virtualServiceOf } from './virtual-service';
import { waysAtWaypoint } from './waypoint-routes';
import { waysBy } from './ways';
import type { Client, ServicePort } from '../../../../meaning/call';
import { ALWAYS, anyOf } from '../../../../meaning/condition';
import { type Branch, type Decision, unknownBy, type Verdict } from '../../../../meaning/decision';
import { dependingOn } from '../../../../meaning/depending';
import { ALL_PAST, hasNoProxy, type Past } from '../../../../meaning/past';
import { toService } from '../../../../meaning/way';
import { type Aside, type Entry, type Gate, isOutside, type Outside, type Passage, type PodPort, type Traffic, type Way, type WayBackend } from '../../../../meaning/world';
import { distinctBy, pushTo } from '../../../../model/lists';
import type { Protocol } from '../../../../model/protocol';
import { type Cluster, DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { keyOf } from '../../../../reading/cluster/object';
import { unlessHeadless } from '../../../../reading/headless-backends';
import type { ReadMesh } from '../../../../reading/mesh';
import { Numbers } from '../../../../reading/numbers';
import type { ReadObject } from '../../../../reading/objects';
import type { Reader } from '../../../../reading/reader';
import { Attached } from '../access/attached';
import { isPastSidecar } from '../access/captured';
import { mutualTlsOf } from '../access/mutual-tls';
import { peerAuthenticationOf } from '../access/peer-authentication';
import { Waypoints } from '../access/waypoint';
import { entriesOf } from '../gateways/entries';
import { asideOf as asideOfGateway, type Gateway, gatewayOf } from '../gateways/gateway';
import { isOfOtherKind, isSaidToBeIn, marksMembership, membershipOf } from '../membership';
import { isMeshConfig, type MeshConfig, meshConfigOf } from '../mesh-config';
import { arrivingAt } from '../outbound/arriving';
import { bypassedBy } from '../outbound/bypass';
import { isSeenByAll, leavingForPods } from '../outbound/inside';
import { marksSidecars } from '../outbound/marks';
import { nameIs } from '../outbound/matching';
import { Outward, type Taking } from '../outbound/outside';
import { meetsName, Scopes } from '../outbound/scopes';
import { asideOf as asideOfEntry, serviceEntriesOf } from '../outbound/service-entry';
import { type Sidecar, sidecarOf } from '../outbound/sidecar';
import { namespaceOf, ownerOf } from '../owner';

/**
 * Istio's own routes, as sidecars follow them, and what sidecars know of the mesh and of what is outside.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/
 */
export const ISTIO_ROUTES: Reader = {
  title: 'Routes of Istio',
  kinds: {
    'networking.istio.io': ['VirtualService', 'DestinationRule', 'Sidecar', 'ServiceEntry', 'Gateway'],
    'gateway.networking.k8s.io': ['Gateway', 'GatewayClass'],
    'install.istio.io': ['IstioOperator'],
    'security.istio.io': ['PeerAuthentication'],
  },
  concerns: object => isMeshConfig(object) || marksSidecars(object) || marksMembership(object),
  // Of Gateway API, nothing but waypoints is read.
  reach: () => ({ group, kind, manifest }) =>
    ({ pods: group === GATEWAY_API || (kind === 'DestinationRule' && tlsModesIn(manifest.spec).length === 0) ? 'nowhere' : 'anywhere', ways: 'anywhere' }),
  read: (objects, cluster, mesh) => {
    if (mesh !== undefined && mesh !== 'istio' && mesh !== 'istio-ambient') return {};
    const routes = new Routes(objects, cluster, mesh);
    return {
      isInMesh: pod => isSaidToBeIn(pod, mesh),
      ways: (to, protocol) => routes.ways(to, protocol),
      traffic: to => routes.traffic(to),
      leaving: (client, to) => routes.leaving(client, to),
      leavesAs: client => routes.leavesAs(client),
      leavesPast: client => routes.leavesPast(client),
      followsRoutes: client => client.kind === 'pod' && !hasNoProxy(client) && isOfOtherKind(client, mesh) ? 'unknown' : undefined,
      entering: to => membershipOf(to.pod, mesh) === 'sidecar' ? arrivingAt(to, routes.scopes) : [],
      entries: () => routes.entries(),
      asides: () => objects.filter(({ group }) => group !== GATEWAY_API).flatMap(object => ASIDES[object.kind]?.(object) ?? []),
      readAll: () => routes.readAll(),
    };
  },
};

const ELSEWHERE = 'where a VirtualService sends connections to such hosts is not read here';

const GATEWAY_API = 'gateway.networking.k8s.io';

const ASIDES: Readonly<Record<string, (object: ReadObject) => Aside>> = { ServiceEntry: asideOfEntry, Gateway: asideOfGateway };

class Routes {
  public readonly rules: Index<DestinationRule>;
  public readonly scopes: Scopes;
  public readonly outward: Outward;
  private readonly routes: Index<VirtualService>;
  private readonly waypoints: Waypoints;
  private readonly root: string;
  private readonly config: MeshConfig;
  private readonly authentications: Attached<ReturnType<typeof peerAuthenticationOf>>;
  private waypointsOfAll?: readonly ReturnType<Waypoints['ofService']>[];
  private readonly gateways: readonly Gateway[];
  private doors?: readonly Entry[];
  private readonly sidecars = new Numbers();
  /** Whether all clients see all Services and ServiceEntries. */
  private areSeenByAll?: boolean;

  public constructor(objects: readonly ReadObject[], public readonly cluster: Cluster, private readonly mesh: ReadMesh | undefined) {
    const of = (kind: string, isOfGatewayApi = false) => objects.filter(one => one.kind === kind && (one.group === GATEWAY_API) === isOfGatewayApi);
    const delegates = new Map(of('VirtualService').filter(isDelegate).map(object => [keyOf(namespaceOf(object), object.name), object]));
    this.routes = new Index(of('VirtualService'), ({ spec }) => spec?.hosts, object => virtualServiceOf(object, namespaceOf(object), ownerOf(object), (namespace, name) => {
      const delegate = delegates.get(keyOf(namespace, name));
      return delegate && { ...this.routes.of(delegate), object: delegate };
    }));
    this.waypoints = new Waypoints(of('Gateway', true), of('GatewayClass', true), cluster);
    this.rules = new Index(of('DestinationRule'), ({ spec }) => [spec?.host], object => destinationRuleOf(object, namespaceOf(object)));
    this.config = meshConfigOf(of('IstioOperator'), cluster.configMaps);
    this.root = this.config.rootNamespace;
    this.authentications = new Attached(of('PeerAuthentication'), peerAuthenticationOf, this.root);
    this.scopes = new Scopes(of('Sidecar').map(sidecarOf), this.config);
    this.gateways = of('Gateway').map(gatewayOf);
    this.outward = new Outward(of('ServiceEntry').flatMap(serviceEntriesOf), this.scopes, cluster);
  }

  public ways(to: ServicePort, protocol: Protocol): Decision<Way> | undefined {
    const own = this.routes.for(to).filter(one => isForSidecars(one) && (isFor(one, to) || mayBeFor(one, to)));
    const decision = this.waysBy(own, to, protocol);
    return decision && dependingOn(unlessHeadless(decision, to, this.cluster, 'Istio'), [...own, ...rulesFor(this.rules.for(to), to)]);
  }

  /** Clients with a Sidecar follow what it imports. */
  private waysBy(own: readonly VirtualService[], to: ServicePort, protocol: Protocol): Decision<Way> | undefined {
    const place = this.placeAt(to.port);
    if (this.mesh === 'istio-ambient') return this.waysInAmbient(own, to, protocol, place);
    const ways = waysBy(own, to, protocol, place, { importedWhen: () => ALWAYS, outbound: this.scopes.modeOf(undefined) });
    if (ways === undefined) return undefined;
    const toIt: Decision<Way> = { branches: [], otherwise: { value: toService(to), why: 'the Sidecar of the client imports no VirtualService for it' } };
    return this.scopes.decision(this.scopes.all, sidecar => waysBy(own, to, protocol, place, {
      importedWhen: one => this.scopes.importsRoutes(sidecar, { namespace: one.namespace, hosts: namesOf(one), port: to.port }),
      outbound: this.scopes.modeOf(sidecar),
    }) ?? toIt, ways);
  }

  /** There is no cluster of Envoy for a port that speaks UDP (`buildOutboundClusters` in `pilot/pkg/networking/core/cluster.go`). */
  public traffic(to: ServicePort): Decision<Traffic> | undefined {
    const rules = rulesFor(this.rules.for(to), to);
    const port = this.cluster.service(to.namespace, to.service)?.ports.find(one => one.port === to.port);
    if (port?.protocol === 'UDP') return undefined;
    const said = trafficBy(rules, { ...to, root: this.root }, port?.protocol);
    const traffic = said && dependingOn(said, rules);
    if (this.mesh !== 'istio-ambient' || traffic === undefined) return traffic;
    return this.atWaypoints(traffic, to, rules);
  }

  /** Whichever Service was called: the waypoint of another one may send requests here, too. */
  private atWaypoints(traffic: Decision<Traffic>, to: ServicePort, rules: readonly DestinationRule[]): Decision<Traffic> {
    this.waypointsOfAll ??= this.cluster.services.map(({ namespace = DEFAULT_NAMESPACE, name }) =>
      this.waypoints.ofService({ namespace, service: name, port: 0 }));
    const own = this.waypoints.ofService(to);
    const all = distinctBy([own, ...this.waypointsOfAll].flatMap(one => one === undefined || one === 'none' ? [] : [one]), one => JSON.stringify(one));
    const unknown = (why: string): Decision<Traffic> => ({ branches: [], otherwise: { value: unknownBy(why, rules), why } });
    const doubt = all.find(one => one.doubt !== undefined)?.doubt;
    if (doubt !== undefined) return unknown(doubt.why);
    // One that nobody names may be in any namespace.
    const perhaps = own === undefined ? [to.namespace, ...rules.map(({ namespace }) => namespace)] : [];
    const namespaces = new Set([...all.map(({ namespace }) => namespace), ...all.length === 0 ? perhaps : []]);
    const told = [...own === 'none' ? [WITHOUT_WAYPOINT] : [], ...[...namespaces].map(namespace => fromNamespace(traffic, namespace))];
    const [verdict, ...others] = distinctBy(told, ({ value }) => JSON.stringify(value));
    return others.length > 0 ? unknown(own === undefined ? NO_WAYPOINT : 'waypoints in several namespaces read other DestinationRules')
      : { branches: [], otherwise: verdict };
  }

  public leaving(client: Client, to: PodPort | Outside): Gate[] {
    if (!this.hasSidecar(client) || to.protocol === 'UDP') return [];
    return isOutside(to) ? [...this.outward.gates(client.namespace, to.protocol), ...this.routesOut(client.namespace, to.protocol)]
      : [...leavingForPods(client, to, this), ...this.speech(to)];
  }

  /** Clients with a proxy are told apart by the Sidecars that may be theirs, and by what they see. */
  public leavesAs(client: Client): string {
    if (!this.hasSidecar(client)) return '';
    this.areSeenByAll ??= this.outward.isSeenByAll && this.cluster.services.every(isSeenByAll);
    return JSON.stringify([this.sidecars.of(this.scopes.in(client.namespace)), this.areSeenByAll ? '' : client.namespace]);
  }

  /** Who has none goes past the waypoint of a Service, too. */
  public leavesPast(client: Client): Past | undefined {
    return hasNoProxy(client) ? ALL_PAST : this.hasSidecar(client) ? bypassedBy(client) : undefined;
  }

  private hasSidecar(client: Client): client is Client & { readonly kind: 'pod' } {
    return client.kind === 'pod' && client.isGateway !== true && client.meshed !== false && membershipOf(client, this.mesh) === 'sidecar';
  }

  public entries(): readonly Entry[] {
    this.doors ??= this.gateways.length === 0 ? [] : entriesOf(this.gateways, this.routes.everything(), port => this.placeAt(port), this.cluster);
    return this.doors;
  }

  public readAll(): void {
    [this.routes, this.rules].forEach(index => index.everything());
  }

  /** Without a waypoint, nobody reads routes. */
  private waysInAmbient(own: readonly VirtualService[], to: ServicePort, protocol: Protocol, place: Place): Decision<Way> | undefined {
    const waypoint = this.waypoints.ofService(to);
    if (waypoint === 'none') return undefined;
    const reads = (some: readonly VirtualService[], namespace: string) => waysAtWaypoint(some, to, protocol, place, namespace);
    const ways = waypoint === undefined ? own.map(one => reads([one], one.namespace)).find(one => one !== undefined) : reads(own, waypoint.namespace);
    const why = waypoint === undefined ? NO_WAYPOINT : waypoint.doubt?.why;
    return ways === undefined || why === undefined ? ways : { branches: [], otherwise: { value: { unknown: why }, why, source: own[0].source } };
  }

  /** What a client speaks to the Services by which it calls pods: to pods that have no proxy, or none that takes TLS, clients speak it where a DestinationRule says so. */
  private speech(to: PodPort): Gate[] {
    const taken = this.takesMutualTls(to);
    const branches = to.entrances.flatMap((entrance): Branch<Passage>[] => {
      const rules = rulesFor(this.rules.for(entrance), entrance);
      const then = speechBy(rules, { ...entrance, root: this.root }, taken);
      return then === undefined ? [] : [{ when: { type: 'entrance', ...entrance }, then: dependingOn(then, rules), source: rules[0].source }];
    });
    return branches.length === 0 ? [] : [{ title: 'DestinationRule of Istio', decision: { branches, otherwise: { value: 'allowed', why: 'no DestinationRule is for it' } } }];
  }

  private takesMutualTls(to: PodPort): MutualTlsTaken {
    if (membershipOf(to.pod, this.mesh) === 'ambient') return 'taken';
    if (membershipOf(to.pod, this.mesh) === 'none' || isPastSidecar(to)) return 'not taken';
    const { modes } = mutualTlsOf(this.authentications.ofPod(to.pod), this.config, to.port, false);
    return !modes.includes('DISABLE') ? 'taken' : modes.length === 1 ? 'not taken' : 'unknown';
  }

  private placeAt(port: number): Place {
    return { cluster: this.cluster, port, subset: destination => subsetOf(this.rules, destination) };
  }

  private routesOut(namespace: string, protocol: Protocol): Gate[] {
    const own = this.routes.elsewhere().filter(isForSidecars);
    if (own.length === 0) return [];
    const of = (sidecar?: Sidecar): Decision<Passage> => {
      const ports = this.outward.portsFor(namespace).map((port): Branch<Passage> =>
        ({ when: { type: 'toPort', first: port, last: port }, then: this.passageAt({ port, protocol }, namespace, own, sidecar), source: own[0].source }));
      return {
        branches: [...this.outward.doubtful(namespace), ...ports, ...unregistered(own, protocol)],
        otherwise: { value: 'allowed', why: 'no VirtualService is for it' },
      };
    };
    const saying = [...own, ...this.scopes.in(namespace), ...this.outward.visibleTo(namespace)];
    return [{ title: 'VirtualService of Istio', decision: dependingOn(this.scopes.decision(this.scopes.in(namespace), of, of()), saying) }];
  }

  /** Routes are followed for names that the proxy reads; what goes by its address alone goes past them. */
  private passageAt(to: PortOutside, namespace: string, own: readonly VirtualService[], sidecar: Sidecar | undefined): Decision<Passage> {
    const { port, protocol } = to;
    const taking = this.outward.taking(namespace, port, protocol, sidecar);
    const when = (is: (one: Taking) => boolean) => anyOf(...taking.filter(is).map(one => one.when));
    const imported = (one: VirtualService) => sidecar === undefined ? ALWAYS
      : this.scopes.importsRoutes(sidecar, { namespace: one.namespace, hosts: namesOf(one), port });
    const passage = passageBy(own, to, imported);
    const plain: Verdict<Passage> = { value: 'allowed', why: 'no VirtualService is for it' };
    const on = (of: 'tcp' | 'tls') => own.filter(one => one[of].some(({ matches }) => matches.some(match => isOn(match, one, port))));
    const [ofConnections, ofNames] = [on('tcp'), protocol === 'TLS' ? on('tls') : []];
    const meets = (some: readonly VirtualService[], host: string) => some.some(({ otherHosts }) => otherHosts.some(other => meetsName(host, other)));
    const unread = (some: readonly VirtualService[], why: string, is: (one: Taking) => boolean): Branch<Passage>[] => some.length === 0 ? []
      : [{ when: when(is), then: { value: unknownBy(why, some), why, source: some[0].source }, source: some[0].source }];
    const { source } = own[0];
    return {
      branches: [
        ...unread(ofNames, OTHER_NAMES, ({ entry: { host }, byName }) => byName === true && host.startsWith('*') && meets(ofNames, host)),
        ...unread(ofConnections, ELSEWHERE, ({ entry: { host }, byName }) => !byName && meets(ofConnections, host)),
        ...taking.map(({ when: takes, unknown, byName, entry }): Branch<Passage> => unknown === undefined
          ? { when: takes, then: byName === true ? passage ?? plain : plain, source }
          : { when: takes, then: { value: { unknown }, why: unknown, source: entry.source }, source: entry.source }),
        ...unregistered(own, protocol),
      ],
      otherwise: plain,
    };
  }
}

/** What a VirtualService for a host does that no ServiceEntry names depends on more. */
function unregistered(all: readonly VirtualService[], protocol: Protocol): Branch<Passage>[] {
  const why = 'a VirtualService is for a host that no ServiceEntry names';
  return all.filter(one => one.doubt !== undefined || routesFor(one, protocol).length > 0)
    .flatMap(({ otherHosts, source }) => otherHosts.map(host =>
      ({ when: nameIs(protocol, hostText(host)), then: { value: { unknown: why }, why, source }, source })));
}

const WITHOUT_WAYPOINT: Verdict<Traffic> = { value: { besides: [] }, why: 'without a waypoint, nobody reads DestinationRules' };

const NO_WAYPOINT = 'it is not known which waypoint the Service has: no label `istio.io/use-waypoint` says it';

function namesOf({ services, otherHosts }: VirtualService): readonly string[] {
  return [...services.map(nameOfService), ...otherHosts];
}

/** The labels of a subset, where one DestinationRule has it that all see. */
function subsetOf(rules: Index<DestinationRule>, to: Destination): ReturnType<Place['subset']> {
  const [rule, ...others] = rulesFor(rules.for(to), to);
  if (rule === undefined) return 'none';
  // One of another namespace than that of the Service holds for clients there alone.
  if (others.length > 0 || rule.to === undefined || rule.doubt !== undefined || rule.visibleTo !== 'all' || rule.namespace !== to.namespace) return undefined;
  const subset: WayBackend['subset'] = rule.subsets.get(to.subsetName ?? '');
  return subset ?? 'none';
}

/** Objects by the Services that they name, to be read when these are asked about; those that name hosts of other kinds are for any. */
class Index<T extends VirtualService | DestinationRule> {
  private readonly byService = new Map<string, ReadObject[]>();
  private readonly others: ReadObject[] = [];
  private readonly known = new Map<ReadObject, T>();

  public constructor(
    private readonly all: readonly ReadObject[], hostsOf: (manifest: any) => unknown, private readonly read: (object: ReadObject) => T,
  ) {
    for (const object of all) {
      const hosts = hostsOf(object.manifest);
      const services = Array.isArray(hosts) && hosts.length > 0 ? hosts.map(host => typeof host === 'string' ? serviceOfHost(host, namespaceOf(object)) : undefined) : [undefined];
      const keys = new Set(services.flatMap(to => to === undefined ? [] : [keyOf(to.namespace, to.service)]));
      for (const key of keys) pushTo(this.byService, key, object);
      if (services.includes(undefined)) this.others.push(object);
    }
  }

  public for({ service, namespace }: { readonly service: string; readonly namespace: string }): readonly T[] {
    return [...new Set([...this.byService.get(keyOf(namespace, service)) ?? [], ...this.others])].map(object => this.of(object));
  }

  /** Those that name something else. */
  public elsewhere(): readonly T[] {
    return this.others.map(object => this.of(object));
  }

  public everything(): readonly T[] {
    return this.all.map(object => this.of(object));
  }

  public of(object: ReadObject): T {
    const known = this.known.get(object) ?? this.read(object);
    this.known.set(object, known);
    return known;
  }
}
