import { requestIs } from './access';
import { WHOLE } from './readings';
import { requestsOf } from './requests';
import { isPort } from './traffic-target';
import type { SmiWorld } from './world';
import type { Fields } from '../../../manifests/fields';
import { isBlock } from '../../../meaning/address';
import type { Client } from '../../../meaning/call';
import { allOf, ALWAYS, anyOf, type Condition, NEVER } from '../../../meaning/condition';
import type { Branch, Decision, Source, Verdict } from '../../../meaning/decision';
import { dependingOn } from '../../../meaning/depending';
import { exactly, suffix } from '../../../meaning/text';
import { type Gate, isOutside, type Outside, type Passage, type PodPort } from '../../../meaning/world';
import { blockOf } from '../../../model/cidr';
import { grouped } from '../../../model/lists';
import { hasRequests, type Protocol } from '../../../model/protocol';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { annotations, keyOf, labels } from '../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import { EGRESS_API_VERSION, SPECS_API_VERSION } from '../apis';

/** The API of Egress. */
export const [EGRESS_GROUP] = EGRESS_API_VERSION.split('/');

/** Objects that are an Egress. */
export function isEgress({ group, kind }: ReadObject): boolean {
  return group === EGRESS_GROUP && kind === 'Egress';
}

const SPEECH = ['http', 'https', 'tcp', 'tcp-server-first'] as const;

/** What one port of one Egress lets out. */
interface Opening {
  readonly source: Source;
  readonly port: number;
  readonly speaks: typeof SPEECH[number];
  readonly hosts: readonly string[];
  /** None at all is every address. */
  readonly blocks: readonly string[];
  /** Over HTTP. */
  readonly requests: Condition;
}

interface Egress {
  readonly source: Source;
  /** Keys of the ServiceAccounts that it is for; undefined where these are not understood. */
  readonly clients: readonly string[] | undefined;
  readonly openings: readonly Opening[];
  /** Why it is not known what it lets out, or whom. */
  readonly doubt?: string;
}

/**
 * What leaves for outside, by every Egress for the ServiceAccount of the client. What none of them names is denied: where `enableEgress` in the
 * MeshConfig opens everything, no Egress says anything.
 *
 * @see https://release-v1-2.docs.openservicemesh.io/docs/guides/traffic_management/egress/
 */
export function leavingByOsm(
  objects: readonly ReadObject[], world: SmiWorld, said: readonly { readonly source: Source }[],
): (client: Client, to: PodPort | Outside) => readonly Gate[] {
  const all = objects.map(object => egressOf(object, world));
  return (client, to) => {
    // Datagrams, and clients without a proxy, go past it.
    if (client.kind !== 'pod' || client.meshed === false || !isOutside(to) || to.protocol === 'UDP') return [];
    const own = all.filter(one => isFor(one, client));
    const why = whyUnsure(own, client);
    // Then any of them may decide.
    const decisions = why === undefined || own.length === 0 ? [decisionOf(all.length === 0 ? UNSAID : DENIED, own, to.protocol)]
      : own.map(({ source }): Decision<Passage> => ({ branches: [], otherwise: unknown(why, source) }));
    const saying = [...own, ...said];
    return decisions.map(decision => ({ title: 'Egress of Open Service Mesh', decision: dependingOn(decision, saying) }));
  };
}

/** An Egress tells clients with a proxy apart by their ServiceAccounts. */
export function accountOf(client: Client): string {
  return client.kind === 'pod' && client.meshed !== false ? JSON.stringify([client.namespace, client.serviceAccount]) : '';
}

function egressOf(object: ReadObject, world: SmiWorld): Egress {
  const { fields, namespace = DEFAULT_NAMESPACE } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  labels(metadata.field('labels'));
  annotations(metadata.field('annotations'));
  const version = fields.field('apiVersion');
  if (version.text() !== EGRESS_API_VERSION) version.doubt('Open Service Mesh has no such version');
  const sources = spec.field('sources');
  const clients = sources.items().map(source => {
    if (source.field('kind').text() !== 'ServiceAccount') source.doubt('an Egress knows clients by their ServiceAccount');
    return keyOf(source.field('namespace').text(), source.field('name').text() ?? '');
  });
  const hosts = spec.field('hosts').items().flatMap(host => hostOf(host) ?? []);
  // Of one that is none, nothing is left, and then all addresses are meant.
  const blocks = spec.field('ipAddresses').items().flatMap(block => {
    const text = block.text();
    return text === undefined || !text.includes('/') || !isBlock(text) ? block.doubt('it is not a block of addresses') ?? [] : text;
  });
  const requests = requestsIn(spec.field('matches'), namespace, world);
  const openings = spec.field('ports').items().flatMap((port): Opening[] => {
    const [number, text] = [port.field('number').integer(), port.field('protocol').text()];
    const speaks = SPEECH.find(one => one === text);
    if (number === undefined || !isPort(number)) return port.doubt('it is not a port') ?? [];
    if (speaks === undefined) return port.field('protocol').doubt(`it is none of ${SPEECH.join(', ')}`) ?? [];
    if (blocks.length > 0 && (speaks === 'http' || speaks === 'https')) spec.field('ipAddresses').doubt('hosts beside addresses are not read');
    return [{ source: sourceOf(object, port), port: number, speaks, hosts, blocks, requests }];
  });
  const [doubt] = fields.doubts();
  const said = { source: sourceOf(object), clients: sources.doubts().length === 0 ? clients : undefined, openings };
  return { ...said, ...(doubt !== undefined && { doubt: `${doubt.place.path}: ${doubt.message}` }) };
}

function hostOf(field: Fields): string | undefined {
  const host = field.text();
  return host === undefined || /^(?:\*\.)?[^*]+$/.test(host) ? host?.toLowerCase() : field.doubt('no proxy takes such a name');
}

