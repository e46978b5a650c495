import type { ApiObjectMetadata, ApiObjectProps, JsonPatch } from 'cdk8s';
import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { AppServices, tellsOfServices } from './app-services';
import { claimInWords } from './claim-words';
import { Cluster, clustersOf } from './cluster';
import { outputTypeFor, overwritten } from './files';
import { withLine } from './line';
import type { MeshTarget } from './mesh-target';
import { misread } from './misread';
import { unmetNeeds } from './needs';
import { unmetPolicies } from './overruled';
import { passedBy } from './passed-by';
import { inOrder, leavesDataAlone } from './plain';
import { sentInPlainText } from './plain-text';
import { unfitPolicies } from './pod-fit';
import { otherBackends } from './pod-ports';
import { rootOf } from './root';
import { shutOutGateways } from './shut-out';
import type { Objection, Speaker } from './statement';
import { objections } from './statements';
import { Validation } from './validation';
import type { Manifest } from '../dialects/contract/manifest';
import { GatewayApiChannel } from '../dialects/gateway-api/extension/channel';
import { coded, warn, type Diagnostic } from '../errors/coded';
import { ambiguous, clash, experimental, invalid, lost, misfit, tooNew, unrenderable, vanished } from '../errors/diagnostics';
import { flatMap } from '../model/lists';
import { makesPods } from '../model/pod-facts';
import type { Subject } from '../validation/across';
import { workloadOf } from '../validation/across/inventory';
import { withDefaults } from '../validation/defaults';

const CHECKS = Symbol.for('cdk8s-mesh.Checks');

/** An object that a construct renders for a target. It is checked at synth. */
export class RenderedObject extends ApiObject {
  /** cdk8s takes any ApiObject for an instance of a class below it. */
  public static is(object: ApiObject): object is RenderedObject {
    return Object.getPrototypeOf(object) === RenderedObject.prototype;
  }

  private readonly checks: Checks;
  private isPatched = false;
  private readonly content: { [field: string]: unknown };

  constructor(scope: IConstruct, id: string, props: ApiObjectProps, readonly intent: IConstruct, readonly target: MeshTarget) {
    const manifest = withDefaults(props);
    const content = { ...manifest, metadata: completed(manifest.metadata) };
    super(scope as Construct, id, content);
    this.content = content;
    this.checks = checksOf(intent);
    this.checks.note(this);
  }

  public override toJson(): any {
    this.checks.settle();
    return this.checks.kept(this) ?? this.render();
  }

  /** What patches add has defaults, too. cdk8s asks each resolver about each value, which is of use for patches and for a user's resolvers. */
  private render(): any {
    if (this.isPatched) return withDefaults(super.toJson());
    if (!this.checks.arePlain || process.env.CDK8S_DISABLE_SORT) return super.toJson();
    const { apiVersion, kind, metadata: _metadata, ...content } = this.content;
    return { apiVersion, kind, metadata: this.metadata.toJson(), ...inOrder(content) };
  }

  /** Takes it out of the tree. What it was patched with would be passed over. */
  public remove(): void {
    this.intent.node.addValidation({ validate: () => !this.isPatched ? [] : [withLine(coded(vanished(this.kind, this.name)), this.intent)] });
    this.node.scope?.node.tryRemoveChild(this.node.id);
  }

  public override addJsonPatch(...patches: JsonPatch[]): void {
    this.isPatched ||= patches.length > 0;
    super.addJsonPatch(...patches);
  }

  /** Has it say something else, under the same name. Patches stay. */
  public rewrite(manifest: Manifest): void {
    const { metadata, ...content } = withDefaults(manifest);
    Object.assign(this.content, content);
    Object.entries(metadata.annotations ?? {}).forEach(([key, value]) => this.metadata.addAnnotation(key, value));
  }
}

/** With all that cdk8s adds as it writes metadata, which takes longer where it is not there yet: 'What runs for every object' in CONTRIBUTING.md. */
function completed(metadata: ApiObjectMetadata | undefined): ApiObjectMetadata {
  return { annotations: undefined, finalizers: undefined, ownerReferences: undefined, ...metadata };
}

