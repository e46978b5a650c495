import type { MeshTcpRouteSpec } from './apis';
import { KUMA_API_VERSION } from './apis';
import { backendRef, routedMeshService } from './mesh-service';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Manifest } from '../contract/manifest';

/** One MeshTCPRoute, for all ports whose connections are routed. They are all alike: there is one rule. */
export function meshTcpRoute(model: RouteModel, ports: readonly PortRoute[]): Manifest {
  const spec: MeshTcpRouteSpec = {
    to: ports.map(port => ({
      targetRef: routedMeshService(model, port),
      rules: [{ default: { backendRefs: port.rules[0].backends.map(backend => backendRef(model, backend)) } }],
    })),
  };
  return { apiVersion: KUMA_API_VERSION, kind: 'MeshTCPRoute', metadata: { name: model.name, namespace: model.namespace }, spec };
}
