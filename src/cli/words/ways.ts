import { serviceWords } from './calls';
import type { ServicePort } from '../../meaning/call';
import type {
  ByField, CircuitBreaking, Connections, Cors, FailoverTarget, Faults, Fields, HashKey, HeaderChanges, Keepalive, LimitAnswer, LimitRule,
  LoadBalancing, Mirror, RateLimit, Redirect, Retries, RetryBudget, Rewrite, Stickiness, Timeouts,
} from '../../meaning/handling';
import { collected } from '../../meaning/handling';
import { answeredWords, kindInWords, qualified } from '../../meaning/way';
import type { Traffic, Way, WayBackend } from '../../meaning/world';

type Handling = Way['handling'];

/** What happens to requests on a way, a line for each thing. */
export function handlingWords({ handling, status, replaced, besides, byMesh = [] }: Fields<Way, 'handling' | 'status' | 'replaced' | 'besides' | 'byMesh', 'backends'>): string[] {
  return [
    ...partWords(handling),
    ...status === undefined ? [] : [answeredWords(status)],
    ...replaced === undefined ? [] : [`what is replaced of the path is ${replaced || 'nothing'}`],
    ...besides,
    ...byMesh,
  ];
}

const PARTS: ByField<Handling, readonly string[]> = {
  redirect: ({ scheme, hostname, port, path, statusCode }: Fields<Redirect, 'scheme' | 'hostname' | 'port' | 'path' | 'statusCode'>) => [`redirected with ${statusCode}${[
    scheme === undefined ? '' : ` to ${scheme}`, hostname === undefined ? '' : ` to host ${hostname}`, port === undefined ? '' : ` to port ${port}`,
    path === undefined ? '' : ` to ${path.type === 'full' ? 'path' : 'prefix'} ${path.value}`,
  ].join('')}`],
  rewrite: ({ hostname, path }: Fields<Rewrite, 'hostname' | 'path'>) => [
    ...hostname === undefined ? [] : [`the host becomes ${hostname}`],
    ...path === undefined ? [] : [`the ${path.type === 'full' ? 'path' : 'prefix of the path'} becomes ${path.value}`],
  ],
  requestHeaders: changes => headerWords('request', changes),
  responseHeaders: changes => headerWords('response', changes),
  mirrors: mirrors => mirrors.map(({ name, namespace, port, groupKind, subset, fraction: { numerator, denominator } }: SaidOfMirror) =>
    `${Number((numerator / denominator * 100).toFixed(4))} % is copied to ${groupKind === undefined ? '' : `${kindInWords({ groupKind })} `}${namespace === undefined ? '' : `${namespace}/`}${name}:${port}${
      subset === undefined ? '' : `, ${podsWords(subset)}`}`),
  timeouts: ({ request, backendRequest }: Fields<Timeouts, 'request' | 'backendRequest'>) => [
    ...request === undefined ? [] : [request === 0 ? 'no timeout' : `timeout ${request} ms`],
    ...backendRequest === undefined ? [] : [backendRequest === 0 ? 'no timeout of each try' : `timeout of each try ${backendRequest} ms`],
  ],
  retries: retries => [retryWords(retries)],
  cors: ({ allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge }: SaidOfCors) => [`CORS for ${allowOrigins.join(', ') || 'no origin'}${[
    ['methods', allowMethods] as const, ['headers', allowHeaders] as const, ['exposed headers', exposeHeaders] as const,
  ].map(([name, list]) => list.length === 0 ? '' : `, ${name} ${list.join(', ')}`).join('')}${allowCredentials ? ', with credentials' : ''}${maxAge === undefined ? '' : `, for ${maxAge} s`}`],
  stickiness: ({ type, name, absoluteTimeout, idleTimeout }: Fields<Stickiness, 'type' | 'name' | 'absoluteTimeout' | 'idleTimeout'>) => [`one client stays with one pod, by ${type}${name === undefined ? '' : ` ${name}`}${
    absoluteTimeout === undefined ? '' : `, for ${absoluteTimeout} ms`}${idleTimeout === undefined ? '' : `, for ${idleTimeout} ms without requests`}`],
  faults: ({ delay, abort }: Fields<Faults, 'delay' | 'abort'>) => [
    ...delay === undefined ? [] : [`${delay.percent} % is held back for ${delay.delay} ms on purpose`],
    ...abort === undefined ? [] : [`${abort.percent} % is answered with ${abort.statusCode} on purpose`],
  ],
};

