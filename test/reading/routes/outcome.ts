import type { Changes, Outcome, Policies, Taker, Traffic } from '../../../src/evaluators/routes/outcome';
import { forwarded, fraction, location, nameOf } from '../../../src/evaluators/routes/outcome';
import { countFor, idOf } from '../../../src/evaluators/routes/rate-limits';
import type { RouteRequest, ServicePort } from '../../../src/evaluators/routes/request';
import { hasRequests } from '../../../src/evaluators/routes/request';
import type { Call } from '../../../src/meaning/call';
import { type Decision, decide, isUndecided, valueOf } from '../../../src/meaning/decision';
import { closeness } from '../../../src/meaning/journey';
import { waysOf } from '../../../src/meaning/routing';
import { holdsFor } from '../../../src/meaning/text';
import type { Way } from '../../../src/meaning/world';
import type { IdentitySource } from '../../../src/model/access';
import type { FailoverTarget, HeaderChanges, RateLimit } from '../../../src/model/handling';
import type { World } from '../../../src/reading/world';

/** What becomes of a request by what was read, in the words of the evaluators; `unknown` where it was not understood. */
export function readOutcome(world: World, request: RouteRequest): Outcome | 'unknown' {
  return outcomeOf(waysFor(world, request), request, world);
}

/** The way of a request by what was read. */
export function readWay(world: World, request: RouteRequest): Way | 'unknown' {
  const value = valueOf(decide(waysFor(world, request), callOf(request)));
  return isUndecided(value) ? 'unknown' : value;
}

function waysFor({ readings }: World, { to, protocol }: RouteRequest): Decision<Way> {
  const ways = waysOf(readings, to, protocol).map(one => one.ways);
  if (ways.length > 1) throw new Error('two APIs have routes for it');
  return ways[0] ?? { branches: [], otherwise: { value: { backends: [{ ...to, weight: 1 }], handling: {}, besides: [] }, why: 'no route' } };
}

/** The same for a request that comes to a gateway, where there is only one. */
export function comingOutcome(world: World, request: RouteRequest): Outcome | 'unknown' {
  const [entry] = world.readings.flatMap(({ reading: { entries } }) => entries?.() ?? [])
    .filter(({ port, host }) => port === request.to.port && holdsFor(host, request.host) === 'yes').sort((a, b) => closeness(b.host) - closeness(a.host));
  return entry === undefined ? { kind: 'failed' } : outcomeOf(entry.ways, request, world);
}

export function outcomeOf(decision: Decision<Way>, request: RouteRequest, world?: World): Outcome | 'unknown' {
  const value = valueOf(decide(decision, callOf(request)));
  return isUndecided(value) ? 'unknown' : applied(value, request, to => trafficOf(to, request, world));
}

function callOf({ client, to, protocol, host, method, path, headers, query }: RouteRequest): Call {
  return {
    client: { kind: 'pod', namespace: client.namespace, labels: client.labels ?? {}, meshed: true },
    pod: { namespace: to.namespace },
    port: to.port,
    protocol,
    entrance: to,
    ...(protocol === 'TLS' && { serverName: host }),
    ...(hasRequests({ protocol }) && { request: { method, path, host, headers, query } }),
  };
}

/** What a way does with one request. */
function applied({ backends, status, handling, replaced, besides }: Way, request: RouteRequest, traffic: (to: ServicePort) => Traffic & { readonly stickiness?: object } | 'unknown'): Outcome | 'unknown' {
  if (status !== undefined) return status === 404 || !hasRequests(request) ? { kind: 'failed' } : { kind: 'responded', status };
  const { redirect, rewrite, requestHeaders, responseHeaders, mirrors = [], timeouts, retries, cors, stickiness, faults } = handling;
  if (redirect !== undefined) {
    const { scheme = 'http', hostname: host = request.host, port, statusCode } = redirect;
    return {
      kind: 'redirected',
      status: statusCode,
      location: location(besides.includes('the redirect drops the query') ? { query: {} } : request, { scheme, host, port, path: changedPath(redirect.path, replaced, request.path) }),
    };
  }
  // What is kept as text is not done here.
  if (besides.some(text => text.startsWith('what matches'))) return 'unknown';
  if (backends.some(backend => backend.status !== undefined)) return 'unknown';
  const all = backends.map(to => ({ to, said: traffic(to) }));
  if (all.some(({ said }) => said === 'unknown')) return 'unknown';
  const takers = all.map(({ to, said }): Taker => {
    const { stickiness: _, ...ofService } = said as Exclude<typeof said, 'unknown'>;
    return {
      to,
      weight: to.weight,
      host: rewrite?.hostname,
      path: changedPath(rewrite?.path, replaced, request.path),
      requestHeaders: [changesOf(requestHeaders), changesOf(to.requestHeaders)],
      responseHeaders: [changesOf(responseHeaders), changesOf(to.responseHeaders)],
      traffic: ofService,
    };
  });
  const [sticky] = all.map(({ said }) => (said as { stickiness?: Policies['stickiness'] }).stickiness).filter(one => one !== undefined);
  if (!hasRequests(request)) return forwarded(request, takers);
  const policies = { timeouts, retries, cors, stickiness: stickiness ?? sticky, faults };
  return forwarded(request, takers, {
    copies: mirrors.map(({ name: service, namespace = '', fraction: { numerator, denominator }, ...to }) => `${nameOf({ service, namespace, ...to })} ${fraction(numerator, denominator)}`),
    policies: Object.fromEntries(Object.entries(policies).filter(([, said]) => said !== undefined)) as Policies,
  });
}

