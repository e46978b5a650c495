import type { AppServices } from './app-services';
import type { Objection, Speaker, Statement, Told } from './statement';
import type { ServiceReading } from '../dialects/contract/service-reading';
import { leavesOut, leavesOutAccount, takesIn } from '../errors/diagnostics';
import { listed } from '../errors/words';
import type { AccessModel, Workload } from '../model/access';
import { BySelector } from '../model/by-labels';
import { flatMap, pushTo } from '../model/lists';
import type { PodFacts } from '../model/pod-facts';
import { isWithin } from '../model/pod-facts';
import type { RouteModel } from '../model/route';
import { allBackendsOf, namespaceOf, qualified } from '../model/route';
import type { PodSelection, ServiceRef } from '../model/service-ref';
import { areApart, isService, labelsOfAll, workloadInWords } from '../model/service-ref';

type Labels = Readonly<Record<string, string>>;

/**
 * Policies that do not hold for all the pods that requests to their Service come to: those of the Service, and those of the backends that
 * its routes lead to. Pods that another policy is for are its own. And policies that hold for other pods too.
 */
export function unfitPolicies(speakers: readonly Speaker[], app: AppServices): Told[] {
  const clusters = new Map<string, Cluster>();
  for (const speaker of speakers) {
    for (const statement of speaker.statements) {
      const { id } = statement.target;
      const cluster = clusters.get(id) ?? { policies: [], routes: new Map(), accounts: new Map() };
      if (!clusters.has(id)) clusters.set(id, cluster);
      note(cluster, speaker, statement);
    }
  }
  const told: Told[] = [];
  for (const [targetId, cluster] of clusters) {
    for (const policy of cluster.policies) {
      for (const objection of objectionsTo(policy, targetId, cluster, app)) told.push({ intent: policy.intent, objection });
    }
  }
  return told;
}

function objectionsTo(policy: Policy, targetId: string, cluster: Cluster, app: AppServices): Objection[] {
  const { kind, model, selector, account } = policy;
  const { services, isAll } = reached(policy, cluster, app);
  return [
    ...selector === undefined ? [] : byLabels(targetId, kind, model.namespace, selector, services, cluster, app),
    ...account === undefined ? [] : accountsLeftOut(targetId, account, services, cluster, app),
    ...account === undefined || account === 'of the name' || !isAll ? [] : takenIn(targetId, model, account.name, services, app),
  ];
}

/** What holds for pods, and has to hold for all of them. */
type Held = 'access' | 'externalAuthorization';

interface Policy extends Pick<Speaker, 'intent' | 'chart'> {
  readonly kind: Held;
  readonly model: Pick<AccessModel, 'namespace'> & { readonly destination: Omit<Workload, 'ports'> };
  /** The labels, where the target selects pods by them. */
  readonly selector?: Labels;
  /** The ServiceAccount, where the target selects pods by it. */
  readonly account?: Account;
}

/** That of the policy; or for each Service the one that has its name. */
type Account = { readonly name: string } | 'of the name';

interface Cluster {
  readonly policies: Policy[];
  /** By the Service that is routed. */
  readonly routes: Map<string, RouteModel[]>;
  /** All policies of a namespace, of one kind; once somebody asks. */
  selectors?: Map<string, BySelector<Policy>>;
  readonly accounts: Map<string, Set<string>>;
}

interface Reached extends ServiceRef, Pick<PodSelection, 'serviceAccount'> {
  readonly namespace: string;
  readonly selector: Labels;
}

function note({ policies, routes, accounts }: Cluster, { intent, chart }: Speaker, statement: Statement): void {
  const { kind, target, model } = statement;
  if (kind === 'routes' && isService(model.service)) {
    pushTo(routes, qualified(model.service.name, namespaceOf(model, model.service)), model);
  }
  if (kind === 'externalAuthorization') {
    const { namespace, workload } = model;
    if (workload.podSelector !== undefined) {
      policies.push({ intent, chart, kind, model: { namespace, destination: workload }, selector: workload.podSelector });
    }
  }
  if (kind !== 'access') return;
  const { namespace, destination: { podSelector, serviceAccount }, rules } = model;
  const { services } = target._dialects;
  // The policy beside a grant selects the same pods.
  const selector = services.byLabels && model.grant !== 'here' ? podSelector : undefined;
  const account = rules.length === 0 ? undefined : accountOf(services.byAccounts, serviceAccount);
  if (selector !== undefined || account !== undefined) policies.push({ intent, chart, kind, model, selector, account });
  if (serviceAccount !== undefined) accounts.set(namespace, (accounts.get(namespace) ?? new Set()).add(serviceAccount));
}

function accountOf(by: ServiceReading['byAccounts'], name: string | undefined): Account | undefined {
  return by === 'any' ? name === undefined ? undefined : { name } : by;
}

