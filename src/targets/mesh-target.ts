import { consulByItself, gatewayApi, ingress, kumaByItself, MESHES, networkPolicyByItself, SMI_READERS } from './dialects';
import { MeshImplementation, SmiImplementation } from './implementations';
import type {
  ConsulTargetOptions, GatewayApiTargetOptions, IngressTargetOptions, KumaTargetOptions, MeshTargetOptions, NetworkPolicyTargetOptions,
  SmiTargetOptions,
} from './target-options';
import { CONSUL_OPTIONS, GATEWAY_API_OPTIONS, INGRESS_OPTIONS, KUMA_OPTIONS, NETWORK_POLICY_OPTIONS, SMI_OPTIONS } from './target-options';
import { Unsupported } from './unsupported';
import type { MeshTraffic } from '../dialects/contract/mesh-traffic';
import type { TargetDialects } from '../dialects/contract/target-dialects';
import { GatewayApiChannel } from '../dialects/gateway-api/extension/channel';
import type { Mesh, MeshOptions } from '../dialects/gateway-api/extension/mesh';
import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import type { DnsServer } from '../model/dns';
import { fieldsOf } from '../model/fields';
import type { Releases } from '../validation/releases';
import type { Delivery } from '../vocabulary/delivery';
import type { DnsServers } from '../vocabulary/dns-servers';
import { checkNamespace, checkNotEmpty } from '../vocabulary/names';

/**
 * An API to synthesize to, as a certain mesh or controller reads it. Given to `MeshTargets`.
 */
export class MeshTarget {
  /**
   * The Service Mesh Interface: TrafficSplit, TrafficTarget, HTTPRouteGroup, TCPRoute and UDPRoute.
   *
   * @param options Who reads the manifests, and what happens to what they cannot express.
   * @see https://github.com/servicemeshinterface/smi-spec
   */
  public static smi(options: SmiTargetOptions = {}): MeshTarget {
    SMI_OPTIONS('MeshTarget.smi', 'options', options);
    const { id = 'smi', implementation = SmiImplementation.SPEC, unsupported } = options;
    if (implementation === SmiImplementation.ARGO_ROLLOUTS) {
      throw misuse('MESH1211', 'MeshTarget.smi', 'Argo Rollouts reads no TrafficSplits: it writes its own, and stops at one of the same name',
        "Write `implementation: SmiImplementation.LINKERD, delivery: Delivery.argoRollouts({ prometheus: '…' })`, and give the release a `progression`");
    }
    const { dialects } = SMI_READERS[implementation];
    return new MeshTarget(BY_FACTORY, id, deliveredBy(layered(dialects, options, () => trafficOfSmi(implementation)), options), unsupported);
  }

  /**
   * Gateway API for meshes: HTTPRoute, GRPCRoute, TLSRoute, TCPRoute and ReferenceGrant of `gateway.networking.k8s.io/v1`, with
   * the access policies of the mesh behind it.
   *
   * @param options The mesh, and what happens to what it cannot express.
   * @see https://gateway-api.sigs.k8s.io/mesh/
   */
  public static gatewayApi(options: GatewayApiTargetOptions = {}): MeshTarget {
    GATEWAY_API_OPTIONS('MeshTarget.gatewayApi', 'options', options);
    const { id = 'gateway-api', channel = GatewayApiChannel.STANDARD, mesh, unsupported } = options;
    const dialects = gatewayApi(channel, mesh && meshOf(mesh), meshOptions(options));
    const layers = deliveredBy(layered(dialects, options, () => trafficOf(mesh)), options);
    return new MeshTarget(BY_FACTORY, id, layers, unsupported, channel, releasesIn(options));
  }

  /**
   * Consul on Kubernetes, with transparent proxies and ACLs, and without Gateway API: ServiceSplitter, ServiceRouter,
   * ServiceResolver, ServiceDefaults and ServiceIntentions of `consul.hashicorp.com/v1alpha1`. The entries of a Service have its
   * name, so those that you write by hand are overwritten.
   *
   * @param options How the namespaces of Kubernetes map to Consul, and what happens to what it cannot express.
   * @see https://developer.hashicorp.com/consul/docs/manage-traffic
   */
  public static consul(options: ConsulTargetOptions): MeshTarget {
    CONSUL_OPTIONS('MeshTarget.consul', 'options', options);
    const { id = 'consul', namespaces, deniesByDefault, unsupported } = options;
    const dialects = consulByItself(namespaces, deniesByDefault);
    return new MeshTarget(BY_FACTORY, id, layered(dialects, options, () => dialects.traffic), unsupported);
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
    const { id = 'kuma', trustDomain, unsupported } = options;
    const dialects = kumaByItself(checkedTrustDomain('MeshTarget.kuma', trustDomain));
    return new MeshTarget(BY_FACTORY, id, layered(dialects, options, () => dialects.traffic), unsupported);
  }

