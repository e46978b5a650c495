import { API_VERSION } from './apis';
import type { GatewayApiChannel } from './extension/channel';
import type { ExposureExtension } from './extension/gateways';
import type { GatewayParents } from './gateway-parents';
import { grpcRules } from './grpc-route';
import { httpRules } from './http-route';
import { backendRefs } from './refs';
import { planPort } from './route-plan';
import type { ExposureModel } from '../../model/exposure';
import { exposedPort } from '../../model/exposure';
import type { RouteFeature } from '../../model/features/route';
import { distinctBy, flatMap } from '../../model/lists';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import type { SplitRule } from '../specificity/specific-rules';

/** The route of an exposure. Only hostnames tell connections apart. */
export type ExposedRoute =
  | { readonly kind: 'HTTPRoute' | 'GRPCRoute'; readonly rules: readonly SplitRule[] }
  | { readonly kind: 'TLSRoute' };

/** The rules as they are rendered; or what cannot be expressed of them, beside the features that Gateway API lacks. */
export function planExposedRoute(
  channel: GatewayApiChannel, model: ExposureModel,
): { readonly route?: ExposedRoute; readonly refusals: readonly Refusal<RouteFeature>[] } {
  const port = exposedPort(model);
  const { route, refusals } = planPort(channel, port);
  if (route === undefined) {
    return { refusals };
  }
  switch (route.kind) {
    case 'HTTPRoute':
    case 'GRPCRoute': return { route, refusals };
    default: return port.protocol === 'TLS' ? { route: { kind: 'TLSRoute' }, refusals } : { refusals: [NOT_EXPOSED] };
  }
}

const NOT_EXPOSED: Refusal<RouteFeature> = {
  what: 'connections other than TLS', reason: 'an exposure tells connections apart by their server names', remedy: 'Expose HTTP, gRPC or TLS',
};

/** One route: the same rules as in the mesh, with a gateway as parent; then the objects that filter its requests. */
export function exposedRoute(model: ExposureModel, route: ExposedRoute, { requests }: GatewayParents, extension: ExposureExtension): Manifest[] {
  const { name, namespace } = model.route;
  const rules = splitRules(model, route, extension);
  const spec = { parentRefs: requests, ...hostnamesOf(model), rules: rulesOf(model, route, rules) };
  return [{ apiVersion: API_VERSION, kind: route.kind, metadata: { name, namespace }, spec }, ...filtersOf(rules)];
}

/** The status code is the permanent one: clients remember it. */
export function redirectRoute(model: ExposureModel, { redirects }: GatewayParents): Manifest {
  const { name, namespace } = model.route;
  const spec = {
    parentRefs: redirects,
    ...hostnamesOf(model),
    rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] }],
  };
  return { apiVersion: API_VERSION, kind: 'HTTPRoute', metadata: { name: `${name}-redirect`, namespace }, spec };
}

function hostnamesOf({ hostnames }: ExposureModel) {
  return hostnames.length > 0 ? { hostnames } : {};
}

function splitRules(model: ExposureModel, route: ExposedRoute, extension: ExposureExtension): readonly SplitRule[] {
  switch (route.kind) {
    case 'HTTPRoute': return extension.rules?.(model.route, route.rules) ?? route.rules;
    case 'GRPCRoute': return route.rules;
    case 'TLSRoute': return [];
  }
}

/** Each once, by its name. */
function filtersOf(rules: readonly SplitRule[]): Manifest[] {
  return distinctBy(flatMap(rules, ({ filters = [] }) => filters), ({ kind, metadata }) => `${kind} ${metadata.name}`);
}

function rulesOf(model: ExposureModel, { kind }: ExposedRoute, rules: readonly SplitRule[]) {
  switch (kind) {
    case 'HTTPRoute': return httpRules(model.route, rules);
    case 'GRPCRoute': return grpcRules(model.route, rules);
    case 'TLSRoute': return exposedPort(model).rules.map(({ name, backends }) => ({ ...(name !== undefined && { name }), backendRefs: backendRefs(model.route, backends) }));
  }
}
