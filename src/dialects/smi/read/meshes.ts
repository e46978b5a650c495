/** Who reads SMI, and runs the pods that it speaks of. What is written means what the reader made of it. */
export const SMI_MESHES = ['osm', 'linkerd', 'nginx', 'traefik', 'consul', 'istio-adapter', 'spec'] as const;

export type SmiMesh = typeof SMI_MESHES[number];
