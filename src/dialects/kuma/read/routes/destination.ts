import type { Fields } from '../../../../manifests/fields';
import type { ServicePort } from '../../../../meaning/call';
import type { Truth } from '../../../../meaning/truth';
import { type GroupKind, isOfKind } from '../../../../model/service-ref';
import type { Cluster } from '../../../../reading/cluster/cluster';
import { labels } from '../../../../reading/cluster/object';
import { MULTI_ZONE } from '../../apis';

/** What a `targetRef` of `to` names. */
export interface Destination {
  /** Services, every destination of the mesh, something that is no Service, or what is not understood. */
  readonly kind: 'Service' | 'Mesh' | 'elsewhere' | 'unknown';
  /** What it is, where it is not a Service, and takes requests that routes send there. */
  readonly groupKind?: GroupKind;
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
  // These have hosts and addresses of their own: no call to a Service goes there, unless a route sends it.
  if (kind === 'MeshExternalService') return { kind: 'elsewhere', isOwn: false };
  const isByName = marks[NAME] !== undefined && Object.keys(marks).every(mark => mark === NAME || mark === NAMESPACE);
  const port = section === undefined ? {} : { section };
  if (kind === MULTI_ZONE.kind) {
    const named = isByName && name === undefined ? { name: marks[NAME], namespace: marks[NAMESPACE] } : {};
    return { kind: 'elsewhere', groupKind: MULTI_ZONE, ...named, ...port, isOwn: false };
  }
  if (kind !== 'MeshService') return unknown(`what a target ${kind ?? 'without a kind'} is for is not read here`);
  if (name !== undefined) {
    if (selected.isSaid || name.includes('_')) return unknown('it is the name of a service of earlier releases, or has labels beside it');
    return { kind: 'Service', name, namespace: said ?? home, ...port, isOwn: (said ?? home) === home };
  }
  if (said !== undefined || !isByName) {
    return unknown('which Services have these labels is not known here');
  }
  const namespace = marks[NAMESPACE];
  return { kind: 'Service', name: marks[NAME], ...(namespace !== undefined && { namespace }), ...port, isOwn: (namespace ?? home) === home };
}

/** Whether a destination is a port of a Service, or of what else takes requests. */
export function isAt({ kind, groupKind, name, namespace, section }: Destination, to: ServicePort, cluster: Cluster): Truth {
  if (kind === 'unknown') return 'unknown';
  if (kind === 'Mesh') return 'yes';
  if (!isOfKind(groupKind, to.groupKind)) return 'no';
  if (kind === 'elsewhere' && name === undefined) return groupKind === undefined ? 'no' : 'unknown';
  if (name !== to.service || (namespace ?? to.namespace) !== to.namespace) return 'no';
  if (section === undefined) return 'yes';
  const port = groupKind !== undefined ? undefined : cluster.service(to.namespace, to.service)?.ports.find(one => one.port === to.port);
  if (port !== undefined) return (port.name ?? String(port.port)) === section ? 'yes' : 'no';
  return /^[0-9]+$/.test(section) && section !== String(to.port) ? 'no' : 'unknown';
}
