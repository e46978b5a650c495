import type { ApiObjectMetadata } from 'cdk8s';
import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { conflict, misuse, warn } from '../diagnostics';
import type { Manifest } from '../dialects/dialect';
import { qualified } from '../model/route';
import { RenderedObject } from '../targets/checks';
import type { Compilation } from '../targets/compile';
import type { MeshTarget } from '../targets/mesh-target';
import { markIntent, MeshTargets } from '../targets/mesh-targets';
import { checkNamespace, checkObjectName } from '../vocabulary/names';

/**
 * What all intents have in common.
 */
export interface MeshIntentProps {
  /**
   * Metadata of the objects. Its name is the base of all their names, its namespace is where they stand, its labels and
   * annotations go onto each of them.
   *
   * @default - named by the chart, after the path of the construct; in the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * A construct that says what should hold, and renders it for each target of its scope. Its objects exist when its
 * constructor returns, and can be patched with `ApiObject.addJsonPatch`.
 */
export abstract class MeshIntent extends Construct {
  private readonly objects = new Map<string, ApiObject[]>();
  private readonly targets: MeshTargets;

  /** @internal */
  protected readonly _chart: Chart;

  /** @internal */
  protected readonly _metadata: ApiObjectMetadata;

  /** @internal */
  constructor(scope: Construct, id: string, props: MeshIntentProps) {
    super(scope, id);
    this._metadata = props.metadata ?? {};
    this._chart = Chart.of(this);
    this.targets = MeshTargets._nearest(this);
    const { name, namespace } = this._metadata;
    if (name !== undefined) {
      checkObjectName(this.node.path, 'object name', name);
    }
    if (namespace !== undefined) {
      checkNamespace(this.node.path, namespace);
    }
    markIntent(this);
  }

  /**
   * The objects of all targets.
   */
  public get apiObjects(): ApiObject[] {
    return [...this.objects.values()].flat();
  }

  /**
   * The objects of one target.
   *
   * @param targetId Id of the target, such as 'smi'.
   */
  public apiObjectsFor(targetId: string): ApiObject[] {
    return this.objects.get(targetId) ?? [];
  }

  /**
   * The base of all object names. It is what the chart would name an object at this path, however many targets there
   * are.
   *
   * @internal
   */
  protected get _name(): string {
    return this._metadata.name ?? this._chart.generateObjectName(this as unknown as ApiObject);
  }

  /** @internal */
  protected get _namespace(): string | undefined {
    return this._metadata.namespace ?? this._chart.namespace;
  }

  /**
   * Renders a model for every target; collects what they cannot express, for the synth to report all of it together.
   *
   * @internal
   */
  protected _render(compile: (target: MeshTarget) => Compilation): void {
    const errors: string[] = [];
    for (const target of this.targets.targets) {
      const compiled = compile(target);
      errors.push(...compiled.errors, ...this.conflicts(target, compiled));
      compiled.leftOut.forEach(sentence => warn(this.node.path, `${sentence} Left out`));
      this.objects.set(target.id, this.apiObjectsOf(target, compiled));
    }
    if (errors.length > 0) {
      this.node.addValidation({ validate: () => errors });
    }
  }

  /** Lays claim to what one construct per target can have; the later of two is in error. */
  private conflicts(target: MeshTarget, { claims, manifests }: Compilation): string[] {
    const objects = manifests.map(({ apiVersion, kind, metadata: { name, namespace } }) => `${kind} '${qualified(name, namespace)}' of ${apiVersion}`);
    return [...claims, ...objects].flatMap(claim => {
      const key = `${target.id} ${claim}`;
      const other = this.targets._claims.get(key);
      if (other === undefined) {
        this.targets._claims.set(key, this);
        return [];
      }
      return [conflict(target.id, claim, other.node.path)];
    });
  }

  /**
   * With one target, objects stand below this construct; with several, in the target's chart beside this one's, under ids
   * that hold the path of this construct. More constructs than that would cost more than all the rest of a synth.
   */
  private apiObjectsOf(target: MeshTarget, { manifests, leftOut }: Compilation): ApiObject[] {
    const alone = this.targets.targets.length === 1;
    const path = this.node.scopes.slice(this._chart.node.scopes.length).map(scope => scope.node.id).join('/');
    return manifests.map((manifest, i) => {
      const { kind, metadata: { name, namespace } } = manifest;
      const id = i === 0 ? 'Resource' : `${kind} ${namespace ?? ''} ${name}`;
      const props = { ...manifest, metadata: this.metadataOf(manifest, leftOut) };
      return alone
        ? new RenderedObject(this, id, props, this, target.id)
        : new RenderedObject(this.siblingChart(target), `${path}/${id}`, props, this, target.id);
    });
  }

  private siblingChart(target: MeshTarget): Chart {
    const { node, namespace, labels } = this._chart;
    const id = `${node.id}-${target.id}`;
    if (node.scope === undefined) {
      throw misuse(node.path, 'a chart that is the root of its tree can have one target only', 'Put it into an App');
    }
    const taken = node.scope.node.tryFindChild(id);
    if (taken === undefined) {
      const chart = new Chart(node.scope, id, { namespace, labels });
      Object.defineProperty(chart, SIBLING_OF, { value: this._chart });
      return chart;
    }
    if ((taken as { [SIBLING_OF]?: Chart })[SIBLING_OF] !== this._chart) {
      throw misuse(this.node.path, `the chart for target '${target.id}' would be '${taken.node.path}', which exists`,
        'Give that construct another id, or the target another `id`');
    }
    return taken as Chart;
  }

  private metadataOf({ metadata }: Manifest, leftOut: readonly string[]): ApiObjectMetadata {
    return {
      ...this._metadata,
      ...metadata,
      ...(leftOut.length > 0 && { annotations: { ...this._metadata.annotations, 'cdk8s-mesh/unsupported': leftOut.join(' ') } }),
    };
  }
}

const SIBLING_OF = Symbol.for('cdk8s-mesh.siblingOf');
