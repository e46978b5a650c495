import type { TargetDialects } from './dialects';
import { GatewayApiChannel } from './gateway-api-channel';
import { ConsulNamespaces, MeshImplementation, SmiImplementation } from './implementations';
import { Unsupported } from './unsupported';
import { misuse } from '../diagnostics';
import type { MeshTraffic } from '../dialects/kubernetes/second-layer';
import type { FactoryKey } from '../factory';
import { BY_FACTORY, checkFactory } from '../factory';
import type { DnsServer } from '../model/dns';
import { BOOLEAN, instanceOf, listOf, memberOf, optional, record, TEXT } from '../shape';
import { DnsServers } from '../vocabulary/dns-servers';
import { checkNotEmpty } from '../vocabulary/names';

/**
 * Options of `MeshTarget.smi`.
 */
export interface SmiTargetOptions {
  /**
   * Name of the target, in errors and in the ids of charts: lower case letters, digits and dashes. Two targets of one
   * scope need different ones; those of one id, in several scopes of an app, are one cluster.
   *
   * @default 'smi'
   */
  readonly id?: string;

  /**
   * Who reads the manifests; it decides their versions.
   *
   * @default SmiImplementation.SPEC
   */
  readonly implementation?: SmiImplementation;

  /**
   * Whether each access policy comes with a NetworkPolicy as a second layer, in case a pod is reached past the mesh. It lets
   * all through that the policy may allow: a ServiceAccount becomes its namespace, an identity that may come from elsewhere
   * becomes anyone, and requests become their ports, or all ports where the mesh is not known. For a mesh in one cluster:
   * clients that come through a gateway between clusters are pods of that gateway to a NetworkPolicy. The MeshService needs
   * its `podSelector`.
   *
   * @default false
   */
  readonly networkPolicy?: boolean;

  /**
   * What becomes of a routing feature that SMI cannot express.
   *
   * @default Unsupported.ERROR
   */
  readonly unsupported?: Unsupported;
}

/**
 * Options of `MeshTarget.gatewayApi`.
 */
export interface GatewayApiTargetOptions {
  /**
   * Name of the target, in errors and in the ids of charts: lower case letters, digits and dashes. Two targets of one
   * scope need different ones; those of one id, in several scopes of an app, are one cluster.
   *
   * @default 'gateway-api'
   */
  readonly id?: string;

  /**
   * The channel of the CRDs of Gateway API that the cluster has.
   *
   * @default GatewayApiChannel.STANDARD
   */
  readonly channel?: GatewayApiChannel;

  /**
   * The mesh behind Gateway API: it decides what of the routes is read, and its access policies are rendered.
   *
   * @default - none: routes are rendered, access policies are refused
   */
  readonly mesh?: MeshImplementation;

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
   * Whether each access policy comes with a NetworkPolicy as a second layer, in case a pod is reached past the mesh. It lets
   * all through that the policy may allow: a ServiceAccount becomes its namespace, an identity that may come from elsewhere
   * becomes anyone, and requests become their ports and those of the proxies. For a mesh in one cluster: clients that come
   * through a gateway between clusters are pods of that gateway to a NetworkPolicy. Not for Cilium, which adds what a
   * NetworkPolicy allows to what its own policies do.
   *
   * @default false
   */
  readonly networkPolicy?: boolean;

  /**
   * Where names are looked up: calls to the outside keep it open, and Cilium knows the addresses of hosts by it. An option of Cilium.
   *
   * @default - `[DnsServers.kubeDns()]`
   */
  readonly dns?: DnsServers[];

  /**
   * What becomes of a routing feature that Gateway API cannot express.
   *
   * @default Unsupported.ERROR
   */
  readonly unsupported?: Unsupported;
}

const DNS = optional(listOf(instanceOf(DnsServers, 'DnsServers, such as `DnsServers.nodeLocal()`')));
const UNSUPPORTED = optional(memberOf(Unsupported, 'Unsupported'));
const SMI_OPTIONS = record({
  id: optional(TEXT),
  implementation: optional(memberOf(SmiImplementation, 'SmiImplementation')),
  networkPolicy: optional(BOOLEAN),
  unsupported: UNSUPPORTED,
});
const GATEWAY_API_OPTIONS = record({
  id: optional(TEXT),
  channel: optional(memberOf(GatewayApiChannel, 'GatewayApiChannel')),
  mesh: optional(memberOf(MeshImplementation, 'MeshImplementation')),
  trustDomain: optional(TEXT),
  consulNamespaces: optional(memberOf(ConsulNamespaces, 'ConsulNamespaces')),
  strictMutualTls: optional(BOOLEAN),
  waypoint: optional(TEXT),
  dns: DNS,
  networkPolicy: optional(BOOLEAN),
  unsupported: UNSUPPORTED,
});

