import type { PodsBypass } from '../contract/bypass';
import { allBy, isSaid, listedBy } from '../contract/bypass';
import { isFalse, mark } from '../contract/marks';

const TRANSPARENT = 'consul.hashicorp.com/transparent-proxy';

/**
 * Pods without a proxy, and what is not redirected to it (hashicorp/consul-k8s `control-plane/connect-inject/webhook/mesh_webhook.go`,
 * `redirect_traffic.go`, `control-plane/connect-inject/common/common.go`). Where nothing is, pods may still listen for their proxy alone.
 */
export const consulBypass: PodsBypass = (pod, direction) => {
  const said = (name: string) => mark(pod, `consul.hashicorp.com/${name}`, 'annotations');
  return [
    ...allBy(said('connect-inject'), isFalse),
    ...allBy(mark(pod, TRANSPARENT, 'annotations', 'namespaceLabels'), isFalse, direction === 'inbound' ? true : undefined),
    ...listedBy(said(`transparent-proxy-exclude-${direction}-ports`)),
    ...direction === 'inbound' ? [] : [
      ...allBy(said('transparent-proxy-exclude-outbound-cidrs'), isSaid, true), ...allBy(said('transparent-proxy-exclude-uids'), isSaid, true),
    ],
  ];
};
