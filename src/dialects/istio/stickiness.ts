import { requestPorts } from './destinations';
import { decimalSeconds } from './duration';
import type { DestinationRuleSpecTrafficPolicyLoadBalancer } from '../../../imports/istio/networking.istio.io';
import type { RouteFeature } from '../../model/features/route';
import type { Fields } from '../../model/fields';
import type { Stickiness } from '../../model/handling';
import { flatMap } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import type { RouteModel, RouteRule } from '../../model/route';
import { weighted } from '../../model/route';
import type { Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { refused } from '../contract/unwritten';
import { isSamePort, takings } from '../proxies/taking-ports';

/** A cookie that the proxy sets if the client has none. Without a lifetime it ends when the browser closes. */
export function stickyBalancer(
  { name, absoluteTimeout = 0 }: Fields<Stickiness, 'name' | 'absoluteTimeout', 'type' | 'idleTimeout'>,
): Plain<DestinationRuleSpecTrafficPolicyLoadBalancer> {
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
  const others = takings(model).filter(({ from, rule: other }) => hasRequests(from.protocol) && key(other) !== key(rule));
  const shared = rule.backends.find(backend => others.some(({ taker }) => isSamePort(model, taker, backend)));
  return [
    [type === 'header', 'the proxies of Istio hand out cookies, not headers', 'Use StickinessType.COOKIE'],
    [type === 'cookie' && name === undefined, 'the cookie has to have a name', 'Give its `name`'],
    [idleTimeout !== undefined, 'the lifetime of the cookie counts from the first request, not from the last', 'Use `absoluteTimeout`'],
    [absoluteTimeout % 1000 !== 0, 'the lifetime of the cookie is in whole seconds', 'Round `absoluteTimeout`'],
    [weighted(rule).length > 1,
      'the cookie picks a pod within one Service, and the Service is drawn anew for each request', 'Give the rule one backend'],
    [shared !== undefined,
      `a DestinationRule holds for all requests to port ${shared?.port} of '${shared?.name}', and some come there without this stickiness`,
      'Route all requests that come there with the same `stickiness`'],
  ];
}

function key(rule: RouteRule | undefined): string | undefined {
  return JSON.stringify(rule?.handling.stickiness);
}