/** Has the raw objects below a scope checked at synth too, of those kinds that can be. */
export function checkBelow(scope: IConstruct): void {
  checksOf(scope).raw.add(scope);
}

/** Says how strictly the objects below a scope are checked, unless a nearer scope says otherwise. */
export function validateBelow(scope: IConstruct, validation: Validation): void {
  checksOf(scope).levels.set(scope, validation);
}

/** Has what a construct says of Services held against what the app says of them. */
export function holdAgainstApp(speaker: Speaker): void {
  checksOf(speaker.intent).speakers.push(speaker);
}

function checksOf(construct: IConstruct): Checks {
  const root: IConstruct & { [CHECKS]?: Checks } = rootOf(construct);
  return root[CHECKS] ??= new Checks(root);
}

/** What holds for all objects of a scope: how strictly they are checked, and whether raw ones are held against schemas too. */
interface Scope {
  readonly chart?: IConstruct;
  readonly validation: Validation;
  readonly bySchema: boolean;
}

interface Checked extends Subject {
  readonly object: ApiObject;
  readonly validation: Validation;
}

/**
 * The checks of an app. They run once per synth, when cdk8s asks the root for errors, which it does first; the errors are
 * then told by the objects they are about, so that cdk8s reports them with all others.
 */
class Checks {
  readonly raw = new Set<IConstruct>();
  readonly levels = new Map<IConstruct, Validation>();
  readonly speakers: Speaker[] = [];
  private readonly clusters: ReadonlyMap<string, Cluster>;
  private readonly errors = new Map<IConstruct, string[]>();
  private readonly telling = new WeakSet<IConstruct>();
  /** Objects that are made while the synth asks for errors: it does not ask these. */
  private readonly late = new WeakSet<RenderedObject>();
  private isAsking = false;
  private readonly warned = new Set<string>();

  /** Within the synth of an app, where nothing changes between check and writing. */
  private readonly manifests = new Map<ApiObject, any>();
  private isSynthesizing = false;
  private isWritingFiles = false;
  private isDone = false;

  constructor(private readonly root: IConstruct) {
    this.clusters = clustersOf(root);
    root.node.addValidation({ validate: () => this.run() });
    if (root instanceof App) {
      root.synth = this.once(root.synth.bind(root), true);
      root.synthYaml = this.once(root.synthYaml.bind(root), false);
    }
  }

  /** The synth of an app asks for errors once more for each chart that it writes, while nothing changes any more. */
  private once<T>(synth: () => T, toFiles: boolean): () => T {
    return () => {
      this.settle();
      this.isSynthesizing = true;
      this.isWritingFiles = toFiles;
      this.isDone = false;
      try {
        return synth();
      } finally {
        this.isSynthesizing = false;
        this.isWritingFiles = false;
        this.manifests.clear();
      }
    };
  }

  /** The manifest of an object, if it has been rendered in this synth. */
  public kept(object: ApiObject): any {
    return this.manifests.get(object);
  }

  /** Whether manifests of constructs are written as they are. */
  public get arePlain(): boolean {
    return this.root instanceof App && leavesDataAlone(this.root);
  }

  /** Has all constructs write what they make of each other. */
  public settle(): void {
    for (const { policies } of this.clusters.values()) policies.settle();
  }

  public note(object: RenderedObject): void {
    if (this.isAsking) this.late.add(object);
  }

