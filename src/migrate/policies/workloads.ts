import type { MeshPods, MeshService } from '../../index';
import type { Labels } from '../../meaning/selector';
import type { Protocol } from '../../model/protocol';
import { DEFAULT_NAMESPACE } from '../../reading/cluster/cluster';
import type { PlannedPort, Services } from '../plan/services';
import { call, constant, member, type Node } from '../program';
import { lasting, type Service, type Workload, type World } from '../world';

/** Pods of which one policy speaks. */
export interface Destination {
  readonly namespace: string;
  readonly name: string;
  readonly node: Node<MeshService> | Node<MeshPods>;
  /** By the number that a policy knows, and by that of the pods. */
  readonly ports: readonly { readonly number: number; readonly podPort: number; readonly protocol: Protocol }[];
  /** Names of the Services that lead to them. */
  readonly fronts: readonly string[];
  readonly assumptions: readonly string[];
}

/** Ports of pods, with what they speak. */
export type PodPorts = ReadonlyMap<number, Protocol>;

/** Which pods are chosen; or why they cannot be. */
export type Chosen = Destination | { readonly unsaid: string };

/** Pods of some workloads, and no others. */
export class Destinations {
  public constructor(private readonly beside: World, private readonly services: Services) {}

  /** The pods that a Service leads to. */
  public ofService(service: Service, ports: PodPorts): Chosen {
    const { namespace = DEFAULT_NAMESPACE, name } = service;
    const planned = this.services.of(namespace, name);
    if (planned === undefined) return { unsaid: `no port of Service '${name}' is known` };
    const podSelector = lasting(service.selector ?? {});
    const added = this.added(planned.ports, ports);
    const accounts = this.beside.accountsBehind(service);
    const whole = added.length === 0 ? planned
      : this.services.of(namespace, name, { podSelector, ...accounts.length === 1 && { serviceAccount: accounts[0] }, added }) ?? planned;
    const workload = this.beside.podsBehind(service)[0] as Workload | undefined;
    const fronts = workload === undefined ? [name] : [name, ...this.beside.servicesInFrontOf(workload).map(one => one.name)];
    return { namespace, name, node: whole.node, ports: known(whole.ports, ports), fronts: [...new Set(fronts)], assumptions: whole.assumptions };
  }

  /** The pods of one workload. */
  public ofWorkload(workload: Workload, ports: PodPorts): Chosen {
    const { namespace = DEFAULT_NAMESPACE, kind, name, serviceAccount } = workload;
    const podSelector = this.labelsOf(workload);
    if (podSelector === undefined) return { unsaid: `other pods have all the labels of ${kind} '${name}', so that no policy tells them apart` };
    const behind = (service: Service) => this.beside.podsBehind(service).length;
    const fronts = [...this.beside.servicesInFrontOf(workload)].sort((a, b) => behind(a) - behind(b) || (a.name < b.name ? -1 : 1));
    const [front] = fronts;
    if (front !== undefined) {
      const declared = this.services.of(namespace, front.name)?.ports ?? [];
      const planned = this.services.of(namespace, front.name, { podSelector, serviceAccount, added: this.added(declared, ports) });
      if (planned !== undefined) {
        const { node, assumptions } = planned;
        return { namespace, name, node, ports: known(planned.ports, ports), fronts: fronts.map(one => one.name), assumptions };
      }
    }
    const numbers = [...ports].sort(([a], [b]) => a - b);
    const names = new Map(workload.ports.flatMap(({ port, name: named }) => named === undefined ? [] : [[port, named]]));
    const node = constant(name, call('MeshPods', 'of', {
      podSelector,
      serviceAccount,
      ...numbers.length > 0 && {
        ports: numbers.map(([port, protocol]) => ({
          port,
          ...protocol !== 'HTTP' && { protocol: member('MeshProtocol', protocol) },
          ...names.has(port) && { name: names.get(port) ?? '' },
        })),
      },
    }), { comment: `${kind} ${name}, ${workload.place.file}:${workload.place.line}`, isNamed: true });
    const own = numbers.map(([port, protocol]) => ({ number: port, podPort: port, protocol }));
    return { namespace, name, node, ports: own, fronts: [], assumptions: [] };
  }

  /** Labels that no other pods have; undefined where there are none. */
  public labelsOf(workload: Workload): Labels | undefined {
    return [workload.selector, workload.labels].find(labels => labels !== undefined && Object.keys(labels).length > 0
      && this.beside.podsWith(workload.namespace, labels).every(one => one === workload));
  }

  /** Ports of the pods that the Service does not have, by numbers that are free. */
  private added(declared: readonly PlannedPort[], ports: PodPorts): PlannedPort[] {
    return [...ports].filter(([port]) => declared.every(({ podPort, port: number }) => podPort !== port && number !== port))
      .map(([port, protocol]) => ({ port, podPort: port, protocol }));
  }
}

function known(declared: readonly PlannedPort[], ports: PodPorts): Destination['ports'] {
  const all = declared.flatMap(({ port, podPort, protocol }) =>
    podPort === undefined ? [] : [{ number: port, podPort, protocol: ports.get(podPort) ?? protocol }]);
  return all.filter(({ podPort }, i) => all.findIndex(one => one.podPort === podPort) === i);
}
