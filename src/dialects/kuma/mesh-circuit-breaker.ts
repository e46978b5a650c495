import type { CircuitBreakerConf, MeshCircuitBreakerSpec } from './apis';
import { KUMA_API_VERSION } from './apis';
import { distinctBackends, meshService } from './mesh-service';
import type { CircuitBreaking } from '../../model/handling';
import type { RouteModel } from '../../model/route';
import type { Manifest } from '../dialect';
import { duration } from '../duration';

/** One MeshCircuitBreaker, for the backends: it holds for connections to their pods. */
export function meshCircuitBreaker(model: RouteModel): Manifest[] {
  const { circuitBreaking } = model.traffic;
  const backends = distinctBackends(model, rule => rule.backends);
  if (circuitBreaking === undefined || backends.length === 0) {
    return [];
  }
  const conf = circuitBreakerConf(circuitBreaking);
  const spec: MeshCircuitBreakerSpec = { to: backends.map(backend => ({ targetRef: meshService(model, backend), default: conf })) };
  return [{ apiVersion: KUMA_API_VERSION, kind: 'MeshCircuitBreaker', metadata: { name: model.name, namespace: model.namespace }, spec }];
}

function circuitBreakerConf({ consecutiveErrors, ejectionTime, maxEjectionPercent, ...limits }: CircuitBreaking): CircuitBreakerConf {
  const connectionLimits = Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
  return {
    ...(Object.keys(connectionLimits).length > 0 && { connectionLimits }),
    ...(consecutiveErrors !== undefined && {
      outlierDetection: {
        ...(ejectionTime !== undefined && { baseEjectionTime: duration(ejectionTime) }),
        ...(maxEjectionPercent !== undefined && { maxEjectionPercent }),
        detectors: { totalFailures: { consecutive: consecutiveErrors } },
      },
    }),
  };
}
