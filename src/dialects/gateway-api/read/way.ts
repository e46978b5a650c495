import type { Backend } from './backends';
import type { Mirror, PathChange, Redirect as FilterRedirect } from './filters';
import type { Allowed } from './grants';
import type { Match } from './matches';
import type { Asked, Replacing, RouteReading, Variation } from './readings';
import type { Route } from './route';
import type { Rule } from './rule';
import type { OutsidePlace } from './x-backends';
import type { ServicePort } from '../../../meaning/call';
import { isUndecided, type Undecided, unknownBy } from '../../../meaning/decision';
import { answeredBy, toService } from '../../../meaning/way';
import type { OutsideHost, Way, WayBackend } from '../../../meaning/world';
import type { Handling, Redirect, Rewrite } from '../../../model/handling';
import { hasRequests, type Protocol } from '../../../model/protocol';
import { isXBackend, kindInWords } from '../../../model/service-ref';
import { withChanges } from '../../../reading/header-changes';

/** What a way is made of. */
export interface Taken {
  readonly reading: RouteReading;
  readonly route: Route;
  readonly rule: Rule;
  readonly match: Match;
  readonly variation: Variation;
  readonly asked: Asked;
  readonly protocol: Protocol;
  /** Where requests go that a rule without Services takes. */
  readonly service?: ServicePort;
  /** Whether the route may name a Service. */
  readonly allows: (backend: Backend) => Allowed;
  /** Where an XBackend leads. */
  readonly outside: (backend: Backend) => OutsidePlace | Undecided;
}

export function wayOf(taken: Taken): Way | Undecided {
  const { reading, route, rule } = taken;
  if (rule.doubt !== undefined) return { unknown: rule.doubt.why };
  const { redirect, types, mirrors: _, ...filters } = rule.filters;
  const known = reading.filters(route);
  const strange = types.find(type => !known.includes(type));
  if (strange !== undefined && reading.otherFilters !== 'are passed over') return { unknown: `${reading.title} takes no filter ${strange}` };
  const has = (type: typeof types[number]) => types.includes(type) && known.includes(type);
  if (has('RequestRedirect') && redirect !== undefined) {
    return rule.backends.length > 0 || has('URLRewrite') ? { unknown: 'no other filter that sends requests on, and no Service, may stand beside a redirect' }
      : redirected(redirect, taken);
  }
  const said = reading.handling(rule, route);
  if (isUndecided(said)) return said;
  const mirrors = has('RequestMirror') ? rule.filters.mirrors.map(mirror => copyOf(mirror, taken)) : [];
  const [unknownCopy] = mirrors.filter(isUndecided);
  if (unknownCopy !== undefined) return unknownCopy;
  const backends = rule.backends.length > 0 || reading.noBackends === 'fails' || taken.service === undefined ? backendsOf(taken) : toService(taken.service).backends;
  if (isUndecided(backends)) return backends;
  const changed = has('URLRewrite') ? changedPath(filters.rewrite?.path, taken, reading.replaces.rewrite) : undefined;
  if (isUndecided(changed)) return changed;
  const rewrite: Rewrite = { ...(has('URLRewrite') && filters.rewrite?.hostname !== undefined && { hostname: filters.rewrite.hostname }), ...changed?.path };
  const copies = mirrors.filter((copy): copy is Copy => copy !== undefined && !isUndecided(copy));
  const { requestHeaders, responseHeaders, ...way } = withChanges(backends, filters, reading.changesOfBackend(backends.length));
  const changes = { ...(requestHeaders && { requestHeaders }), ...(responseHeaders && { responseHeaders }) };
  if (way.backends.every(({ weight }) => weight === 0)) return answeredBy(500, taken.protocol);
  return {
    backends: way.backends.filter(({ weight }) => weight > 0).sort(compareBackends),
    handling: {
      ...(said.timeouts && { timeouts: said.timeouts }),
      ...(said.retries && { retries: said.retries }),
      ...(copies.length > 0 && { mirrors: copies.map(({ mirror }) => mirror) }),
      ...changes,
      ...(Object.keys(rewrite).length > 0 && { rewrite }),
      ...(has('CORS') && filters.cors && { cors: filters.cors }),
      ...(said.stickiness && { stickiness: said.stickiness }),
    },
    ...(changed?.replaced !== undefined && { replaced: changed.replaced }),
    besides: copies.flatMap(({ mirror, outside }) => outside === undefined ? [] : [`copies to ${kindInWords(mirror)} '${mirror.name}' go to ${JSON.stringify(outside)}`]).sort(),
    ...(said.byMesh && { byMesh: said.byMesh }),
  };
}

function compareBackends(a: WayBackend, b: WayBackend): number {
  const [one, other] = [a, b].map(({ namespace, service, port, groupKind }) => `${namespace}/${service}:${port} ${kindInWords({ groupKind })}`);
  return one < other ? -1 : one > other ? 1 : 0;
}

