import type { MeshTlsSpec, TargetRef } from './apis';
import { KUMA_API_VERSION } from './apis';
import type { Manifest } from '../dialect';

/** One MeshTLS: whether plain text is taken too. */
export function meshTls(metadata: Manifest['metadata'], targetRef: TargetRef, mode: 'Strict' | 'Permissive'): Manifest {
  const spec: MeshTlsSpec = { targetRef, rules: [{ default: { mode } }] };
  return { apiVersion: KUMA_API_VERSION, kind: 'MeshTLS', metadata, spec };
}
