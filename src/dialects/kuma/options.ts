/** Options of a mesh of Kuma. */
export interface KumaOptions {
  /** That of the MeshIdentity; `undefined` where it is not known. */
  readonly trustDomain?: string;
}

/** Why it is needed to tell clients apart, and how it is given. */
export const UNKNOWN_TRUST_DOMAIN = [
  'Kuma knows clients by SPIFFE ids, whose trust domain depends on the mesh and its zone',
  "Give the target the `trustDomain` of the MeshIdentity, such as 'default.zone.mesh.local'",
] as const;
