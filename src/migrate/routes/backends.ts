import type { Unsaid } from './takings';
import type { MeshService } from '../../index';
import { hasLabels } from '../../meaning/selector';
import type { WayBackend } from '../../meaning/world';
import { areApart, isServiceImport, isXBackend, kindInWords, labelsInWords } from '../../model/service-ref';
import { DEFAULT_NAMESPACE } from '../../reading/cluster/cluster';
import type { Labels } from '../plan/options';
import type { PlannedService, Services } from '../plan/services';
import type { Node } from '../program';
import { lasting, type Service, type World } from '../world';

/** A Service that takes requests. */
export interface Receiver {
  readonly name: string;
  readonly node: Node<MeshService>;
  readonly planned: PlannedService;
}

/** The Services to which requests go, by the names that a program has for them. */
export class Receivers {
  public constructor(private readonly beside: World, private readonly services: Services) {}

  public of(backend: Pick<WayBackend, 'namespace' | 'service' | 'port' | 'groupKind' | 'subset' | 'status'>): Receiver | Unsaid {
    const { namespace, port, status, groupKind } = backend;
    if (status !== undefined) return { unsaid: `a share of it is ${status === 'closed' ? status : `answered with ${status}`}, as nothing may be sent to Service '${backend.service}'` };
    if (groupKind !== undefined) return this.ofKind(backend);
    const alone = serviceOf(this.beside, backend);
    const podSelector = alone === undefined ? labelsOf(this.beside, backend) : undefined;
    if (alone === undefined && podSelector === undefined) {
      return { unsaid: `no pod of Service '${backend.service}' is known to have the labels ${labelsInWords(backend.subset ?? {})}: give the Service` };
    }
    const service = alone ?? backend.service;
    return receiverOf('Service', service, port, this.services.of(namespace, service, podSelector && { podSelector }));
  }

  /** One that is no Service. */
  private ofKind({ namespace, service, port, groupKind }: Pick<WayBackend, 'namespace' | 'service' | 'port' | 'groupKind'>): Receiver | Unsaid {
    const kind = kindInWords({ groupKind });
    if (isXBackend({ groupKind })) return { unsaid: `${kind} '${service}' is a host outside the cluster: write an ExternalBackend` };
    if (!isServiceImport({ name: service, groupKind })) return { unsaid: `${kind} '${service}' is no Service: write it with MeshService.ofKind` };
    return receiverOf(kind, service, port, this.services.serviceImport(namespace, service));
  }
}

function receiverOf(kind: string, name: string, port: number, planned: PlannedService | undefined): Receiver | Unsaid {
  if (planned === undefined) return { unsaid: `the ports of ${kind} '${name}' are not known: give the ${kind}` };
  if (!planned.ports.some(one => one.port === port)) return { unsaid: `${kind} '${name}' has no port ${port}` };
  return { name, node: planned.node, planned };
}

/** The labels of some of the pods of a Service, where these are known. */
function labelsOf(beside: World, { namespace, service, subset = {} }: Pick<WayBackend, 'namespace' | 'service' | 'subset'>): Labels | undefined {
  const all = beside.service(namespace, service)?.selector;
  return all === undefined || areApart(all, subset) ? undefined : { ...lasting(all), ...subset };
}

/** The name of the Service that leads to the same pods, by the same port. */
export function serviceOf(beside: World, { namespace, service, port, subset }: Pick<WayBackend, 'namespace' | 'service' | 'port' | 'subset'>): string | undefined {
  if (subset === undefined || Object.keys(subset).length === 0) return service;
  const whole = beside.service(namespace, service);
  if (whole?.selector === undefined) return undefined;
  const wanted = { ...lasting(whole.selector), ...subset };
  const entrance = portOf(whole, port);
  const all = beside.servicesIn(whole.namespace).filter(one => portOf(one, port) === entrance && isFor(lasting(one.selector ?? {}), wanted));
  return all.map(({ name }) => name).sort().at(0);
}

function isFor(selector: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return hasLabels(selector, wanted) && hasLabels(wanted, selector);
}

function portOf({ ports }: Service, port: number): string | undefined {
  const found = ports.find(one => one.port === port);
  return found === undefined ? undefined : JSON.stringify([found.transport, found.protocol, found.targetPort]);
}

export function namespaceOf({ namespace }: Service): string {
  return namespace ?? DEFAULT_NAMESPACE;
}
