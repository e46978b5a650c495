import { type Exits, exitsIn } from './terms';
import { destinationsOf, PROTOCOLS, type SpokenExit } from './words';
import type { EgressDestination } from '../../index';
import type { ServicePort } from '../../meaning/call';
import type { PodClient } from '../../meaning/compare/imagined';
import { entersBy } from '../../meaning/condition';
import type { Source } from '../../meaning/decision';
import { gatesOut } from '../../meaning/leaving';
import { isAlways, isOfRequests, type Knowledge } from '../../meaning/restrict';
import type { Gate, Outside, Passage, PodPort } from '../../meaning/world';
import { distinctBy } from '../../model/lists';
import { hasRequests, type Protocol } from '../../model/protocol';
import { DEFAULT_NAMESPACE } from '../../reading/cluster/cluster';
import type { Workload } from '../../reading/cluster/workload';
import type { World as ReadWorld } from '../../reading/world';
import { type Passing, passingOut, sourceKey } from '../policies/rules';
import { NOBODY, unnamedPod } from '../policies/unnamed-pod';
import type { Destinations } from '../policies/workloads';
import { call, type Node } from '../program';
import type { World } from '../world';

/** What a client may call. */
export interface Calls {
  /** Outside the cluster. */
  readonly allow: readonly Node<EgressDestination>[];
  readonly deny: readonly Node<EgressDestination>[];
  /** In the cluster; absent where it is not closed. */
  readonly inside?: readonly Node<EgressDestination>[];
  /** Whether the cluster is closed only because it is not known what passes there. */
  readonly isInsideUnknown: boolean;
  /** What has no words: it is denied. */
  readonly lost: readonly string[];
  /** Why there are no words for something that is denied, so that nothing is said. */
  readonly unsaid?: string;
  readonly by: readonly Source[];
}

const UNTOLD = 'what becomes of calls that nothing names is an option of the installation: give the object that has it, as the ConfigMap `istio`';

/** What the old policies say of calls that leave pods. */
export class OldExits {
  private readonly namespaces: readonly string[];

  public constructor(
    private readonly world: ReadWorld, private readonly beside: World, private readonly destinations: Destinations, private readonly unsaid: Passage,
    private readonly seesUdp: boolean,
  ) {
    const { workloads, services } = world.cluster;
    this.namespaces = [...new Set([...workloads, ...services].map(({ namespace = DEFAULT_NAMESPACE }) => namespace))].sort();
  }

  public ofWorkload(workload: Workload): Calls | undefined {
    return this.of({ kind: 'pod', ...this.world.cluster.podOf(workload), meshed: true });
  }

  /** Of pods that nobody names. */
  public ofNamespace(namespace: string): Calls | undefined {
    return this.of({ kind: 'pod', ...unnamedPod(this.world.cluster, namespace), meshed: true });
  }

  /** Undefined where nothing is known to be kept in. */
  private of(client: PodClient): Calls | undefined {
    const said: Passing[] = [];
    let deniesInside = false;
    const passing = (to: PodPort | Outside, entrance?: ServicePort) => {
      const one = passingOut(this.gates(client, to), knowledge(to.protocol, entrance), this.unsaid);
      said.push(one);
      return one;
    };
    const outside = PROTOCOLS.map(protocol => ({ protocol, ...passing({ isOutside: true, protocol }) }));
    // Where a target does not see datagrams, all of them leave.
    const seen = outside.filter(one => this.seesUdp || one.protocol !== 'UDP' || !isWhole(one));
    const allowed = seen.map(({ protocol, allowed: rules }) => ({ protocol, said: rules.map(({ when }) => exitsIn(when, 'lower')) }));
    const denied = seen.map(({ protocol, denied: rules }, i) => {
      const areHosts = allowed[i].said.every(({ exits }) => exits.every(({ host }) => host !== undefined));
      const kept = rules.map(({ when, isUnknown }) => ({ isUnknown, ...exitsIn(when, 'upper') }));
      return { protocol, said: kept.filter(one => !areHosts || one.isUnknown === undefined || !areAddresses(one)) };
    });
    const isOpen = (to: PodPort) => ways(to).every(entrance => {
      const one = passing(to, entrance);
      deniesInside ||= one.denies;
      return isWhole(one);
    });
    const inside = this.inside(client.namespace, isOpen);
    const [out, closed] = [destinationsOf(spoken(allowed), 'lower'), destinationsOf(spoken(denied), 'upper')];
    const by = distinctBy(said.flatMap(({ sources }) => sources), sourceKey);
    const unsaid = said.some(({ asksInstallation }) => asksInstallation) ? UNTOLD
      : [...denied.flatMap(one => one.said.flatMap(some => some.unsaid)), ...closed.unsaid].at(0);
    if (by.length === 0 || (inside === undefined && outside.every(isWhole)) || !said.some(({ denies }) => denies)) return undefined;
    return {
      allow: out.nodes,
      deny: closed.nodes,
      ...inside !== undefined && { inside },
      isInsideUnknown: !deniesInside,
      lost: [...new Set([...allowed.flatMap(one => one.said.flatMap(some => some.unsaid)), ...out.unsaid])],
      ...unsaid !== undefined && { unsaid },
      by,
    };
  }

