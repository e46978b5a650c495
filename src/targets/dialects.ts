import { MeshImplementation, SmiImplementation } from './implementations';
import { cilium } from '../dialects/cilium';
import { consul } from '../dialects/consul';
import type { Mesh } from '../dialects/gateway-api/extension/mesh';
import { istio, istioAmbient } from '../dialects/istio';
import { kuma } from '../dialects/kuma';
import { linkerd } from '../dialects/linkerd';
import { linkerdSplitReserved } from '../dialects/linkerd/reserved';
import { linkerdSplitServices } from '../dialects/linkerd/service-reading';
import { linkerdSplitTelemetry } from '../dialects/linkerd/telemetry';
import type { SmiReader } from '../dialects/smi';
import { openServiceMesh, smiSpec, splitsOnly } from '../dialects/smi';

export { consulByItself } from '../dialects/consul';
export { gatewayApi } from '../dialects/gateway-api';
export { ingress, networkPolicyByItself } from '../dialects/kubernetes';
export { kumaByItself } from '../dialects/kuma';

/** The meshes behind Gateway API: all that the library knows of one is in its record. */
export const MESHES = {
  [MeshImplementation.ISTIO]: istio,
  [MeshImplementation.ISTIO_AMBIENT]: istioAmbient,
  [MeshImplementation.LINKERD]: linkerd,
  [MeshImplementation.CONSUL]: consul,
  [MeshImplementation.KUMA]: kuma,
  [MeshImplementation.CILIUM]: cilium,
} as const satisfies Record<MeshImplementation, Mesh>;

/** Those who read SMI. */
export const SMI_READERS = {
  [SmiImplementation.SPEC]: smiSpec,
  [SmiImplementation.OSM]: openServiceMesh,
  [SmiImplementation.LINKERD]: {
    title: 'SMI, Linkerd',
    inWords: 'SMI for Linkerd',
    dialects: splitsOnly('the SMI extension of Linkerd', linkerdSplitServices, linkerdSplitReserved, linkerdSplitTelemetry),
  },
} as const satisfies Record<Exclude<SmiImplementation, SmiImplementation.ARGO_ROLLOUTS>, SmiReader>;
