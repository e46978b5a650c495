import { BY_BACKEND_TLS, gatewayHearing } from '../contract/gateway-hearing';
import type { ServiceReading } from '../contract/service-reading';
import { forms } from '../contract/service-reading';
import { none } from '../contract/support';

/** Its proxy replaces the frontend of a Service (cilium/cilium `operator/pkg/gateway-api/gamma_reconcile.go`), whatever its ports speak. */
export const ciliumServices: ServiceReading = {
  forms: forms({ headless: { parent: none('the proxy of Cilium sees only calls to the address of a Service, and clients of a headless one call its pods') } }),
  // cilium/cilium `operator/pkg/model/translation/envoy_cluster.go`.
  gateways: gatewayHearing({
    tls: BY_BACKEND_TLS,
    also: ({ appProtocol }, spoken) => appProtocol !== 'kubernetes.io/h2c' || spoken !== 'HTTP' ? undefined : {
      isCertain: false,
      why: 'the gateways of Cilium read that only if its installation sets `gatewayAPI.enableAppProtocol`, and otherwise pass HTTP/1.1 on as HTTP/1.1',
      remedy: 'Set that, or let the pods take HTTP/1.1 too',
    },
  }),
  byLabels: true,
  byGivenLabels: true,
};
