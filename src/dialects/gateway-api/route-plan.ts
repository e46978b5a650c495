import { reachable } from './backend-traffic-policy';
import type { GatewayApiChannel } from './extension/channel';
import { HTTP_ONLY } from './extension/http-only';
import { NO_DATAGRAMS } from './features';
import { limits } from './limits';
import { routeKind } from './route-kind';
import { routeRules } from './route-rules';
import { decidingHosts } from './tls-route';
import { handlingFeatures } from '../../model/features/handling';
import type { RouteFeature } from '../../model/features/route';
import { flatMap } from '../../model/lists';
import { destinationsOf, namespaceOf, ruleNumber } from '../../model/route';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Refusal } from '../contract/refusal';
import { isConflict } from '../specificity/precedence';
import type { SplitRule } from '../specificity/specific-rules';

/** The route of a port: its rules as they are written, where requests are told apart. */
export type PlannedRoute =
  | { readonly kind: 'HTTPRoute' | 'GRPCRoute'; readonly port: PortRoute; readonly rules: readonly SplitRule[] }
  | { readonly kind: 'TLSRoute' | 'TCPRoute'; readonly port: PortRoute };

/** The route of a port with rules; or what cannot be expressed of it, beside the features that Gateway API lacks. */
export type PortPlan =
  | { readonly route: PlannedRoute; readonly refusals: readonly [] }
  | { readonly route?: undefined; readonly refusals: readonly [Refusal<RouteFeature>, ...Refusal<RouteFeature>[]] };

export function planPort(channel: GatewayApiChannel, port: PortRoute): PortPlan {
  const kind = routeKind(port);
  switch (kind) {
    case 'HTTPRoute':
    case 'GRPCRoute': return planRequests(channel, port, kind);
    case 'TLSRoute': return planned({ kind, port }, serverNameRefusals(port));
    case 'TCPRoute': return planned({ kind, port }, []);
    case 'UDPRoute': return { refusals: [{ feature: 'UDPRoute', port: port.port, reason: NO_DATAGRAMS }] };
  }
}

function planned(route: PlannedRoute, [first, ...others]: readonly (Refusal<RouteFeature> | undefined)[]): PortPlan {
  return first === undefined ? { route, refusals: [] } : { refusals: [first, ...others.filter(one => one !== undefined)] };
}

function planRequests(channel: GatewayApiChannel, port: PortRoute, kind: 'HTTPRoute' | 'GRPCRoute'): PortPlan {
  const rules = routeRules(port);
  if (isConflict(rules)) {
    const { earlier, later, because, paths } = rules;
    return {
      refusals: [{
        feature: 'OrderedRules',
        port: port.port,
        ruleIndex: earlier,
        reason: `rules ${ruleNumber(port.rules, earlier)} and ${ruleNumber(port.rules, later)} ${because}, and Gateway API follows the most specific rule, not the first`,
        remedy: `Use ${paths}, or methods that set them apart`,
      }],
    };
  }
  return planned({ kind, port, rules }, [
    ...(kind === 'GRPCRoute' ? grpcRefusals(port) : []),
    ...stickinessRefusals(port),
    ...nameRefusals(port, rules),
    ...limits(channel, port, rules),
  ]);
}

/** What cannot be expressed of a route as a whole. */
export function routeRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  return [...grantRefusals(model), ...budgetRefusals(model)];
}

function grpcRefusals({ port, rules }: PortRoute): Refusal<RouteFeature>[] {
  return flatMap(rules, ({ handling }, ruleIndex) => handlingFeatures(handling).filter(feature => HTTP_ONLY.includes(feature)).map(feature => ({
    feature, port, ruleIndex, reason: 'a GRPCRoute has no such field', remedy: 'Leave it out for gRPC ports: give those their own rules, with `ports`',
  })));
}

function stickinessRefusals({ port, rules }: PortRoute): Refusal<RouteFeature>[] {
  const refusals: Refusal<RouteFeature>[] = [];
  rules.forEach(({ handling: { stickiness } }, ruleIndex) => {
    if (stickiness === undefined) return;
    const refuse = (reason: string, remedy: string) => refusals.push({ feature: 'SessionPersistence', port, ruleIndex, reason, remedy });
    if (stickiness.idleTimeout !== undefined) refuse('a session counts from the first request, not from the last', 'Use `absoluteTimeout`');
    if (stickiness.type === 'header' && stickiness.name === undefined) refuse('the header has to have a name', 'Give its `name`');
  });
  return refusals;
}

/** Names of rules differ within a route, and policies refer to them. */
function nameRefusals({ port, rules }: PortRoute, split: readonly SplitRule[]): Refusal<RouteFeature>[] {
  return flatMap(rules, ({ name }, ruleIndex) => name === undefined || split.filter(part => part.index === ruleIndex).length < 2 ? [] : [{
    feature: 'HTTPRouteNamedRouteRule' as const,
    port,
    ruleIndex,
    reason: 'the rule becomes several, one for each path prefix that it replaces or for every 64 matches, and no two rules can have the same name',
    remedy: 'Leave out the name, or write a rule for each prefix',
  }]);
}

function serverNameRefusals(port: PortRoute): Refusal<RouteFeature>[] {
  const refusals: Refusal<RouteFeature>[] = [];
  port.rules.forEach(({ matches }, ruleIndex) => {
    const refuse = (reason: string, remedy: string) => refusals.push({ feature: 'TLSRoute', port: port.port, ruleIndex, reason, remedy });
    if (matches.length === 0) {
      refuse('a TLSRoute names its servers, and no kind of route takes the connections to all others', 'Give each rule its TlsMatch');
    } else if (decidingHosts(port, ruleIndex).length === 0) {
      refuse('an earlier rule takes all connections to these servers', 'Put the narrower names first');
    }
  });
  return refusals;
}

function grantRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const isKnown = model.namespace !== undefined
    || flatMap(flatMap(model.ports, ({ rules }) => rules), destinationsOf).every(backend => namespaceOf(model, backend) === undefined);
  return isKnown ? [] : [{
    what: 'backends in another namespace',
    reason: 'a ReferenceGrant names the namespace of the route, which is unknown',
    remedy: 'Give the chart its `namespace`',
  }];
}

function budgetRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  if (model.traffic.retryBudget === undefined) {
    return [];
  }
  const elsewhere = reachable(model).filter(taker => namespaceOf(model, taker) !== model.namespace);
  return elsewhere.length === 0 ? [] : [{
    feature: 'RetryBudget',
    reason: `an XBackendTrafficPolicy stands in the namespace of the backends and holds for all their clients, and '${
      elsewhere[0].name}' lives in another namespace than the route`,
    remedy: 'Leave it out, or write it in the namespace of the backends',
  }];
}
