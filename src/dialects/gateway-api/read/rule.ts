import { type Backend, backendRef, isOutside, otherFilters } from './backends';
import { duration, durations } from './durations';
import { type Filters, filtersOf } from './filters';
import { EVERY_REQUEST, grpcMatch, httpMatch, type Match } from './matches';
import type { Fields } from '../../../manifests/fields';
import type { Doubt } from '../../../meaning/condition';
import type { Source } from '../../../meaning/decision';
import type { Stickiness, Timeouts } from '../../../model/handling';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import { doubtOf } from '../../../reading/understood';

/** A rule of a route, as it is written. */
export interface Rule {
  readonly source: Source;
  readonly matches: readonly Match[];
  /** Without those that are not understood. */
  readonly backends: readonly Backend[];
  readonly filters: Filters;
  /** The filters of its backends that are not read here. */
  readonly othersOfBackends: readonly string[];
  readonly timeouts?: Timeouts;
  readonly retry?: Retry;
  readonly stickiness?: Stickiness;
  /** Something beside its matches that is not understood. */
  readonly doubt?: Doubt;
}

export interface Retry {
  readonly attempts?: number;
  readonly codes: readonly number[];
  readonly backoff?: number;
}

export type RouteKind = 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute' | 'UDPRoute';

const MATCHES: { readonly [Kind in RouteKind]?: (fields: Fields) => Match } = { HTTPRoute: httpMatch, GRPCRoute: grpcMatch };

export function ruleOf(object: ReadObject, kind: RouteKind, fields: Fields, home: string): Rule {
  fields.field('name').take();
  const matches = matchesOf(fields.field('matches'), MATCHES[kind]);
  const filters = filtersOf(fields.field('filters'), home);
  const refs = fields.field('backendRefs').items();
  const outside = refs.find(isOutside);
  const backends = refs.flatMap(item => isOutside(item) ? [] : backendRef(item, home) ?? []);
  const othersOfBackends = refs.flatMap(otherFilters);
  const timeouts = durations(fields.field('timeouts'), 'request', 'backendRequest');
  const retry = retryOf(fields.field('retry'));
  const stickiness = stickinessOf(fields.field('sessionPersistence'));
  const inMatches = `${fields.field('matches').place.path}[`;
  const [doubt] = fields.doubts().filter(({ place }) => !place.path.startsWith(inMatches));
  return {
    source: sourceOf(object, fields),
    matches,
    backends,
    filters,
    othersOfBackends,
    ...(Object.keys(timeouts).length > 0 && { timeouts }),
    ...(retry && { retry }),
    ...(stickiness && { stickiness }),
    ...(doubt !== undefined ? { doubt: doubtOf(doubt) }
      : outside && { doubt: { type: 'unknown', why: 'Linkerd sends to an EgressNetwork only what a route on that network takes', place: outside.place } }),
  };
}

function matchesOf(fields: Fields, read: ((fields: Fields) => Match) | undefined): Match[] {
  if (read === undefined) return [EVERY_REQUEST];
  if (!fields.isSaid) return [{ ...EVERY_REQUEST, path: { type: 'PathPrefix', value: '' } }];
  const items = fields.items();
  if (!fields.isList) return [{ ...EVERY_REQUEST, doubt: doubtOf(fields.doubts()[0]) }];
  return items.length === 0 ? [EVERY_REQUEST] : items.map(read);
}

function retryOf(fields: Fields): Retry | undefined {
  if (!fields.isSaid) return undefined;
  const [attempts, backoff] = [fields.field('attempts').integer(), duration(fields.field('backoff'))];
  const codes = fields.field('codes').items().flatMap(item => item.integer() ?? []).sort((a, b) => a - b);
  return { codes, ...(attempts !== undefined && { attempts }), ...(backoff !== undefined && { backoff }) };
}

function stickinessOf(fields: Fields): Stickiness | undefined {
  if (!fields.isSaid) return undefined;
  const type = fields.field('type').text() ?? 'Cookie';
  if (type !== 'Cookie' && type !== 'Header') return fields.field('type').doubt('it is not known here');
  const name = fields.field(type.toLowerCase()).field('name').text() ?? fields.field('sessionName').text();
  const lifetime = fields.field('cookie').field('lifetimeType').text() ?? 'Session';
  if (lifetime !== 'Session' && lifetime !== 'Permanent') fields.field('cookie').field('lifetimeType').doubt('it is not known here');
  return {
    type: type === 'Cookie' ? 'cookie' : 'header', ...(name !== undefined && { name }), ...durations(fields, 'absoluteTimeout', 'idleTimeout'),
  };
}
