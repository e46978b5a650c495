import type { Pod } from '../../../meaning/call';
import type { PodPort } from '../../../meaning/world';
import { isListed } from '../../../reading/listed-ports';

const EXCLUDED = 'traffic.kuma.io/exclude-inbound-ports';

/**
 * Whether calls to a port reach pods without their proxy.
 *
 * @see https://kuma.io/docs/latest/reference/kubernetes-annotations/
 */
export function isPastProxy({ pod, port }: PodPort): boolean {
  return isInMesh(pod) === false || isListed(pod.annotations?.[EXCLUDED], port);
}

/** The label of a pod goes before that of its namespace (kumahq/kuma `pkg/plugins/runtime/k8s/webhooks/injector/precheck.go`). Without both, one is taken to be there. */
export function isInMesh({ labels, namespaceLabels }: Pod): boolean | undefined {
  const said = labels?.['kuma.io/sidecar-injection'] ?? namespaceLabels?.['kuma.io/sidecar-injection'];
  return said === 'disabled' || said === 'false' ? false : said === 'enabled' || said === 'true' ? true : undefined;
}
