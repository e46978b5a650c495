import { connectionsTo, type Pool, poolOf } from './connection-pool';
import { duration } from './durations';
import { mayBe, serviceOfHost, type Visibility, visibility } from './hosts';
import { balancerOf } from './load-balancer';
import type { Fields } from '../../../../manifests/fields';
import { isMap } from '../../../../manifests/values';
import type { ServicePort } from '../../../../meaning/call';
import { ALWAYS, type Condition, type Doubt } from '../../../../meaning/condition';
import { type Branch, decide, type Decision, isUndecided, type Source, type Undecided, type Verdict } from '../../../../meaning/decision';
import { PAST_THE_MESH } from '../../../../meaning/passage';
import type { Labels } from '../../../../meaning/selector';
import { exactly } from '../../../../meaning/text';
import type { Passage, Traffic } from '../../../../meaning/world';
import type { CircuitBreaking } from '../../../../model/handling';
import { grouped } from '../../../../model/lists';
import type { Protocol } from '../../../../model/protocol';
import { annotations, labels } from '../../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';

export interface DestinationRule {
  readonly source: Source;
  readonly namespace: string;
  readonly host: string;
  readonly to?: { readonly service: string; readonly namespace: string };
  readonly visibleTo: Visibility;
  readonly policy: Policy;
  /** In place of it, by port: nothing is inherited (`GetPortLevelTrafficPolicy` in `pilot/pkg/networking/util/util.go`). */
  readonly ofPorts: ReadonlyMap<number, Policy>;
  /** What clients speak to the pods, by settings for all of them, for one port and for subsets; without any, it is up to the mesh. */
  readonly tlsModes: readonly string[];
  /** Whether that is said of all ports and pods at once. */
  readonly hasOneTls: boolean;
  readonly subsets: ReadonlyMap<string, Labels>;
  /** Whether a subset has a policy of its own. */
  readonly hasSubsetPolicies: boolean;
  readonly doubt?: Doubt;
}

/** What holds for a Service, except how connections are, which depends on what they carry. */
interface Policy {
  readonly traffic: Traffic;
  readonly pool: Pool;
}

export function destinationRuleOf(object: ReadObject, namespace: string): DestinationRule {
  const { fields } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  labels(metadata.field('labels'));
  annotations(metadata.field('annotations'));
  const host = spec.field('host').text() ?? '';
  const to = serviceOfHost(host, namespace);
  const visibleTo = visibility(spec.field('exportTo'), namespace);
  const policy = policyOf(spec.field('trafficPolicy'));
  const ofPorts = new Map(spec.field('trafficPolicy').field('portLevelSettings').items().flatMap(setting => {
    const port = setting.field('port').field('number').integer();
    return port === undefined ? [] : [[port, policyOf(setting)] as const];
  }));
  const subsets = spec.field('subsets').items();
  const byName = new Map(subsets.map(subset => [subset.field('name').text() ?? '', labels(subset.field('labels'))]));
  const policies = subsets.filter(subset => subset.field('trafficPolicy').take() !== undefined);
  const [doubt] = fields.doubts();
  return {
    source: sourceOf(object),
    namespace,
    host,
    ...(to && { to }),
    visibleTo,
    policy,
    ofPorts,
    tlsModes: tlsModesIn(object.manifest.spec),
    hasOneTls: ofPorts.size === 0 && policies.length === 0,
    subsets: byName,
    hasSubsetPolicies: policies.length > 0,
    ...(doubt && { doubt: doubtOf(doubt) }),
  };
}

/** What has no place there is kept as text. */
function policyOf(fields: Fields): Policy {
  const [outliers, balancer, budget] = ['outlierDetection', 'loadBalancer', 'retryBudget'].map(name => fields.field(name));
  const pool = poolOf(fields.field('connectionPool'));
  const circuitBreaking: CircuitBreaking = { ...watchedBy(outliers), ...pool.limits };
  const [percent, interval, minRetriesPerSecond] = [budget.field('percent').take(), duration(budget.field('budgetInterval')), budget.field('minRetryConcurrency').integer()];
  if (budget.isSaid && (typeof percent !== 'number' || interval === undefined || minRetriesPerSecond === undefined)) budget.doubt('what it leaves out is up to the proxy');
  const balanced = balancerOf(balancer);
  const failover = failoverOf(balancer.field('localityLbSetting'), outliers.isSaid);
  const traffic: Traffic = {
    ...(Object.keys(circuitBreaking).length > 0 && { circuitBreaking }),
    ...(budget.isSaid && typeof percent === 'number' && interval !== undefined && minRetriesPerSecond !== undefined && { retryBudget: { percent, interval, minRetriesPerSecond } }),
    ...(failover.failoverPriority && { failoverPriority: failover.failoverPriority }),
    ...(failover.failoverRegions && { failoverRegions: failover.failoverRegions }),
    ...(balanced.stickiness && { stickiness: balanced.stickiness }),
    ...(balanced.loadBalancing && { loadBalancing: balanced.loadBalancing }),
    besides: [...balanced.besides, ...failover.besides, ...ofTls(fields.field('tls')), ...rest(fields)].sort(),
  };
  return { traffic, pool };
}

