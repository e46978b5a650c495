import { arriving } from './arriving';
import type { Call, Client, Pod, Request, ServicePort } from './call';
import { type Decided, decide, isUndecided, type Undecided, valueOf } from './decision';
import { gatesOut } from './leaving';
import { isPast, isPerhapsPast, pass, type Passed } from './passage';
import { passesRoutes, waysOf } from './routing';
import { EVERYTHING, GATEWAY_NAME, knownLabels, selects } from './selector';
import { holdsFor, type Text } from './text';
import type { Truth } from './truth';
import { answeredBy, answeredWords, toService } from './way';
import type { Entry, OutsideHost, PodPort, TitledReading, Traffic, Way, WayBackend } from './world';
import { hasRequests, type Protocol } from '../model/protocol';
import { isOfKind, kindInWords, SERVICE_IMPORT } from '../model/service-ref';

/** What calls meet: what the manifests of each API say, and the pods behind Services. */
export interface Land {
  readonly readings: readonly TitledReading[];
  /** The ports of pods that a port of a Service leads to. */
  portsBehind(to: ServicePort): readonly PodPort[];
}

/** Somebody calls a port of a Service. */
export interface Errand {
  readonly client: Client;
  readonly to: ServicePort;
  readonly protocol: Protocol;
  /** Absent for connections. */
  readonly request?: Request;
  /** The name that a client of a port for TLS asks for. */
  readonly serverName?: string;
  /** `namespace/name` of the gateway that it comes by; its client is then the gateway. */
  readonly gateway?: string;
}

export type Outcome = 'allowed' | 'denied' | 'unknown';

/** The way of a request, or of a connection, and whether it gets through. */
export interface Journey extends Told {
  readonly errand: Errand;
  /** What policies for the gateway say, where it comes by one that has some. */
  readonly atGateway?: AtGateway;
  readonly route: Route;
  readonly legs: readonly Leg[];
}

/** The way in, before any route. */
export interface AtGateway {
  readonly call: Call;
  readonly passed: Passed;
}

interface Told {
  readonly outcome: Outcome;
  /** Why it is so, where no gate says it. */
  readonly because?: string;
}

/** Where it is sent. */
export interface Route {
  /** The API that has a route for it; absent where it goes to the Service as it is. */
  readonly title?: string;
  readonly way: Way | Undecided;
  /** What decided it. */
  readonly decided?: Decided<Way>;
  /** Where it came in. */
  readonly entry?: Entry;
  /** Whether there are routes for it, and no proxy that it passes follows them. */
  readonly isPast?: true;
}

/** The way to one of the backends. */
export interface Leg extends Told {
  readonly backend: WayBackend;
  /** Of all requests that take this way, between 0 and 1. */
  readonly share: number;
  /** What is said of all that is sent there, by each API that says something. */
  readonly traffic: readonly SaidOfTraffic[];
  /** As it comes to the pods. */
  readonly request?: Request;
  readonly arrivals: readonly Arrival[];
}

export interface SaidOfTraffic {
  /** The API. */
  readonly title: string;
  readonly decided: Decided<Traffic>;
}

/** The way to some of the pods of a backend. */
export interface Arrival {
  readonly outcome: Outcome;
  readonly to: PodPort;
  /** As it arrives: who leaves past the mesh has no certificate. */
  readonly client: Client;
  readonly leaving: Passed;
  readonly entering: Passed;
}

/** The way of one request: which route it takes, and which gates it meets on the way to each backend, and at the gateway by which it comes. */
export function journey(land: Land, errand: Errand): Journey {
  const route = routeOf(land, errand);
  const inside = journeyBy(land, errand, route);
  const atGateway = route.entry === undefined ? undefined : comingIn(land, errand, route.entry);
  if (atGateway === undefined || atGateway.passed.gates.length === 0) return inside;
  const { outcome, because } = together([{ outcome: outcomeOf(atGateway.passed) }, inside]);
  return { errand, route, legs: inside.legs, atGateway, outcome, ...(because !== undefined && { because }) };
}

