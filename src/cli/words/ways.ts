import { serviceWords } from './calls';
import { answeredWords, kindInWords, qualified } from '../../meaning/way';
import type { Traffic, Way, WayBackend } from '../../meaning/world';

type Handling = Way['handling'];
type LoadBalancing = NonNullable<Traffic['loadBalancing']>;
type HashKey = Extract<LoadBalancing, { readonly key: unknown }>['key'];
type Connections = NonNullable<Traffic['connections']>;
type RateLimit = NonNullable<Traffic['rateLimit']>;
type LimitRule = NonNullable<RateLimit['rules']>[number];
type HeaderChanges = NonNullable<Handling['requestHeaders']>;

/** What happens to requests on a way, a line for each thing. */
export function handlingWords({ handling, status, replaced, besides, byMesh = [] }: Omit<Way, 'backends'>): string[] {
  return [
    ...(Object.keys(PARTS) as (keyof Handling)[]).flatMap(part => {
      const value = handling[part];
      return value === undefined ? [] : (PARTS[part] as (value: unknown) => string[])(value);
    }),
    ...status === undefined ? [] : [answeredWords(status)],
    ...replaced === undefined ? [] : [`what is replaced of the path is ${replaced || 'nothing'}`],
    ...besides,
    ...byMesh,
  ];
}

const PARTS: { readonly [Part in keyof Handling]-?: (value: NonNullable<Handling[Part]>) => string[] } = {
  redirect: ({ scheme, hostname, port, path, statusCode }) => [`redirected with ${statusCode}${[
    scheme === undefined ? '' : ` to ${scheme}`, hostname === undefined ? '' : ` to host ${hostname}`, port === undefined ? '' : ` to port ${port}`,
    path === undefined ? '' : ` to ${path.type === 'full' ? 'path' : 'prefix'} ${path.value}`,
  ].join('')}`],
  rewrite: ({ hostname, path }) => [
    ...hostname === undefined ? [] : [`the host becomes ${hostname}`],
    ...path === undefined ? [] : [`the ${path.type === 'full' ? 'path' : 'prefix of the path'} becomes ${path.value}`],
  ],
  requestHeaders: changes => headerWords('request', changes),
  responseHeaders: changes => headerWords('response', changes),
  mirrors: mirrors => mirrors.map(({ name, namespace, port, groupKind, subset, fraction: { numerator, denominator } }) =>
    `${Number((numerator / denominator * 100).toFixed(4))} % is copied to ${groupKind === undefined ? '' : `${kindInWords({ groupKind })} `}${namespace === undefined ? '' : `${namespace}/`}${name}:${port}${
      subset === undefined ? '' : `, ${podsWords(subset)}`}`),
  timeouts: ({ request, backendRequest }) => [
    ...request === undefined ? [] : [request === 0 ? 'no timeout' : `timeout ${request} ms`],
    ...backendRequest === undefined ? [] : [backendRequest === 0 ? 'no timeout of each try' : `timeout of each try ${backendRequest} ms`],
  ],
  retries: ({ attempts, statusCodes, grpcStatuses, connectionFailures, backoff }) => [attempts === 0 ? 'not tried again' : `tried again ${attempts} times, for ${[
    ...statusCodes.map(String), ...grpcStatuses, ...connectionFailures ? ['connections that fail'] : [],
  ].join(', ')}${backoff === undefined ? '' : `, ${backoff} ms apart`}`],
  cors: ({ allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge }) => [`CORS for ${allowOrigins.join(', ') || 'no origin'}${[
    ['methods', allowMethods] as const, ['headers', allowHeaders] as const, ['exposed headers', exposeHeaders] as const,
  ].map(([name, list]) => list.length === 0 ? '' : `, ${name} ${list.join(', ')}`).join('')}${allowCredentials ? ', with credentials' : ''}${maxAge === undefined ? '' : `, for ${maxAge} s`}`],
  stickiness: ({ type, name, absoluteTimeout, idleTimeout }) => [`one client stays with one pod, by ${type}${name === undefined ? '' : ` ${name}`}${
    absoluteTimeout === undefined ? '' : `, for ${absoluteTimeout} ms`}${idleTimeout === undefined ? '' : `, for ${idleTimeout} ms without requests`}`],
  faults: ({ delay, abort }) => [
    ...delay === undefined ? [] : [`${delay.percent} % is held back for ${delay.delay} ms on purpose`],
    ...abort === undefined ? [] : [`${abort.percent} % is answered with ${abort.statusCode} on purpose`],
  ],
};

