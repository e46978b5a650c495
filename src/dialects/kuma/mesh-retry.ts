import type { MeshRetrySpec, RetryConf } from './apis';
import { KUMA_API_VERSION } from './apis';
import { commonHandling } from './common-handling';
import { routedMeshService } from './mesh-service';
import type { Fields } from '../../model/fields';
import type { GrpcStatus, Retries, Timeouts } from '../../model/handling';
import { flatMap } from '../../model/lists';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Manifest } from '../contract/manifest';
import { refused } from '../contract/unwritten';
import { goDuration } from '../gateway-api/spelling/duration';

/** Kuma's spelling. Envoy does not know its word for `cancelled`. */
export const STATUSES: Record<GrpcStatus, string | undefined> = {
  'cancelled': undefined,
  'deadline-exceeded': 'DeadlineExceeded',
  'internal': 'Internal',
  'resource-exhausted': 'ResourceExhausted',
  'unavailable': 'Unavailable',
};

/** One MeshRetry, for the ports that have retries, or a time for each try. */
export function meshRetry(model: RouteModel, ports: readonly PortRoute[]): Manifest[] {
  const to = flatMap(ports, (port): MeshRetrySpec['to'] => {
    const conf = retryConf(port);
    return conf === undefined ? [] : [{ targetRef: routedMeshService(model, port), default: conf }];
  });
  const spec: MeshRetrySpec = { to };
  return to.length === 0 ? [] : [{ apiVersion: KUMA_API_VERSION, kind: 'MeshRetry', metadata: { name: model.name, namespace: model.namespace }, spec }];
}

function retryConf(port: PortRoute): RetryConf | undefined {
  const { timeouts = {}, retries } = commonHandling(port);
  const { backendRequest }: Fields<Timeouts, 'backendRequest', 'request'> = timeouts;
  if (backendRequest === undefined && retries === undefined) {
    return undefined;
  }
  if (retries?.attempts === 0) {
    return port.protocol === 'GRPC' ? { grpc: { numRetries: 0 } } : { http: { numRetries: 0 } };
  }
  const conf = {
    ...(retries && { numRetries: retries.attempts }),
    ...(backendRequest !== undefined && { perTryTimeout: goDuration(backendRequest) }),
    ...(retries?.backoff !== undefined && { backOff: { baseInterval: goDuration(retries.backoff) } }),
  };
  return port.protocol === 'GRPC'
    ? { grpc: { ...conf, ...(retries && { retryOn: retries.grpcStatuses.map(status => STATUSES[status] ?? refused()) }) } }
    : { http: { ...conf, ...(retries && { retryOn: retryOn(retries) }) } };
}

/**
 * If there are only status codes, Kuma adds failed connections. This condition prevents that and never holds: between proxies
 * there is no HTTP/3.
 */
function retryOn({ statusCodes, connectionFailures }: Fields<Retries, 'statusCodes' | 'connectionFailures', 'attempts' | 'grpcStatuses' | 'backoff'>): string[] {
  return [...(connectionFailures ? ['ConnectFailure', 'Reset'] : ['Http3PostConnectFailure']), ...statusCodes.map(String)];
}
