import { none } from '../dialect';
import type { ServiceReading } from '../service-reading';
import { forms } from '../service-reading';

/** Its proxy stands in for the frontend of a Service (cilium/cilium `operator/pkg/gateway-api/gamma_reconcile.go`), whatever its ports speak. */
export const ciliumServices: ServiceReading = {
  forms: forms({ headless: { parent: none('the proxy of Cilium takes what is sent to the address of a Service, and clients have those of its pods') } }),
  byLabels: true,
};
