import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';
import type { WorkloadPort } from '../model/access';
import { flatMap } from '../model/lists';
import type { PodPort } from '../model/pod-port';
import { numberOf } from '../model/pod-port';
import type { Protocol } from '../model/protocol';
import { hasRequests } from '../model/protocol';
import type { MeshService } from '../vocabulary/mesh-service';
import type { ServicePort } from '../vocabulary/mesh-service-port';
import type { MeshWorkload } from '../vocabulary/mesh-workload';
import { checkPort } from '../vocabulary/names';

/** The ports of the pods that a policy governs: those that the Service declares, then those that only the policy names. */
export class WorkloadPorts {
  private readonly ports: GovernedPort[] = [];

  constructor(private readonly path: string, private readonly workload: MeshWorkload) {
    workload._ports.forEach(port => this.note(governedPort(workload, port)));
  }

  public get governed(): WorkloadPort[] {
    return [...this.ports];
  }

  /** Collects ports by number, and the protocol of ports that the Service does not declare. */
  public learn(numbers: readonly number[], protocol: Protocol | undefined): void {
    for (const number of numbers) {
      checkPort(this.path, number);
      if (this.declared(number).length === 0) {
        this.checkIsAnother(number);
        this.note({ port: number, protocol, servicePorts: [] });
      }
    }
  }

  /** The ports of an allowance: all declared ports, if it names none. */
  public chosen(where: string, numbers: readonly number[] | undefined, names: readonly string[] | undefined, requests: boolean): WorkloadPort[] {
    const all = numbers === undefined && names === undefined;
    const chosen = all
      ? this.declaredPorts.filter(port => !requests || takesRequests(port))
      : [...flatMap(numbers ?? [], number => this.numbered(number)), ...(names ?? []).map(name => this.named(where, name))];
    const opaque = chosen.find(port => !takesRequests(port));
    if (requests && (chosen.length === 0 || opaque !== undefined)) {
      const which = opaque === undefined ? `the ports of ${this.workload._called}` : `${opaque.protocol} port ${opaque.port}`;
      throw misuse('MESH1506', where, `requests cannot be told apart on ${which}`, 'Name HTTP or gRPC ports, or leave out `requests`');
    }
    return flatMap(this.ports, known => chosen.some(port => isSame(port, known)) ? known : []);
  }

  /** The port that speaks one of these protocols: the one said, or else the first that does, by the first of the protocols that has one. */
  public speaking(where: string, number: number | undefined, protocols: readonly Protocol[], words: string): WorkloadPort {
    const candidates = number === undefined ? this.declaredPorts : this.numbered(number);
    const found = flatMap(protocols, protocol => candidates.find(port => port.protocol === protocol) ?? [])[0];
    if (found === undefined) {
      throw number === undefined
        ? misuse('MESH1507', where, `${this.workload._called} has no ${words} port`, 'Give the `port`')
        : misuse('MESH1507', where, `port ${number} does not speak ${words}`, this.remedyOf(candidates, words));
    }
    return this.ports.find(known => isSame(found, known)) ?? found;
  }

  private remedyOf(candidates: readonly GovernedPort[], words: string): string {
    return candidates.some(({ protocol }) => protocol === 'GRPC') && words === 'HTTP'
      ? 'The port speaks gRPC, which has no GET: write the health check as `{ kind: HealthProbeKind.GRPC }`, without a path'
      : `Name one that speaks ${words}, or one that the Service does not declare`;
  }

  /** A number may belong to a port of which only the name is known. */
  private checkIsAnother(number: number): void {
    const named = this.ports.find(port => numberOf(port) === undefined);
    if (named !== undefined) {
      throw nameOnly(this.path, number, named.port);
    }
  }

  private get declaredPorts(): GovernedPort[] {
    return this.workload._ports.map(port => governedPort(this.workload, port));
  }

