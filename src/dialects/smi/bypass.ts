import type { PodsBypass } from '../contract/bypass';
import { allBy, isSaid, listedBy } from '../contract/bypass';
import { mark } from '../contract/marks';

/** Open Service Mesh (openservicemesh/osm `pkg/injector/webhook.go`, `pkg/injector/iptables.go`). */
export const osmBypass: PodsBypass = (pod, direction) => [
  ...allBy(mark(pod, 'openservicemesh.io/sidecar-injection', 'annotations', 'namespaceAnnotations'), value => ['disabled', 'no', 'false'].includes(value.toLowerCase())),
  ...listedBy(mark(pod, `openservicemesh.io/${direction}-port-exclusion-list`, 'annotations')),
  ...direction === 'inbound' ? [] : allBy(mark(pod, 'openservicemesh.io/outbound-ip-range-exclusion-list', 'annotations'), isSaid, true),
];