  private run(): string[] {
    if (this.isSynthesizing && this.isDone) return [];
    this.isDone = true;
    this.errors.clear();
    this.isAsking = true;
    this.settle();
    this.isAsking = false;
    const objects = this.root.node.findAll().filter(ApiObject.isApiObject);
    if (this.isWritingFiles) this.checkFiles(objects);
    const telling = objects.filter(({ kind }) => tellsOfServices(kind));
    this.holdClaimsAgainst(telling);
    this.hear(telling);
    this.holdAgainstReleases(objects.filter(RenderedObject.is));
    if (this.levels.has(this.root) && [...this.levels.values()].every(level => level === Validation.OFF)) return [];
    const scopeOf = this.scopes();
    const { isKnown, verdict, findings } = library();
    const subjects = flatMap(objects, (object): (Checked & { readonly bySchema: boolean })[] => {
      const manifest = this.manifestOf(object);
      const target = RenderedObject.is(object) ? object.target.id : undefined;
      const scope = scopeOf(scopeThatSays(object));
      return manifest === undefined ? [] : [{ object, manifest, target, ...scope, bySchema: scope.bySchema || target !== undefined }];
    });
    for (const { object, manifest, validation: level, bySchema } of subjects) {
      if (!bySchema || level === Validation.OFF) continue;
      const odd = misread(manifest);
      if (odd !== undefined) this.tell(object, ambiguous(manifest, odd), level !== Validation.WARN);
      if (!isKnown(manifest)) continue;
      const { violations, warnings } = verdict(manifest);
      violations.forEach(violation => this.tell(object, invalid(manifest, violation), level !== Validation.WARN));
      if (!isForExperimental(object)) {
        warnings.forEach(warning => this.tell(object, experimental(manifest, warning), level === Validation.STRICT));
      }
    }
    for (const finding of findings(subjects)) {
      const { object, validation: level } = finding.subject as Checked;
      if (finding.needsExperimental && isForExperimental(object)) continue;
      const isError = level === Validation.STRICT || (level === Validation.ERROR && finding.isError === true);
      if (level !== Validation.OFF) this.tell(object, misfit(finding.subject.manifest, finding), isError);
    }
    return [];
  }

  /** Of raw objects alone, it is up to their author and cdk8s what becomes of them. */
  private checkFiles(objects: readonly ApiObject[]): void {
    const app = this.root as App;
    if (app.yamlOutputType === YamlOutputType.FILE_PER_APP || app.yamlOutputType === YamlOutputType.FILE_PER_CHART) return;
    const written = objects.map(object => ({ object, manifest: this.manifestOf(object) })).filter(({ manifest }) => manifest !== undefined);
    const all = overwritten(app, written).filter(file => file.objects.some(RenderedObject.is));
    if (all.length > 0) {
      const [{ file, objects: [first, second] }] = all;
      this.tell(second, lost(file, first.node.path, all.length - 1, YamlOutputType[app.yamlOutputType], YamlOutputType[outputTypeFor(all)]), true);
    }
  }

  /** Whether there are pods that several constructs lay claim to, though their selectors have no label in common. */
  private holdClaimsAgainst(telling: readonly ApiObject[]): void {
    const clusters = [...this.clusters];
    const told = new Set<string>();
    for (const object of clusters.length === 0 ? [] : telling.filter(({ kind }) => makesPods(kind))) {
      const { namespace, labels } = workloadOf(this.manifestOf(object) ?? {}) ?? {};
      if (namespace === undefined || labels === undefined) continue;
      for (const [id, { claims }] of clusters) {
        for (const { claim, owner, later } of claims.clashesOn(namespace, labels)) {
          const pair = [id, owner.node.path, later.node.path].join(' ');
          if (told.has(pair)) continue;
          told.add(pair);
          this.tell(later, clash(id, claimInWords(claim), owner.node.path, object.node.path), true);
        }
      }
    }
  }

  /** What constructs say does not depend on how strictly manifests are checked. */
  private hear(telling: readonly ApiObject[]): void {
    if (this.speakers.length === 0) return;
    const scopeOf = this.scopes();
    const app = new AppServices(flatMap(telling, object => {
      const manifest = this.manifestOf(object);
      return manifest === undefined ? [] : [{ manifest, chart: scopeOf(object).chart }];
    }));
    const clusterOf = (targetId: string) => Cluster.of(this.root, targetId);
    const policiesOf = (targetId: string) => clusterOf(targetId).policies;
    [
      ...unmetPolicies(this.speakers, policiesOf), ...unmetNeeds(this.speakers, clusterOf),
    ].forEach(({ intent, objection }) => this.object(intent, objection));
    for (const { intent, statements, chart } of this.speakers) {
      for (const statement of statements) objections(statement, app, chart).forEach(objection => this.object(intent, objection));
    }
    [
      ...unfitPolicies(this.speakers, app), ...passedBy(this.speakers, app),
      ...sentInPlainText(this.speakers, policiesOf), ...shutOutGateways(this.speakers, policiesOf),
      ...otherBackends(this.speakers, app, policiesOf),
    ].forEach(({ intent, objection }) => this.object(intent, objection));
  }

