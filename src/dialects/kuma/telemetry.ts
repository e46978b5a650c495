import type { Measured, Telemetry } from '../contract/deliverable';
import { like, not, percentOf, quantileOf, series } from '../contract/promql';

/** What the proxies of clients count, by clusters of Envoy, which Kuma names after MeshServices (kuma `docs/madr/decisions/078-…`). */
export const kumaTelemetry: Telemetry = {
  apart: 'service',
  protocols: ['HTTP'],
  successRate: of => percentOf(
    series('envoy_cluster_upstream_rq_xx', { ...labels(of), envoy_response_code_class: not('5') }, of.window), series('envoy_cluster_upstream_rq_xx', labels(of), of.window),
  ),
  latency: (of, quantile) => quantileOf(quantile, series('envoy_cluster_upstream_rq_time_bucket', labels(of), of.window)),
};

function labels({ namespace, service }: Measured) {
  // The mesh, the zone, the namespace, the name; then the port. No name has an underscore.
  return { envoy_cluster_name: like(`kri_msvc_[^_]*_[^_]*_${namespace}_${service}_.*`) };
}
