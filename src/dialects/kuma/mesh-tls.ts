import type { MeshTlsSpec, TargetRef } from './apis';
import { KUMA_API_VERSION } from './apis';
import type { Claim, Scope } from '../contract/claim';
import { openClaims, plainTextInMesh, stated } from '../contract/claim';
import type { Manifest } from '../contract/manifest';

export type Mode = 'Strict' | 'Permissive';

/** One MeshTLS: whether plain text is taken too. */
export function meshTls(metadata: Manifest['metadata'], targetRef: TargetRef, mode: Mode): Manifest {
  const spec: MeshTlsSpec = { targetRef, rules: [{ default: { mode } }] };
  return { apiVersion: KUMA_API_VERSION, kind: 'MeshTLS', metadata, spec };
}

/**
 * Claims on the MeshTLS of the pods, and of ports that differ: a MeshTLS for a port goes before another one for the pods, so all
 * have to say the same. Permissions hold over mutual TLS only, and not where plain text is accepted.
 */
export function meshTlsClaims(
  selected: Scope, mode: Mode, ports: readonly { readonly port: number | string; readonly mode: Mode }[] = [],
): Claim[] {
  const differing = ports.filter(port => port.mode !== mode).map(port => `${port.port} ${port.mode}`);
  return [
    ...(selected.workload === undefined ? [] : stated('mutualTls', selected, [mode, ...differing])),
    ...([mode, ...ports.map(port => port.mode)].includes('Permissive') ? [...openClaims(selected), plainTextInMesh('permissive')] : []),
  ];
}
