import { corsOf } from './cors';
import { type Destination, destinationOf, type ReadDestination, weighted } from './destinations';
import { duration } from './durations';
import { headerOperations } from './header-operations';
import { EVERY, type Match, tcpMatch, tlsMatch } from './match';
import { byExpression, type Changed, matchedBy } from './path-change';
import { millionths } from './percentages';
import { retriesOf } from './retries';
import type { Fields } from '../../../../manifests/fields';
import type { Source, Undecided } from '../../../../meaning/decision';
import type { Way, WayBackend } from '../../../../meaning/world';
import type { Faults, Handling, Mirror } from '../../../../model/handling';
import type { Cluster } from '../../../../reading/cluster/cluster';
import { withChanges } from '../../../../reading/header-changes';
import { type ReadObject, sourceOf } from '../../../../reading/objects';

/** A route of a VirtualService: what it is for, and what it does. */
export interface ReadRoute {
  readonly source: Source;
  readonly matches: readonly Match[];
  readonly destinations: readonly ReadDestination[];
  /** Whether the proxy answers itself. */
  readonly answers: boolean;
  /** Why it is not understood, except its matches. */
  readonly doubt?: string;
  /** Whether it delegates to what is not known, which may have no route. */
  readonly mayBeNone?: true;
  way(match: Match, place: Place): Way | Undecided;
}

/** What is known where a request is sent. */
export interface Place {
  readonly cluster: Cluster;
  /** The port that was called. */
  readonly port: number;
  /** The labels of a subset; undefined where nobody knows, and none where there is no such subset. */
  readonly subset: (to: Destination) => WayBackend['subset'] | 'none' | undefined;
}

export function tcpRoute(object: ReadObject, fields: Fields, home: string): ReadRoute {
  const items = fields.field('match').items();
  return connectionRoute(object, fields, home, items.length === 0 ? [EVERY] : items.map(item => tcpMatch(item, home)));
}

/** Without a match, it is for nothing that sidecars and gateways send (`buildSidecarOutboundTLSFilterChainOpts`). */
export function tlsRoute(object: ReadObject, fields: Fields, home: string): ReadRoute {
  return connectionRoute(object, fields, home, fields.field('match').items().map(item => tlsMatch(item, home)));
}

function connectionRoute(object: ReadObject, fields: Fields, home: string, matches: readonly Match[]): ReadRoute {
  const destinations = fields.field('route').items().flatMap(item => weighted(item, home) ?? []);
  const doubt = doubtOf(fields);
  return {
    source: sourceOf(object, fields),
    matches,
    destinations,
    answers: false,
    ...(doubt && { doubt: doubt.unknown }),
    way: (_, place) => doubt ?? sent({ ...place, destinations, handling: {}, besides: [], lost: 'closed' }),
  };
}

/** A route that delegates: what the route of the delegate leaves out, it says. */
export interface Delegating {
  readonly fields: Fields;
  readonly home: string;
}

interface Said {
  readonly object: ReadObject;
  readonly fields: Fields;
  readonly home: string;
  readonly matches: readonly Match[];
  readonly over?: Delegating;
}

/** Where a field of a route stands, and in which namespace short names of it are. */
type At = (name: string) => Delegating;

