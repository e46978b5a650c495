import { milliseconds } from './duration';
import { codesOf, sorted } from './envoy-retries';
import type { Changes, LoadBalancing, Outcome, Policies, Taker } from './outcome';
import { forwarded } from './outcome';
import type { RouteRequest } from './request';
import { hasRequests } from './request';
import { whole } from '../expression';
import { only } from '../fields';
import { Unknown } from '../unknown';

/** Whether the namespaces of Kubernetes are those of Consul, or share one of them. */
export type ConsulReading = 'mirrored' | 'single';

interface Chain {
  readonly entry: (kind: string, name: string, namespace: string) => any;
  /** The namespace of a service that is named without one, or in another one. */
  readonly namespaceOf: (name: string, namespace: string | undefined, home: string) => string;
  readonly request: RouteRequest;
}

/**
 * What becomes of a request to a service of Consul, by its discovery chain: the first route of the ServiceRouter that matches
 * names a service, whose ServiceSplitter is followed, and whose ServiceResolver may lead elsewhere.
 *
 * @see https://developer.hashicorp.com/consul/docs/manage-traffic/discovery-chain
 */
export function routedByConsul(reading: ConsulReading): (manifests: readonly any[], request: RouteRequest) => Outcome {
  return (manifests, request) => {
    const { to } = request;
    const entry = entriesIn(reading, manifests);
    const defined = manifests.filter(({ kind }) => kind === 'ServiceDefaults');
    const chain: Chain = {
      entry,
      // Where namespaces share one, the service of a name is whichever there is.
      namespaceOf: (name, namespace, home) => reading === 'mirrored' ? namespace ?? home
        : defined.find(({ metadata }) => metadata.name === name)?.metadata.namespace ?? home,
      request,
    };
    const { spoken, isRouted } = compiled(chain, manifests);
    const isOfRequests = REQUESTS.includes(spoken);
    // The limit of a resolver holds for requests that the proxies of clients know as such.
    const { requestTimeout } = isRouted ? {} as any : entry('ServiceResolver', to.service, to.namespace) ?? {};
    if (isRouted ? !isOfRequests : hasRequests(request) && spoken === UNSAID && requestTimeout !== undefined) {
      throw new Unknown(`${to.service} speaks ${spoken}, which has no routes and no limits`);
    }
    if (isOfRequests && (isRouted || !hasRequests(request)) && (spoken === 'grpc' ? 'GRPC' : 'HTTP') !== request.protocol) {
      throw new Unknown(`${to.service} speaks ${spoken}, and not ${request.protocol}`);
    }
    if (!hasRequests(request)) {
      return forwarded(request, resolved(chain, to.service, to.namespace).map(taker => ({ ...taker, weight: 1 })));
    }
    const router = entry('ServiceRouter', to.service, to.namespace);
    const route = router?.routes.find(({ match }: any) => matches(only(match ?? {}, 'http').http ?? {}, request));
    const destination = only(
      route?.destination ?? {}, 'service', 'serviceSubset', 'namespace', 'prefixRewrite', 'requestTimeout', 'idleTimeout', 'numRetries', 'retryOn',
      'retryOnConnectFailure', 'retryOnStatusCodes', 'requestHeaders', 'responseHeaders',
    );
    const service = destination.service ?? to.service;
    const home = chain.namespaceOf(service, destination.namespace, to.namespace);
    const { serviceSubset: subset } = destination;
    const takers = subset === undefined ? split(chain, service, home, 1_000_000_000)
      : resolved(chain, service, home, subset).map(taker => ({ ...taker, weight: 1 }));
    const first = isRouted ? {} : { requestTimeout: isOfRequests ? requestTimeout : undefined };
    const path = rewritten(route?.match?.http ?? {}, destination.prefixRewrite, request.path);
    return forwarded(request, takers.map(taker => ({
      ...taker,
      path,
      // Changes of one service are made before those of the route.
      requestHeaders: [...taker.requestHeaders ?? [], changesOf(destination.requestHeaders)],
      responseHeaders: [...taker.responseHeaders ?? [], changesOf(destination.responseHeaders)],
    })), { policies: { ...policiesOf({ ...destination, ...first }), ...stickinessOf(chain, takers) } });
  };
}

