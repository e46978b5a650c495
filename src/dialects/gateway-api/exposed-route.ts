import { API_VERSION } from './apis';
import type { GatewayParents } from './gateway-parents';
import { grpcRules } from './grpc-route';
import { httpRules } from './http-route';
import { exposedKind } from './listeners';
import { backendRefs } from './refs';
import { routeRules } from './route-rules';
import type { ExposureModel } from '../../model/exposure';
import { exposedPort } from '../../model/exposure';
import type { ExposureExtension, Manifest } from '../dialect';
import type { SplitRule } from '../specific-rules';

/** One route: the rules that hold in the mesh too, with a gateway as parent; then the objects that filter its requests. */
export function exposedRoute(model: ExposureModel, { requests }: GatewayParents, extension: ExposureExtension): Manifest[] {
  const { name, namespace } = model.route;
  const rules = splitRules(model, extension);
  const spec = { parentRefs: requests, ...hostnamesOf(model), rules: rulesOf(model, rules) };
  return [{ apiVersion: API_VERSION, kind: exposedKind(model), metadata: { name, namespace }, spec }, ...filtersOf(rules)];
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

/** Connections are not told apart by anything but the hostnames. */
function splitRules(model: ExposureModel, extension: ExposureExtension): readonly SplitRule[] {
  const kind = exposedKind(model);
  const rules = kind === 'TLSRoute' ? [] : routeRules(exposedPort(model)) as SplitRule[];
  return kind === 'HTTPRoute' ? extension.rules?.(model.route, rules) ?? rules : rules;
}

/** Each once, by its name. */
function filtersOf(rules: readonly SplitRule[]): Manifest[] {
  return [...new Map(rules.flatMap(({ filters = [] }) => filters).map(filter => [`${filter.kind} ${filter.metadata.name}`, filter])).values()];
}

function rulesOf(model: ExposureModel, rules: readonly SplitRule[]) {
  switch (exposedKind(model)) {
    case 'HTTPRoute': return httpRules(model.route, rules);
    case 'GRPCRoute': return grpcRules(model.route, rules);
    case 'TLSRoute': return exposedPort(model).rules.map(({ name, backends }) => ({ ...(name !== undefined && { name }), backendRefs: backendRefs(model.route, backends) }));
  }
}
