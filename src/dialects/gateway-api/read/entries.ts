import { SERVICE } from './backends';
import type { Grants } from './grants';
import { type Listener, type Listening, mayAttach } from './listeners';
import { BY_THE_WORD, READINGS, type RouteReading } from './readings';
import type { RouteKind } from './rule';
import { type Attachment, isDropped, type Place, waysOf } from './ways';
import type { XBackends } from './x-backends';
import { ALWAYS, type Condition, type Doubt } from '../../../meaning/condition';
import { type Branch, type Decision, type Source, unknownBy } from '../../../meaning/decision';
import { ANYTHING, hostnameText } from '../../../meaning/text';
import { all } from '../../../meaning/truth';
import { answeredBy } from '../../../meaning/way';
import type { Entry, Way } from '../../../meaning/world';
import { intersectHosts } from '../../../model/host';
import type { Cluster } from '../../../reading/cluster/cluster';
import { keyOf } from '../../../reading/cluster/object';

/** What is attached to Gateways and ListenerSets, by kind, namespace and name. */
export type AttachedTo = (listening: Listening) => readonly Attachment[];

/** The ways in, at each listener. */
export function entriesOf(everywhere: readonly Listening[], attachedTo: AttachedTo, { grants, hosts, cluster }: Beside): Entry[] {
  const gateways = new Map(everywhere.filter(({ kind }) => kind === 'Gateway').map(one => [keyOf(one.namespace, one.name), one]));
  return everywhere.flatMap(listening => {
    const { kind, gateway: of = listening } = listening;
    const gateway = gateways.get(keyOf(of.namespace, of.name));
    const isTaken = kind === 'Gateway' ? 'yes' : gateway === undefined ? 'unknown' : mayAttach(gateway.takes, listening.namespace, gateway.namespace, cluster);
    if (isTaken === 'no') return [];
    const doubts = [
      ...listed(listening.doubt),
      ...listed(gateway?.doubt),
      ...isTaken === 'unknown' ? [doubtOn(listening, 'it is not known whether the Gateway takes its listeners')] : [],
    ];
    const ofTls = (listener: Listener) => !opensTls(listener) ? []
      : [...listed(gateway && clientCertificateAt(gateway, listener.port)), ...ungranted(listener, listening, grants)];
    return listening.listeners.map((listener): Entry => ({
      gateway: `${of.namespace}/${of.name}`,
      listener: listener.name,
      port: listener.port,
      protocol: listener.protocol,
      host: listener.hostname === undefined ? ANYTHING : hostnameText(listener.hostname),
      ...tlsOf(listener, gateway),
      ways: waysAt(listener, {
        listening,
        reading: readingOf(gateway?.className),
        doubts: [...doubts, ...listed(listener.doubt), ...ofTls(listener)],
        attachedTo,
        grants,
        hosts,
        cluster,
      }),
    }));
  });
}

function opensTls({ protocol, certificates }: Listener): boolean {
  return protocol === 'HTTPS' || (protocol === 'TLS' && certificates.length > 0);
}

function tlsOf({ protocol, certificates, passesTls, saysMoreOfTls }: Listener, gateway: Listening | undefined): Pick<Entry, 'tls'> {
  if (protocol === 'TLS' && passesTls) return { tls: 'passed' };
  const isPlain = !saysMoreOfTls && gateway?.asksClients === false
    && certificates.length > 0 && certificates.every(({ kind }) => kind === 'Secret');
  if ((protocol !== 'HTTPS' && protocol !== 'TLS') || !isPlain) return {};
  return { tls: { secrets: certificates.map(({ namespace, name }) => ({ namespace, name })) } };
}

function clientCertificateAt({ clientCertificates }: Listening, port: number): Doubt | undefined {
  return clientCertificates.get(clientCertificates.has(port) ? port : undefined);
}

/** Without its certificates, a listener takes nothing. */
function ungranted({ certificates }: Listener, listening: Listening, grants: Grants): Doubt[] {
  return certificates.flatMap(to => {
    const allowed = grants.allows(listening, { group: '', ...to });
    const certificate = `the certificate in ${to.kind} ${to.namespace}/${to.name}`;
    if (typeof allowed === 'boolean') return allowed ? [] : [doubtOn(listening, `no ReferenceGrant lets it have ${certificate}`)];
    return [listening, ...allowed.perhapsBy].map(one => doubtOn(one, `it is not known whether a ReferenceGrant lets it have ${certificate}`));
  });
}

/** What stands beside gateways and routes. */
interface Beside {
  readonly grants: Grants;
  readonly hosts: XBackends;
  readonly cluster: Cluster;
}

interface Standing extends Beside {
  readonly listening: Listening;
  readonly reading: RouteReading | undefined;
  readonly doubts: readonly Doubt[];
  readonly attachedTo: AttachedTo;
}

