import type { ReadObject } from './objects';

/**
 * The versions of the kinds that are read, as clusters serve or have served them, where all are read the same: those of one kind, or of all others
 * of a group. What only some of them have is up to the readers.
 */
export const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'cilium.io': ['v2'],
  'cilium.io CiliumCIDRGroup': ['v2', 'v2alpha1'],
  'consul.hashicorp.com': ['v1alpha1'],
  'gateway.networking.k8s.io': ['v1', 'v1beta1', 'v1alpha2'],
  'gateway.networking.k8s.io BackendTLSPolicy': ['v1', 'v1alpha3'],
  'gateway.networking.k8s.io TLSRoute': ['v1', 'v1alpha3', 'v1alpha2'],
  'gateway.networking.x-k8s.io': ['v1alpha1'],
  'install.istio.io': ['v1alpha1'],
  'kuma.io': ['v1alpha1'],
  'linkerd.io': ['v1alpha2', 'v1alpha1'],
  'networking.istio.io': ['v1', 'v1beta1', 'v1alpha3'],
  'networking.k8s.io': ['v1'],
  'policy.linkerd.io': ['v1alpha1'],
  'policy.linkerd.io HTTPRoute': ['v1beta3', 'v1beta2', 'v1beta1', 'v1alpha1'],
  'policy.linkerd.io Server': ['v1beta3', 'v1beta2', 'v1beta1', 'v1alpha1'],
  'policy.linkerd.io ServerAuthorization': ['v1beta1', 'v1alpha1'],
  'security.istio.io': ['v1', 'v1beta1'],
};

/** Whether an object of a kind that is read has a version that is. The reader of SMI knows the versions of its kinds itself. */
export function isOfReadVersion({ group, kind, version }: Pick<ReadObject, 'group' | 'kind' | 'version'>): boolean {
  return (VERSIONS[`${group} ${kind}`] ?? VERSIONS[group])?.includes(version) ?? true;
}
