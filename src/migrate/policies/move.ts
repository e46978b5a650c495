import { noteChanges } from './changes';
import type { Group } from './groups';
import { isSamePort } from './halves';
import { isEntrance, isForGateways, isOf, isOfIngress, isRouteOf, type OldMesh, OLD_MESHES, saysEgress } from './old-meshes';
import { type PlanOfPolicies, planPolicies, type Planning } from './plan';
import { type Compared, compared, type Comparing, openedBy, widened } from './proof';
import type { Document } from '../../manifests/documents';
import { atField, type FieldPlace, type Finding } from '../../manifests/fields';
import { groupOf } from '../../manifests/names';
import type { Difference, Unsure } from '../../meaning/compare/difference';
import type { Passage } from '../../meaning/world';
import { isOfKind, isXBackend, SERVICE_IMPORT } from '../../model/service-ref';
import { DEFAULT_NAMESPACE } from '../../reading/cluster/cluster';
import { isWorkload } from '../../reading/cluster/workload';
import { objectsIn, type ReadObject } from '../../reading/objects';
import { isMeshApi } from '../../reading/unread';
import { type World as ReadWorld, worldOf } from '../../reading/world';
import { apart } from '../apart';
import type { PlanOfEntrances } from '../entrances/plan';
import type { PlanOfExits } from '../exits/plan';
import { manifestsOf, streamOf } from '../manifests';
import type { Judged, Notice, PlanOptions } from '../plan';
import { Notices } from '../plan/notices';
import { type Headed, Verdicts } from '../plan/verdicts';
import type { Program } from '../program';
import { serviceOf } from '../routes/backends';
import { changedGateway, changesRoute, keyOfService } from '../routes/changes';
import { type TargetName, TARGETS, type TargetSettings, traitsOf } from '../targets';
import { World } from '../world';

export interface MoveOptions extends Omit<PlanOptions, 'targets' | 'from' | 'isEnforced' | 'meshNamespaces'>, TargetSettings {
  readonly from: OldMesh;
  readonly targets: readonly TargetName[];
  /** Of objects that do not say theirs. */
  readonly namespace?: string;
  /** The class of the new gateways; absent where what comes in from outside the cluster is not carried over. */
  readonly gatewayClass?: string;
  /** What became of calls that no policy spoke of, where an option of the installation decides. */
  readonly unsaid?: Passage;
}

/** How people are told what changes. */
export interface Words {
  readonly difference: (difference: Difference) => string;
  readonly unsure: (unsure: Unsure) => string;
}

/** A document that says something to a mesh. */
export interface PolicyDocument extends Headed {
  readonly kind: string;
  readonly group: string;
  readonly place: FieldPlace;
  readonly findings: readonly Finding[];
}

/** What the policies of a mesh become. */
export interface Moved {
  readonly options: MoveOptions;
  readonly beside: World;
  readonly program: Program;
  readonly judged: readonly Judged<PolicyDocument>[];
  readonly notices: readonly Notice[];
  readonly compared: readonly Compared[];
  /** Whether something gets in that did not, whatever was tried: nothing is written then. */
  readonly isWider: boolean;
  readonly targetOf: (target: Program['targets'][number]) => TargetName;
}

/** Migrates the policies of a mesh in some manifests, which are one world. Those that are broken say nothing. */
export function movePolicies(manifests: readonly Document[], options: MoveOptions, words: Words): Moved {
  return new Move(manifests, options, words).moved();
}

type Attempt = Omit<Moved, 'isWider'> & Pick<PlanOfPolicies, 'groups' | 'routed' | 'opened' | 'shut'>;

/** What came of what was tried before. */
interface Tried extends Pick<Planning, 'distrusted' | 'changedRoutes' | 'changedGateways' | 'leaky' | 'shut'> {
  readonly reasons: readonly Difference[];
}

const NOTHING_TRIED: Tried = {
  distrusted: new Set(),
  changedRoutes: new Map(),
  changedGateways: new Map(),
  leaky: new Map(),
  shut: new Set(),
  reasons: [],
};

/** Each of them leaves out more. */
const MOST_ATTEMPTS = 4;

class Move {
  private readonly namespace: string;
  private readonly old: readonly Document[];
  private readonly cluster: readonly Document[];
  private readonly world: ReadWorld;
  private readonly beside: World;
  private readonly targets: Program['targets'];

