import type { Attachment, Target } from './attachment';
import type { Pod } from '../../../../meaning/call';
import { EVERYTHING } from '../../../../meaning/selector';
import { all, type Truth } from '../../../../meaning/truth';
import { pushTo } from '../../../../model/lists';
import { ByNamespace } from '../../../../reading/by-namespace';
import type { ReadObject } from '../../../../reading/objects';
import { Selecting } from '../../../../reading/selecting';

/** A policy, and whether it is in force. */
export interface InForce<T> {
  readonly policy: T;
  readonly truth: Truth;
}

/** Policies, by what they are for. Those of the root namespace are for all. */
export class Attached<T extends Attachment> {
  private readonly policies: ByNamespace<Own<T>>;

  public constructor(objects: readonly ReadObject[], read: (object: ReadObject) => T, private readonly root: string) {
    this.policies = new ByNamespace(objects, own => ownOf(own.map(read)));
  }

  /** Those that select a pod, in its namespace and in the root. */
  public ofPod(pod: Pod): InForce<T>[] {
    return [...new Set([this.root, pod.namespace])].flatMap(where => this.policies.of(where).ofPods.choosing(pod))
      .map(({ thing, truth }) => inForce(thing, truth));
  }

  /** Those that may be for a pod, whose namespace is not known. */
  public ofPodAnywhere(pod: Pod): InForce<T>[] {
    return this.policies.all().flatMap(({ ofPods }) => ofPods.choosing(pod))
      .map(({ thing, truth }) => inForce(thing, thing.namespace === this.root ? truth : 'unknown'));
  }

  /** Those that name something. */
  public ofTarget(kind: Target['kind'], namespace: string, name: string): InForce<T>[] {
    return (this.policies.of(namespace).ofTargets.get(`${kind} ${name}`) ?? []).map(policy => inForce(policy));
  }

  public readAll(): void {
    this.policies.all();
  }
}

/** What stands in one namespace. */
interface Own<T> {
  readonly ofPods: Selecting<T>;
  readonly ofTargets: ReadonlyMap<string, readonly T[]>;
}

function ownOf<T extends Attachment>(policies: readonly T[]): Own<T> {
  const ofTargets = new Map<string, T[]>();
  for (const policy of policies) for (const { kind, name } of policy.targets) pushTo(ofTargets, `${kind} ${name}`, policy);
  const ofPods = policies.filter(({ targets }) => targets.length === 0);
  return { ofTargets, ofPods: new Selecting(ofPods, ({ selector = {} }) => ({ ...EVERYTHING, matchLabels: selector })) };
}

function inForce<T extends Attachment>(policy: T, selected: Truth = 'yes'): InForce<T> {
  return { policy, truth: all([selected, policy.doubt === undefined ? 'yes' : 'unknown']) };
}
