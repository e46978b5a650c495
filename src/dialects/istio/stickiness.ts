import type { Destination } from './destinations';
import { destination, isSame, requestPorts } from './destinations';
import { decimalSeconds } from './duration';
import type { DestinationRuleSpecTrafficPolicyLoadBalancer } from '../../../imports/istio/networking.istio.io';
import type { RouteFeature } from '../../model/features/route';
import type { Stickiness } from '../../model/handling';
import { flatMap } from '../../model/lists';
import type { RouteModel, RouteRule } from '../../model/route';
import { weighted } from '../../model/route';
import type { Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { refused } from '../contract/unwritten';

/** The stickiness of the rules that send requests to a Service. All have the same, or it is refused. */
export function stickinessOf(model: RouteModel, to: Destination): Stickiness | undefined {
  return flatMap(requestPorts(model), ({ rules }) => rules).find(rule => sendsTo(model, rule, to))?.handling.stickiness;
}

/** A cookie that the proxy sets if the client has none. Without a lifetime it ends when the browser closes. */
export function stickyBalancer({ name, absoluteTimeout = 0 }: Stickiness): Plain<DestinationRuleSpecTrafficPolicyLoadBalancer> {
  return { consistentHash: { httpCookie: { name: name ?? refused(), path: '/', ttl: decimalSeconds(absoluteTimeout) } } };
}

export function stickinessRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(requestPorts(model), ({ port, rules }) => flatMap(rules, (rule, i) => objections(model, rule)
    .filter(([holds]) => holds)
    .map(([, reason, remedy]) => ({ feature: 'SessionPersistence', port, ruleIndex: i, reason, remedy }))));
}

type Objection = readonly [holds: boolean, reason: string, remedy: string];

function objections(model: RouteModel, rule: RouteRule): Objection[] {
  const { stickiness } = rule.handling;
  if (stickiness === undefined) {
    return [];
  }
  const { type, name, absoluteTimeout = 0, idleTimeout } = stickiness;
  const others = flatMap(requestPorts(model), ({ rules }) => rules).filter(other => key(other) !== key(rule));
  const shared = rule.backends.find(backend => others.some(other => sendsTo(model, other, destination(model, backend))));
  return [
    [type === 'header', 'the proxies of Istio hand out cookies, not headers', 'Use StickinessType.COOKIE'],
    [type === 'cookie' && name === undefined, 'the cookie has to have a name', 'Give its `name`'],
    [idleTimeout !== undefined, 'the lifetime of the cookie counts from the first request, not from the last', 'Use `absoluteTimeout`'],
    [absoluteTimeout % 1000 !== 0, 'the lifetime of the cookie is in whole seconds', 'Round `absoluteTimeout`'],
    [weighted(rule).length > 1,
      'the cookie picks a pod within one Service, and the Service is drawn anew for each request', 'Give the rule one backend'],
    [shared !== undefined,
      `a DestinationRule holds for all requests to Service '${shared?.name}', and another rule sends some there without this stickiness`,
      'Give all rules that send requests there the same `stickiness`'],
  ];
}

function key({ handling: { stickiness } }: RouteRule): string | undefined {
  return JSON.stringify(stickiness);
}

function sendsTo(model: RouteModel, { backends }: RouteRule, to: Destination): boolean {
  return backends.some(backend => isSame(destination(model, backend), to));
}