/** It is somebody outside that comes to the gateway. Of one whose pods are not in the files, the name is known. */
function comingIn({ readings }: Land, { client, request, serverName }: Errand, entry: Entry): AtGateway {
  const to = portOf(entry, client.kind === 'pod' ? client : undefined);
  const { pod, port, protocol } = to;
  const call: Call = {
    client: { kind: 'outside', meshed: false }, pod, port, protocol, ...(request !== undefined && { request }), ...(serverName !== undefined && { serverName }),
  };
  return { call, passed: pass(readings.flatMap(({ reading }) => reading.entering?.(to) ?? []), call) };
}

/** Where requests arrive at the pods of a gateway, of which one may be known. */
export function portOf({ gateway, port, protocol, pods }: Entry, known?: Pod): PodPort {
  const [namespace, name] = gateway.split('/');
  const pod: Pod = known ?? { namespace };
  const own = { ...knownLabels(pod), [GATEWAY_NAME]: name };
  return {
    pod: pods ?? { ...pod, ...pod.labels === undefined ? { labelsAtLeast: own } : { labels: own } },
    port,
    protocol: protocol === 'HTTPS' ? 'HTTP' : protocol,
    entrances: [],
  };
}

function journeyBy(land: Land, errand: Errand, route: Route): Journey {
  const { way } = route;
  if (isUndecided(way)) return { errand, route, legs: [], outcome: 'unknown', because: way.unknown };
  if (way.backends.length === 0) {
    return way.handling.redirect !== undefined ? { errand, route, legs: [], outcome: 'allowed', because: 'the proxy answers with a redirect' }
      : { errand, route, legs: [], outcome: 'denied', because: way.status === undefined ? 'no backend gets it' : answeredWords(way.status) };
  }
  const sum = way.backends.reduce((all, { weight }) => all + weight, 0);
  const legs = way.backends.map(backend => legTo(land, errand, way, backend, backend.weight / sum));
  const { outcome, because } = together(legs);
  // What stands for Services of several clusters may stand for this one.
  const missed = errand.gateway !== undefined && !way.backends.some(backend => backend.groupKind !== undefined || isSame(backend, errand.to));
  return missed ? { errand, route, legs, outcome: 'denied', because: 'the gateway sends it elsewhere' }
    : { errand, route, legs, outcome, ...(because !== undefined && { because }) };
}

function isSame(one: ServicePort, other: ServicePort): boolean {
  return one.namespace === other.namespace && one.service === other.service && one.port === other.port && isOfKind(one.groupKind, other.groupKind);
}

/** To be denied somewhere is enough, and so is not to know it. */
function together(parts: readonly Told[]): Told {
  return parts.find(({ outcome }) => outcome === 'denied') ?? parts.find(({ outcome }) => outcome === 'unknown') ?? { outcome: 'allowed' };
}

function routeOf(land: Land, errand: Errand): Route {
  return errand.gateway === undefined ? routeInside(land, errand) : routeOfGateway(land, errand, errand.gateway);
}

function routeInside({ readings }: Land, errand: Errand): Route {
  const { client, to, protocol } = errand;
  const routes = waysOf(readings, to, protocol);
  if (routes.length === 0) return { way: toService(to) };
  const past = passesRoutes(readings, client, to.port);
  if (past === 'yes') return { way: toService(to), isPast: true };
  if (past === 'unknown') return { way: { unknown: 'there are routes for it, and it is not known whether it passes a proxy that follows them' } };
  const [{ title, ways }, ...others] = routes;
  if (others.length > 0) {
    return { way: { unknown: `${routes.map(route => route.title).join(' and ')} have routes for it, and it is not known which of them the mesh follows` } };
  }
  const decided = decide(ways, { ...callOf(errand), pod: { namespace: to.namespace }, port: to.port });
  return { title, decided, way: valueOf(decided) };
}

