import { AUDITING_SERVER_API_VERSION, GROUP, RATE_LIMIT_API_VERSION, SERVER_API_VERSION } from './apis';
import { serverName } from './server';
import type { HttpLocalRateLimitPolicySpec } from '../../../imports/linkerd/policy.linkerd.io';
import type { RouteFeature } from '../../model/features/route';
import { hasRequests } from '../../model/protocol';
import type { RouteModel, WeightedBackend } from '../../model/route';
import { isConsumerRoute, isElsewhere } from '../../model/route';
import { objectClaim } from '../claim';
import type { Manifest, Need, Plain, Refusal } from '../dialect';

/** Ports of the pods that take requests: each would have a limit of its own. */
function podPorts({ ports }: RouteModel): number[] {
  return [...new Set(ports.filter(({ protocol }) => hasRequests(protocol)).map(({ port, podPort = port }) => podPort))];
}

/** Backends that take requests to pods without the limit: on another port, or known to be others than those of the Service. */
function strangers(model: RouteModel): string[] {
  const [limited] = podPorts(model);
  const labels = Object.entries(model.service.podSelector ?? {});
  const isOurs = (backend: WeightedBackend) => !isElsewhere(model, backend) && (backend.podPort ?? backend.port) === limited
    && labels.every(([key, value]) => backend.podSelector === undefined || backend.podSelector[key] === value);
  const backends = model.ports.filter(({ protocol }) => hasRequests(protocol)).flatMap(({ rules }) => rules.flatMap(rule => rule.backends));
  return [...new Set(backends.filter(backend => !isOurs(backend)).map(({ name }) => name))];
}

/** Where the pods are. */
function podNamespace({ namespace, service }: RouteModel): string | undefined {
  return service.namespace ?? namespace;
}

export function rateLimitRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const { rateLimit } = model.traffic;
  const refuse = (reason: string, remedy: string): Refusal<RouteFeature> => ({ feature: 'LocalRateLimit', reason, remedy });
  const ports = podPorts(model);
  return rateLimit === undefined ? [] : [
    ...(rateLimit.interval === 1000 ? [] : [refuse('Linkerd counts the requests of a second', 'Say how many there may be in `Duration.seconds(1)`')]),
    ...(ports.length === 1 ? [] : [refuse(
      `Linkerd limits the rate of each port by itself, and the Service has ${ports.length === 0 ? 'no port' : `${ports.length} ports`} for requests`,
      'Give ports for requests a Service each')]),
    ...(ports.length === 1 ? strangers(model) : []).map(name => refuse(
      `the limit is that of the pods of '${model.service.name}', on one port, and '${name}' has its requests on other pods, or another port`,
      'Let its pods have the labels and the port of the Service, or route there without a limit')),
    ...(isConsumerRoute(model)
      ? [refuse('the pods count the requests of all clients, not of those in one namespace', 'Write it in the namespace of the Service')]
      : []),
    ...(podNamespace(model) === undefined
      ? [refuse('an HTTPLocalRateLimitPolicy stands in the namespace of the pods, which is unknown', 'Give the chart its `namespace`')]
      : []),
  ];
}

/**
 * The Server for which the policy is. One of its own would shut out every client, or, by its `accessPolicy`, let some in that
 * the default of the pods keeps out: so it is that of those who say who may call.
 */
export function rateLimitNeeds(model: RouteModel): Need[] {
  if (model.traffic.rateLimit === undefined || rateLimitRefusals(model).length > 0) {
    return [];
  }
  const { service } = model;
  const name = serverName(service.name, podPorts(model)[0]);
  return [{
    anyOf: [SERVER_API_VERSION, AUDITING_SERVER_API_VERSION]
      .map(apiVersion => objectClaim({ apiVersion, kind: 'Server', name, namespace: podNamespace(model) })),
    what: `rate limits of the pods of '${service.name}'`,
    reason: 'an HTTPLocalRateLimitPolicy is for a Server, which shuts out whoever no policy lets in, and nothing says who may call',
    remedy: `Write a ServiceAccessPolicy for '${service.name}' with the same targets; Identity.anyone() lets everyone in`,
  }];
}

/**
 * What the proxy of each pod lets through in a second, from all clients together.
 *
 * @see https://linkerd.io/2/reference/rate-limiting/
 */
export function rateLimitPolicies(model: RouteModel): Manifest[] {
  const { name, service, traffic: { rateLimit } } = model;
  if (rateLimit === undefined) {
    return [];
  }
  const spec: Plain<HttpLocalRateLimitPolicySpec> = {
    targetRef: { group: GROUP, kind: 'Server', name: serverName(service.name, podPorts(model)[0]) },
    total: { requestsPerSecond: rateLimit.requests },
  };
  return [{ apiVersion: RATE_LIMIT_API_VERSION, kind: 'HTTPLocalRateLimitPolicy', metadata: { name, namespace: podNamespace(model) }, spec }];
}
