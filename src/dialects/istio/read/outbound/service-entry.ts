import { isIP } from 'node:net';
import type { Fields } from '../../../../manifests/fields';
import { isBlock } from '../../../../meaning/address';
import type { Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import type { Aside } from '../../../../meaning/world';
import { annotations, labels } from '../../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';
import { namespaceOf } from '../owner';
import { type Visibility, visibility } from '../routes/hosts';

/** A host that the mesh knows beside the Services of the cluster. */
export interface ServiceEntry {
  readonly source: Source;
  readonly namespace: string;
  /** In lower case; a star in front stands for any names before the rest. Empty where it is not understood. */
  readonly host: string;
  /** Blocks of addresses; with none, it is for all. */
  readonly addresses: readonly string[];
  readonly ports: readonly EntryPort[];
  /** Whether calls go to the address that the client has chosen. */
  readonly keepsAddress: boolean;
  readonly visibleTo: Visibility;
  /** Whether it leads into the mesh, where others decide, too. */
  readonly leadsInside: boolean;
  /** Equal for those of which the proxy makes one, if they are for one host of a namespace (`canMergeServices` in `pilot/pkg/model/sidecar.go`). */
  readonly kin: string;
  readonly doubt?: Doubt;
}

export interface EntryPort {
  readonly number: number;
  /** Undefined where the proxy looks at what is said. */
  readonly speaks: 'http' | 'tls' | 'tcp' | 'udp' | undefined;
}

/** Each host of a ServiceEntry is known by itself. */
export function serviceEntriesOf(object: ReadObject): ServiceEntry[] {
  const { fields } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  const namespace = namespaceOf(object);
  const own = labels(metadata.field('labels'));
  annotations(metadata.field('annotations'));
  if (own['istio.io/rev'] !== undefined) metadata.field('labels').field('istio.io/rev').doubt('only the control plane of its revision reads it');
  const texts = (name: string) => spec.field(name).items().flatMap(item => item.text() ?? []);
  const [hosts, addresses] = [texts('hosts'), texts('addresses')];
  if (addresses.some(one => !isBlock(one))) spec.field('addresses').doubt('these are no addresses');
  const ports = spec.field('ports').items().flatMap(portOf);
  const [location = 'MESH_EXTERNAL', resolution = 'NONE'] = ['location', 'resolution'].map(name => spec.field(name).text());
  if (!['MESH_EXTERNAL', 'MESH_INTERNAL'].includes(location)) spec.field('location').doubt('it is not known here');
  if (!['NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS'].includes(resolution)) spec.field('resolution').doubt('it is not known here');
  spec.field('subjectAltNames').take();
  const chosen = labels(spec.field('workloadSelector').field('labels'));
  const endpoints = spec.field('endpoints').items().map(endpointOf);
  const visibleTo = visibility(spec.field('exportTo'), namespace);
  if (hosts.length === 0) spec.doubt('it names no host');
  const [doubt] = fields.doubts();
  const entry: Omit<ServiceEntry, 'host'> = {
    source: sourceOf(object),
    namespace,
    addresses,
    ports,
    keepsAddress: resolution === 'NONE',
    visibleTo,
    kin: JSON.stringify([resolution, addresses, visibleTo, ...[own, chosen].map(all => Object.entries(all).sort())]),
    leadsInside: location === 'MESH_INTERNAL' || Object.keys(chosen).length > 0 || endpoints.some(endsInCluster),
    ...(doubt !== undefined && { doubt: doubtOf(doubt) }),
  };
  return (hosts.length === 0 ? [''] : hosts).map(host => ({ ...entry, host: host.toLowerCase() }));
}

/** Where calls end, and by which names the servers there are known. */
export function asideOf(object: ReadObject): Aside {
  const { resolution, ports, endpoints, workloadSelector, subjectAltNames } = object.manifest.spec ?? {};
  const targetPorts = Array.isArray(ports) ? ports.map(port => port?.targetPort) : [];
  const isElsewhere = resolution === 'STATIC' || [...targetPorts, endpoints, workloadSelector, subjectAltNames].some(said => said !== undefined);
  return {
    source: sourceOf(object),
    title: 'where calls end',
    text: JSON.stringify([resolution, targetPorts, endpoints, workloadSelector, subjectAltNames]),
    ...!isElsewhere && { goesWithoutSaying: true as const },
  };
}

/**
 * What ports speak, in the words of Istio (`pkg/config/protocol/instance.go` of istio/istio). A listener for Mongo stands beside no others on its
 * port: what becomes of calls there is not known here.
 */
const SPEECH: Readonly<Record<string, EntryPort['speaks']>> = {
  'http': 'http', 'http2': 'http', 'grpc': 'http', 'grpc-web': 'http', 'https': 'tls', 'tls': 'tls', 'tcp': 'tcp', 'mysql': 'tcp', 'redis': 'tcp', 'udp': 'udp',
};

function portOf(fields: Fields): EntryPort[] {
  const [number, protocol] = [fields.field('number').integer(), fields.field('protocol').text()];
  ['name', 'targetPort'].forEach(name => fields.field(name).take());
  if (number === undefined) return fields.doubt('it has no number') ?? [];
  return [{ number, speaks: SPEECH[(protocol ?? '').toLowerCase()] }];
}

function endpointOf(fields: Fields): { readonly address: string; readonly isOfMesh: boolean } {
  ['ports', 'labels', 'network', 'locality', 'weight'].forEach(name => fields.field(name).take());
  return { address: fields.field('address').text() ?? '', isOfMesh: fields.field('serviceAccount').text() !== undefined };
}

function endsInCluster({ address, isOfMesh }: ReturnType<typeof endpointOf>): boolean {
  return isOfMesh || (isIP(address) === 0 && /(?:^|\.)svc(?:\.|$)/.test(address));
}
