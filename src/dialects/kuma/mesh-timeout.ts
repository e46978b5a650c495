import type { MeshTimeoutSpec } from './apis';
import { KUMA_API_VERSION } from './apis';
import { commonHandling } from './common-handling';
import { routedMeshService } from './mesh-service';
import { flatMap } from '../../model/lists';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Manifest } from '../contract/manifest';
import { goDuration } from '../gateway-api/spelling/duration';

/** One MeshTimeout, for the ports that have one. */
export function meshTimeout(model: RouteModel, ports: readonly PortRoute[]): Manifest[] {
  const to = flatMap(ports, (port): MeshTimeoutSpec['to'] => {
    const request = commonHandling(port).timeouts?.request;
    return request === undefined ? [] : [{ targetRef: routedMeshService(model, port), default: { http: { requestTimeout: goDuration(request) } } }];
  });
  const spec: MeshTimeoutSpec = { to };
  return to.length === 0 ? [] : [{ apiVersion: KUMA_API_VERSION, kind: 'MeshTimeout', metadata: { name: model.name, namespace: model.namespace }, spec }];
}
