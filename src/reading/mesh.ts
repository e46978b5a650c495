/** Meshes that read SMI, and no routes of Gateway API; `smi` is one that keeps to the specification. */
const SMI_MESHES = ['osm', 'nginx', 'traefik', 'smi'] as const;

/** Whose proxies read the manifests, in the words of the options of the commands. */
export const READ_MESHES = ['istio', 'istio-ambient', 'linkerd', 'consul', 'kuma', 'cilium', ...SMI_MESHES] as const;

export type ReadMesh = typeof READ_MESHES[number];

export type MeshOfSmi = typeof SMI_MESHES[number];

export function isOfSmi(mesh: ReadMesh | undefined): mesh is MeshOfSmi {
  return SMI_MESHES.some(one => one === mesh);
}
