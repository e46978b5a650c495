import { MeshImplementation, SmiImplementation } from './implementations';
import { Unsupported } from './unsupported';
import { GatewayApiChannel } from '../dialects/gateway-api/extension/channel';
import { ConsulNamespaces } from '../dialects/gateway-api/extension/consul-namespaces';
import { BOOLEAN, instanceOf, listOf, memberOf, optional, record, TEXT } from '../input/shape';
import { Delivery } from '../vocabulary/delivery';
import { DnsServers } from '../vocabulary/dns-servers';

/**
 * Options of every target.
 */
export interface TargetOptions {
  /**
   * Name of the target, in errors and in the ids of charts: lower case letters, digits and dashes. Two targets of one scope need
   * different ids; targets with the same id, in several scopes of an app, are one cluster.
   *
   * @default - the name of its factory: 'smi', 'gateway-api', 'consul', 'kuma', 'network-policy' or 'ingress'
   */
  readonly id?: string;
}

/**
 * Options of a target to which routes can be given.
 */
export interface RoutableTargetOptions extends TargetOptions {
  /**
   * What becomes of a routing feature that the target cannot express.
   *
   * @default Unsupported.ERROR
   */
  readonly unsupported?: Unsupported;
}

/**
 * Options of a target that a mesh reads.
 */
export interface MeshTargetOptions extends RoutableTargetOptions {
  /**
   * Whether each access policy comes with a NetworkPolicy as a second layer, in case a pod is reached past the mesh. It lets
   * all through that the policy may allow: a ServiceAccount becomes its namespace, an identity that may come from elsewhere
   * becomes anyone, and requests become their ports and those of the proxies, or all ports where the mesh is not known. For a
   * mesh in one cluster: clients that come through a gateway between clusters are pods of that gateway to a NetworkPolicy. The
   * MeshService needs its `podSelector`. An EgressPolicy with a `gateway` comes with one, too. Not for Cilium, which adds what
   * a NetworkPolicy allows to what its own policies do.
   *
   * @default false
   */
  readonly networkPolicy?: boolean;
}

/**
 * Options of `MeshTarget.smi`.
 */
export interface SmiTargetOptions extends MeshTargetOptions {
  /**
   * Who reads the manifests; it decides their versions.
   *
   * @default SmiImplementation.SPEC
   */
  readonly implementation?: SmiImplementation;

  /**
   * Who moves releases that have a `progression`.
   *
   * @default Delivery.byCommit()
   */
  readonly delivery?: Delivery;
}

/**
 * Options of `MeshTarget.gatewayApi`.
 */
export interface GatewayApiTargetOptions extends MeshTargetOptions {
  /**
   * The channel of the CRDs of Gateway API that the cluster has.
   *
   * @default GatewayApiChannel.STANDARD
   */
  readonly channel?: GatewayApiChannel;

  /**
   * The release of the CRDs of Gateway API that the cluster has, from '1.0' to '1.7'. What it does not have is an error: an API server would
   * drop such fields, and requests would go elsewhere than written.
   *
   * @default - the newest known, '1.7'
   * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/releases.md
   */
  readonly release?: string;

  /**
   * The mesh behind Gateway API. It decides which parts of the routes can be rendered, and its access policies are rendered.
   *
   * @default - none: routes are rendered, access policies are refused
   */
  readonly mesh?: MeshImplementation;

  /**
   * The release of the mesh in the cluster, such as '1.28' of Istio. What it does not have is an error: it would be dropped, or mean
   * something else. An option of Istio and Linkerd.
   *
   * @default - the newest known
   * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/releases.md
   */
  readonly meshRelease?: string;

  /**
   * Who moves releases that have a `progression`.
   *
   * @default Delivery.byCommit()
   */
  readonly delivery?: Delivery;

  /**
   * The trust domain of the identities in the policies of Istio and Kuma. Linkerd fills in its own.
   *
   * @default - Istio: 'cluster.local', which sidecars read as the trust domain of the mesh, whatever that is; ztunnel does
   * not. Kuma: none, so access policies are refused; a MeshIdentity has '<mesh>.<zone>.mesh.local' unless it says otherwise
   */
  readonly trustDomain?: string;

  /**
   * What the namespaces of Kubernetes are in Consul.
   *
   * @default - unknown, so access policies for Consul are refused
   */
  readonly consulNamespaces?: ConsulNamespaces;

  /**
   * Whether Consul denies what no intention names: `default_intention_policy`, or else the default policy of the ACLs, which
   * `global.acls.manageSystemACLs` of the Helm chart sets to `deny`. Where it allows, permissions ask for no tokens.
   *
   * @default false - it may allow, so `endUsers` are refused
   */
  readonly consulDeniesByDefault?: boolean;

  /**
   * Whether Istio already refuses plain text in the whole mesh. If so, access policies come without a
   * PeerAuthentication. Linkerd has no need of it: without mutual TLS its clients have no identity.
   *
   * @default false
   */
  readonly strictMutualTls?: boolean;

  /**
   * Name of the waypoint of Services that have one, in Istio's ambient mode: the Gateway of class `istio-waypoint` in their
   * namespace, to which the label `istio.io/use-waypoint` sends them. It is not rendered. Without it, what is let in by its
   * requests is denied; a waypoint by another name than this would be mistaken for a client. Where a policy stands, the
   * waypoint denies what no policy allows, for all Services behind it.
   *
   * @default 'waypoint', as `istioctl waypoint apply` names it
   * @see https://istio.io/latest/docs/ambient/usage/waypoint/
   */
  readonly waypoint?: string;

