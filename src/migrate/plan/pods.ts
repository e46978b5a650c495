import type { Labels, PlanOptions } from './options';
import { stated } from './options';
import type { PlannedPort, PlannedService, Services } from './services';
import type { Unsaid } from './verdicts';
import type { Account } from '../../dialects/smi/read/target-part';
import type { Protocol } from '../../model/protocol';
import type { Service, Workload, World } from '../world';

/** Some of the pods of a ServiceAccount, as a policy chooses them. */
export interface Protected {
  /** What they are told by from other pods of the account. */
  readonly name: string;
  /** Those that make them, as far as they are known. */
  readonly workloads: readonly Workload[];
  readonly service: PlannedService;
  /** Names of all Services that lead to them. */
  readonly fronts: readonly string[];
  readonly ports: readonly PodPort[];
  /** What had to be assumed, in sentences. */
  readonly assumptions: readonly string[];
  /** Where less may pass than before, in sentences. */
  readonly losses: readonly string[];
}

export interface PodPort {
  /** The number by which a policy knows it: that of the Service, or that of the pods where the Service has no such number. */
  readonly number: number;
  /** Absent where it is a name that stands for no number, or for several. */
  readonly podPort?: number;
  readonly protocol: Protocol;
}

/** What Cilium knows pods by beside their labels. */
export const CILIUM_ACCOUNT = 'io.cilium.k8s.policy.serviceaccount';

type PodOptions = Pick<PlanOptions, 'pods' | 'asksAtServices'> & { readonly knowsAccounts: boolean };

/** The pods of a ServiceAccount, and why some of them, or all, cannot be chosen. */
export function protectedOf(
  account: Account, beside: World, services: Services, options: PodOptions,
): { readonly pods: readonly Protected[]; readonly unsaid: readonly Unsaid[] } {
  const workloads = beside.workloadsOf(account);
  const labels = stated(options.pods, account.namespace, account.name) ?? byAccount(account, options);
  const all = allOf(workloads, account, beside, services, options);
  if (all !== undefined) return { pods: [all], unsaid: [] };
  const read = workloads.length > 0 ? workloads.map(workload => ofWorkload(workload, account, beside, services, options))
    : labels !== undefined ? [ofLabels(account, labels, beside.servicesIn(account.namespace), beside, services, options)]
      : [{ unsaid: `the pods of ServiceAccount '${account.name}' are not known: give their workload, or state their labels`, cause: 'untoldPods' as const }];
  const pods = read.flatMap(one => 'unsaid' in one ? [] : [one]);
  const distinct = new Map<PlannedService, Protected>();
  for (const one of pods) distinct.set(one.service, { ...one, workloads: [...distinct.get(one.service)?.workloads ?? [], ...one.workloads] });
  return { pods: [...distinct.values()], unsaid: read.filter(one => 'unsaid' in one) };
}

/** All pods of an account, where a Service leads to them and to no others, and no other Service has more ports of some of them. */
function allOf(workloads: readonly Workload[], account: Account, beside: World, services: Services, options: PodOptions): Protected | undefined {
  if (workloads.length < 2) return undefined;
  const inFront = [...new Set(workloads.flatMap(workload => beside.servicesInFrontOf(workload)))];
  const labels = inFront.find(service => leadsToAll(service, workloads, beside) && beside.podsBehind(service).length === workloads.length)?.selector;
  const made = labels && ofLabels(account, labels, inFront, beside, services, options, workloads);
  return made === undefined || 'unsaid' in made || made.hasMore ? undefined : withoutMesh(made, beside);
}

function leadsToAll(service: Service, workloads: readonly Workload[], beside: World): boolean {
  const pods = beside.podsBehind(service);
  return workloads.every(workload => pods.includes(workload));
}

function byAccount({ name }: Account, { knowsAccounts }: PodOptions): Labels | undefined {
  return knowsAccounts ? { [CILIUM_ACCOUNT]: name } : undefined;
}

function ofWorkload(workload: Workload, account: Account, beside: World, services: Services, options: PodOptions): Protected | Unsaid {
  const inFront = beside.servicesInFrontOf(workload);
  const own = inFront.filter(service => beside.podsBehind(service).every(one => one === workload))
    .flatMap(({ selector }) => selector === undefined ? [] : [selector]);
  const labels = [...own, workload.selector ?? workload.labels, workload.labels]
    .find(one => Object.keys(one).length > 0 && beside.isSeparable(one, account)) ?? byAccount(account, options);
  if (labels === undefined) {
    const strangers = `pods of other ServiceAccounts have all the labels of ${workload.kind} '${workload.name}'`;
    return { unsaid: `${strangers}, so that no policy tells them apart`, cause: 'untold' };
  }
  const made = ofLabels(account, labels, inFront, beside, services, options, [workload]);
  return 'unsaid' in made ? made : withoutMesh(made, beside);
}

/** What is lost for pods that were not in the mesh. */
function withoutMesh(made: Protected, beside: World): Protected {
  const strange = made.workloads.filter(workload => beside.isMeshed(workload) === false);
  return {
    ...made,
    losses: [...made.losses, ...strange.map(({ kind, name }) => `nothing was enforced for ${kind} '${name}', which was not in the mesh`)],
  };
}

