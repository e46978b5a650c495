import type { Measured, Telemetry } from '../contract/deliverable';
import { percentOf, quantileOf, series, unlike } from '../contract/promql';

/**
 * What Hubble counts, by workloads: it has `httpV2` with `labelsContext=destination_namespace,destination_workload`, and sees the requests
 * of pods that have a policy on requests.
 *
 * @see https://docs.cilium.io/en/stable/observability/metrics/
 */
export const ciliumTelemetry: Telemetry = {
  apart: 'workload',
  protocols: ['HTTP'],
  successRate: of => percentOf(
    series('hubble_http_requests_total', { ...labels(of), status: unlike('5..') }, of.window), series('hubble_http_requests_total', labels(of), of.window),
  ),
  latency: (of, quantile) => `1000 * ${quantileOf(quantile, series('hubble_http_request_duration_seconds_bucket', labels(of), of.window))}`,
};

function labels({ namespace, workload }: Measured) {
  return { destination_namespace: namespace, destination_workload: workload };
}
