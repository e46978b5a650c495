import type { CircuitBreakerConf, MeshCircuitBreakerSpec } from './apis';
import { KUMA_API_VERSION } from './apis';
import { settled, written } from './settled';
import type { Fields } from '../../model/fields';
import type { CircuitBreaking, DETECTORS, LIMITS } from '../../model/handling';
import { isWatching } from '../../model/handling';
import type { RouteModel } from '../../model/route';
import type { Manifest } from '../contract/manifest';
import { goDuration } from '../gateway-api/spelling/duration';

/** One MeshCircuitBreaker, for the Services to which requests go, or ports of these: it holds for connections to their pods. */
export function meshCircuitBreaker(model: RouteModel): Manifest[] {
  const spec: MeshCircuitBreakerSpec = { to: written(settled(model, 'circuitBreaking'), circuitBreakerConf) };
  return spec.to.length === 0 ? []
    : [{ apiVersion: KUMA_API_VERSION, kind: 'MeshCircuitBreaker', metadata: { name: model.name, namespace: model.namespace }, spec }];
}

type Said = Fields<
  CircuitBreaking,
  typeof DETECTORS[number] | typeof LIMITS[number] | 'ejectionTime' | 'interval' | 'maxEjectionPercent' | 'minHealthPercent'
>;

function circuitBreakerConf(said: Said): CircuitBreakerConf {
  const { consecutiveErrors, consecutiveGatewayErrors, consecutiveConnectionFailures, ...others } = said;
  const { ejectionTime, interval, maxEjectionPercent, minHealthPercent, ...limits } = others;
  const connectionLimits = Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
  return {
    ...(Object.keys(connectionLimits).length > 0 && { connectionLimits }),
    ...(isWatching(said) && {
      outlierDetection: {
        ...(consecutiveConnectionFailures !== undefined && { splitExternalAndLocalErrors: true }),
        ...(ejectionTime !== undefined && { baseEjectionTime: goDuration(ejectionTime) }),
        ...(interval !== undefined && { interval: goDuration(interval) }),
        ...(maxEjectionPercent !== undefined && { maxEjectionPercent }),
        ...(minHealthPercent !== undefined && { healthyPanicThreshold: minHealthPercent }),
        detectors: {
          ...(consecutiveErrors !== undefined && { totalFailures: { consecutive: consecutiveErrors } }),
          ...(consecutiveGatewayErrors !== undefined && { gatewayFailures: { consecutive: consecutiveGatewayErrors } }),
          ...(consecutiveConnectionFailures !== undefined && { localOriginFailures: { consecutive: consecutiveConnectionFailures } }),
        },
      },
    }),
  };
}