const REQUESTS = ['http', 'http2', 'grpc'];
/** What services speak of which nobody says it, by ProxyDefaults that may be there. */
const UNSAID = 'what nobody says';

/** What a service speaks where its routes are made: ServiceDefaults go before ProxyDefaults, even where they say nothing. */
function speaking(entry: Chain['entry'], manifests: readonly any[]): (name: string, namespace: string) => string {
  const ofAll = manifests.filter(({ kind }) => kind === 'ProxyDefaults');
  if (ofAll.length > 1) {
    throw new Unknown('several ProxyDefaults');
  }
  const byDefault: string = ofAll.length === 0 ? UNSAID : ofAll[0].spec.config?.protocol ?? 'tcp';
  return (name, namespace) => {
    const own = entry('ServiceDefaults', name, namespace);
    return own === undefined ? byDefault : own.protocol ?? 'tcp';
  };
}

/** The same, of config entries as they stand there; where nobody says it, that is not known. */
export function spokenByConsul(reading: ConsulReading, manifests: readonly any[]): (name: string, namespace: string) => string {
  const spoken = speaking(entriesIn(reading, manifests), manifests);
  return (name, namespace) => {
    const said = spoken(name, namespace);
    if (said === UNSAID) {
      throw new Unknown(`what ${name} speaks`);
    }
    return said;
  };
}

function entriesIn(reading: ConsulReading, manifests: readonly any[]): Chain['entry'] {
  return (kind, name, namespace) => {
    const found = manifests.filter(m => m.kind === kind && m.metadata.name === name && (reading === 'single' || m.metadata.namespace === namespace));
    if (found.length > 1) {
      throw new Unknown(`${found.length} ${kind} for ${name}`);
    }
    return found[0]?.spec;
  };
}

/**
 * All that the chain of a service leads to, whichever request is sent there: Consul takes none of it if one part is wrong. All services in it have
 * to speak the same; what a peer has is not asked.
 *
 * @see https://github.com/hashicorp/consul/blob/v1.22.0/agent/consul/discoverychain/compile.go
 */
function compiled(
  { entry, namespaceOf, request: { to } }: Chain, manifests: readonly any[],
): { readonly spoken: string; readonly isRouted: boolean } {
  const spokenBy = speaking(entry, manifests);
  const spoken = spokenBy(to.service, to.namespace);
  const record = (name: string, namespace: string) => {
    if (spokenBy(name, namespace) !== spoken) {
      throw new Unknown(`${name} speaks something else than ${to.service}`);
    }
  };
  const resolve = (name: string, namespace: string, subset: string | undefined, seen: readonly string[], standsIn: boolean, isAway = false): void => {
    const key = `${namespace}/${name}/${subset ?? ''}`;
    if (seen.includes(key)) {
      throw new Unknown('a circle of resolvers');
    }
    if (!isAway) record(name, namespace);
    const { redirect, defaultSubset, subsets = {}, failover = {} } = entry('ServiceResolver', name, namespace) ?? {};
    if (redirect !== undefined) {
      const other = redirect.service ?? name;
      const home = namespaceOf(other, redirect.namespace, namespace);
      const isOther = other !== name || home !== namespace;
      const next = redirect.serviceSubset ?? (isOther ? undefined : subset);
      if (isOther || next !== subset) return resolve(other, home, next, [...seen, key], standsIn);
    }
    if (subset === undefined && defaultSubset !== undefined) return resolve(name, namespace, defaultSubset, [...seen, key], standsIn, isAway);
    if (subset !== undefined && !Object.hasOwn(subsets, subset)) {
      throw new Unknown('a subset that there is not');
    }
    const section = failover[subset ?? ''] ?? failover['*'];
    for (const target of standsIn || section === undefined ? [] : section.targets ?? [section]) {
      const other = target.service ?? name;
      const home = namespaceOf(other, target.peer === undefined ? target.namespace : target.namespace ?? 'default', namespace);
      resolve(other, home, target.serviceSubset, [], true, target.peer !== undefined);
    }
  };
  const divide = (name: string, namespace: string, seen: readonly string[]): void => {
    const splitter = entry('ServiceSplitter', name, namespace);
    if (splitter === undefined) return resolve(name, namespace, undefined, [], false);
    if (seen.includes(`${namespace}/${name}`)) {
      throw new Unknown('a circle of splitters');
    }
    for (const { service = name, namespace: where, serviceSubset } of splitter.splits) {
      const home = namespaceOf(service, where, namespace);
      if (serviceSubset !== undefined || (service === name && home === namespace)) resolve(service, home, serviceSubset, [], false);
      else divide(service, home, [...seen, `${namespace}/${name}`]);
    }
  };
  const router = entry('ServiceRouter', to.service, to.namespace);
  for (const { destination: { service = to.service, namespace, serviceSubset } = {} as any } of router?.routes ?? []) {
    const home = namespaceOf(service, namespace, to.namespace);
    if (serviceSubset === undefined) divide(service, home, []);
    else resolve(service, home, serviceSubset, [], false);
  }
  divide(to.service, to.namespace, []);
  return { spoken, isRouted: router !== undefined || entry('ServiceSplitter', to.service, to.namespace) !== undefined };
}

