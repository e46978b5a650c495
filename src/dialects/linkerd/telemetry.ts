import type { Measured, Telemetry } from '../contract/deliverable';
import { not, percentOf, quantileOf, series, unlike } from '../contract/promql';

/**
 * What the proxies of clients count, by the backend of the route that they follow (linkerd2-proxy
 * `linkerd/app/outbound/src/http/logical/policy/route/metrics/labels.rs`).
 *
 * @see https://linkerd.io/2/reference/proxy-metrics/
 */
export const linkerdTelemetry: Telemetry = {
  apart: 'service',
  protocols: ['HTTP', 'GRPC'],
  grpcByRoutes: true,
  successRate: of => {
    const [metric, good] = of.protocol === 'GRPC'
      ? ['outbound_grpc_route_backend_response_statuses_total', { grpc_status: unlike('UNKNOWN|DEADLINE_EXCEEDED|INTERNAL|UNAVAILABLE|DATA_LOSS'), error: '' }]
      : ['outbound_http_route_backend_response_statuses_total', { http_status: unlike('5..'), error: '' }];
    return percentOf(series(metric as string, { ...labels(of), ...good as object }, of.window), series(metric as string, labels(of), of.window));
  },
  latency: (of, quantile) => `1000 * ${quantileOf(quantile,
    series(`outbound_${of.protocol === 'GRPC' ? 'grpc' : 'http'}_route_backend_response_duration_seconds_bucket`, labels(of), of.window))}`,
};

function labels({ namespace, root, service }: Measured) {
  return { parent_name: root, parent_namespace: namespace, backend_name: service };
}

/** What the proxies of the pods count, as Prometheus of the extension `viz` labels it: it knows no backends of TrafficSplits. */
export const linkerdSplitTelemetry: Telemetry = {
  apart: 'workload',
  protocols: ['HTTP', 'GRPC'],
  successRate: of => percentOf(
    series('response_total', { ...inbound(of), classification: not('failure') }, of.window), series('response_total', inbound(of), of.window),
  ),
  latency: (of, quantile) => quantileOf(quantile, series('response_latency_ms_bucket', inbound(of), of.window)),
};

function inbound({ namespace, workload }: Measured) {
  return { namespace, deployment: workload, direction: 'inbound' };
}
