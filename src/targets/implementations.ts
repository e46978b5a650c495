/**
 * Who reads the SMI manifests. Implementations read different versions of TrafficSplit, and some read nothing else.
 *
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/SPEC_LATEST_STABLE.md
 */
export enum SmiImplementation {
  /** The newest versions of the specification: split v1alpha4, access v1alpha3, specs v1alpha4. */
  SPEC = 'spec',

  /**
   * Open Service Mesh: split v1alpha2, access v1alpha3, specs v1alpha4. It ignores UDPRoutes: policies on UDP ports are
   * refused. So are different requests of different sources that one request could match both: it asks for one of them.
   */
  OSM = 'osm',

  /** The SMI extension of Linkerd: split v1alpha1. It reads nothing else: access policies are refused. */
  LINKERD = 'linkerd',

  /**
   * Refused. Argo Rollouts reads no TrafficSplits: it writes its own.
   *
   * @deprecated Use `delivery: Delivery.argoRollouts(…)`, with the implementation that reads its TrafficSplits.
   */
  ARGO_ROLLOUTS = 'argo-rollouts',
}

/** The mesh behind Gateway API, whose own API expresses what Gateway API cannot: access policies, and some of what happens to requests. */
export enum MeshImplementation {
  /**
   * Istio with sidecars: AuthorizationPolicy and PeerAuthentication of `security.istio.io/v1`, Sidecar and ServiceEntry of
   * `networking.istio.io/v1`, beside the routes DestinationRule. Istio 1.22 or newer; 1.31 for retry budgets.
   */
  ISTIO = 'istio',

  /**
   * Istio in ambient mode: AuthorizationPolicy on the pods for ztunnel, and on the Service for its waypoint, which tells
   * requests apart; PeerAuthentication; beside the routes DestinationRule. Policies that only report, and calls to the outside, are refused.
   */
  ISTIO_AMBIENT = 'istio-ambient',

  /**
   * Linkerd 2.14 or newer: Server, HTTPRoute, AuthorizationPolicy, MeshTLSAuthentication and NetworkAuthentication of
   * `policy.linkerd.io`. SPIFFE ids need 2.15; policies that only report 2.16; EgressNetwork, for calls to the outside, and
   * HTTPLocalRateLimitPolicy 2.17: older releases refuse what is rendered of these. Routes need 2.16 for gRPC, and for the
   * annotations with retries and timeouts: older releases ignore them.
   */
  LINKERD = 'linkerd',

  /**
   * Consul on Kubernetes, with transparent proxies and ACLs (`global.acls.manageSystemACLs`): ServiceIntentions and
   * ServiceDefaults of `consul.hashicorp.com/v1alpha1`. Without ACLs any pod may register as any service.
   */
  CONSUL = 'consul',

  /**
   * Kuma 2.14 or newer with a MeshIdentity: MeshTrafficPermission, MeshTLS and MeshPassthrough of `kuma.io/v1alpha1`. They belong
   * to the mesh `default`, unless the label `kuma.io/mesh` in the labels of the chart names another. Older releases let a broad
   * permission win over a denial, so that closed ports may stay open there. Exposures are refused: Kuma 3.0 has no gateways of its
   * own.
   */
  KUMA = 'kuma',

  /**
   * Cilium 1.20 or newer: CiliumNetworkPolicy of `cilium.io/v2`. Its identities are labels of pods; SPIFFE ids and mutual TLS are
   * refused.
   */
  CILIUM = 'cilium',
}