/** Splits lead to other splits; one that names its own service leads to its pods. Shares are percentages with two decimals. */
function split(chain: Chain, service: string, namespace: string, weight: number, seen: readonly string[] = []): Taker[] {
  const spec = chain.entry('ServiceSplitter', service, namespace);
  if (spec === undefined) {
    return resolved(chain, service, namespace).map(taker => ({ ...taker, weight }));
  }
  const key = `${namespace}/${service}`;
  if (seen.includes(key)) {
    throw new Unknown('Consul refuses a circle');
  }
  const splits: any[] = spec.splits.map((one: any) => only(one, 'weight', 'service', 'serviceSubset', 'namespace', 'requestHeaders', 'responseHeaders'));
  if (splits.reduce((sum, one) => Math.fround(sum + Math.fround(one.weight)), 0) !== 100) {
    throw new Unknown('the shares do not add up to 100');
  }
  return splits.flatMap(one => {
    const name = one.service ?? service;
    const home = chain.namespaceOf(name, one.namespace, namespace);
    const share = Math.round(weight / 10_000 * Math.round(one.weight * 100));
    const ownPods = name === service && home === namespace;
    const isLast = ownPods || one.serviceSubset !== undefined;
    const below = isLast ? resolved(chain, name, home, one.serviceSubset).map(taker => ({ ...taker, weight: share }))
      : split(chain, name, home, share, [...seen, key]);
    const isChanged = ({ requestHeaders = [], responseHeaders = [] }: Taker) => [...requestHeaders, ...responseHeaders].some(Boolean);
    if ((one.requestHeaders ?? one.responseHeaders) !== undefined && below.some(isChanged)) {
      throw new Unknown('Consul puts the changes of both together');
    }
    return below.map(taker => ({
      ...taker,
      requestHeaders: [...taker.requestHeaders ?? [], changesOf(one.requestHeaders)],
      responseHeaders: [...taker.responseHeaders ?? [], changesOf(one.responseHeaders)],
    }));
  });
}

/** The pods of a service, or of the one to which its ServiceResolver leads. A port is not named. */
function resolved(chain: Chain, service: string, namespace: string, subset?: string, seen: readonly string[] = []): Omit<Taker, 'weight'>[] {
  const key = `${namespace}/${service} ${subset ?? ''}`;
  if (seen.includes(key)) {
    throw new Unknown('Consul refuses a circle');
  }
  const { redirect, loadBalancer, defaultSubset, subsets = {}, connectTimeout, failover = {} } = only(
    chain.entry('ServiceResolver', service, namespace) ?? {},
    'redirect', 'loadBalancer', 'defaultSubset', 'subsets', 'failover', 'connectTimeout', 'requestTimeout', 'prioritizeByLocality',
  );
  if (redirect !== undefined) {
    if (Object.keys(failover).length > 0) {
      throw new Unknown('Consul refuses both');
    }
    const to = only(redirect, 'service', 'serviceSubset', 'namespace');
    const name = to.service ?? service;
    const home = chain.namespaceOf(name, to.namespace, namespace);
    const isOther = name !== service || home !== namespace;
    const next = to.serviceSubset ?? (isOther ? undefined : subset);
    if (isOther || next !== subset) {
      return resolved(chain, name, home, next, [...seen, key]);
    }
  }
  if (subset === undefined && defaultSubset !== undefined) {
    return resolved(chain, service, namespace, defaultSubset, [...seen, key]);
  }
  if (subset !== undefined && !Object.hasOwn(subsets, subset)) {
    throw new Unknown('Consul refuses a subset that there is not');
  }
  const loadBalancing = loadBalancer && balancedBy(loadBalancer, chain);
  const substitutes = failedOver(chain, service, namespace, failover[subset ?? ''] ?? failover['*']);
  const traffic = {
    ...(loadBalancing && { loadBalancing }),
    ...(connectTimeout !== undefined && { connections: milliseconds({ connectTimeout }) }),
    ...(substitutes.length > 0 && { failover: substitutes }),
  };
  return [{ to: { service, namespace, port: chain.request.to.port }, traffic }];
}

