import type { RouteRequest, ServicePort } from './request';
import { hasRequests } from './request';

/** What becomes of a request. */
export type Outcome = Forwarded | Redirected | Responded | Failed;

/** It goes on to one of these Services, each of which gets its share. */
export interface Forwarded {
  readonly kind: 'forwarded';
  /** Sorted; without those that get nothing. */
  readonly arrivals: readonly Arrival[];
  /** The Services that get copies, each with its share of the requests; sorted. */
  readonly copies: readonly string[];
  readonly policies: Policies;
}

/** What one of the Services gets, and what the client gets back. */
export interface Arrival {
  /** `namespace/name:port`, and the labels where it is some of the pods. */
  readonly service: string;
  /** A fraction in lowest terms. */
  readonly share: string;
  /** Of requests that can be told apart. */
  readonly request?: { readonly host: string; readonly path: string; readonly headers: Readonly<Record<string, string>> };
  readonly response?: Readonly<Record<string, string>>;
  readonly traffic?: Traffic;
}

export interface Redirected {
  readonly kind: 'redirected';
  readonly status: number;
  readonly location: string;
}

/** The proxy answers by itself, since a rule says so. */
export interface Responded {
  readonly kind: 'responded';
  readonly status: number;
}

/** No rule is for it. */
export interface Failed {
  readonly kind: 'failed';
}

/** What holds for a request on its way; absent is as the implementation has it. Times are in milliseconds. */
export interface Policies {
  readonly timeouts?: { readonly request?: number; readonly backendRequest?: number };
  readonly retries?: {
    readonly attempts: number;
    readonly statusCodes: readonly number[];
    readonly grpcStatuses: readonly string[];
    readonly connectionFailures: boolean;
    readonly backoff?: number;
  };
  readonly cors?: {
    readonly allowOrigins: readonly string[];
    readonly allowMethods: readonly string[];
    readonly allowHeaders: readonly string[];
    readonly exposeHeaders: readonly string[];
    readonly allowCredentials: boolean;
    /** In seconds. */
    readonly maxAge: number;
  };
  readonly stickiness?: { readonly type: string; readonly name?: string; readonly absoluteTimeout?: number; readonly idleTimeout?: number };
  readonly faults?: object;
}

/** What policies are read from. */
export interface PolicyContext {
  readonly route: any;
  readonly backends: readonly ServicePort[];
  /** Those of the rule. */
  readonly filters: readonly any[];
  readonly manifests: readonly any[];
  readonly request: RouteRequest;
}

/** What an implementation that is told to try nothing again does. */
export const NO_RETRIES: NonNullable<Policies['retries']> = { attempts: 0, statusCodes: [], grpcStatuses: [], connectionFailures: true };

/** The same, where an implementation has no timeouts, or no retries, unless it is told to. */
export function withoutNone(outcome: Outcome, ...names: readonly ('timeouts' | 'retries')[]): Outcome {
  if (outcome.kind !== 'forwarded') {
    return outcome;
  }
  const { timeouts, retries, ...others } = outcome.policies;
  const times = Object.entries(timeouts ?? {}).filter(([, time]) => time !== undefined && (time !== 0 || !names.includes('timeouts')));
  return {
    ...outcome,
    policies: {
      ...others,
      ...(times.length > 0 && { timeouts: Object.fromEntries(times) }),
      ...(retries !== undefined && (retries.attempts > 0 || !names.includes('retries')) && { retries }),
    },
  };
}

/** How the pod that gets a request is picked; the key is what is hashed. */
export interface LoadBalancing {
  readonly kind: 'roundRobin' | 'leastRequest' | 'random' | 'ringHash' | 'maglev';
  readonly warmUp?: number;
  readonly choices?: number;
  readonly key?: { readonly kind: 'header' | 'cookie' | 'queryParameter' | 'sourceAddress'; readonly name?: string };
  readonly minimumRingSize?: number;
}

/** What holds for all requests that come to a Service. */
export interface Traffic {
  readonly loadBalancing?: LoadBalancing;
  readonly circuitBreaking?: Readonly<Record<string, number>>;
  readonly connections?: Readonly<Record<string, unknown>>;
  readonly retryBudget?: { readonly percent: number; readonly interval: number; readonly minRetriesPerSecond: number };
  readonly rateLimit?: object;
  readonly failoverPriority?: readonly string[];
  readonly failoverRegions?: Readonly<Record<string, string>>;
  /** The Services that stand in for it: `namespace/name`, and `in` a cluster where it is another one. */
  readonly failover?: readonly string[];
}

