import type { Destination } from './destinations';
import { destination, isSame, requestPorts } from './destinations';
import { decimalSeconds } from './duration';
import type { DestinationRuleSpecTrafficPolicyLoadBalancer } from '../../../imports/istio/networking.istio.io';
import type { RouteFeature } from '../../model/features/route';
import type { Stickiness } from '../../model/handling';
import { distinctBy, flatMap } from '../../model/lists';
import type { RouteModel, RouteRule } from '../../model/route';
import { weighted } from '../../model/route';
import type { BackendRef } from '../../model/service-ref';
import type { Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { refused } from '../contract/unwritten';

/** A port of a Service, and the stickiness of the rules that send requests there. All have the same, or it is refused. */
export interface StickyPort {
  readonly port: number;
  readonly isOneOfSeveral?: boolean;
  readonly stickiness: Stickiness;
}

/** Those of a Service, by their numbers. */
export function stickyPorts(model: RouteModel, to: Destination): StickyPort[] {
  const sticky = flatMap(flatMap(requestPorts(model), ({ rules }) => rules), ({ backends, handling: { stickiness } }) =>
    stickiness === undefined ? [] : backends.filter(backend => isSame(destination(model, backend), to))
      .map(({ port, isOneOfSeveral }): StickyPort => ({ port, isOneOfSeveral, stickiness })));
  return distinctBy(sticky, ({ port }) => port).sort((a, b) => a.port - b.port);
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
  const others = sendings(model).filter(other => key(other) !== key(rule));
  const shared = rule.backends.find(backend => others.some(other => sendsTo(model, other, backend)));
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

/** Who sends requests where: rules, and ports without any, which send theirs to the Service itself. */
type Sending = Pick<RouteRule, 'handling'> & { readonly backends: readonly Taker[] };
type Taker = BackendRef & { readonly port: number };

function sendings(model: RouteModel): Sending[] {
  return flatMap(requestPorts(model), ({ port, rules }): readonly Sending[] =>
    rules.length > 0 ? rules : [{ backends: [{ ...model.service, port }], handling: {} }]);
}

function key({ handling: { stickiness } }: Pick<RouteRule, 'handling'>): string | undefined {
  return JSON.stringify(stickiness);
}

function sendsTo(model: RouteModel, { backends }: Sending, taker: Taker): boolean {
  return backends.some(backend => backend.port === taker.port && isSame(destination(model, backend), destination(model, taker)));
}
