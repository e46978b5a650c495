import type { Client } from './call';
import type { Truth } from './truth';

/** Which calls of a client leave past its proxy: those to some ports, or all. */
export interface Past {
  readonly ports: 'all' | readonly PortRange[];
  /** Whether others may, too. */
  readonly others?: 'perhaps';
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export const ALL_PAST: Past = { ports: 'all' };
export const PERHAPS_PAST: Past = { ports: [], others: 'perhaps' };

/** Whether a call to a port does. The port is that which the client names: of a Service, or of a pod where it calls that. */
export function isPastAt({ ports, others }: Past, port: number): Truth {
  if (ports === 'all' || ports.some(({ first, last }) => first <= port && port <= last)) return 'yes';
  return others === 'perhaps' ? 'unknown' : 'no';
}

/** Whether a client has no proxy: it is not a gateway, and no pod of the mesh. */
export function hasNoProxy({ kind, meshed }: Client): boolean {
  return kind !== 'gateway' && (kind !== 'pod' || meshed === false);
}
