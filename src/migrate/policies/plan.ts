import type { Wording } from './allowances';
import { byName } from './by-name';
import { type ByName, Identities } from './clients';
import { type Group, groupsOf, OldPolicies } from './groups';
import { letsIn, type OldMesh, OLD_MESHES } from './old-meshes';
import { type Judging, Policy } from './policy';
import { sourceKey } from './rules';
import { standingIn } from './standing';
import { issuersOf } from './token-issuers';
import { type Destination, Destinations } from './workloads';
import type { Source } from '../../meaning/decision';
import { distinctBy, grouped } from '../../model/lists';
import type { Protocol } from '../../model/protocol';
import { DEFAULT_NAMESPACE } from '../../reading/cluster/cluster';
import { keyOf } from '../../reading/cluster/object';
import type { ReadObject } from '../../reading/objects';
import type { World as ReadWorld } from '../../reading/world';
import { type PlanOfEntrances, planEntrances } from '../entrances/plan';
import { type PlanOfExits, planExits } from '../exits/plan';
import type { PlanOptions } from '../plan';
import { chartsOf } from '../plan/charts';
import { Notices } from '../plan/notices';
import type { Planned } from '../plan/planned';
import { Refusals } from '../plan/refusals';
import { Services } from '../plan/services';
import type { Verdicts } from '../plan/verdicts';
import { call, construct, type ProgramChart } from '../program';
import { planRoutes } from '../routes/plan';
import type { World } from '../world';

export interface Planning {
  readonly from: OldMesh;
  readonly world: ReadWorld;
  /** What stands beside the policies. */
  readonly beside: World;
  readonly verdicts: Verdicts;
  readonly notices: Notices;
  readonly options: PlanOptions;
  /** Pods of which the policy as it stands would let in too much, by `namespace/name` of their group: nobody gets in. */
  readonly distrusted: ReadonlySet<string>;
  /** Services whose routes would not do what the old ones did, with what they would do. */
  readonly changedRoutes: ReadonlyMap<string, string>;
  /** Pods of which the policy on what they may call would let out more than the old ones, by `namespace/name`, with what it would. */
  readonly leaky: ReadonlyMap<string, string>;
  /** Namespaces in which what holds for all pods would let in too much, or cannot stand beside policies: it lets in nobody. */
  readonly shut: ReadonlySet<string>;
  /** Gateways at which requests would go elsewhere, by `namespace/name`, with where. */
  readonly changedGateways: ReadonlyMap<string, string>;
  /** The class of the new gateways; absent where gateways are not carried over. */
  readonly gatewayClass?: string;
  /** What becomes of calls that no policy speaks of, where that is an option of the installation. */
  readonly unsaid?: 'allowed' | 'denied';
}

export interface PlanOfPolicies {
  readonly charts: readonly ProgramChart[];
  readonly groups: readonly Group[];
  /** The Services that have a route, as `namespace/name`. */
  readonly routed: ReadonlySet<string>;
  /** Namespaces in which clients may call all pods, whoever these are. */
  readonly opened: ReadonlySet<string>;
  /** Those of which this is refused beside policies. */
  readonly shut: ReadonlySet<string>;
  readonly exits: PlanOfExits;
  readonly entrances: PlanOfEntrances;
}

