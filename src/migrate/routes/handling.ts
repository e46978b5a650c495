import { durationWords, withDuration } from './durations';
import type { HeaderChanges, MeshService, ServiceRouteProps, ServiceRouteRule } from '../../index';
import type { Way } from '../../meaning/world';
import type { ByField, Fields } from '../../model/fields';
import type * as model from '../../model/handling';
import { member, type Node, type Written } from '../program';

type Handling = Way['handling'];

/** A rule before it is written. */
export type RuleWords = Exclude<Written<ServiceRouteRule>, { readonly by: unknown }>;

export type RouteWords = Exclude<Written<ServiceRouteProps>, { readonly by: unknown }>;

/** The Service that takes copies. */
export type MirrorNode = (mirror: model.Mirror) => Node<MeshService>;

type SaidOfRetries = Fields<model.Retries, 'attempts' | 'statusCodes' | 'grpcStatuses' | 'connectionFailures' | 'backoff'>;
type SaidOfRedirect = Fields<model.Redirect, 'scheme' | 'hostname' | 'port' | 'path' | 'statusCode'>;
type SaidOfCors = Fields<model.Cors, 'allowOrigins' | 'allowMethods' | 'allowHeaders' | 'exposeHeaders' | 'allowCredentials' | 'maxAge'>;

const WORDS: ByField<Handling, RuleWords, [mirrored: MirrorNode]> = {
  timeouts: ({ request, backendRequest }: Fields<model.Timeouts, 'request' | 'backendRequest'>) => ({
    timeouts: { ...withDuration('request', request), ...withDuration('backendRequest', backendRequest) },
  }),
  retries: ({ attempts, statusCodes, grpcStatuses, connectionFailures, backoff }: SaidOfRetries) => ({
    retries: {
      attempts,
      ...statusCodes.length > 0 && { statusCodes: [...statusCodes] },
      ...grpcStatuses.length > 0 && { grpcStatuses: grpcStatuses.map(status => member('GrpcStatus', GRPC[status])) },
      ...!connectionFailures && { connectionFailures },
      ...withDuration('backoff', backoff),
    },
  }),
  mirrors: (mirrors, mirrored) => ({
    mirrors: mirrors.map(mirror => ({
      service: mirrored(mirror), port: mirror.port, ...percentWords(mirror.fraction.numerator / mirror.fraction.denominator),
    })),
  }),
  requestHeaders: changes => ({ requestHeaders: headerWords(changes) }),
  responseHeaders: changes => ({ responseHeaders: headerWords(changes) }),
  rewrite: ({ hostname, path }: Fields<model.Rewrite, 'hostname' | 'path'>) => ({ rewrite: { ...hostname !== undefined && { hostname }, ...pathWords(path) } }),
  redirect: ({ path, ...redirect }: SaidOfRedirect) => ({ redirect: { ...redirect, ...pathWords(path) } }),
  cors: ({ allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge }: SaidOfCors) => ({
    cors: {
      allowOrigins: [...allowOrigins],
      ...allowMethods.length > 0 && { allowMethods: [...allowMethods] },
      ...allowHeaders.length > 0 && { allowHeaders: [...allowHeaders] },
      ...exposeHeaders.length > 0 && { exposeHeaders: [...exposeHeaders] },
      ...allowCredentials && { allowCredentials },
      ...maxAge !== undefined && { maxAge: durationWords(maxAge * 1000) },
    },
  }),
  stickiness: stickiness => ({ stickiness: stickinessWords(stickiness) }),
  faults: ({ delay, abort }: Fields<model.Faults, 'delay' | 'abort'>) => ({
    faults: {
      ...delay !== undefined && { delay: { percent: delay.percent, delay: durationWords(delay.delay) } },
      ...abort !== undefined && { abort },
    },
  }),
};

const GRPC = {
  'cancelled': 'CANCELLED',
  'deadline-exceeded': 'DEADLINE_EXCEEDED',
  'internal': 'INTERNAL',
  'resource-exhausted': 'RESOURCE_EXHAUSTED',
  'unavailable': 'UNAVAILABLE',
} as const satisfies Readonly<Record<model.GrpcStatus, string>>;

/** What happens to the requests of a rule. */
export function handlingWords(handling: Handling, mirrored: MirrorNode): RuleWords {
  const parts = Object.keys(WORDS) as (keyof Handling)[];
  return Object.assign({}, ...parts.map(part => partWords(part, handling, mirrored))) as RuleWords;
}

function partWords<Part extends keyof Handling>(part: Part, handling: Handling, mirrored: MirrorNode): RuleWords {
  const value = handling[part];
  return value === undefined ? {} : (WORDS[part] as (value: Handling[Part], mirrored: MirrorNode) => RuleWords)(value, mirrored);
}

function percentWords(share: number): { readonly percent?: number } {
  return share === 1 ? {} : { percent: Number((share * 100).toFixed(4)) };
}

function pathWords(path: model.PathChange | undefined): { readonly path?: string; readonly pathPrefix?: string } {
  if (path === undefined) return {};
  return path.type === 'full' ? { path: path.value } : { pathPrefix: path.value === '' ? '/' : path.value };
}

export function headerWords(
  { set, add, remove }: Fields<model.HeaderChanges, 'set' | 'add' | 'remove'>,
): Exclude<Written<HeaderChanges>, { readonly by: unknown }> {
  const named = (headers: readonly model.Header[]) => Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  return {
    ...set.length > 0 && { set: named(set) },
    ...add.length > 0 && { add: named(add) },
    ...remove.length > 0 && { remove: [...remove] },
  };
}

export function stickinessWords(
  { type, name, absoluteTimeout, idleTimeout }: Fields<model.Stickiness, 'type' | 'name' | 'absoluteTimeout' | 'idleTimeout'>,
): NonNullable<RuleWords['stickiness']> {
  return {
    ...type === 'header' && { type: member('StickinessType', 'HEADER') },
    ...name !== undefined && { name },
    ...withDuration('absoluteTimeout', absoluteTimeout),
    ...withDuration('idleTimeout', idleTimeout),
  };
}
