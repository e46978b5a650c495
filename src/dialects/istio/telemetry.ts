import type { Measured, Telemetry } from '../contract/deliverable';
import { percentOf, quantileOf, series, unlike } from '../contract/promql';

/**
 * What Istio's proxies count, by the Service that a route sends requests to.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 * @param reporter Who counts: with sidecars that of the client, in ambient mode the waypoint.
 */
export function istioTelemetry(reporter: 'source' | 'waypoint'): Telemetry {
  const labels = ({ namespace, service }: Measured) => ({ reporter, destination_service_namespace: namespace, destination_service_name: service });
  return {
    apart: 'service',
    protocols: ['HTTP', 'GRPC'],
    successRate: of => percentOf(
      series('istio_requests_total', { ...labels(of), ...(of.protocol === 'GRPC' ? { grpc_response_status: unlike('2|4|12|13|14|15') } : { response_code: unlike('5.*') }) }, of.window),
      series('istio_requests_total', labels(of), of.window),
    ),
    latency: (of, quantile) => quantileOf(quantile, series('istio_request_duration_milliseconds_bucket', labels(of), of.window)),
  };
}
