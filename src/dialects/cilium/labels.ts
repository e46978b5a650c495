import type { CiliumNetworkPolicySpecEndpointSelector } from '../../../imports/cilium/cilium.io';
import type { Plain, Refusal } from '../dialect';

/** Labels that Cilium itself gives to pods. `k8s:` says that they come from Kubernetes. */
export const NAMESPACE = 'k8s:io.kubernetes.pod.namespace';
export const SERVICE_ACCOUNT = 'k8s:io.cilium.k8s.policy.serviceaccount';
export const NAMESPACE_LABELS = 'k8s:io.cilium.k8s.namespace.labels.';

/** The longest value that a selector can have. */
export const MAX_VALUE = 63;

export type LabelSelector = Plain<CiliumNetworkPolicySpecEndpointSelector>;

/** The pods with these labels, in the namespace of the policy. */
export function endpointSelector(podSelector: Readonly<Record<string, string>>): LabelSelector {
  const labels = Object.entries(podSelector).map(([key, value]) => [`k8s:${key}`, value]);
  return labels.length === 0 ? {} : { matchLabels: Object.fromEntries(labels) };
}

/**
 * Labels that no identity has, unless Cilium is configured so. A policy that selects pods by one of them selects none,
 * and protects nothing.
 */
const NO_IDENTITY = new RegExp('^(' + [
  'io\\.cilium\\.k8s', 'io\\.kubernetes', 'kubernetes\\.io', '.*beta\\.kubernetes\\.io', 'topology\\.kubernetes\\.io', 'k8s\\.io',
  'statefulset\\.kubernetes\\.io/pod-name', 'apps\\.kubernetes\\.io/pod-index',
  'batch\\.kubernetes\\.io/job-completion-index', 'batch\\.kubernetes\\.io/controller-uid',
  'pod-template-generation', 'pod-template-hash', 'controller-revision-hash', 'controller-uid', 'annotation', 'etcd_node',
].join('|') + ')');

/** What keeps a workload from being selected. */
export function selectorRefusals<F>({ service, podSelector }: {
  readonly service: string; readonly podSelector?: Readonly<Record<string, string>>;
}): Refusal<F>[] {
  const what = `a policy for '${service}'`;
  if (podSelector === undefined) {
    return [{
      what,
      reason: 'a CiliumNetworkPolicy selects the pods by their labels, which are unknown',
      remedy: 'Give the MeshService its `podSelector`',
    }];
  }
  return Object.keys(podSelector).filter(key => NO_IDENTITY.test(key)).map(key => ({
    what,
    reason: `Cilium leaves the label '${key}' out of the identities of pods, so a policy with it would select none`,
    remedy: 'Select the pods by other labels',
  }));
}