/** The charts that say what policies mean, and nothing looser: what has no words, or is not known, shuts out whoever it would let in. */
export function planPolicies(planning: Planning): PlanOfPolicies {
  const { world, beside, options, unsaid = 'denied' } = planning;
  const refusals = new Refusals(options.targets);
  const old = new OldPolicies(world, unsaid, options.saysAudiences);
  const services = new Services(beside, options);
  const destinations = new Destinations(beside, services);
  const groups = groupsOf(old, beside, destinations);
  const judging = judgingOf(planning);
  const knowsLabels = OLD_MESHES[planning.from].knowsPods !== true || refusals.alone('a', BY_LABELS) === undefined;
  const namespaces = [...grouped(groups, ({ namespace }) => namespace)];
  const defaults: Defaults = { opened: new Set(), shut: new Set() };
  const common = {
    ...planning,
    refusals,
    judging,
    defaults,
    isIncomplete: isIncomplete(planning, groups),
    protocols: SPOKEN.filter(protocol => protocol !== 'UDP' || options.seesUdp === true),
    ...!knowsLabels && { byName: byName(beside, world.cluster) },
  };
  const planned = namespaces.flatMap(([namespace, own]) =>
    planNamespace(namespace, own, old, common));
  if (!knowsLabels) {
    planning.notices.give('assumed', 'the workloads and Namespaces in the files are taken to be all: clients that were known by labels are known by the ServiceAccounts of those that have them');
  }
  if (planning.unsaid === undefined && groups.some(({ ports }) => ports.some(({ passing }) => passing.asksInstallation))) {
    planning.notices.give('lost', `what no policy speaks of is denied, as nothing says what the installation of ${OLD_MESHES[planning.from].title} does with it: say \`--unsaid deny\`, or \`--unsaid allow\``);
  }
  const routes = planRoutes({ readings: world.readings, beside, services, refusals, judging, changed: planning.changedRoutes });
  const { from, notices, leaky, gatewayClass: className } = planning;
  const { changedGateways: changed } = planning;
  const entrances = planEntrances({ ...className !== undefined && { className }, world, beside, services, refusals, judging, changed });
  const exits = planExits({ from, world, beside, destinations, refusals, judging, notices, unsaid, seesUdp: options.seesUdp === true, leaky });
  const charts = chartsOf([...planned, ...exits.planned, ...routes.planned, ...entrances.planned], refusals);
  return { charts, groups, routed: routes.routed, ...defaults, exits, entrances };
}

interface Defaults {
  readonly opened: Set<string>;
  readonly shut: Set<string>;
}

interface NamespacePlanning extends Planning {
  readonly refusals: Refusals;
  readonly judging: Judging;
  readonly defaults: Defaults;
  /** Whether policies are for pods that are not in the files, who may be anywhere. */
  readonly isIncomplete: boolean;
  /** What ports of pods may speak as far as the targets see it. */
  readonly protocols: readonly Protocol[];
  /** Where a target knows no labels of clients. */
  readonly byName?: ByName;
}

const SPOKEN: readonly Protocol[] = ['HTTP', 'TCP', 'UDP'];

const BY_LABELS = construct('ServiceAccessPolicy', 'a', {
  destination: call('MeshService', 'of', 'a', { port: 80, podSelector: { app: 'a' }, serviceAccount: 'a' }),
  allow: [{ sources: [call('Identity', 'pods', { app: 'b' })] }],
});

/** Whether there are policies for pods that are not in the files. */
function isIncomplete({ from, world }: Planning, groups: readonly Group[]): boolean {
  const objectKey = ({ kind, namespace = DEFAULT_NAMESPACE, name }: Pick<ReadObject, 'kind' | 'namespace' | 'name'>) => `${kind} ${keyOf(namespace, name)}`;
  const met = new Set(groups.flatMap(({ ports }) => ports.flatMap(({ passing: { sources }, tokens }) => [...sources, ...tokens])).map(objectKey));
  return world.read.some(object => letsIn(from, object) && !met.has(objectKey(object)));
}

