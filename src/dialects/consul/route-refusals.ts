import { redirects, routedPort, routedRules, serviceKey } from './service-chain';
import { percentages } from './service-splitter';
import type { RouteFeature } from '../../model/features/route';
import { substitutesHere } from '../../model/handling';
import { flatMap } from '../../model/lists';
import { commonProtocol, hasRequests } from '../../model/protocol';
import { weighted, namespaceOf } from '../../model/route';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../../model/route';
import type { ServiceRef } from '../../model/service-ref';
import type { Refusal, RuleRefusal } from '../contract/refusal';
import { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';
import { addressHashRefusals } from '../proxies/load-balancing';
import { restRefusals } from '../proxies/rest-of-requests';

/** What Consul cannot express of a route, beside the features that it lacks. */
export function routeRefusals(model: RouteModel, namespaces: ConsulNamespaces): Refusal<RouteFeature>[] {
  const routed = routedPort(model);
  if (routed === undefined) {
    return [];
  }
  const { port, protocol, rules } = routed;
  return [
    ...protocolRefusals(model),
    ...nameRefusals(model, namespaces),
    ...flatMap(rules, (rule, i) =>
      (hasRequests(protocol) ? requestRefusals : connectionRefusals)(rule).map(refusal => ({ ...refusal, port, ruleIndex: i }))),
    ...stickinessRefusals(model, routed),
    ...restRefusals('Consul', routed),
    ...addressHashRefusals(model, 'Consul'),
    ...peerRefusals(model),
  ];
}

function protocolRefusals({ service, ports }: RouteModel): Refusal<RouteFeature>[] {
  return commonProtocol(ports) !== undefined ? [] : [{
    what: `a route of '${service.name}', whose ports speak different protocols`,
    reason: 'a service of Consul speaks one protocol',
    remedy: 'Make each port a Service of its own, with its own pods',
  }];
}

/** If all namespaces share one namespace of Consul, a name stands for one service. */
function nameRefusals(model: RouteModel, namespaces: ConsulNamespaces): Refusal<RouteFeature>[] {
  const named: readonly ServiceRef[] = [model.service, ...backendsOf(model), ...substitutesHere(model.traffic)];
  const twice = named.filter(one => named.some(other => other.name === one.name && namespaceOf(model, other) !== namespaceOf(model, one)));
  return namespaces === ConsulNamespaces.MIRRORED ? [] : [...new Set(twice.map(({ name }) => name))].map(name => ({
    what: `'${name}' in several namespaces`,
    reason: 'the namespaces of Kubernetes share one namespace of Consul here, where a name stands for one service',
    remedy: 'Give the Services names of their own',
  }));
}

/** Where the connections to a service are redirected here, so are those to the service of that name at a peer (`getResolverNode` in `discoverychain/compile.go`). */
function peerRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const isRedirected = redirects(model) && (model.traffic.failover ?? []).some(({ service, cluster }) =>
    cluster !== undefined && service !== undefined && serviceKey(model, service) === serviceKey(model, model.service));
  return !isRedirected ? [] : [{
    feature: 'ClusterFailover',
    reason: `the connections to '${model.service.name}' are redirected here, and Consul redirects those to another cluster, too`,
    remedy: 'Name the cluster alone, or another Service in it',
  }];
}

function requestRefusals({ matches, backends, handling: { rewrite } }: RouteRule): RuleRefusal<RouteFeature>[] {
  const change = rewrite?.path?.type;
  const refusals: RuleRefusal<RouteFeature>[] = [];
  if (percentages(backends) === undefined) {
    refusals.push({
      feature: 'WeightedBackends',
      reason: 'Consul takes shares in hundredths of a percent, and they have to add up to 100',
      remedy: 'Use weights that add up to 100, with at most two decimals in each share',
    });
  }
  if (change !== undefined && !(matches.length > 0 && matches.every(({ path }) => path?.type === (change === 'full' ? 'exact' : 'prefix')))) {
    refusals.push({
      feature: 'HTTPRoutePathRewrite',
      reason: 'Consul replaces the part of the path that a match names, and keeps the rest',
      remedy: 'Match the paths exactly, or replace their prefix',
    });
  }
  return refusals;
}

function connectionRefusals(rule: RouteRule): RuleRefusal<RouteFeature>[] {
  return weighted(rule).length < 2 ? [] : [{
    feature: 'WeightedBackends',
    reason: 'Consul splits requests, not connections',
    remedy: 'Send all connections to one Service, or say that the port speaks HTTP, if it does',
  }];
}

function stickinessRefusals(model: RouteModel, { port, rules }: PortRoute): Refusal<RouteFeature>[] {
  const refusals: Refusal<RouteFeature>[] = [];
  rules.forEach((rule, ruleIndex) => {
    const { stickiness } = rule.handling;
    if (stickiness === undefined) return;
    const refuse = (reason: string, remedy: string) => refusals.push({ feature: 'SessionPersistence', port, ruleIndex, reason, remedy });
    const elsewhere = rules.some(other => JSON.stringify(other.handling.stickiness) !== JSON.stringify(stickiness)
      && other.backends.some(b => weighted(rule).some(t => serviceKey(model, t) === serviceKey(model, b))));
    if (stickiness.type === 'header') refuse('Consul sets a cookie, not a header', 'Use StickinessType.COOKIE');
    if (stickiness.idleTimeout !== undefined) refuse('the lifetime of a cookie of Consul counts from when it was set', 'Use `absoluteTimeout`');
    if (weighted(rule).length > 1) refuse('Consul picks one of several backends anew for each request', 'Send the requests to one backend');
    if (elsewhere) refuse('stickiness holds for a backend, whichever rule sends requests to it', 'Say the same in all rules that have this backend');
  });
  return refusals;
}

function backendsOf(model: RouteModel): WeightedBackend[] {
  return flatMap(routedRules(model), ({ backends }) => backends);
}
