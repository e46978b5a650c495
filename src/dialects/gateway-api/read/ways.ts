import type { Backend } from './backends';
import { leftOpen } from './expressions';
import type { Allowed } from './grants';
import { doubtful, type Match, type ValueMatch } from './matches';
import { type Asked, elements, type RouteReading, type Variation } from './readings';
import type { Parent, Route } from './route';
import type { Rule, RouteKind } from './rule';
import { wayOf } from './way';
import type { OutsidePlace } from './x-backends';
import type { ServicePort } from '../../../meaning/call';
import { allOf, ALWAYS, type Condition, type Doubt, type RequestAtom } from '../../../meaning/condition';
import { type Branch, type Decision, isUndecided, type Undecided, unknownBy, type Verdict } from '../../../meaning/decision';
import { dependingOn } from '../../../meaning/depending';
import { exactly, hostnameText, regex, type Text } from '../../../meaning/text';
import { answeredBy, CLOSED, toService } from '../../../meaning/way';
import type { Way } from '../../../meaning/world';
import { grouped } from '../../../model/lists';
import { hasRequests, type Protocol } from '../../../model/protocol';
import { type Candidate, type Owner, ranked } from '../../../reading/ranking';

/** A route, by one of its parents. */
export interface Attachment {
  readonly route: Route;
  /** Absent where the route names no Gateway, and is for those that take such routes. */
  readonly parent?: Parent;
}

export interface ByParent extends Attachment {
  readonly parent: Parent;
}

/** Where routes stand: for a port of a Service, or for a listener. */
export interface Place {
  readonly asked: Asked;
  readonly protocol: Protocol;
  /** Of a mesh. */
  readonly service?: ServicePort;
  readonly allows: (route: Route, backend: Backend) => Allowed;
  /** Where an XBackend leads. */
  readonly outside: (backend: Backend) => OutsidePlace | Undecided;
}

/** Where requests to a port of a Service go by the routes that are attached to it; undefined where none of them is read. */
export function waysInMesh(
  reading: RouteReading, attachments: readonly Attachment[], place: Place & { readonly service: ServicePort },
): Decision<Way> | undefined {
  const { service } = place;
  const read = attachments.filter(({ route }) => reading.groups.includes(route.group) && reading.reads(route, service) !== false
    && reading.kinds[place.protocol].includes(route.kind) && !isDropped(reading, route));
  if (reading.consumers === 'at the waypoint') return read.length === 0 ? undefined : waysOf(reading, read, place);
  const byNamespace = grouped(read, ({ route }) => route.namespace);
  const producers = byNamespace.get(service.namespace) ?? [];
  const consumers = [...byNamespace].filter(([namespace]) => namespace !== service.namespace);
  if (read.length === 0) return undefined;
  const ofProducers = waysOf(reading, producers, place);
  if (consumers.length === 0) return ofProducers;
  if (!hasRequests(place.protocol) && reading.connections === 'of anyone') {
    return { branches: [], otherwise: { value: unknownBy(OF_ANYONE, read.map(({ route }) => route)), why: OF_ANYONE } };
  }
  return {
    branches: [
      ...consumers.map(([namespace, own]): Branch<Way> => ({
        when: { type: 'pod', namespace: exactly(namespace) },
        then: waysOf(reading, reading.consumers === 'instead' ? own : [...producers, ...own], place),
        source: own[0].route.source,
      })),
      ...(producers.length === 0 ? [] : [{ when: ALWAYS, then: ofProducers, source: producers[0].route.source }]),
    ],
    otherwise: { value: toService(service), why: 'no route is for clients of other namespaces' },
  };
}

const OF_ANYONE = 'a route for connections stands outside the namespace of the Service, and connections of clients of other namespaces go by it, too';

