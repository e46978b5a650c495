import type { IConstruct } from 'constructs';
import { checkCidr } from './cidr';
import { ExposureGateway } from './exposure-gateway';
import { kubeObject } from './kube-object';
import { checkClusterName, checkLabels, checkNamespace, checkObjectName, checkSomePods } from './names';
import { misuse } from '../errors/misuse';
import { BY_FACTORY, checkFactory } from '../input/factory';
import type { FactoryKey } from '../input/factory';
import { instanceOf, mapOf, optional, record, TEXT } from '../input/shape';
import type {
  AnyAuthenticatedSource, AnyoneSource, ApiServerSource, GatewaySource, IpBlockSource, NamespaceLabelsSource, NamespaceSource,
  NodeLabelsSource, NodesSource, PodsSource, ServiceAccountSource, Source, SpiffeIdSource, TrustDomainSource, UninitializedSource,
} from '../model/access';
import type { NamedGateway } from '../model/exposure';
import type { Every, Fields } from '../model/fields';
import type { GatewayClient, RemoteIpBlockSource } from '../model/gateway-access';

const GATEWAY = instanceOf(ExposureGateway, "an ExposureGateway, such as `ExposureGateway.shared('public', 'infra')`");

/**
 * Options of `Identity.pods`.
 */
export interface PodsOptions {
  /**
   * Namespace of the pods. Excludes `namespaceLabels`.
   *
   * @default - the namespace of the chart in which the policy stands
   */
  readonly namespace?: string;

  /**
   * Labels of the namespaces of the pods, all of which a namespace must have; an empty map is every namespace. Excludes `namespace`.
   *
   * @default - see `namespace`
   */
  readonly namespaceLabels?: { [label: string]: string };

  /**
   * Name of the cluster of the pods, where several make a cluster mesh.
   *
   * @default - this cluster
   */
  readonly cluster?: string;
}

const PODS_OPTIONS = record<PodsOptions>({ namespace: optional(TEXT), namespaceLabels: optional(mapOf(TEXT)), cluster: optional(TEXT) });

/**
 * Who makes a request, as mutual TLS proves it.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/service-access-policy.md#what-each-target-renders
 */
export class Identity {
  /**
   * The pods that run as a ServiceAccount.
   *
   * @param name Name of the ServiceAccount.
   * @param namespace Its namespace. If left out, the namespace of the chart in which the policy stands.
   */
  public static serviceAccount(name: string, namespace?: string): Identity {
    checkObjectName('Identity.serviceAccount', 'ServiceAccount name', name);
    if (namespace !== undefined) {
      checkNamespace('Identity.serviceAccount', namespace);
    }
    return new Identity(BY_FACTORY, (own): Every<ServiceAccountSource> => ({ kind: 'serviceAccount', name, namespace: namespace ?? own }));
  }

  /**
   * The pods that run as a ServiceAccount of the app, e.g. a `ServiceAccount` of cdk8s-plus.
   *
   * @param serviceAccount A construct whose default child is an ApiObject of kind ServiceAccount, or that ApiObject.
   */
  public static fromKubeServiceAccount(serviceAccount: IConstruct): Identity {
    const { name, metadata } = kubeObject('Identity.fromKubeServiceAccount', serviceAccount, 'ServiceAccount');
    return Identity.serviceAccount(name, metadata.namespace);
  }

  /**
   * Every pod of a namespace, whatever its ServiceAccount.
   *
   * @param name Name of the namespace.
   */
  public static namespace(name: string): Identity {
    checkNamespace('Identity.namespace', name);
    return new Identity(BY_FACTORY, (): Every<NamespaceSource> => ({ kind: 'namespace', name }));
  }

  /**
   * Every pod of the namespaces that have all these labels. Only for targets that know clients by labels: certificates hold none.
   *
   * @param labels Labels of the namespace, as on its Namespace object.
   */
  public static namespaceLabels(labels: { [label: string]: string }): Identity {
    mapOf(TEXT)('Identity.namespaceLabels', 'labels', labels);
    if (Object.keys(labels).length === 0) {
      throw misuse('MESH1106', 'Identity.namespaceLabels', 'there is no label, so every namespace would be meant', 'Give at least one label');
    }
    checkLabels('Identity.namespaceLabels', labels);
    return new Identity(BY_FACTORY, (): Every<NamespaceLabelsSource> => ({ kind: 'namespaceLabels', labels: { ...labels } }));
  }

