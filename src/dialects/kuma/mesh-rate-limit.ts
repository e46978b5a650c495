import type { LimitingRule, MeshRateLimitSpec, OnRateLimit } from './apis';
import { KUMA_API_VERSION, MAX_COUNT } from './apis';
import { clientsOf, includesClients } from './clients';
import { UNKNOWN_TRUST_DOMAIN } from './options';
import { dataplane } from './target-ref';
import type { RouteFeature } from '../../model/features/route';
import type { Fields } from '../../model/fields';
import type { LimitAnswer, LimitRule, RateLimit } from '../../model/handling';
import { limitedPorts, portOfPods } from '../../model/limited-ports';
import { flatMap } from '../../model/lists';
import type { RouteModel } from '../../model/route';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import type { Support } from '../contract/support';
import { full, none, partial } from '../contract/support';
import { refused } from '../contract/unwritten';
import { goDuration } from '../gateway-api/spelling/duration';
import { clientRefusal, countsOf, envoyRateLimitRefusals, limitRefusal, podNamespace } from '../proxies/rate-limit';

const RATE_LIMIT = partial(
  'for a Service with one port for requests; plain text and mutual TLS are counted separately',
  'a MeshRateLimit for the pods and for the `containerPortName` of their port, if the container has given it a name');

export type LimitFeature = 'LocalRateLimit' | 'RateLimitAnswer' | 'RateLimitByClient' | 'RateLimitByRequest';

/** @param trustDomain - that of the SPIFFE ids; `undefined` where it is not known */
export function rateLimitSupports(trustDomain: string | undefined): Readonly<Record<LimitFeature, Support>> {
  return {
    LocalRateLimit: RATE_LIMIT,
    RateLimitByClient: trustDomain === undefined ? none(...UNKNOWN_TRUST_DOMAIN) : partial(
      'for a ServiceAccount, a namespace or a SPIFFE id each, and for all others together',
      '`matches` in the rules of that MeshRateLimit (2.14 or newer)'),
    RateLimitByRequest: none('a MeshRateLimit tells requests apart by their clients only'),
    RateLimitAnswer: full('`onRateLimit` of that MeshRateLimit'),
  };
}

/** The webhook wants more than 50 milliseconds. */
const LEAST_INTERVAL = 51;

export function kumaRateLimitRefusals(model: RouteModel, trustDomain: string | undefined): Refusal<RouteFeature>[] {
  const { rateLimit } = model.traffic;
  return rateLimit === undefined ? [] : [
    ...envoyRateLimitRefusals(model, 'Kuma', 'a MeshRateLimit', LEAST_INTERVAL),
    ...(trustDomain === undefined ? [] : ruleRefusals(rateLimit, trustDomain)),
    ...(Math.max(...countsOf(rateLimit)) > MAX_COUNT
      ? [limitRefusal(`a MeshRateLimit allows at most ${MAX_COUNT} requests`, 'Limit the requests of a shorter time')]
      : []),
    ...(rateLimit.answer?.headers ?? []).filter(({ value }) => value.includes(',')).map(({ name }): Refusal<RouteFeature> => ({
      feature: 'RateLimitAnswer',
      reason: `Kuma splits the values of headers at commas, and keeps the last part of '${name}'`,
      remedy: 'Use a value without a comma',
    })),
  ];
}

/** Each match counts by itself, in place of the rule for all other clients (`ConfigureMatchedRoutes` in `configurer.go` of its plugin). */
function ruleRefusals({ requests, rules = [] }: RateLimit, trustDomain: string): Refusal<RouteFeature>[] {
  const matches = flatMap(rules, ({ sources }) => sources.map(source => clientsOf(source, trustDomain)));
  const isTwice = matches.some((match, i) => matches.slice(0, i).some(earlier => includesClients(earlier, match)));
  return [
    ...(requests === undefined || rules.length === 0 ? [] : [clientRefusal(
      'Kuma counts the requests of a client by one rule, and not by another one for all clients',
      'Write `requests` as a last rule, without `sources`, for the others')]),
    ...(rules.some(({ sources, perClient }) => sources.length > 1 && !perClient) ? [clientRefusal(
      'Kuma counts each of the clients that a rule names by itself', 'Write a rule for each, or use `perClient`')] : []),
    ...(rules.some(({ perClient }) => perClient) ? [clientRefusal(
      'Kuma counts the clients of a namespace together, and so those that no rule names',
      'Leave out `perClient`, or name the ServiceAccounts of the clients')] : []),
    ...(isTwice ? [clientRefusal(
      'Kuma counts a client by the rule that names it most closely, and one is in two rules',
      'Put the rule for fewer clients first, and name each client once')] : []),
  ];
}

/**
 * One MeshRateLimit: what the proxy of each pod lets through on the port, from the clients of each rule, or from all others together.
 *
 * @see https://kuma.io/docs/latest/policies/meshratelimit/
 */
export function meshRateLimits(model: RouteModel, trustDomain: string | undefined): Manifest[] {
  const { name, service, traffic: { rateLimit } } = model;
  if (rateLimit === undefined) {
    return [];
  }
  const [port] = limitedPorts(model);
  const spec: MeshRateLimitSpec = {
    targetRef: dataplane(service, { port: portOfPods(port).port, name: port.podPortName }),
    rules: rulesOf(rateLimit, trustDomain),
  };
  return [{ apiVersion: KUMA_API_VERSION, kind: 'MeshRateLimit', metadata: { name, namespace: podNamespace(model) }, spec }];
}

function rulesOf(
  { requests, rules = [], interval, answer }: Fields<RateLimit, 'requests' | 'rules' | 'interval' | 'answer'>, trustDomain: string | undefined,
): LimitingRule[] {
  const counting = (num: number): LimitingRule => ({
    default: {
      local: {
        http: {
          requestRate: { num, interval: goDuration(interval) },
          ...(answer !== undefined && { onRateLimit: onRateLimit(answer) }),
        },
      },
    },
  });
  return [
    ...(requests === undefined ? [] : [counting(requests)]),
    ...rules.map(({ sources, requests: num }: Fields<LimitRule, 'sources' | 'requests', 'perClient' | 'matches'>): LimitingRule => ({
      ...(sources.length > 0 && { matches: sources.map(source => clientsOf(source, trustDomain ?? refused())) }),
      ...counting(num),
    })),
  ];
}

function onRateLimit({ statusCode, headers }: Fields<LimitAnswer, 'statusCode' | 'headers'>): OnRateLimit {
  return { ...(statusCode !== undefined && { status: statusCode }), ...(headers.length > 0 && { headers: { set: headers } }) };
}
