import type { Fields } from '../../../../manifests/fields';
import type { ServicePort } from '../../../../meaning/call';
import type { Truth } from '../../../../meaning/truth';
import type { Cluster } from '../../../../reading/cluster/cluster';
import { labels } from '../../../../reading/cluster/object';

/** What a `targetRef` of `to` names. */
export interface Destination {
  /** Services, every destination of the mesh, something that is no Service, or what is not understood. */
  readonly kind: 'Service' | 'Mesh' | 'elsewhere' | 'unknown';
  readonly name?: string;
  /** Absent for all namespaces. */
  readonly namespace?: string;
  /** A port, by its name, or by its number if it has none. */
  readonly section?: string;
  /** Whether whoever has the Service may say it for all its clients. */
  readonly isOwn: boolean;
}

const [NAME, NAMESPACE] = ['kuma.io/display-name', 'k8s.kuma.io/namespace'];

export function destinationOf(fields: Fields, home: string): Destination {
  const [kind, name, said, section] = ['kind', 'name', 'namespace', 'sectionName'].map(field => fields.field(field).text() || undefined);
  const selected = fields.field('labels');
  const marks = labels(selected);
  const unknown = (why: string): Destination => {
    fields.doubt(why);
    return { kind: 'unknown', isOwn: false };
  };
  if (kind === 'Mesh') return name === undefined && section === undefined && !selected.isSaid ? { kind, isOwn: false } : unknown('the target Mesh has no name, labels or section');
  // These have hosts and addresses of their own: no call to a Service goes there.
  if (kind === 'MeshExternalService' || kind === 'MeshMultiZoneService') return { kind: 'elsewhere', isOwn: false };
  if (kind !== 'MeshService') return unknown(`what a target ${kind ?? 'without a kind'} is for is not read here`);
  const port = section === undefined ? {} : { section };
  if (name !== undefined) {
    if (selected.isSaid || name.includes('_')) return unknown('it is the name of a service of earlier releases, or has labels beside it');
    return { kind: 'Service', name, namespace: said ?? home, ...port, isOwn: (said ?? home) === home };
  }
  if (said !== undefined || Object.keys(marks).some(mark => mark !== NAME && mark !== NAMESPACE) || marks[NAME] === undefined) {
    return unknown('which Services have these labels is not known here');
  }
  const namespace = marks[NAMESPACE];
  return { kind: 'Service', name: marks[NAME], ...(namespace !== undefined && { namespace }), ...port, isOwn: (namespace ?? home) === home };
}

/** Whether a destination is a port of a Service. */
export function isAt({ kind, name, namespace, section }: Destination, to: ServicePort, cluster: Cluster): Truth {
  if (kind === 'unknown') return 'unknown';
  if (kind === 'Mesh') return 'yes';
  if (kind === 'elsewhere' || name !== to.service || (namespace ?? to.namespace) !== to.namespace) return 'no';
  if (section === undefined) return 'yes';
  const port = cluster.service(to.namespace, to.service)?.ports.find(one => one.port === to.port);
  if (port !== undefined) return (port.name ?? String(port.port)) === section ? 'yes' : 'no';
  return /^[0-9]+$/.test(section) && section !== String(to.port) ? 'no' : 'unknown';
}
