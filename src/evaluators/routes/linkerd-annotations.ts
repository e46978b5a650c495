import { milliseconds } from './duration';
import type { Policies } from './outcome';
import { Unknown } from '../unknown';

/**
 * What the annotations of a route say, for all its rules, before the timeouts of a rule in an HTTPRoute of Linkerd. A connection that fails is
 * tried on another pod in any case.
 *
 * @see https://linkerd.io/2/reference/retries/
 * @see https://linkerd.io/2/reference/timeouts/
 */
export function annotatedPolicies({ apiVersion, kind, metadata }: any, said: Policies['timeouts']): Pick<Policies, 'timeouts' | 'retries'> {
  const { annotations = {} } = metadata;
  if (kind !== 'HTTPRoute' && kind !== 'GRPCRoute') return {};
  const unknown = Object.keys(annotations).find(name => !KNOWN.includes(name));
  if (unknown !== undefined) {
    throw new Unknown(`not known here: ${unknown}`);
  }
  const timeouts = {
    ...ownTimeouts(apiVersion, said),
    ...milliseconds({ request: annotations['timeout.linkerd.io/request'], backendRequest: annotations['timeout.linkerd.io/response'] }),
  };
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

/** `convert_linkerd_rule` in `policy-controller/grpc/src/outbound/http.rs` of linkerd/linkerd2; 0 is no timeout. */
function ownTimeouts(apiVersion: string, said: Policies['timeouts']): Policies['timeouts'] {
  if (!apiVersion.startsWith('policy.linkerd.io/') || said === undefined) return {};
  if (said.backendRequest !== undefined) {
    throw new Unknown('releases of Linkerd differ in whether they read `backendRequest`');
  }
  return said.request === 0 ? {} : said;
}

const KNOWN = ['limit', 'http', 'grpc', 'timeout'].map(name => `retry.linkerd.io/${name}`)
  .concat(['request', 'response'].map(name => `timeout.linkerd.io/${name}`));
