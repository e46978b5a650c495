import { besides, type Conf, CONNECTION, count, time } from './conf';
import type { Undecided } from '../../../../meaning/decision';
import type { GrpcStatus, Handling, Stickiness } from '../../../../model/handling';
import { goMilliseconds } from '../../../../reading/go-duration';
import { meantBy } from '../../../../reading/retry-conditions';

/** What happens to requests on a port, whichever route they take. */
export interface PortHandling {
  readonly handling: Pick<Handling, 'timeouts' | 'retries'>;
  /** What picks pods, where their Services are told to look at it. */
  readonly stickiness?: Stickiness;
  readonly besides: readonly string[];
}

const UNKNOWN: Undecided = { unknown: 'a number or a duration in a policy is not understood' };

/** What MeshTimeouts, MeshRetries and MeshLoadBalancingStrategies say; `http2` is tried again by none of them. */
export function portHandling(timeout: Conf, retry: Conf, balancing: Conf, speaks: 'http' | 'http2' | 'grpc'): PortHandling | Undecided {
  const request = time(timeout, 'http.requestTimeout');
  const tries = speaks === 'http2' ? {} : triesOf(retry, speaks);
  const stickiness = stickinessOf(balancing);
  if (tries === undefined || request === 'unknown') return UNKNOWN;
  const timeouts = { ...(request !== undefined && { request }), ...(tries.perTry !== undefined && { backendRequest: tries.perTry }) };
  return {
    handling: { ...(Object.keys(timeouts).length > 0 && { timeouts }), ...(tries.retries && { retries: tries.retries }) },
    ...(stickiness && { stickiness }),
    besides: [
      ...besides(timeout, 'MeshTimeout', 'http.requestTimeout', ...CONNECTION),
      ...besides(of(retry, speaks), 'MeshRetry', ...['numRetries', 'perTryTimeout', 'backOff.baseInterval', 'retryOn'].map(name => `${speaks}.${name}`)),
      ...tries.besides ?? [],
      ...stickiness === undefined && balancing.has('hashPolicies') ? [`MeshLoadBalancingStrategy: hashPolicies is ${JSON.stringify(balancing.get('hashPolicies'))}`] : [],
    ],
  };
}

function of(conf: Conf, speaks: string): Conf {
  return new Map([...conf].filter(([name]) => name.startsWith(`${speaks}.`)));
}

interface Tries {
  readonly retries?: Handling['retries'];
  readonly perTry?: number;
  readonly besides?: readonly string[];
}

const STATUSES: Readonly<Record<string, GrpcStatus>> = {
  DeadlineExceeded: 'deadline-exceeded', Internal: 'internal', ResourceExhausted: 'resource-exhausted', Unavailable: 'unavailable',
};

/** Those that Envoy calls otherwise, of the ones that stand for status codes. */
const CONDITIONS: Readonly<Record<string, string>> = { GatewayError: 'gateway-error' };

/** `genHttpRetryPolicy` and `genGrpcRetryPolicy` in `meshretry/plugin/xds/configurer.go` of kumahq/kuma. Undefined where it is not understood. */
function triesOf(conf: Conf, speaks: 'http' | 'grpc'): Tries | undefined {
  const [attempts, perTry, backoff] = [count(conf, `${speaks}.numRetries`), time(conf, `${speaks}.perTryTimeout`), time(conf, `${speaks}.backOff.baseInterval`)];
  const said = conf.get(`${speaks}.retryOn`) ?? [];
  if (attempts === 'unknown' || perTry === 'unknown' || backoff === 'unknown' || !Array.isArray(said)) return undefined;
  if (attempts === 0) return { retries: { attempts: 0, statusCodes: [], grpcStatuses: [], connectionFailures: true } };
  const times = perTry === undefined ? {} : { perTry };
  if (attempts === undefined) return { ...times, besides: said.length === 0 ? [] : [`MeshRetry: it tries again on ${said.join()}`] };
  const { statusCodes, areOfConnections, others: words } = meantBy(said.map(one => CONDITIONS[String(one)] ?? String(one)));
  const isHttp = speaks === 'http';
  const areConnections = (one: string) => one === 'ConnectFailure' || one === 'Reset';
  // With status codes alone, failed connections are added.
  const connectionFailures = isHttp && (areOfConnections || words.length === 0 || words.filter(areConnections).length === 2);
  const others = words.filter(one => isHttp ? !((areConnections(one) || one === 'RefusedStream') && connectionFailures) && one !== 'Http3PostConnectFailure' : STATUSES[one] === undefined);
  return {
    ...times,
    retries: {
      attempts,
      statusCodes: isHttp ? statusCodes : [],
      grpcStatuses: isHttp ? [] : words.flatMap(one => STATUSES[one] ?? []),
      connectionFailures,
      ...(backoff !== undefined && { backoff }),
    },
    besides: others.map(one => `MeshRetry: it tries again on ${one}`),
  };
}

/** One cookie, for all paths. */
function stickinessOf(conf: Conf): Stickiness | undefined {
  const policies = conf.get('hashPolicies');
  const [policy, ...others] = Array.isArray(policies) ? policies : [];
  const { type, terminal: _, 'cookie.name': name, 'cookie.path': path, 'cookie.ttl': ttl, ...more } = policy ?? {};
  if (type !== 'Cookie' || others.length > 0 || Object.keys(more).length > 0) return undefined;
  const absoluteTimeout = typeof ttl === 'string' ? goMilliseconds(ttl) : undefined;
  // Without a time, no cookie is made.
  if (typeof name !== 'string' || path !== '/' || absoluteTimeout === undefined) return undefined;
  return { type: 'cookie', name, ...(absoluteTimeout > 0 && { absoluteTimeout }) };
}
