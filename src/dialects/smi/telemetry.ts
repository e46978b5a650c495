import type { Measured, Telemetry } from '../contract/deliverable';
import { percentOf, quantileOf, series, unlike } from '../contract/promql';

/** What the proxies of Open Service Mesh count, by workloads (openservicemesh/osm `pkg/envoy/…/stats.wasm`). */
export const osmTelemetry: Telemetry = {
  apart: 'workload',
  protocols: ['HTTP'],
  successRate: of => percentOf(
    series('osm_request_total', { ...labels(of), response_code: unlike('5.*') }, of.window), series('osm_request_total', labels(of), of.window),
  ),
  latency: (of, quantile) => quantileOf(quantile, series('osm_request_duration_ms_bucket', labels(of), of.window)),
};

function labels({ namespace, workload }: Measured) {
  return { destination_namespace: namespace, destination_kind: 'Deployment', destination_name: workload };
}
