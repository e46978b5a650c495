import type { ReadMesh } from '../../reading/mesh';
import type { ReadObject } from '../../reading/objects';

/** Whose policies are migrated, by the names that the command line knows. */
export type OldMesh = 'istio' | 'istio-ambient' | 'linkerd' | 'consul' | 'kuma' | 'cilium' | 'network-policy';

interface OldApi {
  /** In a sentence. */
  readonly title: string;
  /** Who reads the manifests. */
  readonly mesh?: ReadMesh;
  /** The kinds that say who gets in, by group. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
  /** The kinds that say where requests to Services go, and what holds for connections to them, by group. */
  readonly routes: Readonly<Record<string, readonly string[]>>;
  /** The kinds that say nothing but what pods may call, by group. */
  readonly exits?: Readonly<Record<string, readonly string[]>>;
  /** The kinds by which requests come in from outside the cluster, beside routes, by group. */
  readonly entrances?: Readonly<Record<string, readonly string[]>>;
  /** Of these, those that only others refer to, or that speak of everything. */
  readonly aside: readonly string[];
  /** Whether the installation has an option for calls that no policy speaks of. */
  readonly hasDefault?: true;
  /** Whether a client is known by what its pod is, and not by a certificate. */
  readonly knowsPods?: true;
  /** What takes a namespace out of the mesh. */
  readonly leave: readonly (readonly [verb: 'label' | 'annotate', mark: string])[];
}

const GATEWAY_API = {
  'gateway.networking.k8s.io': ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute', 'ReferenceGrant'], 'gateway.networking.x-k8s.io': ['XBackend'],
} as const;

const GATEWAYS = { 'gateway.networking.k8s.io': ['Gateway', 'ListenerSet'], 'gateway.networking.x-k8s.io': ['XListenerSet'] } as const;

const INGRESSES = { 'networking.k8s.io': ['Ingress', 'IngressClass'] } as const;

const ISTIO = {
  kinds: {
    'security.istio.io': ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'],
    'install.istio.io': ['IstioOperator'],
  },
  routes: { 'networking.istio.io': ['VirtualService', 'DestinationRule'], ...GATEWAY_API },
  exits: { 'networking.istio.io': ['ServiceEntry', 'Sidecar'] },
  entrances: { 'networking.istio.io': ['Gateway'], ...GATEWAYS, ...INGRESSES },
  aside: ['IstioOperator', 'ReferenceGrant'],
} as const;

const NETWORK_POLICY = { 'networking.k8s.io': ['NetworkPolicy'] } as const;

