import { duration } from './durations';
import type { Fields } from '../../../../manifests/fields';
import type { Undecided } from '../../../../meaning/decision';
import type { CircuitBreaking, Connections, Keepalive } from '../../../../model/handling';
import { hasRequests, type Protocol } from '../../../../model/protocol';

/** What a `connectionPool` says. */
export interface Pool {
  readonly limits: Pick<CircuitBreaking, 'maxConnections' | 'maxPendingRequests' | 'maxRequests' | 'maxRetries'>;
  readonly connections: Connections;
  /** Of connections that carry requests, where `http` says it; absent where it is that of `tcp`. */
  readonly idleOfRequests?: number;
}

/** A number of 0 is as if nothing were said (`applyConnectionPool` in `pilot/pkg/networking/core/cluster_traffic_policy.go`). */
export function poolOf(fields: Fields): Pool {
  const [tcp, http] = ['tcp', 'http'].map(name => fields.field(name));
  const [connectTimeout, maxDuration, idleTimeout] = ['connectTimeout', 'maxConnectionDuration', 'idleTimeout'].map(name => duration(tcp.field(name)));
  const keepalive = keepaliveOf(tcp.field('tcpKeepalive'));
  const http2 = UPGRADES[http.field('h2UpgradePolicy').text() ?? ''];
  const idleOfRequests = duration(http.field('idleTimeout'));
  return {
    limits: {
      ...count(tcp, 'maxConnections', 'maxConnections'),
      ...count(http, 'http1MaxPendingRequests', 'maxPendingRequests'),
      ...count(http, 'http2MaxRequests', 'maxRequests'),
      ...count(http, 'maxRetries', 'maxRetries'),
    },
    connections: {
      ...(connectTimeout !== undefined && { connectTimeout }),
      ...(idleTimeout !== undefined && { idleTimeout }),
      ...(maxDuration !== undefined && { maxDuration }),
      ...(keepalive && { keepalive }),
      ...count(http, 'maxRequestsPerConnection', 'maxRequestsPerConnection'),
      ...count(http, 'maxConcurrentStreams', 'maxConcurrentStreams'),
      ...(http2 !== undefined && { http2 }),
    },
    ...(idleOfRequests !== undefined && { idleOfRequests }),
  };
}

const UPGRADES: Readonly<Record<string, boolean | undefined>> = { UPGRADE: true, DO_NOT_UPGRADE: false };

/** Parts of seconds are left out (`setKeepAliveSettings` in `pilot/pkg/networking/core/cluster.go`). */
function keepaliveOf(fields: Fields): Keepalive | undefined {
  if (!fields.isSaid) return undefined;
  const [time, interval] = ['time', 'interval'].map(name => seconds(fields.field(name)));
  return { ...(time !== undefined && { time }), ...(interval !== undefined && { interval }), ...count(fields, 'probes', 'probes') };
}

function seconds(fields: Fields): number | undefined {
  const time = duration(fields);
  return time === undefined || time >= 1000 ? time && time - time % 1000 : fields.doubt('it is less than a second, of which the proxy makes none');
}

function count<Name extends string>(fields: Fields, said: string, name: Name): { readonly [N in Name]?: number } {
  const value = fields.field(said).integer();
  return value === undefined || value === 0 ? {} : { [name]: value } as { readonly [N in Name]?: number };
}

/** How connections to a port are, by what it speaks. */
export function connectionsTo(
  { connections, idleOfRequests }: Pick<Pool, 'connections' | 'idleOfRequests'>, protocol: Protocol | undefined,
): Connections | Undecided | undefined {
  if (protocol === undefined && idleOfRequests !== undefined && idleOfRequests !== connections.idleTimeout) {
    return { unknown: 'what the port speaks is not known, and idle connections are closed by it' };
  }
  const carriesRequests = protocol !== undefined && hasRequests(protocol);
  const own = carriesRequests && idleOfRequests !== undefined ? { ...connections, idleTimeout: idleOfRequests } : connections;
  return Object.keys(own).length > 0 ? own : undefined;
}
