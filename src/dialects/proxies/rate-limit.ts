import type { RouteFeature } from '../../model/features/route';
import type { RateLimit } from '../../model/handling';
import { limitedPorts, portOfPods } from '../../model/limited-ports';
import { flatMap } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import type { PortRoute, RouteModel, WeightedBackend } from '../../model/route';
import { isConsumerRoute, isElsewhere } from '../../model/route';
import { maySelect } from '../../model/service-ref';
import { claimOn } from '../contract/claim';
import type { Claim } from '../contract/claim';
import type { Refusal } from '../contract/refusal';

/** Backends whose pods do not have the limit: on another port, or known to be other pods than those of the Service. */
function strangers(model: RouteModel, limited: PortRoute): string[] {
  const isOurs = (backend: WeightedBackend) => !isElsewhere(model, backend) && portOfPods(backend).port === portOfPods(limited).port
    && maySelect(model.service.podSelector, backend.podSelector);
  const backends = flatMap(model.ports.filter(({ protocol }) => hasRequests(protocol)), ({ rules }) => flatMap(rules, rule => rule.backends));
  return [...new Set(backends.filter(backend => !isOurs(backend)).map(({ name }) => name))];
}

/** Where the pods are, and so what counts their requests. */
export function podNamespace({ namespace, service }: RouteModel): string | undefined {
  return service.namespace ?? namespace;
}

/** A limit for each pod: the proxies beside the pods count, each port separately, the requests of all clients. */
export function rateLimitRefusals(model: RouteModel, mesh: string, kind: string): Refusal<RouteFeature>[] {
  const ports = limitedPorts(model);
  if (model.traffic.rateLimit === undefined) {
    return [];
  }
  const refusals: Refusal<RouteFeature>[] = [];
  const refuse = (reason: string, remedy: string) => refusals.push(limitRefusal(reason, remedy));
  if (ports.length === 1) {
    strangers(model, ports[0]).forEach(name => refuse(
      `the limit holds for one port of the pods of '${model.service.name}', and '${name}' gets its requests on other pods or on another port`,
      'Let its pods have the labels and the port of the Service, or route there without a limit'));
  } else {
    refuse(`${mesh} limits the rate of each port by itself, and the Service has ${ports.length === 0 ? 'no port' : `${ports.length} ports`} for requests`,
      'Give each port for requests a Service of its own');
  }
  if (isConsumerRoute(model)) {
    refuse('the pods count the requests of all clients, not of those in one namespace', 'Write it in the namespace of the Service');
  }
  if (podNamespace(model) === undefined) {
    refuse(`${kind} stands in the namespace of the pods, which is unknown`, 'Give the chart its `namespace`');
  }
  return refusals;
}

const A_YEAR = 365 * 24 * 3_600_000;

/** The refusals of `rateLimitRefusals`, and those of kinds that select pods by their labels and count with Envoy. */
export function envoyRateLimitRefusals(model: RouteModel, mesh: string, kind: string, leastInterval: number): Refusal<RouteFeature>[] {
  const { service: { podSelector }, traffic: { rateLimit } } = model;
  if (rateLimit === undefined) {
    return [];
  }
  const refusals = rateLimitRefusals(model, mesh, kind);
  const refuse = (reason: string, remedy: string) => refusals.push(limitRefusal(reason, remedy));
  if (podSelector === undefined) refuse(`${kind} selects the pods by their labels, which are unknown`, 'Give the MeshService its `podSelector`');
  if (rateLimit.interval < leastInterval) refuse(`${mesh} counts over at least ${leastInterval} milliseconds`, 'Limit the requests of a longer time');
  if (rateLimit.interval > Math.min(...countsOf(rateLimit)) * A_YEAR) refuse('Envoy lets in at least one request a year', 'Use a shorter time');
  return refusals;
}

/** Two limits on a port of the same pods: both would count, or one would be ignored. */
export function rateLimitClaims(model: RouteModel): Claim[] {
  const namespace = podNamespace(model);
  const { service: { name, podSelector }, traffic } = model;
  return traffic.rateLimit === undefined || podSelector === undefined || namespace === undefined ? [] : limitedPorts(model)
    .map(port => claimOn('rateLimit', { namespace, workload: { service: name, podSelector } }, portOfPods(port).port));
}

/** All numbers of requests in a limit. */
export function countsOf({ requests, rules = [] }: Pick<RateLimit, 'requests' | 'rules'>): number[] {
  return [...(requests === undefined ? [] : [requests]), ...rules.map(rule => rule.requests)];
}

export function limitRefusal(reason: string, remedy: string | undefined): Refusal<RouteFeature> {
  return { feature: 'LocalRateLimit', reason, remedy };
}

/** Of a rule that a mesh cannot tell apart from others by its clients. */
export function clientRefusal(reason: string, remedy: string): Refusal<RouteFeature> {
  return { feature: 'RateLimitByClient', reason, remedy };
}