/** The first that matches decides: `pilot/pkg/networking/core/route/route.go` of istio/istio. */
export function httpRoute({ object, fields, home, matches, over }: Said): ReadRoute {
  fields.field('name').take();
  const at: At = name => {
    const [own, above] = [{ fields: fields.field(name), home }, over && { ...over, fields: over.fields.field(name) }];
    const isSaid = own.fields.isList ? own.fields.items().length > 0 : own.fields.isSaid;
    return isSaid || above === undefined ? own : above;
  };
  const destinations = fields.field('route').items().flatMap(item => weighted(item, home) ?? []);
  const redirect = fields.field('redirect');
  const redirectTo = redirect.isSaid ? redirectOf(redirect) : undefined;
  const answer = at('directResponse').fields;
  const status = answer.field('status').integer();
  const body = answer.field('body').take();
  const rewrite = at('rewrite').fields;
  const [uri, authority, byRegex] = [rewrite.field('uri').text(), rewrite.field('authority').text(), rewrite.field('uriRegexRewrite')];
  const expression = byRegex.isSaid ? matches.map(match => byExpression(byRegex, match)) : [];
  const mirrors = mirrorsOf(at);
  const [{ retries, perTry, besides: ofRetries }, { cors, besides: ofCors }] = [retriesOf(at('retries').fields), corsOf(at('corsPolicy').fields)];
  const [request, faults, changes] = [duration(at('timeout').fields), faultsOf(at('fault').fields), headerOperations(at('headers').fields)];
  const timeouts = { ...(request !== undefined && { request }), ...(perTry !== undefined && { backendRequest: perTry }) };
  const besides = [...ofRetries, ...ofCors];
  const doubt = doubtOf(fields) ?? (over && doubtOf(over.fields));
  return {
    source: sourceOf(object, fields),
    matches,
    destinations,
    answers: redirect.isSaid || answer.isSaid,
    ...(doubt && { doubt: doubt.unknown }),
    way: (match, place) => {
      if (doubt !== undefined) return doubt;
      if (redirectTo !== undefined) {
        return destinations.length > 0 || rewrite.isSaid || faults !== undefined || answer.isSaid ? { unknown: 'istiod does not take it beside a redirect' }
          : redirected(redirectTo, match, place);
      }
      if (answer.isSaid) {
        return status === undefined || destinations.length > 0 ? { unknown: 'istiod does not take it' }
          : { backends: [], status, handling: {}, besides: body === undefined ? [] : [`the answer is ${JSON.stringify(body)}`] };
      }
      const changed: Changed = uri !== undefined ? matchedBy(uri, match) : expression[matches.indexOf(match)] ?? {};
      if (changed.unknown !== undefined) return { unknown: changed.unknown };
      const changedTo = { ...(authority !== undefined && { hostname: authority }), ...(changed.path && { path: changed.path }) };
      const copies = mirrors.map(({ to, ...mirror }) => ({ ...mirror, to: to.to(place.cluster, place.port) }));
      if (copies.some(({ to }) => to === undefined)) return { unknown: 'it copies to a host that is no Service by its full name' };
      const lost = copies.find(({ to }) => to?.subsetName !== undefined && typeof place.subset(to) !== 'object');
      if (lost !== undefined) return { unknown: `it is not known which pods the subset '${lost.to?.subsetName}' are` };
      return sent({
        ...place,
        destinations,
        handling: {
          ...(Object.keys(timeouts).length > 0 && { timeouts }),
          ...(retries && { retries }),
          ...(copies.length > 0 && {
            mirrors: copies.flatMap(({ to, fraction }) => to === undefined ? []
              : [{ name: to.service, namespace: to.namespace, port: to.port, fraction, ...podsOf(to, place) }]),
          }),
          ...changes,
          ...(Object.keys(changedTo).length > 0 && { rewrite: changedTo }),
          ...(cors && { cors }),
          ...(faults && { faults }),
        },
        replaced: changed.replaced,
        besides: [...besides, ...changed.besides === undefined ? [] : [changed.besides]],
      });
    },
  };
}

/** Whatever is not understood of a route, except its matches. */
function doubtOf(fields: Fields): Undecided | undefined {
  const inMatches = `${fields.field('match').place.path}[`;
  const [doubt] = fields.doubts().filter(({ place }) => !place.path.startsWith(inMatches));
  return doubt && { unknown: doubt.message };
}

interface Sending extends Place {
  readonly destinations: readonly ReadDestination[];
  readonly handling: Handling;
  readonly replaced?: string;
  readonly besides: readonly string[];
  /** What becomes of what is for pods that there are not. */
  readonly lost?: 503 | 'closed';
}

/** The changes of one destination come after those of the route, and those of several before (`processDestination`). */
function sent({ destinations, handling, replaced, besides, lost = 503, cluster, port, subset }: Sending): Way | Undecided {
  const all = destinations.flatMap(one => one.to(cluster, port) ?? []);
  if (all.length < destinations.length) return { unknown: 'it goes to a host that is no Service by its full name' };
  const backends: WayBackend[] = [];
  for (const { subsetName, weight = 0, ...to } of all) {
    const labels = subsetName === undefined ? undefined : subset({ ...to, subsetName });
    if (subsetName !== undefined && labels === undefined) return { unknown: `it is not known which pods the subset '${subsetName}' are` };
    backends.push({ ...to, weight: all.length === 1 ? 1 : weight, ...(labels === 'none' ? { status: lost } : labels && { subset: labels }) });
  }
  const { requestHeaders, responseHeaders, ...changed } = withChanges(backends, handling, all.length === 1 ? 'after' : 'before');
  const taking = changed.backends.filter(({ weight }) => weight > 0);
  if (taking.length === 0) return { unknown: 'nobody gets the requests' };
  const { requestHeaders: _, responseHeaders: __, ...others } = handling;
  return {
    backends: taking.sort(compareBackends),
    handling: { ...others, ...(requestHeaders && { requestHeaders }), ...(responseHeaders && { responseHeaders }) },
    ...(replaced !== undefined && { replaced }),
    besides: [...besides].sort(),
  };
}

function compareBackends(a: WayBackend, b: WayBackend): number {
  const [one, other] = [a, b].map(({ namespace, service, port, subset }) => `${namespace}/${service}:${port} ${JSON.stringify(subset ?? {})}`);
  return one < other ? -1 : one > other ? 1 : 0;
}

