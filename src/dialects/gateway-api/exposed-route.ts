import { API_VERSION } from './apis';
import type { GatewayParents } from './gateway-parents';
import { grpcRules } from './grpc-route';
import { httpRules } from './http-route';
import { exposedKind } from './listeners';
import { backendRefs } from './refs';
import { routeRules } from './route-rules';
import type { ExposureModel } from '../../model/exposure';
import { exposedPort } from '../../model/exposure';
import type { Manifest } from '../dialect';
import type { SplitRule } from '../specific-rules';

/** One route: the rules that hold in the mesh too, with a gateway as parent. */
export function exposedRoute(model: ExposureModel, { requests }: GatewayParents): Manifest {
  const { name, namespace } = model.route;
  const spec = { parentRefs: requests, ...hostnamesOf(model), rules: rulesOf(model) };
  return { apiVersion: API_VERSION, kind: exposedKind(model), metadata: { name, namespace }, spec };
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

function rulesOf(model: ExposureModel) {
  const port = exposedPort(model);
  switch (exposedKind(model)) {
    case 'HTTPRoute': return httpRules(model.route, routeRules(port) as SplitRule[]);
    case 'GRPCRoute': return grpcRules(model.route, routeRules(port) as SplitRule[]);
    case 'TLSRoute': return port.rules.map(({ name, backends }) => ({ ...(name !== undefined && { name }), backendRefs: backendRefs(model.route, backends) }));
  }
}