  /** What the cluster would drop is an error, however strictly manifests are checked. */
  private holdAgainstReleases(objects: readonly RenderedObject[]): void {
    for (const object of objects) {
      const { _releases: releases, _channel: channel = GatewayApiChannel.STANDARD } = object.target;
      const manifest = releases && this.manifestOf(object);
      if (releases === undefined || manifest === undefined) continue;
      ofReleases().tooNew(manifest, releases, channel).forEach(found => this.tell(object, tooNew(manifest, found), true));
    }
  }

  private object(intent: IConstruct, { diagnostic, isError }: Objection): void {
    this.tell(intent, diagnostic, isError);
  }

  /** Each scope says what it does in addition to those above; many objects share one. */
  private scopes(): (construct: IConstruct) => Scope {
    const known = new Map<IConstruct, Scope>();
    const scopeOf = (construct: IConstruct): Scope => {
      const scope = known.get(construct) ?? this.below(construct.node.scope === undefined ? OUTERMOST : scopeOf(construct.node.scope), construct);
      known.set(construct, scope);
      return scope;
    };
    return scopeOf;
  }

  private below(above: Scope, construct: IConstruct): Scope {
    const chart = Chart.isChart(construct);
    const validation = this.levels.get(construct);
    const bySchema = this.raw.has(construct);
    return !chart && !bySchema && validation === undefined ? above : {
      chart: chart ? construct : above.chart,
      validation: validation ?? above.validation,
      bySchema: bySchema || above.bySchema,
    };
  }

  /** With the patches of the user. An object that cannot be rendered is told of by cdk8s, when it writes. */
  private manifestOf(object: ApiObject): any {
    try {
      const manifest = this.manifests.get(object) ?? object.toJson();
      if (this.isSynthesizing) this.manifests.set(object, manifest);
      return manifest;
    } catch (error) {
      this.tell(object, unrenderable(error as Error), true);
      return undefined;
    }
  }

  private tell(about: IConstruct, diagnostic: Diagnostic, isError: boolean): void {
    const intent = ApiObject.isApiObject(about) && RenderedObject.is(about) ? about.intent : undefined;
    const object = intent !== undefined && this.late.has(about as RenderedObject) ? intent : about;
    const text = withLine(coded(diagnostic), object, ...intent === undefined ? [] : [intent]);
    if (!isError) {
      this.warn(object, text);
      return;
    }
    this.errors.set(object, [...new Set([...this.errors.get(object) ?? [], text])]);
    if (!this.telling.has(object)) {
      this.telling.add(object);
      object.node.addValidation({ validate: () => this.errors.get(object) ?? [] });
    }
  }

  /** Once: a test synthesizes the same app many times. */
  private warn({ node }: IConstruct, text: string): void {
    if (this.warned.has(`${node.path} ${text}`)) return;
    this.warned.add(`${node.path} ${text}`);
    warn(node.path, text);
  }
}

const OUTERMOST: Scope = { validation: Validation.ERROR, bySchema: false };

/** What holds for an object is said where its intent stands, which may be beside the chart it is written into. */
function scopeThatSays(object: ApiObject): IConstruct {
  return RenderedObject.is(object) ? object.intent : object;
}

/** Whether a target was asked for that has the experimental channel of Gateway API. */
function isForExperimental(object: ApiObject): boolean {
  return RenderedObject.is(object) && object.target._channel === GatewayApiChannel.EXPERIMENTAL;
}

/** Loaded with the first target that names a release. */
function ofReleases(): typeof import('../validation/releases') {
  return require('../validation/releases');
}

/** Loaded when the first app is synthesized: schemas and CEL are of no use before. */
function library(): typeof import('../validation') {
  return require('../validation');
}