function routeOfGateway({ readings }: Land, errand: Errand, gateway: string): Route {
  const own = readings.flatMap(({ title, reading }) => (reading.entries?.() ?? []).map(entry => ({ title, entry })))
    .filter(({ entry }) => entry.gateway === gateway);
  if (own.length === 0) return { way: { unknown: `nothing is known of the gateway '${gateway}'` } };
  const entries = mostSpecific(own.filter(({ entry: { protocol } }) => hasRequests(protocol === 'HTTPS' ? 'HTTP' : protocol) === hasRequests(errand.protocol)), errand.request?.host ?? errand.serverName);
  const call = { ...callOf(errand), pod: { namespace: errand.to.namespace }, port: errand.to.port };
  const routes = entries.map(({ title, entry, holds }): Route => {
    if (holds === 'unknown') return { title, entry, way: { unknown: 'the gateway tells requests apart by their host, which the call does not say' } };
    const decided = decide(entry.ways, call);
    return { title, entry, decided, way: valueOf(decided) };
  });
  const leads = ({ way }: Route) => !isUndecided(way) && way.backends.some(backend => isSame(backend, errand.to));
  return routes.find(leads) ?? routes.find(({ way }) => isUndecided(way)) ?? routes[0]
    ?? { way: { ...answeredBy(404, errand.protocol), besides: ['no listener of the gateway takes it'] } };
}

type TitledEntry = { readonly title: string; readonly entry: Entry };

/** Of the entries of each port that take a host, those that name it most closely. */
function mostSpecific(entries: readonly TitledEntry[], host: string | undefined): (TitledEntry & { readonly holds: Truth })[] {
  const taking = entries.map(one => ({ ...one, holds: host !== undefined ? holdsFor(one.entry.host, host) : one.entry.host.type === 'anything' ? 'yes' as const : 'unknown' as const }))
    .filter(({ holds }) => holds !== 'no');
  const most = new Map<number, number>();
  taking.forEach(({ entry: { port, host: text } }) => most.set(port, Math.max(most.get(port) ?? 0, closeness(text))));
  return taking.filter(({ holds, entry: { port, host: text } }) => holds === 'unknown' || closeness(text) === most.get(port));
}

/** How closely the host of an entry is named: of several that take a request, the greatest decides. */
export function closeness(host: Text): number {
  return host.type === 'exact' ? Infinity : host.type === 'suffix' ? host.value.length : 0;
}

function callOf({ client, to, protocol, request, serverName }: Errand): Omit<Call, 'pod' | 'port'> {
  return { client, protocol, entrance: to, ...(request !== undefined && { request }), ...(serverName !== undefined && { serverName }) };
}