export const OLD_MESHES: { readonly [Mesh in OldMesh]: OldApi } = {
  'istio': { ...ISTIO, title: 'Istio', mesh: 'istio', leave: [['label', 'istio-injection'], ['label', 'istio.io/rev']] },
  'istio-ambient': { ...ISTIO, title: 'Istio in ambient mode', mesh: 'istio-ambient', leave: [['label', 'istio.io/dataplane-mode'], ['label', 'istio.io/use-waypoint']] },
  'linkerd': {
    title: 'Linkerd',
    mesh: 'linkerd',
    kinds: {
      'policy.linkerd.io': ['Server', 'ServerAuthorization', 'AuthorizationPolicy', 'MeshTLSAuthentication', 'NetworkAuthentication', 'HTTPRoute'],
      'gateway.networking.k8s.io': ['HTTPRoute', 'GRPCRoute'],
    },
    routes: { ...GATEWAY_API, 'policy.linkerd.io': ['HTTPRoute'], 'linkerd.io': ['ServiceProfile'] },
    exits: { 'policy.linkerd.io': ['EgressNetwork'] },
    entrances: { ...GATEWAYS, ...INGRESSES },
    aside: ['MeshTLSAuthentication', 'NetworkAuthentication', 'ReferenceGrant'],
    hasDefault: true,
    leave: [['annotate', 'linkerd.io/inject']],
  },
  'consul': {
    title: 'Consul',
    mesh: 'consul',
    kinds: { 'consul.hashicorp.com': ['ServiceIntentions', 'ServiceDefaults', 'ProxyDefaults', 'JWTProvider'] },
    routes: { 'consul.hashicorp.com': ['ServiceRouter', 'ServiceSplitter', 'ServiceResolver'] },
    entrances: { ...INGRESSES, 'consul.hashicorp.com': ['IngressGateway'] },
    aside: ['ServiceDefaults', 'ProxyDefaults', 'JWTProvider'],
    hasDefault: true,
    leave: [],
  },
  'kuma': {
    title: 'Kuma',
    mesh: 'kuma',
    kinds: { 'kuma.io': ['MeshTrafficPermission', 'MeshTLS'] },
    routes: {
      ...GATEWAY_API,
      'kuma.io': ['MeshHTTPRoute', 'MeshTCPRoute', 'MeshTimeout', 'MeshRetry', 'MeshCircuitBreaker', 'MeshLoadBalancingStrategy', 'MeshRateLimit', 'MeshFaultInjection'],
    },
    exits: { 'kuma.io': ['MeshPassthrough'] },
    entrances: { ...GATEWAYS, ...INGRESSES },
    aside: ['ReferenceGrant'],
    hasDefault: true,
    leave: [['label', 'kuma.io/sidecar-injection']],
  },
  'cilium': {
    title: 'Cilium',
    mesh: 'cilium',
    kinds: { 'cilium.io': ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy', 'CiliumCIDRGroup'], ...NETWORK_POLICY },
    routes: GATEWAY_API,
    entrances: { ...GATEWAYS, ...INGRESSES },
    aside: ['CiliumCIDRGroup', 'ReferenceGrant'],
    knowsPods: true,
    leave: [],
  },
  'network-policy': { title: 'NetworkPolicy', kinds: NETWORK_POLICY, routes: {}, entrances: INGRESSES, aside: [], knowsPods: true, leave: [] },
};

type Told = Pick<ReadObject, 'group' | 'kind' | 'manifest'>;

/** Whether an object is one of those that are migrated. */
export function isOf(from: OldMesh, object: Told): boolean {
  return isPolicyOf(from, object) || isRouteOf(from, object) || saysEgress(from, object);
}

function isPolicyOf(from: OldMesh, object: Told): boolean {
  return isAmong(OLD_MESHES[from].kinds, object) && (!object.kind.endsWith('Route') || parentsOf(object.manifest).some(parent => parent?.kind === 'Server'));
}

/** Whether it says by itself who may call pods. */
export function letsIn(from: OldMesh, object: Told): boolean {
  const isForIngress = ({ ingress, ingressDeny, policyTypes, egress, egressDeny }: any): boolean => ingress !== undefined || ingressDeny !== undefined
    || (Array.isArray(policyTypes) ? policyTypes.includes('Ingress') : egress === undefined && egressDeny === undefined);
  return isPolicyOf(from, object) && !OLD_MESHES[from].aside.includes(object.kind)
    && (!saysEgress(from, object) || specsOf(object.manifest).some(isForIngress));
}

/** Whether it says where requests to Services go. One for gateways alone does not. */
export function isRouteOf(from: OldMesh, object: Told): boolean {
  if (!isAmong(OLD_MESHES[from].routes, object)) return false;
  const { group, kind, manifest } = object;
  if (kind === 'VirtualService') return gatewaysOf(manifest).includes('mesh');
  return group === 'kuma.io' || !kind.endsWith('Route') || parentsOf(manifest).some(parent => parent?.kind === 'Service');
}

/** Whether requests come in by it from outside the cluster. */
export function isEntrance(from: OldMesh, object: Told): boolean {
  const { entrances, routes } = OLD_MESHES[from];
  return entrances !== undefined && (isAmong(entrances, object) || (isAmong(routes, object) && isForGateways(object)));
}

/** Whether it is for a controller of Ingress. */
export function isOfIngress(object: Told): boolean {
  return isAmong(INGRESSES, object);
}

/** Whether a route is for gateways, too. */
export function isForGateways({ kind, manifest }: Told): boolean {
  if (kind === 'VirtualService') return gatewaysOf(manifest).some(gateway => gateway !== 'mesh');
  return kind.endsWith('Route') && parentsOf(manifest).some(parent => [undefined, 'Gateway', 'ListenerSet', 'XListenerSet'].includes(parent?.kind));
}

/** A match may name others than the VirtualService does. */
function gatewaysOf({ spec }: any): unknown[] {
  const list = (value: unknown): any[] => Array.isArray(value) ? value : [];
  const own = list(spec?.gateways);
  const matches = ['http', 'tcp', 'tls'].flatMap(name => list(spec?.[name])).flatMap(route => list(route?.match));
  return [...own.length > 0 ? own : ['mesh'], ...matches.flatMap(match => list(match?.gateways))];
}

function isAmong(kinds: OldApi['kinds'], { group, kind }: Told): boolean {
  return Object.hasOwn(kinds, group) && kinds[group].includes(kind);
}

function parentsOf(manifest: any): any[] {
  const parents = manifest.spec?.parentRefs;
  return Array.isArray(parents) ? parents : [];
}

/** The meshes whose policies, or other objects of their own, are among some objects. Whether pods of Istio have sidecars, their labels say. */
export function meshesAmong(objects: readonly Told[]): OldMesh[] {
  const isOwn = (mesh: OldMesh) => (object: Told) => isPolicyOf(mesh, object) || (!object.group.endsWith('k8s.io') && isOf(mesh, object));
  const all = (Object.keys(OLD_MESHES) as OldMesh[]).filter(mesh => mesh !== 'istio-ambient' && objects.some(isOwn(mesh)));
  // Cilium reads NetworkPolicies beside its own, and the others leave them alone.
  const others = all.filter(mesh => mesh !== 'network-policy' && (mesh !== 'cilium' || objects.some(({ group }) => group === 'cilium.io')));
  return others.length > 0 ? others : all.filter(mesh => mesh === 'network-policy');
}

/** Whether an object says what pods may call, if only beside other things. */
export function saysEgress(from: OldMesh, object: Told): boolean {
  const { exits = {}, routes } = OLD_MESHES[from];
  const { group, kind, manifest } = object;
  if (kind.endsWith('Route')) return isAmong(routes, object) && parentsOf(manifest).some(parent => parent?.kind === 'EgressNetwork');
  if (isAmong(exits, object)) return true;
  // Its proxies let out only what MeshPassthroughs do, by releases that follow it.
  if (from === 'kuma' && group === 'kuma.io' && kind === 'Mesh') return manifest.spec?.networking?.outbound?.passthrough === false;
  if (!isPolicyOf(from, object) || (group !== 'cilium.io' && kind !== 'NetworkPolicy')) return false;
  return specsOf(manifest).some(spec => spec.egress !== undefined || spec.egressDeny !== undefined
    || (Array.isArray(spec.policyTypes) && spec.policyTypes.includes('Egress')));
}

function specsOf({ spec, specs }: any): any[] {
  return [spec, ...Array.isArray(specs) ? specs : []].map(one => one ?? {});
}