const partWords = collected(PARTS);

type SaidOfMirror = Fields<Mirror, 'name' | 'namespace' | 'port' | 'groupKind' | 'subset' | 'fraction', 'facts' | 'podPort' | 'podSelector' | 'serviceAccount'>;
type SaidOfCors = Fields<Cors, 'allowOrigins' | 'allowMethods' | 'allowHeaders' | 'exposeHeaders' | 'allowCredentials' | 'maxAge'>;

function retryWords(
  { attempts, statusCodes, grpcStatuses, connectionFailures, backoff }: Fields<Retries, 'attempts' | 'statusCodes' | 'grpcStatuses' | 'connectionFailures' | 'backoff'>,
): string {
  if (attempts === 0) return 'not tried again';
  const failures = [...statusCodes.map(String), ...grpcStatuses, ...connectionFailures ? ['connections that fail'] : []];
  return [
    `tried again ${attempts === 1 ? 'once' : `${attempts} times`}`,
    ...failures.length === 0 ? [] : [`for ${failures.join(', ')}`],
    ...backoff === undefined ? [] : [`${backoff} ms apart`],
  ].join(', ');
}

type SaidOfBackend = Fields<
  WayBackend, keyof ServicePort | 'subset' | 'outside' | 'status' | 'requestHeaders' | 'responseHeaders', 'weight'
>;

/** Where a share goes. */
export function backendWords({ subset, status, requestHeaders: _, responseHeaders: __, ...to }: SaidOfBackend): string {
  if (status !== undefined) return answeredWords(status);
  return `${serviceWords(to)}${subset === undefined ? '' : ` ${podsWords(subset)}`}`;
}

/** The same, and what happens to the headers of that share alone. */
export function shareWords(backend: WayBackend): string {
  const { requestHeaders, responseHeaders } = backend;
  const changes = partWords({ ...requestHeaders && { requestHeaders }, ...responseHeaders && { responseHeaders } });
  return `${backendWords(backend)}${changes.length === 0 ? '' : ` (${changes.join(', ')})`}`;
}

/** Some of the pods of a Service. */
function podsWords(subset: Readonly<Record<string, string>>): string {
  return `pods with ${Object.entries(subset).map(label => label.join('=')).join(',')}`;
}

function headerWords(of: string, { set, add, remove }: Fields<HeaderChanges, 'set' | 'add' | 'remove'>): string[] {
  return [
    ...set.map(({ name, value }) => `${of} header ${name} is set to ${value}`),
    ...add.map(({ name, value }) => `${of} header ${name} gets ${value}`),
    ...remove.map(name => `${of} header ${name} is removed`),
  ];
}

function balancingWords(one: LoadBalancing): string {
  const warmUp = 'warmUp' in one && one.warmUp !== undefined ? `, fewer requests for new pods for ${one.warmUp} ms` : '';
  switch (one.kind) {
    case 'roundRobin': return `one pod after the other${warmUp}`;
    case 'leastRequest': return `the pod with the fewest requests${one.choices === undefined ? '' : ` of ${one.choices}`}${warmUp}`;
    case 'random': return 'any pod';
    case 'maglev': return `the pod by the hash of ${keyWords(one.key)}, by Maglev`;
    case 'ringHash': return `the pod by the hash of ${keyWords(one.key)}, on a ring${one.minimumRingSize === undefined ? '' : ` of at least ${one.minimumRingSize}`}`;
  }
}

function keyWords(key: HashKey): string {
  switch (key.kind) {
    case 'header': return `header ${key.name}`;
    case 'cookie': return `cookie ${key.name}`;
    case 'queryParameter': return `query parameter ${key.name}`;
    case 'sourceAddress': return 'the source address';
  }
}

