import { AUDITING_SERVER_API_VERSION, GROUP, RATE_LIMIT_API_VERSION, SERVER_API_VERSION } from './apis';
import { serverName } from './server';
import type { HttpLocalRateLimitPolicySpec, HttpLocalRateLimitPolicySpecOverridesClientRefs } from '../../../imports/linkerd/policy.linkerd.io';
import type { IdentitySource, SourceFields } from '../../model/access';
import { byKind } from '../../model/by-kind';
import type { RouteFeature } from '../../model/features/route';
import type { LimitRule } from '../../model/handling';
import { limitedPorts, portOfPods } from '../../model/limited-ports';
import { flatMap } from '../../model/lists';
import type { RouteModel } from '../../model/route';
import { objectClaim } from '../contract/claim';
import type { Need } from '../contract/dialect';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { sourceInWords } from '../contract/source-words';
import { refused } from '../contract/unwritten';
import { clientRefusal, limitRefusal, podNamespace, rateLimitRefusals } from '../proxies/rate-limit';

export function linkerdRateLimitRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const { rateLimit } = model.traffic;
  return [
    ...(rateLimit === undefined || rateLimit.interval === 1000 ? []
      : [limitRefusal('Linkerd limits the requests of a second', 'Give the number of requests for `Duration.seconds(1)`')]),
    ...flatMap(rateLimit?.rules ?? [], ruleRefusals),
    ...rateLimitRefusals(model, 'Linkerd', 'an HTTPLocalRateLimitPolicy'),
  ];
}

/** Clients have a limit by themselves, or are ServiceAccounts that have one together. */
function ruleRefusals({ sources, perClient }: LimitRule): Refusal<RouteFeature>[] {
  const other = sources.find(source => source.kind !== 'serviceAccount');
  return [
    ...(other === undefined ? [] : [clientRefusal(
      `an HTTPLocalRateLimitPolicy knows clients by their ServiceAccounts, and not ${sourceInWords(other)}`,
      'Name the ServiceAccounts of the clients')]),
    ...(sources.length > 0 || perClient ? [] : [clientRefusal(
      'an HTTPLocalRateLimitPolicy counts clients that it does not name one by one, or all clients together',
      'Use `perClient` in the last rule, or `requests`')]),
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
 * What the proxy of each pod lets through in a second: from all clients together, from those of each override together, and from any other by itself.
 *
 * @see https://linkerd.io/2/reference/rate-limiting/
 */
export function rateLimitPolicies(model: RouteModel): Manifest[] {
  const { name, traffic: { rateLimit } } = model;
  if (rateLimit === undefined) {
    return [];
  }
  const { requests, rules = [] } = rateLimit;
  const each = rules.find(({ perClient }) => perClient);
  const named = rules.filter(({ sources }) => sources.length > 0);
  const spec: Plain<HttpLocalRateLimitPolicySpec> = {
    targetRef: { group: GROUP, kind: 'Server', name: server(model) },
    ...(requests !== undefined && { total: { requestsPerSecond: requests } }),
    ...(each !== undefined && { identity: { requestsPerSecond: each.requests } }),
    ...(named.length > 0 && {
      overrides: named.map(rule => ({ requestsPerSecond: rule.requests, clientRefs: flatMap(rule.sources, source => accountRef(source)) })),
    }),
  };
  return [{ apiVersion: RATE_LIMIT_API_VERSION, kind: 'HTTPLocalRateLimitPolicy', metadata: { name, namespace: podNamespace(model) }, spec }];
}

function server(model: RouteModel): string {
  return serverName(model.service.name, portOfPods(limitedPorts(model)[0]).port);
}

const accountRef = byKind<IdentitySource, readonly Plain<HttpLocalRateLimitPolicySpecOverridesClientRefs>[]>({
  serviceAccount: ({ name, namespace }: SourceFields<'serviceAccount', 'name' | 'namespace'>) => [{ kind: 'ServiceAccount', name, namespace }],
  namespace: refused,
  spiffeId: refused,
});
