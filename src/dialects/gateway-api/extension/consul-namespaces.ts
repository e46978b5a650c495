/**
 * What the namespaces of Kubernetes are in Consul.
 *
 * @see https://developer.hashicorp.com/consul/docs/k8s/connect/connect-inject#consul-enterprise-namespaces
 */
export enum ConsulNamespaces {
  /**
   * Each has a namespace of Consul with its name: Consul Enterprise with `connectInject.consulNamespaces.mirroringK8S`,
   * and without a prefix.
   */
  MIRRORED = 'mirrored',

  /**
   * They share one, as they do in the Community Edition. A policy for ServiceAccount `web` of one namespace then holds
   * for every ServiceAccount `web` of the cluster: say this only if you make sure that no two in the mesh have the same
   * name. Whole namespaces cannot be sources.
   */
  SINGLE = 'single',
}
