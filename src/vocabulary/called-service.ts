import type { MeshService } from './mesh-service';

/** A Service in the cluster, and ports of it; all, if there are none. */
export interface CalledService {
  readonly kind: 'service';
  readonly service: MeshService;
  readonly ports: readonly number[];
}
