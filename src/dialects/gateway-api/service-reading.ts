import { gatewayHearing } from '../contract/gateway-hearing';
import type { ServiceReading } from '../contract/service-reading';
import { forms } from '../contract/service-reading';
import { partial } from '../contract/support';

/** A mesh that is not known. */
export const anyMeshServices: ServiceReading = {
  forms: forms({
    headless: {
      parent: partial('some meshes route only calls to the address of a Service: Linkerd, Kuma, Cilium and Istio in ambient mode'),
      backend: partial('some meshes cannot send requests to such a Service: Istio and Kuma'),
    },
    externalName: { backend: partial('Gateway API leaves it to each mesh whether to send requests to such Services') },
  }),
  gateways: gatewayHearing({}),
  byLabels: false,
};
