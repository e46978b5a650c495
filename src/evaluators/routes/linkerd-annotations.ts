import { milliseconds } from './duration';
import type { Policies } from './outcome';
import { Unknown } from '../unknown';

/**
 * What the annotations of a route say, for all its rules. A connection that fails is tried on another pod in any case.
 *
 * @see https://linkerd.io/2/reference/retries/
 * @see https://linkerd.io/2/reference/timeouts/
 */
export function annotatedPolicies({ kind, metadata }: any): Pick<Policies, 'timeouts' | 'retries'> {
  const { annotations = {} } = metadata;
  if (kind !== 'HTTPRoute' && kind !== 'GRPCRoute') return {};
  const unknown = Object.keys(annotations).find(name => !KNOWN.includes(name));
  if (unknown !== undefined) {
    throw new Unknown(`not known here: ${unknown}`);
  }
  const timeouts = milliseconds({ request: annotations['timeout.linkerd.io/request'], backendRequest: annotations['timeout.linkerd.io/response'] });
  const limit = annotations['retry.linkerd.io/limit'];
  const statuses = (annotations[`retry.linkerd.io/${kind === 'GRPCRoute' ? 'grpc' : 'http'}`] ?? '').split(',').filter((status: string) => status !== '');
  return {
    ...(Object.keys(timeouts).length > 0 && { timeouts }),
    ...(limit !== undefined && {
      retries: {
        attempts: Number(limit),
        statusCodes: kind === 'GRPCRoute' ? [] : statuses.map(Number),
        grpcStatuses: kind === 'GRPCRoute' ? statuses : [],
        connectionFailures: true,
      },
    }),
  };
}

const KNOWN = ['limit', 'http', 'grpc', 'timeout'].map(name => `retry.linkerd.io/${name}`)
  .concat(['request', 'response'].map(name => `timeout.linkerd.io/${name}`));
