import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import { validateBelow } from './checks';
import { MeshTarget } from './mesh-target';
import { Validation } from './validation';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { instanceOf, listOf, memberOf } from '../input/shape';

const TARGETS = Symbol.for('cdk8s-mesh.MeshTargets');
const INTENT = Symbol.for('cdk8s-mesh.MeshIntent');

type Holder = IConstruct & { [TARGETS]?: MeshTargets };

const SCOPE = instanceOf(Construct, 'an app, a chart, or any construct');
const VALIDATION = memberOf(Validation, 'Validation');
const TARGET_LIST = listOf(instanceOf(MeshTarget, 'a MeshTarget, such as `MeshTarget.smi()`'));

/**
 * The targets of a scope: constructs below it are synthesized to each of them. The nearest scope with targets wins, so a chart can
 * have other targets than its app.
 *
 * Targets with the same id are one cluster, in whichever scopes of an app they are: constructs conflict across scopes as within
 * one. For a second cluster in one app, give its targets ids of their own.
 *
 * With one target, objects are written to the chart of the construct that asks for them. With several, each target gets a chart
 * beside that one, named `<chart id>-<target id>`; object names stay the same.
 */
export class MeshTargets {
  /**
   * The targets of a scope, to be added to.
   *
   * @param scope An app, a chart, or any construct.
   */
  public static of(scope: IConstruct): MeshTargets {
    SCOPE('MeshTargets.of', 'scope', scope);
    const holder: Holder = scope;
    return holder[TARGETS] ??= new MeshTargets(BY_FACTORY, scope);
  }

  /**
   * The targets that hold at a scope: its own, or those of the nearest scope above.
   *
   * @internal
   */
  public static _nearest(scope: IConstruct): MeshTargets {
    for (let at: Holder | undefined = scope; at !== undefined; at = at.node.scope) {
      const targets = at[TARGETS];
      if (targets !== undefined && targets.added.length > 0) {
        return targets;
      }
    }
    throw misuse('MESH1201', scope.node.path, 'there is no target to synthesize to',
      'Write `MeshTargets.of(app).add(MeshTarget.gatewayApi());`, or MeshTarget.smi(), before you make this construct');
  }

  /**
   * Whether objects below a scope say which construct they are of.
   *
   * @internal
   */
  public static _writesPaths(scope: IConstruct): boolean {
    for (let at: Holder | undefined = scope; at !== undefined; at = at.node.scope) {
      if (at[TARGETS]?.writesPaths === true) return true;
    }
    return false;
  }

  private readonly added: MeshTarget[] = [];
  private writesPaths = false;

  private constructor(key: FactoryKey, private readonly scope: IConstruct) {
    checkFactory(key, MeshTargets);
  }

  /** The targets that were added. */
  public get targets(): MeshTarget[] {
    return [...this.added];
  }

  /**
   * Adds targets, before any construct of this library is made below the scope.
   *
   * @param targets The targets; their ids differ.
   */
  public add(...targets: MeshTarget[]): MeshTargets {
    const where = this.where;
    TARGET_LIST(where, 'targets', targets);
    this.refuseLate('targets are added', 'Add the targets first');
    for (const target of targets) {
      if (this.added.some(({ id }) => id === target.id)) {
        throw misuse('MESH1203', where, `there are two targets with the id '${target.id}'`, 'Give one of them another `id`');
      }
      this.added.push(target);
    }
    return this;
  }

  /**
   * Has each object say which construct it is of, by its path, in the annotation `cdk8s-mesh/construct`: for those who look at a cluster and search the
   * line of the program. Objects that several constructs share, and that a controller makes, have none. Call it before any construct of this library
   * is made below the scope.
   */
  public constructPaths(): MeshTargets {
    this.refuseLate('the paths of constructs are asked for', 'Call `constructPaths` first');
    this.writesPaths = true;
    return this;
  }

  /**
   * Says how strictly manifests are checked at synth: the manifests of the scope and everything below it, unless a nearer scope
   * says otherwise. By default, what an API server would reject is an error, and what does not fit together is a warning.
   *
   * @param validation The strictness.
   */
  public validation(validation: Validation): MeshTargets {
    VALIDATION('MeshTargets.validation', 'validation', validation);
    validateBelow(this.scope, validation);
    return this;
  }

  private get where(): string {
    return this.scope.node.path || 'App';
  }

  private refuseLate(what: string, remedy: string): void {
    const late = this.scope.node.findAll().find(construct => INTENT in construct);
    if (late === undefined) return;
    throw misuse('MESH1202', this.where, `${what} after '${late.node.path}' was made without them`, remedy);
  }
}

/** Marks a construct as one that was made with the targets of its scope. */
export function markIntent(construct: IConstruct & { [INTENT]?: true }): void {
  construct[INTENT] = true;
}
