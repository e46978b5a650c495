import type { IConstruct } from 'constructs';
import { Claims } from './claims';
import { Policies } from './policies';
import { rootOf } from './root';
import { Traffic } from './traffic';

const CLUSTERS = Symbol.for('cdk8s-mesh.Clusters');

/** All clusters of the app, or the tree, that a construct stands in, by the id of their targets. */
export function clustersOf(construct: IConstruct): ReadonlyMap<string, Cluster> {
  return registry(construct);
}

function registry(construct: IConstruct): Map<string, Cluster> {
  const root: IConstruct & { [CLUSTERS]?: Map<string, Cluster> } = rootOf(construct);
  return root[CLUSTERS] ??= new Map<string, Cluster>();
}

/**
 * What the constructs of an app say for one cluster. Targets with the same id are one cluster, in whichever scope they were added,
 * and whatever their options: everything that is applied to a cluster is there together.
 */
export class Cluster {
  /** The cluster of a target of this id, of the app (or the tree) that a construct stands in. */
  public static of(construct: IConstruct, targetId: string): Cluster {
    const clusters = registry(construct);
    let cluster = clusters.get(targetId);
    if (cluster === undefined) clusters.set(targetId, cluster = new Cluster());
    return cluster;
  }

  /** What each construct has laid claim to. */
  public readonly claims = new Claims<IConstruct>();

  /** Where the requests to each Service go. */
  public readonly traffic = new Traffic();

  /** Who may call the Services. */
  public readonly policies = new Policies(this.traffic);

  private constructor() {}
}