  /**
   * The NetworkPolicy of Kubernetes itself, for access policies in clusters without a mesh. It knows
   * namespaces, addresses and ports, and neither identities nor requests; routes are refused.
   *
   * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
   */
  public static networkPolicy(options: NetworkPolicyTargetOptions = {}): MeshTarget {
    NETWORK_POLICY_OPTIONS('MeshTarget.networkPolicy', 'options', options);
    const { id = 'network-policy', dns, unsupported } = options;
    const dialects = networkPolicyByItself(dns && dnsOf('MeshTarget.networkPolicy', dns));
    return new MeshTarget(BY_FACTORY, id, deliveredBy(dialects, options), unsupported);
  }

  /**
   * The Ingress of Kubernetes itself, for exposures in clusters without Gateway API: hosts, paths and TLS. Its controllers differ
   * in everything else, so that is refused. It has no routes and policies: give the chart with the exposures targets of its own.
   *
   * @see https://kubernetes.io/docs/concepts/services-networking/ingress/
   */
  public static ingress(options: IngressTargetOptions): MeshTarget {
    INGRESS_OPTIONS('MeshTarget.ingress', 'options', options);
    if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(options.className)) {
      throw misuse('MESH1007', 'MeshTarget.ingress', `'${options.className}' is not the name of an IngressClass`, "Write it like 'nginx'");
    }
    return new MeshTarget(BY_FACTORY, options.id ?? 'ingress', ingress(options.className));
  }

  /** Name of the target. */
  public readonly id: string;

  /** @internal */
  public readonly _dialects: TargetDialects;

  /** @internal */
  public readonly _unsupported: Unsupported;

  /** @internal */
  public readonly _channel?: GatewayApiChannel;

  /**
   * The releases in the cluster, as far as they are said.
   *
   * @internal
   */
  public readonly _releases?: Releases;

  private constructor(
    key: FactoryKey, id: string, dialects: TargetDialects, unsupported: Unsupported = Unsupported.ERROR, channel?: GatewayApiChannel,
    releases?: Releases,
  ) {
    checkFactory(key, MeshTarget);
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(id)) {
      throw misuse('MESH1204', 'MeshTarget', `'${id}' is not an id`, 'Use lower case letters, digits and dashes');
    }
    this.id = id;
    this._dialects = dialects;
    this._unsupported = unsupported;
    this._channel = channel;
    this._releases = releases;
  }
}

type SmiReaderName = Exclude<SmiImplementation, SmiImplementation.ARGO_ROLLOUTS>;

/** The options that some meshes take, each as the mesh gets it. */
const MESH_OPTIONS: { readonly [Name in keyof MeshOptions]-?: (options: GatewayApiTargetOptions) => MeshOptions[Name] } = {
  trustDomain: ({ trustDomain }) => trustDomain === undefined ? undefined : checkedTrustDomain('MeshTarget.gatewayApi', trustDomain),
  consulNamespaces: ({ consulNamespaces }) => consulNamespaces,
  consulDeniesByDefault: ({ consulDeniesByDefault }) => consulDeniesByDefault,
  strictMutualTls: ({ strictMutualTls }) => strictMutualTls,
  waypoint: ({ waypoint }) => waypoint === undefined ? undefined : checkedWaypoint(waypoint),
  rootNamespace: ({ rootNamespace }) => rootNamespace === undefined ? undefined : checkedNamespace(rootNamespace),
  dns: ({ dns }) => dns && dnsOf('MeshTarget.gatewayApi', dns),
  ipProtocols: ({ ipProtocols }) => ipProtocols,
  nodeSelectorLabels: ({ nodeSelectorLabels }) => nodeSelectorLabels,
  meshRelease: ({ meshRelease }) => meshRelease,
};

