import { type Passing, passingAt, sourceKey } from './rules';
import { providersAmong } from './token-issuers';
import { apartFromTokens, withoutAudiences } from './tokens';
import { unnamedPod } from './unnamed-pod';
import type { Destination, Destinations, PodPorts } from './workloads';
import { isNamespaceName } from '../../manifests/names';
import { numbersIn } from '../../meaning/compare/port-numbers';
import type { Source } from '../../meaning/decision';
import { hasLabels, type Labels } from '../../meaning/selector';
import type { Gate, Passage, PodPort } from '../../meaning/world';
import { grouped } from '../../model/lists';
import type { Protocol } from '../../model/protocol';
import { unseenPort } from '../../reading/cluster/behind';
import { DEFAULT_NAMESPACE } from '../../reading/cluster/cluster';
import type { ReadObject } from '../../reading/objects';
import type { World as ReadWorld } from '../../reading/world';
import type { Service, Workload, World } from '../world';

/** What passes at a port of some pods. */
export interface OpenPort {
  readonly to: PodPort;
  readonly passing: Passing;
  /** The objects that say which tokens of end users are valid there. */
  readonly tokens: readonly Source[];
}

/** Pods at which the same passes. */
export interface Group {
  readonly namespace: string;
  readonly name: string;
  readonly destination: Destination | { readonly unsaid: string };
  readonly ports: readonly OpenPort[];
  /** As the halves of a comparison name their ports of pods. */
  readonly workloads: readonly Workload[];
  /** Others of which these are some, where no workload in the files makes either: it is for more pods, by fewer labels. */
  readonly within?: Group;
}

/** What the old policies say of pods. */
export class OldPolicies {
  private readonly providers: readonly ReadObject[];

  /** @param saysAudiences - whether to all targets, issuers say for whom tokens are, as providers do */
  public constructor(private readonly world: ReadWorld, private readonly unsaid: Passage, private readonly saysAudiences = false) {
    this.providers = world.read.filter(({ kind }) => kind === 'JWTProvider');
  }

  public at(to: PodPort): OpenPort {
    const { gates, tokens } = apartFromTokens(this.gates(to));
    const told = this.saysAudiences && this.providers.length > 0 ? withoutAudiences(gates) : gates;
    return { to, passing: passingAt(told, to, this.unsaid), tokens: [...tokens, ...providersAmong(gates, this.providers)] };
  }

  private gates(to: PodPort): readonly Gate[] {
    return this.world.readings.flatMap(({ reading }) => reading.entering?.(to) ?? []);
  }

  /** The ports of a workload; of one without ports, nothing is known. */
  public ofWorkload({ kind, namespace, name }: Workload): readonly OpenPort[] {
    const own = this.world.cluster.workloads.find(one => one.kind === kind && one.name === name
      && (one.namespace ?? DEFAULT_NAMESPACE) === (namespace ?? DEFAULT_NAMESPACE));
    return own === undefined ? [] : this.world.cluster.portsOf(own).map(to => this.at(to));
  }

  /** The ports of pods that no workload here makes. */
  public ofUnseen(namespace: string, name: string): readonly OpenPort[] {
    const { cluster } = this.world;
    const service = cluster.service(namespace, name);
    return service?.ports.flatMap(port => unseenPort(cluster, service, port) ?? []).map(to => this.at(to)) ?? [];
  }

  /** What passes at a port of pods of a namespace that nobody names, whichever of some protocols it speaks. */
  public ofNamespace(namespace: string, port: number, protocols: readonly Protocol[]): readonly OpenPort[] {
    const pod = unnamedPod(this.world.cluster, namespace);
    return protocols.map(protocol => this.at({ pod, port, protocol, entrances: [] }));
  }

  /** Numbers at which something that the policies of a namespace say may begin or end. */
  public numbersIn(namespace: string): readonly number[] {
    return numbersIn(this.world.read.filter(object => (object.namespace ?? namespace) === namespace).map(({ manifest }) => manifest));
  }
}

/** Pods of the files: as many as have the same policies, a Service leads to, and nothing else does. */
export function groupsOf(old: OldPolicies, beside: World, destinations: Destinations): Group[] {
  const said = new Map(beside.workloads.map(workload => [workload, old.ofWorkload(workload)]));
  const keys = new Map([...said].map(([workload, ports]) => [workload, keyOf(workload, ports)]));
  const taken = new Set<Workload>();
  const groups: Group[] = [];
  const services = [...beside.services].filter(({ selector }) => selector !== undefined)
    .map(service => ({ service, pods: beside.podsBehind(service) }))
    .sort((a, b) => b.pods.length - a.pods.length || (a.service.name < b.service.name ? -1 : 1));
  for (const { service, pods } of services) {
    const alike = grouped(pods, workload => keys.get(workload));
    if (pods.length === 0 || pods.some(workload => taken.has(workload)) || alike.size !== 1) continue;
    pods.forEach(workload => taken.add(workload));
    groups.push(groupOf(service.namespace, service.name, pods, said.get(pods[0]) ?? [], ports => destinations.ofService(service, ports)));
  }
  for (const [workload, ports] of said) {
    if (taken.has(workload)) continue;
    groups.push(groupOf(workload.namespace, workload.name, [workload], ports, own => destinations.ofWorkload(workload, own)));
  }
  groups.push(...unseenGroups(services.filter(({ pods }) => pods.length === 0).map(({ service }) => service), old, destinations));
  // Where a target takes only one of two policies, it is the first.
  const order = ({ namespace, name, within }: Group) => `${namespace}/${within === undefined ? 0 : 1}/${name}`;
  return groups.filter(({ namespace }) => isNamespaceName(namespace)).sort((a, b) => order(a) < order(b) ? -1 : 1);
}

/** Pods that no workload in the files makes. Targets may take one policy of the two where some of the pods of a Service are those of another. */
function unseenGroups(services: readonly Service[], old: OldPolicies, destinations: Destinations): Group[] {
  const wider: { readonly group: Group; readonly selector: Labels }[] = [];
  const size = ({ selector = {} }: Service) => Object.keys(selector).length;
  return [...services].sort((a, b) => size(a) - size(b)).map(service => {
    const { namespace = DEFAULT_NAMESPACE, name, selector = {} } = service;
    const within = wider.find(one => one.group.namespace === namespace && hasLabels(selector, one.selector))?.group;
    const group = groupOf(namespace, name, [], old.ofUnseen(namespace, name), own => destinations.ofService(service, own));
    if (within !== undefined) return { ...group, within };
    wider.push({ group, selector });
    return group;
  });
}

function groupOf(
  namespace: string | undefined, name: string, workloads: readonly Workload[], ports: readonly OpenPort[], chosen: (ports: PodPorts) => Group['destination'],
): Group {
  return {
    namespace: namespace ?? DEFAULT_NAMESPACE, name, workloads, ports, destination: chosen(new Map(ports.map(({ to }) => [to.port, to.protocol]))),
  };
}

/** Equal where the same passes. */
function keyOf({ serviceAccount }: Workload, ports: readonly OpenPort[]): string {
  return JSON.stringify([serviceAccount, ports.map(({ to: { port, protocol }, passing: { allowed, denied }, tokens }) =>
    [port, protocol, allowed.map(({ when }) => when), denied.map(({ when }) => when), tokens.map(sourceKey)])]);
}

