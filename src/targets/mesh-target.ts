import type { TargetDialects } from './dialects';
import { gatewayApiDialects, NETWORK_POLICY_DIALECTS, SMI_DIALECTS } from './dialects';
import { GatewayApiChannel } from './gateway-api-channel';
import { MeshImplementation, SmiImplementation } from './implementations';
import { Unsupported } from './unsupported';
import { misuse } from '../diagnostics';
import { BOOLEAN, memberOf, optional, record, TEXT } from '../shape';

/**
 * Options of `MeshTarget.smi`.
 */
export interface SmiTargetOptions {
  /**
   * Name of the target, in errors and in the ids of charts: lower case letters, digits and dashes. Two targets of one
   * scope need different ones.
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
   * scope need different ones.
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
   * @default - Istio: 'cluster.local', which it reads as the trust domain of the mesh, whatever that is. Kuma: none, so
   * policies with identities are refused
   */
  readonly trustDomain?: string;

  /**
   * Whether Istio already refuses plain text in the whole mesh. If so, access policies come without a
   * PeerAuthentication. Linkerd has no need of it: without mutual TLS its clients have no identity.
   *
   * @default false
   */
  readonly strictMutualTls?: boolean;

  /**
   * What becomes of a routing feature that Gateway API cannot express.
   *
   * @default Unsupported.ERROR
   */
  readonly unsupported?: Unsupported;
}

const UNSUPPORTED = optional(memberOf(Unsupported, 'Unsupported'));
const SMI_OPTIONS = record({
  id: optional(TEXT),
  implementation: optional(memberOf(SmiImplementation, 'SmiImplementation')),
  unsupported: UNSUPPORTED,
});
const GATEWAY_API_OPTIONS = record({
  id: optional(TEXT),
  channel: optional(memberOf(GatewayApiChannel, 'GatewayApiChannel')),
  mesh: optional(memberOf(MeshImplementation, 'MeshImplementation')),
  trustDomain: optional(TEXT),
  strictMutualTls: optional(BOOLEAN),
  unsupported: UNSUPPORTED,
});

/**
 * Options of `MeshTarget.networkPolicy`.
 */
export interface NetworkPolicyTargetOptions {
  /**
   * Name of the target, in errors and in the ids of charts: lower case letters, digits and dashes. Two targets of one
   * scope need different ones.
   *
   * @default 'network-policy'
   */
  readonly id?: string;

  /**
   * What becomes of routes, which a NetworkPolicy cannot express.
   *
   * @default Unsupported.ERROR
   */
  readonly unsupported?: Unsupported;
}
const NETWORK_POLICY_OPTIONS = record({ id: optional(TEXT), unsupported: UNSUPPORTED });

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
    const { id = 'smi', implementation = SmiImplementation.SPEC, unsupported } = options;
    return new MeshTarget(id, SMI_DIALECTS[implementation], unsupported);
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
    const { id = 'gateway-api', channel = GatewayApiChannel.STANDARD, mesh, trustDomain, strictMutualTls, unsupported } = options;
    if (trustDomain !== undefined && !SPIFFE_MESHES.includes(mesh)) {
      throw misuse('MeshTarget.gatewayApi', '`trustDomain` is an option of Istio and Kuma', 'Leave it out, or add `mesh: MeshImplementation.ISTIO`');
    }
    if (strictMutualTls !== undefined && !ISTIO_MESHES.includes(mesh)) {
      throw misuse('MeshTarget.gatewayApi', '`strictMutualTls` is an option of Istio', 'Leave it out, or add `mesh: MeshImplementation.ISTIO`');
    }
    if (trustDomain !== undefined && !/^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$/.test(trustDomain)) {
      throw misuse('MeshTarget.gatewayApi', `'${trustDomain}' is not a trust domain`, "Write it like 'cluster.local'");
    }
    return new MeshTarget(id, gatewayApiDialects(channel, mesh, { trustDomain, strictMutualTls: strictMutualTls ?? false }), unsupported);
  }

  /**
   * The NetworkPolicy of Kubernetes itself, for access policies in clusters without a mesh. It knows pods, namespaces,
   * addresses and ports, and neither identities nor requests; routes are refused.
   *
   * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
   */
  public static networkPolicy(options: NetworkPolicyTargetOptions = {}): MeshTarget {
    NETWORK_POLICY_OPTIONS('MeshTarget.networkPolicy', 'options', options);
    return new MeshTarget(options.id ?? 'network-policy', NETWORK_POLICY_DIALECTS, options.unsupported);
  }

  /** Name of the target. */
  public readonly id: string;

  /** @internal */
  public readonly _dialects: TargetDialects;

  /** @internal */
  public readonly _unsupported: Unsupported;

  private constructor(id: string, dialects: TargetDialects, unsupported: Unsupported = Unsupported.ERROR) {
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(id)) {
      throw misuse('MeshTarget', `'${id}' is not an id`, 'Use lower case letters, digits and dashes');
    }
    this.id = id;
    this._dialects = dialects;
    this._unsupported = unsupported;
  }
}
