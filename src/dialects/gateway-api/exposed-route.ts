import { API_VERSION } from './apis';
import type { GatewayApiChannel } from './extension/channel';
import type { ExposureExtension } from './extension/gateways';
import type { GatewayParents } from './gateway-parents';
import { grpcRules } from './grpc-route';
import { httpRules } from './http-route';
import { backendRefs } from './refs';
import { planPort } from './route-plan';
import type { ExposureModel } from '../../model/exposure';
import { exposedKind, exposedPort } from '../../model/exposure';
import type { RouteFeature } from '../../model/features/route';
import { distinctBy, flatMap } from '../../model/lists';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import type { SplitRule } from '../specificity/specific-rules';

/** The route of an exposure. Only hostnames tell connections apart, where there is TLS. */
export type ExposedRoute =
  | { readonly kind: 'HTTPRoute' | 'GRPCRoute'; readonly rules: readonly SplitRule[] }
  | { readonly kind: 'TLSRoute' | 'TCPRoute' | 'UDPRoute' };

/** The rules as they are rendered; or what cannot be expressed of them, beside the features that Gateway API lacks. */
export function planExposedRoute(
  channel: GatewayApiChannel, model: ExposureModel,
): { readonly route?: ExposedRoute; readonly refusals: readonly Refusal<RouteFeature>[] } {
  const kind = exposedKind(model);
  switch (kind) {
    case 'HTTPRoute':
    case 'GRPCRoute': {
      const { route, refusals } = planPort(channel, exposedPort(model));
      return route?.kind === 'HTTPRoute' || route?.kind === 'GRPCRoute' ? { route, refusals } : { refusals };
    }
    case 'TLSRoute': return { route: { kind }, refusals: exposedPort(model).protocol === 'TLS' ? planPort(channel, exposedPort(model)).refusals : [] };
    default: return { route: { kind }, refusals: [] };
  }
}

/** One route: the same rules as in the mesh, with a gateway as parent; then the objects that filter its requests. */
export function exposedRoute(model: ExposureModel, route: ExposedRoute, { requests }: GatewayParents, extension: ExposureExtension): Manifest[] {
  const { name, namespace } = model.route;
  const rules = splitRules(model, route, extension);
  const named = route.kind === 'TCPRoute' || route.kind === 'UDPRoute' ? {} : hostnamesOf(model);
  const spec = { parentRefs: requests, ...named, rules: rulesOf(model, route, rules) };
  return [{ apiVersion: API_VERSION, kind: route.kind, metadata: { name, namespace }, spec }, ...filtersOf(rules)];
}

/** The status code is the permanent one: clients remember it. */
export function redirectRoute(model: ExposureModel, { redirects }: GatewayParents): Manifest {
  const { name, namespace } = model.route;
  const [port = HTTPS_PORT] = httpsPorts(model);
  const spec = {
    parentRefs: redirects,
    ...hostnamesOf(model),
    rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', ...(port !== HTTPS_PORT && { port }), statusCode: 301 } }] }],
  };
  return { apiVersion: API_VERSION, kind: 'HTTPRoute', metadata: { name: `${name}-redirect`, namespace }, spec };
}

/** Where a redirect to HTTPS goes unless it says another port. */
const HTTPS_PORT = 443;

/** The ports on which HTTPS comes, each once. */
export function httpsPorts({ gateways }: Pick<ExposureModel, 'gateways'>): readonly number[] {
  return [...new Set(gateways.map(gateway => gateway.kind === 'shared' && gateway.httpsPort !== undefined ? gateway.httpsPort : HTTPS_PORT))];
}

function hostnamesOf({ hostnames }: ExposureModel) {
  return hostnames.length > 0 ? { hostnames } : {};
}

function splitRules(model: ExposureModel, route: ExposedRoute, extension: ExposureExtension): readonly SplitRule[] {
  switch (route.kind) {
    case 'HTTPRoute': return extension.rules?.(model.route, route.rules) ?? route.rules;
    case 'GRPCRoute': return route.rules;
    default: return [];
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
    default: return exposedPort(model).rules.map(({ name, backends }) =>
      ({ ...(name !== undefined && { name }), backendRefs: backendRefs(model.route, backends) }));
  }
}