interface ReadRedirect {
  readonly scheme: string;
  readonly authority?: string;
  readonly port?: number;
  readonly keepsPort: boolean;
  readonly uri?: string;
  readonly prefixRewrite?: string;
  readonly statusCode: number;
}

/** What is left out stays as it is in the request; without a code, it is for good. */
function redirectOf(fields: Fields): ReadRedirect {
  const [scheme = 'http', authority, uri, prefixRewrite, derivePort] = ['scheme', 'authority', 'uri', 'prefixRewrite', 'derivePort'].map(name => fields.field(name).text());
  const [port, statusCode = 301] = ['port', 'redirectCode'].map(name => fields.field(name).integer());
  if (scheme !== 'http' && scheme !== 'https') fields.field('scheme').doubt('it is not a scheme that is known here');
  if (uri?.includes('?')) fields.field('uri').doubt('it changes the query, too');
  return {
    scheme,
    keepsPort: derivePort === 'FROM_REQUEST_PORT',
    statusCode,
    ...(authority !== undefined && { authority }),
    ...(uri && { uri }),
    ...(prefixRewrite && { prefixRewrite }),
    ...(port !== undefined && { port }),
  };
}

const WELL_KNOWN: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Envoy takes away a port only with the host, or where it goes without saying (`scheme_rewrite_specifier` of its RedirectAction). */
function redirected(redirect: ReadRedirect, match: Match, { port: called }: Place): Way | Undecided {
  const { scheme, authority, uri, prefixRewrite, statusCode } = redirect;
  const port = redirect.port ?? (redirect.keepsPort || (authority === undefined && called !== WELL_KNOWN.http) ? called : undefined);
  const changed: Changed = prefixRewrite !== undefined ? matchedBy(prefixRewrite, match) : uri !== undefined ? { path: { type: 'full', value: uri } } : {};
  if (changed.unknown !== undefined) return { unknown: changed.unknown };
  return {
    backends: [],
    handling: {
      redirect: {
        scheme: scheme as 'http' | 'https',
        ...(authority !== undefined && { hostname: authority }),
        ...(port !== undefined && port !== WELL_KNOWN[scheme] && { port }),
        ...(changed.path && { path: changed.path }),
        statusCode,
      },
    },
    ...(changed.replaced !== undefined && { replaced: changed.replaced }),
    besides: [],
  };
}

function podsOf(to: Destination, place: Place): Pick<Mirror, 'subset'> {
  const labels = to.subsetName === undefined ? undefined : place.subset(to);
  return typeof labels === 'object' ? { subset: labels } : {};
}

type ReadMirror = Pick<Mirror, 'fraction'> & { readonly to: ReadDestination };

function mirrorsOf(at: At): ReadMirror[] {
  const [one, ofOne, all, old] = ['mirror', 'mirrorPercentage', 'mirrors', 'mirrorPercent'].map(at);
  if (old.fields.isSaid) old.fields.doubt('use `mirrorPercentage`');
  const pairs = [
    ...one.fields.isSaid ? [{ destination: one.fields, percentage: ofOne.fields, home: one.home }] : [],
    ...all.fields.items().map(item => ({ destination: item.field('destination'), percentage: item.field('percentage'), home: all.home })),
  ];
  return pairs.flatMap(({ destination, percentage, home }) => {
    const to = destinationOf(destination, home);
    const numerator = percentage.isSaid ? millionths(percentage) : 1_000_000;
    return to === undefined || numerator === undefined || numerator === 0 ? [] : [{ to, fraction: { numerator, denominator: 1_000_000 } }];
  });
}

function faultsOf(fields: Fields): Faults | undefined {
  if (!fields.isSaid) return undefined;
  const [delay, abort] = ['delay', 'abort'].map(name => fields.field(name));
  const percentOf = (fault: Fields) => {
    const parts = millionths(fault.field('percentage'));
    return parts === undefined ? undefined : parts / 10_000;
  };
  const [time, statusCode] = [delay.isSaid ? duration(delay.field('fixedDelay')) : undefined, abort.isSaid ? abort.field('httpStatus').integer() : undefined];
  if (delay.isSaid && time === undefined) delay.doubt('it does not say how long');
  if (abort.isSaid && statusCode === undefined) abort.doubt('it has no status code of HTTP');
  const [delayed, aborted] = [delay.isSaid ? percentOf(delay) : undefined, abort.isSaid ? percentOf(abort) : undefined];
  return {
    ...(time !== undefined && delayed !== undefined && { delay: { percent: delayed, delay: time } }),
    ...(statusCode !== undefined && aborted !== undefined && { abort: { percent: aborted, statusCode } }),
  };
}