/** Whatever is not understood of the rest tells nothing of it. */
export function tlsModesIn(spec: any): string[] {
  const listed = (list: unknown): any[] => Array.isArray(list) ? list : [];
  const policies = [spec?.trafficPolicy, ...listed(spec?.subsets).map(subset => subset?.trafficPolicy)];
  const modes = policies.flatMap(policy => [policy, ...listed(policy?.portLevelSettings)]).flatMap(policy => policy?.tls === undefined ? [] : [String(policy.tls?.mode ?? 'DISABLE')]);
  return [...new Set(modes)].sort();
}

/** Without a word, pods are taken out after five errors; 0 is none. Failed connections are counted apart only where they are split from errors. */
function watchedBy(outliers: Fields): CircuitBreaking {
  if (!outliers.isSaid) return {};
  const { errors = FIVE, gateway = 0, apart = FIVE } = numbers(outliers, {
    consecutive5xxErrors: 'errors', consecutiveGatewayErrors: 'gateway', consecutiveLocalOriginFailures: 'apart',
  });
  const isSplit = outliers.field('splitExternalLocalOriginErrors').take() === true;
  const [ejectionTime, interval] = ['baseEjectionTime', 'interval'].map(name => duration(outliers.field(name)));
  return {
    ...(errors > 0 && { consecutiveErrors: errors }),
    ...(gateway > 0 && { consecutiveGatewayErrors: gateway }),
    ...(isSplit && { consecutiveConnectionFailures: apart === 0 ? FIVE : apart }),
    ...(ejectionTime !== undefined && { ejectionTime }),
    ...(interval !== undefined && { interval }),
    ...numbers(outliers, { maxEjectionPercent: 'maxEjectionPercent', minHealthPercent: 'minHealthPercent' }),
  };
}

/**
 * It is read only where pods are watched (`ApplyToCluster` in `pilot/pkg/networking/core/loadbalancer/loadbalancer.go`). Of two lines for a region, the first
 * counts. What Istio refuses to take is text (`ValidateLocalityLbSetting` in `pkg/config/validation/agent/validation.go`).
 */
function failoverOf(fields: Fields, isWatched: boolean): Pick<Traffic, 'failoverPriority' | 'failoverRegions' | 'besides'> {
  const said = fields.take();
  const { failoverPriority, failover, enabled = true, ...others }: Readonly<Record<string, unknown>> = isMap(said) ? said : {};
  const [keys, regions] = [labelsIn(failoverPriority), regionsIn(failover)];
  const isSaid = keys !== undefined && regions !== undefined && keys.length + regions.length > 0;
  const isTaken = isSaid && (regions.length === 0 || !keys.some(key => PLACES.includes(key)));
  if (!isWatched || enabled !== true || Object.keys(others).length > 0 || !isTaken) {
    return { besides: said === undefined ? [] : [`loadBalancer.localityLbSetting is ${JSON.stringify(said)}`] };
  }
  return {
    ...(keys.length > 0 && { failoverPriority: keys }),
    ...(regions.length > 0 && { failoverRegions: Object.fromEntries([...new Map([...regions].reverse())].sort()) }),
    besides: [],
  };
}

/** Those that Istio compares by itself where it knows regions. */
const PLACES: readonly string[] = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'];

/** Undefined where it says more than names of labels. */
function labelsIn(said: unknown = []): string[] | undefined {
  const all: readonly unknown[] = Array.isArray(said) ? said : [undefined];
  const labelled = all.filter((label): label is string => typeof label === 'string' && !label.includes('='));
  return labelled.length === all.length ? labelled : undefined;
}

