import { clientsKey, broadestSources } from './clients';
import type { AccessModel, AccessRule, HealthProbe, Source, WorkloadPort } from '../../model/access';
import type { Fields } from '../../model/fields';
import { collected } from '../../model/fields';
import { distinctBy, flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { ANY_REQUEST, intersect, isSameMatch, matchKey, METHODS, oneMethodEach } from '../../model/match';
import type { PathCondition } from '../../model/path';
import { matchesRegex } from '../../model/regex';
import { refused } from '../contract/unwritten';
import { PARENT_SEGMENTS } from '../proxies/dot-segments';
import { compareCounts, COUNTED_BY_LINKERD, counting } from '../specificity/counts';

/** Requests of one port, and who may make them. */
export interface InboundRoute {
  readonly matches: readonly RequestMatch[];
  readonly clients: readonly Source[];
}

/** Requests of one port that Linkerd cannot keep apart. */
export interface RouteConflict {
  readonly port: number | string;
  readonly reason: string;
}

const BY_NAME = [...METHODS].sort();

/** What the routes of a port can hold, with a margin. */
const MOST_MATCHES = 128;

/**
 * The requests of a port, by who may make them. A rule of the model allows what it matches, and the rules add up; Linkerd picks
 * the one route whose match is the most specific, and applies only its policies. So if matches of different clients overlap, the
 * overlap becomes a match of its own, for the clients of both. What a rule excepts is a match too, for those whom other rules allow it.
 */
export function inboundRoutes(model: Pick<AccessModel, 'rules' | 'healthProbes' | 'audit'>, port: WorkloadPort): InboundRoute[] | RouteConflict {
  const grants = grantsOn(model, port.port);
  const [routes, parents] = [grants, parentSegments(grants)].map(part => part.length === 0 ? [] : separate(part, port.port));
  return isConflict(routes) ? routes
    : isConflict(parents) ? parents
      : byClients(flatMap([...routes, ...parents], ({ clients, matches }) => matches.map(match => ({ match, clients }))));
}

export function isConflict(routes: readonly unknown[] | RouteConflict): routes is RouteConflict {
  return !Array.isArray(routes);
}

/**
 * Linkerd compares paths as they come, and the server behind it may resolve `..`: a path with `..` is below no prefix. An
 * expression ranks above every prefix, so a match of its own takes these requests, for clients that may make any request.
 */
function parentSegments(grants: readonly Grant[]): Grant[] {
  const path: PathCondition = { type: 'regex', value: PARENT_SEGMENTS };
  return !grants.some(({ match }) => match.path?.type === 'prefix') ? [] : [
    { match: { ...ANY_REQUEST, path }, except: [], clients: [] },
    ...grants.filter(({ match }) => match.path === undefined)
      .map(({ match, except, clients }) => ({ match: { ...match, path }, except: except.map(one => ({ ...one, path })), clients })),
  ];
}

function separate(grants: readonly Grant[], port: number | string): InboundRoute[] | RouteConflict {
  const matches = closed(grants, port);
  return isConflict(matches) ? matches : apart(byClients(matches.map(match => ({ match, clients: clientsOf([match], grants) }))), port);
}

function byClients(grants: readonly Omit<Grant, 'except'>[]): InboundRoute[] {
  const routes = new Map<string, InboundRoute>();
  for (const { match, clients } of grants) {
    const key = clientsKey(clients);
    routes.set(key, { clients, matches: [...routes.get(key)?.matches ?? [], match] });
  }
  return [...routes].sort(([a], [b]) => a < b ? -1 : 1).map(([, route]) => route);
}

interface Grant {
  readonly match: RequestMatch;
  readonly except: readonly RequestMatch[];
  readonly clients: readonly Source[];
}

/** Sources with exceptions are refused; whether a client calls pods by their addresses makes no difference to their proxy. */
type GrantedRule = Fields<AccessRule, 'sources' | 'requests' | 'exceptRequests', 'ports' | 'exceptSources' | 'byAddress' | 'endUsers'>;

function grantsOn({ rules, healthProbes, audit }: Pick<AccessModel, 'rules' | 'healthProbes' | 'audit'>, port: number | string): Grant[] {
  return [
    // A request without a route gets a 404, even from a Server that only reports.
    ...(audit ? [{ match: ANY_REQUEST, except: [], clients: [] }] : []),
    ...flatMap(rules.filter(rule => rule.ports.some(p => p.port === port)), ({ sources, requests, exceptRequests }: GrantedRule) =>
      (requests.length > 0 ? flatMap(requests, oneMethodEach) : [ANY_REQUEST])
        .map(match => ({ match, except: flatMap(exceptRequests, oneMethodEach), clients: sources }))),
    // The addresses of the kubelets are not known.
    ...flatMap(healthProbes.filter(probe => probe.port === port), probe => {
      const match = probeRequest(probe);
      return match === undefined ? [] : [{ match, except: [], clients: [{ kind: 'anyone' as const }] }];
    }),
  ];
}

/** The request that the kubelet makes; `undefined` if it only connects. */
function probeRequest({ kind, path }: HealthProbe): RequestMatch | undefined {
  switch (kind) {
    case undefined: return { ...ANY_REQUEST, methods: ['GET'], path: { type: 'exact', value: path ?? refused() } };
    case 'grpc': return { ...ANY_REQUEST, methods: ['POST'], path: { type: 'exact', value: '/grpc.health.v1.Health/Check' } };
    case 'tcp':
    case 'https': return undefined;
  }
}

/** All matches, and the overlaps of any of them. */
function closed(grants: readonly Grant[], port: number | string): RequestMatch[] | RouteConflict {
  const matches = distinctBy(flatMap(grants, ({ match, except }) => [match, ...except]), matchKey);
  const known = new Set(matches.map(matchKey));
  const isExcepting = grants.some(({ except }) => except.length > 0);
  for (let i = 1; i < matches.length; i++) {
    for (let k = 0; k < i; k++) {
      const common = intersect(matches[i], matches[k]);
      if (common === 'unknown' && !areForTheSame(grants, isExcepting, matches[i], matches[k])) {
        return { port, reason: 'whether the regular expressions for different sources overlap cannot be decided' };
      }
      if (common === 'disjoint' && isExcepting && !areApart(matches[i], matches[k]) && !areForTheSame(grants, isExcepting, matches[i], matches[k])) {
        return { port, reason: 'a request may have a header on several lines, and so the value that is excepted beside one that is not' };
      }
      if (typeof common === 'object' && !known.has(matchKey(common))) {
        known.add(matchKey(common));
        matches.push(common);
      }
    }
    if (matches.length > MOST_MATCHES) {
      return { port, reason: `the requests overlap in more than ${MOST_MATCHES} ways` };
    }
  }
  return matches;
}

/** Whether it makes no difference which of two matches a request is taken for; nor that it is one of both, where that takes anyone away. */
function areForTheSame(grants: readonly Grant[], isExcepting: boolean, a: RequestMatch, b: RequestMatch): boolean {
  const clients = clientsKey(clientsOf([a], grants));
  return clients === clientsKey(clientsOf([b], grants)) && (!isExcepting || clients === clientsKey(clientsOf([a, b], grants)));
}

/** Whether only a header on two lines, or a parameter, makes a request one of both. */
function areApart(a: RequestMatch, b: RequestMatch): boolean {
  return intersect({ ...a, headers: [], query: [] }, { ...b, headers: [], query: [] }) === 'disjoint';
}

/** Everyone who may make all the requests that have all of these matches. */
function clientsOf(matches: readonly RequestMatch[], grants: readonly Grant[]): Source[] {
  const isOf = (wide: RequestMatch) => matches.some(match => includesRequests(wide, match));
  return broadestSources(flatMap(grants.filter(({ match, except }) => isOf(match) && !except.some(isOf)), ({ clients }) => clients));
}

function includesRequests(wide: RequestMatch, narrow: RequestMatch): boolean {
  const common = intersect(wide, narrow);
  return typeof common === 'object' && isSameMatch(common, narrow);
}

/**
 * A match inside another one wins if it matches more of the path, or has more conditions. Otherwise it is written once for each
 * method, which is one more condition.
 */
function apart(routes: readonly InboundRoute[], port: number | string): InboundRoute[] | RouteConflict {
  const known = new Set(flatMap(routes, ({ matches }) => matches).map(matchKey));
  const result = routes.map(route => ({
    ...route,
    matches: flatMap(route.matches, match =>
      match.methods.length > 0 || rivalsOf(match, route, routes).every(rival => letsInMore(rival, route))
        ? [match]
        : BY_NAME.map(method => ({ ...match, methods: [method] })).filter(one => !known.has(matchKey(one)))),
  }));
  for (const route of result) {
    for (const match of route.matches) {
      const [rival] = rivalsOf(match, route, result);
      if (rival !== undefined) {
        return { port, reason: `to Linkerd, ${words(match)} is no more specific than ${words(rival.match)}` };
      }
    }
  }
  return result;
}

/** A match that Linkerd may pick in the place of another one, and for whom it is. */
interface Rival {
  readonly match: RequestMatch;
  readonly clients: readonly Source[];
}

/** The matches of other clients around this one that Linkerd may pick in its place. */
function rivalsOf(match: RequestMatch, own: InboundRoute, routes: readonly InboundRoute[]): Rival[] {
  return flatMap(routes.filter(route => route !== own), ({ matches, clients }) => matches.map(one => ({ match: one, clients })))
    .filter(other => includesRequests(other.match, match) && mayLose(match, other.match));
}

/** Whether a rival is for clients for whom the route is not: no other method may then fall to the rival. */
function letsInMore(rival: Rival, { clients }: InboundRoute): boolean {
  return clientsKey(broadestSources([...clients, ...rival.clients])) !== clientsKey(clients);
}

/** By the length of the path that is matched, then the number of headers, of query parameters, and of methods. */
function mayLose(narrow: RequestMatch, wide: RequestMatch): boolean {
  const paths = compareLengths(narrow.path, wide.path);
  return paths === 'shorter' || (paths === 'maybe the same' && compareCounts(count(narrow), count(wide)) === 0);
}

const count = counting(COUNTED_BY_LINKERD);

/** How much of a path is matched, if `wide` matches wherever `narrow` does: all kinds except prefixes are as long as the path itself. */
function compareLengths(narrow: PathCondition | undefined, wide: PathCondition | undefined): 'shorter' | 'maybe the same' | 'longer' {
  if (wide !== undefined && wide.type !== 'prefix') {
    return narrow?.type === 'prefix' ? 'shorter' : 'maybe the same';
  }
  const prefix = wide?.value ?? '/';
  const same = (is: boolean) => is ? 'maybe the same' : 'longer';
  if (narrow === undefined) {
    return same(wide === undefined);
  }
  switch (narrow.type) {
    case 'regex': return same(matchesRegex(narrow.value, prefix));
    case 'below':
    case 'start': return 'longer';
    case 'end': return same(prefix.endsWith(narrow.value));
    default: return same(narrow.value === prefix);
  }
}

const PATH_WORDS = { exact: 'path', prefix: 'path prefix', below: 'path below', start: 'start of a path', end: 'end of a path', template: 'path', regex: 'path expression' } as const;

function words(match: RequestMatch): string {
  const { path, methods } = match;
  const place = path === undefined ? 'any path' : `the ${PATH_WORDS[path.type]} '${path.value}'`;
  const others = otherWords(match);
  return `${methods.map(method => `${method} of `).join('')}${place}${others.length > 0 ? ` with ${others.join(', ')}` : ''}`;
}

const otherWords = collected<Omit<RequestMatch, 'path' | 'methods'>, string>({
  headers: headers => headers.map(({ name }) => `header '${name}'`),
  query: query => query.map(({ name }) => `query parameter '${name}'`),
  hosts: refused,
});
