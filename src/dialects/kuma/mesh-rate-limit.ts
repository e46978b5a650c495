import type { MeshRateLimitSpec, OnRateLimit } from './apis';
import { KUMA_API_VERSION, MAX_COUNT } from './apis';
import { dataplane } from './target-ref';
import type { RouteFeature } from '../../model/features/route';
import type { LimitAnswer } from '../../model/handling';
import { limitedPorts, portOfPods } from '../../model/limited-ports';
import type { RouteModel } from '../../model/route';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { full, partial } from '../contract/support';
import { goDuration } from '../gateway-api/spelling/duration';
import { envoyRateLimitRefusals, podNamespace, limitRefusal } from '../proxies/rate-limit';

export const RATE_LIMIT = partial(
  'for a Service with one port for requests; plain text and mutual TLS are counted separately',
  'a MeshRateLimit for the pods and for the `containerPortName` of their port, if the container has given it a name');

export const RATE_LIMIT_ANSWER = full('`onRateLimit` of that MeshRateLimit');

/** The webhook wants more than 50 milliseconds. */
const LEAST_INTERVAL = 51;

export function kumaRateLimitRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const { rateLimit } = model.traffic;
  return rateLimit === undefined ? [] : [
    ...envoyRateLimitRefusals(model, 'Kuma', 'a MeshRateLimit', LEAST_INTERVAL),
    ...(rateLimit.requests > MAX_COUNT
      ? [limitRefusal(`a MeshRateLimit allows at most ${MAX_COUNT} requests`, 'Limit the requests of a shorter time')]
      : []),
    ...(rateLimit.answer?.headers ?? []).filter(({ value }) => value.includes(',')).map(({ name }): Refusal<RouteFeature> => ({
      feature: 'RateLimitAnswer',
      reason: `Kuma splits the values of headers at commas, and keeps the last part of '${name}'`,
      remedy: 'Use a value without a comma',
    })),
  ];
}

/**
 * One MeshRateLimit: what the proxy of each pod lets through on the port, from all clients together.
 *
 * @see https://kuma.io/docs/latest/policies/meshratelimit/
 */
export function meshRateLimits(model: RouteModel): Manifest[] {
  const { name, service, traffic: { rateLimit } } = model;
  if (rateLimit === undefined) {
    return [];
  }
  const [port] = limitedPorts(model);
  const spec: MeshRateLimitSpec = {
    targetRef: dataplane(service, { port: portOfPods(port).port, name: port.podPortName }),
    rules: [{
      default: {
        local: {
          http: {
            requestRate: { num: rateLimit.requests, interval: goDuration(rateLimit.interval) },
            ...(rateLimit.answer !== undefined && { onRateLimit: onRateLimit(rateLimit.answer) }),
          },
        },
      },
    }],
  };
  return [{ apiVersion: KUMA_API_VERSION, kind: 'MeshRateLimit', metadata: { name, namespace: podNamespace(model) }, spec }];
}

function onRateLimit({ statusCode, headers }: LimitAnswer): OnRateLimit {
  return { ...(statusCode !== undefined && { status: statusCode }), ...(headers.length > 0 && { headers: { set: headers } }) };
}
