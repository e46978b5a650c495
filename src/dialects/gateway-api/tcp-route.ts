import { API_VERSION } from './apis';
import { backendRefs, parentRefs, routeMetadata } from './refs';
import type { TcpRouteSpec } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Manifest, Plain } from '../contract/manifest';

/** One TCPRoute, for one port of the Service. Its connections are all alike: there is one rule. */
export function tcpRoute(model: RouteModel, port: PortRoute): Manifest {
  const [{ name, backends }] = port.rules;
  const spec: Plain<TcpRouteSpec> = {
    parentRefs: parentRefs(model, port),
    rules: [{ ...(name !== undefined && { name }), backendRefs: backendRefs(model, backends) }],
  };
  return { apiVersion: API_VERSION, kind: 'TCPRoute', metadata: routeMetadata(model, port), spec };
}
