import { consulBypass } from './bypass';
import type { Reserved } from '../contract/reserved';

/**
 * What the transparent proxy leaves alone (hashicorp/consul-k8s `control-plane/connect-inject/webhook/redirect_traffic.go`,
 * `mesh_webhook.go`; the port of the metrics is that of `charts/consul/values.yaml`): metrics, the health of the proxy, and the ports
 * where it serves the HTTP probes of the pod, one for each container and kind.
 */
export const consulReserved: Reserved = {
  mesh: 'Consul',
  inbound: [[20200, 20200], [20300, 20599], [21000, 21099]],
  outbound: [],
  // `control-plane/api/common/common.go`.
  metadata: [
    {
      in: ['annotation'],
      key: 'consul.hashicorp.com/migrate-entry',
      effect: 'keeps the config entry that it already has, and takes the object for a copy of it',
      remedy: 'Leave it out',
    },
    {
      in: ['annotation', 'label'],
      key: 'consul.hashicorp.com/source-datacenter',
      effect: 'decides by it who owns a config entry',
      remedy: 'Leave it out',
    },
  ],
  bypass: consulBypass,
};
