import type { RouteFeature } from '../../model/features/route';
import { flatMap } from '../../model/lists';
import type { PortRoute, RouteModel, RouteRule } from '../../model/route';
import { namespaceOf } from '../../model/route';
import type { BackendRef } from '../../model/service-ref';
import type { Refusal } from '../contract/refusal';

/** A port of a Service that takes traffic of a route. */
export interface Taker extends BackendRef {
  readonly port: number;
  readonly portName?: string;
  readonly isOneOfSeveral?: boolean;
}

/** The way of traffic from a port of the Service that is called, by a rule, or by none where the port is not routed. */
export interface Taking {
  readonly from: PortRoute;
  readonly rule?: RouteRule;
  readonly taker: Taker;
}

/** No mesh sees UDP. */
export function takings(model: RouteModel): Taking[] {
  const { service, ports } = model;
  return flatMap(ports.filter(({ protocol }) => protocol !== 'UDP'), (from): Taking[] => from.rules.length === 0
    ? [{ from, taker: { ...service, port: from.port, portName: from.name, isOneOfSeveral: ports.length > 1 || undefined } }]
    : flatMap(from.rules, rule => rule.backends.map(taker => ({ from, rule, taker }))));
}

/** Whether two are one port of one Service. */
export function isSamePort(model: RouteModel, a: Taker, b: Taker): boolean {
  return a.port === b.port && a.name === b.name && namespaceOf(model, a) === namespaceOf(model, b);
}

/** Where a mesh keeps what is said by the port that takes traffic: whatever leads there has the same. */
export function portTrafficRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const all = takings(model);
  return flatMap(model.ports.filter(({ traffic }) => traffic !== undefined), ({ port, traffic }): Refusal<RouteFeature>[] => {
    const own = all.filter(({ from }) => from.port === port);
    const shared = all.find(other => JSON.stringify(other.from.traffic) !== JSON.stringify(traffic)
      && own.some(({ taker }) => isSamePort(model, taker, other.taker)));
    return shared === undefined ? [] : [{
      feature: 'PortTraffic',
      port,
      reason: `what is said holds for all traffic to port ${shared.taker.port} of '${shared.taker.name}', and port ${shared.from.port} leads there, too`,
      remedy: 'Say the same of both ports, or let them lead to different ports',
    }];
  });
}