  public constructor(private readonly manifests: readonly Document[], private readonly options: MoveOptions, private readonly words: Words) {
    this.namespace = options.namespace ?? DEFAULT_NAMESPACE;
    const { mesh } = OLD_MESHES[options.from];
    this.cluster = manifests.filter(document => isOfCluster(document));
    this.old = manifests.filter(document => isOfCluster(document) || isOwn(options, document));
    this.world = worldOf(this.old, this.namespace, mesh);
    this.beside = new World(this.cluster, { mesh: 'spec', namespace: this.namespace });
    this.targets = options.targets.map(name => TARGETS[name].of(options));
  }

  /** Pods at which more would get in let nobody in, and if that is not enough, nothing is written. A route that would send requests elsewhere is left out. */
  public moved(): Moved {
    let tried = NOTHING_TRIED;
    let attempt = this.attempt(tried);
    for (let i = 0; i < MOST_ATTEMPTS; i++) {
      const more = this.after(attempt, tried);
      if (more === undefined) break;
      tried = more;
      attempt = this.attempt(tried);
    }
    const isWider = attempt.compared.some(({ differences }) => differences.some(({ kind }) => kind === 'wider'));
    const { groups, routed, opened: _, shut: __, ...moved } = attempt;
    return { ...moved, isWider };
  }

  /** What came of an attempt, beside what came of those before; undefined where that is nothing. */
  private after({ compared: all, groups, routed, opened, shut: refused }: Attempt, tried: Tried): Tried | undefined {
    const shut = [...refused, ...all.flatMap(one => openedBy(one, opened))].filter(namespace => !tried.shut.has(namespace));
    if (shut.length > 0) return { ...tried, shut: new Set([...tried.shut, ...shut]) };
    const by = (target: TargetName, difference: Difference) => `by ${TARGETS[target].title}: ${this.words.difference(difference)}`;
    const widening = all.flatMap(one => widened(one, groups)).filter(group => !tried.distrusted.has(group));
    const changed = all.flatMap(({ target, differences }) => differences.filter(one => changesRoute(one) && routed.has(keyOfService(one)))
      .map(one => [keyOfService(one), by(target, one)] as const)).filter(([service]) => !tried.changedRoutes.has(service));
    const leaky = all.flatMap(({ target, leaks }) => leaks.map(({ policed, difference }) => [policed.key, by(target, difference)] as const))
      .filter(([key]) => !tried.leaky.has(key));
    const gateways = all.flatMap(one => changedAt(one, this.words)).filter(([gateway]) => !tried.changedGateways.has(gateway));
    if (widening.length + changed.length + leaky.length + gateways.length === 0) return undefined;
    const reasons = all.flatMap(({ differences, leaks }) =>
      differences.filter(one => one.kind === 'wider' && !leaks.some(({ difference }) => difference === one)));
    return {
      ...tried,
      distrusted: new Set([...tried.distrusted, ...widening]),
      changedRoutes: new Map([...tried.changedRoutes, ...changed]),
      changedGateways: new Map([...tried.changedGateways, ...gateways]),
      leaky: new Map([...tried.leaky, ...leaky]),
      reasons: [...tried.reasons, ...reasons],
    };
  }

  private attempt({ reasons, ...tried }: Tried): Attempt {
    const { options, world, beside, targets } = this;
    const verdicts = new Verdicts(object => object.namespace ?? this.namespace);
    const notices = new Notices();
    const planning: Planning = {
      from: options.from,
      world,
      beside,
      verdicts,
      notices,
      ...tried,
      ...options.gatewayClass !== undefined && { gatewayClass: options.gatewayClass },
      options: {
        ...options,
        from: 'spec',
        ...traitsOf(options.targets, options),
        // Networks differ in whether a block of a NetworkPolicy holds for pods, but each does as it did.
        knowsPods: options.targets.every(target => target === 'cilium' || (target === 'network-policy' && options.from === target)),
        targets,
      },
      ...options.unsaid !== undefined && { unsaid: options.unsaid },
    };
    const { charts, groups, routed, opened, shut, exits, entrances } = planPolicies(planning);
    const targetOf = (target: Program['targets'][number]) => options.targets[targets.indexOf(target)];
    const program: Program = { comments: [], targets, charts: apart(charts, options.targets, targetOf) };
    const policed = [...exits.policed.values()];
    const comparisons = this.compare(program, { groups, opened, policed, gateways: entrances.gateways });
    for (const one of [{ differences: reasons }, ...comparisons]) one.differences.forEach(difference => this.judge(difference, verdicts, notices));
    comparisons.forEach(one => noteDoubts(one, groups, verdicts));
    comparisons.forEach(one => noteChanges(one, notices, this.words.difference));
    for (const { unsure } of comparisons) unsure.forEach(one => notices.give('assumed', `it is not proved that nothing changes: ${this.words.unsure(one)}`));
    const documents = this.documents();
    documents.forEach(document => this.judgeAlone(document, verdicts, exits, entrances));
    const judged = verdicts.all(documents);
    return { options, beside, program, judged, notices: notices.all, compared: comparisons, targetOf, groups, routed, opened, shut };
  }

