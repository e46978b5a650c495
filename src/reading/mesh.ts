/** Whose proxies read the manifests, in the words of the options of the commands. */
export const READ_MESHES = ['istio', 'istio-ambient', 'linkerd', 'consul', 'kuma', 'cilium'] as const;

export type ReadMesh = typeof READ_MESHES[number];
