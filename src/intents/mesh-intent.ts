import type { ApiObjectMetadata } from 'cdk8s';
import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import type { SubjectClaim } from '../dialects/contract/claim';
import { objectClaim } from '../dialects/contract/claim';
import type { Manifest } from '../dialects/contract/manifest';
import { coded, warn } from '../errors/coded';
import { conflict, contested, otherPods } from '../errors/diagnostics';
import { misuse } from '../errors/misuse';
import { checkConcrete } from '../input/factory';
import { TEXT } from '../input/shape';
import type { AccessModel } from '../model/access';
import type { Every } from '../model/fields';
import { flatMap } from '../model/lists';
import type { NamespaceDefaultModel } from '../model/namespace-default';
import type { RouteModel } from '../model/route';
import { backendsOf, qualified, routedService } from '../model/route';
import { isService } from '../model/service-ref';
import type { Backend } from '../model/service-ref';
import { holdAgainstApp, RenderedObject } from '../targets/checks';
import { claimInWords, subjectInWords } from '../targets/claim-words';
import type { Claims, Conflict } from '../targets/claims';
import { Cluster } from '../targets/cluster';
import type { Compilation } from '../targets/compile';
import { compile, compileBehind } from '../targets/compile';
import type { Render } from '../targets/grants';
import { withLine } from '../targets/line';
import type { MeshTarget } from '../targets/mesh-target';
import { markIntent, MeshTargets } from '../targets/mesh-targets';
import { reservedWords } from '../targets/reserved-words';
import type { MeshWorkload } from '../vocabulary/mesh-workload';
import { checkLabels, checkNamespace, checkObjectName, checkQualifiedName } from '../vocabulary/names';

/**
 * What all intents have in common.
 */
export interface MeshIntentProps {
  /**
   * Metadata of the objects. All their names begin with its name, they are in its namespace, and each of them has its labels and
   * annotations. Labels and annotations that change how a mesh reads an object, such as `istio.io/dry-run` or `kuma.io/effect`,
   * are refused.
   *
   * @default - named by the chart, after the path of the construct; in the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * A construct that says what should hold, and renders it for each target of its scope. Its objects exist when its constructor
 * returns, and can be patched with `ApiObject.addJsonPatch`.
 *
 * Properties that a construct does not have are refused (MESH1003), so that none is ignored. A class of yours that extends a
 * construct keeps its own properties, and passes only the others on: `const { replicas, ...release } = props; super(scope, id,
 * release);`.
 */
export abstract class MeshIntent extends Construct {
  private objects: readonly RenderedObject[] = [];
  private readonly errors: string[] = [];
  /** Whether its objects say so. */
  private readonly writesPath: boolean;

  /** @internal */
  protected readonly _targets: MeshTargets;

  /** @internal */
  protected readonly _path: string;

  /** @internal */
  protected readonly _chart: Chart;

  /** @internal */
  protected readonly _metadata: ApiObjectMetadata;

  /** @internal */
  constructor(scope: Construct, id: string, props: MeshIntentProps) {
    checkConcrete(new.target, MeshIntent, 'a construct, such as `new ServiceAccessPolicy(…)`');
    super(scope, id);
    this._metadata = props.metadata ?? NO_METADATA;
    this._chart = chartOf(this);
    this._targets = MeshTargets._nearest(this);
    this.writesPath = MeshTargets._writesPaths(this);
    this._path = this.node.path;
    if (props.metadata !== undefined) checkMetadata(this._path, props.metadata);
    markIntent(this);
  }

  /**
   * The objects of all targets.
   */
  public get apiObjects(): ApiObject[] {
    return flatMap(this._targets.targets, ({ id }) => this.objectsFor(id));
  }

  /**
   * The objects of one target.
   *
   * @param targetId Id of the target, such as 'smi'.
   */
  public apiObjectsFor(targetId: string): ApiObject[] {
    TEXT(this._path, 'targetId', targetId);
    return this.objectsFor(targetId);
  }

