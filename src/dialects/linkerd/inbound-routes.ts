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
 * overlap becomes a match of its own, for the clients of both.
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
    { match: { ...ANY_REQUEST, path }, clients: [] },
    ...grants.filter(({ match }) => match.path === undefined).map(({ match, clients }) => ({ match: { ...match, path }, clients })),
  ];
}

function separate(grants: readonly Grant[], port: number | string): InboundRoute[] | RouteConflict {
  const matches = closed(grants, port);
  return isConflict(matches) ? matches : apart(byClients(matches.map(match => ({ match, clients: clientsOf(match, grants) }))), port);
}

function byClients(grants: readonly Grant[]): InboundRoute[] {
  const routes = new Map<string, InboundRoute>();
  for (const { match, clients } of grants) {
    const key = clientsKey(clients);
    routes.set(key, { clients, matches: [...routes.get(key)?.matches ?? [], match] });
  }
  return [...routes].sort(([a], [b]) => a < b ? -1 : 1).map(([, route]) => route);
}

interface Grant {
  readonly match: RequestMatch;
  readonly clients: readonly Source[];
}

/** Exceptions are refused; whether a client calls pods by their addresses makes no difference to their proxy. */
type GrantedRule = Fields<AccessRule, 'sources' | 'requests', 'ports' | 'exceptSources' | 'byAddress' | 'endUsers' | 'exceptRequests'>;

function grantsOn({ rules, healthProbes, audit }: Pick<AccessModel, 'rules' | 'healthProbes' | 'audit'>, port: number | string): Grant[] {
  return [
    // A request without a route gets a 404, even from a Server that only reports.
    ...(audit ? [{ match: ANY_REQUEST, clients: [] }] : []),
    ...flatMap(rules.filter(rule => rule.ports.some(p => p.port === port)), ({ sources, requests }: GrantedRule) =>
      (requests.length > 0 ? flatMap(requests, oneMethodEach) : [ANY_REQUEST]).map(match => ({ match, clients: sources }))),
    // The addresses of the kubelets are not known.
    ...flatMap(healthProbes.filter(probe => probe.port === port), probe => {
      const match = probeRequest(probe);
      return match === undefined ? [] : [{ match, clients: [{ kind: 'anyone' as const }] }];
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
  const matches = distinctBy(grants.map(({ match }) => match), matchKey);
  const known = new Set(matches.map(matchKey));
  for (let i = 1; i < matches.length; i++) {
    for (let k = 0; k < i; k++) {
      const common = intersect(matches[i], matches[k]);
      if (common === 'unknown' && clientsKey(clientsOf(matches[i], grants)) !== clientsKey(clientsOf(matches[k], grants))) {
        return { port, reason: 'whether the regular expressions for different sources overlap cannot be decided' };
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

/** Everyone who may make all the requests of a match. */
function clientsOf(match: RequestMatch, grants: readonly Grant[]): Source[] {
  return broadestSources(flatMap(grants.filter(grant => includesRequests(grant.match, match)), ({ clients }) => clients));
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
      match.methods.length > 0 || rivalsOf(match, route, routes).length === 0
        ? [match]
        : BY_NAME.map(method => ({ ...match, methods: [method] })).filter(one => !known.has(matchKey(one)))),
  }));
  for (const route of result) {
    for (const match of route.matches) {
      const [rival] = rivalsOf(match, route, result);
      if (rival !== undefined) {
        return { port, reason: `to Linkerd, ${words(match)} is no more specific than ${words(rival)}` };
      }
    }
  }
  return result;
}

/** The matches of other clients around this one that Linkerd may pick in its place. */
function rivalsOf(match: RequestMatch, own: InboundRoute, routes: readonly InboundRoute[]): RequestMatch[] {
  return flatMap(routes.filter(route => route !== own), route => route.matches)
    .filter(other => includesRequests(other, match) && mayLose(match, other));
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
