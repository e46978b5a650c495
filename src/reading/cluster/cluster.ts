import { annotations, keyOf, labels, type Marks, type Named } from './object';
import { type Service, serviceOf } from './service';
import { isWorkload, lasting, type Workload, workloadOf } from './workload';
import type { Pod, ServicePort } from '../../meaning/call';
import { type Labels, NAME_LABEL } from '../../meaning/selector';
import type { PodPort } from '../../meaning/world';
import { BySelector, ByLabels } from '../../model/by-labels';
import { type PortWords, protocolInWords } from '../../model/port-protocol';
import type { Protocol } from '../../model/protocol';
import type { ReadObject } from '../objects';

/** The namespace of objects that do not say theirs, where nobody else does. */
export const DEFAULT_NAMESPACE = 'default';

/** What stands beside the policies and routes: Services, workloads and Namespaces. The order of documents says nothing. */
export class Cluster {
  public readonly services: readonly Service[];
  public readonly workloads: readonly Workload[];
  public readonly serviceAccounts: readonly Named[];
  public readonly configMaps: readonly ReadObject[];

  private readonly namespaces = new Map<string, Marks>();
  private readonly byName: ReadonlyMap<string, Service>;
  private readonly pods = new Map<string, ByLabels<Workload>>();
  private readonly selectors = new Map<string, BySelector<Service>>();

  public constructor(objects: readonly ReadObject[]) {
    const services: Service[] = [];
    const workloads: Workload[] = [];
    const serviceAccounts: Named[] = [];
    const configMaps: ReadObject[] = [];
    for (const object of objects) {
      const { group, kind, fields, manifest } = object;
      if (isWorkload(group, manifest)) {
        workloads.push(...listed(workloadOf(fields, object)));
        fields.forget();
      } else if (group !== '') {
        continue;
      } else if (kind === 'Service') {
        services.push(serviceOf(fields, object, manifest, spoken));
        fields.forget();
      }
      if (kind === 'ServiceAccount') serviceAccounts.push(object);
      if (kind === 'ConfigMap') configMaps.push(object);
      if (kind === 'Namespace') this.namespaces.set(object.name, marksOfNamespace(object));
    }
    this.services = sorted(services);
    this.workloads = sorted(workloads);
    this.serviceAccounts = sorted(serviceAccounts);
    this.configMaps = sorted(configMaps);
    this.byName = new Map(this.services.map(service => [keyOf(service.namespace, service.name), service]));
    for (const workload of this.workloads) there(this.pods, workload.namespace, () => new ByLabels<Workload>()).add(workload.labels, workload);
    for (const service of this.services) {
      const selectors = there(this.selectors, service.namespace, () => new BySelector<Service>());
      if (service.selector !== undefined) selectors.add(lasting(service.selector), service);
    }
  }

  public service(namespace: string, name: string): Service | undefined {
    return this.byName.get(keyOf(namespace, name));
  }

  /** The workloads that a Service leads to; none where it has no selector. */
  public podsBehind({ namespace, selector }: Service): readonly Workload[] {
    return selector === undefined ? [] : this.pods.get(namespace ?? DEFAULT_NAMESPACE)?.having(lasting(selector)) ?? [];
  }

  /** The Services that lead to a workload. */
  public servicesInFrontOf({ namespace, labels: own }: Workload): readonly Service[] {
    return this.selectors.get(namespace ?? DEFAULT_NAMESPACE)?.choosing(own) ?? [];
  }

  /** Undefined where the Namespace is not here, and may have others. */
  public namespaceLabels(namespace: string): Labels | undefined {
    return this.namespaces.get(namespace)?.labels;
  }

  /** Of the Namespaces that are here, by name. */
  public labelsOfNamespaces(): ReadonlyMap<string, Labels> {
    return new Map([...this.namespaces].map(([name, { labels: own }]) => [name, own]));
  }

  /** Those that a workload makes. */
  public podOf({ namespace = DEFAULT_NAMESPACE, labels: own, annotations: marks, serviceAccount }: Workload): Pod {
    return {
      namespace,
      labels: own,
      annotations: marks,
      serviceAccount,
      namespaceLabels: this.namespaceLabels(namespace),
      namespaceAnnotations: this.namespaces.get(namespace)?.annotations,
    };
  }

  /** The ports of a workload that its containers name, or that Services lead to. */
  public portsOf(workload: Workload): readonly PodPort[] {
    const pod = this.podOf(workload);
    const entrances = new Map<number, { readonly entrances: ServicePort[]; protocol: Protocol }>();
    for (const service of this.servicesInFrontOf(workload)) {
      for (const { port, targetPort, transport, protocol } of service.ports) {
        const number = typeof targetPort === 'number' ? targetPort : workload.ports.find(({ name }) => name === targetPort)?.port;
        if (number === undefined) continue;
        const known = there(entrances, number, () => ({ entrances: [], protocol: protocol ?? (transport === 'UDP' ? 'UDP' as const : 'HTTP' as const) }));
        known.entrances.push({ namespace: pod.namespace, service: service.name, port });
      }
    }
    const numbers = [...new Set([...entrances.keys(), ...workload.ports.map(({ port }) => port)])].sort((a, b) => a - b);
    return numbers.map(port => {
      const own = workload.ports.find(one => one.port === port);
      return {
        pod,
        port,
        entrances: entrances.get(port)?.entrances ?? [],
        protocol: entrances.get(port)?.protocol ?? (own?.transport === 'UDP' ? 'UDP' : spoken('TCP', own ?? {}) ?? 'TCP'),
        ...(own?.name !== undefined && { name: own.name }),
      };
    });
  }
}

/** Each namespace has its name for a label. */
function marksOfNamespace({ fields, name }: ReadObject): Marks {
  const metadata = fields.field('metadata');
  return { labels: { ...labels(metadata.field('labels')), [NAME_LABEL]: name }, annotations: annotations(metadata.field('annotations')) };
}

/** What a port of a Service speaks, as most meshes take it; what nothing is said of is HTTP to meshes that look. */
function spoken(transport: string, port: PortWords): Protocol | undefined {
  if (transport === 'UDP') return 'UDP';
  return transport !== 'TCP' ? undefined : protocolInWords(port) ?? (port.appProtocol === undefined ? undefined : 'TCP');
}

function sorted<T extends Named>(all: readonly T[]): T[] {
  const key = ({ kind, namespace, name }: Named) => `${keyOf(namespace, name)} ${kind}`;
  return [...new Map(all.map(one => [key(one), one]))].sort(([a], [b]) => a < b ? -1 : 1).map(([, one]) => one);
}

function listed<T>(one: T | undefined): T[] {
  return one === undefined ? [] : [one];
}

function there<K, V>(map: Map<K | string, V>, key: K | undefined, make: () => V): V {
  const known = map.get(key ?? DEFAULT_NAMESPACE) ?? make();
  map.set(key ?? DEFAULT_NAMESPACE, known);
  return known;
}
