import type { VirtualServiceSpecHttp } from '../../../../imports/istio/networking.istio.io';
import type { Handling } from '../../../model/handling';
import type { Plain } from '../../contract/manifest';
import { decimalSeconds } from '../duration';

/** A failed connection, a refused stream, and a try that breaks off or takes too long. */
const CONNECTIONS = ['connect-failure', 'refused-stream', 'reset'];

/** The conditions are those of Envoy. Without any retries of its own, a route has those of the mesh. */
export function retries({ retries: said, timeouts }: Handling): Plain<Pick<VirtualServiceSpecHttp, 'retries'>> {
  if (said === undefined) {
    return {};
  }
  if (said.attempts === 0) {
    // istiod accepts no conditions beside it.
    return { retries: { attempts: 0 } };
  }
  const { attempts, statusCodes, grpcStatuses, connectionFailures, backoff } = said;
  const retryOn = [
    ...(connectionFailures ? CONNECTIONS : []), ...grpcStatuses, ...(statusCodes.length > 0 ? ['retriable-status-codes', ...statusCodes] : []),
  ];
  return {
    retries: {
      attempts,
      retryOn: retryOn.join(','),
      ...(timeouts?.backendRequest && { perTryTimeout: decimalSeconds(timeouts.backendRequest) }),
      ...(backoff !== undefined && { backoff: decimalSeconds(backoff) }),
    },
  };
}

/**
 * The timeout of a try belongs to the retries; without retries, it is that of the request, as istiod does for Gateway API. By
 * default there is none, and istiod accepts no 0.
 */
export function timeout({ retries: said, timeouts = {} }: Handling): Plain<Pick<VirtualServiceSpecHttp, 'timeout'>> {
  const ofRequest = timeouts.request || undefined;
  const time = said === undefined ? timeouts.backendRequest || ofRequest : ofRequest;
  return time === undefined ? {} : { timeout: decimalSeconds(time) };
}
