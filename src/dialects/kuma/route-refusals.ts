import { MAX_COUNT, MAX_HEADER_CHANGES, MAX_MATCHES, MULTI_ZONE } from './apis';
import { differing } from './common-handling';
import { distinctBackends } from './mesh-service';
import { retryRefusals } from './retry-refusals';
import type { ClientsPort } from './routes-by-clients';
import { clientRefusals } from './routes-by-clients';
import { listeningPorts } from './settled';
import { zoneFailoverRefusals } from './zone-failover';
import { handlingFeatures, trafficFeatures } from '../../model/features/handling';
import type { RouteFeature } from '../../model/features/route';
import type { CircuitBreaking, Connections } from '../../model/handling';
import { DETECTORS, limitsOf } from '../../model/handling';
import { flatMap } from '../../model/lists';
import { destinationsOf, namespaceOf, ruleNumber, weighted } from '../../model/route';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../../model/route';
import { isOfKind, isService, isServiceImport } from '../../model/service-ref';
import type { Refusal, RuleRefusal } from '../contract/refusal';
import { addressHashRefusals } from '../proxies/load-balancing';
import { restRefusals } from '../proxies/rest-of-requests';
import type { Taker } from '../proxies/taking-ports';
import { isSamePort, portTrafficRefusals, takings } from '../proxies/taking-ports';
import { isConflict } from '../specificity/precedence';
import type { SplitRule } from '../specificity/specific-rules';
import { specificRules } from '../specificity/specific-rules';

/** What Kuma cannot express of a route, beside the features that it lacks. */
export function routeRefusals(
  model: RouteModel, requests: readonly PortRoute[], planned: readonly Refusal<RouteFeature>[],
): Refusal<RouteFeature>[] {
  return [
    ...namespaceRefusals(model),
    ...nameRefusals(model),
    ...planned,
    ...clientRefusals(model),
    ...flatMap(model.ports, kindRefusals),
    ...flatMap(requests, port => [
      ...differenceRefusals(port),
      ...flatMap(port.rules, (rule, i) => [...headerRefusals(rule), ...stickinessRefusals(model, rule), ...retryRefusals(port, rule)]
        .map(refusal => ({ ...refusal, port: port.port, ruleIndex: i }))),
    ]),
    ...trafficRefusals(model),
  ];
}

function namespaceRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  return model.namespace !== undefined ? [] : [{
    what: `a route of '${model.service.name}'`,
    reason: 'Kuma finds a Service by its name and namespace, and the namespace is unknown',
    remedy: 'Give the chart its `namespace`',
  }];
}

/** Without its namespace, Kuma takes it for one of the namespace of the route (`realResourceSelector` in `api/common/v1alpha1/targetref.go`), and finds none. */
function kindRefusals({ port, rules }: PortRoute): Refusal<RouteFeature>[] {
  return flatMap(rules, (rule, ruleIndex) => flatMap(destinationsOf(rule), (to): Refusal<RouteFeature>[] => {
    if (isService(to) || isServiceImport(to)) return [];
    const { name, namespace, groupKind } = to;
    const isMultiZone = isOfKind(groupKind, MULTI_ZONE);
    return isMultiZone && namespace !== undefined ? [] : [{
      feature: 'OtherBackend',
      port,
      ruleIndex,
      ...isMultiZone ? {
        reason: `Kuma finds MeshMultiZoneService '${name}' by the namespace of the global control plane, which is unknown`,
        remedy: 'Give it to MeshService.ofKind as its `namespace`: `kuma-system`, unless Kuma was installed elsewhere',
      } : {
        reason: `Kuma sends requests to MeshServices and MeshMultiZoneServices, and '${name}' is of another kind`,
        remedy: 'Send the requests to a Service, or to a MeshMultiZoneService, by MeshService.ofKind with the `group` kuma.io',
      },
    }];
  }));
}

/** A port of a Service that has several is one by its name (`pkg/plugins/policies/core/rules/resolve/targetref.go`, `findPort`), and each has one. */
function nameRefusals({ ports, service }: RouteModel): Refusal<RouteFeature>[] {
  return ports.length === 1 ? [] : ports.filter(({ rules, name }) => rules.length > 0 && name === undefined).map(({ port }) => ({
    port,
    what: `a route of one port of '${service.name}'`,
    reason: 'Kuma knows the ports of a Service that has several by their names, and that of this one is unknown',
    remedy: PORT_NAMES,
  }));
}

const PORT_NAMES = 'Give the port of the MeshService its `name`, as the Service has it';

