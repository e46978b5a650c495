import { InNamespace, sorted } from './in-namespace';
import { annotations, DEFAULT_NAMESPACE, labels, type Marks, type Named } from './object';
import type { Service } from './service';
import { isWorkload, type Workload } from './workload';
import type { Finding } from '../../manifests/fields';
import type { Pod, ServicePort } from '../../meaning/call';
import { type Labels, NAME_LABEL } from '../../meaning/selector';
import type { PodPort } from '../../meaning/world';
import { type PortWords, protocolInWords } from '../../model/port-protocol';
import type { Protocol } from '../../model/protocol';
import { ByNamespace } from '../by-namespace';
import type { ReadObject } from '../objects';

export { DEFAULT_NAMESPACE };

/**
 * What stands beside the policies and routes: Services, workloads and Namespaces. The order of documents says nothing. What stands in a namespace
 * is read when something of it is asked for: who asks about one request meets few of them.
 */
export class Cluster {
  public readonly serviceAccounts: readonly Named[];
  public readonly configMaps: readonly ReadObject[];

  private readonly namespaces = new Map<string, Marks>();
  private readonly inNamespaces: ByNamespace<InNamespace>;
  private readonly doubts = new Map<ReadObject, Finding>();
  private all?: { readonly services: readonly Service[]; readonly workloads: readonly Workload[] };

  public constructor(private readonly objects: readonly ReadObject[]) {
    const inNamespaces: ReadObject[] = [];
    const serviceAccounts: Named[] = [];
    const configMaps: ReadObject[] = [];
    for (const object of objects) {
      const { group, kind, manifest } = object;
      if (isWorkload(group, manifest) || (group === '' && kind === 'Service')) {
        inNamespaces.push(object);
      } else if (group === '' && ASIDE.has(kind)) {
        if (kind === 'ServiceAccount') serviceAccounts.push(object);
        if (kind === 'ConfigMap') configMaps.push(object);
        if (kind === 'Namespace') this.namespaces.set(object.name, marksOfNamespace(object));
        this.keepDoubt(object);
      }
    }
    this.serviceAccounts = sorted(serviceAccounts);
    this.configMaps = sorted(configMaps);
    this.inNamespaces = new ByNamespace(inNamespaces, own => {
      const read = new InNamespace(own, spoken);
      own.forEach(object => this.keepDoubt(object));
      return read;
    });
  }

  public get services(): readonly Service[] {
    return this.everything().services;
  }

  public get workloads(): readonly Workload[] {
    return this.everything().workloads;
  }

  public workloadsIn(namespace: string): readonly Workload[] {
    return this.inNamespaces.of(namespace).workloads;
  }

  public service(namespace: string, name: string): Service | undefined {
    return this.inNamespaces.of(namespace).service(name);
  }

  /** The workloads that a Service leads to; none where it has no selector. */
  public podsBehind({ namespace = DEFAULT_NAMESPACE, selector }: Service): readonly Workload[] {
    return selector === undefined ? [] : this.inNamespaces.of(namespace).having(selector);
  }

  /** The Services that lead to a workload. */
  public servicesInFrontOf({ namespace = DEFAULT_NAMESPACE, labels: own }: Workload): readonly Service[] {
    return this.inNamespaces.of(namespace).choosing(own);
  }

  /** What is not understood of Services, workloads, Namespaces and what stands beside them, of some namespaces or of all. */
  public doubtsIn(namespaces: ReadonlySet<string> | undefined): (readonly [object: ReadObject, doubt: Finding])[] {
    if (namespaces === undefined) this.inNamespaces.all();
    else namespaces.forEach(namespace => this.inNamespaces.of(namespace));
    return this.doubts.size === 0 ? [] : this.objects.flatMap(object => {
      const doubt = this.doubts.get(object);
      return doubt === undefined || namespaces?.has(object.namespace ?? object.name) === false ? [] : [[object, doubt] as const];
    });
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
  public podOf({ namespace = DEFAULT_NAMESPACE, labels: own, annotations: marks, serviceAccount, onHostNetwork }: Workload): Pod {
    return {
      namespace,
      labels: own,
      annotations: marks,
      serviceAccount,
      namespaceLabels: this.namespaceLabels(namespace),
      namespaceAnnotations: this.namespaces.get(namespace)?.annotations,
      ...(onHostNetwork && { onHostNetwork }),
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

  private everything(): { readonly services: readonly Service[]; readonly workloads: readonly Workload[] } {
    if (this.all === undefined) {
      const read = this.inNamespaces.namespaces().map(name => `${name}/`).sort().map(name => this.inNamespaces.of(name.slice(0, -1)));
      this.all = { services: read.flatMap(({ services }) => services), workloads: read.flatMap(({ workloads }) => workloads) };
    }
    return this.all;
  }

  /** Before readers have something to say of it. */
  private keepDoubt(object: ReadObject): void {
    const doubt = object.fields.said().find(({ isUnknown }) => isUnknown);
    if (doubt !== undefined) this.doubts.set(object, doubt);
  }
}

const ASIDE = new Set(['ServiceAccount', 'ConfigMap', 'Namespace']);

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

function there<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}
