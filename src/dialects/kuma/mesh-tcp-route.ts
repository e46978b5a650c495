import type { MeshTcpRouteSpec } from './apis';
import { KUMA_API_VERSION } from './apis';
import { backendRef, routedMeshService } from './mesh-service';
import type { ClientsRoute } from './routes-by-clients';
import { followedBy } from './routes-by-clients';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Manifest } from '../contract/manifest';

/** One MeshTCPRoute for the same clients, for all ports whose connections are routed. They are all alike: the first rule decides. */
export function meshTcpRoute(model: RouteModel, route: ClientsRoute, ports: readonly PortRoute[]): Manifest {
  const { metadata, targetRef } = followedBy(model, route);
  const spec: MeshTcpRouteSpec = {
    ...(targetRef && { targetRef }),
    to: ports.map(port => ({
      targetRef: routedMeshService(model, port),
      rules: [{ default: { backendRefs: port.rules[0].backends.map(backend => backendRef(model, backend)) } }],
    })),
  };
  return { apiVersion: KUMA_API_VERSION, kind: 'MeshTCPRoute', metadata, spec };
}