/** Undefined where it does not say from which region to which other one. */
function regionsIn(said: unknown = []): (readonly [from: string, to: string])[] | undefined {
  const all: readonly unknown[] = Array.isArray(said) ? said : [undefined];
  const pairs = all.flatMap(one => {
    const { from, to, ...others }: Readonly<Record<string, unknown>> = isMap(one) ? one : {};
    return isRegion(from) && isRegion(to) && from !== to && Object.keys(others).length === 0 ? [[from, to] as const] : [];
  });
  return pairs.length === all.length ? pairs : undefined;
}

function isRegion(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && !/[/*]/.test(name);
}

const FIVE = 5;

function numbers<Name extends string>(fields: Fields, names: Readonly<Record<string, Name>>): { readonly [N in Name]?: number } {
  return Object.fromEntries(Object.entries(names).flatMap(([said, name]) => {
    const value = fields.field(said).integer();
    return value === undefined ? [] : [[name, value]];
  })) as { readonly [N in Name]?: number };
}

/** What Istio has beside that. */
const KNOWN: readonly (readonly [within: readonly string[], names: readonly string[]])[] = [
  [[], ['tunnel', 'proxyProtocol']],
  [['loadBalancer'], ['zoneAwareLbSetting']],
  [['connectionPool', 'http'], ['useClientProtocol', 'http2KeepAlive']],
];

/** Proxies speak the TLS of the mesh with each other anyway; to whom they cannot, `speechBy` says. */
function ofTls(fields: Fields): string[] {
  const said = fields.take();
  return said === undefined || JSON.stringify(said) === JSON.stringify({ mode: MUTUAL }) ? [] : [`tls is ${JSON.stringify(said)}`];
}

function rest(fields: Fields): string[] {
  return KNOWN.flatMap(([within, names]) => {
    const at = within.reduce((field, name) => field.field(name), fields);
    return names.flatMap(name => {
      const said = at.field(name).take();
      return said === undefined ? [] : [`${[...within, name].join('.')} is ${JSON.stringify(said)}`];
    });
  });
}

/** Those in one namespace that are for a Service. */
export function rulesFor(rules: readonly DestinationRule[], to: Pick<ServicePort, 'service' | 'namespace'>): readonly DestinationRule[] {
  return rules.filter(({ to: own, host }) => own === undefined ? mayBe(host, to) : own.service === to.service && own.namespace === to.namespace);
}

/** A Service, and the namespace of Istio in which DestinationRules are for all namespaces that have none. */
export interface Ruled extends Pick<ServicePort, 'service' | 'namespace'> {
  readonly root: string;
}

/**
 * A DestinationRule in the namespace of the client goes before that of the Service, and this before one of the root, where one that others see, too, is
 * for all alike (`destinationRule` in `pilot/pkg/model/push_context.go` of istio/istio).
 */
function decisionBy<T>(
  rules: readonly DestinationRule[], { namespace: home, root }: Ruled, saidBy: (own: readonly DestinationRule[]) => T | Undecided, otherwise: T,
): Decision<T> {
  const branch = (own: readonly DestinationRule[], when: Condition): Branch<T>[] => {
    if (own.length === 0) return [];
    const [{ source }] = own;
    const value = saidBy(own);
    const why = value === 'denied' ? 'clients speak mutual TLS of the mesh, and these pods do not' : `DestinationRule '${source.name}' says so`;
    return [{ when, then: { value, why, source }, source }];
  };
  const exported = (from: string) => closest(rules.filter(one => one.namespace === from && !isPrivate(one)));
  const shared = exported(home);
  const ofClients = [...grouped(rules.filter(one => isSeenAtHome(one) && (one.namespace !== root || isPrivate(one))), ({ namespace }) => namespace)]
    .map(([namespace, own]) => ({ namespace, own: closest(own) })).filter(({ own }) => own.some(one => !shared.includes(one)));
  return {
    branches: [
      ...ofClients.flatMap(({ namespace, own }) => branch(own, { type: 'pod', namespace: exactly(namespace) })),
      ...[shared, ...home === root ? [] : [exported(root)]].flatMap(own => branch(own, seenBy(own))),
    ],
    otherwise: { value: otherwise, why: 'no DestinationRule is for it' },
  };
}

/** Whether nobody but its own namespace sees it. */
function isPrivate({ namespace, visibleTo }: DestinationRule): boolean {
  return visibleTo !== 'all' && visibleTo.every(one => one === namespace);
}

function isSeenAtHome({ namespace, visibleTo }: DestinationRule): boolean {
  return visibleTo === 'all' || visibleTo.includes(namespace);
}

function seenBy(rules: readonly DestinationRule[]): Condition {
  const visible = rules.flatMap(({ visibleTo }): Condition[] =>
    visibleTo === 'all' ? [ALWAYS] : visibleTo.map(one => ({ type: 'pod', namespace: exactly(one) })));
  return visible.includes(ALWAYS) ? ALWAYS : { type: 'any', of: visible };
}

/** Of those of one namespace, the ones for the host that says most. Nobody knows which those are for that may be meant for it. */
function closest(rules: readonly DestinationRule[]): readonly DestinationRule[] {
  if (rules.some(isPartial)) return rules;
  const exact = rules.filter(({ to }) => to !== undefined);
  const longest = Math.max(...rules.map(({ host }) => host.length));
  return exact.length > 0 ? exact : rules.filter(({ host }) => host.length === longest);
}

function isPartial({ to, host }: DestinationRule): boolean {
  return to === undefined && !host.startsWith('*');
}

/** What a waypoint in a namespace holds to: as any proxy there (`DefaultSidecarScopeForGateway` in `pilot/pkg/model/sidecar.go`). */
export function fromNamespace<T>(decision: Decision<T>, namespace: string): Verdict<T> {
  const [verdict] = decide(decision, { client: { kind: 'pod', namespace }, pod: { namespace }, port: 0, protocol: 'TCP' }).verdicts;
  return verdict;
}

/** What holds for all that is sent to a port of a Service. */
export function trafficBy(rules: readonly DestinationRule[], to: ServicePort & Ruled, protocol: Protocol | undefined): Decision<Traffic> | undefined {
  return rules.length === 0 ? undefined : decisionBy<Traffic>(rules, to, own => valueOf(own, to.port, protocol), { besides: [] });
}

/** What a port of pods makes of the TLS of the mesh: it takes it, does not, or nobody knows. */
export type MutualTlsTaken = 'taken' | 'not taken' | 'unknown';

/** Whether clients speak mutual TLS of the mesh to a Service; undefined where nothing else is said, and all of them can. */
export function speechBy(rules: readonly DestinationRule[], to: Ruled, taken: MutualTlsTaken): Decision<Passage> | undefined {
  const isUpToPods = rules.every(({ tlsModes }) => tlsModes.every(mode => mode === MUTUAL && taken === 'taken'));
  return isUpToPods ? undefined : decisionBy<Passage>(rules, to, own => passageOf(own, taken), 'allowed');
}

/** The TLS of the mesh. */
const MUTUAL = 'ISTIO_MUTUAL';
/** Without a word, clients speak it to whoever takes it. */
const UP_TO_PODS = '';

/** Where a rule asks for it, clients speak TLS to pods that do not, too (`buildUpstreamTLSSettings` in `pilot/pkg/networking/core/cluster_tls.go`). */
function passageOf(own: readonly DestinationRule[], taken: MutualTlsTaken): Passage | Undecided {
  const modes = new Set(own.flatMap(({ tlsModes }) => tlsModes.length === 0 ? [taken === 'taken' ? MUTUAL : UP_TO_PODS] : tlsModes));
  if (modes.size > 1) return { unknown: 'it is not known which of several settings for TLS holds' };
  if (modes.has(UP_TO_PODS)) return 'allowed';
  if (modes.has(MUTUAL)) {
    return taken === 'taken' ? 'allowed' : taken === 'not taken' && own.every(({ hasOneTls }) => hasOneTls) ? 'denied'
      : { unknown: 'clients speak mutual TLS of the mesh, and it is not known whether these pods do' };
  }
  return modes.has('DISABLE') ? PAST_THE_MESH : { unknown: 'clients speak TLS with certificates that are not of the mesh, and what the pods make of it is not known' };
}

function valueOf(own: readonly DestinationRule[], port: number, protocol: Protocol | undefined): Traffic | Undecided {
  const [rule, ...others] = own;
  if (others.length > 0) return { unknown: 'it is not known which of several DestinationRules is the older one' };
  if (isPartial(rule)) return { unknown: 'it is not known whether its host is that of the Service' };
  if (rule.hasSubsetPolicies) return { unknown: 'a subset has a policy of its own' };
  if (rule.doubt !== undefined) return { unknown: rule.doubt.why };
  const { traffic, pool } = rule.ofPorts.get(port) ?? rule.policy;
  const connections = connectionsTo(pool, protocol);
  if (isUndecided(connections)) return connections;
  return { ...traffic, ...(connections && { connections }) };
}
