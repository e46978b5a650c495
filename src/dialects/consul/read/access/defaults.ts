import { beside } from './beside';
import type { Service } from './intention';
import type { Fields } from '../../../../manifests/fields';
import type { Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import { DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';

/** What ServiceDefaults, or the ProxyDefaults of all, say of a service. */
export interface Defaults {
  readonly source: Source;
  /** Absent where it says none. */
  readonly protocol?: string;
  readonly isPermissive?: boolean;
  /** What becomes of requests to it, as it stands there. */
  readonly handling: readonly string[];
  /** What becomes of its own requests to others, as it stands there. */
  readonly upstreams: readonly Upstream[];
  /** Whether it is outside the mesh, and leaves by a gateway. */
  readonly isOutside: boolean;
  /** Why nobody knows what is in force. */
  readonly doubt?: Doubt;
}

/** What a service says of those that it calls. */
export interface Upstream {
  /** Absent for all of them. */
  readonly name?: string;
  readonly said: string;
}

/** Says something of what becomes of requests, and nothing of who gets in. */
const HANDLING = [
  'maxInboundConnections', 'localConnectTimeoutMs', 'localRequestTimeoutMs', 'balanceInboundConnections', 'rateLimits', 'meshGateway', 'externalSNI', 'mode',
];

const HANDLING_OF_ALL = ['meshGateway', 'mode', 'failoverPolicy', 'prioritizeByLocality'];
/** In `config`; what proxies are told in the words of Envoy is not understood. */
const HANDLING_IN_CONFIG = ['local_connect_timeout_ms', 'local_request_timeout_ms', 'local_idle_timeout_ms', 'max_inbound_connections', 'balance_inbound_connections'];
const OF_OBSERVERS = /^envoy_(?:prometheus_bind_addr|stats_\w+|statsd_url|dogstatsd_url|telemetry_\w+)$/;

export function serviceDefaultsOf(object: ReadObject): Defaults {
  const spec = object.fields.field('spec');
  const [handling, upstreams] = [said(object, spec, HANDLING), upstreamsOf(object, spec.field('upstreamConfig'))];
  return { ...defaultsOf(object, spec.field('protocol'), spec.field('mutualTLSMode')), handling, upstreams, isOutside: spec.field('destination').isSaid };
}

export function proxyDefaultsOf(object: ReadObject): Defaults {
  const spec = object.fields.field('spec');
  if (object.name !== 'global') object.fields.field('metadata').doubt('Consul takes it by the name `global` only');
  const config = spec.field('config');
  const handling = [...said(object, spec, HANDLING_OF_ALL), ...said(object, config, HANDLING_IN_CONFIG)];
  spec.field('accessLogs').take();
  config.fields().forEach(([name, field]) => { if (OF_OBSERVERS.test(name)) field.take(); });
  return { ...defaultsOf(object, config.field('protocol'), spec.field('mutualTLSMode')), handling, upstreams: [], isOutside: false };
}

function said({ kind }: ReadObject, fields: Fields, names: readonly string[]): string[] {
  return names.flatMap(name => {
    const value = fields.field(name).take();
    return value === undefined ? [] : [`${kind}: ${name} is ${JSON.stringify(value)}`];
  });
}

function upstreamsOf({ name: of }: ReadObject, fields: Fields): Upstream[] {
  const words = (field: Fields) => `ServiceDefaults of the client '${of}': ${JSON.stringify(field.take())}`;
  const [all, overrides] = [fields.field('defaults'), fields.field('overrides').items()];
  return [...all.isSaid ? [{ said: words(all) }] : [], ...overrides.flatMap((item): Upstream[] => {
    const name = item.field('name').text() ?? item.doubt('it says no name');
    return name === undefined ? [] : [{ name, said: words(item) }];
  })];
}

function defaultsOf(object: ReadObject, protocol: Fields, mode: Fields): Pick<Defaults, 'source' | 'protocol' | 'isPermissive' | 'doubt'> {
  const { fields } = object;
  const [speaks, mutualTls] = [protocol.text(), mode.text()];
  if (!['strict', 'permissive', '', undefined].includes(mutualTls)) mode.doubt('Consul has no such mode');
  beside(fields);
  const [finding] = fields.doubts();
  return {
    source: sourceOf(object),
    ...(speaks !== undefined && speaks !== '' && { protocol: speaks.toLowerCase() }),
    ...(mutualTls !== undefined && mutualTls !== '' && { isPermissive: mutualTls === 'permissive' }),
    ...(finding !== undefined && { doubt: doubtOf(finding) }),
  };
}

/** By the service that they are for. */
export function serviceOf({ name, namespace = DEFAULT_NAMESPACE }: ReadObject, areMirrored: boolean): Service {
  return { name, ...(areMirrored && { namespace }) };
}
