import type { PodsBypass } from '../contract/bypass';
import { allBy, isSaid, listedBy } from '../contract/bypass';
import { mark } from '../contract/marks';

const isDisabled = (value: string) => ['disabled', 'false', 'no'].includes(value);
const isEnabled = (value: string) => ['enabled', 'true', 'yes'].includes(value);

/**
 * Pods without a proxy (kumahq/kuma `pkg/plugins/runtime/k8s/webhooks/injector/precheck.go`), those of gateways, whose proxy sees what they send
 * only, and what it does not see (`pkg/transparentproxy/kubernetes/kubernetes_config.go`).
 */
export const kumaBypass: PodsBypass = (pod, direction) => {
  const said = (name: string) => mark(pod, `traffic.kuma.io/exclude-${name}`, 'annotations');
  return [
    ...allBy(mark(pod, 'kuma.io/sidecar-injection', 'labels', 'namespaceLabels'), isDisabled),
    ...direction === 'outbound' ? [] : allBy(mark(pod, 'kuma.io/gateway', 'annotations'), isEnabled),
    ...listedBy(said(`${direction}-ports`)),
    ...allBy(said(`${direction}-ips`), isSaid, true),
    ...direction === 'inbound' ? [] : allBy(said('outbound-ports-for-uids'), isSaid, true),
  ];
};
