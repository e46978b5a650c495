import { osmBypass } from './bypass';
import type { Reserved } from '../contract/reserved';

/**
 * What the proxy of Open Service Mesh leaves alone (openservicemesh/osm `pkg/injector/iptables.go`, `pkg/constants/constants.go`):
 * metrics, and where it serves the probes of the pod; on the way out, its administration.
 */
export const osmReserved: Reserved = {
  mesh: 'Open Service Mesh',
  inbound: [[15010, 15010], [15901, 15904]],
  outbound: [[15000, 15000]],
  metadata: [],
  bypass: osmBypass,
};