/** The rules of a port for an API in which the most specific match decides; or why that cannot keep their order. */
export type RulesPlan = { readonly port: PortRoute } & (
  | { readonly rules: readonly SplitRule[]; readonly refusals: readonly [] }
  | { readonly rules?: undefined; readonly refusals: readonly Refusal<RouteFeature>[] });

export function planRules({ port, places }: ClientsPort): RulesPlan {
  const plan = ordered(port);
  return plan.rules !== undefined ? plan : {
    port, refusals: plan.refusals.map(refusal => refusal.ruleIndex === undefined ? refusal : { ...refusal, ruleIndex: places[refusal.ruleIndex] }),
  };
}

/** Rules below one for every request are those for everybody, below one for some clients: they are only there so that it goes before them. */
function ordered(port: PortRoute): RulesPlan {
  const refuse = (ruleIndex: number, reason: string, remedy: string): Refusal<RouteFeature> => ({ feature: 'OrderedRules', port: port.port, ruleIndex, reason, remedy });
  const last = port.rules.findIndex(({ matches }) => matches.length === 0);
  const rest = last !== -1 ? [] : restRefusals('Kuma', port);
  if (rest.length > 0) {
    return { port, refusals: rest };
  }
  const all = specificRules(port, MAX_MATCHES);
  if (isConflict(all)) {
    const { earlier, later, because, paths } = all;
    return {
      port,
      refusals: [refuse(earlier, `rules ${ruleNumber(port.rules, earlier)} and ${ruleNumber(port.rules, later)} ${because}, and Kuma follows the most specific rule, not the first`,
        `Use ${paths}, or methods that set them apart`)],
    };
  }
  const rules = all.filter(({ index }) => index <= last);
  const count = flatMap(rules, ({ matches }) => matches).length;
  return count <= MAX_MATCHES ? { port, rules, refusals: [] } : {
    port,
    refusals: [{
      what: `${count} matches on port ${port.port}`,
      reason: `an object of Kubernetes has room for ${MAX_MATCHES}, and Kuma needs one for each overlap of two rules`,
      remedy: 'Write fewer',
    }],
  };
}

const FEATURES = {
  timeouts: ['HTTPRouteRequestTimeout', 'NoRequestTimeout', 'HTTPRouteBackendTimeout', 'NoBackendTimeout'],
  retries: ['HTTPRouteRetry', 'NoRetries'],
  stickiness: ['SessionPersistence'],
} as const;

function differenceRefusals(port: PortRoute): Refusal<RouteFeature>[] {
  return flatMap(differing(port), name => flatMap(port.rules, ({ handling }, ruleIndex) => {
    const used = handlingFeatures(handling);
    return FEATURES[name].filter(feature => used.includes(feature)).map((feature): Refusal<RouteFeature> => ({
      feature,
      port: port.port,
      ruleIndex,
      reason: 'a policy of Kuma holds for all requests to a port',
      remedy: 'Say the same in all rules that send requests to this port',
    }));
  }));
}

function headerRefusals({ handling: { requestHeaders, responseHeaders } }: RouteRule): RuleRefusal<RouteFeature>[] {
  const most = Math.max(0, ...flatMap([requestHeaders, responseHeaders], changes =>
    changes === undefined ? [] : [changes.set.length, changes.add.length, changes.remove.length]));
  return most <= MAX_HEADER_CHANGES ? [] : [{
    what: `${most} changes of a kind to headers`,
    reason: `the CRD of MeshHTTPRoute allows ${MAX_HEADER_CHANGES}`,
    remedy: 'Write fewer',
  }];
}

function stickinessRefusals(model: RouteModel, rule: RouteRule): RuleRefusal<RouteFeature>[] {
  const { stickiness } = rule.handling;
  const refusals: RuleRefusal<RouteFeature>[] = [];
  if (stickiness === undefined) {
    return refusals;
  }
  const refuse = (reason: string, remedy: string) => refusals.push({ feature: 'SessionPersistence', reason, remedy });
  if (stickiness.type === 'header') refuse('Kuma sets a cookie, not a header', 'Use StickinessType.COOKIE');
  if (stickiness.idleTimeout !== undefined) refuse('the lifetime of a cookie of Kuma counts from when it was set', 'Use `absoluteTimeout`');
  if (weighted(rule).length > 1) refuse('Kuma picks one of several backends anew for each request', 'Send the requests to one backend');
  if (areElsewhere(model, rule.backends)) refuse(ELSEWHERE.reason, ELSEWHERE.remedy);
  const [open] = weighted(rule).filter(({ isOneOfSeveral, portName }) => isOneOfSeveral && portName === undefined);
  if (open !== undefined) {
    const { reason, remedy } = unnamed(open);
    refuse(reason, remedy);
  }
  return refusals;
}

