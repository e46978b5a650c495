import type { CiliumNetworkPolicySpecEndpointSelector } from '../../../imports/cilium/cilium.io';
import { flatMap } from '../../model/lists';
import { workloadInWords } from '../../model/service-ref';
import type { Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { unknownPods } from '../contract/unknown-pods';

/** Labels that Cilium itself gives to pods. `k8s:` says that they come from Kubernetes. */
const NAMESPACE_OF_PODS = 'io.kubernetes.pod.namespace';
export const NAMESPACE = `k8s:${NAMESPACE_OF_PODS}`;
export const SERVICE_ACCOUNT = 'k8s:io.cilium.k8s.policy.serviceaccount';
export const CLUSTER = 'k8s:io.cilium.k8s.policy.cluster';
export const NAMESPACE_LABELS = 'k8s:io.cilium.k8s.namespace.labels.';

/** The longest value that a selector can have. */
export const MAX_VALUE = 63;

export type LabelSelector = Plain<CiliumNetworkPolicySpecEndpointSelector>;

/** The pods with these labels, in the namespace of the policy. */
export function endpointSelector(podSelector: Readonly<Record<string, string>>): LabelSelector {
  return Object.keys(podSelector).length === 0 ? {} : { matchLabels: labelsBehind('k8s:', podSelector) };
}

/** The labels, with what Cilium puts before their keys. */
export function labelsBehind(prefix: string, labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [`${prefix}${key}`, value]));
}

/** Labels that Cilium gives to every pod by itself, and keeps in its identity. */
const OWN = /^io\.(kubernetes\.pod\.namespace|cilium\.k8s\.(namespace\.labels\..+|policy\.(cluster|serviceaccount)))$/;

/**
 * Labels that no identity has, unless Cilium is configured to keep them. A policy that selects pods by one of them selects none,
 * and protects nothing.
 */
const NO_IDENTITY = new RegExp('^(' + [
  'io\\.cilium\\.k8s', 'io\\.kubernetes', 'kubernetes\\.io', '.*beta\\.kubernetes\\.io', 'topology\\.kubernetes\\.io', 'k8s\\.io',
  'statefulset\\.kubernetes\\.io/pod-name', 'apps\\.kubernetes\\.io/pod-index',
  'batch\\.kubernetes\\.io/job-completion-index', 'batch\\.kubernetes\\.io/controller-uid',
  'pod-template-generation', 'pod-template-hash', 'controller-revision-hash', 'controller-uid', 'annotation', 'etcd_node',
].join('|') + ')');

/** Why Cilium cannot select a workload. */
export function selectorRefusals<F>(namespace: string, workload: {
  readonly service?: string; readonly podSelector?: Readonly<Record<string, string>>;
}, what = `a policy for ${workloadInWords(workload)}`): Refusal<F>[] {
  const { podSelector } = workload;
  if (podSelector === undefined) {
    return [unknownPods(what, 'a CiliumNetworkPolicy')];
  }
  return [
    ...Object.keys(podSelector).filter(key => NO_IDENTITY.test(key) && !OWN.test(key)).map(key => ({
      what,
      reason: `Cilium leaves the label '${key}' out of the identities of pods, so a policy with it would select none`,
      remedy: 'Select the pods by other labels',
    })),
    ...(NAMESPACE_OF_PODS in podSelector && podSelector[NAMESPACE_OF_PODS] !== namespace ? [{
      what,
      reason: `Cilium puts the namespace of the policy in place of '${NAMESPACE_OF_PODS}: ${podSelector[NAMESPACE_OF_PODS]}', and so would select other pods`,
      remedy: 'Leave the label out: a policy is for pods of its own namespace',
    }] : []),
  ];
}

/** Why Cilium cannot know the pods of clients, or those that are called, by labels. */
export function podLabelRefusals<F>(labels: Readonly<Record<string, string>>, as: 'as a source' | 'as a destination' | 'as a peer' | 'as what is protected', instead: string): Refusal<F>[] {
  return Object.keys(labels).filter(key => NO_IDENTITY.test(key)).map(key => ({
    what: `pods with the label '${key}' ${as}`,
    reason: OWN.test(key) ? 'only Cilium gives pods this label' : 'Cilium leaves the label out of the identities of pods, so a selector with it would select none',
    remedy: OWN.test(key) ? `Use ${instead}, or labels that the pods have themselves`
      : 'Select the pods by other labels',
  }));
}

/** Why Cilium cannot know nodes by labels: a policy for them would be for none. */
export function nodeLabelRefusals<F>(labels: Readonly<Record<string, string>>): Refusal<F>[] {
  return Object.keys(labels).filter(key => NO_IDENTITY.test(key)).map(key => ({
    what: `nodes with the label '${key}'`,
    reason: 'Cilium leaves the label out of the identities of nodes, so a selector with it would select none',
    remedy: 'Select the nodes by other labels',
  }));
}

/**
 * Why Cilium cannot select namespaces by a label. The agent puts a prefix of its own before the key, and drops the whole policy if
 * the key is too long: the pods would be open.
 */
export function namespaceLabelRefusals<F>(labels: Readonly<Record<string, string>>): Refusal<F>[] {
  const own = NAMESPACE_LABELS.replace(/^k8s:/, '').length;
  return flatMap(Object.keys(labels), key => {
    const [what, most] = key.includes('/') ? ['the domain of the label', 253 - own] : ['the label', 63 - own];
    return key.split('/')[0].length <= most ? [] : [{
      what: `${what} '${key}' of a namespace`,
      reason: `the Cilium agent takes ${most} characters there, and drops the whole policy for more, which leaves the pods open`,
      remedy: 'Select the namespaces by another label, such as `kubernetes.io/metadata.name`',
    }];
  });
}