/**
 * Options of `MeshTarget.consul`.
 */
export interface ConsulTargetOptions {
  /**
   * Name of the target, in errors and in the ids of charts: lower case letters, digits and dashes. Two targets of one
   * scope need different ones; those of one id, in several scopes of an app, are one cluster.
   *
   * @default 'consul'
   */
  readonly id?: string;

  /**
   * What the namespaces of Kubernetes are in Consul.
   */
  readonly namespaces: ConsulNamespaces;

  /**
   * Whether each access policy comes with a NetworkPolicy as a second layer, as in `MeshTarget.gatewayApi`.
   *
   * @default false
   */
  readonly networkPolicy?: boolean;

  /**
   * What becomes of a routing feature that Consul cannot express.
   *
   * @default Unsupported.ERROR
   */
  readonly unsupported?: Unsupported;
}

/**
 * Options of `MeshTarget.kuma`.
 */
export interface KumaTargetOptions {
  /**
   * Name of the target, in errors and in the ids of charts: lower case letters, digits and dashes. Two targets of one
   * scope need different ones; those of one id, in several scopes of an app, are one cluster.
   *
   * @default 'kuma'
   */
  readonly id?: string;

  /**
   * The trust domain of the MeshIdentity: `<mesh>.<zone>.mesh.local`, unless it says otherwise.
   */
  readonly trustDomain: string;

  /**
   * Whether each access policy comes with a NetworkPolicy as a second layer, as in `MeshTarget.gatewayApi`.
   *
   * @default false
   */
  readonly networkPolicy?: boolean;

  /**
   * What becomes of a routing feature that Kuma cannot express.
   *
   * @default Unsupported.ERROR
   */
  readonly unsupported?: Unsupported;
}

const CONSUL_OPTIONS = record({
  id: optional(TEXT),
  namespaces: memberOf(ConsulNamespaces, 'ConsulNamespaces'),
  networkPolicy: optional(BOOLEAN),
  unsupported: UNSUPPORTED,
});
const KUMA_OPTIONS = record({ id: optional(TEXT), trustDomain: TEXT, networkPolicy: optional(BOOLEAN), unsupported: UNSUPPORTED });

/**
 * Options of `MeshTarget.networkPolicy`.
 */
export interface NetworkPolicyTargetOptions {
  /**
   * Name of the target, in errors and in the ids of charts: lower case letters, digits and dashes. Two targets of one
   * scope need different ones; those of one id, in several scopes of an app, are one cluster.
   *
   * @default 'network-policy'
   */
  readonly id?: string;

  /**
   * Where names are looked up: calls to the outside keep it open.
   *
   * @default - `[DnsServers.kubeDns()]`
   */
  readonly dns?: DnsServers[];

  /**
   * What becomes of routes, which a NetworkPolicy cannot express.
   *
   * @default Unsupported.ERROR
   */
  readonly unsupported?: Unsupported;
}
const NETWORK_POLICY_OPTIONS = record({ id: optional(TEXT), dns: DNS, unsupported: UNSUPPORTED });

/**
 * Options of `MeshTarget.ingress`.
 */
export interface IngressTargetOptions {
  /**
   * Name of the target, in errors and in the ids of charts: lower case letters, digits and dashes. Two targets of one
   * scope need different ones; those of one id, in several scopes of an app, are one cluster.
   *
   * @default 'ingress'
   */
  readonly id?: string;

  /**
   * Name of the IngressClass, such as 'nginx': it says which controller reads the Ingresses.
   */
  readonly className: string;
}
const INGRESS_OPTIONS = record({ id: optional(TEXT), className: TEXT });

const ISTIO_MESHES: (MeshImplementation | undefined)[] = [MeshImplementation.ISTIO, MeshImplementation.ISTIO_AMBIENT];
const SPIFFE_MESHES: (MeshImplementation | undefined)[] = [...ISTIO_MESHES, MeshImplementation.KUMA];

/**
 * An API to synthesize to, as implemented by someone. Given to `MeshTargets`.
 */
export class MeshTarget {
  /**
   * The Service Mesh Interface: TrafficSplit, TrafficTarget, HTTPRouteGroup, TCPRoute and UDPRoute.
   *
   * @param options Who reads the manifests, and what becomes of what they cannot say.
   * @see https://github.com/servicemeshinterface/smi-spec
   */
  public static smi(options: SmiTargetOptions = {}): MeshTarget {
    SMI_OPTIONS('MeshTarget.smi', 'options', options);
    const { id = 'smi', implementation = SmiImplementation.SPEC, networkPolicy = false, unsupported } = options;
    const dialects = library().SMI_DIALECTS[implementation];
    const traffic = lowerLayer().SMI_TRAFFIC[implementation];
    if (networkPolicy && traffic === undefined) {
      throw misuse('MESH1207', 'MeshTarget.smi', `\`networkPolicy\` lies below access policies, and '${implementation}' reads none`,
        'Leave it out, or use MeshTarget.networkPolicy()');
    }
    return new MeshTarget(BY_FACTORY, id, networkPolicy ? lowerLayer().withSecondLayer(dialects, traffic!) : dialects, unsupported);
  }

