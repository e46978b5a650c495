/** Meshes that read SMI, and no routes of Gateway API; `smi` is one that keeps to the specification. */
export const MESHES_OF_SMI = ['osm', 'nginx', 'traefik', 'smi'] as const;

/** Whose proxies read the manifests, in the words of the options of the commands. */
export const READ_MESHES = ['istio', 'istio-ambient', 'linkerd', 'consul', 'kuma', 'cilium', ...MESHES_OF_SMI] as const;

export type ReadMesh = typeof READ_MESHES[number];

export type MeshOfSmi = typeof MESHES_OF_SMI[number];

export function isOfSmi(mesh: ReadMesh | undefined): mesh is MeshOfSmi {
  return MESHES_OF_SMI.some(one => one === mesh);
}
