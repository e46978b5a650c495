import { inOrder, type Item } from './policy';
import type { Fields } from '../../../../manifests/fields';
import { goMilliseconds } from '../../../../reading/go-duration';
import { NONE_HEALTHY } from '../../apis';

/** What a policy says, by the way to each value: those of several are put together value by value, and a list is one value. */
export type Conf = ReadonlyMap<string, unknown>;

export function confOf(fields: Fields, names: readonly string[]): Conf {
  const said = names.map(name => {
    const field = name.split('.').reduce((of, step) => of.field(step), fields);
    return [name, READ[name]?.(field) ?? field.take()] as const;
  });
  return new Map(said.filter(([, value]) => value !== undefined));
}

const HASHED = ['type', 'terminal', 'header.name', 'cookie.name', 'cookie.path', 'cookie.ttl', 'connection.sourceIP', 'queryParameter.name', 'filterState.key'];

/** What requests are told apart by. */
function hashPolicies(fields: Fields): object[] | undefined {
  return fields.isSaid ? fields.items().map(item => Object.fromEntries(confOf(item, HASHED))) : undefined;
}

/** Zones that stand in for that of the client, one after the other, where none of its pods is healthy. */
class OnlyZones {
  public constructor(public readonly onlyZones: readonly string[]) {}
}

export function zonesOf(conf: Conf): readonly string[] {
  const said = conf.get('localityAwareness');
  return said instanceof OnlyZones ? said.onlyZones : [];
}

function localityAwareness(fields: Fields): OnlyZones | undefined {
  const [cross, others] = [fields.field('crossZone'), ['disabled', 'localZone'].map(name => fields.field(name))];
  const failover = cross.field('failover').items();
  const zones = failover.flatMap(item => item.field('to').field('zones').items().flatMap(zone => zone.text() ?? []));
  const isPlain = failover.every(item => item.field('to').field('type').take() === 'Only' && !item.field('from').isSaid);
  const isNamed = failover.length > 0 && zones.length === failover.length && !others.some(one => one.isSaid);
  return isPlain && isNamed && cross.field('failoverThreshold').field('percentage').take() === NONE_HEALTHY ? new OnlyZones(zones) : undefined;
}

const READ: Readonly<Record<string, (fields: Fields) => object | undefined>> = { hashPolicies, localityAwareness };

/** What some policies say together (`mergeJSONPatches` in `pkg/plugins/policies/core/rules/merge/merge.go` of kumahq/kuma). */
export function together(items: readonly Item<Conf>[]): Conf {
  return new Map(inOrder(items).reverse().flatMap(({ conf }) => [...conf]));
}

/** What was said and is not among some names, as texts. */
export function besides(conf: Conf, title: string, ...names: readonly string[]): string[] {
  return [...conf].filter(([name]) => !names.includes(name)).map(([name, value]) => `${title}: ${name} is ${JSON.stringify(value)}`);
}

/** A duration, in milliseconds; `unknown` where it is none. */
export function time(conf: Conf, name: string): number | 'unknown' | undefined {
  const value = conf.get(name);
  return value === undefined ? undefined : (typeof value === 'string' ? goMilliseconds(value) : undefined) ?? 'unknown';
}

export function count(conf: Conf, name: string): number | 'unknown' | undefined {
  const value = conf.get(name);
  return value === undefined ? undefined : typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 'unknown';
}

/** Of connections. */
export const CONNECTION = ['connectionTimeout', 'idleTimeout', 'http.maxConnectionDuration'];

export const TIMEOUT = [...CONNECTION, 'http.requestTimeout', 'http.streamIdleTimeout', 'http.maxStreamDuration', 'http.requestHeadersTimeout'];

const TRIES = ['numRetries', 'perTryTimeout', 'backOff.baseInterval', 'backOff.maxInterval', 'rateLimitedBackOff', 'retryOn'];

export const RETRY = [
  'tcp.maxConnectAttempt', ...TRIES.map(name => `http.${name}`), ...TRIES.map(name => `grpc.${name}`),
  ...['retriableResponseHeaders', 'retriableRequestHeaders', 'hostSelection', 'hostSelectionMaxAttempts'].map(name => `http.${name}`),
];

export const BALANCING = [
  'localityAwareness', 'loadBalancer.type', 'loadBalancer.leastRequest.choiceCount', 'loadBalancer.leastRequest.activeRequestBias',
  ...['roundRobin', 'ringHash', 'random', 'maglev'].map(name => `loadBalancer.${name}`), 'hashPolicies',
];

export const BREAKING = [
  ...['maxConnections', 'maxConnectionPools', 'maxPendingRequests', 'maxRetries', 'maxRequests'].map(name => `connectionLimits.${name}`),
  ...['disabled', 'interval', 'baseEjectionTime', 'maxEjectionPercent', 'splitExternalAndLocalErrors', 'healthyPanicThreshold'].map(name => `outlierDetection.${name}`),
  ...['totalFailures', 'gatewayFailures', 'localOriginFailures'].map(name => `outlierDetection.detectors.${name}.consecutive`),
  ...['minimumHosts', 'requestVolume', 'standardDeviationFactor'].map(name => `outlierDetection.detectors.successRate.${name}`),
  ...['minimumHosts', 'requestVolume', 'threshold'].map(name => `outlierDetection.detectors.failurePercentage.${name}`),
];

export const LIMITS = [
  'local.http.disabled', 'local.http.requestRate.num', 'local.http.requestRate.interval', 'local.http.onRateLimit', 'local.tcp.disabled',
  'local.tcp.connectionRate.num', 'local.tcp.connectionRate.interval',
];

export const FAULTS = ['http'];
