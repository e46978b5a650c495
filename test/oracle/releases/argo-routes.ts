import { PLUGIN, routesByPlugin, type Asked } from './gateway-api-plugin';
import { find } from './release';
import { Unknown } from '../../../src/evaluators/unknown';

/** What a Rollout makes of routes and splits at one moment (argoproj/argo-rollouts v1.10, rollout/trafficrouting). */
export function routed(manifests: readonly any[], rollout: any, asked: Asked, splitVersion: string): readonly any[] {
  const { trafficRouting = {} } = rollout.spec.strategy.canary;
  const { managedRoutes: _, ...routers } = trafficRouting;
  return Object.entries<any>(routers).flatMap(([router, config]) => {
    switch (router) {
      case 'smi': return [split(rollout, config, asked, splitVersion)];
      case 'istio': return virtualServices(manifests, rollout, config, asked);
      case 'plugins': return Object.entries<any>(config).flatMap(([name, one]) => {
        if (name !== PLUGIN) throw new Unknown(`the plugin ${name}`);
        return routesByPlugin(manifests, rollout.metadata.namespace, one, asked);
      });
      default: throw new Unknown(`trafficRouting.${router}`);
    }
  });
}

/** smi/smi.go: `generateTrafficSplits`. The Rollout owns the split. In v1alpha1 a weight is a quantity. */
function split({ metadata: { name, namespace } }: any, { trafficSplitName, rootService }: any, asked: Asked, version: string): any {
  const { stableService, canaryService, weight } = asked;
  const amount = (number: number) => version === 'v1alpha1' ? String(number) : number;
  return {
    apiVersion: `split.smi-spec.io/${version}`,
    kind: 'TrafficSplit',
    metadata: {
      name: trafficSplitName || name, namespace, ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name, controller: true }],
    },
    spec: {
      service: rootService || stableService,
      backends: [{ service: canaryService, weight: amount(weight) }, { service: stableService, weight: amount(100 - weight) }],
    },
  };
}

/** istio/istio.go: `SetWeight`, `SetHeaderRoute`, `orderRoutes`, `RemoveManagedRoutes`. */
function virtualServices(manifests: readonly any[], rollout: any, config: any, asked: Asked): readonly any[] {
  const { virtualService, virtualServices: several, destinationRule } = config;
  if (destinationRule !== undefined) throw new Unknown('subsets of a DestinationRule');
  return (several ?? [virtualService]).map(({ name, routes = [] }: any) => {
    const [service, home = rollout.metadata.namespace] = name.split('.');
    const there = find(manifests, 'VirtualService', home, service);
    const own: readonly any[] = there.spec.http.filter((route: any) => !asked.managed.includes(route.name));
    const moved = routes.length > 0 ? own.filter(route => routes.includes(route.name)) : own.slice(0, 1);
    if (routes.length === 0 ? own.length !== 1 : moved.length !== routes.length) throw new Error(`the Rollout is refused: the routes of ${name}`);
    const managed = asked.managed.flatMap(route => asked.headerRoutes.filter(one => one.name === route))
      .map(one => headerRoute(one, moved[0], asked));
    const others = own.map(route => moved.includes(route) ? { ...route, route: weighed(route.route, asked) } : route);
    return { ...there, spec: { ...there.spec, http: [...managed, ...others] } };
  });
}

/** `processRoutes`: a destination that is neither version is taken out, unless it gets nothing. */
function weighed(destinations: readonly any[], { stableService, canaryService, weight }: Asked): readonly any[] {
  const weights: Readonly<Record<string, number>> = { [canaryService]: weight, [stableService]: 100 - weight };
  for (const service of [stableService, canaryService]) {
    if (!destinations.some(one => hostOf(one) === service)) throw new Error(`the Rollout is refused: no destination ${service}`);
  }
  return destinations.filter(one => hostOf(one) in weights || (one.weight ?? 0) === 0)
    .map(one => hostOf(one) in weights ? { ...one, weight: weights[hostOf(one)] } : one);
}

function hostOf({ destination }: any): string {
  return destination.host.split('.')[0];
}

/** `createHeaderRoute`: any of the headers is enough, as each is a match of its own. */
function headerRoute({ name, match }: any, { route: [first] }: any, { canaryService }: Asked): any {
  return {
    name,
    match: match.map(({ headerName, headerValue }: any) => ({ headers: { [headerName]: headerValue } })),
    route: [{ destination: { host: canaryService, ...first.destination.port && { port: first.destination.port } }, weight: 100 }],
  };
}
