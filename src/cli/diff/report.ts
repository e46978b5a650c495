import type { Call, Client, Request } from '../../meaning/call';
import type { Crowd } from '../../meaning/compare/clients';
import type { Conclusion } from '../../meaning/compare/decisions';
import type { Difference, Differences, Kind, Ports, Target, Unsure } from '../../meaning/compare/difference';
import { isUndecided, type Source } from '../../meaning/decision';
import { isClosed } from '../../meaning/way';
import type { Passage, Traffic, Way } from '../../meaning/world';
import { clientWords, requestWords, serviceWords, sourceWords } from '../words/calls';
import { textWords } from '../words/conditions';
import { handlingWords, percent, shareWords, trafficWords } from '../words/ways';

/** What changes, as it is told: everything in words, the worst first. */
export interface Report {
  readonly groups: readonly Group[];
  readonly unknown: readonly Group[];
  readonly unread: readonly string[];
  readonly compared: Differences['compared'];
}

/** What changes at one place for the same clients. */
export interface Group {
  readonly kind: Kind | 'unknown';
  readonly who: string;
  readonly to: string;
  readonly changes: readonly Change[];
}

export interface Change {
  /** A request that it changes for; absent where it is not known. */
  readonly witness?: string;
  readonly client?: Client;
  readonly request?: Request;
  readonly before?: Told;
  readonly after?: Told;
  readonly why?: string;
}

export interface Told {
  readonly value: string;
  readonly sources: readonly string[];
}

export const KINDS: readonly Kind[] = ['wider', 'narrower', 'shares', 'handling'];

