import { Unknown } from '../../../src/evaluators/unknown';

/** How Flagger shares out requests, as the router of each provider does it (fluxcd/flagger pkg/router/factory.go). */
export interface Router {
  /** The objects that it writes; none if it refuses the Canary, and the release does not begin. */
  readonly write: (canary: any, weights: Weights) => readonly any[] | undefined;
  /** Whether it says that requests are mirrored once it was told to. */
  readonly mirrors: (canary: any) => boolean;
  /** Whether it takes the route for another than it would write, at each step, and begins anew. */
  readonly startsAnew?: (canary: any) => boolean;
}

export interface Weights {
  readonly primary: number;
  readonly canary: number;
  readonly mirrored: boolean;
}

export function routerOf(provider: string): Router {
  const [name, version = ''] = provider.split(':');
  switch (name) {
    case 'gatewayapi': return gatewayApi(version === 'v1beta1' ? 'v1beta1' : 'v1');
    case 'istio': return istio;
    case 'linkerd': return split('v1alpha1');
    case 'osm': return split('v1alpha2');
    case 'smi': return split(version);
    case 'kubernetes': return { write: () => [], mirrors: () => false };
    default: throw new Unknown(`what Flagger does with provider '${provider}'`);
  }
}

/** pkg/apis/flagger/v1beta1/canary.go: GetServiceNames. */
export function namesOf({ spec }: any): { readonly apex: string; readonly primary: string; readonly canary: string } {
  const apex = spec.service.name || spec.targetRef.name;
  return { apex, primary: `${apex}-primary`, canary: `${apex}-canary` };
}

/** pkg/router/smi.go, smi_v1alpha2.go, smi_v1alpha3.go: no matches, and `mirrored` is never true. In v1alpha1 a weight is a quantity. */
function split(version: string): Router {
  return {
    mirrors: () => false,
    write: (object, weights) => {
      const { apex, primary, canary } = namesOf(object);
      const weight = (number: number) => version === 'v1alpha1' ? String(number) : number;
      return [made(`split.smi-spec.io/${version}`, 'TrafficSplit', object, apex, {
        service: object.spec.service.hosts?.[0] ?? apex,
        backends: [{ service: canary, weight: weight(weights.canary) }, { service: primary, weight: weight(weights.primary) }],
      })];
    },
  };
}

/** pkg/router/gateway_api.go: one route, of one rule; with `analysis.match`, a second rule for who does not match. */
function gatewayApi(version: string): Router {
  return {
    mirrors: ({ spec: { analysis } }) => analysis.mirror === true && analysis.iterations > 0,
    // The API server makes `maxAge` 5 where none is written, and `Reconcile` then sees a difference.
    startsAnew: ({ spec: { service } }) => service.corsPolicy !== undefined && maxAgeOf(service.corsPolicy) === undefined,
    write: (object, weights) => {
      const { service, analysis } = object.spec;
      const { apex, primary, canary } = namesOf(object);
      const ofService = matchesOf(service.match);
      if ((service.gatewayRefs ?? []).length === 0 || ofService === undefined) return undefined;
      const matches = ofService.length > 0 ? ofService : [{ path: { type: 'PathPrefix', value: '/' } }];
      const backend = (name: string, weight: number) => ({ group: '', kind: 'Service', name, port: service.port, weight });
      const rule = (of: readonly any[], filters: readonly any[], ...backendRefs: readonly any[]) => ({
        matches: of,
        ...filters.length > 0 && { filters },
        ...(service.timeout || service.backendTimeout) && {
          timeouts: { ...service.timeout && { request: service.timeout }, ...service.backendTimeout && { backendRequest: service.backendTimeout } },
        },
        backendRefs,
      });
      const filters = filtersOf(service);
      const copied = { backendRef: { group: '', kind: 'Service', name: canary, port: service.port } };
      const copies = weights.mirrored ? [{ type: 'RequestMirror', requestMirror: copied }] : [];
      const shared = [backend(primary, weights.primary), backend(canary, weights.canary)];
      // An error of `mapRouteMatches` is thrown away here, and the first rule then takes every request.
      const rules = (analysis.match ?? []).length === 0 ? [rule(matches, [...filters, ...copies], ...shared)] : [
        rule(merged(matchesOf(analysis.match) ?? [], matches), [...filters, ...copies], ...shared), rule(matches, filters, backend(primary, 100)),
      ];
      return [made(`gateway.networking.k8s.io/${version}`, 'HTTPRoute', object, apex, {
        parentRefs: service.gatewayRefs, ...(service.hosts ?? []).length > 0 && { hostnames: service.hosts }, rules,
      })];
    },
  };
}

/** `mapRouteMatches`: what Gateway API has no words for is an error, or left out. Undefined for an error. */
function matchesOf(requested: readonly any[] = []): readonly any[] | undefined {
  const found: any[] = [];
  for (const { uri, method, headers, queryParams } of requested) {
    const path = uri && (uri.regex ? { type: 'RegularExpression', value: uri.regex } : uri.exact ? { type: 'Exact', value: uri.exact }
      : uri.prefix ? { type: 'PathPrefix', value: uri.prefix } : null);
    const conditions = [headers, queryParams].map(named => Object.entries<any>(named ?? {}).map(([name, { exact, regex }]) =>
      exact ? { name, type: 'Exact', value: exact } : regex ? { name, type: 'RegularExpression', value: regex } : null));
    if (path === null || (method && !method.exact) || conditions.flat().includes(null)) return undefined;
    if (conditions.some(({ length }) => length > 1)) throw new Unknown('the order of several conditions, which differs from step to step');
    const match = {
      ...path && { path },
      ...method && { method: method.exact },
      ...conditions[0].length > 0 && { headers: conditions[0] },
      ...conditions[1].length > 0 && { queryParams: conditions[1] },
    };
    if (Object.keys(match).length > 0) found.push(match);
  }
  return found;
}

