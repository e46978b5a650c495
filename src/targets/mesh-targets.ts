import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import { MeshTarget } from './mesh-target';
import { misuse } from '../diagnostics';
import type { HostClaim } from '../dialects/dialect';
import { instanceOf, listOf } from '../shape';

const TARGETS = Symbol.for('cdk8s-mesh.MeshTargets');
const INTENT = Symbol.for('cdk8s-mesh.MeshIntent');

const SCOPE = instanceOf(Construct, 'an app, a chart, or any construct');
const TARGET_LIST = listOf(instanceOf(MeshTarget, 'a MeshTarget, such as `MeshTarget.smi()`'));

/**
 * The targets of a scope: what is made below it is synthesized to each of them. The nearest scope with targets wins, so
 * a chart can have others than its app.
 *
 * With one target, objects land in the chart of the construct that asks for them. With several, each target gets a chart
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
    const holder = scope as { [TARGETS]?: MeshTargets };
    return holder[TARGETS] ??= new MeshTargets(scope);
  }

  /**
   * The targets that hold at a scope: its own, or those of the nearest scope above.
   *
   * @internal
   */
  public static _nearest(scope: IConstruct): MeshTargets {
    for (const candidate of [...scope.node.scopes].reverse()) {
      const targets = (candidate as { [TARGETS]?: MeshTargets })[TARGETS];
      if (targets !== undefined && targets.targets.length > 0) {
        return targets;
      }
    }
    throw misuse(scope.node.path, 'there is no target to synthesize to',
      'Write `MeshTargets.of(app).add(MeshTarget.gatewayApi());`, or MeshTarget.smi(), before you make this construct');
  }

  private readonly added: MeshTarget[] = [];

  /**
   * What each construct has laid claim to, by target.
   *
   * @internal
   */
  public readonly _claims = new Map<string, IConstruct>();

  /**
   * The requests to a host that constructs have laid claim to, by target and host.
   *
   * @internal
   */
  public readonly _hosts = new Map<string, { readonly claim: HostClaim; readonly construct: IConstruct }[]>();

  private constructor(private readonly scope: IConstruct) {}

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
    const where = this.scope.node.path || 'App';
    TARGET_LIST(where, 'targets', targets);
    const late = this.scope.node.findAll().find(construct => INTENT in construct);
    if (late !== undefined) {
      throw misuse(where, `targets are added after '${late.node.path}' was made without them`, 'Add them first');
    }
    for (const target of targets) {
      if (this.added.some(({ id }) => id === target.id)) {
        throw misuse(where, `there are two targets with the id '${target.id}'`, 'Give one of them another `id`');
      }
      this.added.push(target);
    }
    return this;
  }
}

/** Marks a construct as one that was made with the targets of its scope. */
export function markIntent(construct: IConstruct): void {
  Object.defineProperty(construct, INTENT, { value: true });
}