/** What the mesh gets of the options of its target: those that it takes. The others are an error. */
function meshOptions(options: GatewayApiTargetOptions): MeshOptions {
  const said = fieldsOf(MESH_OPTIONS).filter(name => options[name] !== undefined);
  for (const name of said) {
    if (options.mesh === undefined || !meshOf(options.mesh).options.includes(name)) {
      const takers = Object.entries(MeshImplementation).filter(([, mesh]) => meshOf(mesh).options.includes(name));
      throw misuse('MESH1205', 'MeshTarget.gatewayApi', `\`${name}\` is an option of ${listed(takers.map(([, mesh]) => meshOf(mesh).title))}`,
        `Leave it out, or add \`mesh: MeshImplementation.${takers[0][0]}\``);
    }
  }
  return Object.fromEntries(said.map(name => [name, MESH_OPTIONS[name](options)]));
}

const GATEWAY_API = 'Gateway API';

/** The releases that the options name. */
function releasesIn({ release, mesh, meshRelease }: GatewayApiTargetOptions): Releases | undefined {
  const meshApi = mesh && meshOf(mesh).releases;
  return release === undefined && meshRelease === undefined ? undefined : {
    ...release !== undefined && { [GATEWAY_API]: checkedRelease(GATEWAY_API, 'release', release) },
    ...meshApi !== undefined && meshRelease !== undefined && { [meshApi]: checkedRelease(meshApi, 'meshRelease', meshRelease) },
  };
}

function checkedRelease(api: string, option: string, release: string): string {
  const known = (require('../validation/releases') as typeof import('../validation/releases')).releasesOf(api);
  if (!known.includes(release)) {
    throw misuse('MESH1212', 'MeshTarget.gatewayApi', `\`${option}: '${release}'\` is no release of ${api} that is known`,
      `Known are ${listed(known.map(one => `'${one}'`))}; for a newer one, leave it out`);
  }
  return release;
}

function checkedNamespace(namespace: string): string {
  checkNamespace('MeshTarget.gatewayApi', namespace);
  return namespace;
}

function checkedWaypoint(waypoint: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(waypoint)) {
    throw misuse('MESH1007', 'MeshTarget.gatewayApi', `'${waypoint}' is not the name of a waypoint`, "Write the name of its Gateway, like 'waypoint'");
  }
  return waypoint;
}

function checkedTrustDomain(where: string, trustDomain: string): string {
  if (!/^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$/.test(trustDomain) || trustDomain.length > 255) {
    throw misuse('MESH1206', where, `'${trustDomain}' is not a trust domain`, "Write it like 'cluster.local'");
  }
  return trustDomain;
}

function dnsOf(where: string, dns: readonly DnsServers[]): DnsServer[] {
  checkNotEmpty(where, 'dns', dns, 'Leave it out for `kube-dns`');
  return dns.map(server => server._toModel());
}

/** The dialects of a mesh, with a second layer below if the options ask for it. */
function layered(dialects: TargetDialects, { networkPolicy = false }: MeshTargetOptions, traffic: () => MeshTraffic): TargetDialects {
  return networkPolicy ? (require('./second-layer') as typeof import('./second-layer')).withSecondLayer(dialects, traffic()) : dialects;
}

/** The dialects, with releases that the controller of the options moves. */
function deliveredBy(dialects: TargetDialects, { delivery }: { readonly delivery?: Delivery }): TargetDialects {
  const model = delivery?._toModel();
  return model === undefined ? dialects : (require('./delivery') as typeof import('./delivery')).delivered(dialects, model);
}

function trafficOf(mesh: MeshImplementation | undefined): MeshTraffic {
  if (mesh === undefined) {
    throw misuse('MESH1207', 'MeshTarget.gatewayApi', '`networkPolicy` needs the access policies of a mesh above it, and there is no `mesh`',
      'Give the `mesh`, or use MeshTarget.networkPolicy()');
  }
  const { traffic } = meshOf(mesh);
  if (traffic === undefined) {
    throw misuse('MESH1208', 'MeshTarget.gatewayApi', `\`networkPolicy\` would add to the policies of '${mesh}', which lets in what either allows`, 'Leave it out');
  }
  return traffic;
}

function trafficOfSmi(implementation: SmiReaderName): MeshTraffic {
  const { traffic } = SMI_READERS[implementation].dialects;
  if (traffic === undefined) {
    throw misuse('MESH1207', 'MeshTarget.smi', `\`networkPolicy\` needs access policies above it, and '${implementation}' reads none`,
      'Leave it out, or use MeshTarget.networkPolicy()');
  }
  return traffic;
}

function meshOf(implementation: MeshImplementation): Mesh {
  return MESHES[implementation];
}