/** Gateways of a class that is not known here are taken at the word of the specification. */
function readingOf(className: string | undefined): RouteReading | undefined {
  if (className === 'consul') return undefined;
  const base = className === 'istio' || className?.startsWith('istio-') === true ? READINGS.istio : className === 'cilium' ? READINGS.cilium : BY_THE_WORD;
  return { ...base, takes: base.takesAtGateways, kinds: { ...BY_THE_WORD.kinds }, reads: () => true, otherKinds: 'unknown', otherNames: 'fail', mergesPorts: true, noBackends: 'fails' };
}

const KINDS: { readonly [P in Listener['protocol']]: readonly RouteKind[] } = {
  HTTP: ['HTTPRoute', 'GRPCRoute'], HTTPS: ['HTTPRoute', 'GRPCRoute'], TLS: ['TLSRoute', 'TCPRoute'], TCP: ['TCPRoute'], UDP: ['UDPRoute'],
};

function waysAt(listener: Listener, { listening, reading, doubts, attachedTo, grants, hosts, cluster }: Standing): Decision<Way> {
  const { source, namespace } = listening;
  if (reading === undefined) return undecided('what the gateways of Consul make of routes is not read here', [listening, ...attachedTo(listening).map(({ route }) => route)]);
  const kinds = KINDS[listener.protocol].filter(kind => listener.kinds?.includes(kind) ?? true);
  const attached = attachedTo(listening).filter(({ parent: { sectionName, port } = {}, route }) => kinds.includes(route.kind)
    && (sectionName === undefined || sectionName === listener.name) && (port === undefined || port === listener.port)
    && namesAt(route.hostnames, listener.hostname).length > 0 && !isDropped(reading, route));
  const own = attached.map(one => ({ ...one, isAllowed: all([mayAttach(listener.routes, one.route.namespace, namespace, cluster), one.parent === undefined ? 'unknown' : 'yes']) }))
    .filter(({ isAllowed }) => isAllowed !== 'no');
  const isOpen = own.some(({ isAllowed }) => isAllowed === 'unknown');
  const open = [...doubts, ...isOpen ? [doubtOn(listening, 'it is not known whose routes it takes')] : []];
  const isHttp = listener.protocol === 'HTTP' || listener.protocol === 'HTTPS';
  const place: Place = {
    asked: { scheme: listener.protocol === 'HTTPS' ? 'https' : 'http', port: listener.port },
    protocol: isHttp ? 'HTTP' : listener.protocol as Exclude<Listener['protocol'], 'HTTPS'>,
    allows: (route, { groupKind = SERVICE, namespace: of, name }) => grants.allows(route, { ...groupKind, namespace: of, name }),
    outside: backend => hosts.at(backend),
  };
  const { branches, otherwise } = isHttp ? byHost(reading, own, place, listener.hostname) : waysOf(reading, own, place);
  const unsure = open.map((doubt): Branch<Way> => ({ when: doubt, then: { value: { unknown: doubt.why }, why: doubt.why }, source }));
  return { branches: [...unsure, ...branches], otherwise };
}

/** The routes decide that name the host most closely: each by what its hostnames and that of the listener have in common. */
function byHost(reading: RouteReading, attached: readonly Attachment[], place: Place, hostname: string | undefined): Decision<Way> {
  const hosts = attached.map(one => ({ one, names: namesAt(one.route.hostnames, hostname) }));
  const said = hosts.flatMap(({ names }) => names);
  const closest = (name: string | undefined) => name === undefined ? 0 : name.startsWith('*.') ? name.length : Infinity;
  const order = [...new Set(said)].sort((a, b) => closest(a) === closest(b) ? 0 : closest(b) - closest(a));
  return {
    branches: order.map((name): Branch<Way> => {
      const own = hosts.filter(({ names }) => names.includes(name)).map(({ one }) => one);
      const when: Condition = name === undefined ? ALWAYS : { type: 'host', is: hostnameText(name) };
      return { when, then: waysOf(reading, own, place), source: own[0].route.source };
    }),
    otherwise: { value: answeredBy(404, 'HTTP'), why: 'no route is for the host' },
  };
}

/** Absent for every host. */
function namesAt(hostnames: readonly string[], hostname: string | undefined): readonly (string | undefined)[] {
  const common = intersectHosts(hostsOf(hostnames), hostsOf(listed(hostname)));
  return common === undefined ? [undefined] : common === 'disjoint' ? [] : common;
}

function hostsOf(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names;
}

function undecided(why: string, objects: readonly { readonly source: Source }[]): Decision<Way> {
  return { branches: [], otherwise: { value: unknownBy(why, objects), why } };
}

function doubtOn({ source: { place } }: { readonly source: Source }, why: string): Doubt {
  return { type: 'unknown', why, place };
}

function listed<T>(one: T | undefined): T[] {
  return one === undefined ? [] : [one];
}