/** The policies of a kind in a namespace that go by labels. */
function selectorsIn(cluster: Cluster, kind: Held, namespace: string): BySelector<Policy> | undefined {
  if (cluster.selectors === undefined) {
    cluster.selectors = new Map();
    for (const policy of cluster.policies) {
      if (policy.selector === undefined) continue;
      const key = `${policy.kind} ${policy.model.namespace}`;
      const there = cluster.selectors.get(key) ?? new BySelector<Policy>();
      cluster.selectors.set(key, there);
      there.add(policy.selector, policy);
    }
  }
  return cluster.selectors.get(`${kind} ${namespace}`);
}

/** The Services whose pods take what is sent to that of a policy, as far as their selectors are known; and whether all are. A subset is all that it is. */
function reached(
  { model, chart }: Policy, { routes }: Cluster, app: AppServices,
): { readonly services: readonly Reached[]; readonly isAll: boolean } {
  const { destination: { service, serviceAccount, podSelector, subset, facts }, namespace } = model;
  if (service === undefined || (subset !== undefined && podSelector !== undefined)) {
    const name = service ?? workloadInWords(model.destination);
    return podSelector === undefined ? { services: [], isAll: false }
      : { services: [{ name, namespace, selector: podSelector, serviceAccount }], isAll: true };
  }
  const known = new Map<string, Reached | undefined>();
  const meet = ({ name, podSelector: given, serviceAccount: account, facts: said, subset: some }: ServiceRef & PodSelection, at = ''): void => {
    const key = qualified(name, at);
    if (known.has(key)) return;
    const written = app.factsOf(at, name, chart);
    const selector = (written.length > 0 ? written[0].selector : undefined) ?? said?.selector ?? labelsOfAll({ podSelector: given, subset: some });
    known.set(key, selector && { name, namespace: at, selector, serviceAccount: account });
    for (const route of routes.get(key) ?? []) {
      for (const backend of allBackendsOf(route)) meet(backend, namespaceOf(route, backend));
    }
  };
  meet({ name: service, facts, serviceAccount, podSelector }, namespace);
  const services = [...known.values()].filter(one => one !== undefined);
  return { services, isAll: services.length === known.size };
}

function byLabels(
  targetId: string, kind: Held, namespace: string, selector: Labels, services: readonly Reached[], cluster: Cluster, app: AppServices,
): Objection[] {
  return flatMap(services, service => {
    const fit = fitOf(kind, namespace, selector, service, cluster, app);
    return fit === 'fits' ? [] : [{
      isError: fit === 'misses',
      diagnostic: leavesOut(targetId, HELD[kind], fit, inWords(selector), qualified(service.name, service.namespace), inWords(service.selector)),
    }];
  });
}

const HELD: Readonly<Record<Held, string>> = { access: 'policy', externalAuthorization: 'external authorization' };

/** `unknown`, where some pods of the Service may not have the labels, and the app does not show any. */
function fitOf(kind: Held, namespace: string, own: Labels, service: Reached, cluster: Cluster, app: AppServices): 'fits' | 'misses' | 'unknown' {
  if (namespace === service.namespace && isWithin(own, service.selector)) return 'fits';
  const isGoverned = (labels: Labels) => (selectorsIn(cluster, kind, service.namespace)?.choosing(labels) ?? []).length > 0;
  if (isGoverned(service.selector)) return 'fits';
  const pods = app.podsWith(service.namespace, service.selector);
  if (pods.length > 0) return pods.every(({ labels }) => isGoverned(labels)) ? 'fits' : 'misses';
  const excluded = namespace !== service.namespace || areApart(own, service.selector);
  return excluded ? 'misses' : 'unknown';
}

/** Pods of the app to which requests of a Service come, and which run as a ServiceAccount that no policy is for. */
function accountsLeftOut(
  targetId: string, account: Account, services: readonly Reached[], { accounts }: Cluster, app: AppServices,
): Objection[] {
  const isAny = account !== 'of the name';
  return flatMap(services, one => {
    const wanted = isAny ? account.name : one.name;
    const isKnown = (name: string) => name === wanted || (isAny && (name === one.serviceAccount || accounts.get(one.namespace)?.has(name) === true));
    const other = app.podsWith(one.namespace, one.selector).find(pod => !isKnown(pod.serviceAccount));
    return other === undefined ? [] : [{
      isError: isAny,
      diagnostic: leavesOutAccount(targetId, wanted, qualified(one.name, one.namespace), other.owner, other.serviceAccount, isAny),
    }];
  });
}

/** Pods of the app that run as the ServiceAccount of a policy, and are none of those to which requests of its Service come. */
function takenIn(
  targetId: string, { namespace, destination, destination: { service = workloadInWords(destination) } }: Policy['model'], serviceAccount: string,
  services: readonly Reached[], app: AppServices,
): Objection[] {
  const isReached = (pod: PodFacts) => services.some(one => one.namespace === namespace && isWithin(one.selector, pod.labels));
  return app.podsAs(namespace, serviceAccount).filter(pod => !isReached(pod)).map(pod => ({
    isError: app.leadsTo(namespace, pod.labels),
    diagnostic: takesIn(targetId, serviceAccount, qualified(service, namespace), pod.owner),
  }));
}

function inWords(labels: Labels): string {
  return listed(Object.entries(labels).sort().map(([label, value]) => `${label}=${value}`));
}