/** Which requests the groups allow that are named; with none, all. A group that is not there allows none. */
function requestsIn(matches: Fields, namespace: string, world: SmiWorld): Condition {
  const all = matches.items().map((match): Condition => {
    const [group, kind, name = ''] = ['apiGroup', 'kind', 'name'].map(field => match.field(field).text());
    if (group !== SPECS_API_VERSION || kind !== 'HTTPRouteGroup') {
      match.doubt(`only an HTTPRouteGroup of ${SPECS_API_VERSION} is read here`);
      return NEVER;
    }
    const found = world.group(namespace, name);
    const strange = found && world.unknown(found);
    if (strange !== undefined) match.doubt(strange);
    return anyOf(...found?.matches.map((one): Condition => {
      const requests = requestsOf(one, WHOLE);
      if (!('unknown' in requests)) return requestIs(requests);
      match.doubt(requests.unknown);
      return NEVER;
    }) ?? []);
  });
  return all.length === 0 ? ALWAYS : anyOf(...all);
}

function isFor({ clients }: Egress, { namespace, serviceAccount }: Client & { readonly kind: 'pod' }): boolean {
  return clients === undefined || serviceAccount === undefined || clients.includes(keyOf(namespace, serviceAccount));
}

/** Why it is not known what those say together that are for a client. */
function whyUnsure(own: readonly Egress[], { serviceAccount }: Client & { readonly kind: 'pod' }): string | undefined {
  if (serviceAccount === undefined) return 'the ServiceAccount of the client is not known';
  const doubtful = own.find(({ doubt }) => doubt !== undefined);
  return doubtful?.doubt ?? (repeated(own.flatMap(({ openings }) => openings)) && 'the same is named twice for a port, and Envoy rejects all that it is sent');
}

function decisionOf(otherwise: Verdict<Passage>, own: readonly Egress[], protocol: Protocol): Decision<Passage> {
  const openings = own.flatMap(egress => egress.openings);
  const branches = [...grouped(openings, ({ port }) => port)].sort(([a], [b]) => a - b).map(([port, some]): Branch<Passage> => ({
    when: { type: 'toPort', first: port, last: port }, then: { branches: branchesAt(some, protocol), otherwise: DENIED }, source: some[0].source,
  }));
  return { branches, otherwise };
}

const WHY = 'there is no Egress, and what becomes of calls to the outside stands in the MeshConfig of Open Service Mesh (`enableEgress`)';
const UNSAID: Verdict<Passage> = { value: { unknown: WHY }, why: WHY };

const DENIED: Verdict<Passage> = { value: 'denied', why: 'no Egress for the ServiceAccount of the client names it, unless the mesh has `enableEgress: true`' };

function unknown(why: string, source: Source): Verdict<Passage> {
  return { value: { unknown: why }, why, source };
}

/** Addresses are looked at before anything else. Where some server speaks first, the proxy reads no bytes, and so no name. */
function branchesAt(openings: readonly Opening[], protocol: Protocol): Branch<Passage>[] {
  const isBySpeech = !openings.some(({ speaks }) => speaks === 'tcp-server-first');
  const allowing = ({ source }: Opening, when: Condition): Branch<Passage> => ({ when, then: { value: 'allowed', why: 'the Egress names it', source }, source });
  const within = openings.filter(({ blocks }) => blocks.length > 0)
    .map(one => allowing(one, anyOf(...one.blocks.map((block): Condition => ({ type: 'toAddress', within: block, except: [] })))));
  const everywhere = openings.filter(isForAll);
  const http = openings.filter(({ speaks }) => speaks === 'http');
  const named = ({ hosts, requests }: Opening): Condition =>
    allOf(anyOf(...hosts.filter(host => !host.startsWith('*')).map((host): Condition => ({ type: 'host', is: exactly(host) }))), requests);
  // Requests go by the routes of the port, if there are some.
  if (hasRequests(protocol) && everywhere.length > 0 && http.length > 0) {
    const [{ source }] = http;
    return [
      ...within, ...http.map(one => ({ when: named(one), then: unknown('another Egress names everything for the port', one.source), source: one.source })),
      { when: ALWAYS, then: unknown('one Egress names hosts for the port, and another one everything', source), source },
    ];
  }
  const byName = !isBySpeech ? [] : hasRequests(protocol)
    ? http.map(one => allowing(one, named(one)))
    : openings.filter(({ speaks }) => speaks === 'https')
      .map(one => allowing(one, anyOf(...one.hosts.map((host): Condition => ({ type: 'serverName', is: host.startsWith('*') ? suffix(host.slice(1)) : exactly(host) })))));
  return [...within, ...byName, ...everywhere.map(one => allowing(one, ALWAYS))];
}

/** Whether it names neither addresses nor hosts, so that all connections to the port are let out. */
function isForAll({ speaks, blocks, hosts }: Opening): boolean {
  return speaks !== 'http' && blocks.length === 0 && (speaks !== 'https' || hosts.length === 0);
}

/** One that names something for a port that another one names too. */
function repeated(openings: readonly Opening[]): Opening | undefined {
  const seen = new Set<string>();
  return openings.find(one => {
    const keys = keysOf(one);
    const isTwice = new Set(keys).size < keys.length || keys.some(key => seen.has(key));
    keys.forEach(key => seen.add(key));
    return isTwice;
  });
}

function keysOf(opening: Opening): string[] {
  const { port, speaks, hosts, blocks } = opening;
  if (speaks === 'http' || (speaks === 'https' && hosts.length > 0)) return hosts.map(host => `${port} ${speaks} ${host}`);
  return isForAll(opening) ? [`${port}`] : blocks.map(block => `${port} ${blockOf(block)}`);
}
