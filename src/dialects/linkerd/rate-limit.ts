import { AUDITING_SERVER_API_VERSION, GROUP, RATE_LIMIT_API_VERSION, SERVER_API_VERSION } from './apis';
import { serverName } from './server';
import type { HttpLocalRateLimitPolicySpec } from '../../../imports/linkerd/policy.linkerd.io';
import type { RouteFeature } from '../../model/features/route';
import { limitedPorts, portOfPods } from '../../model/limited-ports';
import type { RouteModel } from '../../model/route';
import { objectClaim } from '../contract/claim';
import type { Need } from '../contract/dialect';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { podNamespace, rateLimitRefusals, limitRefusal } from '../proxies/rate-limit';

export function linkerdRateLimitRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const { rateLimit } = model.traffic;
  return [
    ...(rateLimit === undefined || rateLimit.interval === 1000 ? []
      : [limitRefusal('Linkerd limits the requests of a second', 'Give the number of requests for `Duration.seconds(1)`')]),
    ...rateLimitRefusals(model, 'Linkerd', 'an HTTPLocalRateLimitPolicy'),
  ];
}

/**
 * The Server for which the policy is. A Server of its own would shut out every client or, by its `accessPolicy`, let in clients
 * that the default of the pods denies. So it is the Server of a construct that says who may call.
 */
export function rateLimitNeeds(model: RouteModel): Need[] {
  if (model.traffic.rateLimit === undefined || linkerdRateLimitRefusals(model).length > 0) {
    return [];
  }
  const { service } = model;
  return [{
    anyOf: [SERVER_API_VERSION, AUDITING_SERVER_API_VERSION]
      .map(apiVersion => objectClaim({ apiVersion, kind: 'Server', name: server(model), namespace: podNamespace(model) })),
    what: `rate limits of the pods of '${service.name}'`,
    reason: 'an HTTPLocalRateLimitPolicy needs a Server, which denies every client that no policy lets in, and no construct says who may call',
    remedy: `Write a ServiceAccessPolicy for '${service.name}' with the same targets, for all of its pods; Identity.anyone() lets everyone in`,
  }];
}

/**
 * What the proxy of each pod lets through in a second, from all clients together.
 *
 * @see https://linkerd.io/2/reference/rate-limiting/
 */
export function rateLimitPolicies(model: RouteModel): Manifest[] {
  const { name, traffic: { rateLimit } } = model;
  if (rateLimit === undefined) {
    return [];
  }
  const spec: Plain<HttpLocalRateLimitPolicySpec> = {
    targetRef: { group: GROUP, kind: 'Server', name: server(model) },
    total: { requestsPerSecond: rateLimit.requests },
  };
  return [{ apiVersion: RATE_LIMIT_API_VERSION, kind: 'HTTPLocalRateLimitPolicy', metadata: { name, namespace: podNamespace(model) }, spec }];
}

function server(model: RouteModel): string {
  return serverName(model.service.name, portOfPods(limitedPorts(model)[0]).port);
}
