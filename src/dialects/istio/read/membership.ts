import type { Pod } from '../../../meaning/call';
import type { Labels } from '../../../meaning/selector';
import type { ReadMesh } from '../../../reading/mesh';
import type { ReadObject } from '../../../reading/objects';

/** Which proxy stands before a pod. */
export type Membership = 'sidecar' | 'ambient' | 'none';

/**
 * What labels of the pod and its namespace say; where they say nothing, as the mesh of the command has it. Labels may be set by other
 * means than manifests, so a pod of which nothing is said has a sidecar.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 * @see https://istio.io/latest/docs/ambient/usage/add-workloads/
 */
export function membershipOf(pod: Pod, mesh: ReadMesh | undefined): Membership {
  return saidMembership(pod, mesh) ?? (mesh === 'istio-ambient' ? 'ambient' : 'sidecar');
}

/** Whether a pod says that its proxy is of the other kind than those of the mesh: sidecars and waypoints follow routes in other ways. */
export function isOfOtherKind(pod: Pod, mesh: ReadMesh | undefined): boolean {
  const said = saidMembership(pod, mesh);
  return said === (mesh === 'istio-ambient' ? 'sidecar' : 'ambient');
}

/** Whether an object says which kind of proxy stands before pods. */
export function marksMembership({ kind, manifest: { metadata, spec } }: Pick<ReadObject, 'kind' | 'manifest'>): boolean {
  const all = [kind === 'Namespace' || kind === 'Pod' ? metadata : undefined, spec?.template?.metadata, spec?.jobTemplate?.spec?.template?.metadata];
  return all.some(one => MARKS.some(name => one?.labels?.[name] !== undefined));
}

const MARKS = ['istio.io/dataplane-mode', 'istio-injection', 'istio.io/rev', 'sidecar.istio.io/inject'];

/** Whether a pod has a proxy, or one for it; undefined where nothing is said. */
export function isSaidToBeIn(pod: Pod, mesh: ReadMesh | undefined): boolean | undefined {
  const said = saidMembership(pod, mesh);
  return said && said !== 'none';
}

function saidMembership(
  { labels = {}, annotations = {}, namespaceLabels = {}, onHostNetwork }: Pod, mesh: ReadMesh | undefined,
): Membership | undefined {
  // It is given no proxy (`pkg/kube/inject/inject.go`), and not captured (`cni/pkg/util/enablement_selector.go`).
  if (onHostNetwork) return 'none';
  const injected = injection(labels, annotations, namespaceLabels);
  if (injected === true) return 'sidecar';
  const ambient = labels['istio.io/dataplane-mode'] ?? namespaceLabels['istio.io/dataplane-mode'];
  if (ambient === 'ambient') return 'ambient';
  // In ambient mode, who is given no sidecar needs none.
  return ambient === 'none' || (injected === false && mesh !== 'istio-ambient') ? 'none' : undefined;
}

/** Undefined where nothing is said. */
function injection(labels: Labels, annotations: Labels, ofNamespace: Labels): boolean | undefined {
  const own = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  if (own === 'false' || ofNamespace['istio-injection'] === 'disabled') return false;
  return own === 'true' || ofNamespace['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined || ofNamespace['istio.io/rev'] !== undefined
    ? true : undefined;
}
