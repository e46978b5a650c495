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
  /** Of these, those that only others refer to, or that speak of everything. */
  readonly aside: readonly string[];
  /** Whether the installation has an option for calls that no policy speaks of. */
  readonly hasDefault?: true;
  /** Whether a client is known by what its pod is, and not by a certificate. */
  readonly knowsPods?: true;
  /** What takes a namespace out of the mesh. */
  readonly leave: readonly (readonly [verb: 'label' | 'annotate', mark: string])[];
}

const ISTIO = {
  kinds: {
    'security.istio.io': ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'],
    'install.istio.io': ['IstioOperator'],
  },
  aside: ['IstioOperator'],
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
    aside: ['MeshTLSAuthentication', 'NetworkAuthentication'],
    hasDefault: true,
    leave: [['annotate', 'linkerd.io/inject']],
  },
  'consul': {
    title: 'Consul',
    mesh: 'consul',
    kinds: { 'consul.hashicorp.com': ['ServiceIntentions', 'ServiceDefaults', 'ProxyDefaults', 'JWTProvider'] },
    aside: ['ServiceDefaults', 'ProxyDefaults', 'JWTProvider'],
    hasDefault: true,
    leave: [],
  },
  'kuma': {
    title: 'Kuma', mesh: 'kuma', kinds: { 'kuma.io': ['MeshTrafficPermission', 'MeshTLS'] }, aside: [], hasDefault: true, leave: [['label', 'kuma.io/sidecar-injection']],
  },
  'cilium': {
    title: 'Cilium',
    mesh: 'cilium',
    kinds: { 'cilium.io': ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'], ...NETWORK_POLICY },
    aside: [],
    knowsPods: true,
    leave: [],
  },
  'network-policy': { title: 'NetworkPolicy', kinds: NETWORK_POLICY, aside: [], knowsPods: true, leave: [] },
};

/** Whether an object is one of those that are migrated. */
export function isOf(from: OldMesh, { group, kind, manifest }: Pick<ReadObject, 'group' | 'kind' | 'manifest'>): boolean {
  const { kinds } = OLD_MESHES[from];
  if (!Object.hasOwn(kinds, group) || !kinds[group].includes(kind)) return false;
  return !kind.endsWith('Route') || parentsOf(manifest).some(parent => parent?.kind === 'Server');
}

function parentsOf(manifest: any): any[] {
  const parents = manifest.spec?.parentRefs;
  return Array.isArray(parents) ? parents : [];
}

/** The meshes whose policies are among some objects. Whether pods of Istio have sidecars, their labels say. */
export function meshesAmong(objects: readonly Pick<ReadObject, 'group' | 'kind' | 'manifest'>[]): OldMesh[] {
  const all = (Object.keys(OLD_MESHES) as OldMesh[]).filter(mesh => mesh !== 'istio-ambient' && objects.some(object => isOf(mesh, object)));
  // Cilium reads NetworkPolicies beside its own, and the others leave them alone.
  const others = all.filter(mesh => mesh !== 'network-policy' && (mesh !== 'cilium' || objects.some(({ group }) => group === 'cilium.io')));
  return others.length > 0 ? others : all.filter(mesh => mesh === 'network-policy');
}

/** Whether an object also says what pods may call. */
export function saysEgress({ group, kind, manifest }: Pick<ReadObject, 'group' | 'kind' | 'manifest'>): boolean {
  if (group !== 'cilium.io' && kind !== 'NetworkPolicy') return false;
  const specs = [manifest.spec, ...Array.isArray(manifest.specs) ? manifest.specs : []];
  return specs.some(spec => spec?.egress !== undefined || spec?.egressDeny !== undefined || (Array.isArray(spec?.policyTypes) && spec.policyTypes.includes('Egress')));
}
