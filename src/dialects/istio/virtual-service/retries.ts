import type { VirtualServiceSpecHttp } from '../../../../imports/istio/networking.istio.io';
import type { Fields } from '../../../model/fields';
import type { Handling, Retries, Timeouts } from '../../../model/handling';
import type { Plain } from '../../contract/manifest';
import { decimalSeconds } from '../duration';

/** A failed connection, a refused stream, and a try that breaks off or takes too long. */
const CONNECTIONS = ['connect-failure', 'refused-stream', 'reset'];

type SaidTimeouts = Fields<Timeouts, 'request' | 'backendRequest'>;
type SaidRetries = Fields<Retries, 'attempts' | 'statusCodes' | 'grpcStatuses' | 'connectionFailures' | 'backoff'>;

/** The conditions are those of Envoy. Without any retries of its own, a route has those of the mesh. */
export function retries({ retries: said, timeouts = {} }: Handling): Plain<Pick<VirtualServiceSpecHttp, 'retries'>> {
  if (said === undefined) {
    return {};
  }
  if (said.attempts === 0) {
    // istiod accepts no conditions beside it.
    return { retries: { attempts: 0 } };
  }
  const { attempts, statusCodes, grpcStatuses, connectionFailures, backoff }: SaidRetries = said;
  const { backendRequest }: SaidTimeouts = timeouts;
  const retryOn = [
    ...(connectionFailures ? CONNECTIONS : []), ...grpcStatuses, ...(statusCodes.length > 0 ? ['retriable-status-codes', ...statusCodes] : []),
  ];
  return {
    retries: {
      attempts,
      retryOn: retryOn.join(','),
      ...(backendRequest && { perTryTimeout: decimalSeconds(backendRequest) }),
      ...(backoff !== undefined && { backoff: decimalSeconds(backoff) }),
    },
  };
}

/**
 * The timeout of a try belongs to the retries; without retries, it is that of the request, as istiod does for Gateway API. By
 * default there is none, and istiod accepts no 0.
 */
export function timeout({ retries: said, timeouts = {} }: Handling): Plain<Pick<VirtualServiceSpecHttp, 'timeout'>> {
  const { request, backendRequest }: SaidTimeouts = timeouts;
  const ofRequest = request || undefined;
  const time = said === undefined ? backendRequest || ofRequest : ofRequest;
  return time === undefined ? {} : { timeout: decimalSeconds(time) };
}
