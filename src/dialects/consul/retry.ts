import type { ServiceRouterSpecRoutesDestination } from '../../../imports/consul/consul.hashicorp.com';
import type { Fields } from '../../model/fields';
import type { Retries } from '../../model/handling';
import type { Plain } from '../contract/manifest';

type Retry = Pick<Plain<ServiceRouterSpecRoutesDestination>, 'numRetries' | 'retryOn' | 'retryOnStatusCodes'>;

/** Which requests are retried, in a ServiceRouter and in a RouteRetryFilter. The conditions are those of Envoy. */
export function retry(
  { attempts, statusCodes, grpcStatuses, connectionFailures }: Fields<Retries, 'attempts' | 'statusCodes' | 'grpcStatuses' | 'connectionFailures', 'backoff'>,
): Retry {
  const retryOn = [...(connectionFailures ? ['connect-failure', 'reset'] : []), ...grpcStatuses];
  return {
    numRetries: attempts,
    ...(retryOn.length > 0 && { retryOn }),
    ...(statusCodes.length > 0 && { retryOnStatusCodes: [...statusCodes] }),
  };
}
