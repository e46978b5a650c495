import { duration } from './durations';
import type { Fields } from '../../../../manifests/fields';
import type { GrpcStatus, Retries } from '../../../../model/handling';
import { isNamedInGo } from '../../../../reading/go-status-codes';
import { meantBy } from '../../../../reading/retry-conditions';

export interface ReadRetries {
  readonly retries?: Retries;
  readonly perTry?: number;
  readonly besides: readonly string[];
}

const CONNECTIONS = ['connect-failure', 'refused-stream', 'reset'];
const STATUSES: readonly string[] = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'];

/** What is tried again: conditions of Envoy, and status codes among them. */
export function retriesOf(fields: Fields): ReadRetries {
  if (!fields.isSaid) return { besides: [] };
  const [attempts, retryOn] = [fields.field('attempts').integer() ?? 0, fields.field('retryOn').text()];
  const [perTry, backoff] = [duration(fields.field('perTryTimeout')), duration(fields.field('backoff'))];
  const besides = ['retryIgnorePreviousHosts', 'retryRemoteLocalities'].flatMap(name => {
    const said = fields.field(name).take();
    return said === undefined ? [] : [`${name} of retries is ${String(said)}`];
  });
  const time = perTry === undefined ? {} : { perTry };
  if (attempts === 0) return { retries: { attempts: 0, statusCodes: [], grpcStatuses: [], connectionFailures: true }, ...time, besides };
  if (retryOn === undefined) return fields.doubt('what is tried again is left to the mesh') ?? { ...time, besides };
  const said = retryOn.split(',').map(one => one.trim());
  // `ValidateHTTPRetry` in `pkg/config/validation/agent/validation.go` of istio/istio
  const unnamed = said.find(one => /^[45][0-9]{2}$/.test(one) && !isNamedInGo(Number(one)));
  if (unnamed !== undefined) fields.field('retryOn').doubt(`istiod does not know the status code ${unnamed}`);
  const { statusCodes, areOfConnections, others: conditions } = meantBy(said);
  const others = conditions.filter(one => ![...CONNECTIONS, ...STATUSES, 'retriable-status-codes'].includes(one));
  const connections = CONNECTIONS.filter(one => conditions.includes(one));
  const connectionFailures = areOfConnections || connections.length === CONNECTIONS.length;
  return {
    retries: {
      attempts,
      statusCodes,
      grpcStatuses: conditions.filter(one => STATUSES.includes(one)) as GrpcStatus[],
      connectionFailures,
      ...(backoff !== undefined && { backoff }),
    },
    ...time,
    besides: [...besides, ...[...others, ...connectionFailures ? [] : connections].map(one => `it tries again on ${one}`)],
  };
}
