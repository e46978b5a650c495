import { checkLabels } from './names';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { mapOf, optional, record, TEXT } from '../input/shape';
import type { ClusterPodsSubject, ClusterSubject as Model, HealthSubject, NodesSubject, UninitializedSubject } from '../model/cluster-access';
import type { Every } from '../model/fields';

/**
 * Options of `ClusterSubject.pods`.
 */
export interface ClusterPodsOptions {
  /**
   * Labels of the namespaces of the pods, all of which a namespace must have.
   *
   * @default - pods of every namespace
   */
  readonly namespaceLabels?: { [label: string]: string };
}

const LABELS = mapOf(TEXT);
const PODS = record<ClusterPodsOptions>({ namespaceLabels: optional(LABELS) });

/**
 * What a `ClusterAccessPolicy` protects.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/cluster-access-policy.md#what-each-target-renders
 */
export class ClusterSubject {
  /**
   * Nodes, and pods in the network of their node. Whoever has to reach a node has to be named: other nodes, the API server, what checks it.
   *
   * @param labels Labels of the nodes, all of which a node must have; an empty map is every node.
   */
  public static nodes(labels: { [label: string]: string }): ClusterSubject {
    const subject: Every<NodesSubject> = { kind: 'nodes', labels: checked('ClusterSubject.nodes', labels) };
    return new ClusterSubject(BY_FACTORY, subject);
  }

  /**
   * Pods by their labels, whatever their namespace.
   *
   * @param labels Labels that the pods have; at least one.
   * @param options Their namespaces.
   */
  public static pods(labels: { [label: string]: string }, options: ClusterPodsOptions = {}): ClusterSubject {
    const where = 'ClusterSubject.pods';
    const own = checked(where, labels);
    PODS(where, 'options', options);
    if (Object.keys(own).length === 0) {
      throw misuse('MESH1106', where, 'there is no label, so every pod would be meant', 'Give at least one label, or use ClusterSubject.anyPod');
    }
    const { namespaceLabels } = options;
    const subject: Every<ClusterPodsSubject> = { kind: 'pods', labels: own, namespaceLabels: namespaceLabels && checked(where, namespaceLabels) };
    return new ClusterSubject(BY_FACTORY, subject);
  }

  /** Every pod of the cluster, those of `kube-system` among them. */
  public static anyPod(): ClusterSubject {
    const subject: Every<ClusterPodsSubject> = { kind: 'pods', labels: {}, namespaceLabels: undefined };
    return new ClusterSubject(BY_FACTORY, subject);
  }

  /** Pods that have just been created, as long as their labels are not known. Where nothing allows them anything, they pass nothing. */
  public static uninitializedPods(): ClusterSubject {
    const subject: Every<UninitializedSubject> = { kind: 'uninitialized' };
    return new ClusterSubject(BY_FACTORY, subject);
  }

  /** The endpoint on each node at which the network between nodes is checked. */
  public static healthEndpoints(): ClusterSubject {
    const subject: Every<HealthSubject> = { kind: 'health' };
    return new ClusterSubject(BY_FACTORY, subject);
  }

  private constructor(key: FactoryKey, private readonly subject: Model) {
    checkFactory(key, ClusterSubject);
  }

  /** @internal */
  public _toModel(): Model {
    return this.subject;
  }
}

function checked(where: string, labels: { readonly [label: string]: string }): Record<string, string> {
  LABELS(where, 'labels', labels);
  checkLabels(where, labels);
  return { ...labels };
}
