/** Domains of meshes: what is named by them may change who gets in, and where requests go. */
const OF_MESHES = /(?:^|\.)(?:istio\.io|linkerd\.io|consul\.hashicorp\.com|kuma\.io|cilium\.io|smi-spec\.io|openservicemesh\.io|projectcalico\.org|antrea\.io|(?:gateway\.)?networking\.(?:x-)?k8s\.io)$/;

const asked = new Map<string, boolean>();

/** Whether an API group, or the domain of a label or an annotation, is of a mesh. */
export function isMeshDomain(domain: string): boolean {
  const isOfMesh = asked.get(domain) ?? OF_MESHES.test(domain);
  asked.set(domain, isOfMesh);
  return isOfMesh;
}

/** Whether a label, or an annotation, is one of people and their tools, such as that of `kubectl apply`. Older ones of Cilium have no domain. */
export function isOfTools(key: string): boolean {
  return !isMeshDomain(key.split('/')[0]) && !key.startsWith('io.cilium');
}
