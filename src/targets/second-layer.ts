import { isDeepStrictEqual } from 'util';
import type { TargetDialects } from './dialects';
import { MeshImplementation, SmiImplementation } from './implementations';
import type { Claim } from '../dialects/claim';
import { networkPolicyAccess } from '../dialects/kubernetes/access';
import type { MeshTraffic } from '../dialects/kubernetes/second-layer';
import { secondLayer } from '../dialects/kubernetes/second-layer';

/** How the traffic of each mesh comes to the pods; undefined where a NetworkPolicy would add to the policies of the mesh. */
export const MESH_TRAFFIC: Record<MeshImplementation, MeshTraffic | undefined> = {
  // Clients in ambient mode reach sidecars by HBONE, too.
  [MeshImplementation.ISTIO]: { proxyPorts: [tcp(15008)] },
  [MeshImplementation.ISTIO_AMBIENT]: {
    proxyPorts: [tcp(15008)],
    waypoints: true,
    probeAddresses: ['169.254.7.127/32', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128'],
  },
  [MeshImplementation.LINKERD]: { proxyPorts: [tcp(4143)] },
  // One sidecar for each Service of a pod, counted from 20000.
  [MeshImplementation.CONSUL]: { proxyPorts: [{ ...tcp(20000), endPort: 20099 }] },
  [MeshImplementation.KUMA]: { proxyPorts: [] },
  [MeshImplementation.CILIUM]: undefined,
};

/** The same for SMI; undefined where no access policies are read. */
export const SMI_TRAFFIC: Record<SmiImplementation, MeshTraffic | undefined> = {
  [SmiImplementation.SPEC]: { proxyPorts: 'any' },
  // It redirects to its proxy inside the pod only.
  [SmiImplementation.OSM]: { proxyPorts: [] },
  [SmiImplementation.LINKERD]: undefined,
  [SmiImplementation.ARGO_ROLLOUTS]: undefined,
};

/** The same dialects, with a NetworkPolicy below each access policy. What they say and refuse stays theirs. */
export function withSecondLayer(dialects: TargetDialects, traffic: MeshTraffic): TargetDialects {
  const { access } = dialects;
  return {
    ...dialects,
    services: { ...dialects.services, byLabels: true },
    access: {
      supports: access.supports,
      claims: model => distinct([...access.claims(model), ...networkPolicyAccess.claims(model)]),
      refusals: model => {
        const refusals = access.refusals(model);
        return refusals.length > 0 ? refusals : networkPolicyAccess.refusals(model);
      },
      render: model => [...access.render(model), ...secondLayer(model, traffic)],
      ...(access.behind && { behind: access.behind }),
      ...(access.closes && { closes: access.closes }),
      ...(access.asksAtService && { asksAtService: access.asksAtService }),
      ...(access.letsIn && { letsIn: access.letsIn }),
    },
  };
}

function distinct(claims: readonly Claim[]): Claim[] {
  return claims.filter((claim, i) => claims.findIndex(other => isDeepStrictEqual(other, claim)) === i);
}

function tcp(port: number) {
  return { port, protocol: 'TCP' };
}
