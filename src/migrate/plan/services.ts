import type { Labels, PlanOptions } from './options';
import { stated } from './options';
import type { MeshService, MeshServiceOptions, MeshServicePort } from '../../index';
import { isWithin } from '../../model/pod-facts';
import type { Protocol } from '../../model/protocol';
import { areApart } from '../../model/service-ref';
import { call, constant, member, methodCall, type Node, type Written } from '../program';
import { lasting, type Service, type ServicePort, speechOf, type World } from '../world';

/** A Service as a program has it. */
export interface PlannedService {
  readonly node: Node<MeshService>;
  readonly ports: readonly PlannedPort[];
  /** What had to be assumed of it, in sentences. */
  readonly assumptions: readonly string[];
}

export interface PlannedPort {
  readonly port: number;
  readonly protocol: Protocol;
  /** Of the pods. Absent where it is a name whose number is not known. */
  readonly podPort?: number;
  /** Whether the mesh let nobody in, as it knew no such protocol. */
  readonly isClosed?: boolean;
}

/** Which pods are meant; otherwise those that the Service leads to. */
export interface Pods {
  readonly podSelector?: Labels;
  readonly serviceAccount?: string;
  /** Ports that only other Services of the pods have. */
  readonly added?: readonly PlannedPort[];
}

/** The Services of programs. The same one is one constant. */
export class Services {
  private readonly planned = new Map<string, PlannedService>();

  public constructor(private readonly beside: World, private readonly options: PlanOptions) {}

  /** A Service, or undefined where nothing tells its ports. */
  public of(namespace: string, name: string, pods?: Pods): PlannedService | undefined {
    const service = this.beside.service(namespace, name);
    const behind = service === undefined ? {} : this.podsBehind(service);
    const { podSelector: labels, serviceAccount, added = [] } = pods ?? behind;
    const { podSelector, subset } = selection(behind.podSelector, labels);
    const chosen: Pods = { ...podSelector !== undefined && { podSelector }, ...serviceAccount !== undefined && { serviceAccount } };
    const key = JSON.stringify([namespace, name, podSelector && Object.entries(podSelector).sort(), serviceAccount, added]);
    const known = this.planned.get(key) ?? (subset === undefined
      ? this.plan(namespace, name, service, chosen, added)
      : subsetOf(name, this.of(namespace, name, { ...behind, added }), subset, serviceAccount === behind.serviceAccount ? {} : { serviceAccount }));
    if (known !== undefined) this.planned.set(key, known);
    return known;
  }

  /** A Service of several clusters, or undefined where its ServiceImport is not in the files. */
  public serviceImport(namespace: string, name: string): PlannedService | undefined {
    const service = this.beside.serviceImport(namespace, name);
    if (service === undefined) return undefined;
    const key = JSON.stringify([namespace, name, service.kind]);
    const known = this.planned.get(key) ?? this.planImport(service);
    if (known !== undefined) this.planned.set(key, known);
    return known;
  }

  private planImport(service: Service): PlannedService | undefined {
    const { name, kind, place: { file, line } } = service;
    const ports = service.ports.flatMap(port => this.portOf(service, port) ?? []);
    if (ports.length === 0) return undefined;
    const comment = `${kind} ${name}, ${file}:${line}`;
    return {
      node: constant(`${name} import`, call('MeshService', 'serviceImport', name, portWords(ports)), { comment, isNamed: true }),
      ports,
      assumptions: assumptionsOf(service),
    };
  }

  private plan(
    namespace: string, name: string, service: Service | undefined, chosen: Omit<Pods, 'added'>, added: readonly PlannedPort[],
  ): PlannedService | undefined {
    const said = service === undefined
      ? stated(this.options.ports, namespace, name)?.map(({ port, protocol }) => ({ port, protocol: protocol ?? 'HTTP', podPort: port }))
      : service.ports.flatMap(port => this.portOf(service, port) ?? []);
    if (said === undefined || said.length === 0) return undefined;
    const ports: readonly (PlannedPort & { readonly words?: Written<MeshServicePort> })[] = [...said, ...added];
    const options: Written<MeshServiceOptions> = {
      ...portWords(ports),
      ...service?.forms.includes('headless') && { headless: true },
      ...chosen,
    };
    const place = service === undefined ? 'its ports are stated' : `${service.place.file}:${service.place.line}`;
    return {
      node: constant(name, call('MeshService', 'of', name, options), { comment: `Service ${name}, ${place}`, isNamed: true }),
      ports,
      assumptions: service === undefined ? [] : assumptionsOf(service),
    };
  }

