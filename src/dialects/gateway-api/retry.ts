import { goDuration } from './spelling/duration';
import type { Fields } from '../../model/fields';
import type { Retries } from '../../model/handling';

/** Which requests are retried. Those whose connection fails always are. */
export function retry({ attempts, statusCodes, backoff }: Fields<Retries, 'attempts' | 'statusCodes' | 'backoff', 'grpcStatuses' | 'connectionFailures'>) {
  return {
    attempts,
    ...(statusCodes.length > 0 && { codes: statusCodes }),
    ...(backoff !== undefined && { backoff: goDuration(backoff) }),
  };
}