/** Whether a route is left out as a whole, for something that one of its rules says. */
export function isDropped(reading: RouteReading, route: Route): boolean {
  return reading.otherFilters === 'drop the route' && (hasStrangeFilter(reading, route) || route.rules.some(({ othersOfBackends, backends }) =>
    othersOfBackends.length > 0 || backends.some(({ groupKind, name, weight }) => groupKind === undefined && weight > 0 && name.includes('.'))));
}

function hasStrangeFilter(reading: RouteReading, route: Route): boolean {
  const known = reading.filters(route);
  return route.rules.some(({ filters: { types, others } }) => others.length > 0 || types.some(type => !known.includes(type)));
}

/** The routes decide that are of the first kind that there is. */
export function waysOf(reading: RouteReading, attachments: readonly Attachment[], place: Place): Decision<Way> {
  const kind = reading.kinds[place.protocol].find(one => attachments.some(({ route }) => route.kind === one));
  const own = attachments.filter(({ route }) => route.kind === kind);
  const { branches, otherwise } = hasRequests(place.protocol) ? ofRequests(reading, own, place) : ofConnections(reading, own, place);
  const doubts = attachments.flatMap(({ route }, i) => [
    ...listed(route.doubt),
    ...i === 0 && isOpen(reading, attachments) ? [doubtOn(route, 'it is not known which of several routes goes first, or is dropped')] : [],
    ...reading.reads(route, place.service ?? route) === 'unknown' ? [doubtOn(route, `it is not known what ${reading.title} reads of it`)] : [],
  ].map((doubt): Branch<Way> => {
    const { source } = route;
    return { when: doubt, then: { value: { unknown: doubt.why }, why: doubt.why, source }, source };
  }));
  return dependingOn({ branches: [...doubts, ...branches], otherwise }, new Set(attachments.map(({ route }) => route)));
}

function doubtOn({ source: { place } }: Route, why: string): Doubt {
  return { type: 'unknown', why, place };
}

function listed<T>(one: T | undefined): T[] {
  return one === undefined ? [] : [one];
}

/** Whether routes are for one port and are not merged, so that one of them is dropped, or goes behind others. */
function isOpen(reading: RouteReading, attachments: readonly Attachment[]): boolean {
  const isSeveral = (of: (attachment: Attachment) => unknown) => new Set(attachments.map(of)).size > 1;
  return (reading.otherKinds === 'unknown' && isSeveral(({ route }) => route.kind)) || (!reading.mergesPorts && (isSeveral(({ parent }) => parent?.port) || isSeveral(({ route }) => route.namespace)));
}

function ofRequests(reading: RouteReading, attachments: readonly Attachment[], place: Place): Decision<Way> {
  const routes = [...new Set(attachments.map(({ route }) => route))];
  const invalid = reading.otherFilters === 'make the route invalid' ? routes.filter(route => hasStrangeFilter(reading, route)) : [];
  const hasPort = place.service !== undefined && attachments.some(({ parent }) => parent?.port !== undefined);
  const candidates = routes.flatMap(route => route.rules.flatMap(rule => rule.matches.flatMap(match =>
    reading.variations(match, rule, route.kind, hasPort)
      .map(variation => candidate({ reading, route, rule, match, variation, place }, invalid.includes(route))))));
  const otherwise: Verdict<Way> = invalid.length > 0 ? { value: unknownBy('a route is invalid', routes), why: 'a route is invalid' }
    : reading.unmatched === 'goes to the Service' && place.service !== undefined ? { value: toService(place.service), why: 'no rule of its routes is for it' }
      : { value: answeredBy(404, place.protocol), why: 'no rule of its routes is for it' };
  return ranked(candidates, otherwise);
}

const FIRST = Array.from({ length: 9 }, () => Infinity);

interface Choice {
  readonly reading: RouteReading;
  readonly route: Route;
  readonly rule: Rule;
  readonly match: Match;
  readonly variation: Variation;
  readonly place: Place;
}

