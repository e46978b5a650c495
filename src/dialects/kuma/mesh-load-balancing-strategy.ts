import type { MeshLoadBalancingStrategySpec } from './apis';
import { KUMA_API_VERSION } from './apis';
import { commonHandling } from './common-handling';
import { routedMeshService, distinctBackends, meshService } from './mesh-service';
import { flatMap } from '../../model/lists';
import { weighted } from '../../model/route';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Manifest } from '../contract/manifest';
import { goDuration } from '../gateway-api/spelling/duration';

/** One MeshLoadBalancingStrategy: a cookie tells clients apart on the ports, and backends pick their pods by it. */
export function meshLoadBalancingStrategy(model: RouteModel, ports: readonly PortRoute[]): Manifest[] {
  const sticky = flatMap(ports, port => {
    const { stickiness } = commonHandling(port);
    return stickiness === undefined ? [] : [{ port, stickiness }];
  });
  const spec: MeshLoadBalancingStrategySpec = {
    to: [
      ...sticky.map(({ port, stickiness: { name = `${model.service.name}-session`, absoluteTimeout } }) => {
        const ttl = absoluteTimeout === undefined ? '0s' : goDuration(absoluteTimeout);
        return { targetRef: routedMeshService(model, port), default: { hashPolicies: [{ type: 'Cookie' as const, cookie: { name, path: '/', ttl } }] } };
      }),
      ...distinctBackends({ ...model, ports: sticky.map(({ port }) => port) }, weighted)
        .map(backend => ({ targetRef: meshService(model, backend), default: { loadBalancer: { type: 'Maglev' as const } } })),
    ],
  };
  return sticky.length === 0 ? []
    : [{ apiVersion: KUMA_API_VERSION, kind: 'MeshLoadBalancingStrategy', metadata: { name: model.name, namespace: model.namespace }, spec }];
}