function ofLabels(
  { namespace, name }: Account, podSelector: Labels, candidates: readonly Service[], beside: World, services: Services,
  { asksAtServices }: PodOptions, workloads: readonly Workload[] = [],
): (Protected & { readonly hasMore: boolean }) | Unsaid {
  const leads = ({ selector = {} }: Service) =>
    Object.keys(selector).length > 0 && Object.entries(selector).every(([label, value]) => podSelector[label] === value);
  const [workload] = workloads;
  const inFront = workload === undefined ? candidates.filter(leads) : candidates;
  const misses = (service: Service) => Number(!leadsToAll(service, workloads, beside));
  const [closest, ...others] = [...inFront].sort((a, b) =>
    misses(a) - misses(b) || narrowness(a, beside) - narrowness(b, beside) || (a.name < b.name ? -1 : 1));
  const [stranger] = beside.strangersWith(podSelector, { namespace, name });
  if (stranger !== undefined) {
    const labels = `the labels that are stated for ServiceAccount '${name}'`;
    return { unsaid: `${stranger.kind} '${stranger.name}' has ${labels}, and another ServiceAccount`, cause: 'untold' };
  }
  // By the labels of the Service, where it leads to these pods alone.
  const own = closest?.selector;
  const isOwn = own !== undefined && workloads.length > 0 && beside.podsBehind(closest).every(one => workloads.includes(one))
    && beside.isSeparable(own, { namespace, name });
  const pods = { podSelector: isOwn ? own : podSelector, serviceAccount: name };
  // A Service of the name that leads elsewhere says nothing of these pods.
  const isElsewhere = closest === undefined && beside.service(namespace, name) !== undefined;
  const front = closest?.name ?? name;
  const alone = isElsewhere ? undefined : services.of(namespace, front, pods);
  const whose = workload === undefined ? `ServiceAccount '${name}'` : `${workload.kind} '${workload.name}'`;
  const unknown: Unsaid = { unsaid: `no Service leads to the pods of ${whose}, so that their ports are not known`, cause: 'untoldPods' };
  if (alone === undefined) return unknown;
  const beyond = others.flatMap(other => services.of(namespace, other.name) ?? []);
  const { added, losses } = portsBeyond(alone, beyond);
  const service = added.length === 0 ? alone : services.of(namespace, front, { ...pods, added });
  if (service === undefined) return unknown;
  // Ports of all of the pods.
  const before = [alone, ...others.filter(other => !misses(other)).flatMap(other => services.of(namespace, other.name) ?? [])]
    .flatMap(({ ports }) => ports);
  const speaks = new Map<number | undefined, Set<string>>();
  for (const { podPort, protocol, isClosed } of [alone, ...beyond].flatMap(({ ports }) => ports)) {
    speaks.set(podPort, (speaks.get(podPort) ?? new Set()).add(isClosed === true ? 'nothing' : protocol));
  }
  const isCertain = ({ podPort, isClosed }: PlannedPort) => isClosed !== true && (podPort === undefined || speaks.get(podPort)?.size === 1);
  const differing = service.ports.filter(port => port.isClosed !== true && !isCertain(port));
  return {
    name: workload?.name ?? name,
    workloads,
    hasMore: added.some(({ podPort }) => !before.some(other => other.podPort === podPort)),
    service,
    fronts: [front, ...others.map(other => other.name)],
    ports: service.ports.filter((port, i, all) => isCertain(port) && all.findIndex(other => samePort(port, other)) === i)
      .map(({ port, podPort, protocol }) => ({ number: port, podPort, protocol })),
    assumptions: [...new Set([alone, ...beyond].flatMap(({ assumptions }) => assumptions))],
    losses: [
      ...losses,
      ...(asksAtServices === true ? others : []).map(other => `nobody may call Service '${other.name}': the policy is asked at Service '${closest.name}'`),
      ...differing.map(({ podPort }) => `Services say different things of what port ${podPort} of the pods speaks`),
    ],
  };
}

function samePort(a: PlannedPort, b: PlannedPort): boolean {
  return a.podPort === undefined ? a === b : a.podPort === b.podPort;
}

/** Ports of the pods that only other Services have, by numbers that are free: a policy governs what its Service has. */
function portsBeyond(
  { ports }: PlannedService, others: readonly PlannedService[],
): { readonly added: readonly PlannedPort[]; readonly losses: readonly string[] } {
  const added: PlannedPort[] = [];
  const losses: string[] = [];
  for (const port of others.flatMap(other => other.ports)) {
    if (port.podPort === undefined) losses.push(`the number of port ${port.port} of another Service is not known`);
    if (port.podPort === undefined || [...ports, ...added].some(({ podPort }) => podPort === port.podPort)) continue;
    const free = [port.podPort, port.port].find(number => ![...ports, ...added].some(other => other.port === number));
    if (free === undefined) losses.push(`port ${port.podPort} of the pods has no number that is free among those of the Service`);
    else added.push({ port: free, podPort: port.podPort, protocol: port.protocol, isClosed: port.isClosed });
  }
  return { added, losses };
}

/** Of Services that lead to some pods, the one that leads to the fewest others. */
function narrowness(service: Service, beside: World): number {
  return beside.podsBehind(service).length * 100 - Object.keys(service.selector ?? {}).length;
}
