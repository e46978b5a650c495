import { checkCidr } from './cidr';
import { checkClusterName, checkNamespace, checkSomePods } from './names';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { mapOf, optional, record, TEXT } from '../input/shape';
import type { CidrPeer, ClusterPeer as Model, EntityPeer, PodsPeer } from '../model/cluster-access';
import type { Every, Fields } from '../model/fields';

/**
 * Options of `ClusterPeer.pods`.
 */
export interface ClusterPeerPodsOptions {
  /**
   * Namespace of the pods. Excludes `namespaceLabels`.
   *
   * @default - pods of every namespace
   */
  readonly namespace?: string;

  /**
   * Labels of the namespaces of the pods, all of which a namespace must have. Excludes `namespace`.
   *
   * @default - pods of every namespace
   */
  readonly namespaceLabels?: { [label: string]: string };

  /**
   * Name of the cluster of the pods, where several make a cluster mesh.
   *
   * @default - this cluster
   */
  readonly cluster?: string;
}

const LABELS = mapOf(TEXT);
const PODS = record<ClusterPeerPodsOptions>({ namespace: optional(TEXT), namespaceLabels: optional(LABELS), cluster: optional(TEXT) });

/**
 * Who calls what a `ClusterAccessPolicy` protects, or what that calls.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/cluster-access-policy.md#what-each-target-renders
 */
export class ClusterPeer {
  /**
   * Pods by their labels: of every namespace, unless the options say which.
   *
   * @param labels Labels that the pods have; at least one.
   * @param options Their namespaces, and their cluster.
   */
  public static pods(labels: { [label: string]: string }, options: ClusterPeerPodsOptions = {}): ClusterPeer {
    const where = 'ClusterPeer.pods';
    LABELS(where, 'labels', labels);
    PODS(where, 'options', options);
    const { namespace, namespaceLabels, cluster }: Fields<ClusterPeerPodsOptions, keyof ClusterPeerPodsOptions> = options;
    checkSomePods(where, { labels, namespace, namespaceLabels }, 'ClusterPeer.namespace or ClusterPeer.anyPod');
    if (cluster !== undefined) checkClusterName(where, cluster);
    const peer: Every<PodsPeer> = { kind: 'pods', labels: { ...labels }, namespace, namespaceLabels: namespaceLabels && { ...namespaceLabels }, cluster };
    return new ClusterPeer(BY_FACTORY, peer);
  }

  /**
   * Every pod of a namespace.
   *
   * @param name Name of the namespace.
   */
  public static namespace(name: string): ClusterPeer {
    checkNamespace('ClusterPeer.namespace', name);
    const peer: Every<PodsPeer> = { kind: 'pods', labels: {}, namespace: name, namespaceLabels: undefined, cluster: undefined };
    return new ClusterPeer(BY_FACTORY, peer);
  }

  /** Every pod of the cluster. */
  public static anyPod(): ClusterPeer {
    const peer: Every<PodsPeer> = { kind: 'pods', labels: {}, namespace: undefined, namespaceLabels: undefined, cluster: undefined };
    return new ClusterPeer(BY_FACTORY, peer);
  }

  /**
   * Addresses outside the cluster.
   *
   * @param cidr The addresses, like `203.0.113.0/24`.
   * @param exceptCidrs Addresses among them that are excluded.
   */
  public static cidr(cidr: string, exceptCidrs: string[] = []): ClusterPeer {
    checkCidr('ClusterPeer.cidr', cidr, exceptCidrs);
    const peer: Every<CidrPeer> = { kind: 'cidr', cidr, except: [...new Set(exceptCidrs)].sort() };
    return new ClusterPeer(BY_FACTORY, peer);
  }

  /** The node on which it runs: the kubelet, and pods in the network of that node. */
  public static ownNode(): ClusterPeer {
    return ClusterPeer.entity('ownNode');
  }

  /** All other nodes of the cluster, and pods in their networks. */
  public static otherNodes(): ClusterPeer {
    return ClusterPeer.entity('otherNodes');
  }

  /** The API server: where it runs on a node of the cluster, that whole node. */
  public static apiServer(): ClusterPeer {
    return ClusterPeer.entity('apiServer');
  }

  /** The endpoints at which the network between nodes is checked. */
  public static healthEndpoints(): ClusterPeer {
    return ClusterPeer.entity('health');
  }

  /** Pods that have just been created, as long as their labels are not known. */
  public static uninitializedPods(): ClusterPeer {
    return ClusterPeer.entity('uninitialized');
  }

  /** All in the cluster: pods, nodes, the API server and gateways. */
  public static cluster(): ClusterPeer {
    return ClusterPeer.entity('cluster');
  }

  /** All that is outside the cluster. */
  public static outside(): ClusterPeer {
    return ClusterPeer.entity('outside');
  }

  /** All in the cluster, and all outside. */
  public static anyone(): ClusterPeer {
    return ClusterPeer.entity('anyone');
  }

  private static entity(kind: EntityPeer['kind']): ClusterPeer {
    const peer: Every<EntityPeer> = { kind };
    return new ClusterPeer(BY_FACTORY, peer);
  }

  private constructor(key: FactoryKey, private readonly peer: Model) {
    checkFactory(key, ClusterPeer);
  }

  /** @internal */
  public _toModel(): Model {
    return this.peer;
  }
}