function candidate(choice: Choice, isInvalid: boolean): Candidate<Way> {
  const { reading, route, rule, match, variation, place } = choice;
  const value = isInvalid ? { unknown: `${reading.title} takes no such route` }
    : wayOf({
      ...choice,
      asked: place.asked,
      protocol: place.protocol,
      service: place.service,
      outside: place.outside,
      allows: backend => place.allows(route, backend),
    });
  return {
    // What is not understood may rank anywhere.
    rank: match.doubt === undefined ? variation.rank : FIRST,
    when: conditionOf(choice),
    then: { value, why: isUndecided(value) ? value.unknown : `a rule of ${route.kind} '${route.name}' is for it`, source: rule.source },
    source: rule.source,
    owner: ownerOf(reading, route),
  };
}

/** Of routes by their age and name, one for each. */
const RENAMED = new WeakMap<Route, Map<string, Owner>>();

function ownerOf({ oldestFirst, behindName }: RouteReading, route: Route): Owner {
  if (!oldestFirst) return { source: route.source };
  if (route.age === undefined || behindName === '') return route;
  const known = RENAMED.get(route) ?? new Map<string, Owner>();
  RENAMED.set(route, known);
  const owner = known.get(behindName) ?? { source: route.source, age: `${route.age}${behindName}` };
  known.set(behindName, owner);
  return owner;
}

function conditionOf({ reading, rule: { source }, match, variation }: Choice): Condition {
  const { path, method, headers, query } = match;
  const value = (type: 'header' | 'query', { name, isExpression, value: said }: ValueMatch): Condition[] => {
    const atom: RequestAtom = { type, name, is: isExpression ? regex(said) : exactly(said) };
    return isExpression && reading.findsFirst ? [atom, leftOpen(said, source)] : [atom];
  };
  return allOf(
    { type: 'path', is: variation.path ?? pathText(path) },
    ...(path.type === 'RegularExpression' && reading.findsFirst && match.grpc === undefined ? [leftOpen(path.value, source)] : []),
    ...(method === undefined ? [] : [{ type: 'method' as const, is: exactly(method) }]),
    ...headers.flatMap(one => value('header', one)),
    ...query.flatMap(one => value('query', one)),
    ...(match.doubt === undefined ? [] : [doubtful(match)]),
  );
}

function pathText({ type, value }: Match['path']): Text {
  switch (type) {
    case 'Exact': return exactly(value);
    case 'PathPrefix': return elements(value);
    case 'RegularExpression': return regex(value);
    case 'every': return elements('');
  }
}

/** Of server names, the closest one decides. */
function ofConnections(reading: RouteReading, attachments: readonly Attachment[], place: Place): Decision<Way> {
  const routes = [...new Set(attachments.map(({ route }) => route))];
  return ranked(routes.flatMap(route => namesOf(route).map((name): Candidate<Way> => {
    const { source, rules } = route;
    const value = rules.length !== 1 ? { unknown: `it has ${rules.length} rules, and one is taken` } : wayOf({
      reading,
      route,
      rule: rules[0],
      match: rules[0].matches[0],
      variation: { rank: [] },
      asked: place.asked,
      protocol: place.protocol,
      service: place.service,
      outside: place.outside,
      allows: backend => place.allows(route, backend),
    });
    return {
      rank: name === undefined ? [0] : name.startsWith('*.') ? [name.length] : [Infinity],
      when: name === undefined ? ALWAYS : { type: 'serverName', is: hostnameText(name) },
      then: { value, why: `${route.kind} '${route.name}' is for it`, source },
      source,
      owner: ownerOf(reading, route),
    };
  })), reading.otherNames === 'fail' ? { value: CLOSED, why: 'no route is for the name' } : { value: { unknown: PAST }, why: PAST });
}

const PAST = 'connections for other names go past the mesh, unless that lets out nothing that it does not know';

function namesOf({ kind, hostnames }: Route): readonly (string | undefined)[] {
  return kind === ('TLSRoute' satisfies RouteKind) && hostnames.length > 0 ? hostnames : [undefined];
}