/** What holds for all that is sent to a Service, a line for each thing. */
export const trafficWords = collected<Traffic, string>({
  loadBalancing: said => [balancingWords(said)],
  circuitBreaking: said => [`circuit breaking: ${breakingWords(said).join(', ')}`],
  connections: said => connectionWords(said),
  rateLimit: said => limitWords(said),
  retryBudget: ({ percent: most, interval, minRetriesPerSecond }: Fields<RetryBudget, 'percent' | 'interval' | 'minRetriesPerSecond'>) =>
    [`at most ${most} % of the requests of ${interval} ms are tried again, and always ${minRetriesPerSecond} per second`],
  failoverPriority: labels => [`the healthy pods that share most of ${labels.join(', ')} with the client`],
  failoverRegions: regions => Object.entries(regions).map(([from, to]) => `for clients in region ${from}, pods in ${to} as those there fail`),
  failover: targets => targets.map((target, i) => `${failoverWords(target)} stands in where ${i === 0 ? 'no pod is' : 'none of those before is'} healthy`),
  stickiness: said => PARTS.stickiness(said),
  besides: said => said,
});

const breakingWords = collected<CircuitBreaking, string>({
  consecutiveErrors: count => [`pods are left out after ${count} errors in a row`],
  consecutiveGatewayErrors: count => [`after ${count} gateway errors in a row`],
  consecutiveConnectionFailures: count => [`after ${count} failed connections in a row`],
  ejectionTime: time => [`for at least ${time} ms`],
  interval: time => [`looked at each ${time} ms`],
  maxEjectionPercent: most => [`at most ${most} % of the pods`],
  minHealthPercent: least => [`none where fewer than ${least} % are healthy`],
  maxConnections: most => [`at most ${most} connections`],
  maxPendingRequests: most => [`at most ${most} requests that wait`],
  maxRequests: most => [`at most ${most} requests at a time`],
  maxRetries: most => [`at most ${most} retries at a time`],
});

function failoverWords({ service, cluster }: Fields<FailoverTarget, 'service' | 'cluster'>): string {
  return [...service === undefined ? [] : [qualified(service.name, service.namespace)], ...cluster === undefined ? [] : [`cluster ${cluster}`]].join(' in ');
}

const connectionWords = collected<Connections, string>({
  connectTimeout: time => [`connected within ${time} ms`],
  idleTimeout: time => [time === 0 ? 'idle connections stay open' : `idle connections are closed after ${time} ms`],
  maxDuration: time => [`connections last ${time} ms at most`],
  keepalive: ({ time, interval, probes }: Fields<Keepalive, 'time' | 'interval' | 'probes'>) => [`TCP keepalive${[
    time === undefined ? '' : ` after ${time} ms`, interval === undefined ? '' : `, each ${interval} ms`, probes === undefined ? '' : `, ${probes} times`,
  ].join('')}`],
  maxRequestsPerConnection: most => [`at most ${most} requests on a connection`],
  maxConcurrentStreams: most => [`at most ${most} requests at a time on a connection`],
  http2: isUpgraded => [isUpgraded ? 'pods get HTTP/2, whatever clients speak' : 'no HTTP/1.1 becomes HTTP/2'],
});

function limitWords({ requests, rules = [], interval, answer }: Fields<RateLimit, 'requests' | 'rules' | 'interval' | 'answer'>): string[] {
  const most = (count: number) => `at most ${count} requests in ${interval} ms${answerWords(answer)}`;
  return [...requests === undefined ? [] : [most(requests)], ...rules.map((rule, i) => `${whoseWords(rule, i)}: ${most(rule.requests)}`)];
}

/** A rule is for those of whom no earlier rule says anything. */
function whoseWords({ sources, perClient, matches }: Fields<LimitRule, 'sources' | 'perClient' | 'matches', 'requests'>, i: number): string {
  const others = i === 0 ? '' : 'other ';
  return [
    ...sources.length > 0 ? [`${perClient ? 'each client of ' : ''}${sources.map(sourceWords).join(', ')}`]
      : [perClient ? `each ${others}client` : `all ${others}clients`],
    ...matches.length > 0 ? ['for some requests'] : [],
  ].join(' ');
}

function sourceWords(source: LimitRule['sources'][number]): string {
  switch (source.kind) {
    case 'serviceAccount': return `ServiceAccount ${source.namespace}/${source.name}`;
    case 'namespace': return `namespace ${source.name}`;
    case 'spiffeId': return source.id;
  }
}

function answerWords({ statusCode, headers }: Fields<LimitAnswer, 'statusCode' | 'headers'> = { headers: [] }): string {
  const answer = [...statusCode === undefined ? [] : [String(statusCode)], ...headers.map(({ name, value }) => `${name}: ${value}`)];
  return answer.length === 0 ? '' : `, others are answered with ${answer.join(', ')}`;
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