/** `mergeMatchConditions`: headers and query parameters of the analysis, and all else of the Service. */
function merged(analysis: readonly any[], service: readonly any[]): readonly any[] {
  return analysis.length === 0 ? service : analysis.flatMap(({ headers, queryParams }) =>
    service.map(match => ({ ...match, ...headers && { headers }, ...queryParams && { queryParams } })));
}

/** `makeFilters`. */
function filtersOf({ headers, rewrite, mirror = [], corsPolicy }: any): readonly any[] {
  const modifier = (type: string, field: string, { add = {}, set = {}, remove = [] }: any) => {
    const named = (values: Readonly<Record<string, string>>) =>
      Object.entries(values).sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => ({ name, value }));
    const changes = { add: named(add), set: named(set), remove };
    return { type, [field]: Object.fromEntries(Object.entries(changes).filter(([, all]) => all.length > 0)) };
  };
  const path = rewrite?.uri && (rewrite.type === 'ReplacePrefixMatch' ? { type: rewrite.type, replacePrefixMatch: rewrite.uri }
    : { type: 'ReplaceFullPath', replaceFullPath: rewrite.uri });
  return [
    ...headers?.request ? [modifier('RequestHeaderModifier', 'requestHeaderModifier', headers.request)] : [],
    ...headers?.response ? [modifier('ResponseHeaderModifier', 'responseHeaderModifier', headers.response)] : [],
    ...rewrite ? [{ type: 'URLRewrite', urlRewrite: { ...rewrite.authority && { hostname: rewrite.authority }, ...path && { path } } }] : [],
    ...mirror.map((requestMirror: any) => ({ type: 'RequestMirror', requestMirror })),
    ...corsPolicy ? [{ type: 'CORS', cors: corsOf(corsPolicy) }] : [],
  ];
}

/** `toV1CORSFilter`. */
function corsOf(policy: any): any {
  const { allowOrigin: allowOrigins, allowMethods, allowHeaders, exposeHeaders } = policy;
  return {
    ...Object.fromEntries(Object.entries<any>({ allowOrigins, allowMethods, allowHeaders, exposeHeaders }).filter(([, all]) => all?.length > 0)),
    ...policy.allowCredentials && { allowCredentials: true },
    maxAge: maxAgeOf(policy) ?? 5,
  };
}

/** In whole seconds; none where Go reads no duration, or less than a second. */
function maxAgeOf({ maxAge }: any): number | undefined {
  const [, number, unit] = /^(\d+)(s|m|h)$/.exec(String(maxAge ?? '')) ?? [];
  return number === undefined ? undefined : Number(number) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'] || undefined;
}

/** pkg/router/istio.go: a VirtualService, and a DestinationRule for each version. */
const istio: Router = {
  mirrors: ({ spec: { analysis } }) => analysis.mirror === true && (analysis.match ?? []).length === 0,
  write: (object, weights) => {
    const { service, analysis } = object.spec;
    const { apex, primary, canary } = namesOf(object);
    const hosts: readonly string[] = service.hosts ?? [];
    const shared = [{ destination: { host: primary }, weight: weights.primary }, { destination: { host: canary }, weight: weights.canary }];
    const said = ['rewrite', 'timeout', 'retries', 'corsPolicy', 'headers'].filter(field => service[field] !== undefined);
    const http = (match: readonly any[] | undefined, ...route: readonly any[]) =>
      ({ ...match && { match }, ...Object.fromEntries(said.map(field => [field, service[field]])), route });
    const copies = weights.mirrored && {
      mirror: { host: canary }, ...analysis.mirrorWeight > 0 && { mirrorPercentage: { value: analysis.mirrorWeight } },
    };
    const forSome: readonly any[] = analysis.match ?? [];
    const routes = forSome.length === 0 ? [{ ...http(service.match, ...shared), ...copies }]
      : [http(mergedForIstio(forSome, service.match ?? []), ...shared), http(service.match, shared[0])];
    const rule = { ...service.trafficPolicy && { trafficPolicy: service.trafficPolicy } };
    return [
      made('networking.istio.io/v1beta1', 'VirtualService', object, apex, {
        hosts: hosts.includes(apex) || hosts.includes('*') ? hosts : [...hosts, apex],
        gateways: service.gateways?.length > 0 ? service.gateways : ['mesh'],
        ...service.appProtocol?.toLowerCase() === 'tcp' ? { tcp: [{ route: shared }] } : { http: routes },
      }),
      ...[canary, primary].map(host => made('networking.istio.io/v1beta1', 'DestinationRule', object, host, { host, ...rule })),
    ];
  },
};

function mergedForIstio(analysis: readonly any[], service: readonly any[]): readonly any[] {
  return service.length === 0 ? analysis : analysis.flatMap(({ headers, sourceLabels }) =>
    service.map(match => ({ ...match, ...headers && { headers }, ...sourceLabels && { sourceLabels } })));
}

function made(apiVersion: string, kind: string, { metadata: { namespace }, spec: { service } }: any, name: string, spec: any): any {
  const isApex = kind === 'HTTPRoute' || kind === 'VirtualService';
  return { apiVersion, kind, metadata: { name, namespace, ...isApex && service.apex?.labels && { labels: service.apex.labels } }, spec };
}
