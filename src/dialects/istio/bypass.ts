import type { Bypass, PodMarks, PodsBypass } from '../contract/bypass';
import { allBy, isSaid, listedBy, onNode, unlistedBy } from '../contract/bypass';
import { isTrue, mark } from '../contract/marks';

/** Paths are those of istio/istio. */
const MODE = 'istio.io/dataplane-mode';
const INJECT = 'sidecar.istio.io/inject';

/** Pods without a sidecar: `pkg/kube/inject/inject.go`, and the selectors of the webhook, which no pod of such a namespace meets. */
function withoutSidecar(pod: PodMarks): Bypass[] {
  return [
    ...onNode(pod),
    ...allBy(mark(pod, INJECT, 'labels', 'annotations'), value => value === 'false'),
    ...allBy(mark(pod, 'istio-injection', 'namespaceLabels'), value => value === 'disabled'),
  ];
}

/** Ports are taken in, or left out of all (`tools/istio-iptables/pkg/capture/run.go`). */
export const istioBypass: PodsBypass = (pod, direction) => {
  const said = (name: string) => mark(pod, `traffic.sidecar.istio.io/${name}`, 'annotations');
  const without = withoutSidecar(pod);
  const uncaptured = allBy(mark(pod, 'sidecar.istio.io/interceptionMode', 'annotations'), value => value === 'NONE');
  // Whoever has no sidecar may still have ztunnel.
  if (without.length > 0 && !pod.onHostNetwork && mark(pod, MODE, 'labels', 'namespaceLabels')?.value === 'ambient') return [];
  if (without.length > 0 || uncaptured.length > 0) return [...without, ...uncaptured];
  if (direction === 'inbound') {
    const included = said('includeInboundPorts');
    return included === undefined || included.value === '*' ? listedBy(said('excludeInboundPorts')) : unlistedBy(included);
  }
  const ranges = said('includeOutboundIPRanges');
  const isNone = (value: string) => value === '' && (said('includeOutboundPorts')?.value ?? '') === '';
  return [
    ...allBy(ranges, isNone), ...allBy(ranges, value => value !== '*' && !isNone(value), true),
    ...listedBy(said('excludeOutboundPorts')), ...allBy(said('excludeOutboundIPRanges'), isSaid, true),
  ];
};

/** `cni/pkg/util/enablement_selector.go`, `cni/pkg/nodeagent/net.go`. */
export const istioAmbientBypass: PodsBypass = (pod, direction) => {
  if (pod.onHostNetwork) return onNode(pod);
  // Such a pod has a sidecar, which takes in what is for it.
  if (mark(pod, INJECT, 'labels', 'annotations')?.value === 'true') return istioBypass(pod, direction);
  return [
    ...allBy(mark(pod, MODE, 'labels', 'namespaceLabels'), value => value === 'none'),
    ...direction === 'outbound' ? [] : allBy(mark(pod, 'ambient.istio.io/bypass-inbound-capture', 'annotations'), isTrue),
  ];
};