function trafficOf(to: ServicePort, request: RouteRequest, world: World | undefined): Traffic & { readonly stickiness?: object } | 'unknown' {
  const said = (world?.readings ?? []).flatMap(({ reading }) => reading.traffic?.(to) ?? [])
    .map(decision => valueOf(decide(decision, callOf(request))));
  if (said.some(isUndecided)) return 'unknown';
  if (said.some(one => !isUndecided(one) && one.besides.some(text => text.startsWith('ServiceResolver: failover')))) return 'unknown';
  return Object.assign({}, ...said.map(one => {
    const { besides: _, rateLimit, failover, ...traffic } = one as Exclude<typeof one, { unknown: string }>;
    // Evaluators tell limits of a second.
    return {
      ...traffic,
      ...(failover && { failover: failover.map(standIn) }),
      ...(rateLimit && hasRequests(request) && limitOf(rateLimit, request)),
    };
  }));
}

function standIn({ service, cluster }: FailoverTarget): string {
  return `${service?.namespace}/${service?.name}${cluster === undefined ? '' : ` in ${cluster}`}`;
}

/** What evaluators tell of a limit that was read. */
export function limitOf({ requests, rules = [], interval, answer }: RateLimit, request: RouteRequest): Traffic {
  const perSecond = (all: number) => 1000 * all / interval;
  const count = countFor(request, client => {
    const i = rules.findIndex(({ sources }) => sources.length === 0 || sources.some(source => isClient(source, client)));
    return rules[i] && { key: rules[i].perClient ? `${i} ${idOf(client)}` : String(i), requests: perSecond(rules[i].requests) };
  });
  const headers = answer && Object.fromEntries(answer.headers.map(({ name, value }) => [name, value]));
  return requests === undefined && count === undefined ? {} : {
    rateLimit: {
      ...(requests !== undefined && { requests: perSecond(requests) }),
      ...(count && { count }),
      ...(answer && {
        answer: { ...(answer.statusCode !== undefined && { statusCode: answer.statusCode }), ...(answer.headers.length > 0 && { headers }) },
      }),
    },
  };
}

function isClient(source: IdentitySource, client: RouteRequest['client']): boolean {
  const id = idOf(client);
  switch (source.kind) {
    case 'serviceAccount': return id === `${source.namespace}/${source.name}`;
    case 'namespace': return id !== undefined && client.namespace === source.name;
    case 'spiffeId': return id !== undefined && source.id.replace(/^spiffe:\/\/[^/]+/, '') === `/ns/${client.namespace}/sa/${client.serviceAccount}`;
  }
}

function changedPath(change: { readonly type: 'full' | 'prefix'; readonly value: string } | undefined, replaced: string | undefined, path: string): string {
  if (change === undefined) return path;
  if (change.type === 'full') return change.value;
  if (replaced === undefined || !path.startsWith(replaced)) throw new Error(`${path} does not begin with ${replaced}`);
  return `${change.value}${path.slice(replaced.length)}` || '/';
}

function changesOf(changes: HeaderChanges | undefined): Changes | undefined {
  const byName = (headers: HeaderChanges['set']) => Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  return changes && { set: byName(changes.set), add: byName(changes.add), remove: changes.remove };
}

/** Equal for equal outcomes, whatever the order of their fields, and which of the failures it is. */
export function canonical(outcome: Outcome): string {
  return JSON.stringify(outcome, (_, value) => value === null || typeof value !== 'object' || Array.isArray(value) ? value
    : Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined).sort(([a], [b]) => a < b ? -1 : 1)));
}