/** What stands in, whose own resolvers may lead elsewhere; a service does not stand in for itself. */
function failedOver(chain: Chain, service: string, namespace: string, failover: any): string[] {
  if (failover === undefined) {
    return [];
  }
  const { targets = [failover] } = 'targets' in failover ? only(failover, 'targets') : {};
  const all: string[] = targets.flatMap((target: any) => {
    const to = only(target, 'service', 'namespace', 'peer');
    const name: string = to.service ?? service;
    // Without a namespace, that of a peer is the one called `default`.
    const home = chain.namespaceOf(name, to.peer === undefined ? to.namespace : to.namespace ?? 'default', namespace);
    if (to.peer === undefined) {
      if (name === service && home === namespace) return [];
    }
    const pods = resolved({ ...chain, entry: withoutFailover(chain.entry) }, name, home).map(({ to: one }) => `${one.namespace}/${one.service}`);
    if (to.peer === undefined) return pods;
    // The resolver of this cluster for a service of that name holds there, too, and leads back here.
    return pods.map(one => one === `${home}/${name}` ? `${one} in ${to.peer}` : one);
  });
  return [...new Set(all)].filter(one => one !== `${namespace}/${service}`);
}

/** Of a service that stands in, others do not. */
function withoutFailover(entry: Chain['entry']): Chain['entry'] {
  return (kind, name, namespace) => {
    const { failover: _, ...spec } = entry(kind, name, namespace) ?? {};
    return kind === 'ServiceResolver' ? spec : entry(kind, name, namespace);
  };
}

const BALANCERS: Readonly<Record<string, LoadBalancing['kind']>> = {
  round_robin: 'roundRobin', least_request: 'leastRequest', random: 'random', ring_hash: 'ringHash', maglev: 'maglev',
};

/** How pods are picked, unless by a cookie that the proxy sets. Connections are not hashed. */
function balancedBy(balancer: any, { request }: Chain): LoadBalancing | undefined {
  const { policy, leastRequestConfig, ringHashConfig, hashPolicies = [] } = only(balancer, 'policy', 'leastRequestConfig', 'ringHashConfig', 'hashPolicies');
  if (hashPolicies.some(setsCookie)) {
    return undefined;
  }
  const { minimumRingSize, maximumRingSize } = only(ringHashConfig ?? {}, 'minimumRingSize', 'maximumRingSize');
  if ((minimumRingSize ?? 0) > (maximumRingSize ?? 0)) {
    throw new Unknown('Envoy rejects a ring whose least size is above the greatest');
  }
  if (hashPolicies.length > 0 && !hasRequests(request)) {
    throw new Unknown('any pod gets the connection');
  }
  const choices = leastRequestConfig && only(leastRequestConfig, 'choiceCount').choiceCount;
  return {
    kind: BALANCERS[policy],
    ...(choices !== undefined && { choices }),
    ...(minimumRingSize !== undefined && { minimumRingSize }),
    ...(hashPolicies.length > 0 && { key: hashed(hashPolicies) }),
  };
}

function setsCookie({ cookieConfig }: any): boolean {
  return cookieConfig !== undefined;
}

