import { only } from './fields';
import { Unknown } from './unknown';

/** What a Mesh of Kuma says, as far as a release follows it: 3.0 follows nothing of it (`UPGRADE.md` of kumahq/kuma). */
export interface FollowedMesh {
  /** Of the certificates that proxies without a MeshIdentity have. */
  readonly mtls?: 'STRICT' | 'PERMISSIVE';
  readonly passthrough: boolean;
  readonly hasMeshServices: boolean;
  /** Whether a proxy may be in it: `isAllowedToJoin` and `isDeniedToJoin` in `pkg/core/managers/apis/dataplane/membership_validator.go`. */
  joins(labels: Readonly<Record<string, string>>): boolean;
}

const UNSAID: FollowedMesh = { passthrough: true, hasMeshServices: true, joins: () => true };

/** What 2.14 and 3.0 both say. */
export function inEachRelease<T>(manifests: readonly any[], decide: (mesh: FollowedMesh) => T): T {
  const [mesh, ...others] = manifests.filter(({ kind }) => kind === 'Mesh');
  if (others.length > 0) {
    throw new Unknown('which mesh it is');
  }
  const latest = decide(UNSAID);
  if (mesh !== undefined && JSON.stringify(decide(followed(mesh.spec))) !== JSON.stringify(latest)) {
    throw new Unknown('releases of Kuma differ');
  }
  return latest;
}

function followed(spec: any): FollowedMesh {
  const { mtls = {}, meshServices = {}, networking, routing = {}, constraints } =
    only(spec, 'mtls', 'meshServices', 'networking', 'routing', 'constraints', 'skipCreatingInitialPolicies', 'logging', 'metrics', 'tracing');
  if (routing.zoneEgress || routing.localityAwareLoadBalancing) {
    throw new Unknown('what is in other zones');
  }
  const backend = (mtls.backends ?? []).find(({ name }: any) => name === mtls.enabledBackend);
  const { requirements = [], restrictions = [] } = constraints?.dataplaneProxy ?? {};
  return {
    ...(mtls.enabledBackend && { mtls: backend.mode ?? 'STRICT' }),
    passthrough: networking?.outbound?.passthrough ?? true,
    hasMeshServices: meshServices.mode === 'Exclusive',
    joins: labels => {
      const carries = ({ tags }: any) => Object.entries(tags).every(([key, value]) => value === '*' ? Boolean(labels[key]) : labels[key] === value);
      return (requirements.length === 0 || requirements.some(carries)) && !restrictions.some(carries);
    },
  };
}
