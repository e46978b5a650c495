import type { AccessModel, Source, WorkloadPort } from '../../model/access';
import { sourceKey } from '../../model/access';
import type { RequestMatch } from '../../model/match';
import { ANY_REQUEST, intersect, matchKey, oneMethodEach } from '../../model/match';

/** Requests of one port, and who may make them. */
export interface InboundRoute {
  readonly matches: readonly RequestMatch[];
  /** `anyone` needs no identity. */
  readonly clients: readonly Source[] | 'anyone';
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
  const routes = new Map<string, { matches: RequestMatch[]; clients: InboundRoute['clients'] }>();
  for (const match of matches) {
    const clients = clientsOf(match, grants);
    const key = clientsKey(clients);
    routes.set(key, { clients, matches: [...routes.get(key)?.matches ?? [], match] });
  }
  return apart([...routes].sort(([a], [b]) => a < b ? -1 : 1).map(([, route]) => route), port.port);
}

interface Grant {
  readonly match: RequestMatch;
  readonly clients: InboundRoute['clients'];
}

function grantsOn({ rules, healthProbes }: AccessModel, port: number): Grant[] {
  return [
    ...rules.filter(rule => rule.ports.some(p => p.port === port)).flatMap(({ sources, requests }) =>
      (requests.length > 0 ? requests.flatMap(oneMethodEach) : [ANY_REQUEST]).map(match => ({ match, clients: sources }))),
    ...healthProbes.filter(probe => probe.port === port).map(({ path }) => ({
      match: { ...ANY_REQUEST, methods: ['GET'], path: { type: 'exact' as const, value: path } },
      clients: 'anyone' as const,
    })),
  ];
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
function clientsOf(match: RequestMatch, grants: readonly Grant[]): InboundRoute['clients'] {
  const covering = grants.filter(grant => covers(grant.match, match));
  if (covering.some(({ clients }) => clients === 'anyone')) {
    return 'anyone';
  }
  return distinctSources(covering.flatMap(({ clients }) => clients as Source[]));
}

/** Each source once, in their order; any authenticated client makes the others moot. */
export function distinctSources(sources: readonly Source[]): Source[] {
  const distinct = [...new Map(sources.map(source => [sourceKey(source), source]))].sort(([a], [b]) => a < b ? -1 : 1);
  const all = distinct.map(([, source]) => source);
  const anyone = all.find(source => source.kind === 'anyAuthenticated');
  return anyone === undefined ? all : [anyone];
}

function covers(wide: RequestMatch, narrow: RequestMatch): boolean {
  const common = intersect(wide, narrow);
  return typeof common === 'object' && matchKey(common) === matchKey(narrow);
}

/** A string equal for equal clients, and for no others. */
export function clientsKey(clients: InboundRoute['clients']): string {
  return clients === 'anyone' ? clients : JSON.stringify(clients.map(sourceKey));
}

/**
 * An exact path is as long as the prefix of the same text, and so no more specific to Linkerd. With a method it is: the
 * exact match is then written once per method.
 */
function apart(routes: readonly InboundRoute[], port: number): InboundRoute[] | RouteConflict {
  const result: InboundRoute[] = [];
  for (const route of routes) {
    const others = routes.filter(other => other !== route).flatMap(other => other.matches);
    const matches: RequestMatch[] = [];
    for (const match of route.matches) {
      const rivals = others.filter(other => ties(match, other));
      if (rivals.length > 0 && (match.methods.length > 0 || rivals.some(rival => rival.methods.length > 0))) {
        return { port, reason: `Linkerd takes the exact path '${match.path!.value}' for no more specific than the prefix of that name` };
      }
      matches.push(...rivals.length > 0 ? METHODS.map(method => ({ ...match, methods: [method] })) : [match]);
    }
    result.push({ ...route, matches });
  }
  return result;
}

function ties(exact: RequestMatch, prefix: RequestMatch): boolean {
  return exact.path?.type === 'exact' && prefix.path?.type !== 'exact' && covers(prefix, exact)
    && exact.path.value === (prefix.path?.value ?? '/')
    && exact.headers.length === prefix.headers.length && exact.query.length === prefix.query.length
    && exact.methods.length === prefix.methods.length;
}
