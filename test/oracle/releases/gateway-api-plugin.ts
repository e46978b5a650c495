import { isSelected } from './flagger-labels';

/**
 * What the plugin of Argo Rollouts for Gateway API does to routes, as its sources say (argoproj-labs/rollouts-plugin-trafficrouter-gatewayapi
 * 0.15.0, pkg/plugin/plugin.go, httproute.go, grpcroute.go, tcproute.go, tlsroute.go, labels.go).
 */

export const PLUGIN = 'argoproj-labs/gatewayAPI';

interface Rule {
  readonly name?: string;
  readonly backendRefs: readonly { readonly name: string }[];
}

interface Config {
  readonly useHeaderRoutes: boolean;
  readonly managed: readonly string[];
  readonly canaryService: string;
}

/** What is left of rules outside a release: `RemoveManagedRoutes`. */
export function afterReconcile<R extends Rule>(rules: readonly R[], { useHeaderRoutes, managed, canaryService }: Config): readonly R[] {
  return useHeaderRoutes ? rules.filter(rule => !isManaged(rule, managed, canaryService)) : rules;
}

/** `isManagedRuleName` and `isHTTPManagedRule`. */
function isManaged({ name, backendRefs }: Rule, managed: readonly string[], canaryService: string): boolean {
  return managed.some(base => name === base || (name?.startsWith(`${base}-`) && Number.isInteger(Number(name.slice(base.length + 1) || 'x'))))
    || (backendRefs.length === 1 && backendRefs[0].name === canaryService);
}

/** What a Rollout asks of the plugin at one moment. */
export interface Asked {
  readonly stableService: string;
  readonly canaryService: string;
  readonly managed: readonly string[];
  /** Of the new version, in percent. */
  readonly weight: number;
  /** The `setHeaderRoute` steps that hold. */
  readonly headerRoutes: readonly any[];
}

const KINDS: Readonly<Record<string, string>> = { http: 'HTTPRoute', grpc: 'GRPCRoute', tcp: 'TCPRoute', tls: 'TLSRoute' };

/** The routes that the plugin is told of, as it leaves them. */
export function routesByPlugin(manifests: readonly any[], namespace: string, config: any, asked: Asked): readonly any[] {
  const home = config.namespace || namespace;
  return Object.entries(KINDS).flatMap(([prefix, kind]) => {
    const { [`${prefix}Route`]: one, [`${prefix}Routes`]: several = [], [`${prefix}RouteSelector`]: selector } = config;
    return manifests.filter(route => route.kind === kind && route.metadata.namespace === home).flatMap(route => {
      const isOne = one === route.metadata.name;
      const named = several.find(({ name }: any) => name === route.metadata.name);
      if (!isOne && named === undefined && (selector === undefined || !isSelected(selector, route.metadata.labels ?? {}))) return [];
      return [reconciled(route, asked, (isOne || named?.useHeaderRoutes === true) && (prefix === 'http' || prefix === 'grpc'), config)];
    });
  });
}

function reconciled(route: any, { stableService, canaryService, managed, weight, headerRoutes }: Asked, useHeaderRoutes: boolean, config: any): any {
  const hasRequests = ['HTTPRoute', 'GRPCRoute'].includes(route.kind);
  const rules = afterReconcile<any>(route.spec.rules, { useHeaderRoutes, managed, canaryService });
  const weights: Readonly<Record<string, number>> = { [canaryService]: weight, [stableService]: 100 - weight };
  const names = rules.flatMap(rule => rule.backendRefs ?? []).map(({ name }: any) => name);
  for (const service of [stableService, canaryService]) {
    if (!names.includes(service)) throw new Error(`the plugin finds no backend ${service} in ${route.kind} ${route.metadata.name}`);
  }
  const shared = rules.map(rule => hasRequests && isManaged(rule, managed, canaryService) ? rule
    : { ...rule, backendRefs: rule.backendRefs?.map((ref: any) => ref.name in weights ? { ...ref, weight: weights[ref.name] } : ref) });
  const label = config.inProgressLabelKey || 'rollouts.argoproj.io/gatewayapi-canary';
  const { [label]: _, ...labels } = route.metadata.labels ?? {};
  const isMarked = weight > 0 && config.disableInProgressLabel !== true;
  const all = { ...labels, ...isMarked && { [label]: config.inProgressLabelValue || 'in-progress' } };
  const { labels: __, ...metadata } = route.metadata;
  const added = useHeaderRoutes ? headerRoutes.flatMap(one => headerRules(rules, one, stableService, canaryService)) : [];
  return {
    ...route,
    metadata: { ...metadata, ...Object.keys(all).length > 0 && { labels: all } },
    spec: { ...route.spec, rules: [...shared, ...added] },
  };
}

/** `setHTTPHeaderRoute`: a rule for each one with both backends, of its matches and filters, and all headers. */
function headerRules(rules: readonly any[], { name, match }: any, stableService: string, canaryService: string): readonly any[] {
  const headers = match.map(({ headerName: of, headerValue: { exact, prefix, regex } }: any) =>
    exact ? { name: of, type: 'Exact', value: exact } : { name: of, type: 'RegularExpression', value: prefix ? `${prefix}.*` : regex });
  const leadsTo = ({ backendRefs = [] }: any, service: string) => backendRefs.some((ref: any) => ref.name === service);
  const sources = rules.filter(rule => leadsTo(rule, stableService) && leadsTo(rule, canaryService));
  return sources.map(({ matches = [], filters, backendRefs }, i) => ({
    name: i === 0 ? name : `${name}-${i}`,
    matches: (matches.length === 0 ? [{}] : matches).map((one: any) => ({ ...one, headers: [...one.headers ?? [], ...headers] })),
    ...filters && { filters },
    backendRefs: [{ group: '', kind: 'Service', name: canaryService, port: backendRefs.find((ref: any) => ref.name === canaryService).port }],
  }));
}
