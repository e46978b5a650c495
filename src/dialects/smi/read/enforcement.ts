import type { SmiMesh } from './readings';
import { READINGS } from './readings';

/** What of a manifest is read. */
interface MeshConfig {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly spec?: { readonly traffic?: { readonly enablePermissiveTrafficPolicyMode?: unknown } };
}

/**
 * Whether TrafficTargets were enforced, as far as manifests tell: in Open Service Mesh, a MeshConfig says so. Undefined where they do
 * not, and an option of the mesh decides.
 */
export function wasEnforced(mesh: SmiMesh, manifests: readonly MeshConfig[]): boolean | undefined {
  const { enforced } = READINGS[mesh];
  if (enforced !== 'option') return enforced === 'always';
  const modes = mesh === 'osm' ? manifests.filter(isMeshConfig).map(({ spec }) => spec?.traffic?.enablePermissiveTrafficPolicyMode) : [];
  const [mode] = modes;
  return typeof mode === 'boolean' && modes.every(other => other === mode) ? !mode : undefined;
}

function isMeshConfig({ apiVersion, kind }: MeshConfig): boolean {
  return kind === 'MeshConfig' && typeof apiVersion === 'string' && apiVersion.startsWith('config.openservicemesh.io/');
}
