import type { MeshTlsSpec, TargetRef } from './apis';
import { KUMA_API_VERSION } from './apis';
import type { Claim, Scope } from '../contract/claim';
import { openClaims, stated } from '../contract/claim';
import type { Manifest } from '../contract/manifest';

export type Mode = 'Strict' | 'Permissive';

/** One MeshTLS: whether plain text is taken too. */
export function meshTls(metadata: Manifest['metadata'], targetRef: TargetRef, mode: Mode): Manifest {
  const spec: MeshTlsSpec = { targetRef, rules: [{ default: { mode } }] };
  return { apiVersion: KUMA_API_VERSION, kind: 'MeshTLS', metadata, spec };
}

/**
 * What MeshTLS for the pods says of them, and of ports that differ: the port of some pods goes before the pods of another
 * MeshTLS, so all have to say the same. Permissions stand on mutual TLS alone: none holds where plain text is taken.
 */
export function meshTlsClaims(
  selected: Scope, mode: Mode, ports: readonly { readonly port: number | string; readonly mode: Mode }[] = [],
): Claim[] {
  const differing = ports.filter(port => port.mode !== mode).map(port => `${port.port} ${port.mode}`);
  return [
    ...(selected.workload === undefined ? [] : stated('mutualTls', selected, [mode, ...differing])),
    ...([mode, ...ports.map(port => port.mode)].includes('Permissive') ? openClaims(selected) : []),
  ];
}