  private declared(number: number): ServicePort[] {
    return this.workload._ports.filter(({ port }) => port === number);
  }

  private numbered(number: number): GovernedPort[] {
    const declared = this.declared(number);
    return declared.length > 0 ? declared.map(port => governedPort(this.workload, port)) : this.ports.filter(port => numberOf(port) === number);
  }

  private named(where: string, name: string): GovernedPort {
    const found = this.workload._ports.find(port => port.name === name);
    if (found === undefined) {
      throw misuse('MESH1102', where, `no port of ${this.workload._called} has the name '${name}'`, 'Use the `name` of one of its ports, or a number');
    }
    return governedPort(this.workload, found);
  }

  private note(port: GovernedPort): void {
    const i = this.ports.findIndex(other => isSame(other, port));
    if (i === -1) {
      this.ports.push(port);
    } else {
      const known = this.ports[i];
      if (known.protocol !== undefined && port.servicePorts.length > 0 && takesRequests(known) !== takesRequests(port)) {
        throw misuse('MESH1508', this.path, `port ${port.port} of the pods is declared as ${known.protocol} and as ${port.protocol}`, 'Declare the same for both');
      }
      const servicePorts = [...new Set([...known.servicePorts, ...port.servicePorts])];
      this.ports[i] = { ...port, ...known, protocol: known.protocol ?? port.protocol, servicePorts };
    }
  }
}

/** The ports of the pods behind ports of a Service; behind all of them, if none is named. */
export function portsOfPods(where: string, service: MeshService, numbers: readonly number[]): WorkloadPort[] {
  const unknown = numbers.find(number => !service._ports.some(({ port }) => port === number));
  if (unknown !== undefined) {
    throw misuse('MESH1102', where, `Service '${service.name}' has no port ${unknown}`,
      `It has ${listed(service._ports.map(({ port }) => String(port)))}; declare ${unknown}, or use one of them`);
  }
  const ports = service._ports.filter(({ port }) => numbers.length === 0 || numbers.includes(port)).map(workloadPort);
  return ports.filter((port, i) => ports.findIndex(other => isSame(port, other)) === i);
}

type GovernedPort = WorkloadPort & Required<Pick<WorkloadPort, 'servicePorts'>>;

/** The port of the pods. A name stays a name even if the number is known: the pods of the app must not change what is rendered. */
export function podPort({ port, targetPort, targetPortName }: Pick<ServicePort, 'port' | 'targetPort' | 'targetPortName'>): PodPort {
  return targetPortName === undefined
    ? { port: targetPort ?? port }
    : { port: targetPortName, ...(targetPort !== undefined && { number: targetPort }) };
}

/** No Service leads to a port of pods without one. */
function governedPort({ _service: service }: MeshWorkload, port: ServicePort): GovernedPort {
  const governed = workloadPort(port);
  return service === undefined ? { ...governed, servicePorts: [] } : governed;
}

function workloadPort(port: ServicePort): GovernedPort {
  const { protocol, containerPortName } = port;
  return { protocol, servicePorts: [port.port], ...podPort(port), ...(containerPortName !== undefined && { name: containerPortName }) };
}

/** A number that may belong to a port of which the name is known. */
export function nameOnly(path: string, number: number, name: number | string): Error {
  return misuse('MESH1104', path, `port ${number} of the pods may be the one that the Service knows by the name '${name}'`,
    `Give that port of the MeshService its number, such as \`targetPort: ${number}\`; or create the workload before the MeshService`);
}

/** A number stands for two ports, if one of them is for UDP. */
function isSame(a: WorkloadPort, b: WorkloadPort): boolean {
  return (a.port === b.port || (numberOf(a) !== undefined && numberOf(a) === numberOf(b))) && (a.protocol === 'UDP') === (b.protocol === 'UDP');
}

function takesRequests({ protocol }: WorkloadPort): boolean {
  return protocol !== undefined && hasRequests(protocol);
}