  /**
   * Pods by their labels. Only for targets that know clients by labels: certificates hold none.
   *
   * @param labels Labels that the pods have; at least one.
   * @param options The namespaces of the pods. If left out, it is the namespace of the chart in which the policy stands.
   */
  public static pods(labels: { [label: string]: string }, options: PodsOptions = {}): Identity {
    const where = 'Identity.pods';
    mapOf(TEXT)(where, 'labels', labels);
    PODS_OPTIONS(where, 'options', options);
    const { namespace, namespaceLabels, cluster }: Fields<PodsOptions, 'namespace' | 'namespaceLabels' | 'cluster'> = options;
    checkSomePods(where, { labels, namespace, namespaceLabels }, 'Identity.namespace');
    if (cluster !== undefined) checkClusterName(where, cluster);
    return new Identity(BY_FACTORY, (own): Every<PodsSource> => ({
      kind: 'pods',
      labels: { ...labels },
      namespace: namespaceLabels === undefined ? namespace ?? own : undefined,
      namespaceLabels: namespaceLabels && { ...namespaceLabels },
      cluster,
    }));
  }

  /**
   * Pods that have just been created, as long as their labels are not known. Which pods these are changes from one moment to the next. Only for
   * targets that know them by what they are.
   */
  public static uninitializedPods(): Identity {
    return new Identity(BY_FACTORY, (): Every<UninitializedSource> => ({ kind: 'uninitialized' }));
  }

  /**
   * Every workload of a trust domain, by any name: that of another mesh, which this one trusts. Whoever runs that mesh says who is in it.
   *
   * @param name The trust domain, like `cluster.local`.
   */
  public static trustDomain(name: string): Identity {
    TEXT('Identity.trustDomain', 'name', name);
    if (!/^[a-z0-9._-]{1,255}$/.test(name)) {
      throw misuse('MESH1206', 'Identity.trustDomain', `'${name}' is not a trust domain`, "Write it like 'cluster.local'");
    }
    return new Identity(BY_FACTORY, (): Every<TrustDomainSource> => ({ kind: 'trustDomain', name }));
  }

  /**
   * The API server, which calls admission webhooks, conversion webhooks and aggregated APIs. Only for targets that know it by what it is.
   */
  public static apiServer(): Identity {
    return new Identity(BY_FACTORY, (): Every<ApiServerSource> => ({ kind: 'apiServer' }));
  }

  /**
   * The nodes of the cluster: the kubelet, and pods in the network of their node. Only for targets that know nodes by what they are.
   *
   * @param labels Labels that the nodes have: every node, if there are none. A kubelet can give its own node labels, but none that begin with
   * `node-restriction.kubernetes.io/`.
   * @see https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-isolation-restriction
   */
  public static nodes(labels: { [label: string]: string } = {}): Identity {
    mapOf(TEXT)('Identity.nodes', 'labels', labels);
    checkLabels('Identity.nodes', labels);
    return new Identity(BY_FACTORY, (): Every<NodesSource> | Every<NodeLabelsSource> =>
      Object.keys(labels).length === 0 ? { kind: 'nodes' } : { kind: 'nodeLabels', labels: { ...labels } });
  }

  /**
   * The workload with this SPIFFE id.
   *
   * @param id The whole id: `spiffe://<trust domain>/<path>`.
   * @see https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md
   */
  public static spiffeId(id: string): Identity {
    TEXT('Identity.spiffeId', 'id', id);
    if (!/^spiffe:\/\/[a-z0-9._-]{1,255}(\/[A-Za-z0-9._-]+)+$/.test(id) || /\/\.\.?(\/|$)/.test(id) || id.length > 2048) {
      throw misuse('MESH1109', 'Identity.spiffeId', `'${id}' is not a SPIFFE id`, "Write the whole id, like 'spiffe://example.org/ns/shop/sa/web'");
    }
    return new Identity(BY_FACTORY, (): Every<SpiffeIdSource> => ({ kind: 'spiffeId', id }));
  }