/** Where a share goes. */
export function backendWords({ subset, status, ...to }: WayBackend): string {
  if (status !== undefined) return answeredWords(status);
  return `${serviceWords(to)}${subset === undefined ? '' : ` ${podsWords(subset)}`}`;
}

/** Some of the pods of a Service. */
function podsWords(subset: Readonly<Record<string, string>>): string {
  return `pods with ${Object.entries(subset).map(label => label.join('=')).join(',')}`;
}

function headerWords(of: string, { set, add, remove }: HeaderChanges): string[] {
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
export function trafficWords(traffic: Traffic): string[] {
  const {
    loadBalancing, circuitBreaking, connections, rateLimit, retryBudget, failoverPriority, failoverRegions = {}, failover = [], stickiness, besides,
  } = traffic;
  return [
    ...loadBalancing === undefined ? [] : [balancingWords(loadBalancing)],
    ...circuitBreaking === undefined ? [] : [`circuit breaking: ${Object.entries(circuitBreaking).map(([name, value]) => `${name} ${value}`).join(', ')}`],
    ...connections === undefined ? [] : connectionWords(connections),
    ...rateLimit === undefined ? [] : limitWords(rateLimit),
    ...retryBudget === undefined ? [] : [`at most ${retryBudget.percent} % of requests are tried again`],
    ...failoverPriority === undefined ? [] : [`the healthy pods that share most of ${failoverPriority.join(', ')} with the client`],
    ...Object.entries(failoverRegions).map(([from, to]) => `for clients in region ${from}, pods in ${to} as those there fail`),
    ...failover.map((target, i) => `${failoverWords(target)} stands in where ${i === 0 ? 'no pod is' : 'none of those before is'} healthy`),
    ...stickiness === undefined ? [] : PARTS.stickiness(stickiness),
    ...besides,
  ];
}

function failoverWords({ service, cluster }: NonNullable<Traffic['failover']>[number]): string {
  return [...service === undefined ? [] : [qualified(service.name, service.namespace)], ...cluster === undefined ? [] : [`cluster ${cluster}`]].join(' in ');
}

function connectionWords(connections: Connections): string[] {
  return (Object.keys(CONNECTIONS) as (keyof Connections)[]).flatMap(part => {
    const value = connections[part];
    return value === undefined ? [] : [(CONNECTIONS[part] as (value: unknown) => string)(value)];
  });
}

const CONNECTIONS: { readonly [Part in keyof Connections]-?: (value: NonNullable<Connections[Part]>) => string } = {
  connectTimeout: time => `connected within ${time} ms`,
  idleTimeout: time => time === 0 ? 'idle connections stay open' : `idle connections are closed after ${time} ms`,
  maxDuration: time => `connections last ${time} ms at most`,
  keepalive: ({ time, interval, probes }) => `TCP keepalive${[
    time === undefined ? '' : ` after ${time} ms`, interval === undefined ? '' : `, each ${interval} ms`, probes === undefined ? '' : `, ${probes} times`,
  ].join('')}`,
  maxRequestsPerConnection: most => `at most ${most} requests on a connection`,
  maxConcurrentStreams: most => `at most ${most} requests at a time on a connection`,
  http2: isUpgraded => isUpgraded ? 'pods get HTTP/2, whatever clients speak' : 'no HTTP/1.1 becomes HTTP/2',
};

function limitWords({ requests, rules = [], interval, answer }: RateLimit): string[] {
  const most = (count: number) => `at most ${count} requests in ${interval} ms${answerWords(answer)}`;
  return [...requests === undefined ? [] : [most(requests)], ...rules.map((rule, i) => `${whoseWords(rule, i)}: ${most(rule.requests)}`)];
}

/** A rule is for those of whom no earlier rule says anything. */
function whoseWords({ sources, perClient, matches }: LimitRule, i: number): string {
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

function answerWords(answer: NonNullable<Traffic['rateLimit']>['answer']): string {
  return answer === undefined ? '' : `, others are answered with ${[
    ...answer.statusCode === undefined ? [] : [String(answer.statusCode)], ...answer.headers.map(({ name, value }) => `${name}: ${value}`),
  ].join(', ')}`;
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
