import type { TargetDialects } from './dialects';
import { gatewayApiDialects, SMI_DIALECTS } from './dialects';
import { MeshImplementation, SmiImplementation } from './implementations';

/** A target as people choose it. */
export interface CatalogueEntry {
  /** Its name in tables. */
  readonly title: string;
  /** The expression that makes it. */
  readonly code: string;
  readonly dialects: TargetDialects;
}

const ISTIO_DEFAULTS = { trustDomain: 'cluster.local', strictMutualTls: false };

/** Every target there is. Errors name the ones that can, and the table of capabilities has a column for each. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  { title: 'SMI', code: 'MeshTarget.smi()', dialects: SMI_DIALECTS[SmiImplementation.SPEC] },
  {
    title: 'SMI, Open Service Mesh',
    code: 'MeshTarget.smi({ implementation: SmiImplementation.OSM })',
    dialects: SMI_DIALECTS[SmiImplementation.OSM],
  },
  {
    title: 'SMI, Linkerd',
    code: 'MeshTarget.smi({ implementation: SmiImplementation.LINKERD })',
    dialects: SMI_DIALECTS[SmiImplementation.LINKERD],
  },
  {
    title: 'SMI, Argo Rollouts',
    code: 'MeshTarget.smi({ implementation: SmiImplementation.ARGO_ROLLOUTS })',
    dialects: SMI_DIALECTS[SmiImplementation.ARGO_ROLLOUTS],
  },
  { title: 'Gateway API', code: 'MeshTarget.gatewayApi()', dialects: gatewayApiDialects(undefined, ISTIO_DEFAULTS) },
  {
    title: 'Gateway API, Istio',
    code: 'MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO })',
    dialects: gatewayApiDialects(MeshImplementation.ISTIO, ISTIO_DEFAULTS),
  },
  {
    title: 'Gateway API, Linkerd',
    code: 'MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD })',
    dialects: gatewayApiDialects(MeshImplementation.LINKERD, ISTIO_DEFAULTS),
  },
];