function planNamespace(namespace: string, groups: readonly Group[], old: OldPolicies, planning: NamespacePlanning): Planned[] {
  const { refusals, judging, options, distrusted, shut, defaults } = planning;
  const { knowsPods, hasTemplates = false } = options;
  const wording: Wording = { identities: new Identities(namespace, { byName: planning.byName, knowsPods }), hasTemplates };
  const policies = groups.map(group => {
    const { destination, ports } = group;
    if ('unsaid' in destination) {
      ports.forEach(({ passing }) => judging.notSaid(passing.sources, destination.unsaid));
      return undefined;
    }
    const tokens = tokensOf(group, destination, planning);
    const isDistrusted = distrusted.has(`${namespace}/${group.name}`);
    const statement = tokens === undefined || 'unsaid' in tokens ? undefined : tokens.statement('tokens');
    const lostTokens = tokens !== undefined && 'unsaid' in tokens ? tokens.unsaid : statement && refusals.alone(namespace, statement);
    const standing = { isDistrusted, needs: statement === undefined ? [] : [statement], ...lostTokens !== undefined && { lostTokens } };
    return { group, destination, tokens, policy: new Policy(group, destination, wording, refusals, judging, standing) };
  }).filter(one => one !== undefined);
  const isShut = planning.isIncomplete || shut.has(namespace);
  const standing = standingIn(namespace, { ...planning, wording, old, isShut, shut: () => defaults.shut.add(namespace) });
  if (standing.opens) defaults.opened.add(namespace);
  const own = policies.flatMap(({ group, destination, policy }): Planned[] => {
    judging.same(policy.by);
    const elsewhere = policy.by.filter(source => source.namespace !== undefined && source.namespace !== namespace);
    judging.assumed(elsewhere, 'the namespaces in the files are taken to be all that it is for');
    if (policy.saying === standing.saying || (policy.isOpen && options.deniesUnasked !== true && !standing.closes)) return [];
    return [{
      namespace,
      name: group.name,
      services: [...destination.fronts, group.name],
      statement: id => policy.statement(id),
      reduced: id => policy.reduced(id),
      refused: reason => judging.notSaid(policy.by, reason),
      isSaidTwice: policies.some(one => one.group === group.within && one.policy.saying === policy.saying),
      warned: warning => judging.narrower(policy.by, warning, true),
    }];
  });
  const tokens = policies.flatMap(one => one.tokens === undefined || 'unsaid' in one.tokens ? [] : one.tokens);
  return [...own, ...tokens, ...standing.planned];
}

/** Whose tokens are valid for pods, or why it has no words; undefined where nobody says so. */
function tokensOf(group: Group, destination: Destination, { world, judging }: NamespacePlanning): Planned | { readonly unsaid: string } | undefined {
  const by = distinctBy(group.ports.flatMap(({ tokens }) => tokens), sourceKey);
  if (by.length === 0) return undefined;
  const said = issuersOf(by.flatMap(source => world.read.filter(({ kind, namespace, name }) =>
    kind === source.kind && namespace === source.namespace && name === source.name)));
  const refused = (reason: string) => judging.notSaid(by, reason);
  if ('unsaid' in said) {
    refused(said.unsaid);
    return said;
  }
  judging.same(by);
  said.besides.forEach(reason => judging.narrower(by, reason, false));
  return {
    namespace: group.namespace,
    name: group.name,
    services: [...destination.fronts, group.name],
    statement: id => construct('JwtAuthentication', id, { workload: destination.node, issuers: said.issuers }, ...judging.comments(by)),
    reduced: () => undefined,
    refused,
    warned: warning => judging.narrower(by, warning, true),
  };
}

/** Gives verdicts to the objects that say something. */
function judgingOf({ world, verdicts }: Planning): Judging {
  const objects = new Map(world.read.map(object => [`${object.kind} ${keyOf(object.namespace ?? DEFAULT_NAMESPACE, object.name)}`, object]));
  const objectOf = ({ kind, namespace, name }: Source): ReadObject | undefined =>
    objects.get(`${kind} ${keyOf(namespace ?? DEFAULT_NAMESPACE, name)}`);
  const each = (by: readonly Source[]): ReadObject[] => [...new Set(by.flatMap(one => objectOf(one) ?? []))];
  return {
    same: by => each(by).forEach(object => verdicts.give(object, 'same')),
    assumed: (by, why, cause = 'untoldPods') => each(by).forEach(object => verdicts.give(object, 'assumed', why, cause)),
    narrower: (by, why, isRefused) => each(by).forEach(object => verdicts.give(object, 'narrower', why, isRefused ? 'refused' : 'meaning')),
    notSaid: (by, why, cause = 'refused') => each(by).forEach(object => verdicts.give(object, 'notSaid', why, cause)),
    comments: by => each(by).map(({ kind, name, place: { file, line } }) => `${kind} ${name}, ${file}:${line}`).sort(),
    places: by => [...new Set(by.map(({ place: { file, line } }) => `${file}:${line}`))].join(', '),
  };
}