export interface Changes {
  readonly set?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

/** Headers after changes, one after the other; values that are added stand behind those there are, after a comma. */
export function changed(headers: Readonly<Record<string, string>>, ...changes: readonly (Changes | undefined)[]): Record<string, string> {
  const result = new Map(Object.entries(headers));
  for (const { set = {}, add = {}, remove = [] } of changes.filter(one => one !== undefined)) {
    remove.forEach(name => result.delete(name.toLowerCase()));
    for (const [name, value] of Object.entries(add)) {
      const values = result.get(name.toLowerCase());
      result.set(name.toLowerCase(), values === undefined ? value : `${values},${value}`);
    }
    Object.entries(set).forEach(([name, value]) => result.set(name.toLowerCase(), value));
  }
  return Object.fromEntries([...result].sort(([a], [b]) => a < b ? -1 : 1));
}

export function nameOf({ namespace, service, port, groupKind, subset }: ServicePort): string {
  const labels = Object.entries(subset ?? {}).sort().map(label => label.join('='));
  return [...groupKind === undefined ? [] : [`${groupKind.kind}.${groupKind.group}`], `${namespace}/${service}:${port}`, ...labels].join(' ');
}

/** A fraction in lowest terms. */
export function fraction(numerator: number, denominator: number): string {
  const divisor = (a: number, b: number): number => b === 0 ? a : divisor(b, a % b);
  const common = divisor(numerator, denominator);
  return `${numerator / common}/${denominator / common}`;
}

export interface Taker {
  readonly to: ServicePort;
  readonly weight: number;
  /** What it gets; as the client wrote it where nothing is said. */
  readonly host?: string;
  readonly path?: string;
  readonly requestHeaders?: readonly (Changes | undefined)[];
  readonly responseHeaders?: readonly (Changes | undefined)[];
  readonly traffic?: Traffic;
}

/** The request goes to these Services, by their weights; what arrives alike is one arrival. */
export function forwarded(
  request: RouteRequest, takers: readonly Taker[], more: { readonly copies?: readonly string[]; readonly policies?: Policies } = {},
): Outcome {
  const total = takers.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) {
    return { kind: 'failed' };
  }
  const all = new Map<string, { readonly arrival: Omit<Arrival, 'share'>; readonly weight: number }>();
  for (const taker of takers.filter(({ weight }) => weight > 0)) {
    const arrival: Omit<Arrival, 'share'> = {
      service: nameOf(taker.to),
      ...(hasRequests(request) && {
        request: {
          host: taker.host ?? request.host, path: taker.path ?? request.path, headers: changed(request.headers, ...taker.requestHeaders ?? []),
        },
        response: changed(request.response, ...taker.responseHeaders ?? []),
      }),
      ...(taker.traffic && Object.keys(taker.traffic).length > 0 && { traffic: taker.traffic }),
    };
    const key = JSON.stringify(arrival);
    all.set(key, { arrival, weight: (all.get(key)?.weight ?? 0) + taker.weight });
  }
  const arrivals = [...all.values()].map(({ arrival, weight }): Arrival => ({ ...arrival, share: fraction(weight, total) }));
  return {
    kind: 'forwarded',
    arrivals: arrivals.sort((a, b) => a.service < b.service ? -1 : 1),
    copies: [...more.copies ?? []].sort(),
    policies: more.policies ?? {},
  };
}

/** No route is for the request: it goes to the Service that was called. */
export function toService(request: RouteRequest, traffic?: Traffic, policies?: Policies): Outcome {
  return forwarded(request, [{ to: request.to, weight: 1, traffic }], { policies });
}

const WELL_KNOWN: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Where a redirect leads, in one spelling: a port that goes without saying is left out. */
export function location(
  { query }: Pick<RouteRequest, 'query'>, to: { readonly scheme: string; readonly host: string; readonly port?: number; readonly path: string },
): string {
  const { scheme, host, port, path } = to;
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return `${scheme}://${host}${port === undefined || port === WELL_KNOWN[scheme] ? '' : `:${port}`}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

export function wellKnownPort(scheme: string): number {
  return WELL_KNOWN[scheme];
}