  private compare(program: Program, planned: Pick<Comparing, 'groups' | 'opened' | 'policed' | 'gateways'>): Compared[] {
    const { options: { targets, from, unsaid = 'denied', waypoint, trustDomain, consulDefault } } = this;
    const files = manifestsOf(program);
    const closed = program.charts.filter(({ statements }) => statements.some(({ construct }) => construct === 'NamespaceAccessDefault'))
      .flatMap(({ namespace }) => namespace ?? []);
    return targets.map(target => compared({
      from,
      target,
      before: this.world,
      old: this.old,
      cluster: this.cluster,
      written: streamOf(target, files, targets),
      ...waypoint !== undefined && { waypoint },
      ...trustDomain !== undefined && { trustDomain },
      namespace: this.namespace,
      ...planned,
      serviceOf: backend => serviceOf(this.beside, backend),
      unsaid,
      ...target === 'consul' && consulDefault !== undefined && { installation: consulDefault === 'deny' ? 'denied' : 'allowed' },
      closed,
    }));
  }

  private judge(difference: Difference, verdicts: Verdicts, notices: Notices): void {
    const { kind, contrast: { before } } = difference;
    const words = this.words.difference(difference);
    const said = (one: typeof before) => one.by.flatMap(({ source }) => source ?? [])
      .filter(source => this.world.read.some(({ kind: own, name, place: { file } }) =>
        own === source.kind && name === source.name && file === source.place.file));
    const by = said(before).slice(-1);
    for (const source of by) {
      // What is left out is said already.
      const verdict = verdicts.of(source);
      if (kind === 'wider' && verdict !== 'notSaid') verdicts.give(source, 'notSaid', words);
      else if (kind !== 'wider' && verdict !== 'notSaid' && verdict !== 'narrower') verdicts.give(source, 'narrower', words);
    }
    if (by.length === 0 && kind !== 'wider') notices.give('lost', words);
  }

  /** What becomes of a document of which no rule speaks. */
  private judgeAlone(
    document: PolicyDocument & { readonly object: ReadObject }, verdicts: Verdicts, exits: PlanOfExits, entrances: PlanOfEntrances,
  ): void {
    const { object, findings } = document;
    const { from, gatewayClass } = this.options;
    const { title, aside } = OLD_MESHES[from];
    const doubt = findings.find(({ isUnknown }) => isUnknown);
    if (!isMoved(this.options, object)) {
      verdicts.give(document, isOfSame(from, object) ? 'notSaid' : 'noPart', isOfSame(from, object)
        ? `it is of ${title}, and no policy of who gets in: write what it does in the program` : `it is none of the policies of ${title}, and stays as it is`);
      return;
    }
    if (doubt !== undefined) verdicts.give(document, 'unreadable', atField(doubt.place, doubt.message));
    if (isForGateways(object) && !entrances.carries(object)) {
      verdicts.give(document, 'notSaid', gatewayClass === undefined
        ? 'what it does at gateways is not carried over: keep this part of it, or write an Exposure; or say `--gateway-class`'
        : 'it is for gateways that are not in the files, or do not take it: give them, keep this part of it, or write an Exposure');
    }
    if (/^(?:(?:Ingress)?Gateway|X?ListenerSet)$/.test(object.kind) && !entrances.carries(object)) {
      verdicts.give(document, 'notSaid', `nothing comes in by it: write a Shared${object.kind.replace(/^(?:X|Ingress)/, '')}`);
    }
    if (isOfIngress(object) && !entrances.carries(object)) verdicts.give(document, 'notSaid', 'nothing comes in by it, as far as is known');
    if (saysEgress(from, object) && !exits.carries(object)) {
      verdicts.give(document, 'notSaid', object.kind === 'Mesh'
        ? 'with `passthrough: false`, nothing leaves by default before Kuma 3.0, and everything does in 3.0: '
          + 'write a MeshPassthrough with the mode None, or All, and migrate again'
        : 'what pods may call is not carried over: keep this part of it, or write an EgressPolicy');
    }
    if (verdicts.of(document) !== undefined) return;
    if (isXBackend({ groupKind: object })) {
      verdicts.give(document, 'notSaid', 'a host outside the cluster: keep it for routes that stay, or write an ExternalBackend');
      return;
    }
    if (aside.includes(object.kind)) {verdicts.give(document, 'same');} else if (isRouteOf(from, object) && object.group === 'kuma.io' && !object.kind.endsWith('Route')) {
      verdicts.give(document, 'assumed', 'the Services in the files are taken to be all that it is for', 'untoldPorts');
    } else if (isRouteOf(from, object)) {verdicts.give(document, 'notSaid', 'it says nothing of a port of a Service in the files: give the Service that it is for', 'untoldPorts');} else {verdicts.give(document, 'notSaid', 'no pods in the files are those that it is for: give their workload', 'untoldPods');}
  }

