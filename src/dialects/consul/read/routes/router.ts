import { changesIn } from './changes';
import type { Fields } from '../../../../manifests/fields';
import { allOf, type Condition } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import { ANYTHING, exactly, regex } from '../../../../meaning/text';
import type { Way } from '../../../../meaning/world';
import type { Handling } from '../../../../model/handling';
import { goMilliseconds } from '../../../../reading/go-duration';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { meantBy } from '../../../../reading/retry-conditions';
import { requestsOf } from '../access/permission';

/** Another service, or some pods of one. */
export interface Reference {
  readonly service?: string;
  readonly namespace?: string;
  readonly subset?: string;
  /** The peer that has it; this cluster, if none is named. */
  readonly cluster?: string;
}

/** A route of a ServiceRouter. The first that takes a request decides. */
export interface Route extends Pick<Way, 'replaced' | 'besides'> {
  readonly source: Source;
  readonly when: Condition;
  readonly to: Reference;
  readonly handling: Pick<Handling, 'timeouts' | 'retries' | 'rewrite' | 'requestHeaders' | 'responseHeaders'>;
}

export function routesOf(object: ReadObject): Route[] {
  return object.fields.field('spec').field('routes').items().map(fields => routeOf(object, fields));
}

function routeOf(object: ReadObject, fields: Fields): Route {
  const [http, destination] = [fields.field('match').field('http'), fields.field('destination')];
  const ignoresCase = http.field('caseInsensitive').take() === true;
  const query = http.field('queryParam').items().map(parameter);
  const idle = destination.field('idleTimeout').text();
  const retried = retriesOf(destination);
  const timeout = timeoutOf(destination.field('requestTimeout'));
  const rewritten = rewriteOf(http, destination.field('prefixRewrite'), ignoresCase);
  return {
    source: sourceOf(object, fields),
    when: allOf(requestsOf(http, ignoresCase), ...query),
    to: referenceOf(destination),
    handling: {
      ...(timeout && { timeouts: timeout }),
      ...(retried.retries && { retries: retried.retries }),
      ...rewritten.handling,
      ...changesIn(destination),
    },
    ...(rewritten.replaced !== undefined && { replaced: rewritten.replaced }),
    besides: [...idle === undefined ? [] : [`ServiceRouter: idleTimeout is ${idle}`], ...retried.besides].sort(),
  };
}

export function referenceOf(fields: Fields): Reference {
  const [service, namespace, subset, partition] = ['service', 'namespace', 'serviceSubset', 'partition'].map(name => fields.field(name).text() || undefined);
  if (partition !== undefined) fields.field('partition').doubt('what is in other partitions is not known here');
  return { ...(service !== undefined && { service }), ...(namespace !== undefined && { namespace }), ...(subset !== undefined && { subset }) };
}

function parameter(fields: Fields): Condition {
  const name = fields.field('name').text() ?? fields.doubt('it says no name') ?? '';
  const [exact, pattern] = ['exact', 'regex'].map(field => fields.field(field).text() || undefined);
  const isPresent = fields.field('present').take() === true;
  if ([exact, pattern].filter(one => one !== undefined).length + (isPresent ? 1 : 0) !== 1) fields.doubt('Consul wants one condition on a parameter');
  return { type: 'query', name, is: exact !== undefined ? exactly(exact) : pattern !== undefined ? regex(pattern) : ANYTHING };
}

/** Less than nothing is no limit at all, and nothing is what the proxy has by itself. */
export function timeoutOf(fields: Fields): Handling['timeouts'] {
  const text = fields.text();
  if (text === undefined) return undefined;
  const time = goMilliseconds(text.replace(/^-/, ''));
  if (time === undefined) return fields.doubt('it is not a duration');
  return time === 0 ? undefined : { request: text.startsWith('-') ? 0 : time };
}

/** What matched is replaced: a prefix, or a whole path. */
function rewriteOf(
  http: Fields, rewrite: Fields, ignoresCase: boolean,
): { readonly handling: Pick<Handling, 'rewrite'>; readonly replaced?: string } {
  const [value, exact, prefix] = [rewrite.text(), http.field('pathExact').text(), http.field('pathPrefix').text()];
  if (value === undefined || value === '') return { handling: {} };
  if (exact) return { handling: { rewrite: { path: { type: 'full', value } } } };
  if (!prefix) return rewrite.doubt('Consul refuses it without a path or a prefix') ?? { handling: {} };
  if (ignoresCase) return rewrite.doubt('a prefix of any case is replaced') ?? { handling: {} };
  return { handling: { rewrite: { path: { type: 'prefix', value } } }, replaced: prefix };
}

const GRPC = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'] as const;
const OF_CONNECTIONS = ['connect-failure', 'reset'];

/** `getRetryPolicyForDestination` in hashicorp/consul `agent/xds/routes.go`: without a number, it is tried again once. */
function retriesOf(fields: Fields): { readonly retries?: Handling['retries']; readonly besides: readonly string[] } {
  const [number = 0, isConnecting] = [fields.field('numRetries').integer(), fields.field('retryOnConnectFailure').take() === true];
  const codes = fields.field('retryOnStatusCodes').items().flatMap(item => item.integer() ?? []);
  const said = fields.field('retryOn').items().flatMap(item => item.text() ?? []);
  const conditions = [...said, ...isConnecting ? ['connect-failure'] : [], ...codes.map(String)];
  const { statusCodes, areOfConnections, others: on } = meantBy([...new Set(conditions)]);
  if (number === 0 && statusCodes.length === 0 && on.length === 0) return { besides: [] };
  const connectionFailures = areOfConnections || OF_CONNECTIONS.every(one => on.includes(one));
  const implied = connectionFailures ? [...OF_CONNECTIONS, 'refused-stream'] : [];
  const others = on.filter(one => !GRPC.some(status => status === one) && !implied.includes(one)).sort();
  return {
    retries: { attempts: number || 1, statusCodes, grpcStatuses: GRPC.filter(status => on.includes(status)), connectionFailures },
    besides: others.length === 0 ? [] : [`ServiceRouter: it is tried again on ${others.join(', ')}`],
  };
}
