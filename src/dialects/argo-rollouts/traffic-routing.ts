import { PLUGIN } from './apis';
import type { MovedVirtualService, PluginConfig, TrafficRouting } from './specs';
import type { VirtualServiceSpec, VirtualServiceSpecHttp } from '../../../imports/istio/networking.istio.io';
import { flatMap } from '../../model/lists';
import type { ReleaseModel } from '../../model/release';
import type { Moved } from '../contract/deliverable';
import type { Manifest, Plain } from '../contract/manifest';

/** What the controller moves, beside the objects that it finds. */
export interface Routed {
  readonly trafficRouting: TrafficRouting;
  readonly manifests: readonly Manifest[];
}

/** The objects of a route as the controller needs them. It makes TrafficSplits itself, and stops at one of the same name. */
export function routedBy(model: ReleaseModel, { api }: Moved, manifests: readonly Manifest[]): Routed {
  const { route: { name, service } } = model;
  if (api === 'split') {
    return { trafficRouting: { smi: { rootService: service.name, trafficSplitName: name } }, manifests: manifests.filter(({ kind }) => kind !== 'TrafficSplit') };
  }
  const virtualService = manifests.find(({ kind }) => kind === 'VirtualService');
  if (virtualService === undefined) return { trafficRouting: { plugins: { [PLUGIN]: movedRoutes(manifests) } }, manifests };
  const { spec, moved } = namedRules(model, virtualService);
  return {
    trafficRouting: { istio: { virtualService: { name: virtualService.metadata.name, ...moved } } },
    manifests: manifests.map(manifest => manifest === virtualService ? { ...manifest, spec } : manifest),
  };
}

/** The fields of the plugin for each kind of route. */
export const FIELDS = { httpRoutes: 'HTTPRoute', grpcRoutes: 'GRPCRoute', tcpRoutes: 'TCPRoute', tlsRoutes: 'TLSRoute' } as const satisfies Readonly<Record<keyof PluginConfig, string>>;

export function movedRoutes(manifests: readonly Manifest[]): PluginConfig {
  return Object.fromEntries(flatMap(Object.entries(FIELDS), ([field, kind]) => {
    const routes = manifests.filter(manifest => manifest.kind === kind);
    return routes.length === 0 ? [] : [[field, routes.map(({ metadata: { name } }) => ({ name, useHeaderRoutes: false }))]];
  }));
}

/** Rules of a VirtualService with both versions get names, by which the controller knows them; it knows those for TCP by their ports. */
function namedRules({ stable, canary }: ReleaseModel, { spec }: Manifest): { readonly spec: Plain<VirtualServiceSpec>; readonly moved: Omit<MovedVirtualService, 'name'> } {
  const whole = spec as Plain<VirtualServiceSpec>;
  const names: string[] = [];
  const isMoved = ({ route = [] }: Plain<VirtualServiceSpecHttp>) =>
    [stable, canary].every(({ name }) => route.some(({ destination }) => destination?.host === name));
  const http = whole.http?.map(rule => {
    if (!isMoved(rule)) return rule;
    const base = rule.name ?? `release-${rule.match?.[0].port}`;
    const again = names.filter(name => name === base || name.startsWith(`${base}-`)).length;
    const name = again === 0 ? base : `${base}-${again + 1}`;
    names.push(name);
    return { ...rule, name };
  });
  const tcp = flatMap(whole.tcp ?? [], ({ match }) => match?.[0].port ?? []);
  return { spec: { ...whole, http }, moved: { routes: names, ...(tcp.length > 0 && { tcpRoutes: tcp.map(port => ({ port })) }) } };
}
