import { unseenPort } from './cluster/behind';
import { type Cluster, DEFAULT_NAMESPACE } from './cluster/cluster';
import type { Service, ServicePort as PortOfService } from './cluster/service';
import type { Workload } from './cluster/workload';
import { isInMesh } from './in-mesh';
import type { World } from './world';
import type { Half, HalfService, HalfWorkload, OpenPort } from '../meaning/compare/half';
import type { PodPort } from '../meaning/world';

/** A world as it is compared with another one. */
export function halfOf({ cluster, readings }: World): Half {
  const podPorts = new Map<string, PodPort>();
  const openPorts = new Map<string, OpenPort>();
  const workloads = new Map<string, HalfWorkload>();
  for (const workload of cluster.workloads) {
    const ports = cluster.portsOf(workload);
    for (const port of ports) podPorts.set(`${keyOf(workload)} ${port.port}`, port);
    const pod = cluster.podOf(workload);
    workloads.set(keyOf(workload), { client: { kind: 'pod', ...pod, meshed: isInMesh(readings, pod) }, ports: ports.map(({ port }) => port) });
  }
  const servicePorts = new Map<string, HalfService>();
  for (const service of cluster.services) {
    const { namespace = DEFAULT_NAMESPACE, name, ports } = service;
    for (const one of ports) {
      const key = `${namespace}/${name}:${one.port}`;
      const [protocol, { opening }] = [declaredOf(one), service];
      servicePorts.set(key, {
        namespace,
        service: name,
        port: one.port,
        place: service.place,
        leadsTo: endOf(cluster, service, one),
        ...(protocol !== undefined && { protocol }),
        ...(opening !== undefined && { opening }),
      });
      const [unseen, open] = [unseenPort(cluster, service, one), openPort(cluster, service, one)];
      if (unseen !== undefined) podPorts.set(key, unseen);
      if (open !== undefined) openPorts.set(key, open);
    }
  }
  return {
    readings,
    workloads,
    podPorts,
    openPorts,
    policies: () => readings.filter(({ reading }) => reading.entering !== undefined || reading.leaving !== undefined)
      .flatMap(({ objects }) => objects.map(({ manifest }) => manifest)),
    servicePorts,
    namespaces: cluster.labelsOfNamespaces(),
  };
}

/** The port of pods that a Service leads to, where no manifest says its number. */
function openPort(cluster: Cluster, service: Service, one: PortOfService): OpenPort | undefined {
  const { namespace = DEFAULT_NAMESPACE, name, selector, forms, place } = service;
  const { targetPort, port } = one;
  if (forms.includes('externalName')) return undefined;
  if (selector !== undefined && (typeof targetPort === 'number' || endsOf(cluster, service, one).length > 0)) return undefined;
  const what = selector === undefined ? 'leads to whatever its endpoints say, as it has no selector'
    : `leads to port '${targetPort}' of pods, and no workload in the files has such a port. Give the workload`;
  return {
    pod: { namespace, ...selector !== undefined && { labelsAtLeast: selector }, namespaceLabels: cluster.namespaceLabels(namespace) },
    protocol: protocolOf(one),
    entrances: [{ namespace, service: name, port }],
    ...(typeof targetPort === 'string' && { name: targetPort }),
    why: `${place.file}:${place.line}: Service ${namespace}/${name} ${what}`,
  };
}

/** Where a port of a Service leads: what it says, and which pods these are if they are here. */
function endOf(cluster: Cluster, service: Service, one: PortOfService): HalfService['leadsTo'] {
  const { selector = {}, externalName } = service;
  return {
    said: JSON.stringify([Object.entries(selector).sort(([a], [b]) => a < b ? -1 : 1), one.targetPort, externalName]),
    pods: endsOf(cluster, service, one),
  };
}

function endsOf(cluster: Cluster, service: Service, { targetPort }: PortOfService): string[] {
  return cluster.podsBehind(service).flatMap(workload => {
    const number = typeof targetPort === 'number' ? targetPort : workload.ports.find(({ name }) => name === targetPort)?.port;
    return number === undefined ? [] : [`${keyOf(workload)} ${number}`];
  });
}

function declaredOf({ protocol, transport }: PortOfService) {
  return protocol ?? (transport === 'UDP' ? 'UDP' : undefined);
}

function protocolOf(port: PortOfService) {
  return declaredOf(port) ?? 'HTTP';
}

function keyOf({ kind, namespace, name }: Workload): string {
  return `${namespace ?? DEFAULT_NAMESPACE}/${name} ${kind}`;
}