  /** What may be called in the cluster; undefined where all of it may. */
  private inside(own: string, isOpen: (to: PodPort) => boolean): Node<EgressDestination>[] | undefined {
    const { cluster } = this.world;
    const areOpen = (pod: PodPort['pod']) => (['TCP', 'HTTP', 'UDP'] as const).every(protocol => isOpen({ pod, port: 1, protocol, entrances: [] }));
    const isOpenNamespace = (namespace: string) => areOpen(unnamedPod(cluster, namespace));
    const every = cluster.workloads.flatMap(workload => cluster.portsOf(workload).map(to => ({ workload, to, isOpen: isOpen(to) })));
    const opened = [...this.namespaces, NOBODY].filter(isOpenNamespace);
    if (opened.length > this.namespaces.length && every.every(one => one.isOpen)) return undefined;
    const any = call('EgressPort', 'any');
    if (opened.includes(NOBODY)) return [call('EgressDestination', 'anyPod', any)];
    const nodes: Node<EgressDestination>[] = opened.map(namespace => call('EgressDestination', 'namespace', namespace, any));
    for (const workload of cluster.workloads) {
      const { namespace = DEFAULT_NAMESPACE } = workload;
      const labels = opened.includes(namespace) ? undefined : this.labelsOf(workload);
      if (labels === undefined) continue;
      const pods = { labels, ...namespace !== own && { namespace } };
      if (areOpen(cluster.podOf(workload))) {
        nodes.push(call('EgressDestination', 'pods', pods, any));
        continue;
      }
      const ports = every.filter(one => one.workload === workload && one.isOpen).map(({ to }) => to);
      const numbers = distinctBy(ports, ({ port, protocol }) => `${protocol === 'UDP'} ${port}`);
      if (numbers.length > 0) {
        const opening = numbers.map(({ port, protocol }) => call('EgressPort', protocol === 'UDP' ? 'udp' : 'tcp', port));
        nodes.push(call('EgressDestination', 'pods', pods, ...opening));
      }
    }
    return nodes;
  }

  private labelsOf(workload: Workload) {
    const own = sameIn(this.beside, workload);
    return own && this.destinations.labelsOf(own);
  }

  private gates(client: PodClient, to: PodPort | Outside): readonly Gate[] {
    return gatesOut(this.world.readings, client, to);
  }
}

/** A workload as it stands beside the policies. */
export function sameIn({ workloads }: World, { kind, name, namespace = DEFAULT_NAMESPACE }: Workload): Workload | undefined {
  return workloads.find(one => one.kind === kind && one.name === name && (one.namespace ?? DEFAULT_NAMESPACE) === namespace);
}

const ways = ({ entrances }: PodPort): readonly (ServicePort | undefined)[] => entrances.length > 0 ? entrances : [undefined];

/** Whether these are addresses, whatever is called there. Which of them a host has that is named, nobody knows. */
function areAddresses({ exits, unsaid }: Exits): boolean {
  return unsaid.length === 0 && exits.every(({ block, host, ports, requests }) =>
    block !== undefined && host === undefined && ports === undefined && requests.length === 0);
}

/** Whether all calls pass. */
function isWhole({ allowed, denied }: Passing): boolean {
  return denied.length === 0 && allowed.some(({ when }) => isAlways(when));
}

function spoken(all: readonly { readonly protocol: SpokenExit['protocol']; readonly said: readonly Exits[] }[]): SpokenExit[] {
  return all.flatMap(({ protocol, said }) => said.flatMap(({ exits }) => exits.map(exit => ({ exit, protocol }))));
}

/** What is known of a call by what is spoken, and by the port of a Service by which it comes. */
function knowledge(protocol: Protocol, entrance: ServicePort | undefined): Knowledge {
  return atom => {
    if (atom.type === 'entrance') return entersBy(atom, entrance) ? 'yes' : 'no';
    if (atom.type === 'serverName' && protocol !== 'TLS') return 'no';
    return isOfRequests(atom) && !hasRequests(protocol) ? 'no' : 'unknown';
  };
}