  private objectsFor(targetId: string): ApiObject[] {
    Cluster.of(this, targetId).policies.settle();
    return this.objects.filter(({ target }) => target.id === targetId);
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
   * The namespace of a workload, or of this construct, for a model that needs a known namespace.
   *
   * @internal
   */
  protected _namespaceOf(workload?: Pick<MeshWorkload, 'namespace' | '_called'>): string {
    const namespace = workload?.namespace ?? this._namespace;
    if (namespace === undefined) {
      throw misuse('MESH1501', this._path, `the namespace ${workload === undefined ? '' : `of ${workload._called} `}is unknown, and the policy needs it`,
        "Give the chart its `namespace: 'shop'`");
    }
    if (this._metadata.namespace !== undefined && this._metadata.namespace !== namespace) {
      throw misuse('MESH1502', this._path, `the policy would stand in namespace '${this._metadata.namespace}', and its pods in '${namespace}'`,
        'Leave out `metadata.namespace`');
    }
    return namespace;
  }

  /**
   * Renders a model for every target; collects what they cannot express, for the synth to report all of it together.
   *
   * @internal
   */
  protected _render(made: (target: MeshTarget) => Compilation): (readonly [MeshTarget, Compilation])[] {
    const compiled = this._targets.targets.map(target => [target, made(target)] as const);
    const { labels = {}, annotations = {} } = this._metadata;
    const ofChart = this._chart.labels;
    compiled.forEach(([target, compilation]) => {
      this.tell(reservedWords(target, labels, annotations, ofChart));
      this._take(target, compilation);
    });
    return compiled;
  }

  /**
   * Takes what a target makes of a model: its errors, and its objects, beside those that there are.
   *
   * @internal
   */
  protected _take(target: MeshTarget, { manifests, errors, claims, leftOut }: Compilation): void {
    const laid = Cluster.of(this, target.id).claims;
    const own = manifests.filter(manifest => manifest.shared === undefined || !laid.has(objectClaimOf(manifest)));
    const found = [...this.lay(laid, 'MESH3001', claims), ...this.lay(laid, 'MESH3003', own.map(objectClaimOf))];
    this.tell([...errors, ...found.length === 0 ? [] : wordsOf(target.id, found)]);
    leftOut.forEach(sentence => warn(this._path, coded({ code: 'MESH2101', sentence: `${sentence} Left out` })));
    this.renderObjects(target, own, leftOut);
  }

  /**
   * Says where a route, or an exposure, sends the requests to its Service.
   *
   * @internal
   */
  protected _lead(targetId: string, route: RouteModel): void {
    if (isService(route.service)) Cluster.of(this, targetId).traffic.lead(routedService(route), backendsOf(route));
  }

  /**
   * Renders a policy for every target. If a target has policies for Services, it also renders one for each backend of this Service, even of
   * routes that are created later. A subset has no backends.
   *
   * @internal
   */
  protected _protect(model: AccessModel, isClosed = false): void {
    this._render(target => compile('access', target, model)).forEach(([target, made]) => {
      const render = this.following(target, model, made);
      const { policies } = Cluster.of(this, target.id);
      if (model.leavesRest) {
        policies.deny({ model, owner: this, target });
      } else {
        policies.add({ model, owner: this, target, isClosed, render });
      }
    });
    this.speak(model);
  }

  /**
   * Renders a grant for every target, as a policy is. What is wrong with it, is known when all constructs are made.
   *
   * @internal
   */
  protected _grant(models: readonly AccessModel[]): void {
    const { labels = {}, annotations = {} } = this._metadata;
    for (const target of this._targets.targets) {
      this.tell(reservedWords(target, labels, annotations, this._chart.labels));
      models.forEach(model => this.grant(target, model));
    }
    models.forEach(model => this.speak(model));
  }

  private grant(target: MeshTarget, model: AccessModel): void {
    const made = { ...compile('access', target, model), errors: [] };
    this._take(target, made);
    const render = this.following(target, model, made);
    const errors = Cluster.of(this, target.id).policies.grant({ model, owner: this, target, render });
    this.node.addValidation({ validate: () => errors().map(error => withLine(error, this)) });
  }

  private speak(model: AccessModel): void {
    holdAgainstApp({ intent: this, chart: this._chart, statements: this._targets.targets.map(target => ({ kind: 'access', target, model })) });
  }

  /** Follows the requests to backends, and renders all of it again for another model of the same pods. */
  private following(target: MeshTarget, model: AccessModel, { manifests, errors }: Compilation): Render {
    let said = model;
    let own: readonly Manifest[] = manifests.slice();
    let behind: ReadonlyMap<string, RenderedBehind> = NOTHING_BEHIND;
    const { service, subset } = model.destination;
    if (errors.length === 0 && service !== undefined && subset === undefined && target._dialects.access.behind !== undefined) {
      Cluster.of(this, target.id).traffic.follow(qualified(service, model.namespace), backend => {
        const part = compileBehind(target, said, backend);
        if (part !== undefined && !behind.has(part.key)) {
          behind = new Map([...behind, [part.key, { backend, manifests: part.manifests }]]);
          this._take(target, part);
        }
      });
    }
    return now => {
      const compilation = compile('access', target, now);
      const parts = [...behind.values()].map(there => ({ there, part: compileBehind(target, now, there.backend) }));
      const found = flatMap([compilation, ...flatMap(parts, ({ part }) => part ?? [])], one => one.errors);
      if (found.length > 0) return found;
      said = now;
      this.replace(target, own, compilation.manifests);
      own = compilation.manifests;
      for (const { there, part } of parts) {
        this.replace(target, there.manifests, part?.manifests ?? []);
        there.manifests = part?.manifests ?? [];
      }
      return [];
    };
  }

  /** Objects of the same name stay, with whatever patches they have. */
  private replace(target: MeshTarget, before: readonly Manifest[], now: readonly Manifest[]): void {
    const there = new Map(this.objects.filter(object => object.target === target).map(object => [knownAs(object.kind, object.metadata), object]));
    const objectFor = ({ kind, metadata }: Manifest) => there.get(knownAs(kind, metadata));
    const wanted = new Set(now.map(objectFor));
    const gone = flatMap(before, manifest => manifest.shared ? [] : objectFor(manifest) ?? []).filter(object => !wanted.has(object));
    gone.forEach(object => {
      this.objects = this.objects.filter(one => one !== object);
      object.remove();
    });
    now.forEach(manifest => objectFor(manifest)?.rewrite(objectOf(manifest)));
    this._take(target, { manifests: now.filter(manifest => objectFor(manifest) === undefined), errors: [], claims: [], leftOut: [] });
  }

  /**
   * Renders what all workloads of a namespace, or of the mesh, deny and allow.
   *
   * @internal
   */
  protected _close(model: Every<NamespaceDefaultModel>): void {
    this._render(target => compile('namespaceDefault', target, model))
      .forEach(([target]) => Cluster.of(this, target.id).policies.close({ model, owner: this, target }));
  }

  /** Has the synth fail. */
  private tell(errors: readonly string[]): void {
    if (errors.length > 0 && this.errors.length === 0) {
      this.node.addValidation({ validate: () => this.errors.map(error => withLine(error, this)) });
    }
    this.errors.push(...errors);
  }

  /** Makes claims on what a cluster can have only once. */
  private lay(laid: Claims<IConstruct>, code: CodedConflict['code'], claims: Compilation['claims']): CodedConflict[] {
    const found: CodedConflict[] = [];
    for (const claim of claims) {
      for (const one of laid.lay(claim, this)) found.push({ code, ...one });
    }
    return found;
  }

  /**
   * With one target, objects stand below this construct; with several, in the target's chart beside this one's, under ids
   * that hold the path of this construct. More constructs than that would cost more than all the rest of a synth.
   */
  private renderObjects(target: MeshTarget, manifests: readonly Manifest[], leftOut: readonly string[]): void {
    if (manifests.length === 0) {
      return;
    }
    const isLater = this.objects.some(object => object.target === target);
    const [scope, prefix] = this._targets.targets.length === 1 ? [this, ''] : [this.siblingChart(target), `${this.pathInChart}/`];
    // Of which `push` would leave room for many more.
    this.objects = this.objects.concat(manifests.map((manifest, i) => {
      const { kind, metadata: { name, namespace } } = manifest;
      checkObjectName(this._path, `name of ${kind}`, name);
      const id = i === 0 && !isLater ? 'Resource' : `${kind} ${namespace ?? ''} ${name}`;
      const object = objectOf(manifest);
      const metadata = this.metadataOf(manifest, leftOut);
      return new RenderedObject(scope, prefix + id, metadata === object.metadata ? object : { ...object, metadata }, this, target);
    }));
  }

  private get pathInChart(): string {
    return this.node.scopes.slice(this._chart.node.scopes.length).map(scope => scope.node.id).join('/');
  }

  private siblingChart(target: MeshTarget): Chart {
    const { node, namespace, labels } = this._chart;
    const id = `${node.id}-${target.id}`;
    if (node.scope === undefined) {
      throw misuse('MESH1210', node.path, 'a chart that is the root of its tree can have one target only', 'Put it into an App');
    }
    const taken = node.scope.node.tryFindChild(id);
    if (taken === undefined) {
      const chart = new Chart(node.scope, id, { namespace, labels });
      Object.defineProperty(chart, SIBLING_OF, { value: this._chart });
      return chart;
    }
    if (!isSibling(taken, this._chart)) {
      throw misuse('MESH3004', this._path, `the chart for target '${target.id}' would be '${taken.node.path}', which exists`,
        'Give that construct another id, or the target another `id`');
    }
    return taken;
  }

  private metadataOf({ metadata, shared }: Manifest, leftOut: readonly string[]): ApiObjectMetadata {
    if (shared || (this._metadata === NO_METADATA && leftOut.length === 0 && !this.writesPath)) {
      return metadata;
    }
    const annotations = {
      ...this._metadata.annotations,
      ...metadata.annotations,
      ...(leftOut.length > 0 && { 'cdk8s-mesh/unsupported': leftOut.join(' ') }),
      ...(this.writesPath && { 'cdk8s-mesh/construct': this._path }),
    };
    return { ...this._metadata, ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) };
  }
}

function checkMetadata(path: string, { name, namespace, labels = {}, annotations = {} }: ApiObjectMetadata): void {
  if (name !== undefined) {
    checkObjectName(path, 'object name', name);
  }
  if (namespace !== undefined) {
    checkNamespace(path, namespace);
  }
  checkLabels(path, labels);
  Object.keys(annotations).forEach(key => checkQualifiedName(path, 'annotation', key));
}

interface CodedConflict extends Conflict<IConstruct> {
  readonly code: Parameters<typeof conflict>[0];
}

/** The later of two constructs is in error, and names the other once. */
function wordsOf(targetId: string, conflicts: readonly CodedConflict[]): string[] {
  const first = new Map([...conflicts].reverse().map(one => [one.owner, one]));
  return conflicts.filter(one => first.get(one.owner) === one).map(({ code, claim, owner: { node: { path } }, why }) => {
    if (claim.by === 'subject' && claim.on === 'pods') return otherPods(targetId, subjectInWords(claim.of), claim.says ?? '', path);
    const what = claimInWords(claim);
    return why === undefined ? conflict(code, targetId, what, path) : contested(targetId, what, path, why);
  });
}

/** The claim of a manifest on its name; other constructs may render a shared manifest with the same content. */
function objectClaimOf(manifest: Manifest): SubjectClaim {
  const { apiVersion, kind, metadata: { name, namespace }, shared } = manifest;
  return objectClaim({ apiVersion, kind, name, namespace }, shared && JSON.stringify(objectOf(manifest)));
}

/** What tells the objects of one construct apart, in a target. */
function knownAs(kind: string, { namespace, name }: { readonly namespace?: string; readonly name?: string }): string {
  return [kind, namespace, name].join(' ');
}

/** What is rendered of a manifest. */
function objectOf(manifest: Manifest): Omit<Manifest, 'shared'> {
  if (manifest.shared === undefined) return manifest;
  const { shared, ...object } = manifest;
  return object;
}

function chartOf(construct: Construct): Chart {
  for (let at: IConstruct | undefined = construct; at !== undefined; at = at.node.scope) {
    if (Chart.isChart(at)) {
      return at;
    }
  }
  throw misuse('MESH1209', construct.node.path, 'the construct is not in a chart', "Put it into a chart: `new Chart(app, 'shop')`");
}

/** Whether it is the chart that was made for another target of the same chart. */
function isSibling(taken: IConstruct & { [SIBLING_OF]?: Chart }, chart: Chart): taken is Chart {
  return taken[SIBLING_OF] === chart;
}

/** What is rendered for a backend, behind the Service of a policy. */
interface RenderedBehind {
  readonly backend: Backend;
  manifests: readonly Manifest[];
}

const NOTHING_BEHIND: ReadonlyMap<string, RenderedBehind> = new Map();

const NO_METADATA: ApiObjectMetadata = {};

const SIBLING_OF = Symbol.for('cdk8s-mesh.siblingOf');