const HASHED = { header: 'header', cookie: 'cookie', query_parameter: 'queryParameter' } as const;

function hashed([policy, ...others]: readonly any[]): LoadBalancing['key'] {
  const { field, fieldValue, sourceIP } = only(policy, 'field', 'fieldValue', 'sourceIP');
  if (others.length > 0 || (field === undefined) !== (sourceIP === true)) {
    throw new Unknown('what is hashed?');
  }
  return sourceIP === true ? { kind: 'sourceAddress' } : { kind: HASHED[field as keyof typeof HASHED], name: fieldValue };
}

function matches(match: any, request: RouteRequest): boolean {
  const { pathExact, pathPrefix, pathRegex, header = [], queryParam = [], methods, caseInsensitive = false } =
    only(match, 'pathExact', 'pathPrefix', 'pathRegex', 'header', 'queryParam', 'methods', 'caseInsensitive');
  const inCase = (text: string) => caseInsensitive ? text.toLowerCase() : text;
  return (pathExact === undefined || inCase(request.path) === inCase(pathExact))
    && (pathPrefix === undefined || inCase(request.path).startsWith(inCase(pathPrefix)))
    && (pathRegex === undefined || whole(pathRegex, request.path))
    && (methods === undefined || methods.includes(request.method))
    && header.every((condition: any) => holds(condition, request.headers))
    && queryParam.every((condition: any) => holds(condition, request.query));
}

function holds(condition: any, values: Readonly<Record<string, string>>): boolean {
  const { name, exact, regex, present, invert = false } = only(condition, 'name', 'exact', 'regex', 'present', 'invert');
  if (!Object.hasOwn(values, name)) return present === true && invert;
  const value = values[name];
  return (exact !== undefined ? exact === value : regex !== undefined ? whole(regex, value) : present === true) !== invert;
}

/** Envoy replaces what matched. */
function rewritten({ pathExact, pathPrefix = '/' }: any, prefixRewrite: string | undefined, path: string): string {
  return prefixRewrite === undefined ? path : `${prefixRewrite}${path.slice((pathExact ?? pathPrefix).length)}`;
}

function changesOf(modifiers: any): Changes | undefined {
  return modifiers && only(modifiers, 'set', 'add', 'remove');
}

function policiesOf({ requestTimeout, numRetries = 0, retryOn: said = [], retryOnConnectFailure = false, retryOnStatusCodes = [] }: any): Policies {
  const connections = ['connect-failure', 'reset'];
  const grpc = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'];
  const retryOn = retryOnConnectFailure ? [...said, 'connect-failure'] : said;
  const { statusCodes, countsNoAnswer } = codesOf(retryOn);
  return {
    ...(requestTimeout !== undefined && requestTimeout !== '0s' && { timeouts: milliseconds({ request: requestTimeout }) }),
    ...((numRetries > 0 || retryOn.length > 0 || retryOnStatusCodes.length > 0) && {
      retries: {
        // Envoy tries again once where no number is said.
        attempts: numRetries === 0 ? 1 : numRetries,
        statusCodes: sorted([...retryOnStatusCodes, ...statusCodes]),
        grpcStatuses: grpc.filter(on => retryOn.includes(on)),
        connectionFailures: countsNoAnswer || connections.every(on => retryOn.includes(on)),
      },
    }),
  };
}

/** A cookie picks the pod of a service; of several services, one is drawn for each request. */
function stickinessOf({ entry }: Chain, takers: readonly Taker[]): Pick<Policies, 'stickiness'> {
  const drawn = takers.filter(({ weight }) => weight > 0);
  const balancers = drawn
    .map(({ to }) => entry('ServiceResolver', to.service, to.namespace)?.loadBalancer).filter(balancer => balancer?.hashPolicies?.some(setsCookie));
  if (balancers.length === 0) {
    return {};
  }
  const [{ hashPolicies: [policy] }] = balancers;
  if (drawn.length > 1 || balancers[0].policy !== 'maglev' || policy.field !== 'cookie') {
    throw new Unknown('the cookie picks no pod');
  }
  return { stickiness: { type: 'cookie', name: policy.fieldValue, ...milliseconds({ absoluteTimeout: policy.cookieConfig.ttl }) } };
}
