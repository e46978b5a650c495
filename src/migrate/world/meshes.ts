import type { SmiMesh } from '../../dialects/smi/read/meshes';
import { type PortWords, protocolInWords } from '../../model/port-protocol';
import type { Protocol } from '../../model/protocol';
import type { Marks } from '../../reading/cluster/object';

/** Whether something is in a mesh; undefined where nothing here tells. */
export type Membership = boolean | undefined;

interface MeshFacts {
  /** Of pods, in a namespace that may not be known. */
  readonly membership: (pod: Marks, namespace: Marks | undefined) => Membership;
  /** What a TCP port of a Service speaks; undefined where nothing says it, or the mesh knows no such `appProtocol`. */
  readonly protocol: (port: PortWords, service: Marks) => Protocol | undefined;
}

/** What several Namespaces of one name say together; undefined where they differ in whether it is in a mesh. */
export function together(all: readonly Marks[]): Marks | undefined {
  const united = (maps: readonly Readonly<Record<string, string>>[]) => {
    const values = new Map<string, string>();
    const differs = maps.flatMap(map => Object.entries(map)).some(([name, value]) => {
      const known = values.get(name) ?? value;
      values.set(name, known);
      return known !== value && OF_NAMESPACES.has(name);
    });
    return differs ? undefined : Object.fromEntries(values);
  };
  const [labels, annotations] = [united(all.map(marks => marks.labels)), united(all.map(marks => marks.annotations))];
  return labels && annotations && { labels, annotations };
}

/** A mark that switches the mesh on and off. A value that is neither tells nothing. */
function switched(values: Readonly<Record<string, string>>, name: string, on: readonly string[], off: readonly string[]): Membership {
  const value = Object.hasOwn(values, name) ? values[name].toLowerCase() : undefined;
  if (value === undefined) return undefined;
  return on.includes(value) ? true : off.includes(value) ? false : undefined;
}

const ON = ['enabled', 'yes', 'true'];
const OFF = ['disabled', 'no', 'false'];

/** As each mesh has it by default, or as Istio reads ports. */
const inWords = (port: PortWords) => protocolInWords(port) ?? (port.appProtocol === undefined ? undefined : 'TCP');

const MESHES: Readonly<Record<SmiMesh, MeshFacts>> = {
  // pkg/injector/webhook.go: the namespace is monitored, and pod or namespace say so, the pod first.
  'osm': {
    membership: (pod, namespace) => {
      if (namespace === undefined) return undefined;
      if (!Object.hasOwn(namespace.labels, OSM.monitored)) return false;
      return switched(pod.annotations, OSM.injection, ON, OFF) ?? switched(namespace.annotations, OSM.injection, ON, OFF) ?? false;
    },
    // pkg/compute/kube/client.go and pkg/envoy/generator/lds/inmesh.go: without an appProtocol and a name that it knows, it is HTTP.
    protocol: ({ name = '', appProtocol }) =>
      OSM_PROTOCOLS.get((appProtocol ?? /^(?:http|grpc|tcp|tcp-server-first)(?=-)/i.exec(name)?.[0] ?? 'http').toLowerCase()),
  },
  'linkerd': {
    membership: (pod, namespace) => switched(pod.annotations, 'linkerd.io/inject', ['enabled', 'ingress'], ['disabled'])
      ?? (namespace && (switched(namespace.annotations, 'linkerd.io/inject', ['enabled', 'ingress'], ['disabled']) ?? false)),
    protocol: inWords,
  },
  // Versions differ in what holds without a label. It was an annotation of pods before.
  'nginx': {
    membership: (pod, namespace) => switched(pod.labels, NGINX_INJECT, ON, OFF) ?? switched(pod.annotations, NGINX_INJECT, ON, OFF)
      ?? (namespace && switched(namespace.labels, NGINX_INJECT, ON, OFF)),
    protocol: inWords,
  },
  // It has a proxy on each node, which takes what is called by its names.
  'traefik': {
    membership: () => undefined,
    protocol: (_, { annotations }) => TRAEFIK.flatMap(prefix => TRAFFIC_TYPES.get(annotations[`${prefix}traffic-type`]) ?? [])[0] ?? 'HTTP',
  },
  // Without an annotation, the installation decides.
  'consul': {
    membership: pod => ['connect-inject', 'mesh-inject']
      .map(name => switched(pod.annotations, `consul.hashicorp.com/${name}`, ON, OFF)).find(one => one !== undefined),
    protocol: inWords,
  },
  'istio-adapter': {
    membership: (pod, namespace) => {
      const own = switched(pod.labels, 'sidecar.istio.io/inject', ON, OFF) ?? switched(pod.annotations, 'sidecar.istio.io/inject', ON, OFF);
      if (own !== undefined || namespace === undefined) return own;
      const said = switched(namespace.labels, 'istio-injection', ON, OFF);
      return said ?? (Object.hasOwn(namespace.labels, 'istio.io/rev') || namespace.labels['istio.io/dataplane-mode'] === 'ambient');
    },
    protocol: inWords,
  },
  'spec': { membership: () => undefined, protocol: inWords },
};

const OSM = { monitored: 'openservicemesh.io/monitored-by', injection: 'openservicemesh.io/sidecar-injection' };
const OSM_PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([['http', 'HTTP'], ['grpc', 'GRPC'], ['tcp', 'TCP'], ['tcp-server-first', 'TCP']]);
const NGINX_INJECT = 'injector.nsm.nginx.com/auto-inject';

/** What says that a namespace is in a mesh. */
const OF_NAMESPACES = new Set([
  OSM.monitored, OSM.injection, NGINX_INJECT, 'linkerd.io/inject', 'istio-injection', 'istio.io/rev', 'istio.io/dataplane-mode',
]);

/** Whether anything says that a namespace is in a mesh, or is not. */
export function isMarked({ labels, annotations }: Marks): boolean {
  return [labels, annotations].some(marks => Object.keys(marks).some(name => OF_NAMESPACES.has(name)));
}

/** The prefixes of its annotations, the newer first. */
export const TRAEFIK = ['mesh.traefik.io/', 'maesh.containo.us/'];
const TRAFFIC_TYPES: ReadonlyMap<string | undefined, Protocol> = new Map([['http', 'HTTP'], ['tcp', 'TCP'], ['udp', 'UDP']]);

export function membershipOf(mesh: SmiMesh, pod: Marks, namespace: Marks | undefined): Membership {
  return MESHES[mesh].membership(pod, namespace);
}

/** What a port speaks to a mesh; undefined where nothing says it. */
export function spoken(mesh: SmiMesh, transport: string, port: PortWords, service: Marks): Protocol | undefined {
  if (transport === 'UDP') return 'UDP';
  return transport === 'TCP' ? MESHES[mesh].protocol(port, service) : undefined;
}