const ELSEWHERE = {
  reason: 'a policy of Kuma is for Services of its own namespace; elsewhere it would hold only for the clients there',
  remedy: 'Leave it out, or keep the backends in the namespace of the Service',
};

/** Settings for the traffic of the Service as a whole, except a rate limit, which the pods of the Service keep, and what stands in. */
function trafficRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const { rateLimit: _, failover: __, ...ofClients } = model.traffic;
  const all = [ofClients, ...flatMap(model.ports, ({ traffic }) => traffic ?? [])];
  const used = flatMap(all, trafficFeatures);
  return [
    ...(areElsewhere(model, distinctBackends(model, rule => rule.backends)) ? used.map(feature => ({ feature, ...ELSEWHERE })) : []),
    ...flatMap(all, ({ circuitBreaking }) => countRefusals(circuitBreaking)),
    ...flatMap(model.ports, port => connectionRefusals(port, port.traffic?.connections ?? model.traffic.connections)),
    ...portTrafficRefusals(model),
    ...listeningRefusals(model),
    ...unnamedPortRefusals(model),
    ...addressHashRefusals(model, 'Kuma'),
    ...zoneFailoverRefusals(model),
  ];
}

/** What `ClusterConfigurer` in `pkg/plugins/policies/meshtimeout/plugin/xds/configurer.go` of kumahq/kuma leaves out. */
function connectionRefusals({ port, protocol }: PortRoute, connections: Connections = {}): Refusal<RouteFeature>[] {
  const refuse = (feature: RouteFeature, isPassedOver: boolean): Refusal<RouteFeature>[] =>
    !isPassedOver ? [] : [{
      feature, port, reason: `Kuma does not read it for connections to a port that speaks ${protocol}`, remedy: 'Leave it out, or make the port a Service of its own',
    }];
  return [
    ...refuse('IdleTimeout', connections.idleTimeout !== undefined && protocol === 'GRPC'),
    ...refuse('MaxConnectionDuration', connections.maxDuration !== undefined && protocol !== 'HTTP' && protocol !== 'UDP'),
  ];
}

/** What is said of the port that is called, whose listener counts the idle time, holds for whatever leads to that port. */
function listeningRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const all = takings(model);
  return flatMap(listeningPorts(model), ({ port, traffic }): Refusal<RouteFeature>[] => {
    const called: Taker = { ...model.service, port };
    const other = all.find(({ from, taker }) =>
      from.port !== port && isSamePort(model, taker, called) && from.traffic?.connections?.idleTimeout !== traffic?.connections?.idleTimeout);
    return other === undefined ? [] : [{
      feature: 'PortTraffic',
      port,
      reason: `the listener of port ${port} counts its idle time, so that Kuma says it of that port, and port ${other.from.port} leads there`,
      remedy: `Say the same \`idleTimeout\` of both ports, or let port ${other.from.port} lead elsewhere`,
    }];
  });
}

function unnamedPortRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(takings(model), ({ from, taker }): Refusal<RouteFeature>[] =>
    from.traffic === undefined || !taker.isOneOfSeveral || taker.portName !== undefined ? [] : [{ feature: 'PortTraffic', port: from.port, ...unnamed(taker) }]);
}

/** Of several ports, Kuma knows one by its name. */
function unnamed({ name, port }: Taker): { readonly reason: string; readonly remedy: string } {
  return { reason: `port ${port} of '${name}' is one of several, which Kuma tells apart by their names, and its name is unknown`, remedy: PORT_NAMES };
}

function countRefusals(said: CircuitBreaking = {}): Refusal<RouteFeature>[] {
  const reason = `a MeshCircuitBreaker allows numbers up to ${MAX_COUNT}`;
  const refuse = (feature: RouteFeature, counts: readonly (number | undefined)[]): Refusal<RouteFeature>[] =>
    counts.every(count => (count ?? 0) <= MAX_COUNT) ? [] : [{ feature, reason, remedy: 'Leave it out: a limit this high limits nothing' }];
  return [...refuse('OutlierDetection', DETECTORS.map(detector => said[detector])), ...refuse('ConnectionLimits', limitsOf(said))];
}

function areElsewhere(model: RouteModel, backends: readonly WeightedBackend[]): boolean {
  return backends.some(backend => !isService(backend) || namespaceOf(model, backend) !== namespaceOf(model, model.service));
}