  /**
   * Gateway API for meshes: HTTPRoute, GRPCRoute, TLSRoute, TCPRoute and ReferenceGrant of `gateway.networking.k8s.io/v1`, with
   * the access policies of the mesh behind it.
   *
   * @param options The mesh, and what becomes of what it cannot say.
   * @see https://gateway-api.sigs.k8s.io/mesh/
   */
  public static gatewayApi(options: GatewayApiTargetOptions = {}): MeshTarget {
    GATEWAY_API_OPTIONS('MeshTarget.gatewayApi', 'options', options);
    const {
      id = 'gateway-api', channel = GatewayApiChannel.STANDARD, mesh, trustDomain, consulNamespaces, strictMutualTls, waypoint,
      dns, networkPolicy = false, unsupported,
    } = options;
    if (trustDomain !== undefined && !SPIFFE_MESHES.includes(mesh)) {
      throw misuse('MESH1205', 'MeshTarget.gatewayApi', '`trustDomain` is an option of Istio and Kuma', 'Leave it out, or add `mesh: MeshImplementation.ISTIO`');
    }
    if (strictMutualTls !== undefined && !ISTIO_MESHES.includes(mesh)) {
      throw misuse('MESH1205', 'MeshTarget.gatewayApi', '`strictMutualTls` is an option of Istio', 'Leave it out, or add `mesh: MeshImplementation.ISTIO`');
    }
    if (consulNamespaces !== undefined && mesh !== MeshImplementation.CONSUL) {
      throw misuse('MESH1205', 'MeshTarget.gatewayApi', '`consulNamespaces` is an option of Consul', 'Leave it out, or add `mesh: MeshImplementation.CONSUL`');
    }
    if (trustDomain !== undefined) {
      checkTrustDomain('MeshTarget.gatewayApi', trustDomain);
    }
    if (waypoint !== undefined && mesh !== MeshImplementation.ISTIO_AMBIENT) {
      throw misuse('MESH1205', 'MeshTarget.gatewayApi', '`waypoint` is an option of Istio in ambient mode',
        'Leave it out, or add `mesh: MeshImplementation.ISTIO_AMBIENT`');
    }
    if (waypoint !== undefined && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(waypoint)) {
      throw misuse('MESH1007', 'MeshTarget.gatewayApi', `'${waypoint}' is not the name of a waypoint`, "Write the name of its Gateway, like 'waypoint'");
    }
    if (dns !== undefined && mesh !== MeshImplementation.CILIUM) {
      throw misuse('MESH1205', 'MeshTarget.gatewayApi', '`dns` is an option of Cilium', 'Leave it out, or add `mesh: MeshImplementation.CILIUM`');
    }
    const dialects = library().gatewayApiDialects(channel, mesh, {
      trustDomain, consulNamespaces, strictMutualTls: strictMutualTls ?? false, waypoint, dns: dnsOf('MeshTarget.gatewayApi', dns),
    });
    return new MeshTarget(BY_FACTORY, id, networkPolicy ? lowerLayer().withSecondLayer(dialects, trafficOf(mesh)) : dialects, unsupported, channel);
  }

  /**
   * Consul on Kubernetes, with transparent proxies and ACLs, and without Gateway API: ServiceSplitter, ServiceRouter,
   * ServiceResolver, ServiceDefaults and ServiceIntentions of `consul.hashicorp.com/v1alpha1`. The entries of a Service have
   * its name, so those that you write by hand are overwritten.
   *
   * @param options What the namespaces of Kubernetes are in Consul, and what becomes of what it cannot say.
   * @see https://developer.hashicorp.com/consul/docs/manage-traffic
   */
  public static consul(options: ConsulTargetOptions): MeshTarget {
    CONSUL_OPTIONS('MeshTarget.consul', 'options', options);
    const { id = 'consul', namespaces, networkPolicy = false, unsupported } = options;
    const dialects = library().consulDialects(namespaces);
    const layered = networkPolicy ? lowerLayer().withSecondLayer(dialects, trafficOf(MeshImplementation.CONSUL)) : dialects;
    return new MeshTarget(BY_FACTORY, id, layered, unsupported);
  }

