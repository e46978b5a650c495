import { ENVOY_FILTER_API_VERSION } from './apis';
import { decimalSeconds } from './duration';
import { limitRuleRefusals, ruleDescriptors } from './limit-rules';
import { selectionRefusals } from './workload';
import type { EnvoyFilterSpec } from '../../../imports/istio/networking.istio.io';
import type { RouteFeature } from '../../model/features/route';
import type { Fields } from '../../model/fields';
import type { LimitAnswer, RateLimit } from '../../model/handling';
import { limitedPorts, portOfPods } from '../../model/limited-ports';
import { numberOf } from '../../model/pod-port';
import type { RouteModel } from '../../model/route';
import type { DialectOf } from '../contract/dialect';
import { knownLabels, knownNumber } from '../contract/known';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { refusing, together } from '../contract/rendering';
import { envoyRateLimitRefusals, podNamespace, limitRefusal } from '../proxies/rate-limit';

/** What the local rate limit of Envoy accepts. */
const LEAST_INTERVAL = 50;

/** As many as there can be: older releases of Envoy need a number for all requests beside those of rules. */
const UNLIMITED = 4294967295;

const CONNECTION_MANAGER = 'envoy.filters.network.http_connection_manager';
const ROUTER = 'envoy.filters.http.router';

export function istioRateLimitRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  return model.traffic.rateLimit === undefined ? [] : [
    ...envoyRateLimitRefusals(model, 'Istio', 'an EnvoyFilter', LEAST_INTERVAL),
    ...limitRuleRefusals(model.traffic.rateLimit.rules ?? []),
    ...limitedPorts(model).map(portOfPods).filter(port => numberOf(port) === undefined).map(({ port }) => limitRefusal(
      `Envoy finds a port by its number, and the number of port '${port}' is unknown`, 'Give the port of the MeshService its number, `targetPort: 8080`')),
  ];
}

/** The same dialect, which refuses rate limits of pods in the root namespace: pods of the whole mesh that have the same labels would have them. */
export function limitedOutsideRoot(dialect: DialectOf<'routes'>, root: string): DialectOf<'routes'> {
  return { ...dialect, render: model => together(dialect.render(model), refusing(rootRefusals(model, root))) };
}

function rootRefusals(model: RouteModel, root: string): Refusal<RouteFeature>[] {
  const namespace = podNamespace(model);
  return model.traffic.rateLimit === undefined || namespace === undefined ? []
    : selectionRefusals<RouteFeature>('an EnvoyFilter', { namespace }, root).map(({ reason, remedy }) => limitRefusal(reason, remedy));
}

/**
 * One EnvoyFilter: what the sidecar of each pod lets through on the port. It stands before the router,
 * so that requests which policies deny do not count.
 *
 * @see https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#local-rate-limit
 */
export function rateLimitFilters(model: RouteModel): Manifest[] {
  const { name, service, traffic: { rateLimit } } = model;
  if (rateLimit === undefined) {
    return [];
  }
  const spec: Plain<EnvoyFilterSpec> = {
    workloadSelector: { labels: knownLabels(service) },
    configPatches: limitedPorts(model).map(port => ({
      applyTo: 'HTTP_FILTER',
      match: {
        context: 'SIDECAR_INBOUND',
        // By the port of the filter chain: clients in ambient mode reach another listener.
        listener: {
          filterChain: { destinationPort: knownNumber(portOfPods(port)), filter: { name: CONNECTION_MANAGER, subFilter: { name: ROUTER } } },
        },
      },
      patch: { operation: 'INSERT_BEFORE', value: localRateLimit(rateLimit) },
    })),
  };
  return [{ apiVersion: ENVOY_FILTER_API_VERSION, kind: 'EnvoyFilter', metadata: { name, namespace: podNamespace(model) }, spec }];
}

/**
 * The filter of Envoy, by its stable API. The bucket is as large as what is filled in at a time; gRPC clients get
 * `RESOURCE_EXHAUSTED`, which is not retried.
 */
function localRateLimit({ requests = UNLIMITED, rules, interval, answer }: Fields<RateLimit, 'requests' | 'rules' | 'interval' | 'answer'>): object {
  const bucket = (tokens: number) => ({ max_tokens: tokens, tokens_per_fill: tokens, fill_interval: decimalSeconds(interval) });
  const all = { default_value: { numerator: 100, denominator: 'HUNDRED' } };
  return {
    name: 'envoy.filters.http.local_ratelimit',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
      'stat_prefix': 'http_local_rate_limiter',
      'token_bucket': bucket(requests),
      'filter_enabled': all,
      'filter_enforced': all,
      'rate_limited_as_resource_exhausted': true,
      ...(rules !== undefined && ruleDescriptors(rules, bucket)),
      ...(answer !== undefined && answered(answer)),
    },
  };
}

function answered({ statusCode, headers }: Fields<LimitAnswer, 'statusCode' | 'headers'>): object {
  return {
    ...(statusCode !== undefined && { status: { code: statusCode } }),
    ...(headers.length > 0 && {
      response_headers_to_add: headers.map(({ name, value }) => ({ header: { key: name, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' })),
    }),
  };
}
