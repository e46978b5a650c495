import { DEFAULT_NAMESPACE } from './cluster/cluster';
import type { Workload } from './cluster/workload';
import { unseenPort } from './land';
import type { World } from './world';
import type { Document } from '../manifests/documents';
import type { FieldPlace } from '../manifests/fields';
import type { ServicePort } from '../meaning/call';
import type { Half } from '../meaning/compare/worlds';
import type { PodPort } from '../meaning/world';
import { grouped } from '../model/lists';
import type { Protocol } from '../model/protocol';

/** A world as it is compared with another one. */
export function halfOf({ cluster, readings }: World): Half {
  const podPorts = new Map<string, PodPort>();
  for (const workload of cluster.workloads) {
    for (const port of cluster.portsOf(workload)) podPorts.set(`${keyOf(workload)} ${port.port}`, port);
  }
  const servicePorts = new Map<string, ServicePort & { readonly protocol: Protocol }>();
  for (const service of cluster.services) {
    const { namespace = DEFAULT_NAMESPACE, name, ports } = service;
    for (const one of ports) {
      const key = `${namespace}/${name}:${one.port}`;
      servicePorts.set(key, { namespace, service: name, port: one.port, protocol: one.protocol ?? (one.transport === 'UDP' ? 'UDP' : 'HTTP') });
      const unseen = unseenPort(cluster, service, one);
      if (unseen !== undefined) podPorts.set(key, unseen);
    }
  }
  const pods = cluster.workloads.map(workload => ({ kind: 'pod' as const, ...cluster.podOf(workload), meshed: true }));
  const byNamespace = grouped(pods, ({ namespace }) => namespace);
  return {
    readings,
    podPorts,
    servicePorts,
    pods,
    podsIn: namespace => byNamespace.get(namespace) ?? [],
    namespaceLabels: namespace => cluster.namespaceLabels(namespace),
  };
}

function keyOf({ kind, namespace, name }: Workload): string {
  return `${namespace ?? DEFAULT_NAMESPACE}/${name} ${kind}`;
}

/** Finds the text of the document in which a place stands, with the way to it. */
export function textsOf(documents: readonly Document[]): (place: FieldPlace) => string {
  const byFile = grouped(documents, ({ file }) => file);
  const starts = new Map<string, readonly number[]>();
  return ({ file, line, path }) => {
    const own = byFile.get(file) ?? [];
    const lines = starts.get(file) ?? own.map(one => one.line);
    starts.set(file, lines);
    const document = own.at(lastUpTo(lines, line));
    return `${path} ${document === undefined || 'broken' in document.content ? file : JSON.stringify(document.content.manifest)}`;
  };
}

/** The index of the last of some sorted numbers that is not more than another one. */
function lastUpTo(sorted: readonly number[], most: number): number {
  let [first, last] = [0, sorted.length - 1];
  while (first < last) {
    const middle = Math.ceil((first + last) / 2);
    if (sorted[middle] <= most) first = middle;
    else last = middle - 1;
  }
  return first;
}
