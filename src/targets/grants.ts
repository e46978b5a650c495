import type { IConstruct } from 'constructs';
import { compile } from './compile';
import type { MeshTarget } from './mesh-target';
import { coded } from '../errors/coded';
import { disagreeing, refusedTogether, ungranted } from '../errors/diagnostics';
import type { AccessModel } from '../model/access';
import { besidePolicy, disagreement, withGrants } from '../model/grants';
import { flatMap } from '../model/lists';
import { qualified } from '../model/route';
import { workloadInWords } from '../model/service-ref';

/** What is rendered for a target, in place of what was rendered before; or why it cannot be. */
export type Render = (model: AccessModel) => readonly string[];

/** What a client is allowed, as a construct said it to a target. */
export interface Grant {
  readonly model: AccessModel;
  readonly owner: IConstruct;
  readonly target: MeshTarget;
  readonly render: Render;
}

/** A policy that grants may add to. */
export interface Grantable extends Grant {
  /** Whether it is closed to grants. */
  readonly isClosed: boolean;
}

/** What a policy itself says, where grants stand beside it; and why a target cannot express the two together. */
export function joined(
  target: MeshTarget, policy: AccessModel, grants: readonly AccessModel[],
): { readonly model: AccessModel; readonly errors: readonly string[] } {
  const { merged } = target._dialects.access;
  // What is wrong with the policy alone is told by the policy.
  return merged === undefined || compile('access', target, policy).errors.length > 0 ? { model: policy, errors: [] }
    : { model: merged(policy, grants), errors: compile('access', target, withGrants(policy, grants)).errors };
}

/** Most policies have no grants beside them. */
const NO_ERRORS: ReadonlyMap<Grant, readonly string[]> = new Map();

/** The pods of one policy, with the grants for them, in whichever order these are made. */
class Granted {
  public policy?: Grantable;
  private readonly made: Grant[] = [];
  private isSettled = true;
  private errors: ReadonlyMap<Grant, readonly string[]> = NO_ERRORS;
  private together?: AccessModel;

  /** All that the policy and the grants allow. */
  public get model(): AccessModel | undefined {
    if (this.policy === undefined || this.made.length === 0) return this.policy?.model;
    this.together ??= withGrants(this.policy.model, flatMap(this.grants, grant => this.wrongWith(grant) === undefined ? grant.model : []));
    return this.together;
  }

  /** In the order of their paths. */
  private get grants(): readonly Grant[] {
    return this.made.map(grant => ({ grant, path: grant.owner.node.path })).sort((a, b) => a.path < b.path ? -1 : 1).map(({ grant }) => grant);
  }

  public take(policy: Grantable): void {
    this.policy ??= policy;
    this.change();
  }

  public add(grant: Grant): void {
    this.made.push(grant);
    grant.render(this.besidePolicy(grant));
    this.change();
  }

  private change(): void {
    this.isSettled = this.made.length === 0;
    this.together = undefined;
  }

  /** Writes what the policy and the grants make of each other. */
  public settle(): void {
    if (this.isSettled) return;
    this.isSettled = true;
    const { grants, policy } = this;
    const found = new Map<Grant, readonly string[]>();
    for (const grant of grants) {
      const wrong = this.wrongWith(grant);
      found.set(grant, [...wrong === undefined ? [] : [coded(wrong)], ...grant.render(this.besidePolicy(grant))]);
    }
    this.errors = found;
    const sound = grants.filter(grant => found.get(grant)?.length === 0);
    if (policy === undefined || sound.length === 0) return;
    const joinedBy = (some: readonly Grant[]) => joined(policy.target, policy.model, some.map(({ model }) => model));
    const together = joinedBy(sound);
    const errors = together.errors.length > 0 || together.model === policy.model ? together.errors : policy.render(together.model);
    if (errors.length === 0) return;
    // Those that go with the policy alone are not told, unless it is several of them that do not go together.
    const alone = sound.filter(grant => joinedBy([grant]).errors.length > 0);
    const words = errors.map(error => refusedTogether(policy.owner.node.path, error));
    (alone.length > 0 ? alone : sound).forEach(grant => found.set(grant, words));
  }

  public errorsOf(grant: Grant): readonly string[] {
    return this.errors.get(grant) ?? [];
  }

  private besidePolicy({ model, target }: Grant): AccessModel {
    return this.policy === undefined ? model : besidePolicy(model, this.policy.model, target._dialects.access.inAllowances !== undefined);
  }

  private wrongWith({ model, target }: Grant) {
    const { policy } = this;
    const isElsewhere = model.grant === 'elsewhere';
    const { namespace, destination, destination: { service } } = model;
    const called = service === undefined ? `${workloadInWords(destination)} in namespace '${namespace}'` : `'${qualified(service, namespace)}'`;
    if (policy === undefined || policy.isClosed || isElsewhere) {
      return policy === undefined && isElsewhere ? undefined : ungranted(target.id, called, isElsewhere, policy?.owner.node.path);
    }
    const other = disagreement(policy.model.destination, model.destination);
    return other && disagreeing(target.id, called, policy.owner.node.path, other);
  }
}

/** A policy. Its model says what the grants for its pods allow, too. */
class WithGrants {
  readonly owner: IConstruct;
  readonly target: MeshTarget;

  constructor(private readonly policy: Grantable, private readonly granted: Granted) {
    this.owner = policy.owner;
    this.target = policy.target;
  }

  public get model(): AccessModel {
    return this.granted.policy === this.policy ? this.granted.model ?? this.policy.model : this.policy.model;
  }
}

/** The policies of a cluster that grants may add to, and the grants. */
export class Grants {
  private readonly byPods = new Map<string, Granted>();
  private readonly unsettled = new Set<Granted>();

  /** Tells of a policy, and has it rendered again as grants add to it. */
  public take(policy: Grantable): WithGrants {
    const granted = this.of(policy.model);
    granted.take(policy);
    this.unsettled.add(granted);
    return new WithGrants(policy, granted);
  }

  /** Has a grant rendered, now and as its policy becomes known. Afterwards, it is asked for the errors of the grant. */
  public add(grant: Grant): () => readonly string[] {
    const granted = this.of(grant.model);
    granted.add(grant);
    this.unsettled.add(granted);
    return () => {
      this.settle();
      return granted.errorsOf(grant);
    };
  }

  /** Writes what has changed since it was last asked. */
  public settle(): void {
    if (this.unsettled.size === 0) return;
    const all = [...this.unsettled];
    this.unsettled.clear();
    all.forEach(granted => granted.settle());
  }

  private of({ namespace, destination, destination: { service = workloadInWords(destination), subset = {} } }: AccessModel): Granted {
    const key = [qualified(service, namespace), ...flatMap(Object.entries(subset).sort(), labels => labels)].join();
    const granted = this.byPods.get(key) ?? new Granted();
    this.byPods.set(key, granted);
    return granted;
  }
}