function legTo(land: Land, errand: Errand, way: Way, backend: WayBackend, share: number): Leg {
  const { readings, portsBehind } = land;
  const traffic = backend.status !== undefined ? [] : readings.flatMap(one => trafficBy(one, errand, backend));
  const head = { backend, share, traffic };
  if (backend.status !== undefined) return { ...head, arrivals: [], outcome: 'denied', because: answeredWords(backend.status) };
  const arrived = arriving(errand.request, way, backend);
  if (isUndecided(arrived)) return { ...head, arrivals: [], outcome: 'unknown', because: arrived.unknown };
  const request = arrived === undefined ? {} : { request: arrived };
  const { port, outside } = backend;
  if (outside !== undefined) return { ...head, ...request, arrivals: [], ...leavingFor(land, errand, { port, outside }, arrived) };
  if (backend.groupKind !== undefined) return { ...head, ...request, arrivals: [], outcome: 'unknown', because: whoseUnknown(backend) };
  const ports = portsBehind(backend).filter(({ pod }) => backend.subset === undefined || selects({ ...EVERYTHING, matchLabels: backend.subset }, pod) !== 'no');
  if (ports.length === 0) {
    return { ...head, ...request, arrivals: [], outcome: 'unknown', because: `no workload in the files has the pods behind port ${backend.port} of Service '${backend.service}', so it is not known which policies are for them` };
  }
  const arrivals = ports.map((to): Arrival => {
    const call: Call = { ...callOf(errand), pod: to.pod, port: to.port, ...request };
    const leaving = pass(gatesOut(readings, errand.client, to), call);
    const unmeshed: Client = { ...errand.client, meshed: false };
    const [goesPast, mayGoPast] = [isPast(leaving), isPerhapsPast(leaving)];
    const gates = readings.flatMap(({ reading }) => reading.entering?.(to) ?? []);
    const clients = [...goesPast ? [] : [errand.client], ...goesPast || mayGoPast ? [unmeshed] : []];
    const [entering, other = entering] = clients.map(client => pass(gates, { ...call, client }));
    const outcomes = [
      ...goesPast || mayGoPast ? [] : [outcomeOf(leaving)], outcomeOf(entering) === outcomeOf(other) ? outcomeOf(entering) : 'unknown' as const,
    ];
    return { to, client: clients[0], leaving, entering, outcome: together(outcomes.map(outcome => ({ outcome }))).outcome };
  });
  return { ...head, ...request, arrivals, outcome: together(arrivals).outcome };
}

function trafficBy({ title, reading }: TitledReading, errand: Errand, backend: WayBackend): SaidOfTraffic[] {
  const said = reading.traffic?.(backend);
  const { namespace, port } = backend;
  return said === undefined ? [] : [{ title, decided: decide(said, { ...callOf(errand), pod: { namespace }, port }) }];
}

interface Outgoing {
  readonly port: number;
  readonly outside: OutsideHost;
}

/** Whoever sends it on calls the host. Where TLS begins there, nobody on the way sees more of it. */
function leavingFor(land: Land, { client, protocol }: Errand, { port, outside: { host, tls } }: Outgoing, request: Request | undefined): Told {
  const to: Destination = { host, port, protocol: tls === undefined ? protocol : 'TLS' };
  const { outcome } = departure(land, client, to, tls === undefined ? request : undefined);
  return { outcome, because: `it leaves the cluster, for ${host}:${port}` };
}

function whoseUnknown({ service, groupKind }: WayBackend): string {
  const what = `${kindInWords({ groupKind })} '${service}'`;
  return isOfKind(groupKind, SERVICE_IMPORT) ? `the pods of ${what} may be in any cluster, so it is not known which policies are for them`
    : `what ${what} makes of it, whoever reads that kind knows, so it is not known which policies are for it`;
}

/** Something outside the cluster that is called: by its address, a name, or both. */
export interface Destination {
  readonly host?: string;
  readonly address?: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** Somebody calls something outside the cluster, and whether that is let out. What becomes of it there, nobody knows. */
export interface Departure extends Told {
  readonly client: Client;
  readonly to: Destination;
  readonly request?: Request;
  readonly leaving: Passed;
}

/** Whether a call leaves for something outside the cluster. */
export function departure({ readings }: Land, client: Client, to: Destination, request?: Request): Departure {
  const outside = { isOutside: true, protocol: to.protocol } as const;
  const leaving = pass(gatesOut(readings, client, outside), callOutside(client, to, request));
  return { client, to, leaving, outcome: outcomeOf(leaving), ...(request !== undefined && { request }) };
}

/** A call to something outside. */
export function callOutside(client: Client, { host, address, port, protocol }: Destination, request?: Request): Call {
  return {
    client,
    pod: client.kind === 'pod' ? client : { namespace: '' },
    outside: { ...(address !== undefined && { address }), ...(host !== undefined && { host }) },
    port,
    protocol,
    ...(request !== undefined && { request }),
    ...(protocol === 'TLS' && host !== undefined && { serverName: host }),
  };
}

function outcomeOf({ passage }: Passed): Outcome {
  return isUndecided(passage) ? 'unknown' : passage;
}
