/** The domains of labels and annotations that a mesh, or a gateway, reads. */
const READ = /(?:^|\.)(?:istio\.io|linkerd\.io|kuma\.io|hashicorp\.com|cilium\.io|projectcalico\.org|openservicemesh\.io|smi-spec\.io|gateway\.networking\.k8s\.io)\/|^io\.cilium/;

/** Whether a label, or an annotation, is one of people and their tools, such as that of `kubectl apply`. */
export function isOfTools(key: string): boolean {
  return !READ.test(key);
}
