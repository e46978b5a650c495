import type { Attachment, Target } from './attachment';
import type { Pod } from '../../../../meaning/call';
import { EVERYTHING, selects } from '../../../../meaning/selector';
import { all, type Truth } from '../../../../meaning/truth';
import { BySelector } from '../../../../model/by-labels';
import { pushTo } from '../../../../model/lists';
import { keyOf } from '../../../../reading/cluster/object';

/** A policy, and whether it is in force. */
export interface InForce<T> {
  readonly policy: T;
  readonly truth: Truth;
}

/** Policies, by what they are for. Those of the root namespace are for all. */
export class Attached<T extends Attachment> {
  private readonly ofNamespaces = new Map<string, T[]>();
  private readonly selecting = new Map<string, BySelector<T>>();
  private readonly ofTargets = new Map<string, T[]>();

  public constructor(policies: readonly T[], private readonly root: string) {
    for (const policy of policies) {
      const { namespace, selector, targets } = policy;
      for (const { kind, name } of targets) pushTo(this.ofTargets, targetKey(kind, namespace, name), policy);
      if (targets.length > 0) continue;
      pushTo(this.ofNamespaces, namespace, policy);
      const selectors = this.selecting.get(namespace) ?? new BySelector<T>();
      this.selecting.set(namespace, selectors);
      selectors.add(selector ?? {}, policy);
    }
  }

  /** Those that select a pod, in its namespace and in the root. */
  public ofPod({ namespace, labels }: Pod): InForce<T>[] {
    return [...new Set([this.root, namespace])].flatMap(where => labels === undefined
      ? (this.ofNamespaces.get(where) ?? []).map(policy => inForce(policy, selects({ ...EVERYTHING, matchLabels: policy.selector ?? {} }, labels)))
      : (this.selecting.get(where)?.choosing(labels) ?? []).map(policy => inForce(policy)));
  }

  /** Those that name something. */
  public ofTarget(kind: Target['kind'], namespace: string, name: string): InForce<T>[] {
    return (this.ofTargets.get(targetKey(kind, namespace, name)) ?? []).map(policy => inForce(policy));
  }
}

function inForce<T extends Attachment>(policy: T, selected: Truth = 'yes'): InForce<T> {
  return { policy, truth: all([selected, policy.doubt === undefined ? 'yes' : 'unknown']) };
}

function targetKey(kind: string, namespace: string, name: string): string {
  return `${kind} ${keyOf(namespace, name)}`;
}