  private documents(): (PolicyDocument & { readonly object: ReadObject })[] {
    this.world.readings.forEach(({ reading }) => reading.readAll?.());
    const own = new Map(this.world.read.map(object => [`${object.place.file}:${object.place.line} ${object.kind} ${object.name}`, object]));
    const { objects } = objectsIn(this.manifests, this.namespace);
    return objects.filter(({ group, kind, manifest }) => !isOfClusterKind(group, manifest) && isMeshApi(group, kind)).map(one => {
      const object = own.get(`${one.place.file}:${one.place.line} ${one.kind} ${one.name}`) ?? one;
      const { group, kind, namespace = this.namespace, name, place, fields } = object;
      return { object, group, kind, namespace, name, place, findings: object === one ? [] : fields.findings() };
    });
  }
}

function isOfCluster({ content }: Document): boolean {
  return !('broken' in content) && isOfClusterKind(groupOf(content.manifest), content.manifest);
}

function isOfClusterKind(group: string, manifest: any): boolean {
  return typeof manifest?.kind === 'string'
    && (isWorkload(group, manifest) || (group === '' && ['Service', 'ServiceAccount', 'ConfigMap', 'Namespace'].includes(manifest.kind))
      || isOfKind({ group, kind: manifest.kind }, SERVICE_IMPORT));
}

function isMoved({ from, gatewayClass }: MoveOptions, object: Pick<ReadObject, 'group' | 'kind' | 'manifest'>): boolean {
  return isOf(from, object) || (gatewayClass !== undefined && isEntrance(from, object));
}

function isOwn(options: MoveOptions, { content }: Document): boolean {
  if ('broken' in content || typeof content.manifest?.kind !== 'string') return false;
  const { manifest } = content;
  return isMoved(options, { group: groupOf(manifest), kind: manifest.kind, manifest });
}

/** Gateways at which requests would go elsewhere, or that policies would shut, with why. */
function changedAt({ target, differences, shut }: Compared, words: Words): (readonly [gateway: string, why: string])[] {
  const by = `by ${TARGETS[target].title}`;
  return [
    ...differences.flatMap(difference => {
      const gateway = changedGateway(difference);
      return gateway === undefined ? [] : [[gateway, `${by}: ${words.difference(difference)}`] as const];
    }),
    ...shut.map(gateway => [gateway, `${by}: policies that are written, too, may say who gets in at its pods`] as const),
  ];
}

/** What is not understood matters where something changes, or may change. */
function noteDoubts({ differences, unsure }: Compared, groups: readonly Group[], verdicts: Verdicts): void {
  const ports = [...differences.map(({ to }) => to), ...unsure.map(({ to }) => to)].flatMap(to => to?.type === 'pods' ? to.port : []);
  for (const { to, passing: { doubts } } of groups.flatMap(group => group.ports)) {
    if (!ports.some(port => isSamePort(port, to))) continue;
    doubts.forEach(({ source, why }) => verdicts.give(source, 'narrower', why));
  }
}

/** Whether an object is one of the mesh that is left. */
function isOfSame(from: OldMesh, { group }: Pick<ReadObject, 'group'>): boolean {
  const domain = (name: string) => name.split('.').slice(-2).join('.');
  return Object.keys(OLD_MESHES[from].kinds).some(own => !own.endsWith('k8s.io') && domain(own) === domain(group));
}
