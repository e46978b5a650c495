import { RE2JS } from 're2js';
import { clientsKey, distinctSources } from './clients';
import type { AccessModel, HealthProbe, Source, WorkloadPort } from '../../model/access';
import type { RequestMatch } from '../../model/match';
import { ANY_REQUEST, intersect, matchKey, oneMethodEach } from '../../model/match';
import type { PathCondition } from '../../model/path';

/** Requests of one port, and who may make them. */
export interface InboundRoute {
  readonly matches: readonly RequestMatch[];
  readonly clients: readonly Source[];
}

/** Requests of one port that Linkerd cannot keep apart. */
export interface RouteConflict {
  readonly port: number;
  readonly reason: string;
}

const METHODS = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'];

/** What the routes of a port can hold, with room to spare. */
const MOST_MATCHES = 128;

/**
 * The requests of a port, by who may make them. A rule of the model allows what it matches, and the rules add up;
 * Linkerd picks the one route whose match is the most specific, and asks only its policies. So where matches of
 * different clients overlap, what they have in common becomes a match of its own, for the clients of both.
 */
export function inboundRoutes(model: AccessModel, port: WorkloadPort): InboundRoute[] | RouteConflict {
  const grants = grantsOn(model, port.port);
  const matches = closed(grants, port.port);
  if ('reason' in matches) {
    return matches;
  }
  const routes = new Map<string, InboundRoute>();
  for (const match of matches) {
    const clients = clientsOf(match, grants);
    const key = clientsKey(clients);
    routes.set(key, { clients, matches: [...routes.get(key)?.matches ?? [], match] });
  }
  return apart([...routes].sort(([a], [b]) => a < b ? -1 : 1).map(([, route]) => route), port.port);
}

interface Grant {
  readonly match: RequestMatch;
  readonly clients: readonly Source[];
}

function grantsOn({ rules, healthProbes, audit }: AccessModel, port: number): Grant[] {
  return [
    // A request without a route is answered with 404, by a Server too that only reports.
    ...(audit ? [{ match: ANY_REQUEST, clients: [] }] : []),
    ...rules.filter(rule => rule.ports.some(p => p.port === port)).flatMap(({ sources, requests }) =>
      (requests.length > 0 ? requests.flatMap(oneMethodEach) : [ANY_REQUEST]).map(match => ({ match, clients: sources }))),
    // The addresses of the kubelets are not known.
    ...healthProbes.filter(probe => probe.port === port).flatMap(probe => {
      const match = probeRequest(probe);
      return match === undefined ? [] : [{ match, clients: [{ kind: 'anyone' as const }] }];
    }),
  ];
}

/** The request that the kubelet makes; nothing, where it only connects. */
function probeRequest({ kind, path }: HealthProbe): RequestMatch | undefined {
  switch (kind) {
    case undefined: return { ...ANY_REQUEST, methods: ['GET'], path: { type: 'exact', value: path! } };
    case 'grpc': return { ...ANY_REQUEST, methods: ['POST'], path: { type: 'exact', value: '/grpc.health.v1.Health/Check' } };
    case 'tcp':
    case 'https': return undefined;
  }
}

/** All matches, with those that any of them have in common. */
function closed(grants: readonly Grant[], port: number): RequestMatch[] | RouteConflict {
  const matches = [...new Map(grants.map(({ match }) => [matchKey(match), match])).values()];
  const known = new Set(matches.map(matchKey));
  for (let i = 1; i < matches.length; i++) {
    for (let k = 0; k < i; k++) {
      const common = intersect(matches[i], matches[k]);
      if (common === 'unknown' && clientsKey(clientsOf(matches[i], grants)) !== clientsKey(clientsOf(matches[k], grants))) {
        return { port, reason: 'regular expressions keep us from telling whether requests of different sources overlap' };
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
  return distinctSources(grants.filter(grant => covers(grant.match, match)).flatMap(({ clients }) => clients));
}

function covers(wide: RequestMatch, narrow: RequestMatch): boolean {
  const common = intersect(wide, narrow);
  return typeof common === 'object' && matchKey(common) === matchKey(narrow);
}

/**
 * A match inside another one wins where it matches more of the path, or has more conditions. Where it is neither, it is
 * written once per method, which is a condition more.
 */
function apart(routes: readonly InboundRoute[], port: number): InboundRoute[] | RouteConflict {
  const known = new Set(routes.flatMap(({ matches }) => matches).map(matchKey));
  const result = routes.map(route => ({
    ...route,
    matches: route.matches.flatMap(match =>
      match.methods.length > 0 || rivalsOf(match, route, routes).length === 0
        ? [match]
        : METHODS.map(method => ({ ...match, methods: [method] })).filter(one => !known.has(matchKey(one)))),
  }));
  for (const route of result) {
    for (const match of route.matches) {
      const [rival] = rivalsOf(match, route, result);
      if (rival !== undefined) {
        return { port, reason: `Linkerd takes ${words(match)} for no more specific than ${words(rival)}` };
      }
    }
  }
  return result;
}

/** The matches of other clients around this one that do not lose to it. */
function rivalsOf(match: RequestMatch, own: InboundRoute, routes: readonly InboundRoute[]): RequestMatch[] {
  return routes.filter(route => route !== own).flatMap(route => route.matches).filter(other => covers(other, match) && ties(match, other));
}

/** By the length of the path that is matched, then the number of headers, of query parameters, and of methods. */
function ties(narrow: RequestMatch, wide: RequestMatch): boolean {
  return pathTies(narrow.path, wide.path)
    && narrow.headers.length === wide.headers.length && narrow.query.length === wide.query.length
    && narrow.methods.length === wide.methods.length;
}

/** Whether `wide`, which holds wherever `narrow` does, can be as long: all but prefixes are as long as the path itself. */
function pathTies(narrow: PathCondition | undefined, wide: PathCondition | undefined): boolean {
  if (wide !== undefined && wide.type !== 'prefix') {
    return true;
  }
  const prefix = wide?.value ?? '/';
  switch (narrow?.type) {
    case undefined: return wide === undefined;
    case 'regex': return RE2JS.matches(narrow.value, prefix);
    default: return narrow!.value === prefix;
  }
}

const PATH_WORDS = { exact: 'path', prefix: 'path prefix', template: 'path', regex: 'path expression' } as const;

function words({ path, headers, query, methods }: RequestMatch): string {
  const place = path === undefined ? 'any path' : `the ${PATH_WORDS[path.type]} '${path.value}'`;
  const conditions = [...headers.map(h => `header '${h.name}'`), ...query.map(q => `query parameter '${q.name}'`)];
  return `${methods.map(method => `${method} of `).join('')}${place}${conditions.length > 0 ? ` with ${conditions.join(', ')}` : ''}`;
}