  /**
   * The root namespace of Istio, `meshConfig.rootNamespace`, where a `MeshAccessDefault` is put.
   *
   * @default 'istio-system'
   */
  readonly rootNamespace?: string;

  /**
   * Where names are looked up: calls to the outside keep it open, and Cilium knows the addresses of hosts by it. An option of Cilium.
   *
   * @default - `[DnsServers.kubeDns()]`
   */
  readonly dns?: DnsServers[];

  /**
   * Whether the agents run with `--enable-extended-ip-protocols`: without it they drop a policy that names a protocol without
   * ports, as `ClusterPort.protocol` does. An option of Cilium.
   *
   * @default false - such a policy is refused
   */
  readonly ipProtocols?: boolean;

  /**
   * Whether the agents run with `--enable-node-selector-labels` (`nodeSelectorLabels` in the values of the Helm chart): without it they drop
   * a policy that knows nodes by their labels, as `Identity.nodes({ … })` does. An option of Cilium.
   *
   * @default false - such a policy is refused
   */
  readonly nodeSelectorLabels?: boolean;
}

/**
 * Options of `MeshTarget.consul`.
 */
export interface ConsulTargetOptions extends MeshTargetOptions {
  /**
   * What the namespaces of Kubernetes are in Consul.
   */
  readonly namespaces: ConsulNamespaces;

  /**
   * Whether Consul denies what no intention names: `default_intention_policy`, or else the default policy of the ACLs, which
   * `global.acls.manageSystemACLs` of the Helm chart sets to `deny`. Where it allows, permissions ask for no tokens.
   *
   * @default false - it may allow, so `endUsers` are refused
   */
  readonly deniesByDefault?: boolean;
}

/**
 * Options of `MeshTarget.kuma`.
 */
export interface KumaTargetOptions extends MeshTargetOptions {
  /**
   * The trust domain of the MeshIdentity: `<mesh>.<zone>.mesh.local`, unless it says otherwise.
   */
  readonly trustDomain: string;
}

/**
 * Options of `MeshTarget.networkPolicy`.
 */
export interface NetworkPolicyTargetOptions extends RoutableTargetOptions {
  /**
   * Who moves releases that have a `progression`.
   *
   * @default Delivery.byCommit()
   */
  readonly delivery?: Delivery;

  /**
   * Where names are looked up: calls to the outside keep it open.
   *
   * @default - `[DnsServers.kubeDns()]`
   */
  readonly dns?: DnsServers[];
}

/**
 * Options of `MeshTarget.ingress`.
 */
export interface IngressTargetOptions extends TargetOptions {
  /**
   * Name of the IngressClass, such as 'nginx': it says which controller reads the Ingresses.
   */
  readonly className: string;
}

const DNS = optional(listOf(instanceOf(DnsServers, 'DnsServers, such as `DnsServers.nodeLocal()`')));
const DELIVERY = optional(instanceOf(Delivery, "a Delivery, such as `Delivery.flagger({ prometheus: 'http://prometheus.monitoring:9090' })`"));
const TARGET = { id: optional(TEXT) };
const ROUTABLE = { ...TARGET, unsupported: optional(memberOf(Unsupported, 'Unsupported')) };
const MESH = { ...ROUTABLE, networkPolicy: optional(BOOLEAN) };

/** The options of each factory of `MeshTarget`. */
export const SMI_OPTIONS = record<SmiTargetOptions>({
  ...MESH, implementation: optional(memberOf(SmiImplementation, 'SmiImplementation')), delivery: DELIVERY,
});
export const GATEWAY_API_OPTIONS = record<GatewayApiTargetOptions>({
  ...MESH,
  channel: optional(memberOf(GatewayApiChannel, 'GatewayApiChannel')),
  release: optional(TEXT),
  mesh: optional(memberOf(MeshImplementation, 'MeshImplementation')),
  meshRelease: optional(TEXT),
  delivery: DELIVERY,
  trustDomain: optional(TEXT),
  consulNamespaces: optional(memberOf(ConsulNamespaces, 'ConsulNamespaces')),
  consulDeniesByDefault: optional(BOOLEAN),
  strictMutualTls: optional(BOOLEAN),
  waypoint: optional(TEXT),
  rootNamespace: optional(TEXT),
  dns: DNS,
  ipProtocols: optional(BOOLEAN),
  nodeSelectorLabels: optional(BOOLEAN),
});
export const CONSUL_OPTIONS = record<ConsulTargetOptions>({
  ...MESH, namespaces: memberOf(ConsulNamespaces, 'ConsulNamespaces'), deniesByDefault: optional(BOOLEAN),
}, {
  delivery: 'Leave it out: no controller moves the objects of Consul, so commits move its releases',
});
export const KUMA_OPTIONS = record<KumaTargetOptions>({ ...MESH, trustDomain: TEXT }, {
  delivery: 'No controller moves the routes of Kuma by itself: use `MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA })` with it',
});
export const NETWORK_POLICY_OPTIONS = record<NetworkPolicyTargetOptions>({ ...ROUTABLE, dns: DNS, delivery: DELIVERY });
export const INGRESS_OPTIONS = record<IngressTargetOptions>({ ...TARGET, className: TEXT });
