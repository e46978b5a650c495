import { gatewayHearing } from '../contract/gateway-hearing';
import { isTrue, mark } from '../contract/marks';
import type { ServiceReading } from '../contract/service-reading';
import { forms } from '../contract/service-reading';
import { none, partial } from '../contract/support';

const UNREGISTERED = none('Consul registers none of its pods');

const unregistered: ServiceReading['marks'] = marks => {
  const said = mark(marks, 'consul.hashicorp.com/service-ignore', 'labels');
  return said === undefined || !isTrue(said.value) ? [] : [{
    by: said.by, roles: { parent: UNREGISTERED, backend: UNREGISTERED, exposed: UNREGISTERED, destination: UNREGISTERED }, remedy: 'Leave it out',
  }];
};

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
  marks: unregistered,
  gateways: gatewayHearing({ tls: 'Let the pods speak plain text to their proxies, which speak mutual TLS for them' }),
  governsPorts: false,
  byAccounts: 'of the name',
  byLabels: false,
};