export function reportOf({ differences, unsure, compared }: Differences, unread: readonly string[]): Report {
  const groups = grouped(differences.map(one => ({ kind: one.kind, who: crowdWords(one.crowd), to: targetWords(one.to), change: changeOf(one) })));
  const rank = ({ kind }: Group) => KINDS.findIndex(one => one === kind);
  return {
    groups: groups.sort((a, b) => rank(a) - rank(b) || compareTexts(a.to, b.to) || compareTexts(a.who, b.who)),
    unknown: grouped(unsure.map(one => ({ kind: 'unknown' as const, ...placeOf(one), change: { why: one.why } })))
      .sort((a, b) => compareTexts(a.to, b.to) || compareTexts(a.who, b.who)),
    unread,
    compared,
  };
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function placeOf({ to, crowd }: Unsure): { readonly who: string; readonly to: string } {
  return { who: crowd === undefined ? 'everyone' : crowdWords(crowd), to: to === undefined ? 'everything' : targetWords(to) };
}

/** By who, what and how; the same change once, with the first of its requests. */
function grouped(all: readonly (Omit<Group, 'changes'> & { readonly change: Change })[]): Group[] {
  const groups = new Map<string, Group & { readonly changes: Change[] }>();
  for (const { change, ...head } of all) {
    const key = JSON.stringify(head);
    const group = groups.get(key) ?? { ...head, changes: [] };
    groups.set(key, group);
    if (!group.changes.some(one => changeKey(one) === changeKey(change))) group.changes.push(change);
  }
  return [...groups.values()];
}

/** One request is enough for what the same rules say of several. */
function changeKey({ client, before, after, why }: Change): string {
  return JSON.stringify([client?.address, before, after, why]);
}

function changeOf({ contrast: { before, after, call }, to }: Difference): Change {
  const { client, request } = call;
  const [was, is] = [told(before), told(after)];
  const witness = to.type === 'outside' ? exitWords(call) : requestWords(request);
  const address = client.address === undefined ? '' : ` from ${client.address}`;
  return { witness: `${witness}${address}`, client, ...(request !== undefined && { request }), before: was, after: is };
}

/** What is called outside, where that is told apart. */
function exitWords({ request, protocol, port, outside = {} }: Call): string {
  const { host, address } = outside;
  const place = host === undefined ? address : `${host}${address === undefined ? '' : ` at ${address}`}`;
  const what = request !== undefined ? requestWords(request) : protocol === 'TCP' ? 'a connection' : protocol === 'UDP' ? 'a datagram' : protocol;
  return `${what}${place === undefined ? '' : ` to ${place}`}, port ${port}`;
}

function told({ value, by }: Conclusion<Passage | Way | Traffic>): Told {
  const sources = [...new Set(by.flatMap(({ source }): Source[] => source === undefined ? [] : [source]).map(sourceWords))];
  return { value: valueWords(value), sources };
}

function valueWords(value: Conclusion<Passage | Way | Traffic>['value']): string {
  if (isUndecided(value)) return value.unknown;
  if (typeof value === 'string') return value;
  return 'backends' in value ? wayWords(value) : trafficWords(value).join(', ') || 'nothing is said of it';
}

function wayWords(way: Way): string {
  const sum = way.backends.reduce((all, { weight }) => all + weight, 0);
  const backends = way.backends.map(backend => `${shareWords(backend)}${way.backends.length > 1 ? ` ${percent(backend.weight / sum)}` : ''}`);
  return [isClosed(way) ? 'no backend gets it' : backends.join(' and '), ...handlingWords(way)].filter(part => part !== '').join(', ');
}

const MOST = 3;

/** Who they are: pods that are known come first. */
function crowdWords({ clients, areAll }: Crowd): string {
  if (areAll && clients.length > 1) return 'everyone';
  const names = [...new Set(clients.map(clientName))];
  return names.length <= MOST ? names.join(', ') : `${names.slice(0, MOST).join(', ')} and others`;
}

/** A client that only the conditions know of is told from others by what they say. */
function clientName(client: Client): string {
  if (client.kind !== 'pod') return clientWords(client);
  const { namespace, serviceAccount, labels = {} } = client;
  const where = namespace === 'another' ? 'another namespace' : namespace;
  const marks = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const who = serviceAccount !== undefined && serviceAccount !== 'another' && namespace !== 'another' ? clientWords({ ...client, meshed: true })
    : `${marks.length === 0 ? 'other pods' : `pods with ${marks.join(',')}`} of ${where}${serviceAccount === undefined || serviceAccount === 'another' ? '' : ` with ServiceAccount ${serviceAccount}`}`;
  return `${who}${client.meshed === false ? ' without the mesh' : ''}${client.trustDomain === undefined ? '' : ` of trust domain ${client.trustDomain}`}`;
}

function targetWords(to: Target): string {
  switch (to.type) {
    case 'service': return serviceWords(to.port);
    case 'gateway': return `gateway ${to.gateway}:${to.port}, host ${textWords(to.host)}`;
    case 'outside': return 'outside the cluster';
    case 'pods': {
      const { pod, port, entrances } = to.port;
      if (entrances.length > 0) return `pods of ${entrances.map(serviceWords).join(', ')}`;
      const marks = Object.entries(pod.labels ?? {}).map(([key, value]) => `${key}=${value}`);
      return `pods of ${pod.namespace === 'another' ? 'another namespace' : pod.namespace}${marks.length === 0 ? '' : ` with ${marks.join(',')}`}, ${portsWords(to.among ?? [{ first: port, last: port }])}`;
    }
  }
}

function portsWords(among: readonly Ports[]): string {
  const words = among.slice(0, MOST).map(({ first, last }) => first === last ? String(first) : `${first} to ${last}`);
  const isOne = among.length === 1 && among[0].first === among[0].last;
  return `port${isOne ? '' : 's'} ${words.join(', ')}${among.length > MOST ? ' and others' : ''}`;
}

/** A change in one line. */
export function differenceLine(difference: Difference): string {
  const { witness, before, after } = changeOf(difference);
  return `${witness} from ${crowdWords(difference.crowd)} to ${targetWords(difference.to)}: ${before?.value} before, ${after?.value} afterwards`;
}

/** What is not known, in one line. */
export function unsureLine(unsure: Unsure): string {
  const { who, to } = placeOf(unsure);
  return `${who} to ${to}: ${unsure.why}`;
}