  private portOf(service: Service, port: ServicePort): (PlannedPort & { readonly words: Written<MeshServicePort> }) | undefined {
    const { port: number, name, appProtocol, transport, targetPort } = port;
    if (transport !== 'TCP' && transport !== 'UDP') return undefined;
    const { protocol, isClosed } = speechOf(port);
    const numbers = this.beside.numbersOf(service, port);
    const podPort = numbers.length === 1 ? numbers[0] : undefined;
    const [containerPortName, ...others] = podPort === undefined || typeof targetPort === 'string' ? [] : this.beside.portNamesOf(service, podPort);
    return {
      port: number,
      protocol,
      podPort,
      isClosed,
      words: {
        port: number,
        ...name !== undefined && { name },
        ...protocol !== 'HTTP' && { protocol: member('MeshProtocol', protocol) },
        ...appProtocol !== undefined && { appProtocol },
        ...podPort !== undefined && podPort !== number && { targetPort: podPort },
        ...typeof targetPort === 'string' && { targetPortName: targetPort },
        ...containerPortName !== undefined && others.length === 0 && { containerPortName },
      },
    };
  }

  private podsBehind(service: Service): Pods {
    const accounts = this.beside.accountsBehind(service);
    const podSelector = lasting(service.selector ?? {});
    return {
      ...accounts.length === 1 && { serviceAccount: accounts[0] },
      ...Object.keys(podSelector).length > 0 && { podSelector },
    };
  }
}

/** What selects some pods, in front of which a Service stands; and what tells them from others of its pods, if these are more. */
function selection(all: Labels | undefined, some: Labels | undefined): { readonly podSelector?: Labels; readonly subset?: Labels } {
  if (all === undefined || some === undefined) return { podSelector: some };
  if (isWithin(some, all)) return { podSelector: all };
  const subset = Object.fromEntries(Object.entries(some).filter(([label]) => !Object.hasOwn(all, label)));
  return areApart(all, some) ? { podSelector: some } : { podSelector: { ...all, ...subset }, subset };
}

/** Some of the pods of a Service; a ServiceAccount that all of them run as is not theirs. */
function subsetOf(
  name: string, whole: PlannedService | undefined, labels: Labels, { serviceAccount }: Pick<Pods, 'serviceAccount'>,
): PlannedService | undefined {
  if (whole === undefined) return undefined;
  const node = serviceAccount === undefined ? methodCall(whole.node, 'subset', labels) : methodCall(whole.node, 'subset', labels, { serviceAccount });
  return { ...whole, node: constant([name, ...Object.values(labels)].join(' '), node) };
}

function assumptionsOf({ kind, name, ports }: Service): string[] {
  return ports.filter(isAssumed).map(({ port }) => `port ${port} of ${kind} '${name}' is taken to speak HTTP`);
}

function isAssumed({ protocol, appProtocol, transport }: ServicePort): boolean {
  return protocol === undefined && appProtocol === undefined && transport === 'TCP';
}

/** One port that has nothing else to say stands by itself. */
function portWords(ports: readonly (PlannedPort & { readonly words?: Written<MeshServicePort> })[]): Written<MeshServiceOptions> {
  const [first] = ports;
  const words = ports.map(({ port, podPort, protocol, words: own }) => own ?? {
    port, ...protocol !== 'HTTP' && { protocol: member('MeshProtocol', protocol) }, ...podPort !== undefined && podPort !== port && { targetPort: podPort },
  });
  const isBare = ports.length === 1 && Object.keys(words[0]).every(name => name === 'port' || name === 'protocol');
  if (!isBare) return { ports: words };
  return { port: first.port, ...first.protocol !== 'HTTP' && { protocol: member('MeshProtocol', first.protocol) } };
}