function backendsOf({ reading, route, rule, allows, outside, protocol }: Taken): WayBackend[] | Undecided {
  const read = reading.backendFilters(route.kind, rule.backends.length);
  const backends = rule.backends.map(({ requestHeaders, responseHeaders, name, ...backend }): WayBackend | Undecided => {
    const strange = strangeKind({ name, ...backend }, reading, route);
    if (strange !== undefined) return strange;
    const allowed = allows({ name, ...backend });
    if (typeof allowed === 'object') return unknownBy(`it is not known whether ${route.kind} '${route.name}' may name ${kindInWords(backend)} ${backend.namespace}/${name}`, allowed.perhapsBy);
    const place = placeOf({ name, ...backend }, outside);
    if (isUndecided(place)) return place;
    return {
      service: name,
      ...backend,
      ...place,
      ...(!allowed && { status: hasRequests(protocol) ? 500 : 'closed' }),
      ...(read.includes('RequestHeaderModifier') && requestHeaders && { requestHeaders }),
      ...(read.includes('ResponseHeaderModifier') && responseHeaders && { responseHeaders }),
    };
  });
  return backends.find(isUndecided) ?? backends.filter((backend): backend is WayBackend => !isUndecided(backend));
}

/** The port, and the host outside that an XBackend stands for. */
function placeOf(backend: Backend, outside: Taken['outside']): Pick<WayBackend, 'port' | 'outside'> | Undecided {
  return backend.port === undefined || isXBackend(backend) ? outside(backend) : { port: backend.port };
}

function strangeKind({ groupKind, namespace, name }: Omit<Backend, 'weight' | 'port'>, reading: RouteReading, route: Route): Undecided | undefined {
  return groupKind === undefined || reading.takes(groupKind, namespace !== route.namespace) ? undefined
    : { unknown: `it is not known what ${reading.title} makes of ${kindInWords({ groupKind })} ${namespace}/${name}` };
}

function copyOf({ to, fraction }: Mirror, { reading, route, allows, outside }: Taken): Copy | Undecided | undefined {
  const strange = strangeKind(to, reading, route);
  if (strange !== undefined) return strange;
  const allowed = allows(to);
  if (allowed !== true) {
    return unknownBy(`it is not known whether ${route.kind} '${route.name}' may copy to ${kindInWords(to)} ${to.namespace}/${to.name}`, allowed === false ? [] : allowed.perhapsBy);
  }
  const [numerator, denominator] = reading.mirrored(fraction.numerator, fraction.denominator);
  const { name, namespace, groupKind } = to;
  const place = placeOf(to, outside);
  if (numerator === 0) return undefined;
  if (isUndecided(place)) return place;
  return {
    mirror: { name, namespace, port: place.port, ...(groupKind && { groupKind }), fraction: { numerator, denominator } },
    ...(place.outside && { outside: place.outside }),
  };
}

interface Copy {
  readonly mirror: NonNullable<Handling['mirrors']>[number];
  readonly outside?: OutsideHost;
}

const WELL_KNOWN: Readonly<Record<string, number>> = { http: 80, https: 443 };

function redirected(redirect: FilterRedirect, taken: Taken): Way | Undecided {
  const { reading, asked } = taken;
  const { scheme = asked.scheme, hostname, port = reading.redirectPort(redirect, asked), statusCode } = redirect;
  if (scheme !== 'http' && scheme !== 'https') return { unknown: `'${scheme}' is no scheme that is known here` };
  const changed = changedPath(redirect.path, taken, reading.replaces.redirect);
  if (isUndecided(changed)) return changed;
  const to: Redirect = {
    scheme,
    ...(hostname !== undefined && { hostname }),
    ...(port !== undefined && port !== WELL_KNOWN[scheme] && { port }),
    ...changed?.path,
    statusCode,
  };
  return {
    backends: [],
    handling: { redirect: to },
    ...(changed?.replaced !== undefined && { replaced: changed.replaced }),
    besides: reading.dropsQuery && redirect.path?.type === 'ReplaceFullPath' ? ['the redirect drops the query'] : [],
  };
}

interface ChangedPath {
  readonly path: Pick<Rewrite, 'path'>;
  readonly replaced?: string;
}

/** A path whose prefix is replaced, as texts. */
function changedPath(
  change: PathChange | undefined, { match: { path }, variation }: Taken, replacing: Replacing,
): ChangedPath | Undecided | undefined {
  if (change === undefined) return undefined;
  const { type, value } = change;
  if (type === 'ReplaceFullPath') return { path: { path: { type: 'full', value } } };
  if (path.type !== 'PathPrefix') return { unknown: 'a prefix is replaced, and none is matched' };
  const withoutSlash = value.replace(/\/$/, '');
  switch (replacing) {
    case 'elements': return { path: { path: { type: 'prefix', value: withoutSlash } }, replaced: path.value };
    case 'text without a slash': return { path: { path: { type: 'prefix', value: withoutSlash } }, replaced: path.value || (withoutSlash && '/') };
    case 'text': return { path: { path: { type: 'prefix', value } }, replaced: path.value || '/' };
    case 'text before a slash': return { path: { path: { type: 'prefix', value } }, replaced: variation.isWhole === true ? path.value || '/' : path.value };
    case 'text and slash': return { path: { path: { type: 'prefix', value } }, replaced: variation.isWhole === true ? path.value : `${path.value}/` };
  }
}