  /**
   * A gateway that others made: it calls for clients outside the mesh. For the gateway of an exposure, use `exposure.identity`. A target
   * that cannot know the gateway by its class and its `pods` refuses the policy.
   *
   * @param gateway The gateway, by its name: `ExposureGateway.shared('public', 'infra', { className: 'istio' })`.
   */
  public static gateway(gateway: ExposureGateway): Identity {
    GATEWAY('Identity.gateway', 'gateway', gateway);
    const model = gateway._toModel();
    if (model.kind === 'own') {
      throw misuse('MESH1006', 'Identity.gateway', 'a gateway of an exposure has the name of that exposure', 'Use `exposure.identity`');
    }
    return Identity._ofGateways([model]);
  }

  /**
   * The gateways of an exposure.
   *
   * @internal
   */
  public static _ofGateways(gateways: readonly NamedGateway[]): Identity {
    return new Identity(BY_FACTORY, ...gateways.map(({ className, pods = {}, name, namespace }) =>
      (own: string): Every<GatewaySource> => ({ kind: 'gateway', name, namespace: namespace ?? own, className, pods })));
  }

  /**
   * Every client whose connection comes from these addresses, with or without an identity.
   *
   * @param cidr The addresses, like `10.20.0.0/16` or `2001:db8::/32`.
   * @param exceptCidrs Addresses among them that are excluded.
   */
  public static ipBlock(cidr: string, exceptCidrs: string[] = []): Identity {
    checkCidr('Identity.ipBlock', cidr, exceptCidrs);
    return new Identity(BY_FACTORY, (): Every<IpBlockSource> => ({ kind: 'ipBlock', cidr, except: [...exceptCidrs].sort() }));
  }

  /**
   * Every client with these addresses, behind the proxies in front of a gateway. Only in a `GatewayAccessPolicy`: the gateway has to know how many
   * of these proxies it can trust. Where it trusts none, the address is that of the connection.
   *
   * @param cidr The addresses, like `203.0.113.0/24` or `2001:db8::/32`.
   * @param exceptCidrs Addresses among them that are excluded.
   * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/gateway-access-policy.md#addresses
   */
  public static remoteIpBlock(cidr: string, exceptCidrs: string[] = []): Identity {
    checkCidr('Identity.remoteIpBlock', cidr, exceptCidrs);
    return new Identity(BY_FACTORY, (): Every<RemoteIpBlockSource> => ({ kind: 'remoteIpBlock', cidr, except: [...exceptCidrs].sort() }));
  }

  /**
   * Every client that the mesh has authenticated.
   */
  public static anyAuthenticated(): Identity {
    return new Identity(BY_FACTORY, (): Every<AnyAuthenticatedSource> => ({ kind: 'anyAuthenticated' }));
  }

  /**
   * Every client, with or without an identity, inside the cluster or outside.
   */
  public static anyone(): Identity {
    return new Identity(BY_FACTORY, (): Every<AnyoneSource> => ({ kind: 'anyone' }));
  }

  private readonly clients: readonly ((ownNamespace: string) => GatewayClient)[];

  private constructor(key: FactoryKey, ...clients: readonly ((ownNamespace: string) => GatewayClient)[]) {
    checkFactory(key, Identity);
    this.clients = clients;
  }

  /**
   * One client, or the gateways of one exposure.
   *
   * @internal
   */
  public _toModel(ownNamespace: string, where = 'Identity.remoteIpBlock'): Source[] {
    return this._atGateway(ownNamespace).map(client => {
      if (client.kind === 'remoteIpBlock') {
        throw misuse('MESH1510', where, 'only a gateway knows the original address of a client, and what calls a workload may write any',
          'Let the GatewayAccessPolicy of the gateway name it, or use Identity.ipBlock for addresses of connections');
      }
      return client;
    });
  }

  /**
   * As a gateway knows it.
   *
   * @internal
   */
  public _atGateway(ownNamespace: string): GatewayClient[] {
    return this.clients.map(client => client(ownNamespace));
  }
}
