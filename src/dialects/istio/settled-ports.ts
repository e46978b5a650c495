import type { Destination } from './destinations';
import { destination, isSame } from './destinations';
import type { PortTraffic, Stickiness } from '../../model/handling';
import { grouped } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import type { RouteModel } from '../../model/route';
import { takings } from '../proxies/taking-ports';

/** A port of a Service of which something is said that others need not have. What leads there says the same, or it is refused. */
export interface SettledPort {
  readonly port: number;
  readonly isOneOfSeveral?: boolean;
  readonly stickiness?: Stickiness;
  readonly traffic?: PortTraffic;
}

/** Those of a Service, by their numbers. */
export function settledPorts(model: RouteModel, to: Destination): SettledPort[] {
  const all = grouped(takings(model).filter(({ taker }) => isSame(destination(model, taker), to)), ({ taker }) => taker.port);
  return [...all].map(([port, leading]): SettledPort => ({
    port,
    isOneOfSeveral: leading.some(({ taker }) => taker.isOneOfSeveral),
    stickiness: leading.find(({ from, rule }) => hasRequests(from.protocol) && rule?.handling.stickiness !== undefined)?.rule?.handling.stickiness,
    traffic: leading.find(({ from }) => from.traffic !== undefined)?.from.traffic,
  })).filter(({ stickiness, traffic }) => stickiness !== undefined || traffic !== undefined).sort((a, b) => a.port - b.port);
}