  /**
   * Kuma 2.14 or newer with a MeshIdentity, and without Gateway API: MeshHTTPRoute, MeshTCPRoute, MeshTimeout, MeshRetry,
   * MeshLoadBalancingStrategy, MeshCircuitBreaker, MeshTrafficPermission, MeshTLS and MeshPassthrough of `kuma.io/v1alpha1`.
   * Routes name Services by labels, as Kuma 3.0 asks for: older releases would hold them for the clients of one namespace.
   *
   * @param options The trust domain, and what becomes of what Kuma cannot say.
   * @see https://kuma.io/docs/latest/policies/introduction/
   */
  public static kuma(options: KumaTargetOptions): MeshTarget {
    KUMA_OPTIONS('MeshTarget.kuma', 'options', options);
    const { id = 'kuma', trustDomain, networkPolicy = false, unsupported } = options;
    checkTrustDomain('MeshTarget.kuma', trustDomain);
    const dialects = library().kumaDialects(trustDomain);
    const layered = networkPolicy ? lowerLayer().withSecondLayer(dialects, trafficOf(MeshImplementation.KUMA)) : dialects;
    return new MeshTarget(BY_FACTORY, id, layered, unsupported);
  }

  /**
   * The NetworkPolicy of Kubernetes itself, for access policies in clusters without a mesh. It knows
   * namespaces, addresses and ports, and neither identities nor requests; routes are refused.
   *
   * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
   */
  public static networkPolicy(options: NetworkPolicyTargetOptions = {}): MeshTarget {
    NETWORK_POLICY_OPTIONS('MeshTarget.networkPolicy', 'options', options);
    return new MeshTarget(BY_FACTORY, options.id ?? 'network-policy', library().networkPolicyDialects(dnsOf('MeshTarget.networkPolicy', options.dns)), options.unsupported);
  }

  /**
   * The Ingress of Kubernetes itself, for exposures in clusters without Gateway API: hosts, paths and TLS. Nothing else is
   * the same in its controllers, so all else is refused. Routes and policies are not its matter: give the chart with the
   * exposures targets of its own.
   *
   * @see https://kubernetes.io/docs/concepts/services-networking/ingress/
   */
  public static ingress(options: IngressTargetOptions): MeshTarget {
    INGRESS_OPTIONS('MeshTarget.ingress', 'options', options);
    if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(options.className)) {
      throw misuse('MESH1007', 'MeshTarget.ingress', `'${options.className}' is not the name of an IngressClass`, "Write it like 'nginx'");
    }
    return new MeshTarget(BY_FACTORY, options.id ?? 'ingress', library().ingressDialects(options.className));
  }

  /** Name of the target. */
  public readonly id: string;

  /** @internal */
  public readonly _dialects: TargetDialects;

  /** @internal */
  public readonly _unsupported: Unsupported;

  /** @internal */
  public readonly _channel?: GatewayApiChannel;

  private constructor(
    key: FactoryKey, id: string, dialects: TargetDialects, unsupported: Unsupported = Unsupported.ERROR, channel?: GatewayApiChannel,
  ) {
    checkFactory(key, MeshTarget);
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(id)) {
      throw misuse('MESH1204', 'MeshTarget', `'${id}' is not an id`, 'Use lower case letters, digits and dashes');
    }
    this.id = id;
    this._dialects = dialects;
    this._unsupported = unsupported;
    this._channel = channel;
  }
}

function dnsOf(where: string, dns: readonly DnsServers[] | undefined): DnsServer[] | undefined {
  checkNotEmpty(where, 'dns', dns, 'Leave it out for `kube-dns`');
  return dns?.map(server => server._toModel());
}

function checkTrustDomain(where: string, trustDomain: string): void {
  if (!/^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$/.test(trustDomain) || trustDomain.length > 255) {
    throw misuse('MESH1206', where, `'${trustDomain}' is not a trust domain`, "Write it like 'cluster.local'");
  }
}

function trafficOf(mesh: MeshImplementation | undefined): MeshTraffic {
  if (mesh === undefined) {
    throw misuse('MESH1207', 'MeshTarget.gatewayApi', '`networkPolicy` lies below the access policies of a mesh, and there is no `mesh`',
      'Say which, or use MeshTarget.networkPolicy()');
  }
  const traffic = lowerLayer().MESH_TRAFFIC[mesh];
  if (traffic === undefined) {
    throw misuse('MESH1208', 'MeshTarget.gatewayApi', `\`networkPolicy\` would add to the policies of '${mesh}', which lets in what either allows`, 'Leave it out');
  }
  return traffic;
}

/** Dialects are many: they are loaded with the first target. */
function library(): typeof import('./dialects') {
  return require('./dialects');
}

function lowerLayer(): typeof import('./second-layer') {
  return require('./second-layer');
}
