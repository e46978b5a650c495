import { gatewayHearing } from '../contract/gateway-hearing';
import type { ServiceReading } from '../contract/service-reading';
import { forms } from '../contract/service-reading';
import { none, partial } from '../contract/support';

/**
 * Its ServiceDefaults say what ports speak. Consul registers the pods that the endpoints of a Service name (hashicorp/consul-k8s
 * `control-plane/connect-inject/controllers/endpoints/endpoints_controller.go`).
 */
export const consulServices: ServiceReading = {
  forms: forms({
    headless: { parent: partial('clients that call it by its name in Kubernetes reach its pods past the route; calls to `<name>.virtual.consul` follow the route') },
    externalName: { backend: none('Consul registers pods, and it has none') },
    selectorless: { backend: partial('Consul registers pods only, and other endpoints of the Service get no requests') },
  }),
  gateways: gatewayHearing({ tls: 'Let the pods speak plain text to their proxies, which speak mutual TLS for them' }),
  governsPorts: false,
  byAccounts: 'of the name',
  byLabels: false,
};
