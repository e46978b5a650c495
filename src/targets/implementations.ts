/**
 * Who reads the SMI manifests. Implementations differ in the version of TrafficSplit they read, and in what they read at
 * all.
 *
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/SPEC_LATEST_STABLE.md
 */
export enum SmiImplementation {
  /** The newest versions of the specification: split v1alpha4, access v1alpha3, specs v1alpha4. */
  SPEC = 'spec',

  /** Open Service Mesh: split v1alpha2, access v1alpha3, specs v1alpha4. It ignores UDPRoutes: policies on UDP ports are refused. */
  OSM = 'osm',

  /** The SMI extension of Linkerd: split v1alpha1. It reads nothing else: access policies are refused. */
  LINKERD = 'linkerd',

  /** The TrafficSplits of Argo Rollouts, as its controller reads them by default: split v1alpha1. Access policies are refused. */
  ARGO_ROLLOUTS = 'argo-rollouts',
}

/**
 * The mesh behind Gateway API, whose own API carries what Gateway API has none for: access policies.
 */
export enum MeshImplementation {
  /** Istio with sidecars: AuthorizationPolicy and PeerAuthentication of `security.istio.io/v1`. */
  ISTIO = 'istio',

  /**
   * Istio in ambient mode: AuthorizationPolicy on the workload for ztunnel, or on the Service for its waypoint where
   * requests are told apart.
   */
  ISTIO_AMBIENT = 'istio-ambient',

  /** Linkerd 2.14 or newer: Server, HTTPRoute, AuthorizationPolicy and their authentications of `policy.linkerd.io`. */
  LINKERD = 'linkerd',

  /** Consul on Kubernetes: ServiceIntentions and ServiceDefaults of `consul.hashicorp.com/v1alpha1`. */
  CONSUL = 'consul',

  /** Kuma: MeshTrafficPermission, MeshTLS of `kuma.io/v1alpha1`. */
  KUMA = 'kuma',

  /**
   * Cilium 1.20 or newer: CiliumNetworkPolicy of `cilium.io/v2`. Its identities are those of pods; SPIFFE ids and mutual TLS
   * are refused.
   */
  CILIUM = 'cilium',
}
